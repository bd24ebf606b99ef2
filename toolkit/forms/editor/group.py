"""The form of a group: its heading, who writes in it, when it applies."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from toolkit.forms.editor.base import HOW_TO_WRITE, Block, PartForm

ALWAYS = ("always", _("Always"), None)


ABOVE = format_lazy("{} {}", _("People read it above the questions."), HOW_TO_WRITE)


class GroupForm(PartForm):
    TEXTS = ("label", "guidance")

    def build(self) -> None:
        self.text("label", _("Heading"))
        self.text("guidance", _("Guidance"), rows=4, limit=20_000, help_text=ABOVE)
        self.side_field()
        self.condition("relevant", legend=_("Shown"), plain=[ALWAYS], rows_label=_("Only when"))

    @property
    def blocks(self) -> list[Block]:
        return [
            self.block("", "label", "side"),
            self.block(_("When it is shown"), "relevant"),
            self.block(_("More"), "guidance", is_more=True),
        ]
