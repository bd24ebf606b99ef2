"""Plain strings: texts made harmless, numbers, money and dates in the words of a language."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal, get_currency_precision

SPACE = "\N{NO-BREAK SPACE}"

# What cannot be printed, and marks that turn the direction of what follows: a name may not rewrite its neighbours.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff\ufff9-\ufffb\ufffe\uffff]"
)

# Where to look for the direction of a text; what matters stands at its start.
STRONG_WITHIN = 400


def as_text(value: Any) -> str:
    """Whatever was kept, in words."""
    if isinstance(value, Mapping):
        return ", ".join(filter(None, map(as_text, value.values())))
    if isinstance(value, (list, tuple)):
        return "; ".join(filter(None, map(as_text, value)))
    return tidy(value if isinstance(value, str) else json.dumps(value))


def tidy(value: Any, *, lines: bool = False) -> str:
    """A text without what cannot be printed or would turn the direction of its neighbours."""
    text = UNSEEN.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n"))
    return text.strip() if lines else " ".join(text.split())


def direction_of(text: str) -> str:
    """``ltr`` or ``rtl`` by the first letter that has a direction, as browsers do for ``dir=auto``.

    It is worked out here because the renderer of PDF files does not.
    """
    if text[:1].isascii() and text[:1].isalpha():
        return "ltr"
    for letter in text[:STRONG_WITHIN]:
        strong = unicodedata.bidirectional(letter)
        if strong in ("R", "AL"):
            return "rtl"
        if strong == "L":
            return "ltr"
    return "auto"


@lru_cache(maxsize=64)
def locale_of(lang: str) -> Locale:
    """Babel's locale for a language tag; plain English is written as most of the world writes it."""
    if lang == "en":
        return Locale("en", "GB")
    try:
        return Locale.parse(lang, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en", "GB")


def number_text(value: Any, lang: str = "en", *, places: int = 0) -> str:
    """A number in groups of digits, ``1 250.5``: between spaces, for a comma means two things to two readers."""
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError(value)
    locale = locale_of(lang)
    pattern = f"#,##0.{'0' * places}{'#' * (12 - places)}"
    text = format_decimal(number, format=pattern, locale=locale, decimal_quantization=False)
    group = locale.number_symbols["latn"]["group"]
    return text.replace(group, SPACE) if group != SPACE else text


def amount_text(value: Mapping[str, Any], lang: str = "en") -> str:
    """Money with its currency: ``1 250.00 EUR``."""
    currency = tidy(value["currency"])
    try:
        places = get_currency_precision(currency)
    except (LookupError, ValueError):
        places = 2
    return f"{number_text(value['amount'], lang, places=places)}{SPACE}{currency}"


def date_text(value: str, lang: str = "en") -> str:
    """An ISO date in words: ``3 March 2027``."""
    return format_date(date.fromisoformat(value), "long", locale_of(lang))
