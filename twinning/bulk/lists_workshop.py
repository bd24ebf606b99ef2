"""Lists of one workshop as files. Addresses of participants are for those who may change the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.models import Registration, Workshop, WorkshopSession
from partnerships.permissions import can_edit_partnership
from partnerships.workshop_reading import Course, course_of
from twinning.bulk.listing import Asked, Cells, Export, label, said
from twinning.bulk.lists_partnership import local


def workshop_of(user: User, reference: str) -> Workshop:
    seen = Workshop.objects.visible_to(user).select_related("partnership__programme")
    return get_object_or_404(seen, reference=reference)


def editable_workshop_of(user: User, reference: str) -> Workshop:
    workshop = workshop_of(user, reference)
    if not can_edit_partnership(user, workshop.partnership):
        raise PermissionDenied
    return workshop


def _course(asked: Asked) -> Course:
    """Read once for what was asked: the rows and their cells both need it."""
    if not hasattr(asked.of, "_course"):
        asked.of._course = course_of(asked.of)
    return asked.of._course


def _attendance_cells(asked: Asked) -> Cells:
    course = _course(asked)
    return (
        (_("Name"), said("registration.name")),
        (_("Organization"), said("registration.organization")),
        *((_session_heading(asked.of, session), _was_there(course, session)) for session in course.sessions),
        (_("Minutes"), said("minutes")),
        (_("Percent"), said("percent")),
    )


def _session_heading(workshop: Workshop, session: WorkshopSession) -> str:
    return f"{local(workshop, session.starts_at)} {session.title}"


def _was_there(course: Course, session: WorkshopSession) -> Callable[[Any], Any]:
    def cell(standing: Any) -> Any:
        noted = course.noted.get((standing.registration.pk, session.pk))
        if noted is None:
            return ""
        if not noted.was_there:
            return _now("no")
        return _now("yes") if noted.minutes is None else noted.minutes

    return cell


def _percent(name: str) -> Callable[[Any], Any]:
    def cell(standing: Any) -> Any:
        value = getattr(standing, name)
        return "" if value is None else round(value, 1)

    return cell


def _since(row: Registration) -> str:
    return local(row.workshop, row.registered_at)


OF_WORKSHOPS = {
    "participants": Export(
        title=_("Participants"),
        page="partnerships:registration-list",
        whose=editable_workshop_of,
        rows=lambda asked: asked.of.registrations.select_related("workshop"),
        # The headings that an import takes
        cells=(
            (_("Name"), said("name")),
            (_("E-mail"), said("email")),
            (_("Organization"), said("organization")),
            (_("Country"), said("country.name")),
            (_("Profession or post"), said("post")),
            (_("State"), label("state")),
            (_("Since"), _since),
        ),
    ),
    "attendance": Export(
        title=_("Attendance"),
        page="partnerships:attendance-sheet",
        whose=workshop_of,
        rows=lambda asked: _course(asked).standings,
        cells=_attendance_cells,
    ),
    "results": Export(
        title=_("Results"),
        page="partnerships:workshop-results",
        whose=workshop_of,
        rows=lambda asked: _course(asked).standings,
        cells=(
            (_("Name"), said("registration.name")),
            (_("Organization"), said("registration.organization")),
            (_("Minutes"), said("minutes")),
            (_("Percent"), said("percent")),
            (_("Test before"), _percent("pre")),
            (_("Test after"), _percent("post")),
            (_("Completed"), lambda row: _now("yes") if row.is_complete else ""),
            (_("Certificate"), said("certificate.number")),
        ),
    ),
}
