"""Forms over rows that others may change meanwhile: they carry what was seen and show both sides after a clash."""

from datetime import time
from typing import Any

from django import forms
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _

from twinning.locking import row_stamp


class ClashingForm(forms.ModelForm):
    """A ModelForm that carries, in a hidden field called ``carries``, a sign of the row that was seen.

    After a StaleError call ``clash()``, show its rows with components/conflict.html and answer 409: what was typed
    stays in the fields, and the form now carries the sign of the newer row, so that saving again is a choice made
    knowingly.
    """

    carries = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            del self.fields[self.carries]  # a new row has nothing to clash with
        else:
            self.initial[self.carries] = self.sign_of(self.instance)

    def sign_of(self, row) -> int | str:
        raise NotImplementedError

    def values_of(self, row) -> dict[str, Any]:
        """``{field: value}`` as ``row`` would fill the form."""
        return model_to_dict(row, fields=self._meta.fields)

    def clash(self, current) -> list[dict[str, str]]:
        """Rows {label, mine, theirs} of the fields that differ from ``current``, the row as somebody else saved it."""
        theirs = self.values_of(current)
        rows = []
        for name, field in self.fields.items():
            if name not in theirs:
                continue
            mine, saved = shown(field, self.cleaned_data.get(name)), shown(field, theirs[name])
            if mine != saved:
                rows.append({"label": str(field.label), "mine": mine, "theirs": saved})
        self.data = self.data.copy()
        self.data[self.add_prefix(self.carries)] = str(self.sign_of(current))
        return rows


class VersionedForm(ClashingForm):
    """Over rows with a ``version``, which goes to the action as ``seen_version``."""

    carries = "version"
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def sign_of(self, row) -> int:
        return row.version

    @property
    def seen_version(self) -> int:
        return self.cleaned_data["version"]


class StampedForm(ClashingForm):
    """Over rows without a version: a stamp of the fields ``stamped`` goes to the action as ``seen_stamp``."""

    carries = "seen"
    stamped: tuple[str, ...] = ()
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def sign_of(self, row) -> str:
        return row_stamp(row, *self.stamped)

    @property
    def seen_stamp(self) -> str:
        return self.cleaned_data.get("seen", "")


def shown(field: forms.Field, value: Any) -> str:
    """``value`` of ``field`` as a person reads it."""
    is_box = isinstance(field, forms.BooleanField) and not isinstance(field, forms.NullBooleanField)
    if isinstance(value, bool) or is_box:  # a box that nobody ticked says no, whether or not a row says so
        return _("Yes") if value else _("No")
    if value is None or value in ("", [], ()):
        return ""
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(field, forms.ModelMultipleChoiceField):
        return ", ".join(sorted(str(row) for row in value))
    if isinstance(field, forms.ModelChoiceField):
        # A row on the one side, its key on the other; one outside the form's choices is looked up all the same.
        model = field.queryset.model
        return str(value if isinstance(value, model) else model._default_manager.filter(pk=value).first() or "")
    if isinstance(field, forms.MultipleChoiceField):
        return ", ".join(_chosen(field, each) for each in value)
    if isinstance(field, forms.ChoiceField):
        return _chosen(field, value)
    return str(field.prepare_value(value))


def _chosen(field: forms.ChoiceField, value: Any) -> str:
    for key, label in field.choices:
        # Choices may stand in groups: (heading, [(key, label), …]).
        pairs = label if isinstance(label, list | tuple) else [(key, label)]
        for inner, words in pairs:
            if str(inner) == str(value):
                return str(words)
    return str(value)
