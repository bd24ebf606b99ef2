from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.forms.layout import GroupedForm
from partnerships.models import Programme
from twinning.stale import VersionedForm


class ProgrammeForm(GroupedForm, VersionedForm):
    GROUPS = (
        (_("The programme"), ("name", "phase_model", "currency")),
        (_("Its words for the two sides"), ("host_label", "resource_label")),
        (_("Exchanges"), ("clearance_above",)),
    )

    class Meta:
        model = Programme
        fields = ["name", "phase_model", "currency", "host_label", "resource_label", "clearance_above"]
        widgets = {"currency": forms.TextInput(attrs={"autocapitalize": "characters"})}
        help_texts = {
            "currency": _("Three letters, such as USD, EUR or KES."),
            "host_label": _("How this programme calls it, for example “Country team”. Empty: “Host side”."),
            "resource_label": _("For example “Technical partner”. Empty: “Resource side”."),
        }

    def clean_currency(self) -> str:
        return self.cleaned_data["currency"].upper()
