"""Large made-up forms, and the work of the form language on them, timed beside plain JSON in the same run."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from toolkit.exchange.xlsform_in import from_xlsform
from toolkit.exchange.xlsform_out import to_xlsform
from toolkit.schema.changes import compare
from toolkit.schema.merge import merge
from toolkit.schema.parsing import from_json, parse, to_json

Work = Callable[[], Any]
KINDS = ("text", "integer", "date", "yes_no", "select_one level", "long_text", "decimal", "rating", "email", "year")


def large_form(items: int) -> dict[str, Any]:
    """A raw tool of ``items`` questions in groups of ten, one in five with a condition or a rule, two languages."""
    form = []
    for group in range(items // 10):
        questions = [_question(group * 10 + n) for n in range(10)]
        form.append({"group": f"group_{group}", "label": _text(f"Group {group}"), "items": questions})
    levels = [{"name": name, "label": _text(name.title())} for name in ("low", "middle", "high")]
    return {
        "tool": "bench-large",
        "number": "9.9",
        "section": "monitor",
        "kind": "form",
        "title": _text("A large form"),
        "purpose": _text("For measuring."),
        "mode": "single",
        "minutes": 30,
        "languages": ["en", "fr"],
        "choices": {"level": levels},
        "form": form,
    }


def _text(words: str) -> dict[str, str]:
    return {"en": words, "fr": f"{words} (fr)"}


def _question(n: int) -> dict[str, Any]:
    kind = KINDS[n % 10]
    question = {
        "id": f"f_q{n}",
        "name": f"q_{n}",
        "type": kind,
        "label": _text(f"Question number {n}"),
        "required": True,
    }
    if n % 10 == 5:
        question["relevant"] = f"${{q_{n - 2}}} = 'yes' and ${{q_{n - 4}}} > 3"
    if n % 10 == 6:
        question |= {"constraint": ". >= 0 and . <= 1000", "constraint_message": _text("From 0 to 1000.")}
    return question


def _edited(raw: dict[str, Any], *, every: int, first: int, words: str) -> dict[str, Any]:
    """``raw`` with one question in ``every`` reworded from ``first`` on, one left out and one added in each group."""
    tool = deepcopy(raw)
    for number, group in enumerate(tool["form"]):
        for question in group["items"][first::every]:
            question["label"]["en"] += f", {words}"
        del group["items"][8 if first else 9]
        group["items"].append(
            {"id": f"f_{words}{number}", "name": f"{words}_{number}", "type": "text", "label": _text(words)}
        )
    return tool


def works() -> dict[str, tuple[Work, float]]:
    """Each work with the milliseconds it should stay under; the first is the floor and has none."""
    raw = large_form(300)
    stored = to_json(parse(raw))
    text = json.dumps(stored)
    theirs = _edited(raw, every=4, first=0, words="theirs")
    ours = _edited(raw, every=3, first=1, words="ours")
    sheet = to_xlsform(parse(large_form(500))).content
    return {
        "read and write it as JSON (floor)": (lambda: json.dumps(json.loads(text)), 0),
        "parse and validate 300 items": (lambda: parse(raw), 15),
        "open 300 items from the database": (lambda: from_json(stored), 15),
        "compare two forms of 300 items": (lambda: compare(raw, theirs), 60),
        "merge two forms of 300 items": (lambda: merge(raw, theirs, ours), 60),
        "import an XLSForm of 500 rows": (lambda: from_xlsform(sheet, slug="bench-large", section="monitor"), 2000),
    }


def measure(rounds: int) -> dict[str, list[float]]:
    """CPU seconds of every work, taken in turn, so that a slow moment of the machine touches all alike."""
    todo = {label: work for label, (work, _limit) in works().items()}
    found: dict[str, list[float]] = {label: [] for label in todo}
    for _round in range(rounds):
        for label, work in todo.items():
            start = time.process_time()
            work()
            found[label].append(time.process_time() - start)
    return found
