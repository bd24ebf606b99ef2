"""The types of item: one entry each. Other tables by type are held equal to this by tests."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import clean_choice, clean_date, clean_number, clean_record, clean_text
from .definition import Definition, Item
from .numbers import snap

Value = Any
Expressed = float | str


def _same(value: Value) -> Expressed:
    return value


def _number(value: Value) -> Expressed:
    return snap(float(value))


def _never_empty(value: Value) -> bool:
    return False


@dataclass(frozen=True)
class Kind:
    """What the language knows of one type.

    ``clean(item, raw, definition)`` gives the canonical value, None when there is none, or raises
    AnswerError. ``to_expression(value)`` is what expressions see of it. ``is_empty(value)`` tells
    that a kept value does not yet answer the question.
    """

    clean: Callable[[Item, Any, Definition], Value]
    to_expression: Callable[[Value], Expressed] = _same
    is_empty: Callable[[Value], bool] = _never_empty
    numeric: bool = False
    answered: bool = True


KINDS: dict[str, Kind] = {
    "text": Kind(clean_text.text),
    "long_text": Kind(clean_text.long_text),
    "integer": Kind(clean_number.integer, _number, numeric=True),
    "decimal": Kind(clean_number.decimal, _number, numeric=True),
    "percent": Kind(clean_number.decimal, _number, numeric=True),
    "money": Kind(clean_number.money, lambda value: _number(value["amount"]), numeric=True),
    "date": Kind(clean_date.date),
    "datetime": Kind(clean_date.moment, lambda value: value["at"]),
    "time": Kind(clean_date.time),
    "year": Kind(clean_number.year, _number, numeric=True),
    "yes_no": Kind(clean_choice.yes_no),
    "select_one": Kind(clean_choice.select_one),
    "select_multiple": Kind(clean_choice.select_multiple, " ".join),
    "rating": Kind(
        clean_number.rating,
        lambda value: value if value == clean_number.NOT_APPLICABLE else _number(value),
        numeric=True,
    ),
    "email": Kind(clean_text.email),
    "phone": Kind(clean_text.phone),
    "url": Kind(clean_text.url),
    "country": Kind(clean_choice.country),
    "language": Kind(clean_choice.language),
    "reference": Kind(clean_record.reference, lambda value: value["text"]),
    "file": Kind(clean_record.file, lambda value: ", ".join(each["name"] for each in value)),
    "image": Kind(clean_record.file, lambda value: ", ".join(each["name"] for each in value)),
    "signature": Kind(
        clean_record.signature,
        lambda value: value["name"] if value["agreed"] else "",
        lambda value: not value["agreed"],
    ),
    "check": Kind(
        clean_record.check,
        lambda value: value["state"],
        lambda value: value["state"] == "pending",
    ),
    "calculate": Kind(clean_record.computed, answered=False),
    "note": Kind(clean_record.silent, answered=False),
}

# Columns that may have a total. A calculation may yield a number, so it may too.
TOTALLED = frozenset({"integer", "decimal", "percent", "money", "calculate"})
