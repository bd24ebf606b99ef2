"""Meetings: writing them down, what becomes of them, and time that counts once."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from partnerships.actions.meeting import change_meeting, delete_meeting
from partnerships.calendars import Audience
from partnerships.contribution_registry import meeting_events
from partnerships.meeting_time import Presence, own_minutes
from partnerships.models import Attendee, FollowUp, Meeting, Partnership
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.contributions import day, make_contribution, make_meeting
from tests.factories.following import make_comment

pytestmark = pytest.mark.django_db
NOON = datetime.combine(day(-2), time(12), tzinfo=UTC)


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active", name="Lyon – Bamako")


@pytest.fixture
def hana(partnership):
    return _of_side(partnership, "host", "Hana")


@pytest.fixture
def rolf(partnership):
    return _of_side(partnership, "resource", "Rolf")


def _of_side(partnership, side, name):
    organization = partnership.participations.get(side=side).organization
    contact = make_contact(name=name, user=make_user(name=name), organization=organization)
    return make_member(partnership, side=side, contact=contact).contact


def address(name, partnership, *more):
    return reverse(f"partnerships:{name}", args=[partnership.slug, *more])


def typed(*people, **fields):
    data = {
        "title": "Ward round by video",
        "kind": "case",
        "starts_at": "2026-03-01T10:00",
        "minutes": "90",
        "place": "",
        "decisions": "Buy two dummies\n\nMeet again",
        "notes": "We talked.",
        **fields,
    }
    for person in people:
        data[f"in_{person.pk}"] = "on"
    return data


def test_a_meeting_is_written_down(partnership, hana, rolf, login):
    data = typed(hana, rolf, **{f"minutes_{rolf.pk}": "30", f"role_{hana.pk}": "Midwife"})

    response = login(hana.user).post(address("meeting-create", partnership), data)

    meeting = Meeting.objects.get()
    assertRedirects(response, meeting.get_absolute_url())
    present = {row.contact: (row.minutes, row.role) for row in meeting.attendees.all()}
    assert present == {hana: (90, "Midwife"), rolf: (30, "")}
    assert partnership.entries.first().verb == "meeting.added"
    page = login(rolf.user).get(meeting.get_absolute_url())
    assertContains(page, "Buy two dummies")
    assertContains(page, "Meet again")


def test_people_of_the_organizations_who_are_not_on_the_team_can_take_part(partnership, hana, login):
    other = make_contact(organization=hana.organization)
    stranger = make_contact()

    login(hana.user).post(address("meeting-create", partnership), typed(others=[other.pk]))
    refused = login(hana.user).post(address("meeting-create", partnership), typed(others=[stranger.pk]))

    assert [row.contact for row in Attendee.objects.all()] == [other]
    assert refused.status_code == 400


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"minutes": "0"}, "minutes"),
        ({"minutes": "1441"}, "minutes"),
        ({"starts_at": "never"}, "starts_at"),
        ({"title": " "}, "title"),
        ({"kind": "party"}, "kind"),
    ],
)
def test_bad_input_is_said_at_its_field_and_loses_nothing(partnership, hana, login, wrong, field):
    response = login(hana.user).post(address("meeting-create", partnership), typed(hana, **wrong))

    assert response.status_code == 400
    assert field in response.context["form"].errors
    assertContains(response, "We talked.", status_code=400)
    assertContains(response, "checked", status_code=400)
    assert not Meeting.objects.exists()


@pytest.mark.parametrize(("ticked", "minutes", "words"), [(True, "91", "lasted 90"), (False, "5", "Tick that")])
def test_minutes_fit_the_meeting(partnership, hana, login, ticked, minutes, words):
    data = typed(*([hana] if ticked else []), **{f"minutes_{hana.pk}": minutes})

    response = login(hana.user).post(address("meeting-create", partnership), data)

    assertContains(response, words, status_code=400)


def test_an_edit_keeps_who_was_there_and_lets_others_go(partnership, alice, hana, rolf, login):
    meeting = make_meeting(partnership, (hana, 20), rolf)
    page = login(alice).get(f"{meeting.get_absolute_url()}edit/")
    assertContains(page, 'value="20"')

    login(alice).post(f"{meeting.get_absolute_url()}edit/", typed(hana, version="1", minutes="45"))

    meeting.refresh_from_db()
    assert (meeting.minutes, meeting.version) == (45, 2)
    assert [(row.contact, row.minutes) for row in meeting.attendees.all()] == [(hana, 45)]
    assertContains(
        login(alice).post(f"{meeting.get_absolute_url()}edit/", typed(hana, version="1", title="Mine")),
        "Ward round by video",
        status_code=409,
    )


def test_nobody_is_there_twice_or_longer_than_the_meeting(partnership, alice, hana):
    meeting = make_meeting(partnership, hana)
    here = Presence(contact=hana)

    with pytest.raises(ValidationError, match="twice"):
        change_meeting(meeting, present=[here, here], seen_version=1, by=alice)
    with pytest.raises(ValidationError, match="for 61 minutes: the meeting had 60"):
        change_meeting(meeting, present=[Presence(contact=hana, minutes=61)], seen_version=1, by=alice)


def test_nothing_is_written_down_in_a_closed_partnership(partnership, alice, hana, login):
    meeting = make_meeting(partnership, hana)
    Partnership.objects.update(status="terminated")

    assert login(alice).get(address("meeting-create", partnership)).status_code == 403
    with pytest.raises(ValidationError, match="nothing more"):
        change_meeting(meeting, present=[], seen_version=1, by=alice)


def test_who_may_read_and_write(partnership, alice, bob, hana, client, login):
    meeting = make_meeting(partnership, hana)
    outsider = make_member(partnership, user=make_user(), starts_on=day(-9), ends_on=day(-1)).contact.user

    for page in (
        meeting.get_absolute_url(),
        f"{meeting.get_absolute_url()}edit/",
        address("meeting-list", partnership),
    ):
        assert login(hana.user).get(page).status_code == 200
        assert login(bob).get(page).status_code == 404
        assert login(outsider).get(page).status_code == 404
        assert client.get(page).status_code == 302
    delete = address("meeting-delete", partnership, meeting.pk)
    assert login(hana.user).post(delete).status_code == 403
    assertRedirects(login(alice).post(delete), address("meeting-list", partnership))


def test_a_meeting_that_something_names_stays(partnership, alice, hana, login):
    named, talked = make_meeting(partnership, hana), make_meeting(partnership, hana)
    make_contribution(partnership, source=f"meeting:{named.pk}:contact:{hana.pk}", state="rejected")
    make_comment(partnership, "Well done", about=talked)

    for meeting, words in ((named, "Contributions have been taken"), (talked, "comments are about")):
        with pytest.raises(ValidationError, match=words):
            delete_meeting(meeting, by=alice)
        response = login(alice).post(address("meeting-delete", partnership, meeting.pk))
        assertContains(response, words, status_code=409)


def test_actions_become_follow_ups(partnership, hana, login):
    meeting = make_meeting(partnership, hana)
    data = {
        "title": "Buy two dummies",
        "owner": hana.pk,
        "priority": "normal",
        "about": f"meeting:{meeting.pk}",
        "next": meeting.get_absolute_url(),
    }

    response = login(hana.user).post(address("follow-up-add", partnership), data)

    assertRedirects(response, meeting.get_absolute_url())
    assert FollowUp.objects.get().subject == meeting
    assertContains(login(hana.user).get(meeting.get_absolute_url()), "Buy two dummies")


def test_calendars_know_meetings(partnership, hana, rolf):
    meeting = make_meeting(partnership, hana, title="Ward round")
    seen = Partnership.objects.filter(pk=partnership.pk)

    whole = list(meeting_events(Audience(user=rolf.user, partnerships=seen)))
    own = [list(meeting_events(Audience(user=who.user, partnerships=seen, is_personal=True))) for who in (hana, rolf)]

    assert [event.uid for event in whole] == [f"meeting-{meeting.pk}"]
    assert "Ward round" in whole[0].title
    assert [len(events) for events in own] == [1, 0]


@pytest.mark.parametrize("wrong", [{"kind": "party"}, {"minutes": 0}, {"minutes": 1441}])
def test_the_database_keeps_the_rules_too(partnership, wrong):
    make_meeting(partnership)

    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.update(**wrong)


# --- Time counts once -------------------------------------------------------------------------------------------------
def at(minutes):
    return NOON + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(0, 60), (60, 60)], [60, 60]),
        ([(0, 60), (30, 60)], [60, 30]),
        ([(0, 60), (0, 60)], [60, 0]),
        ([(0, 60), (10, 20)], [60, 0]),
        ([(0, 60), (0, 90), (30, 90)], [60, 30, 30]),
        ([(10, 10), (30, 10), (0, 60)], [0, 0, 60]),
    ],
)
def test_two_meetings_at_a_time_do_not_count_the_minutes_twice(partnership, hana, spans, expected):
    meetings = [make_meeting(partnership, hana, at=at(start), minutes=long) for start, long in spans]
    rows = [meeting.attendees.select_related("meeting").get() for meeting in meetings]

    minutes = own_minutes(rows)

    assert [minutes[row.pk] for row in rows] == expected


def test_what_the_ledger_has_keeps_its_minutes_and_what_was_dismissed_comes_last(partnership, hana):
    first, second = make_meeting(partnership, hana, at=at(0)), make_meeting(partnership, hana, at=at(30))
    rows = [meeting.attendees.select_related("meeting").get() for meeting in (first, second)]
    sources = [f"meeting:{meeting.pk}:contact:{hana.pk}" for meeting in (first, second)]

    taken = own_minutes(rows, taken={sources[1]: 60})
    late = own_minutes(rows, late={sources[0]})
    half = own_minutes(rows, taken={sources[1]: 30})

    assert [taken[row.pk] for row in rows] == [30, 60]
    assert [half[row.pk] for row in rows] == [60, 30]
    assert [late[row.pk] for row in rows] == [30, 60]


def test_two_people_each_count_their_own_minutes(partnership, hana, rolf, login):
    both = make_meeting(partnership, hana, rolf, at=at(0))
    make_meeting(partnership, rolf, at=at(0))

    rows = list(Attendee.objects.select_related("meeting"))
    assert sum(own_minutes(rows).values()) == 120
    page = login(hana.user).get(both.get_absolute_url())
    assertNotContains(page, "in another meeting at the same time")
    other = Meeting.objects.exclude(pk=both.pk).get()
    assertContains(login(hana.user).get(other.get_absolute_url()), "60 minutes count in another meeting")


def test_a_meeting_lasts_until_its_end(partnership):
    meeting = make_meeting(partnership, at=timezone.now() - timedelta(minutes=30), minutes=60)
    assert not meeting.is_over
    meeting.minutes = 20
    assert meeting.is_over
