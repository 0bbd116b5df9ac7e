"""Zip files that are the same, byte for byte, whenever their content is the same."""

import io
from collections.abc import Collection, Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from grader.core.errors import GraderError
from grader.core.files import write_file

LONG_AGO = (2020, 1, 1, 0, 0, 0)


def write_zip(out: Path, files: Mapping[str, str | bytes], executable: Collection[str] = ()) -> None:
    """Write a zip of these files, by their names in it; the same files give the same bytes.

    Raises:
        GraderError: `out` is not named .zip, or it cannot be written.
    """
    if out.suffix != ".zip":
        raise GraderError(f"{out}: a zip file is written; give a name that ends in .zip")
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, content in sorted(files.items()):
            entry = ZipInfo(name, LONG_AGO)
            entry.external_attr = (0o755 if name in executable else 0o644) << 16
            archive.writestr(entry, content, ZIP_DEFLATED)
    write_file(out, buffer.getvalue())
