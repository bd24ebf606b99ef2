"""Pages of transfers: the list, one, the offer, its items, who pays what. Their steps are in transfer_steps.py."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships import sharing_permissions
from partnerships.actions.transfer import add_transfer, change_transfer, remove_item, save_costs, save_item
from partnerships.forms.transfer import CostsForm, ItemForm, TransferForm
from partnerships.models import Transfer, TransferItem
from partnerships.sharing_filters import TransferFilterSet
from partnerships.views.outcome import attempt, posted, refusal_status
from partnerships.views.page import get_partnership
from partnerships.views.sharing_page import (
    get_item,
    get_transfer,
    offered_transfer,
    own_sides,
    page_of,
    show_list,
    show_transfer,
)


@require_safe
def transfer_list(request: HttpRequest, *, slug: str) -> HttpResponse:
    partnership = get_partnership(request, slug)
    rows, template = partnership.transfers.for_list(), "partnerships/transfer_list.html"
    return show_list(request, partnership, "transfer", rows, TransferFilterSet, template=template)


@require_safe
def transfer_detail(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    return show_transfer(request, get_transfer(request, slug, number))


@require_http_methods(["GET", "HEAD", "POST"])
def transfer_create(request: HttpRequest, *, slug: str) -> HttpResponse:
    partnership = get_partnership(request, slug)
    if not sharing_permissions.can_share(request.user, partnership):
        raise PermissionDenied
    form = TransferForm(posted(request), partnership=partnership, sides=own_sides(request.user, partnership))
    outcome = attempt(form, lambda: add_transfer(form.save(commit=False), by=request.user))
    if outcome.done:
        messages.success(request, _("%(code)s is offered. Now list its items.") % {"code": outcome.saved.code})
        return redirect(outcome.saved)
    context = {**page_of(request, partnership), "form": form, "transfer": None, "clash": None}
    return render(request, "partnerships/transfer_form.html", context, status=outcome.status)


@require_http_methods(["GET", "HEAD", "POST"])
def transfer_edit(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    transfer = offered_transfer(request, slug, number)
    if not transfer.is_editable:
        return _frozen(request, transfer)
    partnership = transfer.partnership
    form = TransferForm(
        posted(request),
        instance=Transfer.objects.select_related("giver", "receiver").get(pk=transfer.pk),
        partnership=partnership,
        sides=own_sides(request.user, partnership),
    )
    outcome = attempt(form, lambda: change_transfer(form.instance, seen_version=form.seen_version, by=request.user))
    if outcome.done:
        messages.success(request, _("Your changes have been saved."))
        return redirect(transfer)
    context = {**page_of(request, partnership), "form": form, "transfer": transfer, "clash": outcome.clash}
    return render(request, "partnerships/transfer_form.html", context, status=outcome.status)


@require_http_methods(["GET", "HEAD", "POST"])
def transfer_costs(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    """Who pays for what, agreed by both sides before anything is accepted."""
    transfer = get_transfer(request, slug, number)
    if not sharing_permissions.can_agree_costs(request.user, transfer):
        raise PermissionDenied
    if not transfer.is_editable:
        return _frozen(request, transfer)
    form = CostsForm(posted(request), transfer=transfer)
    outcome = attempt(form, lambda: save_costs(transfer, form.payers, by=request.user))
    if outcome.done:
        messages.success(request, _("Who pays what is written down."))
        return redirect(transfer)
    context = {**page_of(request, transfer.partnership), "form": form, "transfer": transfer}
    return render(request, "partnerships/transfer_costs.html", context, status=outcome.status)


@require_http_methods(["GET", "HEAD", "POST"])
def item_add(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    transfer = offered_transfer(request, slug, number)
    return _item(request, transfer, TransferItem(transfer=transfer))


@require_http_methods(["GET", "HEAD", "POST"])
def item_edit(request: HttpRequest, *, slug: str, number: int, item: int) -> HttpResponse:
    transfer = offered_transfer(request, slug, number)
    return _item(request, transfer, get_item(transfer, item))


def _item(request: HttpRequest, transfer: Transfer, item: TransferItem) -> HttpResponse:
    if not transfer.is_editable:
        return _frozen(request, transfer)
    is_new = item.pk is None
    title = "" if is_new else item.name
    form = ItemForm(posted(request), instance=item, transfer=transfer)

    def act() -> TransferItem:
        seen = None if is_new else form.seen_version
        return save_item(form.instance, seen_version=seen, by=request.user)

    outcome = attempt(form, act)
    if outcome.done:
        messages.success(request, _("“%(item)s” is on the list.") % {"item": outcome.saved.name})
        if "more" in request.POST:
            return redirect("partnerships:item-add", slug=transfer.partnership.slug, number=transfer.number)
        return redirect(transfer)
    context = {
        **page_of(request, transfer.partnership),
        "form": form,
        "transfer": transfer,
        "title": title,
        "clash": outcome.clash,
    }
    return render(request, "partnerships/transfer_item_form.html", context, status=outcome.status)


@require_POST
def item_remove(request: HttpRequest, *, slug: str, number: int, item: int) -> HttpResponse:
    transfer = offered_transfer(request, slug, number)
    row = get_item(transfer, item)
    try:
        remove_item(row, by=request.user)
    except ValidationError as error:
        return show_transfer(request, transfer, refusal=" ".join(error.messages), status=refusal_status(error))
    messages.success(request, _("“%(item)s” is off the list.") % {"item": row.name})
    return redirect(transfer)


def _frozen(request: HttpRequest, transfer: Transfer) -> HttpResponse:
    refusal = _("A transfer that is “%(state)s” is not changed any more: what was accepted stays as it was read.")
    return show_transfer(request, transfer, refusal=refusal % {"state": transfer.get_state_display()}, status=409)
