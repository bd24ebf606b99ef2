"""A document goes over to the newer version of its tool: what that changes, then the step."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from toolkit.actions.moving import (
    Moved,
    MovePlan,
    move_document,
    newer_version,
    refuse_unless_movable,
    what_moving_changes,
)
from toolkit.forms.steer import StepForm
from toolkit.models import Document
from toolkit.permissions import Writer, can_read_response, can_steer_document, sees_sensitive, writer_for_user
from toolkit.rendering.display import Voice, show
from toolkit.schema.carrying import CHOICE, GONE, ROWS, Lost
from toolkit.schema.definition import Item, tr
from toolkit.views.document import show_document
from toolkit.views.filling import get_document
from toolkit.views.outcome import attempt

SHOWN_LENGTH = 300


@require_http_methods(["GET", "HEAD", "POST"])
def document_move(request: HttpRequest, *, reference: str) -> HttpResponse:
    document = get_document(request, reference)
    if not can_steer_document(request.user, document):
        raise PermissionDenied
    late = 409 if request.method == "POST" else 200
    version = newer_version(document)
    if version is None:
        refusal = _("This document is on the newest version already.")
        return show_document(request, document, refusal=refusal, status=late)
    try:
        refuse_unless_movable(document, version)
    except ValidationError as error:
        return show_document(request, document, refusal=" ".join(error.messages), status=late)
    plan = what_moving_changes(document, version)
    form = StepForm(request.POST if request.method == "POST" else None, initial={"seen": plan.stamp})
    outcome = attempt(form, lambda: move_document(document, version, seen=form.cleaned_data["seen"], by=request.user))
    if outcome.done:
        messages.success(request, _("The document is on version %(number)s now.") % {"number": version.number})
        return redirect(document)
    if outcome.status == 409:
        form.data = form.data.copy()
        form.data["seen"] = plan.stamp
    writer = writer_for_user(request.user, document)
    return render(
        request,
        "toolkit/document_move.html",
        {"document": document, "version": version, "form": form, **_told(plan, writer)},
        status=outcome.status,
    )


def _told(plan: MovePlan, writer: Writer) -> dict:
    lang = get_language() or "en"
    return {
        "n_kept": sum(each.n_kept for each in plan.moved),
        "lost": [_lost(each, loss, writer, lang) for each in plan.moved for loss in each.carried.lost],
        "required": [tr(item.label, lang) for item in plan.required],
        "added": [tr(item.label, lang) for item in plan.added if item not in plan.required],
        "reopened": [plan.document.part_label(part) for part in plan.reopened],
    }


def _lost(moved: Moved, loss: Lost, writer: Writer, lang: str) -> dict:
    """An answer that does not come along. What a side has not let go of yet stays sealed here too."""
    document: Document = moved.response.document
    why = {
        GONE: _("The new version does not ask this."),
        CHOICE: _("The new version does not offer this choice."),
        ROWS: _("The rows of this table are given now."),
    }.get(loss.why, _("The new version asks for another kind of answer."))
    node = loss.node
    is_sealed = not can_read_response(writer, moved.response)
    hidden = isinstance(node, Item) and node.sensitive and not sees_sensitive(writer, moved.response)
    voice = Voice(document.version.form, lang)
    text = show(node, loss.value, voice).text if isinstance(node, Item) else _row_text(loss, voice)
    return {
        "label": tr(node.label, lang) if node else loss.cell,
        "value": _("(sealed)") if is_sealed or hidden else text[:SHOWN_LENGTH],
        "side": document.part_label(moved.response.side),
        "why": why,
    }


def _row_text(loss: Lost, voice: Voice) -> str:
    """A whole row of a table in one line."""
    if not isinstance(loss.value, dict):
        return str(loss.value)
    items = {key: voice.definition.by_id.get(key) for key in loss.value}
    texts = [show(item, loss.value[key], voice).text for key, item in items.items() if isinstance(item, Item)]
    return " · ".join(filter(None, texts))
