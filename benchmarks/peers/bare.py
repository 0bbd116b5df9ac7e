"""The bound: the same cells and the same test functions, nothing between them, each submission in a fork of a warm process.

    python -m benchmarks.peers.bare < ORDER

ORDER is JSON: copies (lists of cells), helpers, names and tests (their sources), warm (cells executed before the first
fork). The parent has imported NumPy, torch and matplotlib and compiled the tests. One line of JSON: for each copy its CPU
seconds (the fork's own and its children's), wall seconds, and the names of the tests that passed.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import time
from types import CodeType
from typing import Any


def judge(cells: list[str], helpers: CodeType, tests: list[tuple[str, CodeType]]) -> list[str]:
    """Execute the cells, then the helpers and tests in the same namespace; the names of the tests that passed."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for number, source in enumerate(cells):
        with contextlib.suppress(Exception):
            exec(compile(source, f"<cell {number}>", "exec"), names)
    exec(helpers, names)
    passed = []
    for position, (name, code) in enumerate(tests):
        with contextlib.suppress(Exception):
            exec(code, names)
            names["run"](names[name], names, position)
            passed.append(name)
    return passed


def forked(cells: list[str], helpers: CodeType, tests: list[tuple[str, CodeType]]) -> dict[str, Any]:
    """One submission in a fork of its own."""
    reader, writer = os.pipe()
    begun = time.monotonic()
    pid = os.fork()
    if not pid:
        with contextlib.redirect_stdout(io.StringIO()):
            passed = judge(cells, helpers, tests)
        os.write(writer, json.dumps(passed).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        answer = stream.read()
    usage = os.wait4(pid, 0)[2]
    return {"cpu_s": usage.ru_utime + usage.ru_stime, "wall_s": time.monotonic() - begun, "passed": json.loads(answer)}


def main() -> None:
    order = json.loads(sys.stdin.read())
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot
    import numpy
    import torch

    assert matplotlib.pyplot and numpy and torch
    helpers = compile(order["helpers"], "<helpers>", "exec")
    sources = zip(order["names"], order["tests"], strict=True)
    tests = [(name, compile(source, f"<{name}>", "exec")) for name, source in sources]
    with contextlib.redirect_stdout(io.StringIO()):
        judge(order["warm"], helpers, tests)
    print(json.dumps([forked(cells, helpers, tests) for cells in order["copies"]]), flush=True)


if __name__ == "__main__":
    main()
