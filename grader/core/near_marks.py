"""Lines that look like a mark of a solution and are none: what stands there would be handed out."""

import re

OPENERS = ("begin", "end", "start", "stop")
THINGS = ("solution", "answer", "hidden test", "mark scheme")  # the last two are nbgrader's
FILLERS = re.compile(r"\b(of|the)\b")
WORD = re.compile(r"[^\W\d_]+")
JOINT = re.compile(r"[\W_]*[^\W\d_]+[\s_:{\\/-]+[^\W\d_]")  # not `end = solution`, nor `start, solution`
# Where a mark can begin in a line: at its start, or where a comment, a text or a tag does.
SEGMENTS = re.compile(r"""[#"'`%;|*<>\[\]()!]+|//+|--+|==+""")
TAG = re.compile(r"<\s*/?\s*(solution|answer)s?\b[^<>]*>", re.IGNORECASE)
ALONE = re.compile(r"(^|\s)#+[\W_]*solutions?[\W_]*$", re.IGNORECASE)  # otter's `x = 5  # SOLUTION`
JOINED = re.compile(rf"({'|'.join(OPENERS)})({'|'.join(THINGS[:2])})s?", re.IGNORECASE)
LIKELY = re.compile(r"s\w{4,8}[no]|answer|hidden|mark", re.IGNORECASE)  # most lines need no closer look
LONGEST = 4  # words of a mark; a sentence has more


def looks_like_a_mark(line: str, code: bool) -> bool:
    """Whether somebody meant this line to begin or end an answer: any case, comment, or slip of the pen.

    Args:
        code: it is a line of Python; in prose, a word alone is no mark.
    """
    if not LIKELY.search(line):
        return False
    if TAG.search(line) or (code and ALONE.search(line)):
        return True
    return any(_is_mark(segment, code) for segment in SEGMENTS.split(line) if segment)


def _is_mark(segment: str, code: bool) -> bool:
    """Whether the words that a segment begins with say so, with nothing between them but what joins words."""
    text = FILLERS.sub(" ", segment.lower())
    words = [word.removesuffix("s") or word for word in WORD.findall(text)]
    longest = LONGEST if not code or words[:1] not in (["begin"], ["end"]) else len(words)
    if not words or len(words) > longest:
        return False
    if JOINED.fullmatch(words[0]):
        return True
    for thing in THINGS:
        parts = thing.split()
        said = words[: len(parts) + 1]
        if len(said) > len(parts) and JOINT.match(text):
            if _is_opener(said[0]) and all(map(_like, said[1:], parts)):
                return True
            if len(said) == len(words) and _is_opener(said[-1]) and all(map(_like, said, parts)):
                return True
    return False


def _is_opener(word: str) -> bool:
    return any(_like(word, opener) for opener in OPENERS)


def _like(word: str, wanted: str) -> bool:
    """Whether it is this word, or the word with a letter wrong, missing, too many or in the wrong place."""
    if word == wanted or word[0] != wanted[0] or len(wanted) < 5:
        return word == wanted
    from difflib import SequenceMatcher  # only a slip of the pen needs it

    return abs(len(word) - len(wanted)) < 2 and SequenceMatcher(None, word, wanted).ratio() > 0.76
