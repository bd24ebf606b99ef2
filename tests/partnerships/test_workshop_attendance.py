"""Who was there: typed from a sheet, signed in by phone, taken from the list of an online meeting."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from partnerships.actions.attendance import check_in, save_sheet, take_meeting_list
from partnerships.meeting_list import Unreadable, decoded, matched, plain_name, read_list
from partnerships.models import Attendance, WorkshopSession
from partnerships.session_codes import CHANGES_EVERY, code_of, is_right
from partnerships.workshop_reading import course_of
from tests.factories.workshops import make_running, put

pytestmark = pytest.mark.django_db
ZOOM = """Meeting ID,Topic,Start Time
123,Safe birth,03/02/2026 09:00:00 AM

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest
Akinyi Otieno,akinyi@example.org,03/02/2026 09:00:10 AM,03/02/2026 09:30:10 AM,30,Yes
Akinyi Otieno,akinyi@example.org,03/02/2026 09:20:10 AM,03/02/2026 10:00:10 AM,40,Yes
"MWANGI, Baraka (Jimma)",,03/02/2026 09:00:00 AM,03/02/2026 10:30:00 AM,90,Yes
Somebody Else,else@example.org,03/02/2026 09:00:00 AM,03/02/2026 09:05:00 AM,5,Yes
"""
TEAMS = (
    "1. Summary\nMeeting title\tSafe birth\n\n2. Participants\n"
    "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tRole\n"
    "Akinyi Otieno\t3/2/26, 9:00:04 AM\t3/2/26, 10:30:04 AM\t1h 30m\takinyi@example.org\tPresenter\n"
    "Baraka Mwangi\t\t\t45m 10s\tother@example.org\tAttendee\n\n"
    "3. In-Meeting Activities\nName\tJoin Time\tLeave Time\tDuration\tEmail\n"
    "Akinyi Otieno\t3/2/26, 9:00:04 AM\t3/2/26, 10:30:04 AM\t1h 30m\takinyi@example.org\n"
)


@pytest.fixture
def workshop():
    return make_running(people=("Akinyi Otieno", "Baraka Mwangi"))


def rows(workshop):
    return list(workshop.registrations.all()), list(workshop.sessions.all())


def sheet(workshop, ticked, *, seen=(), complete=()):
    people, sessions = rows(workshop)
    cells = {(people[p].pk, sessions[s].pk) for p, s in ticked}
    known = {(people[p].pk, sessions[s].pk) for p, s in seen}
    return save_sheet(
        workshop,
        people={person.pk for person in people},
        ticked=cells,
        seen=known,
        complete=[sessions[s].pk for s in complete],
        by=workshop.created_by,
    )


def noted(workshop) -> dict:
    return {
        (one.registration.name.split()[0], one.session.title): one.was_there
        for one in Attendance.objects.select_related("registration", "session")
    }


def test_a_whole_sheet_says_who_was_not_there(workshop):
    assert sheet(workshop, [(0, 0)], complete=[0]) == (2, 1)

    assert noted(workshop) == {("Akinyi", "Day one"): True, ("Baraka", "Day one"): False}


def test_of_a_sheet_that_is_not_whole_only_the_ticks_count(workshop):
    sheet(workshop, [(0, 0), (1, 1)])

    assert noted(workshop) == {("Akinyi", "Day one"): True, ("Baraka", "Day two"): True}


def test_a_tick_taken_away_says_not_there(workshop):
    sheet(workshop, [(0, 0)])
    sheet(workshop, [], seen=[(0, 0)])

    assert noted(workshop) == {("Akinyi", "Day one"): False}


def test_who_signed_in_by_phone_meanwhile_stays(workshop):
    people, sessions = rows(workshop)
    sheet(workshop, [], complete=[0])
    Attendance.objects.filter(registration=people[1]).update(was_there=True, source="phone")

    sheet(workshop, [(0, 0)], complete=[0])

    assert noted(workshop) == {("Akinyi", "Day one"): True, ("Baraka", "Day one"): True}
    assert sessions


def test_strangers_and_other_workshops_cells_are_not_written(workshop):
    other = make_running(place="Oslo")
    people, _sessions = rows(workshop)
    session = other.sessions.first()

    save_sheet(
        workshop,
        people={people[0].pk, 10**9},
        ticked={(people[0].pk, session.pk), (10**9, session.pk)},
        seen=set(),
        complete=[session.pk],
        by=workshop.created_by,
    )
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("state", ["approved", "registration_closed", "results_entered", "closed", "cancelled"])
def test_attendance_is_noted_only_around_the_workshop(workshop, state):
    put(workshop, state)

    with pytest.raises(ValidationError, match="while a workshop is running"):
        sheet(workshop, [(0, 0)])
    with pytest.raises(ValidationError, match="while a workshop is running"):
        take_meeting_list(workshop.sessions.first(), minutes={}, by=workshop.created_by)
    assert not Attendance.objects.exists()


def going_on(workshop) -> WorkshopSession:
    session = workshop.sessions.first()
    session.starts_at, session.ends_at = (timezone.now() + timedelta(minutes=m) for m in (-10, 50))
    session.save()
    return session


def test_the_code_changes_and_the_one_before_still_opens(workshop):
    session, now = workshop.sessions.first(), timezone.now()
    code = code_of(session, now)

    assert len(code) == 6
    assert is_right(session, f" {code[:3]} {code[3:]}", now)
    assert is_right(session, code, now + CHANGES_EVERY)
    assert not is_right(session, code, now + 3 * CHANGES_EVERY)
    assert code_of(workshop.sessions.last(), now) != code


@pytest.mark.parametrize("who", ["akinyi@example.org", " AKINYI@example.org", "Akinyi Otieno", "otieno akinyi"])
def test_people_sign_in_with_the_code(workshop, who):
    session = going_on(workshop)

    assert check_in(session, code=code_of(session), who=who).name == "Akinyi Otieno"
    check_in(session, code=code_of(session), who=who)

    assert noted(workshop) == {("Akinyi", "Day one"): True}


def test_a_wrong_code_a_stranger_and_another_hour_are_refused(workshop):
    session = going_on(workshop)
    right = code_of(session)
    with pytest.raises(ValidationError, match="not the code of now"):
        check_in(session, code="12", who="akinyi@example.org")
    with pytest.raises(ValidationError, match="do not find you"):
        check_in(session, code=right, who="nobody@example.org")
    put(workshop, "delivered")
    with pytest.raises(ValidationError, match="Nobody can sign in"):
        check_in(session, code=right, who="akinyi@example.org")
    put(workshop, "running")
    later = workshop.sessions.get(title="Day two")
    with pytest.raises(ValidationError, match="Nobody can sign in"):
        check_in(later, code=code_of(later), who="akinyi@example.org")
    assert not Attendance.objects.exists()


def test_a_list_of_zoom_is_read_with_times_that_overlap_counted_once():
    assert [(one.name, one.email, one.minutes) for one in read_list(ZOOM)] == [
        ("Akinyi Otieno", "akinyi@example.org", 60),
        ("MWANGI, Baraka (Jimma)", "", 90),
        ("Somebody Else", "else@example.org", 5),
    ]


def test_a_list_of_teams_is_read_up_to_its_second_table():
    assert [(one.name, one.minutes) for one in read_list(TEAMS)] == [("Akinyi Otieno", 90), ("Baraka Mwangi", 45)]
    assert read_list(decoded(TEAMS.encode("utf-16"))) == read_list(TEAMS)


def test_a_list_of_names_alone_is_enough():
    assert [(one.name, one.minutes) for one in read_list("Name\nAkinyi\nBaraka\n")] == [
        ("Akinyi", None),
        ("Baraka", None),
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "No line with the names"),
        ("just words\nand more", "No line with the names"),
        ("Name,Email\n", "There is nobody"),
        ("Name\n" + "x\n" * 5001, "5000 lines at most"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(text, why):
    with pytest.raises(Unreadable, match=why):
        read_list(text)


def test_people_are_matched_by_address_then_by_a_name_that_one_has(workshop):
    found = matched(read_list(ZOOM), list(workshop.registrations.all()))

    assert [person and person.name for _one, person in found] == ["Akinyi Otieno", "Baraka Mwangi", None]
    assert plain_name("KEBEDE, Abébe (Jimma)") == plain_name("abebe kebede")


def test_a_meeting_list_writes_minutes_and_who_was_missing(workshop):
    people, sessions = rows(workshop)

    take_meeting_list(sessions[0], minutes={people[0].pk: 60}, by=workshop.created_by)

    assert noted(workshop) == {("Akinyi", "Day one"): True, ("Baraka", "Day one"): False}
    # 60 of the 180 minutes of both sessions
    assert [one.percent for one in course_of(workshop).standings] == [33, 0]


def test_more_minutes_than_a_session_has_count_as_the_session(workshop):
    people, sessions = rows(workshop)

    take_meeting_list(sessions[0], minutes={people[0].pk: 900}, by=workshop.created_by)

    assert course_of(workshop).standings[0].minutes == 120


def test_a_list_with_somebody_without_a_seat_is_not_taken(workshop):
    with pytest.raises(ValidationError, match="no seat any more"):
        take_meeting_list(workshop.sessions.first(), minutes={10**9: 5}, by=workshop.created_by)
    assert not Attendance.objects.exists()
