"""What a piece of work costs, measured in a process of its own."""

import json
import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """CPU seconds, megabytes beyond those that were in use before, and the exception that ended the work, if one did."""

    cpu_s: float
    peak_mb: float
    raised: str


def cost_of(work: Callable[[], object]) -> Cost:
    """Do the work in a forked process, whose memory is nobody else's."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writer, json.dumps(_measured(work)).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as stream:
        text = stream.read()
    os.waitpid(child, 0)
    assert text, "the work killed its process"
    return Cost(*json.loads(text))


def _measured(work: Callable[[], object]) -> tuple[float, float, str]:
    with open("/proc/self/statm") as stream:
        before_mb = int(stream.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    begun, raised = time.process_time(), ""
    try:
        work()
    except BaseException as error:
        raised = f"{type(error).__name__}: {error}"[:1000]
    took_s = time.process_time() - begun
    return took_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before_mb, raised
