"""What is missing before a step of a plan, and what is worth a warning. Page, button and action alike ask here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from partnerships.guards import Requirement
from partnerships.models import Activity, Objective, Partnership
from partnerships.planning.rows import PlanRows
from partnerships.planning.words import say_day
from partnerships.states import Side
from partnerships.workplan_states import Progress

NAMED = 8


def missing_to_propose(rows: PlanRows) -> list[Requirement]:
    """What a plan needs before both sides are asked to approve it; none of it can be set aside."""
    missing = []
    if not rows.plan.goal.strip():
        missing.append(_requirement("goal", _("the goal, in words")))
    if not rows.blocks:
        missing.append(_requirement("objectives", _("at least one objective")))
    if empty := [block.objective.code for block in rows.blocks if not block.activities]:
        missing.append(_requirement("activities", _("an activity under %(codes)s") % {"codes": named(empty)}))
    if undated := [each.code for each in rows.activities if not (each.starts_on and each.ends_on)]:
        missing.append(_requirement("dates", _("a start and an end for %(codes)s") % {"codes": named(undated)}))
    return missing


def _requirement(fact: str, text: str) -> Requirement:
    return Requirement(fact=f"workplan:{fact}", text=text, waivable=False)


def missing_to_move(row: Objective | Activity, new: str, open_activities: Iterable[Activity]) -> list[Requirement]:
    """What an objective needs before it is done or cancelled: nothing open under it. Activities need nothing."""
    if not isinstance(row, Objective) or new not in (Progress.DONE, Progress.CANCELLED):
        return []
    codes = [activity.code for activity in open_activities if activity.is_open]
    if not codes:
        return []
    text = _("every activity under it done or cancelled; still open: %(codes)s") % {"codes": named(codes)}
    return [_requirement("open-activities", text)]


def named(codes: list[str]) -> str:
    """``A1, A2, A3 and 12 more``: as many as a person reads."""
    if len(codes) <= NAMED:
        return ", ".join(codes)
    return _("%(codes)s and %(n)s more") % {"codes": ", ".join(codes[:NAMED]), "n": len(codes) - NAMED}


@dataclass(frozen=True, kw_only=True)
class Warning:  # noqa: A001  # the word people know it by
    """Something to look at; nothing is refused because of it. ``number`` is that of the activity."""

    number: int
    text: str


def warnings_of(rows: PlanRows, partnership: Partnership) -> list[Warning]:
    """Dates outside the partnership, successors that start too early, owners who are missing or have left."""
    return [
        Warning(number=activity.number, text=text)
        for activity in rows.activities
        if activity.is_open
        for text in (*_dates(activity, partnership), *_order(activity, rows), *_owners(activity, partnership))
    ]


def _dates(activity: Activity, partnership: Partnership) -> Iterable[str]:
    start, end = partnership.starts_on, partnership.ends_on
    if activity.starts_on and start and activity.starts_on < start:
        yield _("%(code)s starts before the partnership does, on %(day)s.") % _words(activity, start)
    if activity.ends_on and end and activity.ends_on > end:
        yield _("%(code)s ends after the partnership does, on %(day)s.") % _words(activity, end)


def _order(activity: Activity, rows: PlanRows) -> Iterable[str]:
    for needed in rows.needs_of(activity):
        if needed.progress == Progress.CANCELLED:
            yield _("%(code)s waits for %(other)s, which is cancelled.") % {
                "code": activity.code,
                "other": needed.code,
            }
        elif activity.starts_on and needed.ends_on and needed.ends_on >= activity.starts_on:
            yield _("%(code)s starts on %(day)s, but it waits for %(other)s, which ends on %(end)s.") % {
                **_words(activity, activity.starts_on),
                "other": needed.code,
                "end": say_day(needed.ends_on),
            }


def _owners(activity: Activity, partnership: Partnership) -> Iterable[str]:
    for side in Side:
        owner = getattr(activity, f"{side.value}_owner")
        words = {"code": activity.code, "side": partnership.side_label(side)}
        if owner is None:
            yield _("%(code)s has no owner on this side: %(side)s.") % words
        elif not owner.is_current:
            yield _("%(code)s: %(name)s is no longer on the team.") % {**words, "name": owner.contact.name}


def _words(activity: Activity, day: date) -> dict[str, str]:
    return {"code": activity.code, "day": say_day(day)}


def circle_through(start: int, needs: Mapping[int, Iterable[int]]) -> bool:
    """Whether the activity ``start`` waits for itself, over however many others. ``needs``: who waits for whom."""
    seen: set[int] = set()
    ahead = list(needs.get(start, ()))
    while ahead:
        one = ahead.pop()
        if one == start:
            return True
        if one not in seen:
            seen.add(one)
            ahead.extend(needs.get(one, ()))
    return False
