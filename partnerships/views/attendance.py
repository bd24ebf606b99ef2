"""Who was there: the sheet to print, the grid to type it in, the code for phones, the list of an online meeting."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from partnerships import permissions
from partnerships.actions.attendance import save_sheet, take_meeting_list
from partnerships.forms.results import MeetingListForm
from partnerships.meeting_list import Unreadable, matched, read_list
from partnerships.models import Attendance, Workshop, WorkshopSession
from partnerships.session_codes import CHANGES_EVERY, code_of, is_now
from partnerships.views.outcome import posted, refusal_status
from partnerships.views.workshop import editable_workshop, get_workshop, page_of, session_rows
from partnerships.workshop_states import WorkshopState
from twinning.paginate import paginate

PER_PAGE = 60
CELL = re.compile(r"^(\d{1,18})-(\d{1,18})$", re.ASCII)


@require_http_methods(["GET", "HEAD", "POST"])
def attendance_sheet(request: HttpRequest, *, reference: str) -> HttpResponse:
    """The grid: participants down, sessions across. Whoever may only read sees it without boxes."""
    if request.method != "POST":
        return _show_grid(request, get_workshop(request, reference))
    workshop = editable_workshop(request, reference)
    people = {int(pk) for pk in request.POST.getlist("person") if pk.isascii() and pk.isdecimal() and len(pk) < 19}
    complete = {int(pk) for pk in request.POST.getlist("complete") if pk.isascii() and pk.isdecimal() and len(pk) < 19}
    ticked, seen = _cells(request.POST.getlist("there")), _cells(request.POST.get("seen", "").split())
    try:
        n_changed, n_there = save_sheet(
            workshop,
            people=people,
            ticked=ticked,
            seen=seen,
            complete=complete,
            by=request.user,
            reason=request.POST.get("reason", "")[:2000],
        )
    except ValidationError as error:
        refusal = " ".join(error.messages)
        return _show_grid(request, workshop, ticked=ticked, refusal=refusal, status=refusal_status(error))
    words = {"changed": n_changed, "there": n_there}
    messages.success(request, _("Saved. Boxes that are new or changed: %(changed)s, ticked in all: %(there)s.") % words)
    page = request.GET.get("page", "")
    here = reverse("partnerships:attendance-sheet", args=[reference])
    return redirect(f"{here}?page={page}" if page.isdecimal() else here)


def _cells(values: list[str]) -> set[tuple[int, int]]:
    return {(int(match[1]), int(match[2])) for match in map(CELL.match, values) if match}


def _show_grid(
    request: HttpRequest,
    workshop: Workshop,
    *,
    ticked: set[tuple[int, int]] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    context = page_of(request, workshop, "attendance-sheet")
    page = paginate(request, workshop.registrations.seated(), per_page=PER_PAGE)
    noted = {
        (one.registration_id, one.session_id): one
        for one in Attendance.objects.filter(registration__in=[person.pk for person in page])
    }
    seen = {cell for cell, one in noted.items() if one.was_there}
    rows = session_rows(workshop)
    for row in rows:
        pk = row["session"].pk
        row["n_noted"] = sum(cell[1] == pk for cell in noted)
        row["is_complete"] = row["session"].has_ended
        row["is_now"] = workshop.state == WorkshopState.RUNNING and is_now(row["session"])
    shown = seen if ticked is None else ticked
    return render(
        request,
        "partnerships/attendance_sheet.html",
        {
            **context,
            "can_note": context["can_edit"] and (workshop.is_attendable or workshop.is_correctable),
            "is_correcting": workshop.is_correctable,
            "can_list": context["can_edit"] and workshop.is_attendable,
            "n_waiting": workshop.registrations.waiting().count() if workshop.is_attendable else 0,
            "reason": request.POST.get("reason", ""),
            "page": page,
            "sessions": rows,
            "grid": [
                {
                    "person": person,
                    "cells": [_cell(person.pk, row, shown, noted) for row in rows],
                    "percent": _percent(person.pk, rows, noted),
                }
                for person in page
            ],
            "seen": " ".join(f"{person}-{session}" for person, session in sorted(seen)),
            "refusal": refusal,
        },
        status=status,
    )


def _cell(person: int, row: dict[str, Any], shown: set, noted: dict) -> dict[str, Any]:
    cell = (person, row["session"].pk)
    one = noted.get(cell)
    return {
        "value": f"{person}-{cell[1]}",
        "title": row["session"].title,
        "is_ticked": cell in shown,
        "is_noted": one is not None,
        "minutes": one.minutes if one else None,
    }


def _percent(person: int, rows: list[dict], noted: dict) -> int | None:
    """Of all minutes of the workshop; None before anything was noted."""
    total, there, is_noted = 0, 0, False
    for row in rows:
        session: WorkshopSession = row["session"]
        total += session.minutes
        one = noted.get((person, session.pk))
        is_noted = is_noted or one is not None
        if one and one.was_there:
            there += session.minutes if one.minutes is None else min(one.minutes, session.minutes)
    return 100 * there // total if is_noted and total else None


@require_safe
def sign_in_sheet(request: HttpRequest, *, reference: str) -> HttpResponse:
    """A sheet to print: a line a participant, a box for each signature, and empty lines for those who just come."""
    workshop = editable_workshop(request, reference)
    context = page_of(request, workshop, "attendance-sheet")
    days: dict = {}
    for row in session_rows(workshop):
        days.setdefault(row["day"], []).append(row)
    return render(
        request,
        "partnerships/sign_in_sheet.html",
        {**context, "people": workshop.registrations.seated(), "days": list(days.items()), "spare": range(5)},
    )


@never_cache
@require_safe
def session_code(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    """The code to show on the wall. Trainers of the workshop show it too."""
    workshop = get_workshop(request, reference)
    is_trainer = workshop.trainers.filter(contact__user=request.user).exists()
    if not is_trainer and not permissions.can_edit_partnership(request.user, workshop.partnership):
        raise PermissionDenied
    session = get_object_or_404(workshop.sessions, pk=pk)
    now = timezone.now().timestamp()
    span = int(CHANGES_EVERY.total_seconds())
    answer = render(
        request,
        "partnerships/session_code.html",
        {
            **page_of(request, workshop, "attendance-sheet"),
            "session": session,
            "code": code_of(session),
            "is_open": workshop.state == WorkshopState.RUNNING and is_now(session),
            "address": settings.SITE_URL + reverse("partnerships:check-in", args=[session.pk]),
            "n_there": session.attendances.filter(was_there=True).count(),
        },
    )
    # The page draws itself anew when the code changes, without a script.
    answer["Refresh"] = str(span - int(now) % span + 1)
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def participant_list(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    """The participant list of an online meeting: read, shown with whom it matches, and only then written down."""
    workshop = editable_workshop(request, reference)
    session = get_object_or_404(workshop.sessions, pk=pk)
    session.workshop = workshop
    form = MeetingListForm(posted(request), request.FILES or None)
    context = {**page_of(request, workshop, "attendance-sheet"), "session": session, "form": form}
    rows, status, refusal = None, 200, ""
    if form.is_bound and form.is_valid():
        try:
            rows = _rows(workshop, form.cleaned_data["text"], request)
            if "save" in request.POST:
                n = take_meeting_list(session, minutes=_minutes_of(rows), by=request.user)
                said = ngettext("Saved: %(n)s person was there.", "Saved: %(n)s people were there.", n)
                messages.success(request, said % {"n": n})
                return redirect("partnerships:attendance-sheet", reference=reference)
        except Unreadable as problem:
            form.add_error("text", str(problem))
            status = 400
        except ValidationError as error:
            refusal, status = " ".join(error.messages), refusal_status(error)
    elif form.is_bound:
        status = 400
    context |= {"rows": rows, "refusal": refusal, "people": workshop.registrations.seated() if rows else []}
    if rows:
        context["n_untimed"] = sum(row["present"].minutes is None for row in rows)
        context["n_known"] = sum(row["person"] is not None for row in rows)
        context["text"] = form.cleaned_data["text"]
    return render(request, "partnerships/participant_list.html", context, status=status)


def _rows(workshop: Workshop, text: str, request: HttpRequest) -> list[dict[str, Any]]:
    """Those on the list, each with the participant they are: found, or chosen on the page."""
    registered = list(workshop.registrations.seated())
    known = [each for person in registered for each in (person.name, person.email)]
    by_pk = {str(person.pk): person for person in registered}
    return [
        {
            "number": number,
            "present": present,
            "found": found is not None,
            "person": found or by_pk.get(request.POST.get(f"who{number}", "")),
        }
        for number, (present, found) in enumerate(matched(read_list(text, known=known), registered))
    ]


def _minutes_of(rows: list[dict[str, Any]]) -> dict[int, int | None]:
    """Minutes by registration; whoever stands there under two names was there for both."""
    minutes: dict[int, int | None] = {}
    for row in rows:
        if row["person"] is None:
            continue
        pk, told = row["person"].pk, row["present"].minutes
        known = minutes.get(pk)
        minutes[pk] = told + known if pk in minutes and told is not None and known is not None else told
    return minutes
