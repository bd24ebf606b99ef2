"""The HTML of a question, one function for each way its inputs look.

A page may have thousands of questions, and templates take four times as long for each
(docs/decisions/0003-fields-are-drawn-from-views.md). What it has few of, its tables and groups among them, are
templates (``templates/toolkit/fill/``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.forms.utils import flatatt
from django.template.defaultfilters import filesizeformat, linebreaks_filter
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from toolkit.forms.field import FieldView
from toolkit.forms.options import suggestions
from toolkit.forms.question import NOTHING

BOX = (
    '<div class="fill-field{invalid}{conflict}" data-cell="{cell}"{hidden}{group}>'
    "{label}{hint}{help}{inputs}{error}{theirs}{beside}{example}</div>"
)
NOTE = '<div class="fill-note" data-cell="{}"{}>{}</div>'
GROUP = ' role="group" aria-labelledby="{}-label"'
GROUP_LABEL = '<p class="fill-label" id="{}-label">{}</p>'
LABEL = '<label class="fill-label" for="{}">{}</label>'
HINT = '<p class="fill-hint" id="{}-hint">{}</p>'
ERROR = '<p class="fill-error" id="{}-error">{}</p>'
THEIRS = '<div class="fill-theirs"><p><strong>{}</strong></p><p dir="auto">{}</p><p>{}</p></div>'


def draw_field(view: FieldView) -> SafeString:
    """The whole of a question: its words, its inputs, and what is wrong with the answer."""
    cell, question = view.cell, view.question
    hidden = NOTHING if view.is_relevant else " hidden"
    if question.item.kind == "note":
        return format_html(NOTE, cell, hidden, linebreaks_filter(question.label))
    return format_html(
        BOX,
        cell=cell,
        hidden=hidden,
        invalid=" fill-field--invalid" if view.error else NOTHING,
        conflict=" fill-field--conflict" if view.theirs is not None else NOTHING,
        group=format_html(GROUP, cell) if question.is_grouped else NOTHING,
        label=format_html(GROUP_LABEL if question.is_grouped else LABEL, cell, question.words),
        hint=format_html(HINT, cell, question.hint) if question.hint else NOTHING,
        help=question.help,
        inputs=INPUTS[question.look](view) if view.offered is None else _filtered(view),
        error=format_html(ERROR, cell, view.error) if view.error else NOTHING,
        theirs=_theirs(view) if view.theirs is not None else NOTHING,
        beside=view.beside,
        example=view.example,
    )


def _theirs(view: FieldView) -> SafeString:
    """What somebody else wrote here meanwhile."""
    return format_html(
        THEIRS,
        _("%(name)s changed this while you were writing:") % {"name": view.theirs_name},
        view.theirs,
        _("Yours stands in the field above. Save again to keep yours, or copy theirs into the field."),
    )


# Inputs


def _draw(view: FieldView, html: str, **gaps: Any) -> SafeString:
    """``html`` with its gaps filled: the cell, and what the first input carries for those who do not see the page."""
    marks = {
        "aria-describedby": view.described_by,
        "aria-required": "true" if view.question.is_required else "",
        "aria-invalid": "true" if view.error else "",
    }
    return format_html(
        html,
        cell=view.cell,
        invalid=" is-invalid" if view.error else NOTHING,
        marks=format_html_join("", ' {}="{}"', (mark for mark in marks.items() if mark[1])),
        **gaps,
    )


def _shown(view: FieldView) -> SafeString:
    """What this writer only reads: another side's answer, or a calculation."""
    is_calculated = view.question.item.kind == "calculate"
    return format_html(
        '<output class="fill-shown" id="{}"{} dir="auto">{}</output>',
        view.cell,
        format_html(' data-calculated="{}"', view.cell) if is_calculated else NOTHING,
        view.shown or "–",
    )


TEXT = flatatt({"type": "text"})
WHOLE = flatatt({"type": "text", "inputmode": "numeric"})
NUMBER = flatatt({"type": "text", "inputmode": "decimal"})
# The type and the keyboard of a line; plain text where nothing is said.
LINES = {
    "email": flatatt({"type": "email"}),
    "phone": flatatt({"type": "tel"}),
    "time": flatatt({"type": "time"}),
    "url": flatatt({"type": "text", "inputmode": "url"}),
    "integer": WHOLE,
    "year": WHOLE,
    "decimal": NUMBER,
    "percent": NUMBER,
}


def _line(view: FieldView) -> SafeString:
    return _draw(
        view,
        '<input class="form-control{invalid}"{type} id="{cell}" name="{cell}" value="{value}" dir="auto"{marks}>',
        type=LINES.get(view.question.item.kind, TEXT),
        value=view.value,
    )


def _long_text(view: FieldView) -> SafeString:
    item = view.question.item
    return _draw(
        view,
        '<textarea class="form-control{invalid}" id="{cell}" name="{cell}" rows="{rows}" dir="auto"{most}{marks}>\n'
        "{value}</textarea>",
        rows=2 if item.repeat else 4,
        most=format_html(' data-max-words="{}"', item.max_words) if item.max_words else NOTHING,
        value=view.value,
    )


def _type(view: FieldView, kind: str, part: str = "value") -> str:
    """An input of ``kind``, or of plain text where what was typed is not of that kind: it stays to be seen."""
    return "text" if view.error and view.parts.get(part) else kind


def _date(view: FieldView) -> SafeString:
    return _draw(
        view,
        '<input class="form-control fill-short{invalid}" type="{type}" id="{cell}" name="{cell}" value="{value}"'
        "{marks}>",
        type=_type(view, "date"),
        value=view.value,
    )


def _datetime(view: FieldView) -> SafeString:
    """Wall clock and zone."""
    return _draw(
        view,
        '<div class="fill-parts"><input class="form-control{invalid}" type="{type}" id="{cell}" name="{cell}:at"'
        ' value="{at}"{marks}><label class="visually-hidden" for="{cell}:zone">{zone_label}</label>'
        '<input class="form-control" type="text" id="{cell}:zone" name="{cell}:zone" value="{zone}" list="zones"'
        ' placeholder="{example}"></div>',
        type=_type(view, "datetime-local", "at"),
        zone_label=_("Time zone"),
        example=_("Time zone, e.g. Africa/Kampala"),
        **view.parts,
    )


def _money(view: FieldView) -> SafeString:
    return _draw(
        view,
        '<div class="fill-parts fill-parts--money"><input class="form-control text-end{invalid}" type="text"'
        ' inputmode="decimal" id="{cell}" name="{cell}:amount" value="{amount}"{marks}>'
        '<label class="visually-hidden" for="{cell}:currency">{label}</label>'
        '<input class="form-control" type="text" id="{cell}:currency" name="{cell}:currency" value="{currency}"'
        ' list="currencies" maxlength="3" size="4" placeholder="EUR" autocapitalize="characters"></div>',
        label=_("Currency"),
        **view.parts,
    )


def _reference(view: FieldView) -> SafeString:
    """Known names are offered, any other may be typed."""
    options = suggestions(name for _ref, name in view.question.options)
    return _draw(
        view,
        '<input class="form-control{invalid}" type="text" id="{cell}" name="{cell}" value="{value}" dir="auto"'
        "{list}{marks}>{options}",
        list=format_html(' list="{}:list"', view.cell) if options else NOTHING,
        options=format_html('<datalist id="{}:list">{}</datalist>', view.cell, options) if options else NOTHING,
        value=view.value,
    )


def _files(view: FieldView) -> SafeString:
    kept = format_html_join(
        "",
        '<li>{} <span class="text-secondary">({})</span> <label class="fill-choice"><input class="form-check-input"'
        ' type="checkbox" name="{}:drop" value="{}"> {}</label></li>',
        ((file["name"], filesizeformat(file["size"]), view.cell, file["id"], _("Remove")) for file in view.value),
    )
    return _draw(
        view,
        '{kept}<input class="form-control{invalid}" type="file" multiple id="{cell}" name="{cell}"{accept}{marks}>',
        kept=format_html('<ul class="fill-files">{}</ul>', kept) if kept else NOTHING,
        accept=PICTURES if view.question.item.kind == "image" else NOTHING,
    )


PICTURES = flatatt({"accept": "image/png,image/jpeg,image/webp,image/gif"})


# Choices


FILTERED = (
    '<div data-filtered>{}<p class="fill-hint" data-no-choice{}>{}</p>'
    '<p class="fill-error" data-ruled-out{}>{}</p></div>'
)


def _filtered(view: FieldView) -> SafeString:
    """Choices of which only those are shown that go with the other answers, and what is the matter if one does not."""
    is_ruled_out = any(map(view.is_out, view.picked)) and not view.error
    return format_html(
        FILTERED,
        INPUTS[view.question.look](view),
        " hidden" if view.offered else NOTHING,
        _("What can be chosen here depends on other answers. Give those first and save."),
        NOTHING if is_ruled_out else " hidden",
        _("What is chosen here does not go with the other answers. Choose again."),
    )


def _select(view: FieldView) -> SafeString:
    options = [("", _("Choose …")), *view.question.options]
    return _draw(
        view,
        '<select class="form-select{invalid}" id="{cell}" name="{cell}"{marks}>{options}</select>',
        options=_options(options, view),
    )


def _options(options: Iterable[tuple[str, str]], view: FieldView, chosen: str = "") -> SafeString:
    chosen = chosen or view.value
    marked = ((name, _mark(view, name, name == chosen, SELECTED), label) for name, label in options)
    return format_html_join("", '<option value="{}"{}>{}</option>', marked)


def _mark(view: FieldView, name: str, is_chosen: bool, chosen: SafeString) -> SafeString:
    """How an option stands: chosen, out of sight because a filter leaves it out, or neither."""
    if name and is_chosen:
        return chosen
    return OUT if view.offered is not None and view.is_out(name) else NOTHING


OUT, DISABLED, SELECTED, CHECKED = map(SafeString, (" hidden disabled", " disabled", " selected", " checked"))
RADIO = '<label class="fill-choice"{}><input class="form-check-input" type="radio" name="{}" value="{}"{}{}> {}</label>'
CHECKBOX = (
    '<label class="fill-choice"{}><input class="form-check-input" type="checkbox" name="{}" value="{}"{}{}> {}</label>'
)
NO_RADIO = (
    '<label class="fill-choice fill-choice--none">'
    '<input class="form-check-input" type="radio" name="{}" value=""> {}</label>'
)


def _radios(view: FieldView) -> SafeString:
    """Few options, one to be chosen. A choice that need not be made can be taken back."""
    may_clear = bool(view.value) and not view.question.is_required
    more = format_html(NO_RADIO, view.cell, _("No answer")) if may_clear else NOTHING
    return _choices(view, RADIO, chosen=[str(view.value)], more=more)


def _checkboxes(view: FieldView) -> SafeString:
    return _choices(view, CHECKBOX, chosen=view.value)


def _choices(view: FieldView, box: str, *, chosen: list[str], more: SafeString = NOTHING) -> SafeString:
    """A box for each option; the first has the id of the cell, to which an error leads."""
    first = format_html(' id="{}"', view.cell)
    marks = ((name, _mark(view, name, name in chosen, CHECKED), label) for name, label in view.question.options)
    boxes = (
        (
            " hidden" if mark is OUT else NOTHING,
            view.cell,
            name,
            NOTHING if number else first,
            DISABLED if mark is OUT else mark,
            label,
        )
        for number, (name, mark, label) in enumerate(marks)
    )
    return format_html(
        '<div class="fill-choices{}"><input type="hidden" name="{}:shown" value="1">{}{}</div>',
        view.question.layout,
        view.cell,
        format_html_join("", box, boxes),
        more,
    )


# Several inputs


def _signature(view: FieldView) -> SafeString:
    """Who signs, when, and their consent."""
    return _draw(
        view,
        '<div class="fill-signature"><input type="hidden" name="{cell}:shown" value="1">'
        '<p><label for="{cell}">{name_label}</label><input class="form-control{invalid}" type="text" id="{cell}"'
        ' name="{cell}:name" value="{name}" dir="auto"{marks}></p>'
        '<p><label for="{cell}:title">{title_label}</label><input class="form-control" type="text" id="{cell}:title"'
        ' name="{cell}:title" value="{title}" dir="auto"></p>'
        '<p><label for="{cell}:organization">{organization_label}</label><input class="form-control" type="text"'
        ' id="{cell}:organization" name="{cell}:organization" value="{organization}" dir="auto"></p>'
        '<p><label for="{cell}:on">{on_label}</label><input class="form-control" type="{on_type}" id="{cell}:on"'
        ' name="{cell}:on" value="{on}"></p>'
        '<label class="fill-choice fill-signature__consent"><input class="form-check-input" type="checkbox"'
        ' name="{cell}:agreed" value="true"{checked}> {consent}</label></div>',
        name_label=_("Name"),
        title_label=_("Post"),
        organization_label=_("Organization"),
        on_label=_("Date"),
        on_type=_type(view, "date", "on"),
        checked=" checked" if view.parts["agreed"] else NOTHING,
        consent=_("I sign this with my name typed above."),
        **view.parts,
    )


def _check(view: FieldView) -> SafeString:
    """Done, not needed or pending, with a day and a note."""
    states = [("pending", _("Pending")), ("done", _("Done")), ("not_needed", _("Not needed"))]
    return _draw(
        view,
        '<div class="fill-parts"><select class="form-select" id="{cell}" name="{cell}:state"{marks}>{states}</select>'
        '<label class="visually-hidden" for="{cell}:on">{on_label}</label>'
        '<input class="form-control" type="{on_type}" id="{cell}:on" name="{cell}:on" value="{on}">'
        '<label class="visually-hidden" for="{cell}:note">{note_label}</label>'
        '<input class="form-control" type="text" id="{cell}:note" name="{cell}:note" value="{note}"'
        ' placeholder="{example}" dir="auto"></div>',
        states=_options(states, view, chosen=view.parts["state"] or "pending"),
        on_label=_("Date"),
        on_type=_type(view, "date", "on"),
        note_label=_("Note"),
        example=_("Note or evidence"),
        **view.parts,
    )


INPUTS: dict[str, Callable[[FieldView], SafeString]] = {
    "shown": _shown,
    "line": _line,
    "long_text": _long_text,
    "date": _date,
    "datetime": _datetime,
    "money": _money,
    "reference": _reference,
    "files": _files,
    "select": _select,
    "radios": _radios,
    "checkboxes": _checkboxes,
    "signature": _signature,
    "check": _check,
}
