"""The activities of a work plan as a table for other programs: CSV, and an Excel workbook. No cell is a formula."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from partnerships.planning.reading import PlanText
from partnerships.planning.words import SideLabel, labels
from toolkit.exchange.workbook import write_workbook

# What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"


def plan_table(plan: PlanText, side_label: SideLabel) -> list[list[Any]]:
    """Headings, then a row for each activity: texts, dates and numbers as what they are, nothing as empty text."""
    said = labels(side_label)
    columns = ("kind", "description", "deliverable", "host_owner", "resource_owner")
    amounts = ("budget", "in_kind_days", "in_kind_value")
    money = f" ({plan.currency})"
    rows: list[list[Any]] = [
        [
            _("Code"),
            _("Objective"),
            _("Activity"),
            *(said[name] for name in (*columns, "starts_on", "ends_on", "needs")),
            said["budget"] + money,
            said["in_kind_days"],
            said["in_kind_value"] + money,
            _("Status"),
        ]
    ]
    for objective in plan.objectives:
        for each in objective.activities:
            rows.append(
                [
                    each.code,
                    f"{objective.code} {objective.title}",
                    each.title,
                    *(getattr(each, name) for name in columns),
                    *(
                        date.fromisoformat(each.raw[name]) if each.raw[name] else ""
                        for name in ("starts_on", "ends_on")
                    ),
                    each.needs,
                    *(Decimal(each.raw[name]) if each.raw[name] else "" for name in amounts),
                    each.progress_label,
                ]
            )
    return rows


def to_csv(rows: list[list[Any]]) -> bytes:
    """UTF-8 with its mark, so that spreadsheets read every script; what begins like a formula gets an apostrophe."""
    made = io.StringIO()
    csv.writer(made).writerows([[_plain(value) for value in row] for row in rows])
    return (BOM + made.getvalue()).encode()


def _plain(value: Any) -> str:
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value.isoformat() if isinstance(value, date) else str(value)


def to_workbook(rows: list[list[Any]]) -> bytes:
    return write_workbook({str(_("Work plan")): rows})
