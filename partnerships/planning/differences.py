"""What differs between two plans as snapshot.py keeps them: objective by objective, property by property, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from partnerships.planning.words import SideLabel, labels, say

OBJECTIVE = ("title", "baseline", "target", "lead_side")
ACTIVITY = (
    "title",
    "objective",
    "kind",
    "description",
    "deliverable",
    "host_owner",
    "resource_owner",
    "starts_on",
    "ends_on",
    "needs",
    "budget",
    "in_kind_days",
    "in_kind_value",
)


@dataclass(frozen=True, kw_only=True)
class Shift:
    """One property: what it was and what it is."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A part of the plan that is ``added``, ``removed``, ``changed`` or ``moved``, with every property that differs."""

    what: str
    code: str
    title: str
    shifts: tuple[Shift, ...] = ()

    @property
    def label(self) -> str:
        words = {"added": _("Added"), "removed": _("Removed"), "changed": _("Changed"), "moved": _("Order changed")}
        return words[self.what]


def differences(old: dict[str, Any], new: dict[str, Any], *, side_label: SideLabel) -> list[Difference]:
    """Everything in which ``new`` differs from ``old``: the plan itself, then objectives, then activities."""
    teller = _Teller(old, new, side_label)
    return [*teller.plan(), *teller.objectives(), *teller.activities(), *teller.order()]


class _Teller:
    def __init__(self, old: dict[str, Any], new: dict[str, Any], side_label: SideLabel):
        self.old, self.new, self.side_label = old, new, side_label
        self.labels = labels(side_label)

    def plan(self) -> list[Difference]:
        shifts = self._shifts(self.old, self.new, ("goal", "currency"))
        return [Difference(what="changed", code="", title=_("The plan"), shifts=shifts)] if shifts else []

    def objectives(self) -> list[Difference]:
        return self._rows(_by_number(self.old["objectives"]), _by_number(self.new["objectives"]), "O", OBJECTIVE)

    def activities(self) -> list[Difference]:
        return self._rows(_activities(self.old), _activities(self.new), "A", ACTIVITY)

    def order(self) -> list[Difference]:
        """Rows that both plans have, in another order; where an activity went is told by its objective."""
        found = []
        before, after = self.old["objectives"], self.new["objectives"]
        if _moved(before, after):
            found.append(self._order("", _("Objectives"), "O", before, after))
        earlier = _by_number(before)
        for objective in after:
            was = earlier.get(objective["number"])
            if was and _moved(was["activities"], objective["activities"]):
                code = f"O{objective['number']}"
                title = _("Activities of %(code)s") % {"code": code}
                found.append(self._order(code, title, "A", was["activities"], objective["activities"]))
        return found

    def _order(self, code: str, title: str, letter: str, before: list[dict], after: list[dict]) -> Difference:
        told = [", ".join(f"{letter}{row['number']}" for row in rows) for rows in (before, after)]
        shift = Shift(label=_("Order"), before=told[0], after=told[1])
        return Difference(what="moved", code=code, title=title, shifts=(shift,))

    def _rows(self, old: dict[int, dict], new: dict[int, dict], letter: str, names: tuple[str, ...]):
        found = []
        for number in sorted(old.keys() | new.keys()):
            before, after = old.get(number), new.get(number)
            row = after or before
            what = "changed" if before and after else "added" if after else "removed"
            shifts = self._shifts(before or {}, after or {}, names)
            if shifts:
                found.append(Difference(what=what, code=f"{letter}{number}", title=row["title"], shifts=shifts))
        return found

    def _shifts(self, before: dict, after: dict, names: tuple[str, ...]) -> tuple[Shift, ...]:
        found = []
        for name in names:
            if _key(before.get(name)) == _key(after.get(name)):
                continue
            was, now = self._say(name, before, self.old), self._say(name, after, self.new)
            if was != now:
                found.append(Shift(label=self.labels[name], before=was, after=now))
            elif was:
                # Two people of one name: the words are the same, the person is not.
                found.append(
                    Shift(label=self.labels[name], before=was, after=_("%(name)s (another role)") % {"name": now})
                )
        return tuple(found)

    def _say(self, name: str, row: dict, content: dict) -> str:
        if row.get(name) in (None, ""):
            return ""
        return say(name, row[name], currency=content["currency"], side_label=self.side_label)


def _key(value: Any) -> Any:
    """Owners are who they are, whatever they are called today."""
    if isinstance(value, dict):
        return value["member"]
    return value or ""


def _by_number(rows: list[dict]) -> dict[int, dict]:
    return {row["number"]: row for row in rows}


def _activities(content: dict[str, Any]) -> dict[int, dict]:
    return {
        activity["number"]: {**activity, "objective": f"O{objective['number']}"}
        for objective in content["objectives"]
        for activity in objective["activities"]
    }


def _moved(before: list[dict], after: list[dict]) -> bool:
    common = {row["number"] for row in before} & {row["number"] for row in after}
    return [row["number"] for row in before if row["number"] in common] != [
        row["number"] for row in after if row["number"] in common
    ]
