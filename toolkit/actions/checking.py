"""Proof that a tool works: what parsing cannot see because it shows only with answers, or on paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import timezone, translation

from toolkit.models import Tool, ToolVersion
from toolkit.rendering.html import render_blank
from toolkit.rendering.sample import body_html, sample_html
from toolkit.schema.answers import evaluate_answers, starting_answers
from toolkit.schema.definition import Definition, tr
from toolkit.schema.examples import Example
from toolkit.schema.reach import never_offering, out_of_reach


def check_tool(form: Definition, example: Example | None = None) -> list[str]:
    """What is wrong with ``form``, as sentences; nothing when it can be filled in, read and printed."""
    told: list[str] = []
    answers = {"empty": starting_answers(form), **({"example": example.answers} if example else {})}
    now = timezone.localtime()
    for name, each in answers.items():
        try:
            evaluate_answers(form, each, today=now.date(), now=now)
        except Exception as error:  # whatever it is, a person would meet it
            told.append(f"cannot be worked out with the {name} answers: {error!r}")
    if told:
        return told
    unreached = "“{}” can never be asked: its condition held for none of the answers tried"
    told += [unreached.format(node.name) for node in out_of_reach(form, now=now)]
    empty = "“{}” never offers a choice: its filter left none for any of the answers tried"
    told += [empty.format(item.name) for item in never_offering(form, now=now)]
    partnerships = {"example": example.partnership} if example else {}
    for lang in form.languages:
        told += [f"{problem} ({lang})" for problem in _drawing(form, answers, partnerships, lang)]
    return told


def _drawing(
    form: Definition, answers: Mapping[str, Mapping[str, Any]], partnerships: Mapping[str, Any], lang: str
) -> Iterator[str]:
    version = ToolVersion(tool=Tool(slug=form.tool, number=form.number, kind=form.kind), number=1)
    version.set_definition(form.written)
    with translation.override(lang):
        for is_paper in (False, True):
            where = "on paper" if is_paper else "on a page"
            if not render_blank(version, lang=lang, is_paper=is_paper).strip():
                yield f"the empty form has nothing {where}"
            for name, each in answers.items():
                about = {"title": tr(form.title, lang), "lang": lang, "partnership": partnerships.get(name)}
                if not sample_html(form, each, **about, is_paper=is_paper).strip():
                    yield f"the {name} answers have nothing {where}"
        for name, each in answers.items() if form.body else ():
            _html, problem = body_html(form, each, lang=lang)
            if problem:
                yield f"the text with the {name} answers: {problem}"
