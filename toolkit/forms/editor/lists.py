"""The form of a choice list that stands for itself: one that no question uses, or that several do."""

from __future__ import annotations

from toolkit.forms.editor.base import Block, PartForm
from toolkit.forms.editor.choices import ChoiceGrid
from toolkit.schema.editing import Raw


class ListForm(PartForm):
    def build(self) -> None:
        self.choices = ChoiceGrid(self.raw, self.part.name, lang=self.lang, is_locked=self.is_locked)
        self.grids.append(self.choices)

    def change(self, raw: Raw) -> Raw:
        return self.choices.change(raw)

    @property
    def blocks(self) -> list[Block]:
        return [Block(title="", nodes=[("choices", self.choices)])]
