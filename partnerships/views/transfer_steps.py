"""The steps of a transfer: answers to its items, what arrived, the checks, and each move."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from partnerships import sharing_permissions
from partnerships.actions.transfer import answer_items
from partnerships.actions.transfer_steps import make_check, move_item, move_transfer, save_receipt
from partnerships.forms.contribution import ReasonForm
from partnerships.forms.transfer import (
    AnswersForm,
    CheckForm,
    ItemRowsForm,
    ReceiptForm,
    StepForm,
    UseForm,
    people_of_receiver,
)
from partnerships.models import Transfer
from partnerships.transfer_guards import items_to_check, missing_for_check, sent_items
from partnerships.transfer_states import ON_THE_WAY, TRANSFER_NEEDS_REASON, TransferState
from partnerships.views.outcome import Outcome, attempt, posted
from partnerships.views.sharing_page import (
    answered_transfer,
    get_item,
    get_transfer,
    page_of,
    show_transfer,
)


@require_http_methods(["GET", "HEAD", "POST"])
def transfer_answers(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    """The receiving side accepts or declines each item; nothing is sent before that."""
    transfer = answered_transfer(request, slug, number)
    if transfer.state != TransferState.NEED_CONFIRMED:
        refusal = _("Items are answered when the need is confirmed, and before the transfer is accepted.")
        return show_transfer(request, transfer, refusal=refusal, status=409)
    form = AnswersForm(posted(request), items=transfer.items.all(), version=transfer.version)
    outcome = attempt(
        form, lambda: answer_items(transfer, form.answers, seen_version=form.seen_version, by=request.user)
    )
    if outcome.done:
        messages.success(request, _("Your answers are written down."))
        return redirect(transfer)
    words = {
        "title": _("Accept or decline each item"),
        "lead": _("What you decline stays at home. Say why, so that the giver learns what would help instead."),
        "save": _("Save the answers"),
    }
    return _rows(request, transfer, form, outcome, words)


@require_http_methods(["GET", "HEAD", "POST"])
def transfer_receipt(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    transfer = answered_transfer(request, slug, number)
    if transfer.state not in ON_THE_WAY:
        refusal = _("What arrived is written down while the transfer is on its way, until it is received.")
        return show_transfer(request, transfer, refusal=refusal, status=409)
    form = ReceiptForm(posted(request), items=sent_items(transfer), version=transfer.version)
    outcome = attempt(form, lambda: save_receipt(transfer, form.receipts, by=request.user))
    if outcome.done:
        messages.success(request, _("What arrived is written down."))
        return redirect(transfer)
    words = {
        "title": _("What arrived"),
        "lead": _("Open every box, compare it with this list, switch everything on, and take photos of damage."),
        "save": _("Save what arrived"),
    }
    return _rows(request, transfer, form, outcome, words)


@require_http_methods(["GET", "HEAD", "POST"])
def transfer_check(request: HttpRequest, *, slug: str, number: int, months: int) -> HttpResponse:
    transfer = answered_transfer(request, slug, number)
    check = next((each for each in transfer.checks.all() if each.months == months), None)
    if check is None:
        raise Http404
    missing = missing_for_check(check)
    if missing or transfer.state != TransferState.IN_USE:
        refusal = _("This is still missing: %(missing)s.") % {"missing": "; ".join(missing)}
        return show_transfer(request, transfer, refusal=refusal, status=409)
    form = CheckForm(posted(request), items=items_to_check(transfer), version=transfer.version)
    outcome = attempt(form, lambda: make_check(check, form.findings, note=form.cleaned_data["note"], by=request.user))
    if outcome.done:
        messages.success(request, _("Thank you: the check is written down."))
        return redirect(transfer)
    words = {
        "title": _("Check after %(n)s months") % {"n": months},
        "lead": _("Go and look: is it used? If not, say why. That helps the next gift more than praise."),
        "save": _("Save the check"),
    }
    return _rows(request, transfer, form, outcome, words)


def _rows(request: HttpRequest, transfer: Transfer, form: ItemRowsForm, outcome: Outcome, words: dict) -> HttpResponse:
    if outcome.clash:
        form.add_error(None, _("Somebody changed this transfer meanwhile. Look at the list again before you save."))
    context = {**page_of(request, transfer.partnership), "transfer": transfer, "form": form, **words}
    return render(request, "partnerships/transfer_rows.html", context, status=outcome.status)


@require_POST
def transfer_move(request: HttpRequest, *, slug: str, number: int, step: str) -> HttpResponse:
    """The step that the button names, with what its form asks for."""
    transfer = get_transfer(request, slug, number)
    if step not in TransferState.values:
        raise Http404
    if not sharing_permissions.can_take_step(request.user, transfer, step):
        raise PermissionDenied
    if step in TRANSFER_NEEDS_REASON:
        form = ReasonForm(request.POST, auto_id="reason-%s")
        outcome = attempt(
            form, lambda: move_transfer(transfer, step, reason=form.cleaned_data["reason"], by=request.user)
        )
        shown = {"reason_form": form}
    else:
        form = StepForm(
            request.POST,
            instance=Transfer.objects.get(pk=transfer.pk),
            step=step,
            people=people_of_receiver(transfer),
            auto_id="step-%s",
        )
        outcome = attempt(form, lambda: move_transfer(transfer, step, details=form.details, by=request.user))
        shown = {"step_form": form}
    if outcome.done:
        words = {"code": transfer.code, "state": outcome.saved.get_state_display()}
        messages.success(request, _("%(code)s is now “%(state)s”.") % words)
        return redirect(transfer)
    if outcome.status == 409:
        # Not a matter of the form: the page as it stands now, with the reason above it.
        refusal = " ".join(form.non_field_errors())
        return show_transfer(request, get_transfer(request, slug, number), refusal=refusal, status=409)
    return show_transfer(request, transfer, status=outcome.status, **shown)


@require_http_methods(["GET", "HEAD", "POST"])
def item_use(request: HttpRequest, *, slug: str, number: int, item: int) -> HttpResponse:
    """Between two checks: it broke, was repaired, stands idle, was retired or lost."""
    transfer = answered_transfer(request, slug, number)
    row = get_item(transfer, item)
    if row.pk not in {each.pk for each in items_to_check(transfer)}:
        refusal = _("This item is not in use, so nothing becomes of it here.")
        return show_transfer(request, transfer, refusal=refusal, status=409)
    form = UseForm(posted(request), item=row)
    outcome = attempt(
        form, lambda: move_item(row, form.cleaned_data["use"], reason=form.cleaned_data["reason"], by=request.user)
    )
    if outcome.done:
        messages.success(request, _("“%(item)s” is written down.") % {"item": row.name})
        return redirect(transfer)
    context = {**page_of(request, transfer.partnership), "transfer": transfer, "item": row, "form": form}
    return render(request, "partnerships/transfer_item_use.html", context, status=outcome.status)
