"""Planning: sessions on several clocks, rooms and trainers that are taken, edits that meet."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from partnerships.actions.workshop import change_workshop
from partnerships.actions.workshop_parts import add_trainer, remove_session, remove_trainer, save_session
from partnerships.models import Trainer, Workshop, WorkshopSession
from partnerships.record_facts import record_facts
from partnerships.waiting import rows_waiting
from partnerships.workshop_reading import local_times, side_zones, trainer_times
from partnerships.workshop_ties import workshop_events, workshop_kinds
from tests.factories import make_contact, make_member, make_partnership
from tests.factories.workplan import make_activity, make_objective, make_plan
from tests.factories.workshops import (
    MORNING,
    make_person,
    make_running,
    make_session,
    make_trainer,
    make_workshop,
    put,
)
from twinning.locking import StaleError

pytestmark = pytest.mark.django_db


def test_references_count_up():
    workshop = make_workshop()

    assert workshop.reference == f"{workshop.partnership.reference}-W1"
    assert make_workshop(workshop.partnership).reference.endswith("-W2")


def test_sessions_of_one_workshop_cannot_overlap_unless_their_rooms_differ():
    workshop = make_workshop()
    make_session(workshop)

    with pytest.raises(ValidationError, match="at the same time"):
        make_session(workshop, title="Other", starts_at=MORNING + timedelta(hours=1))

    make_session(workshop, title="After", starts_at=MORNING + timedelta(hours=2))
    make_session(workshop, title="Beside", room="Hall B")
    with pytest.raises(ValidationError, match="in this room"):
        make_session(workshop, title="Again", room="hall b")
    assert workshop.sessions.count() == 3


def test_a_room_is_used_once_by_all_workshops_of_the_partnership():
    workshop = make_workshop()
    make_session(workshop, room="Lab")
    other = make_workshop(workshop.partnership, title="Surgery")

    with pytest.raises(ValidationError, match="“Opening” of “Safe birth” is in this room"):
        make_session(other, room="Lab")

    put(workshop, "cancelled")
    assert make_session(other, room="Lab")
    assert make_session(make_workshop(), room="Lab"), "another partnership has rooms of its own"


def test_a_trainer_teaches_once_at_a_time_in_every_partnership():
    workshop, contact = make_workshop(), make_contact(name="Dr Moreau")
    make_trainer(workshop, contact=contact)
    make_session(workshop)
    other = make_workshop(title="Elsewhere", place="Oslo")
    trainer = make_trainer(other, contact=contact)

    with pytest.raises(ValidationError, match="Dr Moreau teaches somewhere else then"):
        make_session(other, trainers=(trainer,))
    with pytest.raises(ValidationError, match="teaches somewhere else"):
        make_session(other)
    assert not other.sessions.exists()


def test_a_trainer_who_is_busy_is_not_added():
    workshop, contact = make_workshop(), make_contact()
    make_trainer(workshop, contact=contact)
    make_session(workshop)
    other = make_workshop(workshop.partnership, place="Oslo")
    make_session(other)

    with pytest.raises(ValidationError, match="teaches “Opening” then"):
        make_trainer(other, contact=contact)
    assert not other.trainers.exists()


def test_a_series_is_added_whole_or_not_at_all_and_keeps_its_hour():
    workshop = make_workshop(time_zone="Europe/Oslo")
    start = datetime(2026, 3, 16, 9, 0, tzinfo=workshop.zone)
    series = WorkshopSession(workshop=workshop, title="Lecture", starts_at=start, ends_at=start + timedelta(hours=1))

    save_session(series, trainers=[], weeks=4, by=workshop.created_by)

    # On 29 March the clocks are put forward.
    assert [session.local_start(workshop.zone).hour for session in workshop.sessions.all()] == [9] * 4
    assert [session.starts_at.astimezone(UTC).hour for session in workshop.sessions.all()] == [8, 8, 7, 7]
    again = WorkshopSession(
        workshop=workshop,
        title="Clash",
        starts_at=start - timedelta(days=7),
        ends_at=start - timedelta(days=7) + timedelta(hours=1),
    )
    with pytest.raises(ValidationError), transaction.atomic():
        save_session(again, trainers=[], weeks=2, by=workshop.created_by)
    assert workshop.sessions.count() == 4


def test_the_database_refuses_sessions_that_end_before_they_start():
    workshop = make_workshop()

    with pytest.raises(IntegrityError), transaction.atomic():
        WorkshopSession.objects.create(workshop=workshop, title="x", starts_at=MORNING, ends_at=MORNING)


def test_what_was_held_is_planned_no_more():
    workshop = put(make_running(), "delivered")
    by = workshop.created_by

    for act in (
        lambda: make_session(workshop, starts_at=MORNING + timedelta(days=9)),
        lambda: remove_session(workshop.sessions.first(), by=by),
        lambda: add_trainer(Trainer(workshop=workshop, contact=make_contact()), by=by),
        lambda: remove_trainer(workshop.trainers.first(), by=by),
        lambda: change_workshop(workshop, seen_version=workshop.version, by=by),
    ):
        with pytest.raises(ValidationError, match="not planned any more"):
            act()


def test_the_only_trainer_of_a_session_stays():
    workshop = make_workshop()
    trainer = make_trainer(workshop)
    make_session(workshop, trainers=(trainer,))

    with pytest.raises(ValidationError, match="alone teaches"):
        remove_trainer(trainer, by=workshop.created_by)
    assert workshop.trainers.exists()


def test_an_edit_that_was_overtaken_is_refused():
    workshop = make_workshop()
    workshop.title = "New"

    with pytest.raises(StaleError):
        change_workshop(workshop, seen_version=workshop.version + 1, by=workshop.created_by)


@pytest.mark.parametrize(
    ("change", "field"), [({"capacity": 1}, "capacity"), ({"time_zone": "Asia/Tokyo"}, "time_zone")]
)
def test_edits_that_break_what_stands_are_refused_at_their_field(change, field):
    workshop = make_running()
    for name, value in change.items():
        setattr(workshop, name, value)

    with pytest.raises(ValidationError) as refused:
        change_workshop(workshop, seen_version=workshop.version, by=workshop.created_by)
    assert list(refused.value.message_dict) == [field]


def test_an_activity_of_another_partnership_is_refused():
    workshop = make_workshop()
    workshop.activity = make_activity(make_objective(make_plan()))

    with pytest.raises(ValidationError, match="another partnership"):
        change_workshop(workshop, seen_version=workshop.version, by=workshop.created_by)


def test_each_side_reads_the_hours_on_its_own_clock():
    partnership = make_partnership(status="active")
    make_member(partnership, side="host", role="coordinator", contact=make_contact(time_zone="Africa/Nairobi"))
    make_member(partnership, side="resource", role="member", contact=make_contact(time_zone="UTC"))
    make_member(partnership, side="resource", role="coordinator", contact=make_contact(time_zone="Asia/Tokyo"))
    workshop = make_workshop(partnership)
    late = make_session(workshop, starts_at=datetime(2026, 3, 2, 16, 0, tzinfo=UTC))

    zones = side_zones(partnership)
    told = local_times(late, workshop, zones)

    assert zones == {"host": "Africa/Nairobi", "resource": "Asia/Tokyo"}
    assert [(each.start, each.end, each.is_other_day) for each in told] == [("01:00", "03:00", True)]


def test_trainers_give_the_hours_they_taught_once_it_was_held():
    workshop = make_running()
    second = make_trainer(workshop, side="host")
    make_session(workshop, title="Only one", starts_at=MORNING + timedelta(days=2), hours=1.5, trainers=(second,))
    assert trainer_times(workshop) == []

    put(workshop, "delivered")
    first, last = sorted(trainer_times(workshop), key=lambda one: one.hours)

    assert (str(first.hours), len(first.days), first.side) == ("3.00", 2, "resource")
    assert (str(last.hours), len(last.days), last.side) == ("4.50", 3, "host")
    assert last.contact == second.contact


def test_what_waits_is_what_is_due(alice, bob):
    workshop = make_running(make_partnership(coordinator=alice, status="active"))
    assert [one.url for one in rows_waiting(alice)] == [workshop.get_absolute_url()]
    assert list(rows_waiting(bob)) == []

    put(workshop, "closed")
    assert list(rows_waiting(alice)) == []
    put(workshop, "delivered")
    found = next(iter(rows_waiting(alice)))
    assert (found.kind, found.is_late) == ("workshop", True)


def test_facts_say_what_was_held():
    workshop = make_running()
    assert record_facts(workshop.partnership) == set()

    put(workshop, "delivered")
    assert record_facts(workshop.partnership) == {"workshop:delivered"}
    put(workshop, "closed")
    assert record_facts(workshop.partnership) == {"workshop:delivered", "workshop:closed"}


def test_a_calendar_holds_the_days_of_live_workshops(alice):
    from partnerships.calendars import Audience
    from partnerships.models import Partnership

    workshop = make_workshop(make_partnership(coordinator=alice, status="active"), state="planned")
    make_session(workshop)
    make_person(put(workshop, "approved"), "Secret Person")
    audience = Audience(user=alice, partnerships=Partnership.objects.all(), is_personal=True)

    events = list(workshop_events(audience))

    assert [(event.on.isoformat(), event.until) for event in events] == [("2026-03-02", None)]
    assert "Secret" not in events[0].title + events[0].text
    put(workshop, "cancelled")
    assert list(workshop_events(audience)) == []


def test_workshops_are_things_of_those_who_see_them(alice, bob):
    workshop = make_workshop(make_partnership(coordinator=alice, status="active"))
    (kind,) = workshop_kinds()

    assert list(kind.visible_to(alice)) == [workshop]
    assert not kind.visible_to(bob).exists()
    assert kind.url(workshop, workshop.partnership) == workshop.get_absolute_url()


def test_the_database_keeps_percentages_and_reasons():
    workshop = make_workshop()

    for wrong in ({"attendance_percent": 101}, {"score_percent": 0}, {"capacity": 0}, {"state": "cancelled"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Workshop.objects.filter(pk=workshop.pk).update(**wrong)
