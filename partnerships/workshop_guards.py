"""What is missing before a workshop's next step. The page, the button and the move itself ask here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnerships.models import Evaluation, Workshop
from partnerships.workshop_reading import Course, course_of
from partnerships.workshop_states import WORKSHOP_NEEDS_REASON, WORKSHOP_TRANSITIONS, WorkshopState

S = WorkshopState
LABELS: dict[str, Callable[[], str]] = {
    S.PLANNED: lambda: _("Say that it is planned"),
    S.APPROVED: lambda: _("Approve it"),
    S.REGISTRATION_OPEN: lambda: _("Open the registration"),
    S.REGISTRATION_CLOSED: lambda: _("Close the registration"),
    S.RUNNING: lambda: _("Start it"),
    S.DELIVERED: lambda: _("Say that it was held"),
    S.RESULTS_ENTERED: lambda: _("Say that all results are entered"),
    S.CLOSED: lambda: _("Close it"),
    S.POSTPONED: lambda: _("Postpone it"),
    S.CANCELLED: lambda: _("Cancel it"),
}

WARNINGS: dict[str, Callable[[], str]] = {
    S.RESULTS_ENTERED: lambda: _(
        "Look once more at attendance and tests. From then on nobody comes on the list or leaves it, attendance is "
        "corrected only with a reason, and certificates can be issued."
    ),
    S.CLOSED: lambda: _("From then on tests, evaluation, report and attendance stay as they are."),
}


@dataclass(frozen=True, kw_only=True)
class WorkshopMove:
    """A step that a person may make, and what is missing for it."""

    to: str
    label: str
    missing: tuple[str, ...]
    needs_reason: bool
    # What cannot be undone afterwards, in words; empty for steps that leave everything open.
    warning: str = ""


def workshop_moves(workshop: Workshop) -> list[WorkshopMove]:
    """The steps that the present state allows, the next one first and calling it off last."""
    return [
        WorkshopMove(
            to=new,
            label=LABELS[new](),
            missing=tuple(missing_for(workshop, new)),
            needs_reason=new in WORKSHOP_NEEDS_REASON,
            warning=WARNINGS[new]() if new in WARNINGS else "",
        )
        for new in WORKSHOP_TRANSITIONS[workshop.state]
    ]


def missing_for(workshop: Workshop, new: str) -> list[str]:
    """What must be there before ``workshop`` may become ``new``, each in words; nothing when it may."""
    guard = GUARDS.get(new)
    return guard(workshop) if guard else []


def _to_plan(workshop: Workshop) -> list[str]:
    found = [] if workshop.sessions.exists() else [_("at least one session, with its date and hours")]
    if workshop.needs_place and not workshop.place.strip():
        found.append(_("the place where it is held"))
    return found


def _to_approve(workshop: Workshop) -> list[str]:
    return _to_plan(workshop) + ([] if workshop.trainers.exists() else [_("at least one trainer")])


def _to_run(workshop: Workshop) -> list[str]:
    found = _to_approve(workshop)
    if not workshop.registrations.seated().exists():
        found.append(_("at least one participant with a seat"))
    first = workshop.sessions.first()
    if first and first.day_in(workshop.zone) > _today(workshop):
        found.append(_("the day of the first session, %(day)s") % {"day": _day(first.day_in(workshop.zone))})
    return found


def _to_deliver(workshop: Workshop) -> list[str]:
    last = workshop.sessions.order_by("ends_at").last()
    if last is None:
        return [_("at least one session, with its date and hours")]
    day = last.local_end(workshop.zone).date()
    return [_("the day of the last session, %(day)s") % {"day": _day(day)}] if day > _today(workshop) else []


def _to_results(workshop: Workshop) -> list[str]:
    """Attendance for every session: each participant with a seat was there or was not."""
    course = course_of(workshop)
    if not course.participants:
        return [_("at least one participant with a seat")]
    unnoted = course.n_unnoted
    return [
        ngettext(
            "the attendance of %(n)s person in “%(title)s”",
            "the attendance of %(n)s people in “%(title)s”",
            unnoted[session.pk],
        )
        % {"n": unnoted[session.pk], "title": session.title}
        for session in course.sessions
        if unnoted[session.pk]
    ]


def _to_close(workshop: Workshop) -> list[str]:
    found, course = [], course_of(workshop)
    moments = {moment for _person, moment in course.results}
    if moments != {"pre", "post"} and not workshop.no_tests_reason:
        found.append(_("the results of the tests before and after, or a reason why there are none"))
    evaluation = Evaluation.objects.filter(workshop=workshop).first()
    if evaluation is None:
        found.append(_("the summary of the evaluation sheets"))
    elif (excess := more_sheets_than_people(course, evaluation.n_sheets)) is not None:
        found.append(excess)
    n = sum(standing.is_due_a_certificate for standing in course.standings)
    if n:
        found.append(ngettext("the certificate of %(n)s person", "the certificates of %(n)s people", n) % {"n": n})
    if workshop.needs_report and not workshop.report.strip():
        found.append(_("the event report"))
    return found


def more_sheets_than_people(course: Course, n_sheets: int) -> str | None:
    """What is wrong with so many evaluation sheets; None while it is not known who was there."""
    there = course.n_there
    if there is None or n_sheets <= there:
        return None
    return ngettext(
        "an evaluation with no more sheets than the %(n)s person who was there",
        "an evaluation with no more sheets than the %(n)s people who were there",
        there,
    ) % {"n": there}


GUARDS: dict[str, Callable[[Workshop], list[str]]] = {
    S.PLANNED: _to_plan,
    S.APPROVED: _to_approve,
    S.REGISTRATION_OPEN: _to_approve,
    S.RUNNING: _to_run,
    S.DELIVERED: _to_deliver,
    S.RESULTS_ENTERED: _to_results,
    S.CLOSED: _to_close,
}


def _today(workshop: Workshop):
    return timezone.now().astimezone(workshop.zone).date()


def _day(day) -> str:
    return date_format(day)
