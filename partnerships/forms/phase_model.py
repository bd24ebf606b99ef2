"""Forms of phase models: the model, a phase of it, and what should hold before it is over."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import formset_factory
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from partnerships.forms.layout import GroupedForm, long_text
from partnerships.models import PhaseDefinition, PhaseModel
from partnerships.reading import FACT
from partnerships.states import ToolkitSection
from twinning.stale import VersionedForm

MOST_CRITERIA = 30
LONGEST_LINE = 300


class PhaseModelForm(GroupedForm, VersionedForm):
    GROUPS = ((_("The model"), ("name", "summary", "source", "is_cycle")),)

    class Meta:
        model = PhaseModel
        fields = ["name", "summary", "source", "is_cycle"]
        widgets = {"summary": long_text(3)}
        help_texts = {
            "source": _("Where it comes from, so that others can read more."),
            "is_cycle": _("Tick it when the work goes round: the last phase leads to the next year or round."),
        }


class CopyForm(forms.ModelForm):
    class Meta:
        model = PhaseModel
        fields = ["name"]
        labels = {"name": _("Name of the copy")}


class LinesField(forms.CharField):
    """A list of short texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value) -> list[str]:
        lines = [" ".join(line.split()) for line in super().to_python(value).splitlines()]
        found = [line for line in lines if line]
        if any(len(line) > LONGEST_LINE for line in found):
            raise ValidationError(_("A line is longer than %(n)s characters."), params={"n": LONGEST_LINE})
        return found

    def validate(self, value) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")


class DefinitionForm(forms.ModelForm):
    """One phase. ``version`` is that of its model, so that two people do not change one model at once unseen."""

    deliverables = LinesField(
        label=_("What this phase should leave behind"), required=False, help_text=_("One a line.")
    )
    expected_tools = LinesField(
        label=_("Expected tools"),
        required=False,
        help_text=_("One a line, by the last part of the tool’s address, for example: work-plan"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    class Meta:
        model = PhaseDefinition
        fields = ["title", "purpose", "section", "deliverables", "expected_tools"]
        widgets = {"purpose": long_text(3)}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("version", self.instance.model.version)
        self.fields["section"].choices = [("", _("Choose a section")), *ToolkitSection.choices]

    def clash(self, _current: PhaseModel) -> list[dict[str, str]]:
        """Nothing to set side by side: what changed may be another phase. Whoever saves must look again."""
        return []

    def clean_expected_tools(self) -> list[str]:
        slugs = self.cleaned_data["expected_tools"]
        unknown = sorted(set(slugs) - set(import_string(settings.TOOL_SLUGS)()))
        if unknown:
            raise ValidationError(_("There is no tool called %(names)s."), params={"names": ", ".join(unknown)})
        return slugs


class CriterionRowForm(forms.Form):
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(label=_("Criterion"), max_length=300, required=False)
    fact = forms.CharField(
        label=_("The records answer it"),
        max_length=120,
        required=False,
    )

    def clean_fact(self) -> str:
        fact = self.cleaned_data["fact"].strip()
        if fact and not FACT.fullmatch(fact):
            raise ValidationError(_("“%(fact)s” is not a fact that the records can answer."), params={"fact": fact})
        return fact

    def clean(self) -> dict:
        data = super().clean()
        if data.get("fact") and not data.get("text"):
            self.add_error("text", _("Say in words what should hold."))
        return data


CriteriaFormSet = formset_factory(
    CriterionRowForm, extra=3, max_num=MOST_CRITERIA, validate_max=True, absolute_max=MOST_CRITERIA + 5
)
