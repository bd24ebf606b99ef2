"""Forms of an exchange: the request, its steps and answers, its agenda and its costs."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.zones import zone_choices
from partnerships.exchange_states import CostKind, Decision, ExchangeState, ReasonCode
from partnerships.forms.layout import DateInput, GroupedForm, long_text
from partnerships.models import Activity, AgendaItem, Contact, Exchange, ExchangeCost, Participation, Partnership
from partnerships.travel_lists import zone_of_country
from partnerships.workplan_states import OPEN_PROGRESS
from twinning.stale import VersionedForm

COUNTRY_ZONE = "country"


class PartyField(forms.ModelChoiceField):
    def label_from_instance(self, party: Participation) -> str:
        return f"{party.organization} – {party.partnership.side_label(party.side)}"


class ActivityField(forms.ModelChoiceField):
    def label_from_instance(self, activity: Activity) -> str:
        return f"{activity.code} {activity.title}"[:100]


class ZoneField(forms.ChoiceField):
    """A time zone; left alone it is the usual one of the country."""

    def __init__(self, **kwargs):
        choices = [(COUNTRY_ZONE, _("The usual one of the country")), *zone_choices()]
        super().__init__(choices=choices, initial=COUNTRY_ZONE, **kwargs)


class ExchangeForm(GroupedForm, VersionedForm):
    """Who goes where, when and why. Travellers, costs and the agenda come on pages of their own."""

    GROUPS = (
        (_("What it is about"), ("title", "kind", "purpose", "objectives", "activity", "unplanned_reason")),
        (_("From where to where"), ("sending", "receiving", "country", "place", "departs_from", "host_contact")),
        (_("When"), ("starts_on", "ends_on", "working_days", "zone", "home_zone")),
        (_("Could it be done without travel?"), ("virtual_considered",)),
    )
    sending = PartyField(label=_("Sending organization"), queryset=None, empty_label=_("Choose an organization"))
    receiving = PartyField(label=_("Receiving organization"), queryset=None, empty_label=_("Choose an organization"))
    activity = ActivityField(
        label=_("Activity of the work plan"), queryset=None, required=False, empty_label=_("None: it is unplanned")
    )
    zone = ZoneField(label=_("Time zone at the destination"))
    home_zone = ZoneField(label=_("Time zone at home"))

    class Meta:
        model = Exchange
        fields = [
            "title", "kind", "purpose", "objectives", "activity", "unplanned_reason", "sending", "receiving",
            "country", "place", "departs_from", "host_contact", "starts_on", "ends_on", "working_days", "zone",
            "home_zone", "virtual_considered",
        ]  # fmt: skip
        widgets = {
            "starts_on": DateInput,
            "ends_on": DateInput,
            "purpose": long_text(4),
            "objectives": long_text(4),
            "virtual_considered": long_text(2),
        }

    def __init__(self, *args, partnership: Partnership, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.partnership = partnership
        if not self.instance.pk:
            # A new row says UTC, which nobody chose.
            for name in ("zone", "home_zone"):
                self.initial[name] = COUNTRY_ZONE
        kept = {self.instance.sending_id, self.instance.receiving_id} - {None}
        parties = partnership.participations.current() | partnership.participations.filter(pk__in=kept)
        parties = parties.select_related("organization", "partnership__programme")
        for name in ("sending", "receiving"):
            self.fields[name].queryset = parties
        plan = Activity.objects.filter(plan__partnership=partnership)
        self.fields["activity"].queryset = (
            plan.filter(progress__in=OPEN_PROGRESS) | plan.filter(pk=self.instance.activity_id)
        ).order_by("number")
        people = Contact.objects.filter(memberships__in=partnership.team.current())
        kept_contact = Contact.objects.filter(pk=self.instance.host_contact_id)
        self.fields["host_contact"].queryset = (people | kept_contact).distinct().order_by("name", "pk")
        self.fields["host_contact"].empty_label = _("Nobody yet")

    def clean(self) -> dict:
        data = super().clean()
        country, sending = data.get("country"), data.get("sending")
        if data.get("zone") == COUNTRY_ZONE:
            data["zone"] = zone_of_country(str(country or ""))
        if data.get("home_zone") == COUNTRY_ZONE:
            data["home_zone"] = zone_of_country(sending.organization.country.code) if sending else "UTC"
        return data


class ExchangeMoveForm(forms.Form):
    """Where to, and why; which reasons are asked for is for the action to say."""

    to = forms.CharField(max_length=20, widget=forms.HiddenInput)
    code = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("Choose a reason")), *ReasonCode.choices], required=False
    )
    reason = forms.CharField(label=_("In a sentence"), max_length=2000, required=False, widget=long_text(2))


class AnswerForm(forms.Form):
    """The answer to the request that was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    decision = forms.ChoiceField(label=_("Your answer"), choices=Decision.choices, widget=forms.RadioSelect)
    comment = forms.CharField(
        label=_("Comment"),
        max_length=2000,
        required=False,
        widget=long_text(3),
        help_text=_("Needed when you return or reject it: say what should change, or why."),
    )

    def clash(self, current: Exchange) -> list[dict[str, str]]:
        """It was changed since it was read; the next answer is given knowingly."""
        self.data = self.data.copy()
        self.data["version"] = str(current.version)
        return [{"label": str(_("State")), "mine": "", "theirs": str(ExchangeState(current.state).label)}]


class AgendaForm(GroupedForm, VersionedForm):
    GROUPS = ((_("What is planned"), ("on", "starts_at", "ends_at", "title", "place", "host_person", "notes")),)

    class Meta:
        model = AgendaItem
        fields = ["on", "starts_at", "ends_at", "title", "place", "host_person", "notes"]
        widgets = {
            "on": DateInput,
            "starts_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "ends_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def __init__(self, *args, exchange: Exchange, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.exchange = exchange
        if not self.instance.pk:
            last = exchange.agenda.last()
            self.initial.setdefault("on", last.on if last else exchange.starts_on)


class CostForm(GroupedForm, VersionedForm):
    GROUPS = ((_("One line"), ("kind", "description", "paid_by", "currency", "planned", "actual")),)

    class Meta:
        model = ExchangeCost
        fields = ["kind", "description", "paid_by", "currency", "planned", "actual"]
        widgets = {"currency": forms.TextInput(attrs={"autocapitalize": "characters", "size": 4})}
        help_texts = {"currency": _("Three letters, such as USD, EUR or KES.")}

    def __init__(self, *args, exchange: Exchange, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.exchange = exchange
        if not self.instance.pk:
            programme = exchange.partnership.programme
            last = exchange.costs.last()
            self.initial.setdefault("currency", last.currency if last else programme.currency if programme else "USD")
        self.fields["kind"].choices = [("", _("Choose what it is for")), *CostKind.choices]
        for name in ("planned", "actual"):
            self.fields[name].min_value = 0
        if exchange.is_editable:
            del self.fields["actual"]
        elif not self.instance.pk:
            del self.fields["planned"]
        elif self.instance.planned is not None:
            self.fields["planned"].disabled = self.fields["currency"].disabled = True

    def clean_currency(self) -> str:
        return self.cleaned_data["currency"].upper()
