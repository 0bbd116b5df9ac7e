"""Looks at the first and the last value only and sees no oscillation.

Loses: diagnose
"""

import math


def diagnose(losses):
    if not math.isfinite(sum(losses)):
        return "unstable"
    if losses[-1] > 2 * min(losses[0], losses[-1]):
        return "unstable"
    return "stalled" if losses[-1] > 0.95 * losses[0] else "healthy"
