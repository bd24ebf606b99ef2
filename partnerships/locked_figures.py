"""The figures of a report to a donor, as they are frozen when it is locked, and as its page tells them.

settings.REPORT_FIGURES names the function that reads them: partnership, first and last day → ``currency`` and rows as
plain data under ``totals`` (activity_kind, done, people, working_days), ``journeys`` (direction, n_exchanges,
n_travellers, professional_days) and ``gifts`` (in_kind_kind, in_kind_host, in_kind_resource).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from partnerships.models import LockedFigures, Partnership, ReportingPeriod
from partnerships.states import Side


def figures_of(period: ReportingPeriod) -> dict[str, Any]:
    """What the records say now of the days of ``period``, for each partnership that its award pays for."""
    read = import_string(settings.REPORT_FIGURES)
    shares = period.award.shares.select_related("partnership__programme").order_by("partnership__name", "pk")
    return {
        "from": period.starts_on.isoformat(),
        "until": period.ends_on.isoformat(),
        "partnerships": [
            {
                "id": share.partnership_id,
                "name": share.partnership.name,
                "reference": share.partnership.reference,
                "sides": {side.value: share.partnership.side_label(side) for side in Side},
                **read(share.partnership, period.starts_on, period.ends_on),
            }
            for share in shares
        ],
    }


def hash_of(content: dict[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Table:
    """``rows``: a label and its figures as text, “–” for what the records have no word for."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class Told:
    """The figures of one partnership, in words."""

    name: str
    reference: str
    tables: tuple[Table, ...]


def told(figures: LockedFigures, seen: Collection[int]) -> list[Told]:
    """The frozen figures of the partnerships whose numbers are ``seen``."""
    return [_told(each) for each in figures.content["partnerships"] if each["id"] in seen]


def n_hidden(figures: LockedFigures, seen: Collection[int]) -> int:
    return sum(each["id"] not in seen for each in figures.content["partnerships"])


def seen_of(figures: LockedFigures, visible: QuerySet[Partnership]) -> set[int]:
    """The partnerships of ``visible`` that the figures speak of."""
    numbers = [each["id"] for each in figures.content["partnerships"]]
    return set(visible.filter(pk__in=numbers).values_list("pk", flat=True))


def _told(raw: dict[str, Any]) -> Told:
    sides = raw["sides"]
    gifts = [row for row in raw["gifts"] if Decimal(row["in_kind_host"]) or Decimal(row["in_kind_resource"])]
    journeys = [row for row in raw["journeys"] if row["n_exchanges"] != "0"]
    tables = [
        Table(
            title=_("What was done"),
            heads=(_("How often"), _("People"), _("Working days")),
            rows=_rows(raw["totals"], "activity_kind", kinds(sides), ("done", "people", "working_days")),
        )
    ]
    if journeys:
        names = ("n_exchanges", "n_travellers", "professional_days")
        tables.append(
            Table(
                title=_("Exchanges by direction"),
                heads=(_("Exchanges"), _("Travellers"), _("Working days")),
                rows=_rows(journeys, "direction", directions(sides), names),
            )
        )
    if gifts:
        title = _("Given in kind, in %(currency)s") % {"currency": raw["currency"]}
        columns = ("in_kind_host", "in_kind_resource")
        rows = _rows(gifts, "in_kind_kind", gift_kinds(), columns)
        tables.append(Table(title=title, heads=(sides[Side.HOST], sides[Side.RESOURCE]), rows=rows))
    return Told(name=raw["name"], reference=raw["reference"], tables=tuple(tables))


def _rows(raw: list[dict[str, str]], key: str, labels: dict[str, str], names: tuple[str, ...]):
    """A kind that has no label any more is told by its name rather than hidden."""
    return tuple((labels.get(row[key], row[key]), tuple(_said(row[name]) for name in names)) for row in raw)


def _said(figure: str) -> str:
    if figure == "":
        return "–"
    amount = Decimal(figure)
    places = 0 if amount == amount.to_integral_value() else 2
    return number_format(amount, places, use_l10n=True, force_grouping=True)


def kinds(sides: dict[str, str]) -> dict[str, str]:
    host, resource = sides[Side.HOST], sides[Side.RESOURCE]
    way = _("Exchanges, %(home)s to %(away)s")
    return {
        "exchange_out": way % {"home": host, "away": resource},
        "exchange_in": way % {"home": resource, "away": host},
        "exchange_other": _("Other exchanges"),
        "workshops": _("Workshops and courses"),
        "online": _("Meetings and online sessions"),
        "events": _("Conferences and public events"),
        "resources": _("Materials shared"),
        "equipment": _("Items that arrived"),
    }


def directions(sides: dict[str, str]) -> dict[str, str]:
    host, resource = sides[Side.HOST], sides[Side.RESOURCE]
    way, within = _("%(home)s to %(away)s"), _("Within the side: %(side)s")
    return {
        "host_to_resource": way % {"home": host, "away": resource},
        "resource_to_host": way % {"home": resource, "away": host},
        "third_country": _("To a third country"),
        "within_host": within % {"side": host},
        "within_resource": within % {"side": resource},
    }


def gift_kinds() -> dict[str, str]:
    return {
        "professional_time": _("Professional time"),
        "equipment_gift": _("Equipment given"),
        "equipment_loan": _("Equipment lent"),
        "supplies": _("Supplies"),
        "drugs": _("Medicines"),
        "books_software": _("Books and software"),
        "space": _("Space"),
        "travel_lodging": _("Travel and lodging"),
        "discount_fees": _("Discounts and waived fees"),
        "other": _("Other"),
    }


def codes_of(periods: Collection[ReportingPeriod]) -> dict[int, str]:
    """The check code of each of ``periods`` that was locked with its figures."""
    rows = LockedFigures.objects.filter(period__in=[each.pk for each in periods]).defer("content")
    return {row.period_id: row.code for row in rows}
