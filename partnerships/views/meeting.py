"""Pages of meetings."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships import permissions
from partnerships.actions.meeting import add_meeting, change_meeting, delete_meeting
from partnerships.forms import FollowUpForm
from partnerships.forms.meeting import MeetingForm
from partnerships.meeting_time import minutes_that_count
from partnerships.models import Contribution, FollowUp, Meeting, Partnership
from partnerships.things import kinds
from partnerships.views.contribution_page import page_of
from partnerships.views.follow_up import follow_up_rows
from partnerships.views.outcome import attempt, posted, refusal_status
from partnerships.views.page import get_partnership
from twinning.paginate import paginate


@require_safe
def meeting_list(request: HttpRequest, *, slug: str) -> HttpResponse:
    partnership = get_partnership(request, slug)
    page = paginate(request, partnership.meetings.annotate(n_people=Count("attendees")).order_by("-starts_at", "-pk"))
    for meeting in page:
        meeting.partnership = partnership
    context = {**page_of(request, partnership, "meeting-list"), "page": page}
    return render(request, "partnerships/meeting_list.html", context)


def _meeting(partnership: Partnership, pk: int) -> Meeting:
    meeting = get_object_or_404(partnership.meetings.select_related("created_by"), pk=pk)
    meeting.partnership = partnership
    return meeting


@require_safe
def meeting_detail(request: HttpRequest, *, slug: str, pk: int) -> HttpResponse:
    partnership = get_partnership(request, slug)
    return _show(request, _meeting(partnership, pk))


def _show(request: HttpRequest, meeting: Meeting, *, refusal: str = "", status: int = 200) -> HttpResponse:
    partnership = meeting.partnership
    type_id = next(kind.type_id for kind in kinds().values() if kind.model is Meeting)
    asked = FollowUp.objects.filter(partnership=partnership, subject_type=type_id, subject_id=meeting.pk)
    form = None
    if permissions.can_follow_up(partnership):
        form = FollowUpForm(partnership=partnership, user=request.user, is_quick=True, auto_id="quick-%s")
    context = {
        **page_of(request, partnership, "meeting-list"),
        "meeting": meeting,
        "attendees": _attendees(meeting),
        "decisions": [line.strip() for line in meeting.decisions.splitlines() if line.strip()],
        "actions": follow_up_rows(asked.for_list(), request.user),
        "form": form,
        "can_write": permissions.can_write_meeting(request.user, partnership),
        "taken": Contribution.objects.filter(partnership=partnership, source__startswith=f"meeting:{meeting.pk}:")
        .exclude(state="rejected")
        .for_list(),
        "refusal": refusal,
    }
    return render(request, "partnerships/meeting_detail.html", context, status=status)


def _attendees(meeting: Meeting) -> list[dict]:
    """Who took part; ``shared`` are minutes that another meeting at the same time has claimed."""
    here = list(meeting.attendees.select_related("contact__organization"))
    _everywhere, own = minutes_that_count([each.contact_id for each in here])
    return [{"attendee": each, "shared": each.minutes - own[each.pk]} for each in here]


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_create(request: HttpRequest, *, slug: str) -> HttpResponse:
    partnership = _writable(request, slug)
    form = MeetingForm(posted(request), partnership=partnership)
    outcome = attempt(form, lambda: add_meeting(form.save(commit=False), present=form.present, by=request.user))
    if outcome.done:
        messages.success(request, _("The meeting has been written down."))
        return redirect(outcome.saved)
    context = {**page_of(request, partnership, "meeting-list"), "form": form, "meeting": None, "clash": None}
    return render(request, "partnerships/meeting_form.html", context, status=outcome.status)


def _writable(request: HttpRequest, slug: str) -> Partnership:
    partnership = get_partnership(request, slug)
    if not permissions.can_write_meeting(request.user, partnership):
        raise PermissionDenied
    return partnership


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_edit(request: HttpRequest, *, slug: str, pk: int) -> HttpResponse:
    partnership = _writable(request, slug)
    meeting = _meeting(partnership, pk)
    form = MeetingForm(posted(request), instance=Meeting.objects.get(pk=pk), partnership=partnership)
    outcome = attempt(
        form,
        lambda: change_meeting(form.instance, present=form.present, seen_version=form.seen_version, by=request.user),
    )
    if outcome.done:
        messages.success(request, _("Your changes have been saved."))
        return redirect(meeting)
    context = {**page_of(request, partnership, "meeting-list"), "form": form, "meeting": meeting}
    return render(request, "partnerships/meeting_form.html", {**context, "clash": outcome.clash}, status=outcome.status)


@require_POST
def meeting_delete(request: HttpRequest, *, slug: str, pk: int) -> HttpResponse:
    partnership = get_partnership(request, slug)
    if not permissions.can_edit_partnership(request.user, partnership):
        raise PermissionDenied
    meeting = _meeting(partnership, pk)
    try:
        delete_meeting(meeting, by=request.user)
    except ValidationError as error:
        return _show(request, meeting, refusal=" ".join(error.messages), status=refusal_status(error))
    messages.success(request, _("“%(title)s” has been deleted.") % {"title": meeting.title})
    return redirect("partnerships:meeting-list", slug=slug)
