"""Calls a run stalled when its end is flat, although it has arrived.

Loses: diagnose
"""

import numpy as np


def diagnose(losses):
    values = np.array(losses)
    tail = values[-len(values) // 5 :]
    if not np.isfinite(values).all() or np.ptp(tail) > tail.mean() or values[values.argmin() :].max() > 2 * values.min():
        return "unstable"
    return "stalled" if tail[-1] > 0.95 * tail[0] else "healthy"
