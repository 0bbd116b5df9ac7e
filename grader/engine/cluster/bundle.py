"""An exercise as bytes: what a judge elsewhere needs of its folder."""

import os
from pathlib import Path, PurePosixPath

import msgpack

from grader.core.course import Exercise
from grader.core.errors import GraderError

MAX_MB = 64


def packed(exercise: Exercise) -> bytes:
    """The hidden suite, settings and data of an exercise, without answers: a msgpack map of path → bytes.

    Raises:
        GraderError: more than `MAX_MB`, or a file cannot be read.
    """
    files: dict[str, bytes] = {}
    for name, path in exercise.judging_files().items():
        try:
            files[name] = path.read_bytes()
        except OSError as error:
            why = f"cannot be read ({error.strerror}); every file of an exercise must be readable"
            raise GraderError(f"{path}: {why}") from None
    content: bytes = msgpack.packb(files)
    if len(content) > MAX_MB << 20:
        raise GraderError(
            f"{exercise.folder}: more than {MAX_MB} MB, which go to every worker; make it smaller"
        )
    return content


def unpacked(content: bytes, folder: Path) -> None:
    """Write the files of a bundle into the new folder `folder`, which only its owner may enter.

    Raises:
        ValueError: a path leads out of the folder.
    """
    folder.mkdir(mode=0o700, parents=True)
    for name, data in msgpack.unpackb(content).items():
        parts = PurePosixPath(name).parts
        if not parts or ".." in parts or os.path.isabs(name):
            raise ValueError(f"a path that leads out of the folder: {name!r}")
        path = folder.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
