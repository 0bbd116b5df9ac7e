"""The wheel of this package, for what is handed to others: from where it was installed, or a given file."""

import json
import subprocess
import sys
import tempfile
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

from grader import __version__
from grader.core.errors import GraderError
from grader.core.files import read_given

NAME = f"gradbook-{__version__}-py3-none-any.whl"
REMEDY = "give its wheel with --wheel FILE"


@cache
def package_wheel(given: Path | None = None) -> tuple[str, bytes]:
    """(file name, content) of `given`, or of the wheel that pip makes from where this package came from.

    Raises:
        GraderError: `given` is not the wheel of this version, or pip cannot make one.
    """
    if given is not None:
        if given.name != NAME:
            raise GraderError(f"{given}: not the wheel of this version; it is called {NAME}")
        return NAME, read_given(given, "give another --wheel FILE")
    source = installed_from()
    with tempfile.TemporaryDirectory() as folder:
        options = "--quiet --no-deps --no-build-isolation" if find_spec("hatchling") else "--quiet --no-deps"
        command = [sys.executable, "-m", "pip", "wheel", *options.split(), "--wheel-dir", folder, source]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        made = Path(folder, NAME)
        if done.returncode or not made.exists():
            reason = (done.stderr.strip().splitlines() or [f"it is not version {__version__}"])[-1]
            raise GraderError(f"{source}: pip makes no wheel of gradbook from it ({reason}); {REMEDY}")
        return NAME, made.read_bytes()


def installed_from() -> str:
    """Where pip got this package from, as pip would be told: a folder, a file with its hash, or a version.

    Raises:
        GraderError: it runs from a folder and was never installed.
    """
    try:
        origin = json.loads(distribution("gradbook").read_text("direct_url.json") or "{}")
    except PackageNotFoundError:
        raise GraderError(f"gradbook is not installed here; install it with pip, or {REMEDY}") from None
    digest = origin.get("archive_info", {}).get("hashes", {}).get("sha256")
    url = str(origin.get("url", f"gradbook=={__version__}"))
    return f"{url}#sha256={digest}" if digest else url
