"""What became of a form: saved, wrong, or overtaken by somebody else. Every page with a form ends here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from twinning.locking import StaleError, StaleRowsError

# What the person can put right in the form; any other refusal of an action is about the state of things.
INPUT_CODES = frozenset({"reason", "same"})


@dataclass
class Clash:
    """The two sides of an edit that somebody else overtook, for components/conflict.html."""

    rows: list[dict[str, str]]
    who: str
    when: datetime | None


@dataclass
class Outcome:
    """``saved`` is what the action gave back; otherwise ``status`` is the code to answer with."""

    saved: Any = None
    status: int = 200
    clash: Clash | None = None
    done: bool = False


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to; an empty post is a post."""
    return request.POST if request.method == "POST" else None


def attempt(form: forms.Form, act: Callable[[], Any]) -> Outcome:
    """Check ``form`` and carry out ``act``; what is refused is written on the form, and nothing is saved."""
    if not form.is_bound:
        return Outcome()
    if not form.is_valid():
        return Outcome(status=400)
    try:
        return Outcome(saved=act(), done=True)
    except StaleError as error:
        return Outcome(status=409, clash=_clash(form, error.current))
    except StaleRowsError as error:
        form.show_theirs(error.current)
        return Outcome(status=409)
    except ValidationError as error:
        _write_on(form, error)
        return Outcome(status=refusal_status(error))
    except IntegrityError:
        # Two people at the same moment: the database let the first one through.
        form.add_error(
            None, _("Somebody else saved the same thing just now. Reload the page and look before trying again.")
        )
        return Outcome(status=409)


def refusal_status(error: ValidationError) -> int:
    """400 for what can be put right in the form, 409 for a step that the present state does not allow."""
    return 400 if hasattr(error, "error_dict") or getattr(error, "code", None) in INPUT_CODES else 409


def _clash(form: forms.ModelForm, current) -> Clash:
    last = current.history.select_related("history_user").first() if hasattr(current, "history") else None
    return Clash(
        rows=form.clash(current),
        who=str(last.history_user) if last and last.history_user else "",
        when=last.history_date if last else None,
    )


def _write_on(form: forms.Form, error: ValidationError) -> None:
    """Each message at its field, or above the form when the form has no such field."""
    messages = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    for name, errors in messages.items():
        form.add_error(name if name in form.fields else None, errors)
