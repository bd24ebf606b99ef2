"""Forms of awards: the award, for which partnership it pays, what became of a report."""

from __future__ import annotations

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.award_states import CostShare, Frequency
from partnerships.forms.layout import DateInput, GroupedForm, long_text
from partnerships.forms.organization_field import OrganizationField, PartyFields
from partnerships.forms.phase import MoveForm
from partnerships.models import Award, AwardShare, Organization, Partnership, Programme, ProgrammeStaff
from partnerships.permissions import can_create_organization
from twinning.stale import VersionedForm


class AwardForm(GroupedForm, VersionedForm):
    """One award. The donor is chosen from the directory, or named in place by those who may add to it."""

    GROUPS = (
        (_("The award"), ("donor", "number", "title", "responsible")),
        (_("How much, and how long"), ("amount", "currency", "starts_on", "ends_on")),
        (_("Reports to the donor"), ("frequency", "anchor_on", "due_days")),
        (_("What the partners bring"), ("cost_share", "cost_share_percent", "cost_share_amount")),
        (_("Anything else"), ("notes",)),
    )
    donor = OrganizationField(label=_("Donor"), queryset=None, required=False, empty_label=_("Choose an organization"))

    class Meta:
        model = Award
        fields = [
            "number",
            "title",
            "responsible",
            "amount",
            "currency",
            "starts_on",
            "ends_on",
            "frequency",
            "anchor_on",
            "due_days",
            "cost_share",
            "cost_share_percent",
            "cost_share_amount",
            "notes",
        ]
        widgets = {"starts_on": DateInput, "ends_on": DateInput, "anchor_on": DateInput, "notes": long_text(3)}
        help_texts = {
            "amount": _("Leave it empty until it is known."),
            "currency": _("The currency of the award: three letters, such as USD, EUR or KES."),
            "anchor_on": _(
                "Empty: from the start date. Some donors count from a day of their own, such as 1 October; "
                "then the first period is shorter."
            ),
            "due_days": _("How many days after the end of a period its report is due."),
            "cost_share": _("What the donor wants the partners to pay or give themselves, in cash or in kind."),
            "cost_share_percent": _("Of the amount of the award."),
            "cost_share_amount": _("In the currency of the award."),
        }

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        chosen = Q(pk=self.instance.donor_id) if self.instance.pk else Q(pk__in=[])
        known = Organization.objects.visible_to(user).in_use()
        self.fields["donor"].queryset = Organization.objects.filter(Q(pk__in=known.values("pk")) | chosen)
        self.initial.setdefault("donor", self.instance.donor_id)
        staff = ProgrammeStaff.objects.current().values("user")
        may_be = Q(is_coordinator=True) | Q(is_admin=True) | Q(pk__in=staff) | Q(pk=user.pk)
        now = Q(pk=self.instance.responsible_id) if self.instance.responsible_id else Q(pk=user.pk)
        self.fields["responsible"].queryset = User.objects.filter(Q(is_active=True) & may_be | now).order_by("name")
        if not self.instance.pk:
            self.initial.setdefault("responsible", user.pk)
        self.party = PartyFields(self, "donor") if can_create_organization(user) else None
        if self.party is None:
            self.fields["donor"].required = True

    def clean_currency(self) -> str:
        return self.cleaned_data["currency"].upper()

    def clean(self) -> dict:
        data = super().clean()
        donor = self.party.clean() if self.party else data.get("donor")
        if donor:
            self.instance.donor = donor
        kind = data.get("cost_share")
        if kind != CostShare.PERCENT:
            data["cost_share_percent"] = None
        if kind != CostShare.AMOUNT:
            data["cost_share_amount"] = None
        if data.get("frequency") == Frequency.NONE:
            data["anchor_on"] = None
        return data


class ShareForm(forms.ModelForm):
    """One more partnership that the award pays for."""

    class Meta:
        model = AwardShare
        fields = ["partnership", "amount"]
        help_texts = {"amount": _("Leave it empty if no share was agreed.")}

    def __init__(self, *args, award: Award, partnerships: QuerySet[Partnership], **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.award = award
        self.fields["partnership"].queryset = partnerships.exclude(award_shares__award=award).order_by("name", "pk")
        self.fields["partnership"].empty_label = _("Choose a partnership")


class ReportMoveForm(MoveForm):
    """What became of a report; for one that was sent, on which day."""

    submitted_on = forms.DateField(label=_("Sent on"), required=False, widget=DateInput)


class StaffForm(forms.ModelForm):
    """A person with an account who works for a programme."""

    class Meta:
        model = ProgrammeStaff
        fields = ["user", "role", "starts_on"]
        widgets = {"starts_on": DateInput}

    def __init__(self, *args, programme: Programme, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.programme = programme
        at_work = programme.staff.current().values("user")
        self.fields["user"].queryset = (
            User.objects.filter(is_active=True).exclude(pk__in=at_work).order_by("name", "pk")
        )
        self.fields["user"].empty_label = _("Choose a person")
        self.fields["role"].choices = [("", _("Choose a role")), *self.fields["role"].choices[1:]]
