"""Amounts of money: rounded to what a currency can pay, and written for people."""

from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision
from django.utils.formats import number_format


def minor_units(currency: str) -> int:
    """How many digits after the point ``currency`` has: 2 for USD, 0 for JPY, 3 for KWD."""
    return get_currency_precision(currency)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """``amount`` as it can be paid in ``currency``; half a unit goes up."""
    return amount.quantize(Decimal(1).scaleb(-minor_units(currency)), rounding=ROUND_HALF_UP)


def money_text(amount: Decimal | None, currency: str) -> str:
    """``1,250.50 USD`` in the reader's way of writing numbers; nothing for no amount."""
    if amount is None:
        return ""
    written = number_format(rounded(amount, currency), decimal_pos=minor_units(currency), force_grouping=True)
    return f"{written}\N{NO-BREAK SPACE}{currency}"


def plain(amount: Decimal) -> str:
    """``40`` or ``12.5``: without zeros that say nothing, as it is typed."""
    return f"{amount.normalize():f}"


def number_text(amount: Decimal) -> str:
    """As plain(), in the reader's way of writing numbers."""
    short = Decimal(plain(amount))
    return number_format(short, decimal_pos=max(0, -short.as_tuple().exponent), force_grouping=True)
