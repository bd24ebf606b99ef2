"""What our forms share: fields in groups under a heading, and a few widgets."""

from __future__ import annotations

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.translation import gettext_lazy as _

LINE = BLANK_CHOICE_DASH[0][1]
CHOOSE = _("Choose …")


class GroupedForm:
    """A form whose page shows its fields in groups; ``GROUPS`` holds (heading, names of fields)."""

    GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _name_the_blank(field)

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(heading, [self[name] for name in names if name in self.fields]) for heading, names in self.GROUPS]


def _name_the_blank(field: forms.Field) -> None:
    """A select begins with words where Django would draw a line; forms that have better ones put their own."""
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == LINE:
            field.empty_label = CHOOSE
    elif isinstance(field, forms.ChoiceField) and next(iter(field.choices), None) == ("", LINE):
        field.choices = [("", CHOOSE), *list(field.choices)[1:]]


class DateInput(forms.DateInput):
    """The browser's own calendar. It reads and writes ISO dates whatever the language of the page."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


def long_text(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class PlainTextField(forms.CharField):
    """Words without formatting: one form for each letter, no control characters, nothing that turns the page round."""

    TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

    def to_python(self, value) -> str:
        text = super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")
        kept = (
            letter
            for letter in text
            if letter in "\n\t" or (unicodedata.category(letter) not in ("Cc", "Cs") and letter not in self.TURNING)
        )
        text = unicodedata.normalize("NFC", "".join(kept)).strip()
        return text if isinstance(self.widget, forms.Textarea) else " ".join(text.split())


class RowsField(forms.ModelMultipleChoiceField):
    """Rows by their numbers; a number that no column could hold is no row, and not an error of the database."""

    LARGEST = 2**63 - 1

    def _check_values(self, value):
        for key in value:
            if not str(key).isdecimal() or int(key) > self.LARGEST:
                params = {"pk": str(key)[:40]}
                raise ValidationError(self.error_messages["invalid_pk_value"], code="invalid_pk_value", params=params)
        return super()._check_values(value)
