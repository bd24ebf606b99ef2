"""Contributions as a table for spreadsheets: every figure with where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from partnerships.models import Contribution, Partnership
from twinning.money import rounded

CHUNK = 500


def contribution_head() -> list[str]:
    return [
        _("Number"), _("State"), _("Side"), _("Organization"), _("Person"), _("Kind"),
        _("What was given, and for what"), _("First day"), _("Last day"), _("Role"), _("How many"), _("Unit"),
        _("Value of one"), _("Why this value"), _("Rate valid from"), _("Source of the rate"), _("Currency"),
        _("Value"), _("Currency of the ledger"), _("Value in it"), _("Exchange rate"), _("Exchange rate of"),
        _("Source of the exchange rate"), _("May count as cost share"), _("Confirmed by"), _("Confirmed on"),
        _("How"), _("Verified by"), _("Verified on"), _("Counted by"), _("Counted on"), _("Files of evidence"),
        _("Reverses"), _("Reason"),
    ]  # fmt: skip


def contribution_rows(rows: QuerySet, partnership: Partnership) -> Iterator[list[Any]]:
    """A list a contribution, in the order of contribution_head(); amounts are numbers, days are days."""
    related = rows.select_related("confirmed_by", "verified_by", "counted_by").annotate(n_files=Count("files"))
    for each in related.iterator(chunk_size=CHUNK):
        yield [
            each.code,
            each.get_state_display(),
            partnership.side_label(each.participation.side),
            each.participation.organization.name,
            str(each.person or ""),
            each.get_kind_display(),
            each.description,
            each.starts_on,
            each.ends_on,
            each.role,
            each.quantity,
            each.get_unit_display(),
            each.rate,
            each.get_rate_basis_display(),
            each.rate_from,
            each.rate_source,
            each.currency,
            each.value if each.value is None else rounded(each.value, each.currency),
            each.base_currency,
            each.base_value if each.base_value is None else rounded(each.base_value, each.base_currency),
            each.fx_rate,
            each.fx_on,
            each.fx_source,
            each.get_match_display(),
            str(each.confirmed_by or ""),
            _day(each.confirmed_at),
            each.get_confirmed_how_display(),
            str(each.verified_by or ""),
            _day(each.verified_at),
            str(each.counted_by or ""),
            _day(each.counted_at),
            each.n_files,
            each.reverses.code if each.reverses_id else "",
            each.reason,
        ]


def _day(moment):
    return localdate(moment) if moment else None


def contributions_of(partnership: Partnership) -> QuerySet[Contribution]:
    return partnership.contributions.for_list()
