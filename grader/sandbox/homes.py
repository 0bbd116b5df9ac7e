"""The workers' home folders, where they lie on the judge's own disk: made, and measured."""

import contextlib
import os
import tempfile
from pathlib import Path

MAX_FILES = 20_000


def make_home(folder: Path) -> Path:
    """A new home below `folder`; if root grades, a worker that runs as nobody can write there."""
    home = Path(tempfile.mkdtemp(prefix="home-", dir=folder))
    os.chmod(home, 0o777 if os.geteuid() == 0 else 0o700)
    return home


def takes_more(home: Path, size_mb: float) -> bool:
    """Whether the files below `home` take more than `size_mb`, are over 20,000, or cannot be counted."""
    size = count = 0
    folders = [str(home)]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    count += 1
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    with contextlib.suppress(FileNotFoundError):
                        size += entry.stat(follow_symlinks=False).st_blocks * 512
                    if count > MAX_FILES or size > size_mb * (1 << 20):
                        return True
        except FileNotFoundError:
            continue
        except OSError:
            return True
    return False
