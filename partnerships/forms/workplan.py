"""Forms of a work plan: the plan itself, its objectives and activities one by one, and the words beside a step."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.forms.layout import DateInput, GroupedForm, long_text
from partnerships.forms.plan_grid import owners_of, read_codes
from partnerships.forms.team import side_choices
from partnerships.models import Activity, Dependency, Objective, TeamMember, WorkPlan
from twinning.stale import VersionedForm

MONTHS = [(1, _("January")), (4, _("April")), (7, _("July")), (10, _("October"))]


class PlanForm(GroupedForm, VersionedForm):
    """The goal, and the currency of every amount."""

    GROUPS = ((_("The plan as a whole"), ("goal", "currency")),)

    class Meta:
        model = WorkPlan
        fields = ["goal", "currency"]
        widgets = {"goal": long_text(5)}

    def clean_currency(self) -> str:
        return self.cleaned_data["currency"].upper()


class ObjectiveForm(GroupedForm, VersionedForm):
    """One objective: a measurable change, with where it starts and where it should end."""

    GROUPS = (
        (_("The objective"), ("title", "lead_side")),
        (_("How you will know"), ("baseline", "target")),
    )

    class Meta:
        model = Objective
        fields = ["title", "lead_side", "baseline", "target"]
        widgets = {"title": long_text(3)}

    def __init__(self, *args, plan: WorkPlan, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.plan = plan
        self.fields["lead_side"].choices = [("", _("Both sides")), *side_choices(plan.partnership)]


class OwnerField(forms.ModelChoiceField):
    def label_from_instance(self, member: TeamMember) -> str:
        return f"{member.contact} – {member.get_role_display()}"


class ActivityForm(GroupedForm, VersionedForm):
    """Everything about one activity. ``needs`` are codes such as “A1, A4”."""

    GROUPS = (
        (_("The activity"), ("title", "objective", "kind", "description", "deliverable")),
        (_("Who"), ("host_owner", "resource_owner")),
        (_("When"), ("starts_on", "ends_on", "needs")),
        (_("With what"), ("budget", "in_kind_days", "in_kind_value")),
    )
    host_owner = OwnerField(queryset=None, required=False, empty_label=_("Nobody yet"))
    resource_owner = OwnerField(queryset=None, required=False, empty_label=_("Nobody yet"))
    needs = forms.CharField(
        label=_("Waits for"),
        max_length=500,
        required=False,
        help_text=_("Codes of activities that must be finished first, such as “A1, A4”."),
    )

    class Meta:
        model = Activity
        fields = [
            "title",
            "objective",
            "kind",
            "description",
            "deliverable",
            "host_owner",
            "resource_owner",
            "starts_on",
            "ends_on",
            "budget",
            "in_kind_days",
            "in_kind_value",
        ]
        widgets = {"starts_on": DateInput, "ends_on": DateInput, "description": long_text()}

    def __init__(self, *args, plan: WorkPlan, **kwargs):
        super().__init__(*args, **kwargs)
        partnership = plan.partnership
        self.fields["objective"].queryset = plan.objectives.all()
        self.fields["objective"].empty_label = None
        for side, members in owners_of(partnership).items():
            name = f"{side}_owner"
            keys = {*members, getattr(self.instance, f"{name}_id")}
            self.fields[name].queryset = TeamMember.objects.filter(pk__in=keys - {None}).select_related("contact")
            self.fields[name].label = _("Owner, %(side)s") % {"side": partnership.side_label(side)}
        for name in ("budget", "in_kind_value"):
            self.fields[name].label = f"{self.fields[name].label} ({plan.currency})"
        links = Dependency.objects.filter(activity=self.instance).select_related("needs")
        self.initial["needs"] = ", ".join(link.needs.code for link in links.order_by("needs__number"))

    def clean_needs(self) -> list[int]:
        return read_codes(self.cleaned_data["needs"])

    def clash(self, current: Activity) -> list[dict[str, str]]:
        rows = super().clash(current)
        links = Dependency.objects.filter(activity=current).select_related("needs").order_by("needs__number")
        theirs = ", ".join(link.needs.code for link in links)
        mine = ", ".join(f"A{number}" for number in self.cleaned_data.get("needs", []))
        if mine != theirs:
            rows.append({"label": str(self.fields["needs"].label), "mine": mine, "theirs": theirs})
        return rows


class ProposeForm(forms.Form):
    """``hash`` is that of the plan on the page: what is frozen is what was looked at."""

    hash = forms.CharField(max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("What is this version for?"), max_length=2000, required=False, widget=long_text(2))


class ApproveForm(forms.Form):
    hash = forms.CharField(max_length=64, widget=forms.HiddenInput)
    side = forms.CharField(max_length=10, widget=forms.HiddenInput)


class ReturnForm(forms.Form):
    side = forms.CharField(max_length=10, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("What should change?"), max_length=2000, required=False, widget=long_text(2))


class AmendForm(forms.Form):
    reason = forms.CharField(label=_("Why is the plan changed?"), max_length=2000, required=False, widget=long_text(2))


class DonorForm(forms.Form):
    note = forms.CharField(label=_("Who approved it, and when?"), max_length=1000, required=False, widget=long_text(2))


class YearForm(forms.Form):
    """Which year of the plan, and with which month its years begin."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int, required=False)
    starts = forms.TypedChoiceField(label=_("Years begin in"), choices=MONTHS, coerce=int, required=False)

    def __init__(self, *args, years: list[tuple[int, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = years

    def value(self, name: str, default: Any) -> Any:
        return self.cleaned_data.get(name) or default
