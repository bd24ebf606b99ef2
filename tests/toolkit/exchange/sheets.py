"""Answers to everything that a form asks, and workbooks filled in as a person does."""

import datetime as dt
from functools import partial

from toolkit.exchange.filled_workbook import FRAME_SHEET
from toolkit.exchange.frame import unsealed
from toolkit.exchange.shapes import parts_of
from toolkit.forms.options import options_of
from toolkit.schema.cells import ROW

RECORDS = [("contact:7", "Hana Bekele"), ("contact:8", "=Rolf")]


def options(form, lang=""):
    """What items offer, as (label, value); for references a few people."""

    def offered(item):
        if item.kind == "reference" and item.of == "rows":
            return []
        if item.kind == "reference":
            return [(label, ref.replace("contact", item.of or "contact")) for ref, label in RECORDS]
        pairs = options_of(item, form, lang or form.languages[0])
        if item.kind == "rating":
            return [(int(name), int(name)) if name.isdigit() else (label, name) for name, label in pairs]
        return [(label, name) for name, label in pairs]

    return offered


def _number(item, least=7):
    low = item.min if item.min is not None else least
    return min(low + 1, item.max) if item.max is not None else low + 1


def _text(item, script, most):
    words = script if len(script.split()) <= (item.max_words or 99) else script.split()[0]
    return words[: item.max_length or most].strip()


def value_of(item, form, script):
    """An answer to ``item`` as it is kept; None for what no sheet can hold."""
    choices = form.lists.get(item.list or "", ())
    number = _number(item)
    made = {
        "text": partial(_text, item, f"=1+1 {script}", 500),
        "long_text": partial(_text, item, f"{script}\n\n{script}", 20_000),
        "integer": lambda: int(number),
        "decimal": lambda: str(int(number)),
        "percent": lambda: str(int(number)),
        "money": lambda: {"amount": f"{number:.0f}.00", "currency": item.currency or "ETB"},
        "date": lambda: "2026-03-15",
        "datetime": lambda: {"at": "2026-03-15T14:30", "zone": "Africa/Addis_Ababa"},
        "time": lambda: "09:05",
        "year": lambda: int(_number(item, 2020)),
        "yes_no": lambda: "yes",
        "select_one": lambda: choices[-1].name,
        "select_multiple": lambda: [choice.name for choice in (choices[:1] + choices[-1:])][: len(choices)],
        "rating": lambda: 4,
        "email": lambda: "hana@example.org",
        "phone": lambda: "+251 11 555 0101",
        "url": lambda: "https://example.org/a?b=c",
        "country": lambda: "ET",
        "language": lambda: "am",
        "reference": lambda: {"text": "Hana Bekele", "ref": None if item.of == "rows" else f"{item.of}:7"},
        "signature": lambda: {
            "name": script[:60],
            "title": "Nurse",
            "organization": "Aksum",
            "on": "2026-03-14",
            "agreed": True,
        },
        "check": lambda: {"state": "done", "on": "2026-03-13", "note": script},
    }
    return made[item.kind]() if item.kind in made else None


def everything(form, script):
    """An answer to all that can be answered, in tables two rows or those that are fixed."""
    answers = {
        item.id: value
        for item in form.items
        if item.repeat is None and (value := value_of(item, form, script)) is not None
    }
    for repeat in form.repeats:
        rows = [dict(row) for row in repeat.rows] or [{ROW: f"written{n}"} for n in range(min(2, repeat.max))]
        for row in rows:
            filled = {item.id: value for item in repeat.items if (value := value_of(item, form, script)) is not None}
            row |= {key: value for key, value in filled.items() if key not in row}
        answers[repeat.id] = rows
    return answers


def frame_of(book):
    rows = book[FRAME_SHEET].iter_rows(min_col=1, max_col=1, values_only=True)
    return unsealed("".join(row[0] for row in rows))


def cell_of(item, part, value, lists, name):
    """What a person writes or picks for a part of ``value``."""
    if isinstance(value, dict):
        value = value["text"] if item.kind == "reference" else value.get(part)
    shape = dict(parts_of(item))[part]
    if shape in ("choice", "many"):
        value = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
        labels = [label for label, each in lists[name] if each in (value if isinstance(value, list) else [value])]
        return "; ".join(str(label) for label in labels) if shape == "many" else labels[0]
    if shape in ("date", "moment", "time") and value:
        return {"date": dt.date, "moment": dt.datetime, "time": dt.time}[shape].fromisoformat(value)
    return float(value) if shape == "number" else value


def fill_in(book, form, script):
    """Write an answer into every open cell, in tables into their first empty row; what is to be read, by cell."""
    frame, typed = frame_of(book), {}
    shapes = {key: (shape, name) for key, shape, name in frame.fields}
    for sheet in book.worksheets:
        columns = {}
        for row in sheet.iter_rows(min_row=2):
            key = row[0].value
            if key in frame.columns:
                columns = {cell.column: cell.value for cell in row[1:] if cell.value}
            elif key in shapes:
                _fill_question(row[2], key, shapes[key], frame, form, script, typed)
            elif isinstance(key, str) and _is_row(key, frame):
                for at, name in columns.items():
                    _fill_column(row[at - 1], key, name, frame, form, script, typed)
    return typed


def _is_row(key, frame):
    """A row that stands in the file, or the first one that is there for more."""
    table, _slash, row = key.partition("/")
    return row in (*frame.rows.get(table, ()), *frame.spare.get(table, ())[:1])


def _fill_question(cell, key, told, frame, form, script, typed):
    shape, name = told
    place = key.partition("=")[0].partition(":")[0]
    item = form.by_id[place]
    value = value_of(item, form, script)
    typed[place] = value
    if shape == "mark":
        cell.value = "X" if key.partition("=")[2] in value else None
    else:
        _write(cell, cell_of(item, key.partition(":")[2], value, frame.lists, name))


def _fill_column(cell, place, key, frame, form, script, typed):
    item_id, _colon, part = key.partition(":")
    item = form.by_id[item_id]
    value = value_of(item, form, script)
    typed[f"{place}/{item_id}"] = value
    name = next(name for each, _shape, name in frame.columns[place.partition("/")[0]] if each == key)
    _write(cell, cell_of(item, part, value, frame.lists, name))


def _write(cell, value):
    assert not cell.protection.locked
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
