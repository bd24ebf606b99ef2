"""Pages of organizations."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partnerships import permissions
from partnerships.actions.directory import change_organization, create_organization
from partnerships.filters import OrganizationFilterSet
from partnerships.forms import OrganizationForm
from partnerships.models import Contact, Organization, Partnership
from partnerships.views.outcome import attempt, posted
from twinning.paginate import paginate


@require_safe
def organization_list(request: HttpRequest) -> HttpResponse:
    found = OrganizationFilterSet(
        request.GET, Organization.objects.visible_to(request.user).for_list(), user=request.user
    )
    return render(
        request,
        "partnerships/organization_list.html",
        {
            "page": paginate(request, found.qs),
            "filter": found,
            "can_create": permissions.can_create_organization(request.user),
        },
        status=found.status,
    )


@require_safe
def organization_detail(request: HttpRequest, *, slug: str) -> HttpResponse:
    organization = get_object_or_404(
        Organization.objects.visible_to(request.user).prefetch_related("topics"), slug=slug
    )
    seen = Partnership.objects.visible_to(request.user).for_list()
    return render(
        request,
        "partnerships/organization_detail.html",
        {
            "organization": organization,
            "contacts": Contact.objects.visible_to(request.user).filter(organization=organization).for_list(),
            "partnerships": seen.filter(participations__organization=organization).distinct(),
            "can_edit": permissions.can_edit_organization(request.user, organization),
            "can_archive": permissions.can_create_organization(request.user),
            "can_add_contact": permissions.can_create_contact(request.user),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def organization_create(request: HttpRequest) -> HttpResponse:
    if not permissions.can_create_organization(request.user):
        raise PermissionDenied
    form = OrganizationForm(posted(request))
    outcome = attempt(
        form,
        lambda: create_organization(form.save(commit=False), topics=form.cleaned_data["topics"], by=request.user),
    )
    if outcome.done:
        messages.success(request, _("The organization has been added."))
        return redirect(outcome.saved)
    return render(
        request,
        "partnerships/organization_form.html",
        {"form": form, "clash": outcome.clash, "organization": None},
        status=outcome.status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def organization_edit(request: HttpRequest, *, slug: str) -> HttpResponse:
    organization = get_object_or_404(Organization.objects.visible_to(request.user), slug=slug)
    if not permissions.can_edit_organization(request.user, organization):
        raise PermissionDenied
    # The form writes on a row of its own, so that the page around it keeps speaking of what is saved.
    form = OrganizationForm(posted(request), instance=Organization.objects.get(pk=organization.pk))
    outcome = attempt(
        form,
        lambda: change_organization(
            form.instance, seen_version=form.seen_version, topics=form.cleaned_data["topics"], by=request.user
        ),
    )
    if outcome.done:
        messages.success(request, _("Your changes have been saved."))
        return redirect(organization)
    return render(
        request,
        "partnerships/organization_form.html",
        {"form": form, "clash": outcome.clash, "organization": organization},
        status=outcome.status,
    )
