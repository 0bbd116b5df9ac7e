"""What Moodle's "Download all submissions" gives: a folder, or a prefix, for each participant.

`{Full Name}_{participant}_assignsubmission_file[_]/{path}/{file}`, or `…_assignsubmission_file_{file}`
without folders. Without names it is `Participant_{participant}_…`, and teams have the group's name and
number. After `mod/assign/classes/downloader.php` of Moodle; older ones end the folder's name with an
underscore.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from grader.exchange.intake.handed_in import Claim, Item, Reading

WHO = r"(?P<name>.+?)(?:_(?P<participant>\d{1,18}))?_assignsubmission_(?P<plugin>[a-z]+)"
FOLDER = re.compile(WHO + "_?", re.S)
UPLOAD = re.compile(WHO + "_(?P<file>.+)", re.S)
BLIND = "Participant"


def fits(item: Item) -> bool:
    """Whether Moodle names folders or files like this."""
    return _place(item) is not None


def read(items: Sequence[Item]) -> Reading:
    """Whose the files are."""
    reading = Reading()
    found = []
    namesakes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for item in items:
        place = _place(item)
        if place is None:
            reading.unknown.append((item.shown, "it is not named as Moodle names files"))
            continue
        match, inside, file = place
        namesakes[item.container, match["name"]].add(match["participant"] or "")
        if match["plugin"] != "file":
            reading.unknown.append((item.shown, "a text typed into Moodle, not a file"))
        else:
            found.append((item, match, inside, file))
    for item, match, inside, file in found:
        name, participant = match["name"], match["participant"] or ""
        apart = bool(participant) and (name == BLIND or len(namesakes[item.container, name]) > 1)
        key = f"{name}_{participant}" if apart else name
        reading.claims.append(
            Claim(item, (key,), key, file, inside, name="" if name == BLIND else name, lms_id=participant)
        )
    return reading


def _place(item: Item) -> tuple[re.Match[str], tuple[str, ...], str] | None:
    """Who it is from, the student's own folders, and the file's name."""
    for index, part in enumerate(item.parts[:-1]):
        if match := FOLDER.fullmatch(part):
            return match, item.parts[index + 1 : -1], item.parts[-1]
    match = UPLOAD.fullmatch(item.parts[-1])
    return (match, (), match["file"]) if match else None
