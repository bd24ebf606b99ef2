"""One more rate of a role, one more exchange rate."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.forms.contribution import CurrencyField
from partnerships.forms.layout import DateInput, PlainTextField
from partnerships.models import ExchangeRate, RoleRate


class RoleRateForm(forms.ModelForm):
    role = PlainTextField(label=_("Role"), max_length=80, help_text=RoleRate._meta.get_field("role").help_text)
    currency = CurrencyField(label=_("Currency"), initial="USD")
    source = PlainTextField(label=_("Source"), max_length=200, help_text=RoleRate._meta.get_field("source").help_text)

    class Meta:
        model = RoleRate
        fields = ["role", "country", "rate", "currency", "unit", "valid_from", "source"]
        widgets = {"valid_from": DateInput}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["country"].required = False


class ExchangeRateForm(forms.ModelForm):
    currency = CurrencyField(label=_("One unit of"))
    into = CurrencyField(label=_("is worth, in"))
    source = PlainTextField(
        label=_("Source"), max_length=200, help_text=ExchangeRate._meta.get_field("source").help_text
    )

    class Meta:
        model = ExchangeRate
        fields = ["currency", "into", "rate", "valid_on", "source"]
        widgets = {"valid_on": DateInput}
        labels = {"rate": _("this much")}

    def clean_valid_on(self):
        day = self.cleaned_data["valid_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."), code="future")
        return day
