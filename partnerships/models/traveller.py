"""Who travels on an exchange, how far each of them is, and what must be done before they go."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.exchange_states import (
    TAKES_DAYS,
    WAS_AWAY,
    ItemState,
    TravellerState,
    Verdict,
)
from partnerships.models.contact import Contact
from partnerships.models.exchange import Exchange
from partnerships.models.partnership import Partnership


class TravellerQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> TravellerQuerySet:
        seen = Partnership.objects.visible_to(user)
        return self if user.is_admin else self.filter(exchange__partnership__in=seen)

    def who_take_days(self) -> TravellerQuerySet:
        """Those whose days are taken: on exchanges that take place, and not held up for good."""
        return self.filter(exchange__state__in=TAKES_DAYS).exclude(
            state__in=[TravellerState.NO_SHOW, TravellerState.VISA_REFUSED]
        )


class Traveller(models.Model):
    """A person on an exchange. Passport, health and insurance are in travel_data.py, sealed."""

    exchange = models.ForeignKey(Exchange, models.CASCADE, related_name="travellers")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="travels", verbose_name=_("person"))
    role = models.CharField(
        _("role on the trip"), max_length=120, blank=True, help_text=_("For example: team leader, trainer, observer.")
    )
    why_chosen = models.CharField(_("why this person"), max_length=500, blank=True)
    needs_interpreter = models.BooleanField(_("needs an interpreter"), default=False)
    state = models.CharField(
        _("state"), max_length=20, choices=TravellerState, default=TravellerState.NOMINATED, editable=False
    )
    state_reason = models.CharField(max_length=2000, blank=True, editable=False)
    undertaken_on = models.DateField(_("undertakings signed on"), null=True, editable=False)
    undertaken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    verdict = models.CharField(_("go or no go"), max_length=10, choices=Verdict, blank=True, editable=False)
    verdict_note = models.CharField(max_length=2000, blank=True, editable=False)
    verdict_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    departed_on = models.DateField(_("departed on"), null=True, editable=False)
    arrived_on = models.DateField(_("arrived on"), null=True, editable=False)
    stays_until = models.DateField(_("stays until"), null=True, editable=False)
    returned_on = models.DateField(_("came home on"), null=True, editable=False)
    days_given = models.DecimalField(
        _("working days given"), max_digits=5, decimal_places=1, null=True, blank=True, editable=False
    )
    report_due_on = models.DateField(_("report due on"), null=True, editable=False)
    reported_at = models.DateTimeField(null=True, editable=False)
    # The document in which the report is written, by its reference.
    report_reference = models.CharField(max_length=30, blank=True, editable=False)
    report_waived_reason = models.CharField(max_length=500, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    added_at = models.DateTimeField(auto_now_add=True)

    objects = TravellerQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("traveller")
        verbose_name_plural = _("travellers")
        constraints = [
            models.UniqueConstraint(
                "exchange",
                "contact",
                name="person_travels_once_on_an_exchange",
                violation_error_message=_("This person is on the list already."),
            ),
            models.CheckConstraint(name="traveller_state_is_known", condition=Q(state__in=TravellerState.values)),
            models.CheckConstraint(name="traveller_verdict_is_known", condition=Q(verdict__in=["", *Verdict.values])),
            models.CheckConstraint(
                name="traveller_arrives_after_departing",
                condition=Q(arrived_on__isnull=True)
                | Q(departed_on__isnull=True)
                | Q(arrived_on__gte=F("departed_on")),
                violation_error_message=_("Nobody arrives before departing."),
            ),
            models.CheckConstraint(
                name="traveller_returns_after_arriving",
                condition=Q(returned_on__isnull=True)
                | Q(arrived_on__isnull=True)
                | Q(returned_on__gte=F("arrived_on")),
                violation_error_message=_("Nobody comes home before arriving."),
            ),
            models.CheckConstraint(
                name="traveller_days_are_not_negative",
                condition=Q(days_given__isnull=True) | Q(days_given__gte=0),
                violation_error_message=_("This cannot be less than zero."),
            ),
            models.CheckConstraint(
                name="traveller_has_reported_exactly_when_it_says_so",
                condition=Q(state="reported", reported_at__isnull=False)
                | (~Q(state="reported") & Q(reported_at__isnull=True)),
            ),
        ]

    def __str__(self):
        return str(self.contact)

    def get_absolute_url(self) -> str:
        return reverse("partnerships:traveller-detail", args=[self.exchange.reference, self.pk])

    @property
    def look(self) -> str:
        # See also Exchange.look
        return "back" if self.state == TravellerState.RETURNED else self.state

    @property
    def from_on(self) -> date:
        return self.departed_on or self.exchange.starts_on

    @property
    def until_on(self) -> date:
        return self.returned_on or self.stays_until or self.exchange.ends_on

    @property
    def days_away(self) -> int:
        """How many days the journey has, as far as they are known; both ends count."""
        return (self.until_on - self.from_on).days + 1

    @property
    def proposed_days(self) -> Decimal | None:
        """Working days to begin with: those that are known, else the planned ones as far as the journey had them."""
        if self.days_given is not None or self.exchange.working_days is None:
            return self.days_given
        return min(self.exchange.working_days, Decimal(self.days_away))

    @property
    def was_away(self) -> bool:
        return self.state in WAS_AWAY

    @property
    def owes_report(self) -> bool:
        return self.state in (TravellerState.RETURNED, TravellerState.DID_NOT_RETURN) and not self.report_waived_reason

    @property
    def is_report_late(self) -> bool:
        return self.owes_report and self.report_due_on is not None and self.report_due_on < timezone.localdate()


# How the slugs of lines begin that ask to rate a risk of the journey; see settings.TRAVELLER_CHECKLIST.
RISK = "risk-"


class ChecklistItem(models.Model):
    """One thing to be settled before anybody goes: of a traveller, or (without one) of the receiving side."""

    exchange = models.ForeignKey(Exchange, models.CASCADE, related_name="checklist")
    traveller = models.ForeignKey(Traveller, models.CASCADE, related_name="checklist", null=True, blank=True)
    slug = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    state = models.CharField(max_length=12, choices=ItemState, default=ItemState.PENDING)
    note = models.CharField(_("note"), max_length=300, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        constraints = [
            models.UniqueConstraint(
                fields=["traveller", "slug"],
                condition=Q(traveller__isnull=False),
                name="checklist_item_stands_once_for_a_traveller",
            ),
            models.UniqueConstraint(
                fields=["exchange", "slug"],
                condition=Q(traveller__isnull=True),
                name="checklist_item_stands_once_for_the_hosts",
            ),
            models.CheckConstraint(name="checklist_item_state_is_known", condition=Q(state__in=ItemState.values)),
        ]

    def __str__(self):
        return self.text

    @property
    def is_open(self) -> bool:
        return self.state == ItemState.PENDING

    @property
    def is_risk(self) -> bool:
        """Whether it is a risk of the journey, settled only with what is done about it."""
        return self.slug.startswith(RISK)

    @property
    def lacks_control(self) -> bool:
        """A risk that was looked at, of which nobody wrote down what is done about it."""
        return self.is_risk and self.state == ItemState.DONE and not self.note.strip()

    def clean(self) -> None:
        if self.traveller_id and self.traveller.exchange_id != self.exchange_id:
            raise ValidationError(_("This traveller is on another exchange."))


class ReportReminder(models.Model):
    """A reminder of a trip report that was sent, ``days`` before it was due (less than 0: after), and not again."""

    traveller = models.ForeignKey(Traveller, models.CASCADE, related_name="reminders")
    due_on = models.DateField()
    days = models.SmallIntegerField()
    n_recipients = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("reminder of a report")
        verbose_name_plural = _("reminders of reports")
        constraints = [models.UniqueConstraint("traveller", "due_on", "days", name="report_reminder_is_sent_once")]

    def __str__(self):
        return f"{self.traveller} {self.days}"
