"""The text of a file in any encoding, where that is certain; otherwise what the file is instead."""

import codecs
import re

from grader.core.errors import UnreadableNotebook

ITSELF = "hand in the .ipynb file itself"
NO_TEXT = f"the file is not text, so it is not a notebook; {ITSELF}"
UNPACK = "unpack it and hand in the notebook that is in it"
KINDS = {  # how a file begins → what it is, and what to do
    b"%PDF-": ("a PDF", ITSELF),
    b"\x89PNG": ("a picture", ITSELF),
    b"\xff\xd8\xff": ("a picture", ITSELF),
    b"GIF8": ("a picture", ITSELF),
    b"{\\rtf": ("a Rich Text document", ITSELF),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": ("an Office document (Word, Excel or PowerPoint)", ITSELF),
    b"\x1f\x8b": ("a gzip archive", UNPACK),
    b"BZh": ("a bzip2 archive", UNPACK),
    b"7z\xbc\xaf\x27\x1c": ("a 7-Zip archive", UNPACK),
    b"\xfd7zXZ\0": ("an xz archive", UNPACK),
    b"Rar!\x1a\x07": ("a RAR archive", UNPACK),
    b"\0\5\x16\7": ("what macOS keeps next to a file", "hand in the file without ._ before its name"),
    b"\0\5\x16\0": ("what macOS keeps next to a file", "hand in the file without ._ before its name"),
    b"bplist00": (
        "a property list of macOS",
        "wait until iCloud has downloaded the notebook, and hand that in",
    ),
    b"SQLite format 3\0": ("a database", ITSELF),
    b"\x7fELF": ("a program", ITSELF),
    b"\x93NUMPY": ("an array of NumPy", ITSELF),
    b"version https://git-lfs": (
        "a Git LFS pointer, which stands for the content",
        "run git lfs pull and hand in the file again",
    ),
}
OFFICE = {b"word/": "a Word document", b"xl/": "an Excel workbook", b"ppt/": "a PowerPoint presentation"}
MARKS = (  # of byte order; the longer ones first, since one begins with another
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WIDE = {"utf-16-le": (1, 0), "utf-16-be": (0, 1), "utf-32-le": (3, 0), "utf-32-be": (0, 3)}  # NUL, none
WIDE_LOOKED_AT = 4_000  # bytes, a multiple of 4
DECLARED = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")  # PEP 263
# What Western European text has in Windows-1252, and other encodings seldom make of theirs: single letters in
# words of ASCII, typographic marks and signs. Of Cyrillic or Greek it would be words of accented letters.
WESTERN = "€…‘’“”–—•™¡£§©«°±²³´µ·¹º»¼½¾¿×÷ ®ª¬"
ACCENTED = re.compile("[À-ÖØ-öø-ÿŒœŠšŽžŸ]{3}")
RARE = "ŒœŠšŽžŸÐÞðþ¤¦¨¯¶¸‚ƒ„†‡ˆ‰‹›˜¢¥"  # frequent only in what is not Windows-1252
CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\x1b\b"))


def text_in(data: bytes, lenient: bool = False) -> str:
    """The text of a file, without a byte order mark.

    Args:
        lenient: of text that is almost UTF-8, replace what is not; for scripts, whose code is ASCII anyway.

    Raises:
        UnreadableNotebook: it is empty, no text, or in an encoding that cannot be told.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise UnreadableNotebook("the file is empty" + (": it holds only zeros" if b"\0" in data else ""))
    for mark, codec in MARKS:
        if data.startswith(mark):
            try:
                return data.decode(codec).rstrip("\0")
            except UnicodeDecodeError:
                if not lenient or codec != "utf-8-sig":
                    raise UnreadableNotebook(
                        _unknown(f"begins as {codec[:6].upper()} and goes on otherwise")
                    ) from None
    if kind := _kind(data):
        raise UnreadableNotebook(kind)
    if codec := _wide(data):
        return data.decode(codec).rstrip("\0")
    data = data.rstrip(b"\0")
    if b"\0" in data and not lenient:
        raise UnreadableNotebook(NO_TEXT)
    for decode in (_as_utf_8, _as_declared, _western):
        if (decoded := decode(data)) is not None:
            return decoded
    if len(data.translate(None, CONTROL)) < len(data):
        raise UnreadableNotebook(NO_TEXT)
    if lenient:
        return data.decode("utf-8", "replace").removeprefix("\ufeff")
    raise UnreadableNotebook(_unknown("is text in an unknown encoding"))


def _unknown(what: str) -> str:
    return f"the file {what}; open it in an editor, save it as UTF-8, and hand it in again"


def _kind(data: bytes) -> str:
    """What the file is, if that shows in its first bytes and it is not text of ours; or ""."""
    if data.startswith(b"PK\3\4"):
        office = next((name for sign, name in OFFICE.items() if sign in data[:20_000]), "")
        what, remedy = (office, ITSELF) if office else ("a zip archive", UNPACK)
    else:
        what, remedy = next((kind for sign, kind in KINDS.items() if data.startswith(sign)), ("", ""))
    return f"the file is {what}, not a notebook; {remedy}" if what else ""


def _wide(data: bytes) -> str:
    """UTF-16 or UTF-32 without a mark: of mostly ASCII text every second byte, or three of four, is NUL."""
    looked_at = data.rstrip(b"\0")[:WIDE_LOOKED_AT]
    for codec, (nul, none) in reversed(WIDE.items()):
        step = 4 if "32" in codec else 2
        zeros = looked_at[nul::step].count(0)
        few = looked_at[none::step].count(0) == 0
        if few and zeros > 0.8 * len(looked_at[nul::step]):
            text = _strictly(data, codec)
            if text and "\0" not in text.rstrip("\0"):
                return codec
    return ""


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return None


def _as_utf_8(data: bytes) -> str | None:
    return _strictly(data, "utf-8")


def _as_declared(data: bytes) -> str | None:
    """By the encoding that a script declares in its first two lines."""
    for line in data.split(b"\n", 2)[:2]:
        if declared := DECLARED.match(line):
            name = declared[1].decode()
            try:
                if codecs.lookup(name)._is_text_encoding:
                    return _strictly(data, name)
            except (LookupError, AttributeError, UnicodeError):
                return None
    return None


def _western(data: bytes) -> str | None:
    """As Windows-1252, of which Latin-1 is a part, if it reads like a language of Western Europe."""
    text = _strictly(data, "cp1252")
    if text is None:
        return None
    foreign = [char for char in text if not char.isascii()]
    rare = sum(char in RARE or not (char.isalpha() or char in WESTERN) for char in foreign)
    return text if not rare and not ACCENTED.search(text) and len(foreign) < 0.1 * len(text) else None
