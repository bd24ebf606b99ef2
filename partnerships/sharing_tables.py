"""Shared resources, and the items of transfers, as tables for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from partnerships.models import Partnership, TransferItem

CHUNK = 500


def resource_head() -> list[str]:
    return [
        _("Number"), _("Title"), _("State"), _("Kind"), _("Languages"), _("Licence"), _("Permission or exact licence"),
        _("Side"), _("Organization"), _("Authors"), _("For whom"), _("What it is"), _("Version or date"), _("Link"),
        _("Reviewed by"), _("Reviewed on"), _("Review again on"), _("Published on"), _("Downloads"),
    ]  # fmt: skip


def resource_rows(rows: QuerySet, partnership: Partnership) -> Iterator[list[Any]]:
    """A list a resource, from for_list(), in the order of resource_head()."""
    for each in rows.iterator(chunk_size=CHUNK):
        yield [
            each.code,
            each.title,
            each.current_state_label,
            each.get_kind_display(),
            each.language_names,
            each.get_licence_display(),
            each.licence_note,
            partnership.side_label(each.owner.side),
            each.owner.organization.name,
            each.author_names,
            each.audience,
            each.description,
            each.edition,
            each.link,
            str(each.reviewer or ""),
            each.reviewed_on,
            each.review_on,
            each.published_on,
            each.n_downloads,
        ]


def transfer_head() -> list[str]:
    return [
        _("Transfer"), _("Title"), _("State"), _("Given by"), _("Received by"), _("Item"), _("Kind"),
        _("Maker and model"), _("Serial or batch numbers"), _("Condition"), _("How many"), _("Value of one"),
        _("Value"), _("Currency"), _("Where the value comes from"), _("Answer"), _("Reason of the answer"),
        _("Sent on"), _("Received on"), _("How many arrived"), _("Of these damaged"), _("How it arrived"),
        _("In use since"), _("How it is now"), _("Reason"),
    ]  # fmt: skip


def transfer_rows(transfers: QuerySet) -> Iterator[list[Any]]:
    """A list an item of ``transfers``, in the order of transfer_head(); amounts are numbers, days are days."""
    items = TransferItem.objects.filter(transfer__in=transfers.order_by().values("pk"))
    related = items.select_related("transfer__giver__organization", "transfer__receiver__organization")
    for item in related.order_by("-transfer__number", "number").iterator(chunk_size=CHUNK):
        transfer = item.transfer
        yield [
            transfer.code,
            transfer.title,
            transfer.get_state_display(),
            transfer.giver.organization.name,
            transfer.receiver.organization.name,
            item.name,
            item.get_kind_display(),
            item.maker_model,
            item.serial,
            item.get_condition_display(),
            item.quantity,
            item.unit_value,
            item.value,
            transfer.currency,
            item.get_value_basis_display(),
            item.get_answer_display(),
            item.answer_reason,
            transfer.shipped_on,
            transfer.received_on,
            item.received_quantity,
            item.damaged_quantity if item.arrival else None,
            item.get_arrival_display(),
            transfer.in_use_on,
            item.get_use_display(),
            item.use_reason,
        ]
