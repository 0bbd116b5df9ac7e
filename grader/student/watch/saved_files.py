"""Tell which notebooks are saved, in place or as a new file that is renamed over the old one."""

import threading
from collections.abc import Callable
from pathlib import Path

QUIET_MS = 25  # a save is over when nothing has happened for this long
MOST_MS = 500


def saved_notebooks(
    folder: Path, put: Callable[[str], None], stop: threading.Event, polling: bool = False
) -> None:
    """Call `put(slug)` whenever `<folder>/<slug>/<slug>.ipynb` is written, until `stop` is set."""
    from watchfiles import watch

    def is_notebook(_: object, path: str) -> bool:
        return Path(path).suffix == ".ipynb" and Path(path).stem == Path(path).parent.name

    try:
        for changes in watch(
            folder, watch_filter=is_notebook, debounce=MOST_MS, step=QUIET_MS, stop_event=stop,
            raise_interrupt=False, force_polling=polling or None, ignore_permission_denied=True,
        ):  # fmt: skip
            for slug in sorted({Path(path).stem for _, path in changes}):
                put(slug)
    except Exception:  # the system has run out of notifications, or this disk sends none
        if polling or stop.is_set():
            raise
        saved_notebooks(folder, put, stop, polling=True)
