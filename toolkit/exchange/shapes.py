"""How answers stand in the cells of a sheet, and what such a cell says: one shape for each part of each kind."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils.datetime import from_excel

from toolkit.schema.definition import Item

# Parts of an answer with the shape of each; an answer that has no parts has one without a name.
PARTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "text": (("", "text"),),
    "long_text": (("", "long"),),
    "integer": (("", "number"),),
    "decimal": (("", "number"),),
    "percent": (("", "percent"),),
    "money": (("amount", "number"), ("currency", "suggest")),
    "date": (("", "date"),),
    "datetime": (("at", "moment"), ("zone", "suggest")),
    "time": (("", "time"),),
    "year": (("", "number"),),
    "yes_no": (("", "choice"),),
    "select_one": (("", "choice"),),
    "select_multiple": (("", "many"),),
    "rating": (("", "choice"),),
    "email": (("", "text"),),
    "phone": (("", "text"),),
    "url": (("", "text"),),
    "country": (("", "choice"),),
    "language": (("", "choice"),),
    "reference": (("", "suggest"),),
    "signature": (
        ("name", "text"),
        ("title", "text"),
        ("organization", "text"),
        ("on", "date"),
        ("agreed", "choice"),
    ),
    "check": (("state", "choice"), ("on", "date"), ("note", "long")),
}
# Without the first, the others say nothing: a currency without an amount is no answer.
LEADING = {"money": "amount", "datetime": "at"}
TEXT_FORMAT = "@"
FORMATS = {
    "text": TEXT_FORMAT,
    "long": TEXT_FORMAT,
    "percent": TEXT_FORMAT,  # so that nobody's “12%” becomes 0.12
    "number": "General",
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
    "time": "hh:mm",
    "choice": "General",
    "suggest": TEXT_FORMAT,
    "many": TEXT_FORMAT,
    "mark": "General",
}
# The first day that all programs count alike
FIRST_DAY = dt.date(1900, 3, 1)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DAY = dt.timedelta(days=1)
_BETWEEN = " \t\n,;،؛፣፤"
Choices = Sequence[Sequence[Any]]  # [label, value]


class Unreadable(ValueError):
    """What a cell says cannot be an answer; str() is a sentence for a person."""


def parts_of(item: Item) -> tuple[tuple[str, str], ...]:
    """The parts of an answer that stand in cells; none for what no sheet can hold (files, calculations, notes)."""
    return PARTS.get(item.kind, ())


def split(item: Item, value: Any) -> dict[str, Any]:
    """A kept answer by parts."""
    if value is None:
        return {}
    if item.kind == "reference":
        return {"": value.get("text")} if isinstance(value, dict) else {"": value}
    names = [name for name, _shape in parts_of(item)]
    if names == [""]:
        return {"": value}
    return {name: value.get(name) for name in names} if isinstance(value, dict) else {}


def written(shape: str, value: Any, choices: Choices) -> Any:
    """What a cell of ``shape`` holds for ``value``: a text, number, day or time; None when it is empty."""
    if value is None or value == "" or value == []:
        return None
    if shape == "choice":
        return next((label for label, name in choices if name == value), None)
    if shape == "many":
        labels = {name: label for label, name in choices}
        return "; ".join(str(labels.get(name, name)) for name in value)
    if shape == "number":
        return value if isinstance(value, int) else Decimal(str(value))
    if shape in ("date", "moment", "time"):
        return _when(shape, value)
    return _ESCAPED.sub(r"_x005F_x\1_", str(value))


def _when(shape: str, value: str) -> Any:
    kind = {"date": dt.date, "moment": dt.datetime, "time": dt.time}[shape]
    try:
        when = kind.fromisoformat(value)
    except ValueError:
        return value
    day = when.date() if shape == "moment" else when
    return value if shape != "time" and day < FIRST_DAY else when


def read(shape: str, value: Any, choices: Choices, epoch: dt.datetime) -> Any:
    """The part of an answer that a cell of ``shape`` says, as save_answers takes it; None when it is empty."""
    if isinstance(value, str):
        value = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value).replace("\r\n", "\n").replace("\r", "\n")
        value = value.strip()
    if value is None or value == "":
        return None
    if shape == "choice":
        return _chosen(value, choices)
    if shape == "many":
        return _several(text_of(value), choices)
    if shape in ("date", "moment", "time"):
        return _time_of(shape, value, epoch)
    return text_of(value)


def text_of(value: Any) -> str:
    """What a person sees in the cell. Numbers have the fifteen digits that sheets keep."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        try:
            return f"{Decimal(f'{value:.15g}'):f}"
        except InvalidOperation:
            return str(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat("T", "minutes")
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _folded(value: Any) -> str:
    return " ".join(text_of(value).split()).casefold()


def _chosen(value: Any, choices: Choices) -> Any:
    """The choice that is meant by its label or its name."""
    if isinstance(value, bool):
        value = "yes" if value else "no"
    for wanted in (text_of(value), _folded(value)):
        for label, name in choices:
            if wanted in (text_of(label), _folded(label), str(name)):
                return name
    raise Unreadable(_("“%(text)s” is not one of the answers offered.") % {"text": text_of(value)[:60]})


def _several(text: str, choices: Choices) -> list[str]:
    """The choices whose labels follow each other in ``text``. A label may hold what stands between them."""
    known = sorted(((_folded(label), name) for label, name in choices), key=lambda pair: -len(pair[0]))
    known += [(str(name).casefold(), name) for _label, name in choices]
    rest, found = _folded(text).strip(_BETWEEN), []
    while rest:
        for label, name in known:
            after = rest[len(label) :]
            if rest.startswith(label) and (not after or after.lstrip(" ")[:1] in _BETWEEN):
                found.append(name)
                rest = after.strip(_BETWEEN)
                break
        else:
            raise Unreadable(_("“%(text)s” is not one of the answers offered.") % {"text": rest[:60]})
    return list(dict.fromkeys(found))


def _time_of(shape: str, value: Any, epoch: dt.datetime) -> str:
    """A day, a time or both as save_answers takes them. A cell may have lost its format and be a plain number."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            value = from_excel(value, epoch)
        except (ValueError, OverflowError, ArithmeticError):
            raise Unreadable(_("This is not a date or time: %(text)s.") % {"text": text_of(value)[:60]}) from None
    if isinstance(value, dt.timedelta):
        minutes = int((value % _DAY).total_seconds()) // 60
        value = dt.time(minutes // 60, minutes % 60)
    if shape == "time" and isinstance(value, dt.datetime):
        value = value.time()
    if shape == "date" and isinstance(value, dt.datetime):
        value = value.date()
    if shape == "moment" and isinstance(value, dt.datetime):
        return value.isoformat("T", "minutes")
    return text_of(value)
