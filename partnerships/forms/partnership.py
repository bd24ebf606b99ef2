"""Starting a partnership takes three fields; the rest can wait."""

from __future__ import annotations

from django import forms
from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.forms.layout import DateInput, GroupedForm, RowsField, long_text
from partnerships.forms.organization_field import OrganizationField, PartyFields
from partnerships.models import Organization, Partnership, PhaseModel
from twinning.stale import VersionedForm

DETAILS = ["goal", "topics", "starts_on", "ends_on"]
WIDGETS = {
    "topics": forms.CheckboxSelectMultiple,
    "goal": long_text(),
    "starts_on": DateInput,
    "ends_on": DateInput,
}


class PartnershipForm(forms.ModelForm):
    """A new partnership: an organization on each side, known or new, and perhaps a name."""

    host = OrganizationField(label=_("Host organization"), queryset=None, required=False)
    resource = OrganizationField(label=_("Resource organization"), queryset=None, required=False)

    class Meta:
        model = Partnership
        fields = ["name", "phase_model", "programme", *DETAILS]
        field_classes = {"topics": RowsField}
        widgets = WIDGETS

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        self.fields["name"].help_text = _("Leave it empty and it will be called after its two organizations.")
        self.fields["phase_model"].required = False
        self.fields["phase_model"].empty_label = _("The usual one of the programme")
        self.fields["phase_model"].help_text = _(
            "The steps that this partnership goes through, and when each one is done."
        )
        self.fields["programme"].empty_label = _("No programme")
        known = Organization.objects.visible_to(user).in_use().only("name", "city", "country", "short_name")
        for side, text in (
            ("host", _("Where most of the work takes place.")),
            ("resource", _("The organization that shares its experience.")),
        ):
            self.fields[side].queryset = known
            self.fields[side].empty_label = _("Choose an organization")
            self.fields[side].help_text = text
        self.host_party, self.resource_party = PartyFields(self, "host"), PartyFields(self, "resource")

    def clean(self) -> dict:
        data = super().clean()
        host, resource = self.host_party.clean(), self.resource_party.clean()
        if host and host == resource:
            self.add_error("resource", _("An organization cannot partner with itself."))
        data["host"], data["resource"] = host, resource
        if not data.get("name") and "name" not in self.errors and host and resource:
            data["name"] = " – ".join(Truncator(party.display_short).chars(95) for party in (host, resource))
        self._choose_phase_model(data)
        return data

    def _choose_phase_model(self, data: dict) -> None:
        if data.get("phase_model") or "phase_model" in self.errors:
            return
        programme = data.get("programme")
        data["phase_model"] = programme.phase_model if programme else PhaseModel.objects.first()
        if data["phase_model"] is None:
            self.add_error("phase_model", _("No phase model is there yet. Ask an administrator to load them."))

    @property
    def has_detail_errors(self) -> bool:
        """Is something wrong in the part that is folded away at first?"""
        return any(name in self.errors for name in ["phase_model", "programme", *DETAILS])


class PartnershipEditForm(GroupedForm, VersionedForm):
    """Changes to a partnership; administrators may also hand it to another coordinator."""

    GROUPS = (
        (_("The partnership"), ("name", "programme", "coordinator", "goal")),
        (_("When and on what"), ("starts_on", "ends_on", "topics")),
    )

    class Meta:
        model = Partnership
        fields = ["name", "programme", "coordinator", *DETAILS]
        field_classes = {"topics": RowsField}
        widgets = WIDGETS

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].empty_label = _("No programme")
        may_be = Q(is_active=True) & (Q(is_coordinator=True) | Q(is_admin=True))
        self.fields["coordinator"].queryset = User.objects.filter(may_be | Q(pk=self.instance.coordinator_id))
        self.fields["coordinator"].disabled = not user.is_admin
