"""History entries as sentences."""

from django.utils.translation import gettext as _

from partnerships.models import HistoryEntry
from partnerships.states import PhaseState, Side, Status, TeamRole

LABELS = {"old": (Status, PhaseState), "new": (Status, PhaseState), "role": (TeamRole,)}


def sentences() -> dict[str, str]:
    """One sentence a verb; a function, so that each reader gets their own language."""
    return {
        "partnership.created": _("started the partnership"),
        "partnership.changed": _("changed the partnership’s details"),
        "partnership.status_changed": _("moved the status from “%(old)s” to “%(new)s”"),
        "cycle.started": _("started cycle %(cycle)s"),
        "phase.moved": _("moved the phase “%(phase)s” from “%(old)s” to “%(new)s”"),
        "criterion.met": _("marked “%(criterion)s” as met"),
        "criterion.unmet": _("marked “%(criterion)s” as not met"),
        "organization.joined": _("added %(organization)s to the %(side)s"),
        "organization.left": _("recorded that %(organization)s left the %(side)s"),
        "team.joined": _("added %(person)s to the team as %(role)s"),
        "team.left": _("ended the role of %(person)s as %(role)s"),
        "follow_up.added": _("asked %(person)s to do this: “%(title)s”"),
        "follow_up.taken": _("took it on to do this: “%(title)s”"),
        "follow_up.changed": _("changed the follow-up “%(title)s” of %(person)s"),
        "follow_up.done": _("finished the follow-up “%(title)s” of %(person)s"),
        "follow_up.dropped": _("dropped the follow-up “%(title)s” of %(person)s"),
        "follow_up.reopened": _("opened the follow-up “%(title)s” of %(person)s again"),
        "comment.added": _("wrote a comment"),
        "comment.removed": _("removed a comment"),
        "document.started": _("started the document %(reference)s, “%(title)s”"),
        "document.submitted": _("submitted %(reference)s, “%(title)s”"),
        "document.part_submitted": _("submitted the part of the %(side)s in %(reference)s, “%(title)s”"),
        "document.part_reopened": _(
            "changed shared answers in %(reference)s, “%(title)s”, so the %(side)s must submit its part again"
        ),
        "document.returned": _("returned %(reference)s, “%(title)s”, for changes"),
        "document.accepted": _("accepted %(reference)s, “%(title)s”"),
        "document.withdrawn": _("withdrew %(reference)s, “%(title)s”"),
        "document.moved": _(
            "moved %(reference)s, “%(title)s”, from version %(before)s of its form to version %(after)s"
        ),
        "tool.adapted": _("made the partnership’s own copy of “%(title)s”"),
        "tool.published": _("published version %(number)s of the partnership’s own “%(title)s”"),
        "tool.withdrawn": _("took the partnership’s own “%(title)s” out of use"),
        "tool.restored": _("put the partnership’s own “%(title)s” to use again"),
        "link.created": _("made a link to %(reference)s for the %(side)s"),
        "link.sent": _("sent the link to %(reference)s for the %(side)s again"),
        "link.revoked": _("revoked the link to %(reference)s for the %(side)s"),
    }


def tell(entry: HistoryEntry) -> str:
    """What happened, without who and when. An unknown verb is told by its name rather than hidden."""
    sentence = sentences().get(entry.verb)
    if sentence is None:
        return entry.verb
    return sentence % {key: _label(entry, key, value) for key, value in entry.data.items()}


def _label(entry: HistoryEntry, key: str, value) -> str:
    if key == "side" and value in Side.values:
        # In the partnership's own words; without a programme they are ours, and stand inside a sentence.
        partnership = entry.partnership
        return partnership.side_label(value) if partnership.programme_id else str(Side(value).label).lower()
    for choices in LABELS.get(key, ()):
        if value in choices.values:
            return str(choices(value).label).lower() if key == "role" else str(choices(value).label)
    return str(value)
