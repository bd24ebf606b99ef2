"""The grid of a plan: hundreds of rows of inputs, read and drawn without a form object for each of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from partnerships.models import Activity, Objective, Partnership, TeamMember
from partnerships.models.workplan import new_token
from partnerships.planning.amounts import read_amount
from partnerships.planning.rows import PlanRows
from partnerships.planning.words import labels
from partnerships.states import Side
from partnerships.workplan_states import PROGRESS_NEEDS_REASON, PROGRESS_TRANSITIONS, ActivityKind, PlanState, Progress

COLUMNS = (
    "title",
    "kind",
    "progress",
    "host_owner",
    "resource_owner",
    "starts_on",
    "ends_on",
    "needs",
    "budget",
    "in_kind_days",
    "in_kind_value",
)
# How an empty row begins; nobody typed these.
GIVEN = {"kind": ActivityKind.OTHER.value, "progress": Progress.PLANNED.value}
KEY = re.compile(r"a(?P<pk>[0-9]{1,18})|n(?P<objective>[0-9]{1,18})x(?P<token>[0-9a-f]{16})")
CODE = re.compile(r"[Aa]?([0-9]{1,9})")
BLANKS = 1
MORE_BLANKS = 5
LONGEST = 4000


@dataclass
class GridRow:
    """A row as it is shown: ``values`` are the texts in its inputs; ``version``, ``stamp`` and ``seen_progress`` what
    was seen. Of an approved plan a row ``only_moves``.
    """

    key: str
    objective: int
    values: dict[str, str]
    activity: Activity | None = None
    version: int = 0
    stamp: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    theirs: list[dict[str, str]] = field(default_factory=list)
    note: str = ""
    is_removed: bool = False
    seen_progress: str = Progress.PLANNED.value
    only_moves: bool = False
    cells: list[dict[str, Any]] = field(default_factory=list)

    @property
    def seen(self) -> str:
        return f"{self.version}.{self.stamp}.{self.objective}.{self.seen_progress}"

    @property
    def is_blank(self) -> bool:
        return not any(value for name, value in self.values.items() if name not in GIVEN)

    @property
    def move(self) -> str:
        """The status that was chosen, if it is another than the one seen."""
        return self.values["progress"] if self.values["progress"] != self.seen_progress else ""

    @property
    def is_changed(self) -> bool:
        if self.only_moves:
            return bool(self.move)
        return self.is_removed or (
            not self.is_blank if self.activity_pk is None else self.stamp != stamp_of(self.values)
        )

    @property
    def activity_pk(self) -> int | None:
        match = KEY.fullmatch(self.key)
        return int(match["pk"]) if match and match["pk"] else None

    @property
    def token(self) -> str:
        match = KEY.fullmatch(self.key)
        return (match["token"] or "") if match else ""

    @property
    def problems(self) -> list[str]:
        """Why the row was not saved, in sentences."""
        return list(filter(None, [self.note, *self.errors.values()]))

    @property
    def title(self) -> str:
        return self.activity.code if self.activity else _("New activity")


def stamp_of(values: Mapping[str, str]) -> str:
    """A short hash of what the inputs of a row hold, to know later which rows a person touched."""
    return hashlib.sha256("\x1f".join(values.get(name, "") for name in COLUMNS).encode()).hexdigest()[:12]


def texts_of(activity: Activity, needs: Iterable[Activity]) -> dict[str, str]:
    """What the inputs show for a saved activity."""
    return {
        "title": activity.title,
        "kind": activity.kind,
        "progress": activity.progress,
        "reason": "",
        "host_owner": str(activity.host_owner_id or ""),
        "resource_owner": str(activity.resource_owner_id or ""),
        "starts_on": activity.starts_on.isoformat() if activity.starts_on else "",
        "ends_on": activity.ends_on.isoformat() if activity.ends_on else "",
        "needs": ", ".join(each.code for each in needs),
        **{name: _plain(getattr(activity, name)) for name in ("budget", "in_kind_days", "in_kind_value")},
    }


def _plain(amount: Decimal | None) -> str:
    """``1200`` or ``1200.50``: as it is typed."""
    if amount is None:
        return ""
    return str(
        amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount.quantize(Decimal("0.01"))
    )


class Cleaner:
    """Turns the texts of one row into values, or into what is wrong with each of them."""

    def __init__(self, owners: Mapping[str, Mapping[int, TeamMember]]):
        self.owners = owners
        self.date = forms.DateField(required=False)
        self.readers: dict[str, Callable[[str], Any]] = {
            "title": self._title,
            "kind": self._kind,
            "host_owner": lambda text: self._owner(Side.HOST, text),
            "resource_owner": lambda text: self._owner(Side.RESOURCE, text),
            "starts_on": self._day,
            "ends_on": self._day,
            "needs": read_codes,
            "budget": lambda text: read_amount(text, digits=14),
            "in_kind_days": lambda text: read_amount(text, digits=8),
            "in_kind_value": lambda text: read_amount(text, digits=14),
        }

    def clean(self, values: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
        """(values, errors); ``values`` is whole exactly when there are no errors."""
        clean, errors = {}, {}
        for name in self.readers:
            try:
                clean[name] = self.readers[name](values[name])
            except ValidationError as error:
                errors[name] = " ".join(error.messages)
        return clean, errors

    def _title(self, text: str) -> str:
        if not text:
            raise ValidationError(_("Say in a few words what is to be done."))
        if len(text) > 200:
            raise ValidationError(_("Use at most 200 characters; the details have room on the activity’s own page."))
        return text

    def _kind(self, text: str) -> str:
        if text not in ActivityKind.values:
            raise ValidationError(_("Choose one of the types in the list."))
        return text

    def _day(self, text: str):
        return self.date.clean(text)

    def _owner(self, side: str, text: str) -> TeamMember | None:
        if not text:
            return None
        member = self.owners[side].get(int(text)) if text.isdecimal() and len(text) < 19 else None
        if member is None:
            raise ValidationError(_("Choose a person of this side’s team."))
        return member


def read_codes(text: str) -> list[int]:
    """``A1, A4`` or ``1 4`` as numbers of activities, in order and each once."""
    found = set()
    for word in re.split(r"[\s,;]+", text):
        match = CODE.fullmatch(word)
        if match:
            found.add(int(match[1]))
        elif word:
            raise ValidationError(_("Write the codes of activities, such as “A1, A4”."))
    return sorted(found)


def owners_of(partnership: Partnership, rows: PlanRows | None = None) -> dict[str, dict[int, TeamMember]]:
    """The people who may own an activity, by side: the team of now, and owners of before."""
    owners: dict[str, dict[int, TeamMember]] = {side.value: {} for side in Side}
    team = partnership.team.current().select_related("contact").order_by("contact__name", "pk")
    for member in team:
        owners[member.side][member.pk] = member
    for activity in rows.activities if rows else ():
        for member in activity.owners:
            owners[member.side].setdefault(member.pk, member)
    return owners


class Grid:
    """All rows of a plan, as saved or as posted over what is saved."""

    def __init__(self, rows: PlanRows, partnership: Partnership, *, more: int = 0):
        self.rows, self.partnership, self.more = rows, partnership, more
        self.owners = owners_of(partnership, rows)
        self.cleaner = Cleaner(self.owners)
        self.labels = labels(partnership.side_label)
        self.choices = self._choices()
        self.by_key: dict[str, GridRow] = {}
        for activity in rows.activities:
            values = texts_of(activity, rows.needs_of(activity))
            key = f"a{activity.pk}"
            self.by_key[key] = GridRow(
                key,
                activity.objective_id,
                values,
                activity,
                activity.version,
                stamp_of(values),
                seen_progress=activity.progress,
                only_moves=rows.plan.state == PlanState.APPROVED,
            )

    def _choices(self) -> dict[str, list[tuple[str, str]]]:
        people = {
            f"{side}_owner": [("", "—"), *((str(pk), _name(member)) for pk, member in members.items())]
            for side, members in self.owners.items()
        }
        kinds = {"kind": ActivityKind, "progress": Progress}
        return {name: [(each.value, str(each.label)) for each in kind] for name, kind in kinds.items()} | people

    def posted(self, data: QueryDict) -> list[GridRow]:
        """The rows that a person touched, as they were sent."""
        found = [self._row(data, key) for key in dict.fromkeys(data.getlist("row")) if KEY.fullmatch(key)]
        found += [self._status(data, self.by_key[key]) for key in data.getlist("status") if key in self.by_key]
        return [row for row in found if row.is_changed and not (row.is_removed and row.activity_pk is None)]

    def _row(self, data: QueryDict, key: str) -> GridRow:
        version, stamp, objective, progress = _seen(data.get(f"{key}-seen", ""))
        match = KEY.fullmatch(key)
        values = {name: " ".join(data.get(f"{key}-{name}", "")[:LONGEST].split()) for name in (*COLUMNS, "reason")}
        values["progress"] = values["progress"] or progress
        return GridRow(
            key,
            int(match["objective"]) if match["objective"] else objective,
            values,
            version=version,
            stamp=stamp,
            is_removed=f"{key}-remove" in data,
            seen_progress=progress,
        )

    def _status(self, data: QueryDict, saved: GridRow) -> GridRow:
        """A row of which only the status was shown: all else is what is saved."""
        *_others, progress = _seen(data.get(f"{saved.key}-seen", ""))
        typed = {name: data.get(f"{saved.key}-{name}", "")[:LONGEST].strip() for name in ("progress", "reason")}
        typed["progress"] = typed["progress"] or progress
        return replace(saved, values=saved.values | typed, seen_progress=progress, only_moves=True)

    def put_back(self, row: GridRow) -> None:
        """Show a row as it was typed, over what is saved now; saving again is then a choice made knowingly."""
        saved = self.by_key.get(row.key)
        if saved is None and row.activity_pk is not None:
            # The activity is gone: what was typed becomes a new one if it is saved again.
            row = GridRow(
                f"n{row.objective}x{new_token()}", row.objective, row.values, errors=row.errors, note=row.note
            )
        if saved is not None:
            row.activity, row.version, row.stamp = saved.activity, saved.version, saved.stamp
            row.objective = saved.objective
            if not row.move:
                row.values["progress"] = saved.seen_progress  # somebody else may have moved it; this person did not
            row.seen_progress = saved.seen_progress
        self.by_key[row.key] = row

    def tell_conflict(self, row: GridRow, current: Activity | None) -> None:
        """Write beside a row what somebody else saved meanwhile."""
        if current is None:
            row.note = _("Somebody removed this activity meanwhile. Save again to add it as a new one.")
            return
        theirs = texts_of(current, self.rows.needs_of(current))
        row.key = f"a{current.pk}"
        row.note = _("%(who)s saved this row meanwhile. Compare, correct it and save again.") % {
            "who": current.changed_by
        }
        row.theirs = [
            {
                "label": self.labels[name],
                "mine": self.shown(name, row.values[name]),
                "theirs": self.shown(name, theirs[name]),
            }
            for name in COLUMNS
            if row.values[name] != theirs[name] and (name != "progress" or row.move)
        ]

    def shown(self, name: str, text: str) -> str:
        """The text of an input as a person reads it."""
        return dict(self.choices[name]).get(text, text) if name in self.choices and text else text

    def groups(self) -> list[dict[str, Any]]:
        """Each objective with its rows, and empty ones after them."""
        found = []
        for block in self.rows.blocks:
            pk = block.objective.pk
            own = [row for row in self.by_key.values() if row.objective == pk]
            n_blanks = MORE_BLANKS if pk == self.more else BLANKS
            if self.rows.plan.state != PlanState.APPROVED:
                own += [self._blank(block.objective) for _n in range(n_blanks)]
            for row in own:
                row.cells = [self._cell(row, name) for name in self._names(row)]
            found.append({"objective": block.objective, "rows": own})
        return found

    def _blank(self, objective: Objective) -> GridRow:
        values = dict.fromkeys((*COLUMNS, "reason"), "") | GIVEN
        return GridRow(f"n{objective.pk}x{new_token()}", objective.pk, values)

    def _names(self, row: GridRow) -> list[str]:
        names = ["progress"] if row.only_moves else list(COLUMNS)
        if row.activity and set(PROGRESS_TRANSITIONS[row.activity.progress]) & set(PROGRESS_NEEDS_REASON):
            names.append("reason")
        return names

    def _choices_of(self, row: GridRow, name: str) -> list[tuple[str, str]] | None:
        if name != "progress":
            return self.choices.get(name)
        now = row.activity.progress if row.activity else Progress.PLANNED
        others = [each for each in PROGRESS_TRANSITIONS[now] if row.activity or each not in PROGRESS_NEEDS_REASON]
        # What was chosen stays to be seen when it is refused.
        chosen = [each for each in Progress if each == row.values[name]]
        return [(each.value, str(each.label)) for each in Progress if each in (now, *others, *chosen)]

    def _cell(self, row: GridRow, name: str) -> dict[str, Any]:
        return {
            "name": name,
            "label": self.labels[name],
            "value": row.values[name],
            "error": row.errors.get(name, ""),
            "choices": self._choices_of(row, name),
            "type": "date" if name in ("starts_on", "ends_on") else "text",
            "is_number": name in ("budget", "in_kind_days", "in_kind_value"),
        }


def _name(member: TeamMember) -> str:
    name = f"{member.contact} – {member.get_role_display()}"
    return name if member.is_current else _("%(name)s (no longer on the team)") % {"name": name}


def _seen(text: str) -> tuple[int, str, int, str]:
    """(version, stamp, objective, progress) that was shown; what was meddled with is a version that never was."""
    version, stamp, objective, progress = [*text.split("."), "", "", "", ""][:4]
    if not all(part.isdecimal() and len(part) < 19 for part in (version, objective)):
        version, stamp, objective = "0", "", "0"
    return int(version), stamp, int(objective), progress if progress in Progress.values else Progress.PLANNED.value
