"""What became of a form of ours: done, to be put right, or refused as things stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from toolkit.models import Document, Submission
from toolkit.states import Mode

# Steps that the present state of a document or a partnership does not allow.
STATE_CODES = frozenset({"transition", "closed", "withdrawn", "revoked", "stale", "submitted"})


@dataclass(frozen=True)
class Outcome:
    """``saved`` is what the action gave back; otherwise ``status`` is the code to answer with."""

    done: bool = False
    saved: Any = None
    status: int = 200


def attempt(form: forms.Form, act: Callable[[], Any]) -> Outcome:
    """Check ``form`` and carry out ``act``; what is refused is written on the form, and nothing is saved."""
    if not form.is_bound:
        return Outcome()
    if not form.is_valid():
        return Outcome(status=400)
    try:
        return Outcome(done=True, saved=act())
    except ValidationError as error:
        write_on(form, error)
        return Outcome(status=refusal_status(error))


def refusal_status(error: ValidationError) -> int:
    """409 where nothing in the form is wrong, but the step came too late or too early."""
    return 409 if getattr(error, "code", None) in STATE_CODES else 400


def write_on(form: forms.Form, error: ValidationError) -> None:
    """Each message at its field (a code may be the name of one), or above the form."""
    messages = error.error_dict if hasattr(error, "error_dict") else {error_field(error): error.error_list}
    for name, errors in messages.items():
        form.add_error(name if name in form.fields else None, errors)


def error_field(error: ValidationError) -> str:
    return getattr(error, "code", None) or NON_FIELD_ERRORS


def stamp(document: Document) -> str:
    """What a page shows of a document's course: its state, and how often something was submitted."""
    if document.mode == Mode.OPEN:  # people answer while somebody reads; what they sent is not returned or accepted
        return document.state
    n_submissions = Submission.objects.filter(response__document=document).count()
    return f"{document.state}.{n_submissions}"


def refuse_if_stale(document: Document, seen: str) -> None:
    """Nobody accepts or returns what they have not read: the document must still be as the page showed it."""
    if stamp(document) != seen:
        raise ValidationError(
            _("This document has changed since you opened the page: it is now %(state)s. Read it again first."),
            code="stale",
            params={"state": document.get_state_display().lower()},
        )
