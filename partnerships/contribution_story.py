"""What happens to contributions and in meetings, as sentences of the story."""

from django.utils.translation import gettext as _


def contribution_sentences() -> dict[str, str]:
    return {
        "contribution.added": _("wrote down the contribution %(code)s of %(giver)s, “%(title)s”"),
        "contribution.changed": _("changed the contribution %(code)s, “%(title)s”"),
        "contribution.changed_again": _("changed the contribution %(code)s, “%(title)s”, so its giver is asked again"),
        "contribution.evidence_added": _("attached “%(name)s” to the contribution %(code)s"),
        "contribution.evidence_removed": _("removed “%(name)s” from the contribution %(code)s"),
        "contribution.confirmed": _("confirmed the contribution %(code)s of %(giver)s, “%(title)s”"),
        "contribution.confirmed_for": _("wrote down that %(giver)s confirmed the contribution %(code)s, “%(title)s”"),
        "contribution.verified": _("verified the contribution %(code)s, “%(title)s”"),
        "contribution.counted": _("counted the contribution %(code)s of %(giver)s, “%(title)s”: %(amount)s"),
        "contribution.dismissed": _("left “%(title)s” of %(person)s out of the ledger"),
        "contribution.rejected": _("rejected the contribution %(code)s, “%(title)s”"),
        "contribution.reversed": _("reversed the contribution %(code)s, “%(title)s”, by %(new_code)s"),
        "contribution.valued": _("added a rate by which the contribution %(code)s, “%(title)s”, is worth %(amount)s"),
        "contribution.converted": _("converted the contribution %(code)s, “%(title)s”, to %(amount)s"),
        "meeting.added": _("wrote down the meeting “%(title)s”"),
        "meeting.changed": _("changed what is written down of the meeting “%(title)s”"),
        "meeting.deleted": _("deleted the meeting “%(title)s”, which nothing named"),
    }
