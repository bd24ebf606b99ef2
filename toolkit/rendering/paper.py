"""A document as a paper to write on: empty, or with the answers so far; its reference is at the foot of every page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from toolkit.models import Response
from toolkit.permissions import Writer, can_read_response, sees_sensitive
from toolkit.rendering.blank import Blank, BlankSheet, BlankTable, Question, blank_sheet
from toolkit.rendering.display import show
from toolkit.rendering.html import drawn
from toolkit.rendering.plain import date_text
from toolkit.rendering.sheet import Fact
from toolkit.rendering.store import pdf_for
from toolkit.schema.cells import ROW
from toolkit.schema.definition import Definition, Group, Item, Repeat, language_of


def paper_pdf(response: Response, *, reader: Writer, side: str, is_blank: bool) -> tuple[bytes, str]:
    """The PDF to print and write on, and a name for the file. See pdf.py for what it raises."""
    document = response.document
    name = "-".join(filter(None, (document.reference, document.version.form.tool, side, "paper")))
    return pdf_for(paper_html(response, reader=reader, side=side, is_blank=is_blank)), f"{name}.pdf"


def paper_html(response: Response, *, reader: Writer, side: str, is_blank: bool) -> SafeString:
    """``side`` is whose paper it is; with ``is_blank`` nothing stands on it that was answered."""
    form = response.document.version.form
    lang = language_of(form, response.document.language)
    with translation.override(lang):
        return drawn("blank", _sheet(response, reader, side, lang, is_blank=is_blank), is_paper=True)


def _sheet(response: Response, reader: Writer, side: str, lang: str, *, is_blank: bool) -> BlankSheet:
    document = response.document
    form, whose = document.version.form, document.part_label(side)
    plain = blank_sheet(document.version, lang)
    facts = (
        (_("Partnership"), document.partnership.name),
        (_("Reference"), document.reference),
        (_("For"), whose),
        (_("Due"), date_text(document.due_on.isoformat(), lang) if document.due_on else ""),
    )
    sheet = replace(
        plain,
        title=document.title,
        running=" · ".join(filter(None, (document.partnership.name, document.reference))),
        footing=" · ".join(filter(None, (document.reference, whose, plain.footing))),
        facts=(*(Fact(label=label, value=value) for label, value in facts if value), *plain.facts),
        codes=((_("Filled in by"), _("Date")), (_("Post"), _("Telephone"))),
        sides=(),
        created=timezone.now().isoformat(timespec="seconds") if not is_blank else "",
    )
    if is_blank or not can_read_response(reader, response):
        return sheet
    sensitive = sees_sensitive(reader, response)
    hidden = {item.id for item in form.items if item.sensitive and not sensitive and not reader.may_write(item.side)}
    return replace(sheet, sections=tuple(_Prefilled(form, lang, response.answers, hidden).sections()))


class _Prefilled(Blank):
    """The same paper, with what was answered so far beside each question and in the rows of tables."""

    def __init__(self, form: Definition, lang: str, answers: Mapping[str, Any], hidden: set[str]):
        super().__init__(form, lang)
        self.answers = {key: value for key, value in answers.items() if key not in hidden}
        self.hidden = hidden

    def question(self, item: Item, group: Group) -> Question:
        made = super().question(item, group)
        text = show(item, self.answers.get(item.id), self.voice).text
        return replace(made, suggestion=_("So far: %(answer)s") % {"answer": text}) if text else made

    def table(self, repeat: Repeat, *, titled: bool) -> BlankTable:
        rows = self.answers.get(repeat.id)
        if not isinstance(rows, list) or not rows:
            return super().table(repeat, titled=titled)
        kept = tuple(
            {key: value for key, value in row.items() if key not in self.hidden} for row in rows if row.get(ROW)
        )
        return super().table(replace(repeat, rows=kept), titled=titled)
