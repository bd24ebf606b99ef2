"""Forms of contributions: what was given, how the giver confirmed it, evidence, reasons; and of rates."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partnerships.contribution_states import ConfirmMode, ContributionKind, RateBasis, Unit
from partnerships.forms.layout import DateInput, GroupedForm, PlainTextField, long_text
from partnerships.forms.team import ContactField
from partnerships.models import Contact, Contribution, Participation, Partnership, RoleRate
from partnerships.valuation import ledger_currency
from twinning.money import plain
from twinning.stale import VersionedForm

ROLES = 300


class PartyField(forms.ModelChoiceField):
    """An organization of the partnership, with its side in the partnership's words."""

    partnership: Partnership

    def label_from_instance(self, party: Participation) -> str:
        return f"{party.organization} ({self.partnership.side_label(party.side)})"


class CurrencyField(forms.CharField):
    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocapitalize": "characters", "size": 4}))
        super().__init__(max_length=3, **kwargs)

    def to_python(self, value) -> str:
        return super().to_python(value).upper()


class ContributionForm(GroupedForm, VersionedForm):
    """One gift. Working time without an amount is valued by the rate table."""

    GROUPS = (
        (_("Who gave what"), ("participation", "person", "kind", "description")),
        (_("When and how much"), ("starts_on", "ends_on", "quantity", "unit", "role")),
        (_("What it is worth"), ("rate", "currency", "rate_basis")),
        (_("Does it count?"), ("match", "is_counted_elsewhere")),
    )

    participation = PartyField(label=_("Organization that gives"), queryset=None)
    person = ContactField(
        label=_("Person"),
        queryset=None,
        required=False,
        empty_label=_("Nobody in particular"),
        help_text=_("For working time: who worked. They confirm it, if they have an account."),
    )
    description = PlainTextField(label=_("What was given, and for what"), max_length=2000, widget=long_text(3))
    ends_on = forms.DateField(
        label=_("Last day"), required=False, widget=DateInput, help_text=_("Empty: it was one day.")
    )
    quantity = forms.DecimalField(
        label=_("How many"), max_digits=12, decimal_places=2, min_value=Decimal("0.01"), initial=1
    )
    role = forms.ChoiceField(
        label=_("Role"),
        required=False,
        help_text=_("For working time: what the person did. A doctor who types is a typist."),
    )
    currency = CurrencyField(
        label=_("Currency"), help_text=_("Three letters, such as USD or KES: the currency in which it was given.")
    )

    class Meta:
        model = Contribution
        fields = [
            "participation", "person", "kind", "description", "starts_on", "ends_on", "quantity", "unit", "role",
            "rate", "currency", "rate_basis", "match", "is_counted_elsewhere",
        ]  # fmt: skip
        widgets = {"starts_on": DateInput}

    def __init__(self, *args, partnership: Partnership, sides: set[str] | None = None, **kwargs):
        """``sides`` are those for which the person may write; None means all of them."""
        super().__init__(*args, **kwargs)
        self.instance.partnership = partnership
        self._offer_givers(partnership, sides)
        known = RoleRate.objects.order_by("role").values_list("role", flat=True).distinct()[:ROLES]
        roles = sorted({*known, self.instance.role} - {""}, key=str.casefold)
        self.fields["role"].choices = [("", _("None")), *((role, role) for role in roles)]
        self.fields["rate"].help_text = _(
            "Leave it empty for working time: the rate table knows what the role is worth."
        )
        self.fields["rate_basis"].help_text = _("Only if you write an amount yourself.")
        self.fields["unit"].help_text = _("Cash and waived fees: 1 and “sum as a whole”.")
        self.initial.setdefault("currency", ledger_currency(partnership))
        if self.instance.pk:
            self._show_as_typed()

    def _offer_givers(self, partnership: Partnership, sides: set[str] | None) -> None:
        parties = partnership.participations.select_related("organization")
        if sides is not None:
            parties = parties.filter(side__in=sides)
        self.fields["participation"].queryset = parties.order_by("side", "-is_lead", "pk")
        self.fields["participation"].partnership = partnership
        parties = list(parties)
        if len(parties) == 1:
            self.initial.setdefault("participation", parties[0].pk)
        at_home = Q(organization__in=[party.organization_id for party in parties])
        team = partnership.team.all() if sides is None else partnership.team.filter(side__in=sides)
        people = Contact.objects.filter(at_home | Q(pk__in=team.values("contact")) | Q(pk=self.instance.person_id))
        self.fields["person"].queryset = people.select_related("organization").order_by("name", "pk")

    def _show_as_typed(self) -> None:
        one = self.instance
        if one.starts_on == one.ends_on:
            self.initial["ends_on"] = None
        self.initial["quantity"] = plain(one.quantity)
        if one.rate_from:  # it came from the table, and comes from there again
            self.initial["rate"] = None
            self.initial["rate_basis"] = ""
        elif one.rate is not None:
            self.initial["rate"] = plain(one.rate)

    def clean(self) -> dict:
        data = super().clean()
        starts, kind = data.get("starts_on"), data.get("kind")
        if starts and not data.get("ends_on") and "ends_on" not in self.errors:
            data["ends_on"] = starts
        if starts and data.get("ends_on") and data["ends_on"] < starts:
            self.add_error("ends_on", _("The last day cannot be before the first."))
        if kind == ContributionKind.TIME:
            self._clean_time(data)
        if data.get("rate") is not None and not data.get("rate_basis"):
            if kind == ContributionKind.CASH:
                data["rate_basis"] = RateBasis.AMOUNT
            else:
                self.add_error("rate_basis", _("Say why one is worth that much."))
        if data.get("rate") is None and "rate" not in self.errors:
            data["rate_basis"] = ""
        return data

    def _clean_time(self, data: dict) -> None:
        if data.get("unit") not in (Unit.HOUR, Unit.DAY, None):
            self.add_error("unit", _("Working time is written down in hours or days."))
        if not data.get("person"):
            self.add_error("person", _("Say who worked."))
        if data.get("rate") is None and not data.get("role") and not {"rate", "role"} & set(self.errors):
            self.add_error("role", _("Choose the role, or write what an hour or a day is worth."))

    def validate_constraints(self) -> None:
        """The action checks them, when the row has its value."""

    @property
    def from_table(self) -> bool:
        """Is it valued by the rate table? Read it when the form is valid."""
        data = self.cleaned_data
        return data["kind"] == ContributionKind.TIME and data["rate"] is None and bool(data["role"])


class ConfirmForm(forms.Form):
    """What a coordinator writes down for a giver who confirmed it otherwise than here."""

    how = forms.ChoiceField(
        label=_("How was it confirmed?"),
        choices=[(mode.value, mode.label) for mode in ConfirmMode if mode != ConfirmMode.ACCOUNT],
        widget=forms.RadioSelect,
    )
    note = PlainTextField(label=_("Who confirmed it, and when"), max_length=1000, widget=long_text(2), required=False)


class ReasonForm(forms.Form):
    reason = PlainTextField(label=_("Reason"), max_length=2000, required=False, widget=long_text(2))


class EvidenceForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,  # the action says what is wrong with an empty one
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.gif,.webp,.docx,.xlsx,.odt,.ods"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        most = settings.MAX_UPLOAD_BYTES // 1_000_000
        self.fields["file"].help_text = _("PDF, picture, Word or Excel file of up to %(most)s MB.") % {"most": most}
