"""Pages of programmes: to read for whoever takes part, to change for administrators."""

from __future__ import annotations

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships import permissions
from partnerships.actions.directory import change_programme, create_programme
from partnerships.actions.programme import add_staff, end_staff
from partnerships.forms import ProgrammeForm
from partnerships.forms.award import StaffForm
from partnerships.models import Award, Organization, Partnership, Programme, ReportingPeriod
from partnerships.views.outcome import attempt, posted, refusal_status
from twinning.paginate import paginate

MOST_REPORTS = 10


def programme_editor_required(view):
    @wraps(view)
    def wrapper(request: HttpRequest, **kwargs) -> HttpResponse:
        if not permissions.can_edit_programmes(request.user):
            raise PermissionDenied
        return view(request, **kwargs)

    return wrapper


@require_safe
def programme_list(request: HttpRequest) -> HttpResponse:
    seen = Programme.objects.visible_to(request.user).select_related("phase_model")
    programmes = seen.annotate(n_partnerships=Count("partnerships")).order_by("name", "pk")
    return render(
        request,
        "partnerships/programme_list.html",
        {"page": paginate(request, programmes), "can_create": permissions.can_edit_programmes(request.user)},
    )


@require_safe
def programme_detail(request: HttpRequest, *, slug: str) -> HttpResponse:
    return _show(request, _programme(request, slug))


def _programme(request: HttpRequest, slug: str) -> Programme:
    seen = Programme.objects.visible_to(request.user).select_related("phase_model", "organization")
    return get_object_or_404(seen, slug=slug)


def _show(
    request: HttpRequest,
    programme: Programme,
    *,
    staff: StaffForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    can_edit = permissions.can_edit_programmes(request.user)
    awards = Award.objects.visible_to(request.user).filter(programme=programme).for_list()
    people = list(programme.staff.select_related("user"))
    organization = programme.organization_id and Organization.objects.visible_to(request.user).filter(
        pk=programme.organization_id
    )
    return render(
        request,
        "partnerships/programme_detail.html",
        {
            "programme": programme,
            "organization": organization.first() if organization else None,
            "partnerships": paginate(
                request, Partnership.objects.visible_to(request.user).filter(programme=programme).for_list()
            ),
            "awards": awards,
            "reports": ReportingPeriod.objects.pressing()
            .filter(award__in=awards.order_by().values("pk"))
            .select_related("award__donor", "award__responsible")
            .order_by("due_on", "pk")[:MOST_REPORTS],
            "staff": [person for person in people if person.ends_on is None],
            "past_staff": [person for person in people if person.ends_on is not None],
            "staff_form": (staff or StaffForm(programme=programme, initial={"starts_on": timezone.localdate()}))
            if can_edit
            else None,
            "can_edit": can_edit,
            "can_manage": permissions.can_manage_programme(request.user, programme),
            "refusal": refusal,
        },
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@programme_editor_required
def programme_create(request: HttpRequest) -> HttpResponse:
    form = ProgrammeForm(posted(request))
    outcome = attempt(form, lambda: create_programme(form.save(commit=False)))
    if outcome.done:
        messages.success(request, _("The programme has been added."))
        return redirect(outcome.saved)
    return render(
        request,
        "partnerships/programme_form.html",
        {"form": form, "clash": outcome.clash, "programme": None},
        status=outcome.status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@programme_editor_required
def programme_edit(request: HttpRequest, *, slug: str) -> HttpResponse:
    programme = get_object_or_404(Programme, slug=slug)
    form = ProgrammeForm(posted(request), instance=Programme.objects.get(pk=programme.pk))
    outcome = attempt(form, lambda: change_programme(form.instance, seen_version=form.seen_version))
    if outcome.done:
        messages.success(request, _("Your changes have been saved."))
        return redirect(programme)
    return render(
        request,
        "partnerships/programme_form.html",
        {"form": form, "clash": outcome.clash, "programme": programme},
        status=outcome.status,
    )


@require_POST
@programme_editor_required
def programme_staff_add(request: HttpRequest, *, slug: str) -> HttpResponse:
    programme = _programme(request, slug)
    form = StaffForm(request.POST, programme=programme)
    outcome = attempt(form, lambda: add_staff(form.instance))
    if outcome.done:
        words = {"name": outcome.saved.user, "programme": programme}
        messages.success(request, _("%(name)s now works for %(programme)s and reads its partnerships.") % words)
        return redirect(programme)
    return _show(request, programme, staff=form, status=outcome.status)


@require_POST
@programme_editor_required
def programme_staff_end(request: HttpRequest, *, slug: str, pk: int) -> HttpResponse:
    programme = _programme(request, slug)
    staff = get_object_or_404(programme.staff.select_related("user"), pk=pk)
    try:
        end_staff(staff)
    except ValidationError as error:
        return _show(request, programme, refusal=" ".join(error.messages), status=refusal_status(error))
    messages.success(request, _("The role of %(name)s has ended.") % {"name": staff.user})
    return redirect(programme)
