"""A select that does not send a thousand options: where there are many, those that a search finds. Without JavaScript.

The search is part of the form: whoever sends it with new words gets the form back with what was found, and nothing is
saved. The page posts the words it shows results for, so that sending it once more takes what was chosen.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# So many are listed whole; of more, so many that a search finds.
MOST_LISTED, MOST_FOUND = 100, 30


class FindSelect(forms.Select):
    """``words`` were typed; ``is_new`` when the page that was sent did not show results for them."""

    template_name = "partnerships/widgets/find_select.html"
    words, is_new = "", False

    def value_from_datadict(self, data, files, name):
        self.words = " ".join(data.get(f"{name}_search", "").split())[:200]
        self.is_new = bool(self.words) and self.words != data.get(f"{name}_shown", "")
        return super().value_from_datadict(data, files, name)

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict[str, Any]:
        field = self.choices.field
        rows = list(self.choices.queryset[: MOST_LISTED + 1])
        is_many = len(rows) > MOST_LISTED and not field.disabled
        if len(rows) > MOST_LISTED:
            rows = self._few(value)
        empty = [("", _("Search, then choose") if is_many else field.empty_label)]
        every, self.choices = (
            self.choices,
            [
                *(empty if is_many or field.empty_label is not None else []),
                *((field.prepare_value(row), field.label_from_instance(row)) for row in rows),
            ],
        )
        try:
            context = super().get_context(name, value, attrs)
        finally:
            self.choices = every
        where = context["widget"]["attrs"].get("id", f"id_{name}")
        context["widget"]["find"] = {"name": name, "id": where, "text": self.words, "is_many": is_many}
        return context

    def _few(self, value: Any) -> list:
        """What is chosen, and what the words find."""
        rows = self.choices.queryset
        chosen = list(rows.filter(pk=value)) if str(value or "").isdecimal() else []
        found = list(rows.search(self.words)[: MOST_FOUND + 1]) if self.words else []
        return chosen + [row for row in found[:MOST_FOUND] if row not in chosen]


class FindChoiceField(forms.ModelChoiceField):
    """Rows of a QuerySet that knows ``search(words)``."""

    widget = FindSelect

    def clean(self, value):
        if self.widget.is_new and not self.disabled:
            raise ValidationError(self._told(), code="found")
        return super().clean(value)

    def _told(self) -> str:
        words = self.widget.words
        n = len(self.queryset.search(words)[: MOST_FOUND + 1])
        if n == 0:
            return _("Nothing was found for “%(words)s”. Try another part of the name, or one word alone.") % {
                "words": words
            }
        if n > MOST_FOUND:
            return _("There are more than %(most)s for “%(words)s”. Choose one of the first, or add a word.") % {
                "most": MOST_FOUND,
                "words": words,
            }
        told = ngettext(
            "“%(words)s” was found %(n)s time. Choose it, then save.",
            "“%(words)s” was found %(n)s times. Choose one, then save.",
            n,
        )
        return told % {"words": words, "n": n}
