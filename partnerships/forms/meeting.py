"""A meeting, and for each person whether they took part, for how long and in which role."""

from __future__ import annotations

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from partnerships.forms.layout import GroupedForm, PlainTextField, RowsField, long_text
from partnerships.meeting_time import Presence
from partnerships.models import Attendee, Contact, Meeting, Partnership, RoleRate
from partnerships.models.meeting import LONGEST
from partnerships.people import possible_owners
from twinning.stale import VersionedForm

MOST_OTHERS = 200


class MomentInput(forms.DateTimeInput):
    """The browser's own calendar and clock."""

    input_type = "datetime-local"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class MeetingForm(GroupedForm, VersionedForm):
    GROUPS = (
        (_("The meeting"), ("title", "kind", "starts_at", "minutes", "place")),
        (_("What came of it"), ("decisions", "notes")),
    )

    title = PlainTextField(label=_("What it was about"), max_length=200)
    place = PlainTextField(label=_("Place or link"), max_length=200, required=False)
    decisions = PlainTextField(
        label=_("Decisions"), max_length=4000, required=False, widget=long_text(3), help_text=_("One a line.")
    )
    notes = PlainTextField(label=_("Minutes of the meeting"), max_length=20_000, required=False, widget=long_text(8))

    class Meta:
        model = Meeting
        fields = ["title", "kind", "starts_at", "minutes", "place", "decisions", "notes"]
        widgets = {"starts_at": MomentInput}

    def __init__(self, *args, partnership: Partnership, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.partnership = partnership
        self.fields["starts_at"].help_text = _("In your time zone, %(zone)s.") % {
            "zone": timezone.get_current_timezone_name()
        }
        known = {row.contact_id: row for row in self.instance.attendees.all()} if self.instance.pk else {}
        self.people = self._offered(partnership, known)
        usual = self._usual_roles(partnership)
        for person in self.people:
            row = known.get(person.pk)
            self.fields[f"in_{person.pk}"] = forms.BooleanField(
                label=str(person), required=False, initial=row is not None
            )
            self.fields[f"minutes_{person.pk}"] = forms.IntegerField(
                label=_("Minutes of %(name)s") % {"name": person},
                required=False,
                min_value=1,
                max_value=LONGEST,
                initial=row.minutes if row and row.minutes != self.instance.minutes else None,
            )
            self.fields[f"role_{person.pk}"] = PlainTextField(
                label=_("Role of %(name)s") % {"name": person},
                max_length=80,
                required=False,
                initial=row.role if row else usual.get(person.pk, ""),
                widget=forms.TextInput(attrs={"list": "known-roles", "autocomplete": "off"}),
            )
        self.fields["others"] = self._others(partnership)

    def _offered(self, partnership: Partnership, known: dict[int, Attendee]) -> list[Contact]:
        """The team of today, and whoever is written down already."""
        own = Q(pk__in=possible_owners(partnership).order_by().values("pk")) | Q(pk__in=list(known))
        return list(Contact.objects.filter(own).select_related("organization").order_by("name", "pk"))

    def _others(self, partnership: Partnership) -> RowsField:
        """People of the organizations who are not on the team."""
        organizations = partnership.participations.current().values("organization")
        others = Contact.objects.filter(organization__in=organizations)
        others = others.exclude(pk__in=[person.pk for person in self.people]).order_by("name", "pk")
        pks = list(others.values_list("pk", flat=True)[:MOST_OTHERS])
        return RowsField(
            label=_("Others of the organizations who took part"),
            queryset=Contact.objects.filter(pk__in=pks).order_by("name", "pk"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("Save, and edit again, to write down their minutes and roles."),
        )

    def _usual_roles(self, partnership: Partnership) -> dict[int, str]:
        """In which role each person took part the last time."""
        last = Attendee.objects.filter(meeting__partnership=partnership, contact__in=self.people).exclude(role="")
        return dict(last.order_by("meeting__starts_at", "pk").values_list("contact", "role"))

    @property
    def rows(self) -> list[dict]:
        """A row a person: their name and the three inputs."""
        return [
            {
                "person": person,
                "present": self[f"in_{person.pk}"],
                "minutes": self[f"minutes_{person.pk}"],
                "role": self[f"role_{person.pk}"],
            }
            for person in self.people
        ]

    @property
    def known_roles(self) -> list[str]:
        return list(RoleRate.objects.order_by("role").values_list("role", flat=True).distinct()[:100])

    @property
    def present(self) -> list[Presence]:
        """For the action; read it when the form is valid."""
        data = self.cleaned_data
        rows = [
            Presence(contact=person, minutes=data[f"minutes_{person.pk}"], role=data[f"role_{person.pk}"])
            for person in self.people
            if data[f"in_{person.pk}"]
        ]
        return [*rows, *(Presence(contact=person) for person in data["others"])]

    def clean(self) -> dict:
        data = super().clean()
        whole = data.get("minutes")
        for person in self.people:
            name = f"minutes_{person.pk}"
            minutes = data.get(name)
            if not whole or not minutes:
                continue
            if not data.get(f"in_{person.pk}"):
                self.add_error(name, _("Tick that they took part, or leave the minutes empty."))
            elif minutes > whole:
                lasted = ngettext("The meeting lasted %(n)s minute.", "The meeting lasted %(n)s minutes.", whole)
                self.add_error(name, lasted % {"n": whole})
        return data
