"""What stands in one cell: countries, days, amounts, choices. Each gives the value, or raises ValidationError."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_countries import countries

PARTS = re.compile(r"\s*[;|\n]\s*")
DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
# With full stops the day stands first wherever people write so; with slashes it does not.
DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


@lru_cache(maxsize=16)
def _country_codes(_language: str) -> dict[str, str]:
    names = {name.casefold(): code for code, name in countries}
    return (
        names
        | {code.casefold(): code for code, _name in countries}
        | {countries.alpha3(code).casefold(): code for code, _name in countries}
    )


def read_country(text: str) -> str:
    """A code of two or three letters, or the name of the country in the language of the page."""
    code = _country_codes(get_language() or "en").get(text.casefold())
    if code is None:
        raise ValidationError(_("“%(text)s” is no country we know. Write its code, such as KE.") % {"text": text[:60]})
    return code


def read_choice(choices: type[TextChoices]) -> Callable[[str], Any]:
    """Reads the value or the label of one of ``choices``."""

    def read(text: str) -> str:
        known = {str(label).casefold(): value for value, label in choices.choices}
        known |= {value: value for value in choices.values}
        if text.casefold() not in known:
            raise ValidationError(
                _("“%(text)s” is none of these: %(known)s.")
                % {"text": text[:60], "known": ", ".join(str(label) for label in choices.labels)}
            )
        return known[text.casefold()]

    return read


def read_day(text: str) -> date:
    found = DAY.fullmatch(text)
    parts = found.groups() if found else None
    if parts is None:
        found = DAY_FIRST.fullmatch(text)
        parts = reversed(found.groups()) if found else None
    try:
        return date(*map(int, parts or ()))
    except (TypeError, ValueError):
        raise ValidationError(
            _("“%(text)s” is no day. Write year, month and day, such as 2025-03-31.") % {"text": text[:40]}
        ) from None


def read_number(text: str) -> Decimal:
    """A number from zero up: “1200”, “1 200.50”, “1200,5”; a comma that may part thousands is refused."""
    plain = text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    if plain.count(",") == 1 and "." not in plain and len(plain.partition(",")[2]) < 3:
        plain = plain.replace(",", ".")
    try:
        if not re.fullmatch(r"\d+(\.\d+)?", plain, re.ASCII):
            raise InvalidOperation
        return Decimal(plain)
    except InvalidOperation:
        raise ValidationError(
            _("“%(text)s” is no number from zero up. Write it like 1200.50.") % {"text": text[:40]}
        ) from None


def read_list(text: str) -> list[str]:
    """Several in one cell, with semicolons or in lines of their own."""
    return [part for part in PARTS.split(text) if part]
