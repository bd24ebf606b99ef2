"""Pages of programmes, for administrators."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partnerships import permissions
from partnerships.actions.directory import change_programme, create_programme
from partnerships.forms import ProgrammeForm
from partnerships.models import Programme
from partnerships.views.outcome import attempt, posted
from twinning.paginate import paginate


def programme_editor_required(view):
    @wraps(view)
    def wrapper(request: HttpRequest, **kwargs) -> HttpResponse:
        if not permissions.can_edit_programmes(request.user):
            raise PermissionDenied
        return view(request, **kwargs)

    return wrapper


@require_safe
@programme_editor_required
def programme_list(request: HttpRequest) -> HttpResponse:
    programmes = Programme.objects.select_related("phase_model").annotate(n_partnerships=Count("partnerships"))
    return render(
        request, "partnerships/programme_list.html", {"page": paginate(request, programmes.order_by("name", "pk"))}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@programme_editor_required
def programme_create(request: HttpRequest) -> HttpResponse:
    form = ProgrammeForm(posted(request))
    outcome = attempt(form, lambda: create_programme(form.save(commit=False)))
    if outcome.done:
        messages.success(request, _("The programme has been added."))
        return redirect("partnerships:programme-list")
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
        return redirect("partnerships:programme-list")
    return render(
        request,
        "partnerships/programme_form.html",
        {"form": form, "clash": outcome.clash, "programme": programme},
        status=outcome.status,
    )
