"""What this machine offers: the sandbox's rungs and how fast they start, the limits, versions, cores."""

import os
import platform
import subprocess
import time
from collections.abc import Sequence

from grader.core.course_settings import Limits
from grader.engine.judges import number_of_judges
from grader.engine.packages import missing_packages, remedy
from grader.engine.sandboxed import Sandbox
from grader.engine.verdict_key import environment
from grader.sandbox.forkserver import RUNGS, ForkServer, NoSandbox
from grader.sandbox.launch import bwrap_programs


def examine(packages: Sequence[str] = ()) -> list[tuple[str, str]]:
    """(what, finding) rows; starting each rung for real.

    Args:
        packages: what the course promises to notebooks; looked for in the best rung.
    """
    rows = [
        (
            "machine",
            f"{platform.system()} {platform.release()}, {number_of_judges()} cores, user id {_user()}",
        ),
        ("versions", ", ".join(f"{name} {number}" for name, number in environment().items())),
        ("bubblewrap", "; ".join(map(_with_version, bwrap_programs())) or "not installed"),
    ]
    best = ""
    for rung in RUNGS[:2]:
        begun = time.monotonic()
        try:
            with ForkServer(rung) as server:
                ready_s = time.monotonic() - begun
                missing = [] if best else missing_packages(Sandbox.of(server), packages)
            means = f", with {server.program}" if server.program else ""
            rows.append((f"rung {rung}", f"works{means}; the fork server is ready after {ready_s:.1f} s"))
            if packages and not best:
                rows.append(("packages", remedy(missing) if missing else f"there: {', '.join(packages)}"))
            best = best or rung
        except NoSandbox as error:
            rows.append((f"rung {rung}", f"not available: {error.reasons[rung]}"))
    refused = "none: other people's notebooks are refused unless you say --sandbox none"
    rows.append(("in force", best or refused))
    rows += [(f"limit {name}", f"{value:g}") for name, value in Limits().as_dict().items()]
    return rows


def _with_version(program: str) -> str:
    """A bubblewrap, and what it says of itself."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60).stdout
    except OSError as error:
        return f"{program} ({error.strerror})"
    return f"{program} ({said.strip() or 'says nothing of its version'})"


def _user() -> str:
    return f"{os.geteuid()} (workers run as 65534)" if os.geteuid() == 0 else str(os.geteuid())
