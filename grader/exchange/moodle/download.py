"""Moodle's "Download all submissions": a folder, or a prefix, for each participant.

`{Full Name}_{participant}_assignsubmission_file[_]/{path}/{file}`, or `…_assignsubmission_file_{file}`
without folders. With blind marking it is `Participant_{participant}_…`; teams have the group's name and
number. After `mod/assign/classes/downloader.php` of Moodle; older versions end the folder's name with an
underscore.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from grader.exchange.intake.handed_in import Claim, NotTaken, ReceivedFile

WHO = r"(?P<name>.+?)(?:_(?P<participant>\d{1,18}))?_assignsubmission_(?P<plugin>[a-z]+)"
FOLDER = re.compile(WHO + "_?", re.S)
UPLOAD = re.compile(WHO + "_(?P<file>.+)", re.S)
BLIND = "Participant"


def fits(file: ReceivedFile) -> bool:
    """Whether Moodle names folders or files like this."""
    return _parsed(file) is not None


def read(files: Sequence[ReceivedFile]) -> Iterator[Claim | NotTaken]:
    """Whose the files are."""
    parsed = [(file, _parsed(file)) for file in files]
    people = {(file.container, *named[0].group("name", "participant")) for file, named in parsed if named}
    namesakes = Counter((container, name) for container, name, _ in people)
    for file, named in parsed:
        if named is None:
            yield NotTaken(file.shown, "it is not named as Moodle names files")
            continue
        match, inside, original = named
        name, participant, plugin = match.group("name", "participant", "plugin")
        apart = participant and (name == BLIND or namesakes[file.container, name] > 1)
        key, shown = f"{name}_{participant}" if apart else name, "" if name == BLIND else name
        refused = "" if plugin == "file" else "text typed into Moodle, not a file"
        yield Claim(
            file, (key,), key, original, inside, name=shown, lms_id=participant or "", refused=refused
        )


def _parsed(file: ReceivedFile) -> tuple[re.Match[str], tuple[str, ...], str] | None:
    """Who it is from, the student's own folders, and the file's name."""
    for index, part in enumerate(file.parts[:-1]):
        if match := FOLDER.fullmatch(part):
            return match, file.parts[index + 1 : -1], file.parts[-1]
    match = UPLOAD.fullmatch(file.parts[-1])
    return (match, (), match["file"]) if match else None
