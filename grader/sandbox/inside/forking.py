"""What a process does before it is forked again and again, and what each fork does first."""

import contextlib
import ctypes
import gc
import random
import sys
from pathlib import Path

MADV_COLLAPSE = 25
HUGE = 2 << 20


def settle() -> None:
    """Make this process cheap to fork: freeze what the collector would touch, use huge pages where possible.

    A fork copies one entry for a page of 2 MB instead of 512; a page that a worker writes to is copied as
    before.
    """
    from .confine import LIBC  # not on Windows, where nothing forks

    gc.collect()
    gc.freeze()
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/self/maps").read_text().splitlines():
            span, rights, _, _, inode, *name = line.split()
            if rights != "rw-p" or inode != "0" or (name and name[0] != "[heap]"):
                continue
            start, end = (int(part, 16) for part in span.split("-"))
            start, end = -(-start // HUGE) * HUGE, end // HUGE * HUGE
            if start < end:  # a kernel that does not know this advice refuses it, which does no harm
                LIBC.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), MADV_COLLAPSE)


def seed_random(seed: int) -> None:
    """Set the global random states, so that a fork without seeds of its own always does the same."""
    random.seed(seed)
    if (numpy := sys.modules.get("numpy")) is not None:
        numpy.random.seed(seed)
    if (torch := sys.modules.get("torch")) is not None:
        # manual_seed looks for every kind of device first: 1 ms, even where torch was built for none
        kinds = ("cuda", "hip", "xpu")
        devices = sys.platform != "linux" or any(getattr(torch.version, kind, None) for kind in kinds)
        (torch if devices else torch.default_generator).manual_seed(seed)
