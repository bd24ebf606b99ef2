"""An organization that is gone: archived, put to use again, or deleted when nothing ever hung on it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partnerships import permissions
from partnerships.actions.archiving import archive_organization, delete_organization, restore_organization
from partnerships.archiving import ties_of
from partnerships.forms.organization import ArchiveForm
from partnerships.models import Organization
from partnerships.views.outcome import attempt, posted


@require_http_methods(["GET", "HEAD", "POST"])
def organization_archive(request: HttpRequest, *, slug: str) -> HttpResponse:
    """All that the organization is part of, and which of the steps that leaves."""
    organization = get_object_or_404(Organization.objects.visible_to(request.user), slug=slug)
    if not permissions.can_create_organization(request.user):
        raise PermissionDenied
    form = ArchiveForm(posted(request))
    outcome = attempt(form, lambda: _carry_out(form, organization, request))
    if outcome.done:
        messages.success(request, outcome.saved)
        return redirect(organization if organization.pk else "partnerships:organization-list")
    ties = ties_of(organization, request.user)
    return render(
        request,
        "partnerships/organization_archive.html",
        {
            "organization": organization,
            "ties": ties,
            "is_held": any(tie.holds_now for tie in ties),
            "form": form,
        },
        status=outcome.status,
    )


def _carry_out(form: forms.Form, organization: Organization, request: HttpRequest) -> str:
    act = form.cleaned_data["act"]
    if act == "delete":
        delete_organization(organization, by=request.user)
        organization.pk = None
        return _("%(name)s has been deleted.") % {"name": organization}
    if act == "restore":
        restore_organization(organization, by=request.user)
        return _("%(name)s can be chosen again.") % {"name": organization}
    archive_organization(organization, reason=form.cleaned_data["reason"], by=request.user)
    return _("%(name)s has been archived. All that it was part of stays.") % {"name": organization}
