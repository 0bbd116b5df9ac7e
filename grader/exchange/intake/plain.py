"""One folder per student, `<student>/<exercise>.ipynb` or deeper; and notebooks by themselves."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from grader.exchange.intake.gather import named_as_notebook
from grader.exchange.intake.handed_in import Claim, NotTaken, ReceivedFile
from grader.exchange.intake.recognise import stem_of
from grader.exchange.intake.timestamps import STAMP, Stamps


def read(files: Sequence[ReceivedFile], slugs: Sequence[str]) -> Iterator[Claim | NotTaken]:
    """Whose the files are; where a folder cannot be listed, `slugs` are looked for by name."""
    stamps = Stamps(files)
    yield from stamps.unreadable
    wrapped = _wrapping(files, slugs)
    for file in files:
        parts = file.parts[wrapped.get(file.archive, 0) :]
        if file.closed:
            claims = _locked(file, parts, slugs)
            yield from claims
            if not claims:
                yield NotTaken(file.shown, "the folder cannot be read")
        elif len(parts) < 2:
            link = file.odd == "a link"
            why = "a link; links are not followed" if link else "it is not in a student's folder"
            yield NotTaken(file.shown, why)
        elif parts[-1] != STAMP:
            yield in_folder(file, parts, stamps)


def in_folder(file: ReceivedFile, parts: tuple[str, ...], stamps: Stamps) -> Claim:
    """A file in a student's folder, the first of `parts`."""
    return Claim(file, (parts[0],), parts[0], parts[-1], parts[1:-1], submitted_at=stamps.at(file))


def read_notebooks(files: Sequence[ReceivedFile], slugs: Sequence[str]) -> Iterator[Claim | NotTaken]:
    """Notebooks by themselves: the student is the file's name or, if that is an exercise's, its folder's."""
    for file in files:
        stem = stem_of(file.parts[-1])
        if file.odd or len(file.parts) > 1:
            yield NotTaken(file.shown, file.odd or "it is in a folder")
            continue
        key = file.container if any(slug.lower() in stem.lower() for slug in slugs) else stem
        if file.container in slugs and key == file.container and file.path is not None:
            key = file.path.absolute().parent.parent.name  # <student>/<exercise>/<exercise>.ipynb
        yield Claim(file, (key,), key, file.parts[-1])


def _wrapping(files: Sequence[ReceivedFile], slugs: Sequence[str]) -> Mapping[object, int]:
    """Archive (None: the folder) → how many of its folders stand around the students' folders.

    Without that, a class in `download/class/` would be one student with very many attempts.
    """
    notebooks: dict[object, list[tuple[str, ...]]] = {}
    for file in files:
        if named_as_notebook(file.parts[-1]):
            notebooks.setdefault(file.archive, []).append(file.parts)
    depths: dict[object, int] = {}
    for archive, paths in notebooks.items():
        shared = os.path.commonprefix([path[:-1] for path in paths])
        inner = {path[len(shared)] for path in paths}
        in_folders = all(len(path) > len(shared) + 1 for path in paths)
        if len(inner) > 1 and in_folders and (inner | {*shared}).isdisjoint(slugs):
            depths[archive] = len(shared)
    return depths


def _locked(folder: ReceivedFile, parts: tuple[str, ...], slugs: Sequence[str]) -> list[Claim]:
    """The notebooks that are, or may be, in a folder that cannot be listed, so that none is missed."""
    assert folder.path is not None
    student, *inside = parts
    claims = []
    for slug in slugs:
        folders = [folder.path] if inside in ([], [slug]) else []
        enterable = os.access(folder.path, os.X_OK) and not os.path.islink(folder.path / slug)
        if not inside and enterable:  # a link may lead to the solutions
            folders.append(folder.path / slug)
        for path in (folder / f"{slug}.ipynb" for folder in folders):
            if _may_exist(path):
                file = ReceivedFile((*parts, path.name), folder.shown, folder.container, path)
                claims.append(Claim(file, (student,), student, path.name, tuple(inside), slug=slug))
    return claims


def _may_exist(path: Path) -> bool:
    """Whether something is there; a path that cannot be looked at counts, so that it is reported."""
    try:
        os.lstat(path)
    except OSError as error:
        return isinstance(error, PermissionError)
    return True
