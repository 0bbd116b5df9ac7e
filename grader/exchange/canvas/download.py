"""Canvas's "Download Submissions": flat files whose names tell the student.

`{name}[_LATE]_{user id}_{upload id}_{file}`, or `[LATE_]anon_{anonymous id}_{upload id}_{file}` without
names; for groups the name is the group's. After `lib/content_zipper.rb` of Canvas.
"""

import re
from collections.abc import Iterator, Sequence

from grader.exchange.intake.handed_in import Claim, NotTaken, ReceivedFile

UPLOAD = r"_(?P<upload>\d{1,18})_(?P<file>.+)"
ANONYMOUS = re.compile(r"(?P<late>LATE_)?(?P<name>anon)_(?P<id>[A-Za-z0-9]+)" + UPLOAD, re.S)
HANDED_IN = re.compile(r"(?P<name>.+?)(?P<late>_LATE)?_(?P<id>\d{1,18})" + UPLOAD, re.S)
TYPED = re.compile(
    r"(?:(?P<name>.+?)_)??(?:LATE_)?(?:anon_(?P<anon>[A-Za-z0-9]+)|(?P<id>\d{1,18}))"
    r"_(?P<what>text|link)\.html",
    re.S,
)


def fits(file: ReceivedFile, depth: int) -> bool:
    """Whether Canvas names files like this; `depth` folders are shared by all files of the source."""
    flat = len(file.parts) == depth + 1
    return flat and any(form.fullmatch(file.parts[-1]) for form in (HANDED_IN, ANONYMOUS, TYPED))


def read(files: Sequence[ReceivedFile]) -> Iterator[Claim | NotTaken]:
    """Whose the files are."""
    for file in files:
        name = file.parts[-1]
        anonymous = ANONYMOUS.fullmatch(name)
        match = anonymous or HANDED_IN.fullmatch(name)
        if typed := TYPED.fullmatch(name):
            what = "text typed into Canvas" if typed["what"] == "text" else "a web address entered in Canvas"
            who = (typed["name"] or "", typed["id"]) if typed["id"] else ("anon", typed["anon"])
            named, lms_id = (typed["name"] or "", typed["id"]) if typed["id"] else ("", "")
            key = "_".join(filter(None, who))
            yield Claim(file, who, key, name, name=named, lms_id=lms_id, refused=f"{what}, not a file")
        elif match is None:
            yield NotTaken(file.shown, "it is not named as Canvas names files")
        else:
            yield Claim(
                file, (match["name"], match["id"]), f"{match['name']}_{match['id']}", match["file"],
                late=bool(match["late"]), number=int(match["upload"]),
                name="" if anonymous else match["name"], lms_id="" if anonymous else match["id"],
            )  # fmt: skip
