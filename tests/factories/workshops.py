"""Workshops for tests, made and moved by the same actions as the pages use."""

from datetime import UTC, datetime, timedelta

from partnerships.actions.registration import enrol
from partnerships.actions.workshop import create_workshop
from partnerships.actions.workshop_parts import add_trainer, save_session
from partnerships.models import Contact, Partnership, Registration, Trainer, Workshop, WorkshopSession
from tests.factories.partnerships import make_partnership
from tests.factories.people import make_contact

MORNING = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


def make_workshop(partnership: Partnership | None = None, *, state: str = "", **fields) -> Workshop:
    """An idea; ``state`` puts it there without asking the guards."""
    partnership = partnership or make_partnership(status="active")
    usual = {"title": "Safe birth", "place": "Kisumu, hall of the hospital", "time_zone": "Africa/Nairobi"}
    workshop = create_workshop(Workshop(partnership=partnership, **(usual | fields)), by=partnership.coordinator)
    if state:
        put(workshop, state)
    return workshop


def put(workshop: Workshop, state: str) -> Workshop:
    """Set the state as it is, past all guards."""
    reason = "Floods" if state in ("postponed", "cancelled") else ""
    Workshop.objects.filter(pk=workshop.pk).update(state=state, state_reason=reason)
    workshop.refresh_from_db()
    return workshop


def make_session(
    workshop: Workshop, *, starts_at: datetime = MORNING, hours: float = 2, trainers: tuple[Trainer, ...] = (), **fields
) -> WorkshopSession:
    session = WorkshopSession(
        workshop=workshop,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=hours),
        **({"title": "Opening"} | fields),
    )
    return save_session(session, trainers=trainers, by=workshop.created_by)[0]


def make_trainer(workshop: Workshop, *, contact: Contact | None = None, side: str = "resource", **fields) -> Trainer:
    trainer = Trainer(workshop=workshop, contact=contact or make_contact(), side=side, **fields)
    return add_trainer(trainer, by=workshop.created_by)


def make_person(workshop: Workshop, name: str = "Akinyi Otieno", **fields) -> Registration:
    return enrol(Registration(workshop=workshop, name=name, **fields), by=workshop.created_by)


def make_running(partnership: Partnership | None = None, *, people: tuple[str, ...] = ("Akinyi", "Baraka"), **fields):
    """A workshop under way, with two sessions of two and one hours, a trainer and ``people`` with a seat."""
    workshop = make_workshop(partnership, **fields)
    make_trainer(workshop)
    make_session(workshop, title="Day one")
    make_session(workshop, title="Day two", starts_at=MORNING + timedelta(days=1), hours=1)
    put(workshop, "approved")
    for name in people:
        make_person(workshop, name, email=f"{name.split()[0].lower()}@example.org")
    return put(workshop, "running")
