"""Compares numbers only, and every comparison with nan is false.

Loses: diagnose
"""


def diagnose(losses):
    tail = losses[-len(losses) // 5 :]
    final = sum(tail) / len(tail)
    if max(tail) - min(tail) > final or max(losses[losses.index(min(losses)) :]) > 2 * min(losses):
        return "unstable"
    if losses[0] - final < 0.05 * losses[0]:
        return "stalled"
    return "healthy"
