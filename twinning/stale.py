"""Forms over rows with a ``version``: they carry the version that was seen and show both sides after a clash."""

from typing import Any

from django import forms
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _


class VersionedForm(forms.ModelForm):
    """A ModelForm whose hidden ``version`` goes to the action as ``seen_version``.

    After a StaleError call ``clash()``, show its rows with components/conflict.html and answer 409: what was typed
    stays in the fields, and the form now carries the newer version, so that saving again is a choice made knowingly.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            del self.fields["version"]  # a new row has nothing to clash with
        else:
            self.initial["version"] = self.instance.version

    @property
    def seen_version(self) -> int:
        return self.cleaned_data["version"]

    def clash(self, current) -> list[dict[str, str]]:
        """Rows {label, mine, theirs} of the fields that differ from ``current``, the row as somebody else saved it."""
        theirs = model_to_dict(current, fields=self._meta.fields)
        rows = []
        for name, field in self.fields.items():
            if name not in theirs:
                continue
            mine, saved = shown(field, self.cleaned_data.get(name)), shown(field, theirs[name])
            if mine != saved:
                rows.append({"label": str(field.label), "mine": mine, "theirs": saved})
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(current.version)
        return rows


def shown(field: forms.Field, value: Any) -> str:
    """``value`` of ``field`` as a person reads it."""
    is_box = isinstance(field, forms.BooleanField) and not isinstance(field, forms.NullBooleanField)
    if isinstance(value, bool) or is_box:  # a box that nobody ticked says no, whether or not a row says so
        return _("Yes") if value else _("No")
    if value is None or value in ("", [], ()):
        return ""
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
