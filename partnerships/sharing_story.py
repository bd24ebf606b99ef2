"""What happens to shared resources and transfers, as sentences of the story."""

from django.utils.translation import gettext as _


def sharing_sentences() -> dict[str, str]:
    return {
        "resource.submitted": _("handed in %(code)s, “%(title)s”, to be shared"),
        "resource.changed": _("changed the shared resource %(code)s, “%(title)s”"),
        "resource.changed_again": _("changed the shared resource %(code)s, “%(title)s”, so it is to be reviewed again"),
        "resource.file_added": _("added the file “%(name)s” to %(code)s, “%(title)s”"),
        "resource.file_again": _(
            "added version %(number)s of the file of %(code)s, “%(title)s”, so it is to be reviewed again"
        ),
        "resource.reviewed": _(
            "wrote down that %(person)s reviewed %(code)s, “%(title)s”; the next review is on %(day)s"
        ),
        "resource.renewed": _(
            "wrote down that %(person)s reviewed %(code)s, “%(title)s”, again; the next review is on %(day)s"
        ),
        "resource.published": _("published the shared resource %(code)s, “%(title)s”"),
        "resource.archived": _("archived the shared resource %(code)s, “%(title)s”"),
        "transfer.offered": _("offered the transfer %(code)s, “%(title)s”"),
        "transfer.changed": _("changed the offer %(code)s, “%(title)s”"),
        "transfer.item_written": _("wrote “%(item)s” on the list of the transfer %(code)s, “%(title)s”"),
        "transfer.item_removed": _("took “%(item)s” off the list of the transfer %(code)s, “%(title)s”"),
        "transfer.costs_agreed": _("wrote down who pays what for the transfer %(code)s, “%(title)s”"),
        "transfer.answered": _("answered the items of the transfer %(code)s, “%(title)s”: %(yes)s yes, %(no)s no"),
        "transfer.moved": _("moved the transfer %(code)s, “%(title)s”, from “%(old)s” to “%(new)s”"),
        "transfer.receipt_written": _("wrote down what arrived of the transfer %(code)s, “%(title)s”"),
        "transfer.checked": _("made the check after %(months)s months of the transfer %(code)s, “%(title)s”"),
        "transfer.item_moved": _(
            "wrote down that “%(item)s” of the transfer %(code)s went from “%(old)s” to “%(new)s”"
        ),
    }
