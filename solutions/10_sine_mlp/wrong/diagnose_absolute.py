"""Uses the thresholds as absolute numbers instead of shares of the loss.

Loses: diagnose
"""

import numpy as np


def diagnose(losses):
    values = np.array(losses)
    tail = values[-len(values) // 5 :]
    if not np.isfinite(values).all() or np.ptp(tail) > 0.2 or values[values.argmin() :].max() - values.min() > 0.2:
        return "unstable"
    return "stalled" if values[0] - tail.mean() < 0.05 else "healthy"
