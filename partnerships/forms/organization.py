from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.forms.layout import GroupedForm, RowsField, long_text
from partnerships.models import Organization
from twinning.stale import VersionedForm


class OrganizationForm(GroupedForm, VersionedForm):
    GROUPS = (
        (_("Who it is"), ("name", "local_name", "short_name", "type", "country", "city")),
        (_("What it works on"), ("topics", "offers", "seeks")),
        (_("More about it"), ("languages", "website", "address", "year_founded", "registration_number")),
    )

    class Meta:
        model = Organization
        fields = [
            "name",
            "local_name",
            "short_name",
            "type",
            "country",
            "city",
            "topics",
            "offers",
            "seeks",
            "languages",
            "website",
            "address",
            "year_founded",
            "registration_number",
        ]
        field_classes = {"topics": RowsField}
        widgets = {
            "topics": forms.CheckboxSelectMultiple,
            "offers": long_text(),
            "seeks": long_text(),
            "address": long_text(3),
        }
        help_texts = {
            "local_name": _("As it is written on the front of the building, in any script."),
            "short_name": _("An abbreviation or the name people use, for lists and headings."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["website"].assume_scheme = "https"


class ArchiveForm(forms.Form):
    """What becomes of an organization that is gone. Whether it may, and needs a reason, is for the action to say."""

    act = forms.ChoiceField(
        choices=[("archive", _("Archive")), ("restore", _("Put to use again")), ("delete", _("Delete"))],
        widget=forms.HiddenInput,
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False, widget=long_text(2))
