"""How points are written, in every output."""

from functools import lru_cache


def points(value: float | None, unknown: str = "ungraded") -> str:
    """Points as every output for people writes them: at most two decimals (17.5, 20), halves rounded up."""
    return unknown if value is None else two_decimals(value).rstrip("0").rstrip(".")


@lru_cache(maxsize=10_000)
def two_decimals(value: float, comma: bool = False) -> str:
    """Points as Canvas and Moodle write them (17.50, or 17,50): the same number as `points` gives."""
    from decimal import ROUND_HALF_UP, Context, Decimal  # not for commands that write no points

    half_up = Context(prec=400, rounding=ROUND_HALF_UP)  # as many digits as any float has
    rounded = Decimal(repr(float(value))).quantize(Decimal("0.01"), context=half_up)
    text = f"{rounded or abs(rounded):f}"  # never -0.00
    return text.replace(".", ",") if comma else text
