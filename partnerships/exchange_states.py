"""What an exchange and each of its travellers may become. The one place that knows.

Only what stands in these tables happens: no step is skipped and none is taken back. People make the steps BY_HAND;
approvals, arrival notices and the last return make the others.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ExchangeKind(models.TextChoices):
    STUDY = "study", _("Study visit")
    TRAINING = "training", _("Training or attachment")
    MENTORING = "mentoring", _("Mentoring on site")
    ASSESSMENT = "assessment", _("Assessment visit")
    MEETING = "meeting", _("Planning or steering meeting")
    CONFERENCE = "conference", _("Conference or event")
    VOLUNTEER = "volunteer", _("Volunteer placement")
    OTHER = "other", _("Other exchange")


class ExchangeState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    SENDING_APPROVED = "sending_approved", _("Approved by the sending side")
    HOST_APPROVED = "host_approved", _("Approved by the receiving side")
    CLEARED = "cleared", _("Cleared by the programme")
    PREPARING = "preparing", _("Being prepared")
    READY = "ready", _("Ready to travel")
    TRAVELLING = "travelling", _("Travelling")
    RETURNED = "returned", _("Travellers are back")
    REPORTING = "reporting", _("Reports are being written")
    CLOSED = "closed", _("Closed")
    CHANGES = "changes", _("Returned for changes")
    REJECTED = "rejected", _("Rejected")
    POSTPONED = "postponed", _("Postponed")
    CANCELLED = "cancelled", _("Cancelled")


S = ExchangeState
EXCHANGE_TRANSITIONS: dict[str, tuple[str, ...]] = {
    S.DRAFT: (S.SUBMITTED, S.CANCELLED),
    S.SUBMITTED: (S.SENDING_APPROVED, S.CHANGES, S.REJECTED, S.POSTPONED, S.CANCELLED),
    S.SENDING_APPROVED: (S.HOST_APPROVED, S.CHANGES, S.REJECTED, S.POSTPONED, S.CANCELLED),
    # Without a cost above the threshold the programme is not asked.
    S.HOST_APPROVED: (S.CLEARED, S.PREPARING, S.CHANGES, S.REJECTED, S.POSTPONED, S.CANCELLED),
    S.CLEARED: (S.PREPARING, S.POSTPONED, S.CANCELLED),
    S.PREPARING: (S.READY, S.POSTPONED, S.CANCELLED),
    S.READY: (S.TRAVELLING, S.POSTPONED, S.CANCELLED),
    S.TRAVELLING: (S.RETURNED,),
    S.RETURNED: (S.REPORTING,),
    S.REPORTING: (S.CLOSED,),
    S.CLOSED: (),
    S.CHANGES: (S.SUBMITTED, S.CANCELLED),
    S.REJECTED: (),
    # With new dates everybody is asked anew.
    S.POSTPONED: (S.SUBMITTED, S.CANCELLED),
    S.CANCELLED: (),
}

# What was over before anybody wrote it down here begins at its end, once, by record_exchange(): that is no move of the
# table above, nobody is asked, and nothing follows. See also TRAVELLER_RECORDED and missing_to_record().
RECORDED = S.CLOSED
BY_HAND = (S.SUBMITTED, S.PREPARING, S.READY, S.REPORTING, S.CLOSED, S.POSTPONED, S.CANCELLED)
# Moves that are counted by their reason.
NEEDS_CODE = (S.POSTPONED, S.CANCELLED)
# While what is asked for may be changed: who travels, when, why, and what it is planned to cost.
EDITABLE = (S.DRAFT, S.CHANGES, S.POSTPONED)
UNDER_APPROVAL = (S.SUBMITTED, S.SENDING_APPROVED, S.HOST_APPROVED)
# From the second approval until the first arrival.
PREPARED_IN = (S.HOST_APPROVED, S.CLEARED, S.PREPARING, S.READY)
BACK = (S.RETURNED, S.REPORTING, S.CLOSED)
# Agreed by everybody who was asked.
APPROVED = (S.CLEARED, S.PREPARING, S.READY, S.TRAVELLING, *BACK)
AWAY_OR_BACK = (S.TRAVELLING, S.RETURNED, S.REPORTING)
OVER = (S.CLOSED, S.REJECTED, S.CANCELLED)
LIVE = tuple(state for state in S if state not in OVER)
# What takes a traveller's days: a postponed exchange has none for now.
TAKES_DAYS = tuple(state for state in S if state not in (S.REJECTED, S.CANCELLED, S.POSTPONED))


def exchange_can_become(current: str, new: str) -> bool:
    return new in EXCHANGE_TRANSITIONS.get(current, ())


class ReasonCode(models.TextChoices):
    """Why an exchange was postponed or cancelled; kept for statistics."""

    VISA = "visa", _("Visa")
    ILLNESS = "illness", _("Illness")
    SECURITY = "security", _("Security")
    FUNDING = "funding", _("Funding")
    SCHEDULING = "scheduling", _("Scheduling")
    EPIDEMIC = "epidemic", _("Epidemic")
    OTHER = "other", _("Other")


class Step(models.TextChoices):
    """Who is asked, one after the other."""

    SENDING = "sending", _("Sending side")
    RECEIVING = "receiving", _("Receiving side")
    PROGRAMME = "programme", _("Programme")


# The step that an exchange waits for, and the state to which a yes leads.
ASKS = {S.SUBMITTED: Step.SENDING, S.SENDING_APPROVED: Step.RECEIVING, S.HOST_APPROVED: Step.PROGRAMME}
AFTER_YES = {Step.SENDING: S.SENDING_APPROVED, Step.RECEIVING: S.HOST_APPROVED, Step.PROGRAMME: S.CLEARED}


class Decision(models.TextChoices):
    APPROVED = "approved", _("Approve")
    RETURNED = "returned", _("Return for changes")
    REJECTED = "rejected", _("Reject")


class TravellerState(models.TextChoices):
    NOMINATED = "nominated", _("Nominated")
    ACCEPTED = "accepted", _("Has accepted")
    VISA_APPLIED = "visa_applied", _("Visa applied for")
    VISA_GRANTED = "visa_granted", _("Visa granted")
    VISA_REFUSED = "visa_refused", _("Visa refused")
    VISA_NOT_NEEDED = "visa_not_needed", _("No visa needed")
    CLEARED = "cleared", _("Cleared to travel")
    DEPARTED = "departed", _("Departed")
    ARRIVED = "arrived", _("Arrived")
    EXTENDED = "extended", _("Stays longer")
    RETURNED = "returned", _("Back home")
    NO_SHOW = "no_show", _("Did not travel")
    DID_NOT_RETURN = "did_not_return", _("Did not return")
    REPORTED = "reported", _("Report submitted")


T = TravellerState
TRAVELLER_TRANSITIONS: dict[str, tuple[str, ...]] = {
    T.NOMINATED: (T.ACCEPTED,),
    T.ACCEPTED: (T.VISA_APPLIED, T.VISA_NOT_NEEDED),
    T.VISA_APPLIED: (T.VISA_GRANTED, T.VISA_REFUSED),
    T.VISA_GRANTED: (T.CLEARED,),
    # A refusal may be answered with a new application.
    T.VISA_REFUSED: (T.VISA_APPLIED,),
    T.VISA_NOT_NEEDED: (T.CLEARED,),
    T.CLEARED: (T.DEPARTED, T.NO_SHOW),
    T.DEPARTED: (T.ARRIVED, T.NO_SHOW),
    T.ARRIVED: (T.RETURNED, T.EXTENDED, T.DID_NOT_RETURN),
    T.EXTENDED: (T.RETURNED, T.DID_NOT_RETURN),
    T.RETURNED: (T.REPORTED,),
    T.NO_SHOW: (),
    T.DID_NOT_RETURN: (T.REPORTED,),
    T.REPORTED: (),
}
TRAVELLER_NEEDS_REASON = (T.VISA_REFUSED, T.EXTENDED, T.NO_SHOW, T.DID_NOT_RETURN)
# Moves that happen on a day which is not always today.
TRAVELLER_NEEDS_DAY = (T.DEPARTED, T.ARRIVED, T.EXTENDED, T.RETURNED)
# A report is handed in on a page of its own.
TRAVELLER_BY_HAND = tuple(state for state in T if state not in (T.NOMINATED, T.REPORTED))
# What travellers may say about themselves; the rest is for coordinators.
OWN_MOVES = (T.ACCEPTED, T.VISA_APPLIED, T.VISA_GRANTED, T.VISA_REFUSED, T.DEPARTED, T.ARRIVED, T.RETURNED)
HAS_VISA = (T.VISA_GRANTED, T.VISA_NOT_NEEDED, T.CLEARED)
BEFORE_DEPARTURE = (
    T.NOMINATED, T.ACCEPTED, T.VISA_APPLIED, T.VISA_GRANTED, T.VISA_REFUSED, T.VISA_NOT_NEEDED, T.CLEARED,
)  # fmt: skip
# Of a traveller on an exchange that was recorded afterwards; no report is asked for. See also RECORDED.
TRAVELLER_RECORDED = T.RETURNED
AWAY = (T.DEPARTED, T.ARRIVED, T.EXTENDED)
# New dates are a new journey: whoever was to travel is asked again, from the beginning. No step of the table is taken
# back by hand; postponing does it, and so do other days in a request that came back.
ASKED_AGAIN = T.NOMINATED
WAS_AWAY = (T.RETURNED, T.DID_NOT_RETURN, T.REPORTED)


def traveller_can_become(current: str, new: str) -> bool:
    return new in TRAVELLER_TRANSITIONS.get(current, ())


class Verdict(models.TextChoices):
    """What the person who looked at the checklist decides."""

    GO = "go", _("Go")
    CONTROLS = "controls", _("Go with controls")
    NO_GO = "no_go", _("No go")


class ItemState(models.TextChoices):
    PENDING = "pending", _("To do")
    DONE = "done", _("Done")
    NOT_NEEDED = "not_needed", _("Not needed")


class CostKind(models.TextChoices):
    AIR = "air", _("Flights")
    GROUND = "ground", _("Travel on the ground")
    LODGING = "lodging", _("Lodging")
    PER_DIEM = "per_diem", _("Daily allowance")
    VISA = "visa", _("Visa and permits")
    INSURANCE = "insurance", _("Insurance")
    HEALTH = "health", _("Vaccinations and medicines")
    INTERPRETATION = "interpretation", _("Interpretation")
    FEES = "fees", _("Course or conference fees")
    OTHER = "other", _("Other")


class Payer(models.TextChoices):
    PROGRAMME = "programme", _("Programme or donor")
    SENDING = "sending", _("Sending organization")
    RECEIVING = "receiving", _("Receiving organization")
    TRAVELLER = "traveller", _("Traveller")


class TravelDataEvent(models.TextChoices):
    """What was done with somebody's travel and health data."""

    READ = "read", _("read")
    CHANGED = "changed", _("changed")
    PRINTED = "printed", _("printed")
    NAMED = "named", _("reader named")
    UNNAMED = "unnamed", _("reader taken off")
    DELETED = "deleted", _("deleted")
