"""Amounts as people type them, in whichever notation; as the pages print them too."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from django import forms
from django.utils.formats import get_format
from django.utils.translation import gettext as _

# Amounts have two decimals at most, so a comma before exactly three digits parts thousands, as the pages print them.
COMMA_GROUPS = re.compile(r"(?P<whole>[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.(?P<parts>[0-9]*))?")
# A full stop alone parts thousands where the page prints it so; elsewhere “1.234” is a number with too many decimals.
POINT_GROUPS = re.compile(r"(?P<whole>[1-9][0-9]{0,2}(?:\.[0-9]{3})+)(?:,(?P<parts>[0-9]{0,2}))?")
# White space parts thousands and nothing else: two numbers in one cell are no number.
SPACE = re.compile(r"(?<=[0-9])[\s\u00a0\u202f'\u2019\u066c](?=[0-9]{3}(?![0-9]))")
PLAIN = re.compile(r"[+-]?[0-9]*\.?[0-9]*")
DECIMAL_COMMA = re.compile(r"(?P<whole>[0-9]+),(?P<parts>[0-9]{1,2})")


def read_amount(text: str, *, digits: int) -> Decimal | None:
    """A number of at most ``digits`` digits, two of them decimals: “1250.50”, “1,250.50”, “1 250,5”, “1.250,50”."""
    plain = _plain(text)
    if not plain:
        return None
    number = forms.DecimalField(min_value=0, max_digits=digits, decimal_places=2)
    number.error_messages["invalid"] = _("Write a plain number, such as 1250.50.")
    return number.clean(plain if PLAIN.fullmatch(plain) else "?")


def _plain(text: str) -> str:
    """ASCII digits with a full stop, if the text can be read so; otherwise as it came."""
    text = "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in text.strip())
    text = SPACE.sub("", text).replace("\u066b", ".")
    is_one_point = text.count(".") == 1 and "," not in text and get_format("THOUSAND_SEPARATOR") != "."
    for pattern in (COMMA_GROUPS, DECIMAL_COMMA) if is_one_point else (COMMA_GROUPS, POINT_GROUPS, DECIMAL_COMMA):
        if found := pattern.fullmatch(text):
            whole = re.sub(r"[,.]", "", found["whole"])
            return f"{whole}.{found['parts']}" if found["parts"] else whole
    return text
