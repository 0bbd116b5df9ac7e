"""The folder of one process's sandbox: locked as long as the process lives, then removed by the next one."""

import contextlib
import fcntl
import os
import tempfile
from pathlib import Path

from grader.core.errors import GraderError
from grader.sandbox.inside.removal import remove_folder

PREFIX = "gradebook-sandbox-"
SOCKET = "zygote"
LONGEST_PLACE = 107 - len(f"/{PREFIX}12345678/{SOCKET}")  # the kernel's bound for the path of a socket


class RunFolder:
    """A new folder at `path`, only for this user.

    Raises:
        GraderError: no temporary folder can be used.
    """

    def __init__(self) -> None:
        place = _temporary_folder()
        remove_abandoned(place)
        while True:
            self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
            with contextlib.suppress(FileNotFoundError):
                self._lock = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
                fcntl.flock(self._lock, fcntl.LOCK_EX)
                if self.path.exists():
                    return
                os.close(self._lock)  # taken for abandoned, before it was locked

    def remove(self) -> None:
        """Remove it with everything in it."""
        remove_folder(str(self.path))
        os.close(self._lock)


def remove_abandoned(place: str) -> None:
    """Remove this user's folders whose process, and all that it has forked, have ended without doing so."""
    for folder in Path(place).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                if os.fstat(fd).st_uid == os.geteuid():
                    fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    remove_folder(str(folder))
            finally:
                os.close(fd)


def _temporary_folder() -> str:
    with contextlib.suppress(FileNotFoundError):
        for place in (tempfile.gettempdir(), "/tmp", "/var/tmp"):
            if len(os.fsencode(place)) <= LONGEST_PLACE and os.access(place, os.W_OK | os.X_OK):
                return place
    raise GraderError("there is no temporary folder that can be written; make one, and name it in TMPDIR")
