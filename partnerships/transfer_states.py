"""What a transfer of equipment, and each of its items, may become. The one place that knows.

Only what stands in these tables happens: no step is skipped and none is taken back.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TransferState(models.TextChoices):
    OFFERED = "offered", _("Offered")
    NEED_CONFIRMED = "need_confirmed", _("Need confirmed")
    ACCEPTED = "accepted", _("Accepted")
    SHIPPED = "shipped", _("Shipped")
    CUSTOMS = "customs", _("In customs")
    RECEIVED = "received", _("Received")
    INSTALLED = "installed", _("Installed")
    IN_USE = "in_use", _("In use")
    CLOSED = "closed", _("Checked and closed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


S = TransferState
TRANSFER_TRANSITIONS: dict[str, tuple[str, ...]] = {
    S.OFFERED: (S.NEED_CONFIRMED, S.DECLINED, S.WITHDRAWN),
    S.NEED_CONFIRMED: (S.ACCEPTED, S.DECLINED, S.WITHDRAWN),
    S.ACCEPTED: (S.SHIPPED, S.WITHDRAWN),
    # Straight to “received” only inside one country: the guard asks for customs where a border is crossed.
    S.SHIPPED: (S.CUSTOMS, S.RECEIVED),
    S.CUSTOMS: (S.RECEIVED,),
    S.RECEIVED: (S.INSTALLED,),
    S.INSTALLED: (S.IN_USE,),
    S.IN_USE: (S.CLOSED,),
    S.CLOSED: (),
    S.DECLINED: (),
    S.WITHDRAWN: (),
}
TRANSFER_NEEDS_REASON = (S.DECLINED, S.WITHDRAWN)
OVER = (S.CLOSED, S.DECLINED, S.WITHDRAWN)
# While the offer may still be changed.
EDITABLE = (S.OFFERED, S.NEED_CONFIRMED)
ON_THE_WAY = (S.SHIPPED, S.CUSTOMS)
ARRIVED = (S.RECEIVED, S.INSTALLED, S.IN_USE, S.CLOSED)
# The steps that the giving side takes; the receiving side takes the others.
GIVER_STEPS = (S.SHIPPED, S.WITHDRAWN)
BOTH_STEPS = (S.CUSTOMS,)


def transfer_can_become(current: str, new: str) -> bool:
    return new in TRANSFER_TRANSITIONS.get(current, ())


class ItemAnswer(models.TextChoices):
    """What the receiving side says to one item."""

    OPEN = "open", _("Not answered yet")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")


class ItemUse(models.TextChoices):
    """How it is with an item that was put to use. Empty before that."""

    IN_USE = "in_use", _("In use")
    IDLE = "idle", _("Working but idle")
    BROKEN = "broken", _("Broken")
    RETIRED = "retired", _("Retired")
    LOST = "lost", _("Lost or stolen")


U = ItemUse
USE_TRANSITIONS: dict[str, tuple[str, ...]] = {
    # What arrived broken is broken from the first day.
    "": (U.IN_USE, U.BROKEN),
    U.IN_USE: (U.IDLE, U.BROKEN, U.RETIRED, U.LOST),
    U.IDLE: (U.IN_USE, U.BROKEN, U.RETIRED, U.LOST),
    U.BROKEN: (U.IN_USE, U.RETIRED, U.LOST),
    U.RETIRED: (),
    U.LOST: (),
}
USE_NEEDS_REASON = (U.IDLE, U.BROKEN, U.RETIRED, U.LOST)


def use_can_become(current: str, new: str) -> bool:
    return new in USE_TRANSITIONS.get(current, ())


class ItemKind(models.TextChoices):
    DEVICE = "device", _("Medical device")
    IT = "it", _("IT")
    BOOK = "book", _("Book")
    SUPPLIES = "supplies", _("Supplies")
    DRUG = "drug", _("Medicine")
    SOFTWARE = "software", _("Software")
    OTHER = "other", _("Other")


# What runs on electricity and is of no use without knowing which.
POWERED = (ItemKind.DEVICE, ItemKind.IT)


class ItemCondition(models.TextChoices):
    NEW = "new", _("New")
    REFURBISHED = "refurbished", _("Refurbished: overhauled and tested")
    USED = "used", _("Used")


class ValueBasis(models.TextChoices):
    INVOICE = "invoice", _("Price on the invoice")
    MARKET = "market", _("Fair market value today")
    DEPRECIATED = "depreciated", _("Purchase price less wear")


class CostKind(models.TextChoices):
    FREIGHT = "freight", _("Freight and insurance")
    CUSTOMS = "customs", _("Customs, taxes and port fees")
    TRANSPORT = "transport", _("Transport and storage inside the country")
    INSTALLATION = "installation", _("Installation, wiring, water, building work")
    TRAINING = "training", _("Training of users and technicians")
    CONSUMABLES = "consumables", _("Consumables in the first two years")
    MAINTENANCE = "maintenance", _("Maintenance, calibration and repair")
    DISPOSAL = "disposal", _("Safe disposal at the end")


class CostPayer(models.TextChoices):
    GIVER = "giver", _("The giving side")
    RECEIVER = "receiver", _("The receiving side")
    PROGRAMME = "programme", _("Programme or donor")
    MINISTRY = "ministry", _("Ministry or local government")
    OTHER = "other", _("Somebody else")
    NOT_NEEDED = "not_needed", _("Does not arise")


class Arrival(models.TextChoices):
    """How an item arrived."""

    GOOD = "good", _("Complete and working")
    INCOMPLETE = "incomplete", _("Something is missing")
    DAMAGED = "damaged", _("Damaged")
    NOT_WORKING = "not_working", _("Does not work")
    NOT_AGREED = "not_agreed", _("Not what was agreed")
    MISSING = "missing", _("It did not arrive")


# Months after the first day of use at which somebody looks.
CHECK_MONTHS = (6, 12)
