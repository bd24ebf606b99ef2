"""Exchanges: planned travel of professionals for a purpose, and who said yes to it. See also traveller.py."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from accounts.models import User, known_zone
from partnerships.exchange_states import (
    EDITABLE,
    OVER,
    RECORDED,
    Decision,
    ExchangeKind,
    ExchangeState,
    ReasonCode,
    Step,
    TravellerState,
)
from partnerships.models.contact import Contact
from partnerships.models.partnership import Participation, Partnership
from partnerships.models.workplan import Activity


class ExchangeQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> ExchangeQuerySet:
        """The exchanges of the partnerships that ``user`` may know."""
        return self if user.is_admin else self.filter(partnership__in=Partnership.objects.visible_to(user))

    def live(self) -> ExchangeQuerySet:
        # See also Exchange.is_over
        return self.exclude(state__in=OVER)

    def for_list(self) -> ExchangeQuerySet:
        """With ``n_travellers``; those that are to come or under way first, then by their days."""
        return (
            self.select_related("sending__organization", "receiving__organization", "partnership")
            .annotate(
                n_travellers=Count("travellers"),
                is_behind=models.Case(models.When(state__in=OVER, then=1), default=0),
            )
            .order_by("is_behind", "-starts_on", "-pk")
        )


class Exchange(models.Model):
    """People of one organization travel to another, for a purpose, on days that both sides agreed to."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="exchanges")
    reference = models.CharField(_("reference"), max_length=30, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("type"), max_length=12, choices=ExchangeKind, default=ExchangeKind.STUDY)
    purpose = models.TextField(_("purpose"), max_length=4000, help_text=_("Why people travel, in a few sentences."))
    objectives = models.TextField(
        _("objectives"),
        max_length=4000,
        blank=True,
        help_text=_("One in each line: what will be different afterwards. The trip reports come back to them."),
    )
    virtual_considered = models.TextField(
        _("why not by video"),
        max_length=2000,
        blank=True,
        help_text=_("What could be done without travel, and why that is not enough."),
    )
    sending = models.ForeignKey(
        Participation, models.PROTECT, related_name="sent_exchanges", verbose_name=_("sending organization")
    )
    receiving = models.ForeignKey(
        Participation, models.PROTECT, related_name="received_exchanges", verbose_name=_("receiving organization")
    )
    host_contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        related_name="+",
        verbose_name=_("contact at the destination"),
        null=True,
        blank=True,
        help_text=_("Whom travellers call when something goes wrong."),
    )
    departs_from = models.CharField(_("travels from"), max_length=120, blank=True, help_text=_("City of departure."))
    country = CountryField(_("country of destination"))
    place = models.CharField(_("place of destination"), max_length=120)
    home_zone = models.CharField(_("time zone at home"), max_length=64, default="UTC", validators=[known_zone])
    zone = models.CharField(_("time zone at the destination"), max_length=64, default="UTC", validators=[known_zone])
    starts_on = models.DateField(_("first day of travel"))
    ends_on = models.DateField(_("last day of travel"))
    working_days = models.DecimalField(
        _("working days"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        help_text=_("For each traveller, days of travel and days off left out. A half day counts as 0.5."),
    )
    activity = models.ForeignKey(
        Activity,
        models.SET_NULL,
        related_name="exchanges",
        verbose_name=_("activity of the work plan"),
        null=True,
        blank=True,
    )
    unplanned_reason = models.CharField(
        _("not in the work plan, because"),
        max_length=500,
        blank=True,
        help_text=_("Only when no activity of the work plan asks for this exchange."),
    )
    state = models.CharField(
        _("state"), max_length=20, choices=ExchangeState, default=ExchangeState.DRAFT, editable=False
    )
    # Each request is a round of approvals: what was said to an earlier one no longer counts.
    round = models.PositiveIntegerField(default=0, editable=False)
    reason_code = models.CharField(_("reason"), max_length=12, choices=ReasonCode, blank=True, editable=False)
    state_reason = models.CharField(max_length=2000, blank=True, editable=False)
    no_costs = models.BooleanField(_("it cost nothing"), default=False, editable=False)
    actual_starts_on = models.DateField(_("travelled from"), null=True, editable=False)
    actual_ends_on = models.DateField(_("travelled until"), null=True, editable=False)
    closed_on = models.DateField(null=True, editable=False)
    delete_data_on = models.DateField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    # Who sent the present request off; the programme's yes comes from somebody else.
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )

    objects = ExchangeQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name = _("exchange")
        verbose_name_plural = _("exchanges")
        constraints = [
            models.CheckConstraint(name="exchange_state_is_known", condition=Q(state__in=ExchangeState.values)),
            models.CheckConstraint(name="exchange_kind_is_known", condition=Q(kind__in=ExchangeKind.values)),
            models.CheckConstraint(
                name="exchange_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.CheckConstraint(
                name="exchange_ended_after_it_started",
                condition=Q(actual_starts_on__isnull=True)
                | Q(actual_ends_on__isnull=True)
                | Q(actual_ends_on__gte=F("actual_starts_on")),
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.CheckConstraint(
                name="exchange_goes_from_one_organization_to_another",
                condition=~Q(sending=F("receiving")),
                violation_error_message=_("An organization cannot send people to itself."),
            ),
            models.CheckConstraint(
                name="exchange_is_planned_or_says_why_not",
                condition=Q(activity__isnull=True) | Q(unplanned_reason=""),
                violation_error_message=_("Choose an activity, or say why there is none – not both."),
            ),
            models.CheckConstraint(
                name="exchange_working_days_are_not_negative",
                condition=Q(working_days__isnull=True) | Q(working_days__gte=0),
                violation_error_message=_("This cannot be less than zero."),
            ),
            models.CheckConstraint(
                name="postponed_or_cancelled_exchange_says_why",
                condition=~Q(state__in=["postponed", "cancelled"])
                | (Q(reason_code__in=ReasonCode.values) & ~Q(state_reason="")),
            ),
            models.CheckConstraint(
                name="exchange_that_is_over_has_a_day_of_deletion",
                condition=(Q(state__in=list(OVER), closed_on__isnull=False, delete_data_on__isnull=False))
                | (~Q(state__in=list(OVER)) & Q(closed_on__isnull=True, delete_data_on__isnull=True)),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("partnerships:exchange-detail", args=[self.reference])

    def clean(self) -> None:
        """What the table holds, told at the fields; the organizations must take part in this partnership."""
        wrong: dict[str, str] = {}
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            wrong["ends_on"] = _("The last day cannot be before the first.")
        if self.sending_id and self.sending_id == self.receiving_id:
            wrong["receiving"] = _("An organization cannot send people to itself.")
        for name in ("sending", "receiving"):
            if getattr(self, f"{name}_id") and getattr(self, name).partnership_id != self.partnership_id:
                wrong[name] = _("This organization does not take part in the partnership.")
        if self.activity_id and self.activity.plan.partnership_id != self.partnership_id:
            wrong["activity"] = _("This activity belongs to another partnership.")
        if self.activity_id and self.unplanned_reason:
            wrong["unplanned_reason"] = _("Choose an activity, or say why there is none – not both.")
        days = self.working_days
        if days is not None and days < 0:
            wrong["working_days"] = _("This cannot be less than zero.")
        elif days is not None and self.starts_on and self.ends_on and days > (self.ends_on - self.starts_on).days + 1:
            wrong["working_days"] = _("There are not that many days between the first and the last.")
        if wrong:
            raise ValidationError(wrong)

    @property
    def look(self) -> str:
        """The name under which the badge of its state is drawn: a traveller who is back is not a form sent back."""
        return "back" if self.state == ExchangeState.RETURNED else self.state

    @property
    def askers(self) -> set[int]:
        """The accounts that wrote the request and sent it off."""
        return {self.created_by_id, self.submitted_by_id} - {None}

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE

    @property
    def is_recorded(self) -> bool:
        """Was it over before it was written down here? Every other one that is closed went through a request."""
        return self.state == RECORDED and self.round == 0

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @property
    def from_on(self) -> date:
        """The first day as far as it is known: what happened goes before what was planned."""
        return self.actual_starts_on or self.starts_on

    @property
    def until_on(self) -> date:
        return self.actual_ends_on or self.ends_on

    @property
    def days_until_start(self) -> int:
        return (self.starts_on - timezone.localdate()).days

    @property
    def approvals_that_count(self) -> dict[str, ExchangeApproval]:
        """The answers to the present request, by step; reads prefetched ``approvals``."""
        return {each.step: each for each in self.approvals.all() if each.round == self.round}

    @property
    def going(self) -> list:
        """Everybody who is to travel or has; reads prefetched ``travellers``."""
        return [each for each in self.travellers.all() if each.state != TravellerState.NO_SHOW]


class ExchangeApproval(models.Model):
    """What one person said to a request, for one step. Rows are added and read, never changed."""

    exchange = models.ForeignKey(Exchange, models.CASCADE, related_name="approvals")
    round = models.PositiveIntegerField()
    step = models.CharField(max_length=10, choices=Step)
    decision = models.CharField(max_length=10, choices=Decision)
    comment = models.CharField(max_length=2000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("approval of an exchange")
        verbose_name_plural = _("approvals of exchanges")
        constraints = [
            models.UniqueConstraint("exchange", "round", "step", name="exchange_step_is_answered_once_a_round"),
            models.UniqueConstraint(
                "exchange",
                "round",
                "by",
                name="one_person_answers_once_a_round",
                violation_error_message=_("You have answered this request already. Somebody else answers this step."),
            ),
            models.CheckConstraint(name="exchange_step_is_known", condition=Q(step__in=Step.values)),
            models.CheckConstraint(name="exchange_decision_is_known", condition=Q(decision__in=Decision.values)),
            models.CheckConstraint(name="refused_exchange_says_why", condition=Q(decision="approved") | ~Q(comment="")),
        ]

    def __str__(self):
        return f"{self.exchange.reference} {self.step}"

    @property
    def said(self) -> str:
        """What became of it, in a word; the labels of the decisions are what a person is asked to do."""
        words = {Decision.APPROVED: _("Approved"), Decision.RETURNED: _("Returned for changes")}
        return str(words.get(self.decision, _("Rejected")))
