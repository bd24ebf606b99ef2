"""The form of a table: its heading, how many rows, which columns are added up, the rows it begins with."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from toolkit.forms.editor.base import LONGER_HELP, Block, PartForm, WholeField
from toolkit.forms.editor.group import ALWAYS
from toolkit.forms.editor.rows import SeedGrid
from toolkit.forms.editor.values import offered_paths
from toolkit.rendering.vocabulary import BINDINGS
from toolkit.schema import bindings
from toolkit.schema.kinds import TOTALLED
from toolkit.schema.parts import label_of
from toolkit.schema.retyping import kind_of


class TableForm(PartForm):
    TEXTS = ("label", "hint", "guidance")

    def build(self) -> None:
        self.text("label", _("Heading"))
        self.text("hint", _("Hint"), limit=2000, help_text=_("One line below the heading."))
        self.text("guidance", _("Guidance"), rows=4, limit=20_000, help_text=LONGER_HELP)
        self.name_field("repeat", _("What formulas call this table. They follow when you change it."))
        self.place_field(("group",))
        self.side_field()
        self.plain("min", WholeField(label=_("Rows at least")))
        self.plain("max", WholeField(label=_("Rows at most"), help_text=_("200 if empty.")))
        columns = [part for part in self.parts.values() if part.parent == self.part.id]
        summed = [(part.name, label_of(part, self.lang)) for part in columns if kind_of(part.entry) in TOTALLED]
        if summed:
            made = forms.MultipleChoiceField(
                label=_("Columns with a total"), choices=summed, required=False, widget=forms.CheckboxSelectMultiple
            )
            self.plain("totals", made)
        fixed = _("Only these rows: people fill them in, but add and remove none")
        self.plain("fixed", forms.BooleanField(label=fixed, required=False))
        self._prefill()
        self.condition("relevant", legend=_("Shown"), plain=[ALWAYS], rows_label=_("Only when"))
        is_locked = self.is_locked and bool(self.entry.get("fixed"))
        self.rows = SeedGrid(self.raw, self.part, lang=self.lang, is_locked=is_locked)
        self.grids.append(self.rows)

    def _prefill(self) -> None:
        rows = offered_paths(self.raw, {"rows"}, chosen=self.entry.get("prefill"))
        known = [("", _("Nothing")), *((key, BINDINGS[key]) for key in rows)]
        keys = "; ".join(f"{BINDINGS[key]}: {', '.join(bindings.BINDINGS[key].keys)}" for key in rows)
        made = forms.ChoiceField(label=_("Fill the rows from"), choices=known, required=False)
        made.help_text = _("A column takes what has its short name. %(keys)s.") % {"keys": keys}
        self.plain("prefill", made)

    def values(self) -> dict[str, Any]:
        found = super().values()
        if "totals" in found:
            hidden = [
                name for name in self.entry.get("totals") or () if name not in dict(self.fields["totals"].choices)
            ]
            found["totals"] = [*(found["totals"] or ()), *hidden] or None
        if not self.rows.is_locked and self.rows.columns:
            found["rows"] = self.rows.written or None
        return found

    @property
    def blocks(self) -> list[Block]:
        return [
            self.block("", "label", "hint", "totals"),
            self.block(_("When it is shown"), "relevant"),
            self.block(_("Rows"), "min", "max", "fixed", extra=lambda: [("rows", self.rows)]),
            self.block(_("More"), "parent", "side", "prefill", "repeat", "guidance", is_more=True),
        ]
