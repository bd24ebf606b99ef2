"""The editor itself: the outline of a draft, and the form of the part that is open."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from toolkit.actions.drafting import StaleDraftError, edit_draft
from toolkit.forms.editor.base import PartForm
from toolkit.forms.editor.condition import names_of
from toolkit.forms.editor.drawing import names_html, question_options
from toolkit.forms.editor.typed import FORMS, typed_in
from toolkit.rendering.vocabulary import ASKED
from toolkit.schema.parts import parts_of
from toolkit.views.editor.desk import Desk, show, with_draft
from toolkit.views.outcome import refusal_status


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def tool_edit(request: HttpRequest, desk: Desk) -> HttpResponse:
    at = request.GET.get("at", "")
    form = form_at(desk, at, request.POST if request.method == "POST" else None)
    if at and form is None:
        return _gone(desk, status=409 if request.method == "POST" else 404)
    if form is None or not form.is_bound:
        return page(desk, at, form, status=400 if request.method == "POST" else 200)
    if form.act(request.POST):
        return page(desk, at, form, notice=_("Not saved yet: this page is as you left it, with more room."))
    if not form.is_valid():
        return page(desk, at, form, status=400)
    return _save(desk, at, form)


def form_at(desk: Desk, at: str, data: QueryDict | None) -> PartForm | None:
    """The form of the part that is open; None where there is none, or none such."""
    part = desk.parts.get(at)
    made = FORMS.get(part.sort) if part else None
    return made(data, raw=desk.raw, part=part, locked=desk.locked) if made else None


def _save(desk: Desk, at: str, form: PartForm) -> HttpResponse:
    try:
        edit_draft(desk.draft, form.change, seen=form.seen(), by=desk.request.user)
    except StaleDraftError as error:
        return _clash(desk, at, form, error)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return page(desk, at, form, status=refusal_status(error))
    messages.success(desk.request, _("Saved."))
    for note in form.told:
        messages.info(desk.request, note)
    here = getattr(form, "new_id", at)
    if "_next" in desk.request.POST:
        return redirect(desk.url("edit-add", parent=parent_of(form), after=here))
    return redirect(desk.url(at=here, anchor="part"))


def parent_of(form: PartForm) -> str:
    return form.cleaned_data.get("parent", form.part.parent)


def _clash(desk: Desk, at: str, form: PartForm, error: StaleDraftError) -> HttpResponse:
    """Both sides, the form as it was typed, and on it what stands now: saving again is a choice made knowingly."""
    now = error.current.raw
    part = parts_of(now).get(at)
    if part is None:
        return _gone(desk, status=409)
    theirs = FORMS[part.sort](None, raw=now, part=part, locked=desk.locked)
    rows = form.clash(theirs)
    form.data = form.data.copy()
    form.data["seen"] = theirs.seen_now
    fresh = Desk(desk.request, desk.tool, error.current)
    return page(fresh, at, form, clash=rows, status=409)


def _gone(desk: Desk, *, status: int) -> HttpResponse:
    """Somebody deleted the part; whatever was typed for it is not lost with it."""
    data, at = desk.request.POST, desk.request.GET.get("at", "")
    published = desk.tool.versions.published().first() if data else None
    typed = typed_in(desk.raw, at, data, before=published and published.raw) if data else []
    context = {"outline": desk.outline(), "typed": typed, "is_gone": True}
    return show(desk, "toolkit/editor/edit.html", context, status=status)


def page(desk: Desk, at: str, form: PartForm | None, *, status: int = 200, **context: Any) -> HttpResponse:
    part = desk.parts.get(at)
    seen = (form.data.get("seen") if form.is_bound else "") or form.seen_now if form else ""
    if form:
        draw_questions(form)
    return show(
        desk,
        "toolkit/editor/edit.html",
        {
            "at": at,
            "part": part,
            "form": form,
            "seen": seen,
            "is_locked": at in desk.locked,
            "outline": desk.outline(at),
            "names": names_html(names_of(desk.raw, form.part, desk.lang)) if form else "",
            "asked": _asked(form) if form else None,
            "ways": ASKED.items(),
            "place": desk.parts.get(part.parent) if part else None,
            "n_languages": len(desk.raw.get("languages") or []),
            **context,
        },
        status=status,
    )


def draw_questions(form: PartForm) -> None:
    """Give each line of each condition the questions to choose from."""
    for condition in form.conditions.values():
        for line in condition.lines:
            line.options = question_options(form.scope.groups, line.name)


def _asked(form: PartForm) -> dict[str, Any]:
    """What the picker of conditions needs to know of each question when a person chooses another one."""
    known = {name: each for condition in form.conditions.values() for name, each in condition.known.items()}
    return {
        name: {"kind": each.kind, "number": each.is_number, "choices": each.choices} for name, each in known.items()
    }
