"""`grader`, with the CPU time of the sandbox written to a file before it is closed.

    python -m benchmarks.peers.graded FILE grade SUBMISSIONS -o OUT …

The fork server below bubblewrap dies with its pid namespace, and no ancestor waits for it: without this its time, and
that of all submissions' workers, would be missing from the usage of children, in our favour.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.measure import descendants
from grader.cli.main import main
from grader.sandbox.forkserver import ForkServer

FILE = Path(sys.argv.pop(1))
close = ForkServer.close


def counted(server: ForkServer) -> None:
    cpu = sum(descendants(server.zygote.process.pid).values())
    with FILE.open("a", encoding="ascii") as stream:
        stream.write(f"{cpu}\n")
    close(server)


setattr(ForkServer, "close", counted)  # noqa: B010
main(prog_name="grader")
