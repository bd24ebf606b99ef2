"""A work plan as plain data: what both sides approve, and the hash that their word is bound to.

How far things are is left out, for progress needs nobody's approval; so is the risk register, which lives on.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Any

from partnerships.models import Activity, Objective, Risk, TeamMember
from partnerships.planning.rows import PlanRows

FORMAT = 1
# What is kept of an activity as it stands; owners, dates, amounts and dependencies are said in their own way.
PLAIN = ("number", "title", "kind", "description", "deliverable")
AMOUNTS = ("budget", "in_kind_days", "in_kind_value")


def content_of(rows: PlanRows) -> dict[str, Any]:
    """The plan as JSON values: dates as ISO text, amounts as text with two decimals, nothing as empty text."""
    return {
        "format": FORMAT,
        "goal": rows.plan.goal,
        "currency": rows.plan.currency,
        "objectives": [
            {
                **_objective(block.objective),
                "activities": [_activity(activity, rows.needs_of(activity)) for activity in block.activities],
            }
            for block in rows.blocks
        ],
    }


def _objective(objective: Objective) -> dict[str, Any]:
    return {name: getattr(objective, name) for name in ("number", "title", "baseline", "target", "lead_side")}


def _activity(activity: Activity, needs: list[Activity]) -> dict[str, Any]:
    return {
        **{name: getattr(activity, name) for name in PLAIN},
        "host_owner": _person(activity.host_owner),
        "resource_owner": _person(activity.resource_owner),
        "starts_on": _day(activity.starts_on),
        "ends_on": _day(activity.ends_on),
        **{name: _amount(getattr(activity, name)) for name in AMOUNTS},
        "needs": [needed.number for needed in needs],
    }


def _person(member: TeamMember | None) -> dict[str, Any] | None:
    return {"member": member.pk, "name": member.contact.name} if member else None


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _amount(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"


def hash_of(content: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON of ``content``; it changes whenever a word, a day or a sum does."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def without_names(content: dict[str, Any]) -> dict[str, Any]:
    """``content`` with owners by their membership alone: a person who changed their name changed no plan."""
    plain = json.loads(json.dumps(content))
    for objective in plain["objectives"]:
        for activity in objective["activities"]:
            for side in ("host_owner", "resource_owner"):
                activity[side] = activity[side]["member"] if activity[side] else None
    return plain


def is_same_plan(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return without_names(one) == without_names(other)


def risk_content(risks: list[Risk]) -> list[dict[str, Any]]:
    """The risk register of a day, as words: it is there to be read with the version, not to be approved."""
    return [
        {
            "code": risk.code,
            "title": risk.title,
            "likelihood": risk.likelihood,
            "impact": risk.impact,
            "score": risk.score,
            "level": risk.level,
            "response": risk.response,
            "measures": risk.measures,
            "owner": risk.owner.contact.name if risk.owner else "",
            "state": risk.state,
            "review_on": _day(risk.review_on),
        }
        for risk in risks
    ]
