"""One risk of the register."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from partnerships.forms.layout import DateInput, GroupedForm, long_text
from partnerships.forms.workplan import OwnerField
from partnerships.models import Risk, TeamMember, WorkPlan
from twinning.stale import VersionedForm


class RiskForm(GroupedForm, VersionedForm):
    """What may happen, how likely and how bad, and what you do about it."""

    GROUPS = (
        (_("The risk"), ("title", "category")),
        (_("How likely, how bad"), ("likelihood", "impact")),
        (_("What you do about it"), ("response", "measures", "owner", "review_on")),
    )
    owner = OwnerField(label=_("Owner"), queryset=None, required=False, empty_label=_("Nobody yet"))

    class Meta:
        model = Risk
        fields = ["title", "category", "likelihood", "impact", "response", "measures", "owner", "review_on"]
        widgets = {"title": long_text(3), "measures": long_text(), "review_on": DateInput}

    def __init__(self, *args, plan: WorkPlan, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.plan = plan
        members = TeamMember.objects.filter(partnership=plan.partnership_id)
        kept = members.current() | members.filter(pk=self.instance.owner_id)
        self.fields["owner"].queryset = kept.select_related("contact").order_by("contact__name", "pk")
        self.fields["owner"].help_text = Risk._meta.get_field("owner").help_text
