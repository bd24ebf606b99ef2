"""What the pages of shared resources and transfers share: loading one whole, the tabs, and the page of one."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships import permissions, sharing_permissions
from partnerships.filters import SearchFilterSet
from partnerships.forms.contribution import ReasonForm
from partnerships.forms.resource import FileForm, ReviewForm
from partnerships.forms.transfer import StepForm, people_of_receiver
from partnerships.models import Partnership, SharedResource, Transfer, TransferCheck, TransferItem
from partnerships.resource_guards import missing_for_resource, next_state
from partnerships.resource_states import REVIEWABLE, ResourceState
from partnerships.transfer_guards import TransferMove, items_to_check, missing_for_check, sent_items, transfer_moves
from partnerships.transfer_states import ON_THE_WAY, ItemAnswer, TransferState
from partnerships.views.page import get_partnership, head_of, only_if, steered
from twinning.money import money_text
from twinning.paginate import paginate

PAGES = (("resource-list", lambda: _("Shared resources")), ("transfer-list", lambda: _("Equipment transfers")))


def page_of(request: HttpRequest, partnership: Partnership, current: str = "") -> dict[str, Any]:
    """Head and tabs of every page; ``current`` is the name of the list that is open."""
    return {
        **head_of(request, partnership, PAGES, current),
        "can_add": sharing_permissions.can_share(request.user, partnership),
    }


def show_list(
    request: HttpRequest,
    partnership: Partnership,
    noun: str,
    rows: QuerySet,
    filters: type[SearchFilterSet],
    *,
    template: str,
) -> HttpResponse:
    """The list of resources or transfers (``noun``), narrowed down; ``rows`` are from for_list()."""
    found = filters(request.GET, rows, user=request.user, partnership=partnership)
    page = paginate(request, found.qs)
    for each in page:
        each.partnership = partnership
    slug, export = partnership.slug, f"toolkit:{noun}-export"
    context = {
        **page_of(request, partnership, f"{noun}-list"),
        "filter": found,
        "page": page,
        "list_url": reverse(f"partnerships:{noun}-list", args=[slug]),
        "add_url": reverse(f"partnerships:{noun}-create", args=[slug]),
        "xlsx_url": reverse(export, args=[slug, "xlsx"]),
        "csv_url": reverse(export, args=[slug, "csv"]),
    }
    return render(request, template, context, status=found.status)


def own_sides(user: User, partnership: Partnership) -> set[str] | None:
    """The sides for which ``user`` writes; None means all of them."""
    return None if permissions.can_edit_partnership(user, partnership) else permissions.sides_of(user, partnership)


# Resources


def get_resource(request: HttpRequest, slug: str, number: int) -> SharedResource:
    """The resource with all that its page tells, if the person may see it, else 404."""
    partnership = get_partnership(request, slug)
    whole = SharedResource.objects.select_related(
        "owner__organization", "reviewer", "submitted_by", "translation_of"
    ).prefetch_related("files", "translations")
    resource = get_object_or_404(whole, partnership=partnership, number=number)
    resource.partnership = partnership
    return resource


def editable_resource(request: HttpRequest, slug: str, number: int) -> SharedResource:
    resource = get_resource(request, slug, number)
    return only_if(sharing_permissions.can_edit_resource(request.user, resource), resource)


def steered_resource(request: HttpRequest, slug: str, number: int) -> SharedResource:
    """As get_resource, for those who review, publish and archive; 403 for others."""
    return steered(request, get_resource(request, slug, number))


def show_resource(
    request: HttpRequest,
    resource: SharedResource,
    *,
    refusal: str = "",
    review: ReviewForm | None = None,
    archive: ReasonForm | None = None,
    newer: FileForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one resource; a form that was refused keeps what was typed."""
    shared = page_of(request, resource.partnership)
    for each in [*resource.translations.all(), *filter(None, [resource.translation_of])]:
        each.partnership = resource.partnership
    files = list(resource.files.all())
    step = next_state(resource)
    can_change = sharing_permissions.can_edit_resource(request.user, resource) and resource.is_open
    is_review = resource.current_state in REVIEWABLE
    context = {
        **shared,
        "resource": resource,
        "newest": files[0] if files else None,
        "older": files[1:],
        "n_downloads": sum(file.n_downloads for file in files),
        "step": step,
        "is_review": is_review,
        "missing": missing_for_resource(resource, step) if step else [],
        "can_change": can_change,
        "can_archive": shared["can_edit"] and resource.is_open,
        "is_due": resource.current_state == ResourceState.REVIEW_DUE,
        "review_form": (review or ReviewForm(partnership=resource.partnership, auto_id="review-%s"))
        if is_review and shared["can_edit"]
        else None,
        "archive_form": archive or ReasonForm(auto_id="archive-%s"),
        "file_form": newer or FileForm(auto_id="file-%s"),
        "refusal": refusal,
    }
    return render(request, "partnerships/resource_detail.html", context, status=status)


# Transfers


def get_transfer(request: HttpRequest, slug: str, number: int) -> Transfer:
    """The transfer with its items, costs and checks, if the person may see it, else 404."""
    partnership = get_partnership(request, slug)
    whole = Transfer.objects.select_related(
        "giver__organization", "receiver__organization", "need_by", "accepted_by", "received_by", "custodian"
    ).prefetch_related(
        "items", "costs", Prefetch("checks", TransferCheck.objects.select_related("done_by")), "checks__findings__item"
    )
    transfer = get_object_or_404(whole, partnership=partnership, number=number)
    transfer.partnership = partnership
    for row in [*transfer.items.all(), *transfer.checks.all()]:
        row.transfer = transfer
    return transfer


def offered_transfer(request: HttpRequest, slug: str, number: int) -> Transfer:
    """As get_transfer, for those who may change the offer; 403 for others."""
    transfer = get_transfer(request, slug, number)
    return only_if(sharing_permissions.can_edit_transfer(request.user, transfer), transfer)


def answered_transfer(request: HttpRequest, slug: str, number: int) -> Transfer:
    """As get_transfer, for those who speak for the receiving side; 403 for others."""
    transfer = get_transfer(request, slug, number)
    return only_if(sharing_permissions.can_answer_transfer(request.user, transfer), transfer)


def get_item(transfer: Transfer, number: int) -> TransferItem:
    item = get_object_or_404(TransferItem, transfer=transfer, number=number)
    item.transfer = transfer
    return item


def show_transfer(
    request: HttpRequest,
    transfer: Transfer,
    *,
    refusal: str = "",
    step_form: StepForm | None = None,
    reason_form: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one transfer; a form that was refused keeps what was typed."""
    user = request.user
    moves = transfer_moves(transfer)
    onward = next((move for move in moves if not move.needs_reason), None)
    can_answer = sharing_permissions.can_answer_transfer(user, transfer)
    may = onward is not None and sharing_permissions.can_take_step(user, transfer, onward.to)
    context = {
        **page_of(request, transfer.partnership),
        "transfer": transfer,
        "next": onward,
        "may": may,
        "step_form": step_form or (_step_form(transfer, onward) if may and not onward.missing else None),
        "endings": [
            move for move in moves if move.needs_reason and sharing_permissions.can_take_step(user, transfer, move.to)
        ],
        "reason_form": reason_form or ReasonForm(auto_id="reason-%s"),
        "can_change": sharing_permissions.can_edit_transfer(user, transfer) and transfer.is_editable,
        "can_agree": sharing_permissions.can_agree_costs(user, transfer) and transfer.is_editable,
        "can_answer_items": can_answer and transfer.state == TransferState.NEED_CONFIRMED,
        "unanswered": any(item.answer == ItemAnswer.OPEN for item in transfer.items.all()),
        "can_write_receipt": can_answer and transfer.state in ON_THE_WAY,
        "can_follow": can_answer and transfer.state == TransferState.IN_USE,
        "costs": list(transfer.costs.all()),
        "checks": [
            {"check": check, "missing": missing_for_check(check), "can": can_answer} for check in transfer.checks.all()
        ],
        "followed": {item.pk for item in items_to_check(transfer)},
        **_sums(transfer),
        "refusal": refusal,
    }
    return render(request, "partnerships/transfer_detail.html", context, status=status)


def _step_form(transfer: Transfer, move: TransferMove) -> StepForm:
    return StepForm(instance=transfer, step=move.to, people=people_of_receiver(transfer), auto_id="step-%s")


def _sums(transfer: Transfer) -> dict[str, str]:
    """What all of it is worth that is valued, and what was accepted of it."""

    def total(items) -> str:
        values = [item.value for item in items if item.value is not None]
        return money_text(sum(values), transfer.currency) if values else ""

    return {"worth": total(transfer.items.all()), "worth_accepted": total(sent_items(transfer))}
