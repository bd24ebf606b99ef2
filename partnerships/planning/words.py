"""Values of a plan's content as people read them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnerships.workplan_states import ActivityKind

SideLabel = Callable[[str], str]


def say_day(value: str | date | None) -> str:
    """A date in words; ISO text and nothing are welcome."""
    if not value:
        return ""
    return date_format(date.fromisoformat(value) if isinstance(value, str) else value)


def say_amount(value: str | Decimal | None, currency: str = "") -> str:
    """An amount with as many decimals as it needs and its currency: ``1,250.50 EUR``; nothing is empty text."""
    if value in ("", None):
        return ""
    amount = Decimal(value)
    places = 0 if amount == amount.to_integral_value() else 2
    if places and not currency and amount * 10 == (amount * 10).to_integral_value():
        places = 1  # half days
    return " ".join(filter(None, [number_format(amount, places, use_l10n=True, force_grouping=True), currency]))


def say_days(value: str | Decimal | None) -> str:
    """``1 day``, ``2.5 days``; nothing is empty text."""
    if value in ("", None):
        return ""
    amount = Decimal(value)
    n = int(amount) if amount == amount.to_integral_value() else 2  # parts of a day are told as several
    return ngettext("%(days)s day", "%(days)s days", n) % {"days": say_amount(amount)}


def say_needs(value: list[int]) -> str:
    return ", ".join(f"A{number}" for number in value)


def labels(side_label: SideLabel) -> dict[str, str]:
    """What each part of a plan is called, in the partnership's own words for its sides."""
    owner = _("Owner, %(side)s")
    return {
        "goal": _("Goal"),
        "currency": _("Currency"),
        "title": _("Title"),
        "baseline": _("Baseline"),
        "target": _("Target"),
        "lead_side": _("Lead side"),
        "objective": _("Objective"),
        "kind": _("Type"),
        "progress": _("Status"),
        "reason": _("Why it is cancelled"),
        "description": _("Description"),
        "deliverable": _("Deliverable"),
        "host_owner": owner % {"side": side_label("host")},
        "resource_owner": owner % {"side": side_label("resource")},
        "starts_on": _("Start"),
        "ends_on": _("End"),
        "needs": _("Waits for"),
        "budget": _("Budget"),
        "in_kind_days": _("Expected in kind, days"),
        "in_kind_value": _("Expected in kind, value"),
    }


def say(name: str, value: Any, *, currency: str, side_label: SideLabel) -> str:
    """The part ``name`` of a plan's content as a person reads it; nothing is empty text."""
    if name in ("starts_on", "ends_on"):
        return say_day(value)
    if name in ("budget", "in_kind_value"):
        return say_amount(value, currency)
    if name == "in_kind_days":
        return say_amount(value)
    if name in ("host_owner", "resource_owner"):
        return value["name"] if value else ""
    if name == "needs":
        return say_needs(value)
    if name == "kind":
        return str(ActivityKind(value).label) if value in ActivityKind.values else value
    if name == "lead_side":
        return side_label(value) if value else ""
    return str(value)
