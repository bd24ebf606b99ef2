"""Forms about one traveller: on the list, steps, verdict, working days, and travel and health data."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.models import User
from partnerships.exchange_states import ItemState, Verdict
from partnerships.forms.layout import DateInput, GroupedForm, long_text
from partnerships.forms.team import ContactField
from partnerships.models import Contact, Exchange, Traveller
from twinning.stale import VersionedForm


class TravellerForm(GroupedForm, VersionedForm):
    GROUPS = ((_("Who travels"), ("contact", "role", "why_chosen", "needs_interpreter")),)
    contact = ContactField(label=_("Person"), queryset=None, empty_label=_("Choose a person"))

    class Meta:
        model = Traveller
        fields = ["contact", "role", "why_chosen", "needs_interpreter"]

    def __init__(self, *args, exchange: Exchange, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.exchange = exchange
        team = exchange.partnership.team.current()
        offered = Q(pk__in=team.values("contact")) | Q(organization=exchange.sending.organization_id)
        self.fields["contact"].queryset = (
            Contact.objects.visible_to(user)
            .filter(offered)
            .exclude(travels__exchange=exchange)
            .select_related("organization")
            .order_by("name", "pk")
        )
        self.fields["contact"].help_text = _(
            "People of the team and of the sending organization. Somebody else is first written down under “People”."
        )


class TravellerMoveForm(forms.Form):
    to = forms.CharField(max_length=20, widget=forms.HiddenInput)
    on = forms.DateField(label=_("On which day"), required=False, widget=DateInput)
    reason = forms.CharField(label=_("Reason"), max_length=2000, required=False, widget=long_text(2))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=500, required=False, widget=long_text(2))


class JudgeForm(forms.Form):
    verdict = forms.ChoiceField(label=_("Your decision"), choices=Verdict.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Controls, or why not"),
        max_length=2000,
        required=False,
        widget=long_text(2),
        help_text=_("For “go with controls”: what must be kept to. Write nothing about health here."),
    )


class DaysForm(forms.Form):
    days = forms.DecimalField(
        label=_("Working days given"), min_value=0, max_value=999, max_digits=5, decimal_places=1,
        help_text=_("Days of travel and days off left out. A half day counts as 0.5."),
    )  # fmt: skip


class ReaderForm(forms.Form):
    user = forms.ModelChoiceField(label=_("Person"), queryset=None, empty_label=_("Choose a person"))

    def __init__(self, *args, people: list[User], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = User.objects.filter(pk__in=[user.pk for user in people]).order_by("name", "pk")


class ChecklistForm(forms.Form):
    """A state and a note for each item; beside them lies, unseen, what they were when the page was read."""

    def __init__(self, *args, items: list, **kwargs):
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            self.fields[f"state_{item.pk}"] = forms.ChoiceField(
                label=item.text, choices=ItemState.choices, initial=item.state
            )
            self.fields[f"note_{item.pk}"] = forms.CharField(
                label=_("Note"), max_length=300, required=False, initial=item.note
            )
            self.fields[f"seen_{item.pk}"] = forms.CharField(
                required=False, initial=f"{item.state} {item.note}", widget=forms.HiddenInput, strip=False
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {"item": item, **{part: self[f"{part}_{item.pk}"] for part in ("state", "note", "seen")}}
            for item in self.items
        ]

    @property
    def seen(self) -> dict[int, tuple[str, str]]:
        """What each item said when the page was read; without it, as when nobody had looked at it yet."""
        said = {item.pk: self.cleaned_data.get(f"seen_{item.pk}") or ItemState.PENDING for item in self.items}
        return {pk: (text.partition(" ")[0], text.partition(" ")[2]) for pk, text in said.items()}

    def show_theirs(self, current: dict[int, tuple[str, str]]) -> None:
        """Say what somebody else has put there meanwhile; who saves again has seen it."""
        self.data = self.data.copy()
        for pk, (state, note) in current.items():
            self.data[f"seen_{pk}"] = f"{state} {note}"
            theirs = " – ".join(part for part in (str(ItemState(state).label), note) if part)
            told = _("Somebody else put “%(theirs)s” here meanwhile.") % {"theirs": theirs}
            self.add_error(f"note_{pk}", f"{told} {_('Nothing was saved. Save again to keep what you wrote.')}")

    @property
    def answers(self) -> dict[int, tuple[str, str]]:
        data = self.cleaned_data
        return {item.pk: (data[f"state_{item.pk}"], data[f"note_{item.pk}"]) for item in self.items}


DAYS = ("birth_date", "passport_issued_on", "passport_expires_on")


class TravelDataForm(GroupedForm, forms.Form):
    """What is sealed. Nothing is required, for much is known late; what is missing before the journey is told there."""

    GROUPS = (
        (
            _("As in the passport"),
            (
                "passport_family_name", "passport_given_names", "nationality", "birth_date", "birth_place",
                "passport_number", "passport_issued_on", "passport_expires_on", "home_address",
            ),
        ),
        (_("When something happens"), ("emergency_name", "emergency_relation", "emergency_phone", "insurance")),
        (_("Health"), ("health", "medicines", "diet", "vaccinations")),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    passport_family_name = forms.CharField(label=_("Family name"), max_length=150, required=False)
    passport_given_names = forms.CharField(
        label=_("Given names"),
        max_length=150,
        required=False,
        help_text=_("All of them, in the order of the passport. One name is enough where the passport has one."),
    )
    nationality = forms.ChoiceField(label=_("Nationality"), required=False)
    birth_date = forms.DateField(label=_("Date of birth"), required=False, widget=DateInput)
    birth_place = forms.CharField(label=_("Place of birth"), max_length=120, required=False)
    passport_number = forms.CharField(label=_("Passport number"), max_length=40, required=False)
    passport_issued_on = forms.DateField(label=_("Issued on"), required=False, widget=DateInput)
    passport_expires_on = forms.DateField(label=_("Valid until"), required=False, widget=DateInput)
    home_address = forms.CharField(label=_("Home address"), max_length=300, required=False, widget=long_text(2))
    emergency_name = forms.CharField(label=_("Emergency contact"), max_length=150, required=False)
    emergency_relation = forms.CharField(label=_("Who is that"), max_length=80, required=False)
    emergency_phone = forms.CharField(label=_("Telephone of the emergency contact"), max_length=60, required=False)
    insurance = forms.CharField(
        label=_("Travel insurance"),
        max_length=300,
        required=False,
        help_text=_("Company, number of the policy, and the telephone number for emergencies."),
    )
    health = forms.CharField(
        label=_("What others must know in an emergency"),
        max_length=2000,
        required=False,
        widget=long_text(3),
        help_text=_("Conditions, allergies, blood group. Only what you want the people named to know."),
    )
    medicines = forms.CharField(label=_("Medicines"), max_length=1000, required=False, widget=long_text(2))
    diet = forms.CharField(label=_("Diet and access needs"), max_length=500, required=False, widget=long_text(2))
    vaccinations = forms.CharField(label=_("Vaccinations"), max_length=1000, required=False, widget=long_text(2))

    def __init__(self, *args, saved: dict[str, Any], version: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["nationality"].choices = [("", _("Choose a country")), *countries]
        self.initial.update(saved)
        self.initial["version"] = version

    def clean(self) -> dict:
        data = super().clean()
        issued, expires, born = (data.get(name) for name in ("passport_issued_on", "passport_expires_on", "birth_date"))
        if issued and expires and expires <= issued:
            self.add_error("passport_expires_on", _("This must be after the day of issue."))
        if born and born >= timezone.localdate():
            self.add_error("birth_date", ValidationError(_("This day is still to come."), code="future"))
        return data

    @property
    def seen_version(self) -> int:
        return self.cleaned_data["version"]

    @property
    def plain(self) -> dict[str, str]:
        """What was typed as plain JSON, empty answers left out."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "version" and value}
        return {name: value.isoformat() if name in DAYS else value for name, value in given.items()}

    def clash(self, current) -> list[dict[str, str]]:
        """Only that it was changed: what others wrote is read by opening the page again, and goes into the log."""
        self.data = self.data.copy()
        self.data["version"] = str(current.version)
        when = timezone.localtime(current.changed_at).strftime("%Y-%m-%d %H:%M") if current.changed_at else ""
        return [{"label": str(_("Travel data")), "mine": "", "theirs": str(_("changed at %s")) % when}]
