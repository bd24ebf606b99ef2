"""What people of the demonstration world did with the toolkit: adapted it, published a version, proposed and judged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import F

from partnerships.models import Partnership
from toolkit.actions.adapting import adapt_tool, stamp_of, switch_parts
from toolkit.actions.contributing import accept_proposal, answer_proposal, decline_proposal, propose
from toolkit.actions.drafting import edit_draft, open_draft
from toolkit.actions.feedback import answer_feedback, give_feedback
from toolkit.actions.publishing import ask_review, publish
from toolkit.models import Feedback, Proposal, Tool
from toolkit.schema.editing import Raw, add_part, set_properties
from toolkit.schema.parts import FORM, parts_of
from twinning.locking import row_stamp

if TYPE_CHECKING:
    from twinning.demo.world import World


def build_library(world: World, told: Mapping[str, Any]) -> None:
    """``told`` is the file library.yaml: lists of ``copies``, ``versions``, ``proposals`` and ``feedback``."""
    for row in told["copies"]:
        _copy(world, row)
    for row in told["versions"]:
        _version(world, row)
    for row in told["proposals"]:
        _proposal(world, row)
    for number, row in enumerate(told["feedback"]):
        _feedback(world, row, key=f"demonstration-{number}")


def _copy(world: World, row: Mapping[str, Any]) -> None:
    by = world.users[row["by"]]
    name = row.get("partnership")
    owner = Partnership.objects.get(name=name) if name else world.programmes[row["programme"]]
    draft = adapt_tool(Tool.objects.get(slug=row["tool"]), owner=owner, by=by)
    draft = switch_parts(draft.tool, row["left_out"], seen=stamp_of(draft.tool), by=by)
    draft = edit_draft(draft, lambda raw: _changed(raw, row), by=by)
    publish(draft, change_note=row["note"], by=by)


def _version(world: World, row: Mapping[str, Any]) -> None:
    by = world.users[row["by"]]
    draft = edit_draft(open_draft(Tool.objects.get(slug=row["tool"]), by=by), lambda raw: _changed(raw, row), by=by)
    ask_review(draft, change_note=row["note"], by=by)
    draft.refresh_from_db()
    publish(draft, change_note=row["note"], by=world.users[row["reviewer"]])


def _changed(raw: Raw, row: Mapping[str, Any]) -> Raw:
    for name, values in row.get("change", {}).items():
        raw = set_properties(raw, name, values)
    for new in row.get("add", ()):
        parent = parts_of(raw)[new["after"]].parent
        raw, name = add_part(
            raw, "item", parent=parent or FORM, after=new["after"], kind=new["kind"], label=new["label"]
        )
        raw = set_properties(raw, name, new["set"])
    return raw


def _proposal(world: World, row: Mapping[str, Any]) -> None:
    curator = next(user for user in world.users.values() if user.is_curator)
    tool = Tool.objects.get(slug=row["tool"]) if "tool" in row else None
    offer = Proposal(
        tool=tool, title=row["title"], text=row["text"], credit=row.get("credit", ""), email=row.get("email", "")
    )
    offer, _is_new = propose(offer)
    if row.get("accept"):
        accept_proposal(offer, by=curator, answer=row["answer"])
    elif row.get("decline"):
        decline_proposal(offer, by=curator, answer=row["answer"])
    elif row.get("answer"):
        answer_proposal(offer, by=curator, answer=row["answer"])
    shift = timedelta(days=row["ago"])
    rows = Proposal.objects.filter(pk=offer.pk)
    rows.update(created_at=F("created_at") - shift)
    rows.filter(decided_at__isnull=False).update(decided_at=F("decided_at") - shift / 2)


def _feedback(world: World, row: Mapping[str, Any], *, key: str) -> None:
    curator = next(user for user in world.users.values() if user.is_curator)
    tool = Tool.objects.get(slug=row["tool"])
    feedback = Feedback(
        tool=tool,
        version_number=tool.versions.published().get().number,
        rating=row["rating"],
        name=row.get("name", ""),
        text=row.get("text", ""),
    )
    give_feedback(feedback, key=key)
    if row.get("answer"):
        answer_feedback(feedback, seen_stamp=row_stamp(feedback, "answer"), by=curator, answer=row["answer"])
    Feedback.objects.filter(pk=feedback.pk).update(created_at=F("created_at") - timedelta(days=row["ago"]))
