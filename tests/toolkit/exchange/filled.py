"""Answers of ours put into a compiled form, so that both can work them out."""

import datetime as dt
from itertools import cycle, islice

from pyxform.xls2xform import convert

from tests.toolkit.exchange.openrosa import Form, inside
from toolkit.exchange.xlsform_items import answer_text
from toolkit.exchange.xlsform_names import Names
from toolkit.exchange.xlsform_out import to_xlsform
from toolkit.schema.answers import clean_value, evaluate_answers
from toolkit.schema.cells import ROW
from toolkit.schema.definition import Repeat
from toolkit.schema.errors import AnswerError
from toolkit.schema.reach import offers

TODAY = dt.date(2026, 3, 15)
NOW = dt.datetime.fromisoformat("2026-03-15T10:20")


def compiled(definition):
    return convert(to_xlsform(definition).content, validate=False, file_type=".xlsx").xform


def filled(definition, answers, xml, today=TODAY):
    """The compiled form with ``answers`` in it, worked out; and the rows of each table."""
    names, form = Names(definition), Form(xml, today)
    rows = {}
    for key, value in answers.items():
        node = definition.by_id[key]
        if isinstance(node, Repeat):
            rows[key] = form.rows(names.of[key], len(value))
            for within, row in zip(rows[key], value, strict=True):
                for each, answer in row.items():
                    if each != ROW:
                        _put(form, names, definition.by_id[each], answer, within)
        else:
            _put(form, names, node, value, None)
    for table in definition.repeats:
        rows.setdefault(table.id, form.rows(names.of[table.id], 0) if table.id not in answers else [])
    form.work_out()
    return form, names, rows


def _put(form, names, item, value, within):
    if item.kind == "signature":
        form.answer(names.of[item.id], value["name"], within)
        if value.get("agreed"):
            form.answer(names.part(item, "agreed"), "OK", within)
    elif item.kind in ("file", "image"):
        form.answer(names.of[item.id], value[0]["name"], within)
    else:
        form.answer(names.of[item.id], answer_text(item, value), within)
        if item.kind == "money":
            form.answer(names.part(item, "currency"), value["currency"], within)


def differences(definition, answers, xml, today=TODAY, now=NOW):
    """Where the compiled form comes to another result than we do: the cell, ours, theirs."""
    ours = evaluate_answers(definition, answers, today=today, now=now)
    form, names, rows = filled(definition, answers, xml, today)
    for item in definition.items:
        if item.kind in ("note", "file", "image"):
            continue
        ids = [row[ROW] for row in answers.get(item.repeat, ())] if item.repeat else [""]
        for n, row in enumerate(ids):
            cell = f"{item.repeat}/{row}/{item.id}" if item.repeat else item.id
            within = rows[item.repeat][n] if item.repeat else form.data
            node = next(within.iter(names.of[item.id]), None)
            theirs = (node.text or "") if node is not None else ""
            value = ours.values.get(cell, "") if item.kind == "calculate" else None
            if item.kind == "calculate" and not is_same(value, theirs):
                yield cell, value, theirs
            elif item.kind != "calculate" and not ours.is_relevant(cell) and theirs:
                yield cell, "does not apply", theirs


def is_same(value, text):
    if isinstance(value, bool):
        return text == ("true" if value else "false")
    if isinstance(value, (int, float)):
        try:
            return abs(float(text) - value) < 1e-6 * max(1, abs(value))
        except ValueError:
            return False
    return inside(value) == text or " ".join(str(value).split()) == " ".join(text.split())


def invented(definition, turn):
    """Answers to most questions, others at each turn."""
    words = {word for item in definition.items for word in ("", item.name)}
    answers = {}
    for at, item in enumerate(definition.items, start=turn):
        offered = list(offers(definition, item, words, TODAY))
        if item.kind in ("calculate", "note") or not offered:
            continue
        if not item.repeat:
            places = [answers]
        else:
            table = definition.by_id[item.repeat]
            start = [dict(row) for row in table.rows] or [{ROW: f"row{n:04}"} for n in range(1 + turn % 3)]
            places = answers.setdefault(item.repeat, start)
        for n, place in enumerate(places):
            value = next(islice(cycle(offered), at * (n + 3) + turn * 7, None))
            if item.kind == "money" and value is not None:
                # Amounts in several currencies have no sum with us, and one there; the export says so.
                value = value | {"currency": "EUR"}
            value = None if value is None else kept(definition, item, value)
            if value is not None and item.id not in place:
                place[item.id] = value
    return sound(definition, answers)


def kept(definition, item, value):
    try:
        return clean_value(item, value, definition=definition)
    except AnswerError:
        return None


def sound(definition, answers):
    """``answers`` without those that nobody could hand in, which count as empty with us."""
    for _turn in range(20):
        found = evaluate_answers(definition, answers, today=TODAY, now=NOW)
        wrong = {problem.cell for problem in found.problems if problem.code != "required"}
        dropped = [drop_cell(answers, cell) for cell in wrong]
        if not any(dropped):
            return answers
    raise AssertionError("These answers never become sound.")


def drop_cell(answers, cell):
    parts = cell.split("/")
    if len(parts) < 3:
        return answers.pop(parts[0], None) is not None
    row = next((row for row in answers.get(parts[0], ()) if row[ROW] == parts[1]), {})
    return row.pop(parts[2], None) is not None
