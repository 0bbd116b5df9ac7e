"""Keys as they are pressed, without Enter; lines where there is no terminal. Its settings are restored."""

import contextlib
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator

LOOK_EVERY_S = 0.1
SPECIAL = re.compile(rb"\x1b(\[[0-9;]*.|O.)?")  # what an arrow or function key sends
Put = Callable[[str], None]


@contextlib.contextmanager
def pressed_keys(put: Put) -> Iterator[None]:
    """While inside, a thread puts each key, in lower case, and "" when the program resumes after Ctrl-Z."""
    stop = threading.Event()
    with contextlib.ExitStack() as stack:
        if not sys.stdin.isatty():
            thread = threading.Thread(target=_lines, args=(put,), name="lines", daemon=True)
        elif sys.platform == "win32":
            thread = threading.Thread(target=_windows_keys, args=(put, stop), name="keys", daemon=True)
        else:
            descriptor = stack.enter_context(_raw_terminal(put))
            thread = threading.Thread(
                target=_unix_keys, args=(put, stop, descriptor), name="keys", daemon=True
            )
            stack.callback(thread.join, 2)
        stack.callback(stop.set)
        thread.start()
        yield


@contextlib.contextmanager
def _raw_terminal(put: Put) -> Iterator[int]:
    import termios
    import tty

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)

    def back(*_: object) -> None:
        tty.setcbreak(descriptor)
        put("")

    def end(*_: object) -> None:
        raise SystemExit(143)

    handlers = {signal.SIGCONT: back, signal.SIGTERM: end, signal.SIGHUP: end}
    old = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        tty.setcbreak(descriptor)
        yield descriptor
    finally:
        with contextlib.suppress(termios.error):  # the terminal has gone
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
        for number, handler in old.items():
            signal.signal(number, handler)


def _unix_keys(put: Put, stop: threading.Event, descriptor: int) -> None:
    import select

    while not stop.is_set():
        if not select.select([descriptor], [], [], LOOK_EVERY_S)[0]:
            continue
        try:
            data = os.read(descriptor, 64)
        except OSError:
            data = b""
        if not data:  # the terminal has gone
            put("q")
            return
        for character in SPECIAL.sub(b"", data).decode("utf-8", "replace"):
            put(character.lower())


def _windows_keys(put: Put, stop: threading.Event) -> None:
    import msvcrt

    while not stop.wait(LOOK_EVERY_S / 2):
        while msvcrt.kbhit():  # type: ignore[attr-defined, unused-ignore]
            character = msvcrt.getwch()  # type: ignore[attr-defined, unused-ignore]
            if character in ("\x00", "\xe0"):  # the first half of an arrow or function key
                msvcrt.getwch()  # type: ignore[attr-defined, unused-ignore]
            elif character == "\x03":
                put("q")
            else:
                put(character.lower())


def _lines(put: Put) -> None:
    for line in sys.stdin:
        put(line.strip()[:1].lower() or "\n")
