"""Kinds of contributions, how they are measured and valued, and what their state may become.

Source of the states: givers confirm, coordinators verify; what is counted never changes and is corrected by a reversal.
"""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from twinning.money import number_text


class ContributionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    CONFIRMED = "confirmed", _("Confirmed by the giver")
    VERIFIED = "verified", _("Verified by the coordinator")
    COUNTED = "counted", _("Counted")
    REJECTED = "rejected", _("Rejected")


S = ContributionState
CONTRIBUTION_TRANSITIONS: dict[str, tuple[str, ...]] = {
    S.DRAFT: (S.CONFIRMED, S.REJECTED),
    # Back to a draft: somebody edited what the giver had confirmed.
    S.CONFIRMED: (S.VERIFIED, S.DRAFT, S.REJECTED),
    S.VERIFIED: (S.COUNTED, S.DRAFT, S.REJECTED),
    S.COUNTED: (),
    S.REJECTED: (),
}
# While it may still be edited; an edit asks the giver again.
EDITABLE = (S.DRAFT, S.CONFIRMED, S.VERIFIED)
# Not counted yet, and not off the table.
ON_THE_WAY = EDITABLE
CONTRIBUTION_NEEDS_REASON = (S.REJECTED,)


def contribution_can_become(current: str, new: str) -> bool:
    return new in CONTRIBUTION_TRANSITIONS.get(current, ())


class ContributionKind(models.TextChoices):
    TIME = "time", _("Working time")
    EQUIPMENT = "equipment", _("Equipment given")
    LOAN = "loan", _("Equipment lent")
    SUPPLIES = "supplies", _("Supplies")
    MEDICINES = "medicines", _("Medicines")
    BOOKS = "books", _("Books and software")
    SPACE = "space", _("Rooms and space")
    TRAVEL = "travel", _("Travel and lodging")
    DISCOUNT = "discount", _("Discount")
    WAIVED_FEES = "waived_fees", _("Waived fees")
    CASH = "cash", _("Cash")
    OTHER = "other", _("Other")


class Unit(models.TextChoices):
    """What ``quantity`` counts."""

    HOUR = "hour", _("hours")
    DAY = "day", _("days")
    NIGHT = "night", _("nights")
    WEEK = "week", _("weeks")
    MONTH = "month", _("months")
    ITEM = "item", _("pieces")
    PACKAGE = "package", _("packages")
    TRIP = "trip", _("trips")
    PERSON = "person", _("persons")
    SUM = "sum", _("sum as a whole")


MEASURED = {
    Unit.HOUR: ngettext_lazy("%(n)s hour", "%(n)s hours", "count"),
    Unit.DAY: ngettext_lazy("%(n)s day", "%(n)s days", "count"),
    Unit.NIGHT: ngettext_lazy("%(n)s night", "%(n)s nights", "count"),
    Unit.WEEK: ngettext_lazy("%(n)s week", "%(n)s weeks", "count"),
    Unit.MONTH: ngettext_lazy("%(n)s month", "%(n)s months", "count"),
    Unit.ITEM: ngettext_lazy("%(n)s piece", "%(n)s pieces", "count"),
    Unit.PACKAGE: ngettext_lazy("%(n)s package", "%(n)s packages", "count"),
    Unit.TRIP: ngettext_lazy("%(n)s trip", "%(n)s trips", "count"),
    Unit.PERSON: ngettext_lazy("%(n)s person", "%(n)s persons", "count"),
}


def measured(quantity: Decimal, unit: str) -> str:
    """“1 hour”, “2.5 days”, “sum as a whole”."""
    if unit not in MEASURED:
        return str(Unit(unit).label)
    # Numbers with a point are never one, and rules of plurals take whole numbers alone.
    count = int(quantity) if quantity == int(quantity) else 2
    return MEASURED[unit] % {"n": number_text(quantity), "count": count}


# Working time is valued by the hour or the day of a role, money by itself.
TIME_UNITS = (Unit.HOUR, Unit.DAY)
HOURS_A_DAY = 8


class RateBasis(models.TextChoices):
    """Why a unit is worth what it is said to be worth."""

    PROGRAMME = "programme", _("Rate table of the programme")
    EMPLOYER = "employer", _("What the employer pays")
    MARKET = "market", _("Market price or rate")
    NATIONAL = "national", _("National value of volunteer work")
    FAIR_VALUE = "fair_value", _("Fair market value on the day it was given")
    FAIR_RENT = "fair_rent", _("Fair rent")
    PRICE_LIST = "price_list", _("Published price or fee")
    INVOICE = "invoice", _("Invoice or receipt")
    AMOUNT = "amount", _("The amount that was paid")


class Match(models.TextChoices):
    """May it count as cost share, when a donor asks for one?"""

    TO_CHECK = "to_check", _("To be checked")
    YES = "yes", _("Yes")
    NO = "no", _("No")


class ConfirmMode(models.TextChoices):
    """How the giver said that it is so."""

    ACCOUNT = "account", _("Confirmed here by the giver")
    EMAIL = "email", _("Confirmed by e-mail")
    PAPER = "paper", _("Signed on paper")
    SPOKEN = "spoken", _("Said in a call or meeting")


class MeetingKind(models.TextChoices):
    MEETING = "meeting", _("Meeting")
    CALL = "call", _("Video or phone call")
    MENTORING = "mentoring", _("Mentoring session")
    CASE = "case", _("Case discussion")
    STEERING = "steering", _("Steering group")
    OTHER = "other", _("Other")
