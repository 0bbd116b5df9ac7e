"""What Canvas' "Download Submissions" gives: flat files that carry the student in their names.

`{name}[_LATE]_{user id}_{upload id}_{file}`, and without names `[LATE_]anon_{anonymous id}_{upload
id}_{file}`; the name is that of a group where groups hand in. After `lib/content_zipper.rb` of Canvas.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.exchange.intake.handed_in import Claim, Item, Reading

UPLOAD = r"_(?P<upload>\d{1,18})_(?P<file>.+)"
ANONYMOUS = re.compile(r"(?P<late>LATE_)?anon_(?P<id>[A-Za-z0-9]+)" + UPLOAD, re.S)
HANDED_IN = re.compile(r"(?P<name>.+?)(?P<late>_LATE)?_(?P<id>\d{1,18})" + UPLOAD, re.S)
TYPED = re.compile(r"(?:.+?_)?(?:LATE_)?(?:anon_[A-Za-z0-9]+|\d{1,18})_(?P<what>text|link)\.html", re.S)


def fits(item: Item, depth: int) -> bool:
    """Whether Canvas names files like this; `depth` folders are shared by all files of the source."""
    name = item.parts[-1]
    return len(item.parts) == depth + 1 and any(
        form.fullmatch(name) for form in (HANDED_IN, ANONYMOUS, TYPED)
    )


def read(items: Sequence[Item]) -> Reading:
    """Whose the files are."""
    reading = Reading()
    for item in items:
        name = item.parts[-1]
        anonymous = ANONYMOUS.fullmatch(name)
        match = anonymous or HANDED_IN.fullmatch(name)
        if typed := TYPED.fullmatch(name):
            what = "a text typed into Canvas" if typed["what"] == "text" else "a web address given in Canvas"
            reading.unknown.append((item.shown, f"{what}, not a file"))
        elif match is None:
            reading.unknown.append((item.shown, "it is not named as Canvas names files"))
        else:
            who = "anon" if anonymous else match["name"]
            reading.claims.append(
                Claim(
                    item=item,
                    person=(who, match["id"]),
                    key=f"{who}_{match['id']}",
                    file=match["file"],
                    late=bool(match["late"]),
                    name="" if anonymous else who,
                    lms_id="" if anonymous else match["id"],
                    number=int(match["upload"]),
                )
            )
    return reading
