"""An exercise as bytes: what a judge elsewhere needs of its folder, named by the hash of its content."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import cast

import msgpack

from grader.core.course import Exercise
from grader.core.errors import GraderError

MAX_MB = 64


@dataclass(frozen=True)
class Bundle:
    """`content` is a msgpack map of relative path → bytes, in the order of the paths; `sha256` is its hash."""

    sha256: str
    content: bytes


def packed(exercise: Exercise) -> Bundle:
    """The hidden suite, the settings and whatever data lies beside them; no answers.

    Raises:
        GraderError: more than `MAX_MB`, or a file cannot be read.
    """
    files: dict[str, bytes] = {}
    size = 0
    for name, path in exercise.judging_files().items():
        try:
            files[name] = path.read_bytes()
        except OSError as error:
            raise GraderError(
                f"{path}: cannot be read ({error.strerror}); every file of an exercise must be"
            ) from None
        size += len(files[name])
        if size > MAX_MB << 20:
            raise GraderError(
                f"{exercise.folder}: more than {MAX_MB} MB, which go to every worker; make it less"
            )
    content = cast(bytes, msgpack.packb(files))
    return Bundle(hashlib.sha256(content).hexdigest(), content)


def unpacked(bundle: Bundle, folder: Path) -> None:
    """Write the files of `bundle` into the new folder `folder`, which only its owner may enter.

    Raises:
        ValueError: the content is not what its hash says, or a path leads out of the folder.
    """
    if hashlib.sha256(bundle.content).hexdigest() != bundle.sha256:
        raise ValueError(f"a bundle of other content than {bundle.sha256}")
    folder.mkdir(mode=0o700, parents=True)
    for name, data in msgpack.unpackb(bundle.content).items():
        parts = PurePosixPath(name).parts
        if not parts or ".." in parts or os.path.isabs(name):
            raise ValueError(f"a path that leads out of the folder: {name!r}")
        path = folder.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
