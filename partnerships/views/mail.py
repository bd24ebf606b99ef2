"""The outbox: what was sent, what waits and what the mail server refused."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from partnerships.actions.mailing import address_for, cancel_mail, send_mail_again
from partnerships.filters import MailFilterSet
from partnerships.models import ADDRESS, OutgoingMail, Partnership
from partnerships.permissions import can_edit_partnership
from partnerships.views.page import get_partnership, tabs
from twinning.paginate import paginate


@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """The outbox of everybody, for administrators."""
    if not request.user.is_admin:
        raise PermissionDenied
    return _list(request, None)


@require_safe
def partnership_mails(request: HttpRequest, *, slug: str) -> HttpResponse:
    partnership = get_partnership(request, slug)
    if not can_edit_partnership(request.user, partnership):
        raise PermissionDenied
    return _list(request, partnership)


def _list(request: HttpRequest, partnership: Partnership | None) -> HttpResponse:
    rows = OutgoingMail.objects.for_list()
    rows = rows.filter(partnership=partnership) if partnership else rows
    found = MailFilterSet(request.GET, rows, user=request.user)
    page = paginate(request, found.qs)
    context = {
        "partnership": partnership,
        "page": page,
        "filter": found,
        "tabs": tabs(partnership, "partnership-mails", can_edit=True) if partnership else [],
    }
    return render(request, "partnerships/mail_list.html", context, status=found.status)


@require_safe
@never_cache
def mail_detail(request: HttpRequest, *, pk: int) -> HttpResponse:
    return _show(request, _mail(request, pk))


def _show(request: HttpRequest, mail: OutgoingMail, *, refusal: str = "", status: int = 200) -> HttpResponse:
    context = {"mail": mail, "body": shown_body(mail, request.user), "refusal": refusal}
    return render(request, "partnerships/mail_detail.html", context, status=status)


def shown_body(mail: OutgoingMail, user: User) -> str:
    """The words of ``mail``; a secret address in it is shown to those who could make it, and while it opens something.

    The mails of no partnership are no coordinator's; there it is hidden from everybody.
    """
    if not mail.address_of or ADDRESS not in mail.body:
        return mail.body
    hidden = _("[the address is hidden]")
    if mail.partnership is None or not can_edit_partnership(user, mail.partnership):
        return mail.body.replace(ADDRESS, hidden)
    try:
        return mail.body.replace(ADDRESS, address_for(mail))
    except ValidationError:
        return mail.body.replace(ADDRESS, _("[the address no longer opens anything]"))


def _mail(request: HttpRequest, pk: int) -> OutgoingMail:
    """The mail, for those who coordinate its partnership: not visible 404, visible but not theirs 403."""
    seen = OutgoingMail.objects.visible_to(request.user).select_related("partnership", "created_by")
    mail = get_object_or_404(seen, pk=pk)
    is_theirs = request.user.is_admin or (mail.partnership and can_edit_partnership(request.user, mail.partnership))
    if not is_theirs:
        raise PermissionDenied
    return mail


@require_POST
def mail_cancel(request: HttpRequest, *, pk: int) -> HttpResponse:
    mail = _mail(request, pk)
    try:
        cancel_mail(mail, by=request.user)
    except ValidationError as error:
        return _show(request, mail, refusal=" ".join(error.messages), status=409)
    messages.success(request, _("The mail will not be sent."))
    return redirect(mail)


@require_POST
def mail_again(request: HttpRequest, *, pk: int) -> HttpResponse:
    mail = _mail(request, pk)
    try:
        again = send_mail_again(mail, by=request.user)
    except ValidationError as error:
        return _show(request, mail, refusal=" ".join(error.messages), status=409)
    messages.success(request, _("The mail is written once more. This page says what became of it."))
    return redirect(again)
