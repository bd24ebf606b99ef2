"""Amounts in the notation of whoever types them, read without a database."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from partnerships.planning.amounts import read_amount
from partnerships.planning.words import say_amount

READ = {
    "": None,
    "1250": "1250",
    "1250.50": "1250.50",
    "1,500.50": "1500.50",
    "1,500": "1500",
    "12,345,678.9": "12345678.9",
    "1 500.50": "1500.50",
    "1 500,5": "1500.5",
    "1\u202f500,50": "1500.50",
    "1'500.50": "1500.50",
    "1.500,50": "1500.50",
    "1.234.567": "1234567",
    "12,5": "12.5",
    "0,5": "0.5",
    "٣٫٥": "3.5",
    "٤٥٠٠": "4500",
}
REFUSED = {
    "a lot": "plain number",
    "1e5": "plain number",
    "1_000": "plain number",
    "5 5": "plain number",
    "1 50": "plain number",
    "NaN": "plain number",
    "1,5,5": "plain number",
    "1,50.25": "plain number",
    "0,500": "plain number",
    "12,34,567": "plain number",
    "1.234": "2 decimal",
    "-1": "greater than or equal to 0",
    "9" * 15: "digits",
}


def test_amounts_are_read_in_every_usual_notation(subtests):
    for text, expected in READ.items():
        with subtests.test(text):
            assert read_amount(text, digits=14) == (None if expected is None else Decimal(expected))


def test_what_is_no_amount_or_two_is_refused(subtests):
    for text, message in REFUSED.items():
        with subtests.test(text), pytest.raises(ValidationError, match=message):
            read_amount(text, digits=14)


def test_what_the_pages_print_is_read_back(subtests):
    for language in ("en", "fr", "de", "es", "pt", "ar", "ru", "sw"):
        for amount in ("0", "5", "1500", "1500.50", "1234567", "1234567.25"):
            with subtests.test(language, amount=amount), translation.override(language):
                printed = say_amount(Decimal(amount))
                assert read_amount(printed, digits=14) == Decimal(amount)
