"""Organizations that join, people on the team."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.forms.layout import DateInput, long_text
from partnerships.forms.organization_field import OrganizationField, PartyFields
from partnerships.models import Contact, Organization, Participation, Partnership, TeamMember
from partnerships.people import people_to_choose
from partnerships.permissions import can_create_organization
from partnerships.sides import others_on_its_side
from partnerships.states import Side, TeamRole


def side_choices(partnership: Partnership) -> list[tuple[str, str]]:
    return [(side.value, partnership.side_label(side)) for side in Side]


class PartyForm(forms.Form):
    """One more organization on a side; programme staff may name one that is not in the directory yet."""

    side = forms.ChoiceField(label=_("Side"))
    organization = OrganizationField(label=_("Organization"), queryset=None, required=False)
    part = forms.CharField(
        label=_("What it does in the partnership"),
        max_length=120,
        required=False,
        help_text=_("In a few words, for example: brings the two hospitals together, pays the travel."),
    )
    joined_on = forms.DateField(label=_("Takes part since"), required=False, widget=DateInput)

    def __init__(self, *args, partnership: Partnership, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.partnership = partnership
        self.fields["side"].choices = side_choices(partnership)
        taking_part = partnership.participations.current().values("organization")
        self.fields["joined_on"].initial = timezone.localdate
        known = Organization.objects.visible_to(user).in_use()
        self.fields["organization"].queryset = known.exclude(pk__in=taking_part)
        self.fields["organization"].empty_label = _("Choose an organization")
        self.party = PartyFields(self, "organization") if can_create_organization(user) else None
        if self.party is None:
            self.fields["organization"].required = True

    def clean(self) -> dict:
        data = super().clean()
        if self.party:
            data["organization"] = self.party.clean()
        return data

    @property
    def participation(self) -> Participation:
        return Participation(
            partnership=self.partnership,
            organization=self.cleaned_data["organization"],
            side=self.cleaned_data["side"],
            part=self.cleaned_data["part"],
            joined_on=self.cleaned_data["joined_on"] or timezone.localdate(),
        )


class LeaveForm(forms.Form):
    """An organization leaves: when, why, and who leads its side from then on."""

    left_on = forms.DateField(label=_("It left on"), required=False, widget=DateInput)
    reason = forms.CharField(label=_("Why"), max_length=500, required=False, widget=long_text(2))
    successor = forms.ModelChoiceField(
        label=_("Who leads the side from now on"),
        queryset=None,
        required=False,
        empty_label=_("Choose an organization"),
    )

    def __init__(self, *args, participation: Participation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["left_on"].initial = timezone.localdate
        others = others_on_its_side(participation)
        self.fields["successor"].queryset = Participation.objects.filter(pk__in=[party.pk for party in others])
        self.fields["successor"].label_from_instance = lambda party: str(party.organization)
        if not participation.is_lead or len(others) < 2:
            del self.fields["successor"]


class ContactField(forms.ModelChoiceField):
    def label_from_instance(self, contact: Contact) -> str:
        return f"{contact} – {contact.organization}" if contact.organization else str(contact)


class MemberForm(forms.ModelForm):
    """A role for a contact, chosen from the directory or typed in place."""

    contact = ContactField(label=_("Person"), queryset=None, required=False, empty_label=_("Choose a person"))
    new_name = forms.CharField(label=_("Name"), max_length=150, required=False)
    new_email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    new_organization = OrganizationField(
        label=_("Organization"), queryset=None, required=False, empty_label=_("Choose an organization")
    )

    class Meta:
        model = TeamMember
        fields = ["side", "role", "starts_on", "ends_on"]
        widgets = {"starts_on": DateInput, "ends_on": DateInput}

    def __init__(self, *args, partnership: Partnership, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.instance.partnership = partnership
        self.fields["side"].choices = side_choices(partnership)
        self.fields["role"].choices = [("", _("Choose a role")), *TeamRole.choices]
        self.fields["starts_on"].initial = timezone.localdate
        self.fields["contact"].queryset, is_part = people_to_choose(user, partnership)
        if is_part:
            self.fields["contact"].help_text = _(
                "People of the organizations that take part. For anybody else write name and e-mail below: whoever is "
                "in the directory with this address is not written down twice."
            )
        self.fields["new_organization"].queryset = Organization.objects.filter(
            participations__in=partnership.participations.current()
        )

    @property
    def new_person(self) -> list[forms.BoundField]:
        return [self["new_name"], self["new_email"], self["new_organization"]]

    @property
    def describes_new_person(self) -> bool:
        return any(field.value() for field in self.new_person)

    def clean(self) -> dict:
        data = super().clean()
        contact = data.get("contact")
        if contact and self.describes_new_person:
            self.add_error("contact", _("Choose a person or describe a new one, not both."))
        elif self.describes_new_person:
            contact = self._new_contact(data)
        elif not contact and "contact" not in self.errors:
            self.add_error("contact", _("Choose a person, or add the one who is missing."))
        if contact and not self.errors:
            self.instance.contact = contact
        return data

    def _new_contact(self, data: dict) -> Contact | None:
        if not data.get("new_name"):
            if "new_name" not in self.errors:
                self.add_error("new_name", _("Write the person’s name."))
            return None
        email = data.get("new_email", "")
        known = Contact.objects.visible_to(self.user).filter(email__iexact=email).first() if email else None
        if known and not self.fields["contact"].queryset.filter(pk=known.pk).exists():
            return known
        if known:
            self.add_error(
                "new_email", _("%(name)s has this address already; choose them from the list.") % {"name": known.name}
            )
            return None
        return Contact(name=data["new_name"], email=email, organization=data.get("new_organization"))
