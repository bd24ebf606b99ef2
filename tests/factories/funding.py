"""Awards and their reports, the people who work for a programme, and what they hand over."""

from datetime import timedelta
from itertools import count

from django.utils import timezone

from accounts.models import User
from partnerships.actions.award import create_award
from partnerships.actions.handover import hand_over
from partnerships.locked_figures import figures_of, hash_of
from partnerships.models import (
    Award,
    AwardShare,
    Handover,
    LockedFigures,
    Organization,
    Partnership,
    Programme,
    ProgrammeStaff,
    ReportingPeriod,
    TeamMember,
)
from tests.factories.partnerships import make_organization, make_programme
from tests.factories.people import make_contact, make_user

number = count(1)


def make_award(
    *pays_for: Partnership,
    donor: Organization | None = None,
    responsible: User | None = None,
    programme: Programme | None = None,
    **fields,
) -> Award:
    """An award that began 100 days ago, reports by quarters within 30 days, and pays for ``pays_for``."""
    today = timezone.localdate()
    fields.setdefault("title", "Safer births")
    fields.setdefault("starts_on", today - timedelta(days=100))
    fields.setdefault("ends_on", today + timedelta(days=264))
    fields.setdefault("frequency", "quarterly")
    fields.setdefault("currency", "EUR")
    fields.setdefault("number", f"AW-{next(number)}")
    responsible = responsible or make_user(is_coordinator=True)
    award = create_award(
        Award(donor=donor or make_organization(type="ngo"), responsible=responsible, programme=programme, **fields),
        by=responsible,
    )
    for partnership in pays_for:
        AwardShare.objects.create(award=award, partnership=partnership)
    return award


def make_locked(period: ReportingPeriod) -> ReportingPeriod:
    """The report as one that was sent, accepted and locked; others of its award stay as they are."""
    ReportingPeriod.objects.filter(pk=period.pk).update(state="locked", submitted_on=period.ends_on)
    content = figures_of(period)
    LockedFigures.objects.create(period=period, content=content, hash=hash_of(content), locked_by="Alice")
    return period


def make_staff(
    programme: Programme | None = None, *, user: User | None = None, role: str = "officer"
) -> ProgrammeStaff:
    return ProgrammeStaff.objects.create(
        programme=programme or make_programme(),
        user=user or make_user(),
        role=role,
        starts_on=timezone.localdate() - timedelta(days=10),
    )


def make_handover(member: TeamMember, *, by: User) -> Handover:
    """A note to a new colleague, by which nothing is given and no role ends."""
    note = Handover(taker=make_contact(), ends_role=False, promises="Two pumps by May")
    return hand_over(note, member=member, given=[], by=by)
