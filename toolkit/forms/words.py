"""What an open form says by itself while it saves: the words its scripts know, in the language of the page."""

from __future__ import annotations

from django.utils.translation import gettext as _


def saving_words() -> dict[str, str | list[str]]:
    """Gaps stand in curly brackets; of two forms the first is for one."""
    return {
        "saved": _("Saved at {time}"),
        "waiting": [_("1 change waiting"), _("{n} changes waiting")],
        "offline": [
            _("1 change is kept on this device and is sent when the line returns"),
            _("{n} changes are kept on this device and are sent when the line returns"),
        ],
        "undecided": [_("1 answer needs your attention"), _("{n} answers need your attention")],
        "failed": _("This could not be saved. What you typed is still on this page; copy it to be safe."),
        "sign_in": _("Sign in again in another tab"),
        "changed": _("{name} changed this at {time}, while you were writing:"),
        "row_changed": _("{name} changed this row at {time}. It holds now:"),
        "row_removed": _("{name} removed this row at {time}, while you were writing in it."),
        "emptied": _("(emptied)"),
        "keep_mine": _("Keep mine"),
        "take_theirs": _("Take theirs"),
        "remove_row": _("Remove it all the same"),
        "keep_row": _("Keep the row"),
        "merge": _("Merge both"),
        "merge_label": _("Yours and theirs, to be made one text"),
        "use_merged": _("Use this text"),
        "from": _("From {name}, just now"),
        "present": _("Also here:"),
    }
