"""The picker of a filter on choices: “only those whose ‹column› is the answer to ‹question›”, or a formula."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from toolkit.forms.editor.condition import MAX_TEXT, TEXT, Asked, Scope
from toolkit.schema.filters import PickedFilter, filter_text, read_filter

ALL, PICK = "all", "rows"
KEY = "choice_filter"
# Whose answers can stand in a column
COMPARED = frozenset("select_one select_multiple yes_no country language text calculate integer rating year".split())


class ChoiceFilter:
    """The property ``choice_filter`` as a fieldset of the page. After ``is_valid()`` it is in ``value``.

    ``columns`` tells the columns that the choices have now; the page may just have made room for another.
    """

    key = KEY

    def __init__(self, current: Any, *, scope: Scope, columns: Callable[[], Sequence[str]], is_locked: bool = False):
        self.scope, self._columns, self.is_locked = scope, columns, is_locked
        self.legend, self.error = _("Offers"), ""
        self.value = current
        self.text = current if isinstance(current, str) else ""
        picked = read_filter(self.text) if self.text else None
        is_known = picked is not None and self._says(picked) == self.text.strip() and self._can_pick(picked.question)
        self.how = (PICK if is_known else TEXT) if self.text else ALL
        self.picked = picked if picked and is_known else PickedFilter("", "")

    def _can_pick(self, name: str) -> bool:
        return name in {each.name for each in self.questions} and name not in self.scope.doubtful

    def _says(self, picked: PickedFilter) -> str:
        question = self.scope.by_name.get(picked.question)
        return filter_text(picked, is_many=question is not None and question.kind == "select_multiple")

    @property
    def questions(self) -> list[Asked]:
        return [each for each in self.scope.all if each.kind in COMPARED]

    @property
    def columns(self) -> list[str]:
        """Those to choose from; what was chosen and is gone is shown all the same, to be put right."""
        chosen = [self.picked.column] if self.picked.column else []
        return [*dict.fromkeys((*self._columns(), *chosen))]

    def read(self, data: QueryDict) -> None:
        """Take what the page sent; nothing of it is lost when it is wrong."""
        if self.is_locked or f"{KEY}-how" not in data:
            return
        self.how = data[f"{KEY}-how"]
        self.text = data.get(f"{KEY}-text", self.text)[:MAX_TEXT].strip()
        column, question = (data.get(f"{KEY}-{part}", "")[:60] for part in ("column", "question"))
        self.picked = PickedFilter(column, question, or_empty=f"{KEY}-empty" in data)

    def is_valid(self) -> bool:
        if self.is_locked:
            return True
        if self.how == TEXT:
            self.value = self.text
        elif self.how != PICK:
            self.value = None
        elif self.picked.column in self.columns and self._can_pick(self.picked.question):
            self.value = self.text = self._says(self.picked)
        else:
            self.error = _("Choose a column and a question. The choices have a column once you add one above.")
        return not self.error

    @property
    def has_errors(self) -> bool:
        return bool(self.error)

    @property
    def troubles(self) -> list[tuple[str, str, str]]:
        return [(f"{KEY}-picker", str(self.legend), self.error)] if self.error else []

    def shown(self) -> str:
        """For a comparison of what two people wrote."""
        return self.value or str(_("All choices"))
