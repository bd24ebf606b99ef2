"""Pages of contacts: people, with or without an account."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import can_invite
from partnerships import permissions
from partnerships.actions.directory import change_contact, create_contact
from partnerships.actions.team import invite_contact
from partnerships.filters import ContactFilterSet
from partnerships.forms import ContactForm
from partnerships.models import Contact, Partnership, TeamMember
from partnerships.views.outcome import attempt, posted, refusal_status
from twinning.paginate import paginate


@require_safe
def contact_list(request: HttpRequest) -> HttpResponse:
    found = ContactFilterSet(request.GET, Contact.objects.visible_to(request.user).for_list(), user=request.user)
    return render(
        request,
        "partnerships/contact_list.html",
        {
            "page": paginate(request, found.qs),
            "filter": found,
            "can_create": permissions.can_create_contact(request.user),
        },
        status=found.status,
    )


@require_safe
def contact_detail(request: HttpRequest, *, pk: int) -> HttpResponse:
    return _detail(request, _visible(request, pk))


def _visible(request: HttpRequest, pk: int) -> Contact:
    seen = TeamMember.objects.filter(partnership__in=Partnership.objects.visible_to(request.user))
    roles = Prefetch("memberships", seen.select_related("partnership__programme").order_by("-starts_on", "pk"))
    contacts = Contact.objects.visible_to(request.user).select_related("organization", "user").prefetch_related(roles)
    return get_object_or_404(contacts, pk=pk)


def _detail(request: HttpRequest, contact: Contact, *, refusal: str = "", status: int = 200) -> HttpResponse:
    return render(
        request,
        "partnerships/contact_detail.html",
        {
            "contact": contact,
            "refusal": refusal,
            "can_edit": permissions.can_edit_contact(request.user, contact),
            "can_invite": can_invite(request.user) and not contact.user_id,
        },
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def contact_create(request: HttpRequest) -> HttpResponse:
    if not permissions.can_create_contact(request.user):
        raise PermissionDenied
    form = ContactForm(posted(request), user=request.user, initial={"organization": request.GET.get("organization")})
    outcome = attempt(form, lambda: create_contact(form.save(commit=False), by=request.user))
    if outcome.done:
        messages.success(request, _("The contact has been added."))
        return redirect(outcome.saved)
    return render(
        request,
        "partnerships/contact_form.html",
        {"form": form, "clash": outcome.clash, "contact": None},
        status=outcome.status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def contact_edit(request: HttpRequest, *, pk: int) -> HttpResponse:
    contact = get_object_or_404(Contact.objects.visible_to(request.user), pk=pk)
    if not permissions.can_edit_contact(request.user, contact):
        raise PermissionDenied
    form = ContactForm(posted(request), instance=Contact.objects.get(pk=pk), user=request.user)
    outcome = attempt(form, lambda: change_contact(form.instance, seen_version=form.seen_version, by=request.user))
    if outcome.done:
        messages.success(request, _("Your changes have been saved."))
        return redirect(contact)
    return render(
        request,
        "partnerships/contact_form.html",
        {"form": form, "clash": outcome.clash, "contact": contact},
        status=outcome.status,
    )


@require_POST
def contact_invite(request: HttpRequest, *, pk: int) -> HttpResponse:
    contact = _visible(request, pk)
    if not can_invite(request.user):
        raise PermissionDenied
    try:
        invite_contact(contact, by=request.user)
    except ValidationError as error:
        return _detail(request, contact, refusal=" ".join(error.messages), status=refusal_status(error))
    messages.success(request, _("%(name)s has been invited by e-mail.") % {"name": contact.name})
    return redirect(contact)
