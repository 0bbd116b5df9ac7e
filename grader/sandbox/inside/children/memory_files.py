"""`_posixshmem` with files in the worker's home folder in place of /dev/shm."""

import errno
import os


def _path(name: str) -> str:
    plain = name.removeprefix("/")
    if not plain or "/" in plain or "\0" in plain:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), name)
    return os.path.join(os.environ["GRADEBOOK_HOME"], f".shared-{plain}")


def shm_open(path: str, flags: int, mode: int = 0o777) -> int:
    """A descriptor of the shared memory called `path`."""
    return os.open(_path(path), flags | os.O_CLOEXEC | os.O_NOFOLLOW, mode)


def shm_unlink(path: str) -> None:
    """Remove its name."""
    os.unlink(_path(path))
