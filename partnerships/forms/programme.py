from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partnerships.forms.layout import GroupedForm, long_text
from partnerships.forms.organization_field import OrganizationField
from partnerships.models import Organization, Programme
from twinning.stale import VersionedForm


class ProgrammeForm(GroupedForm, VersionedForm):
    GROUPS = (
        (_("The programme"), ("name", "purpose", "organization", "phase_model", "currency")),
        (_("Its words for the two sides"), ("host_label", "resource_label")),
        (_("Exchanges"), ("clearance_above",)),
    )

    class Meta:
        model = Programme
        fields = [
            "name",
            "purpose",
            "organization",
            "phase_model",
            "currency",
            "host_label",
            "resource_label",
            "clearance_above",
        ]
        field_classes = {"organization": OrganizationField}
        widgets = {"purpose": long_text(3), "currency": forms.TextInput(attrs={"autocapitalize": "characters"})}
        help_texts = {
            "currency": _("Three letters, such as USD, EUR or KES."),
            "host_label": _("How this programme calls it, for example “Country team”. Empty: “Host side”."),
            "resource_label": _("For example “Technical partner”. Empty: “Resource side”."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        here = Q(archived_at__isnull=True) | Q(pk=self.instance.organization_id)
        self.fields["organization"].queryset = Organization.objects.filter(here)
        self.fields["organization"].empty_label = _("Not given")

    def clean_currency(self) -> str:
        return self.cleaned_data["currency"].upper()
