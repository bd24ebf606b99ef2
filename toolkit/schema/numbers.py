"""Numbers as both evaluators see them: doubles of 15 significant digits and 10 decimals.

Each rule here has a twin in static/js/expressions.js; the shared table of cases holds them equal.
"""

import re
from decimal import ROUND_HALF_UP, Context, Decimal

BOUND = 1e15
_FIFTEEN_DIGITS = Context(prec=15, rounding=ROUND_HALF_UP)
_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
_TEN_PLACES = Decimal("1e-10")
_NUMERAL = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")


def snap(number: float) -> float | str:
    """``number`` to 15 digits and 10 decimals, or '' when it is none or too large to be exact."""
    if not -BOUND < number < BOUND:  # also true of NaN
        return ""
    if number == int(number):
        return number + 0.0  # turns -0.0 into 0.0
    number = float(_FIFTEEN_DIGITS.create_decimal_from_float(number))
    if -1e5 < number < 1e5:
        number = float(Decimal(number).quantize(_TEN_PLACES, context=_WIDE))
    return number + 0.0 if -BOUND < number < BOUND else ""


def from_text(text: str) -> float | str:
    """The number that ``text`` spells, or ''."""
    text = text.strip(" \t\r\n")
    if not _NUMERAL.fullmatch(text) or len(text) > 40:
        return ""
    return snap(float(text))


def to_text(number: float) -> str:
    """A snapped number in plain digits, without an exponent."""
    if number == int(number):
        return str(int(number))
    text = repr(number)
    if "e" in text:
        text = f"{number:.10f}".rstrip("0")
    return text


def round_half_away(number: float, digits: int) -> float | str:
    """``number`` to ``digits`` decimals; a half goes away from zero, as people round."""
    step = Decimal(1).scaleb(-digits)
    return snap(float(Decimal(to_text(number)).quantize(step, context=_WIDE)))
