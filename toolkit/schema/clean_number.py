"""Answers in numbers: integer, decimal, percent, money, year, rating."""

import re
import unicodedata
from decimal import Decimal

from .codes import CURRENCIES, THREE_PLACES
from .definition import Definition, Item
from .errors import AnswerError
from .numbers import BOUND, to_text
from .words import _

DIGITS = 15
PLACES = 10
NOT_APPLICABLE = "na"
_SPACES = re.compile(r"(?<=[0-9])[ \u00a0\u202f'\u2019](?=[0-9]{3}(?![0-9]))")
_COMMA = re.compile(r"([+-]?(?:0|[0-9]+)),([0-9]+)")
_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")


def _ascii(text: str) -> str:
    """Digits of every script as 0–9, with the Arabic decimal sign and the real minus."""
    text = text.replace("\u066b", ".").replace("\u2212", "-")
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def _too_many_digits() -> AnswerError:
    return AnswerError("digits", _("This number is too long. Use at most %(limit)d digits.", limit=DIGITS))


def number(raw: object) -> Decimal | None:
    """The number a person wrote, or None when they wrote nothing.

    One decimal comma is understood, "1,234" is refused: it is 1234 to some and 1.234 to others.
    """
    if isinstance(raw, bool) or not isinstance(raw, (int, float, Decimal, str)):
        raise AnswerError("number", _("Write a number."))
    if not isinstance(raw, str):
        if (isinstance(raw, Decimal) and raw.is_nan()) or not -BOUND < raw < BOUND:
            raise _too_many_digits()
        raw = f"{Decimal(str(raw)):f}"
    elif len(raw) > 100:
        raise _too_many_digits()
    text = _SPACES.sub("", _ascii(raw.strip()))
    if not text:
        return None
    comma = _COMMA.fullmatch(text)
    if comma and (len(comma[2]) != 3 or comma[1].lstrip("+-") == "0"):
        text = f"{comma[1]}.{comma[2]}"
    elif comma or text.count(",") > 1:
        raise AnswerError(
            "number_comma",
            _("A comma here could mean two things. Write 1234 or 1.234, without a comma."),
        )
    if not _PLAIN.fullmatch(text):
        raise AnswerError("number", _("Write a number, such as 12 or 12.5."))
    value = Decimal(text)
    if abs(value) >= BOUND or len(value.normalize().as_tuple().digits) > DIGITS:
        raise _too_many_digits()
    if -value.normalize().as_tuple().exponent > PLACES:
        raise AnswerError("places", _("Use at most %(limit)d digits after the point.", limit=PLACES))
    return value


def _in_range(item: Item, value: Decimal) -> None:
    if item.min is not None and value < Decimal(repr(item.min)):
        raise AnswerError("min", _("Write %(limit)s or more.", limit=to_text(item.min)))
    if item.max is not None and value > Decimal(repr(item.max)):
        raise AnswerError("max", _("Write %(limit)s or less.", limit=to_text(item.max)))


def _canonical(value: Decimal) -> str:
    """Plain digits without needless zeros: "12.5", "0", "-3"."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text.lstrip("+")


def integer(item: Item, raw: object, definition: Definition) -> int | None:
    value = number(raw)
    if value is None:
        return None
    if value != int(value):
        raise AnswerError("integer", _("Write a whole number, such as 12."))
    _in_range(item, value)
    return int(value)


def decimal(item: Item, raw: object, definition: Definition) -> str | None:
    if isinstance(raw, str):
        raw = raw.strip().removesuffix("%") if item.kind == "percent" else raw
    value = number(raw)
    if value is None:
        return None
    _in_range(item, value)
    return _canonical(value)


def year(item: Item, raw: object, definition: Definition) -> int | None:
    value = integer(item, raw, definition)
    if value is not None and not 1000 <= value <= 2200:
        raise AnswerError("year", _("Write a year in four digits, such as 2026."))
    return value


def rating(item: Item, raw: object, definition: Definition) -> int | str | None:
    if raw == NOT_APPLICABLE:
        return NOT_APPLICABLE
    try:
        value = number(raw)
    except AnswerError:
        value = Decimal(0)
    if value is None:
        return None
    if value not in (1, 2, 3, 4, 5):
        raise AnswerError("rating", _("Choose a mark from 1 to 5, or “not applicable”."))
    return int(value)


def money(item: Item, raw: object, definition: Definition) -> dict[str, str] | None:
    if not isinstance(raw, dict):
        raw = {"amount": raw}
    if raw.keys() - {"amount", "currency"}:
        raise AnswerError("type", _("Give an amount and a currency, and nothing else."))
    amount = raw.get("amount")
    value = None if amount is None else number(amount)
    if value is None:
        return None
    currency = raw.get("currency") or item.currency
    if not currency:
        raise AnswerError("currency_missing", _("Choose the currency of this amount."))
    currency = currency.strip().upper() if isinstance(currency, str) else ""
    if currency not in CURRENCIES:
        raise AnswerError("currency", _("Choose a currency by its three letters, such as EUR."))
    _in_range(item, value)
    places = 3 if currency in THREE_PLACES else 2
    if -value.normalize().as_tuple().exponent > places:
        raise AnswerError("places", _("Use at most %(limit)d digits after the point.", limit=places))
    if abs(value) >= Decimal(10) ** (DIGITS - places):
        raise _too_many_digits()
    # Adding zero turns "-0" into "0".
    return {"amount": f"{value + 0:.{places}f}", "currency": currency}
