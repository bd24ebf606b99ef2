"""Equipment, books and supplies that one organization gives another, from the offer until a year of use."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.models.contact import Contact
from partnerships.models.partnership import Participation, Partnership
from partnerships.models.programme import known_currency
from partnerships.transfer_states import (
    ARRIVED,
    EDITABLE,
    OVER,
    Arrival,
    CostPayer,
    ItemAnswer,
    ItemCondition,
    ItemKind,
    ItemUse,
    TransferState,
    ValueBasis,
)
from twinning.money import money_text

# The days of a transfer, in the order in which they come.
DAYS = ("accepted_on", "shipped_on", "customs_on", "received_on", "installed_on", "in_use_on")


def in_order() -> list[models.CheckConstraint]:
    """One constraint a pair of days, customs left out where it was not passed."""
    pairs = [*zip(DAYS, DAYS[1:], strict=False), ("shipped_on", "received_on")]
    return [
        models.CheckConstraint(
            name=f"transfer_{later}_not_before_{earlier}",
            condition=Q(**{f"{earlier}__isnull": True})
            | Q(**{f"{later}__isnull": True})
            | Q(**{f"{later}__gte": F(earlier)}),
            violation_error_message=_("These days are not in order: each step comes after the one before."),
        )
        for earlier, later in pairs
    ]


class TransferQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> TransferQuerySet:
        """The transfers of the partnerships that ``user`` may know."""
        return self.filter(partnership__in=Partnership.objects.visible_to(user))

    def search(self, words: str) -> TransferQuerySet:
        found = self
        for word in words.split()[:8]:
            # Asked apart, so that a transfer with two such items is found once.
            of_items = TransferItem.objects.filter(
                Q(name__icontains=word) | Q(maker_model__icontains=word) | Q(serial__icontains=word)
            )
            found = found.filter(
                Q(title__icontains=word)
                | Q(waybill__icontains=word)
                | Q(giver__organization__name__icontains=word)
                | Q(receiver__organization__name__icontains=word)
                | Q(pk__in=of_items.values("transfer"))
            )
        return found

    def for_list(self) -> TransferQuerySet:
        return (
            self.select_related("partnership__programme", "giver__organization", "receiver__organization")
            .annotate(n_items=models.Count("items"))
            .order_by("-number")
        )


class Transfer(models.Model):
    """A delivery of things from one organization of a partnership to another. Its items are accepted one by one."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="transfers")
    number = models.PositiveIntegerField(editable=False)
    title = models.CharField(
        _("title"), max_length=200, help_text=_("For example: Pulse oximeters for the newborn unit.")
    )
    giver = models.ForeignKey(
        Participation, models.PROTECT, related_name="given_transfers", verbose_name=_("organization that gives")
    )
    receiver = models.ForeignKey(
        Participation, models.PROTECT, related_name="received_transfers", verbose_name=_("organization that receives")
    )
    offer = models.TextField(_("what is offered, and why"), max_length=4000, blank=True)
    currency = models.CharField(_("currency of the values"), max_length=3, validators=[known_currency])
    need = models.TextField(_("what is needed, and why"), max_length=4000, blank=True)
    need_by = models.ForeignKey(
        Contact, models.PROTECT, related_name="+", verbose_name=_("who asks for it"), null=True, blank=True
    )
    accepted_by = models.ForeignKey(
        Contact, models.PROTECT, related_name="+", verbose_name=_("accepted for the receiver by"), null=True, blank=True
    )
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    carrier = models.CharField(_("carrier"), max_length=120, blank=True)
    waybill = models.CharField(_("waybill number"), max_length=80, blank=True)
    shipped_on = models.DateField(_("sent on"), null=True, blank=True)
    expected_on = models.DateField(_("expected to arrive on"), null=True, blank=True)
    customs_on = models.DateField(_("in customs since"), null=True, blank=True)
    customs_reference = models.CharField(_("import licence or exemption"), max_length=120, blank=True)
    received_by = models.ForeignKey(
        Contact, models.PROTECT, related_name="+", verbose_name=_("received by"), null=True, blank=True
    )
    received_on = models.DateField(_("received on"), null=True, blank=True)
    place = models.CharField(_("where it stands"), max_length=160, blank=True, help_text=_("Ward or room."))
    custodian = models.ForeignKey(
        Contact, models.PROTECT, related_name="+", verbose_name=_("who answers for it"), null=True, blank=True
    )
    installed_on = models.DateField(_("installed on"), null=True, blank=True)
    in_use_on = models.DateField(_("in use since"), null=True, blank=True)
    state = models.CharField(max_length=15, choices=TransferState, default=TransferState.OFFERED, editable=False)
    state_reason = models.CharField(max_length=1000, blank=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TransferQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("transfer of equipment")
        verbose_name_plural = _("transfers of equipment")
        indexes = [models.Index(fields=["partnership", "state"])]
        constraints = [
            models.UniqueConstraint("partnership", "number", name="transfer_number_is_unique_in_its_partnership"),
            models.CheckConstraint(name="transfer_state_is_known", condition=Q(state__in=TransferState.values)),
            models.CheckConstraint(
                name="transfer_links_two_organizations",
                condition=~Q(giver=F("receiver")),
                violation_error_message=_("An organization cannot give to itself."),
            ),
            models.CheckConstraint(
                name="transfer_says_why_it_ended",
                condition=~Q(state__in=["declined", "withdrawn"]) | ~Q(state_reason=""),
                violation_error_message=_("Please say why."),
            ),
            models.CheckConstraint(
                name="transfer_is_accepted_before_it_is_shipped",
                condition=Q(state__in=["offered", "need_confirmed", "declined", "withdrawn"])
                | Q(accepted_by__isnull=False, accepted_on__isnull=False),
            ),
            models.CheckConstraint(
                name="transfer_has_arrived_exactly_with_a_receipt",
                condition=Q(state__in=[s.value for s in ARRIVED], received_on__isnull=False, received_by__isnull=False)
                | (~Q(state__in=[s.value for s in ARRIVED]) & Q(received_on__isnull=True)),
            ),
            *in_order(),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("partnerships:transfer-detail", args=[self.partnership.slug, self.number])

    def clean(self) -> None:
        if self.giver_id and self.giver_id == self.receiver_id:
            raise ValidationError({"receiver": _("An organization cannot give to itself.")})

    @property
    def code(self) -> str:
        return f"T{self.number}"

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @property
    def crosses_border(self) -> bool:
        return self.giver.organization.country != self.receiver.organization.country


class TransferItem(models.Model):
    """One kind of thing in a transfer: how many, of what worth, in what condition, and what became of it."""

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="items")
    number = models.PositiveIntegerField(editable=False)
    name = models.CharField(_("what it is"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=ItemKind, default=ItemKind.DEVICE)
    maker_model = models.CharField(_("maker and model"), max_length=160, blank=True)
    serial = models.CharField(_("serial or batch numbers"), max_length=300, blank=True)
    quantity = models.PositiveIntegerField(
        _("how many"), default=1, validators=[MinValueValidator(1, _("Write a number of more than zero."))]
    )
    unit_value = models.DecimalField(
        _("value of one"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"), _("Write an amount of more than zero."))],
    )
    value_basis = models.CharField(
        _("where the value comes from"), max_length=12, choices=ValueBasis, default=ValueBasis.MARKET
    )
    condition = models.CharField(_("condition"), max_length=12, choices=ItemCondition, default=ItemCondition.USED)
    age_years = models.PositiveSmallIntegerField(_("age in years"), null=True, blank=True)
    is_working = models.BooleanField(
        _("It works, and somebody has tried it"),
        default=False,
        help_text=_("What you would no longer use for your own patients is not a gift."),
    )
    power = models.CharField(
        _("power, voltage and plug"), max_length=120, blank=True, help_text=_("For example: 230 V, 50 Hz, plug type G.")
    )
    manual_language = models.CharField(_("manuals, and in which language"), max_length=200, blank=True)
    running_costs = models.CharField(
        _("what it costs to run"), max_length=300, blank=True, help_text=_("Consumables, spares, maintenance, a year.")
    )
    running_costs_payer = models.CharField(_("who pays that"), max_length=12, choices=CostPayer, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True, help_text=_("For medicines and supplies."))
    answer = models.CharField(max_length=10, choices=ItemAnswer, default=ItemAnswer.OPEN, editable=False)
    answer_reason = models.CharField(max_length=500, blank=True, editable=False)
    received_quantity = models.PositiveIntegerField(null=True, editable=False)
    damaged_quantity = models.PositiveIntegerField(default=0, editable=False)
    arrival = models.CharField(max_length=12, choices=Arrival, blank=True, editable=False)
    receipt_note = models.CharField(max_length=500, blank=True, editable=False)
    use = models.CharField(max_length=10, choices=ItemUse, blank=True, editable=False)
    use_reason = models.CharField(max_length=500, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["number"]
        verbose_name = _("item of a transfer")
        verbose_name_plural = _("items of transfers")
        constraints = [
            models.UniqueConstraint("transfer", "number", name="transfer_item_number_is_unique"),
            models.CheckConstraint(
                name="transfer_item_is_at_least_one",
                condition=Q(quantity__gte=1),
                violation_error_message=_("Write a number of more than zero."),
            ),
            models.CheckConstraint(
                name="transfer_item_value_is_more_than_nothing",
                condition=Q(unit_value__isnull=True) | Q(unit_value__gt=0),
                violation_error_message=_("Write an amount of more than zero."),
            ),
            models.CheckConstraint(
                name="transfer_item_says_why_it_is_declined",
                condition=~Q(answer="declined") | ~Q(answer_reason=""),
                violation_error_message=_("Please say why."),
            ),
            models.CheckConstraint(
                name="transfer_item_is_received_only_when_accepted",
                condition=Q(received_quantity__isnull=True, arrival="", use="")
                | (Q(answer="accepted") & ~Q(arrival="")),
                violation_error_message=_("What was declined is not sent, and so not received."),
            ),
            models.CheckConstraint(
                name="transfer_item_is_received_once_at_most",
                condition=Q(received_quantity__isnull=True, damaged_quantity=0)
                | Q(received_quantity__lte=F("quantity"), damaged_quantity__lte=F("received_quantity")),
                violation_error_message=_("No more arrives than was sent, and no more is damaged than arrived."),
            ),
            models.CheckConstraint(name="transfer_item_kind_is_known", condition=Q(kind__in=ItemKind.values)),
            models.CheckConstraint(name="transfer_item_answer_is_known", condition=Q(answer__in=ItemAnswer.values)),
            models.CheckConstraint(name="transfer_item_use_is_known", condition=Q(use__in=["", *ItemUse.values])),
        ]

    def __str__(self):
        return self.name

    @property
    def label(self) -> str:
        return f"{self.quantity} × {self.name}"

    @property
    def value(self) -> Decimal | None:
        return None if self.unit_value is None else self.unit_value * self.quantity

    @property
    def value_text(self) -> str:
        return money_text(self.value, self.transfer.currency)

    @property
    def good_quantity(self) -> int:
        """How many arrived whole; what arrived broken was not given."""
        if self.arrival in (Arrival.NOT_WORKING, Arrival.NOT_AGREED):
            return 0
        return (self.received_quantity or 0) - self.damaged_quantity
