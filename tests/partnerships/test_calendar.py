"""Calendar addresses: private, renewable, and showing at every visit only what their owner sees then."""

from datetime import date, timedelta

import icalendar
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from partnerships.actions.calendar import make_feed
from partnerships.actions.follow_up import move_follow_up
from partnerships.actions.team import end_team_member
from partnerships.models import CalendarFeed, FollowUp
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.contributions import make_meeting
from tests.factories.following import make_follow_up
from tests.factories.toolkit import SIDES, make_document, make_tool, make_writer, only_response
from tests.factories.workshops import make_session, make_trainer, make_workshop, put
from toolkit.actions.saving import save_answers
from toolkit.actions.submitting import submit_part
from twinning.logs import mask

LIST, MAKE = "/calendars/", "/calendars/new/"


@pytest.fixture
def partnership(alice):
    return make_partnership(
        coordinator=alice, status="active", name="Lyon – Bamako", starts_on="2026-01-15", ends_on="2028-01-14"
    )


@pytest.fixture
def hana(partnership):
    contact = make_contact(name="Hana", user=make_user(name="Hana"))
    return make_member(partnership, side="host", contact=contact)


@pytest.fixture
def rolf(partnership):
    contact = make_contact(name="Rolf", user=make_user(name="Rolf"))
    return make_member(partnership, side="resource", contact=contact)


def days(n):
    return timezone.localdate() + timedelta(days=n)


def address(token):
    return reverse("partnerships:calendar-feed", args=[token])


def events(token, **headers):
    response = Client().get(address(token), **headers)
    assert response.status_code == 200
    calendar = icalendar.Calendar.from_ical(response.content)
    return {str(event["UID"]).partition("@")[0]: event for event in calendar.walk("VEVENT")}


def titles(token):
    return {str(event["SUMMARY"]) for event in events(token).values()}


def test_a_feed_is_a_calendar_that_programs_understand(partnership, hana, settings):
    settings.SITE_URL = "https://twinning.example.org"
    follow_up = make_follow_up(
        partnership, owner=hana.contact, title="Zażółć; gęślą, jaźń – " + "long " * 30, due_on=date(2030, 2, 28)
    )
    _feed, token = make_feed(hana.contact.user)

    response = Client().get(address(token))
    event = events(token)[f"follow-up-{follow_up.pk}-due"]

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "private, no-cache"
    assert "noindex" in response["X-Robots-Tag"]
    assert not response.cookies
    assert all(len(line) <= 75 for line in response.content.split(b"\r\n"))
    assert event["UID"] == f"follow-up-{follow_up.pk}-due@twinning.example.org"
    assert str(event["SUMMARY"]) == f"Due: {follow_up.title}"
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2030, 2, 28), date(2030, 3, 1))
    assert event["URL"] == f"https://twinning.example.org{follow_up.get_absolute_url()}"
    assert event["CLASS"] == "PRIVATE"


def test_what_has_its_hours_stands_at_them_with_its_place(partnership, hana):
    workshop = make_workshop(partnership, place="Kisumu", time_zone="Africa/Nairobi")
    trainer = make_trainer(workshop, contact=hana.contact)
    starts_at = timezone.now().replace(hour=22, minute=50, second=0, microsecond=0)
    session = make_session(workshop, starts_at=starts_at, room="Room 2", trainers=(trainer,))
    put(workshop, "planned")
    meeting = make_meeting(
        partnership, hana.contact, title="Ward round", at=starts_at, minutes=45, place="https://x.y/z"
    )
    _feed, token = make_feed(hana.contact.user)

    found = events(token)
    taught, met = found[f"workshop-session-{session.pk}"], found[f"meeting-{meeting.pk}"]

    assert (taught["DTSTART"].dt, taught["DTEND"].dt) == (starts_at, starts_at + timedelta(hours=2))
    assert taught["DTSTART"].to_ical().endswith(b"T225000Z")
    assert (str(taught["LOCATION"]), str(taught["TRANSP"])) == ("Kisumu, Room 2", "OPAQUE")
    assert (met["DTSTART"].dt, met["DTEND"].dt) == (starts_at, starts_at + timedelta(minutes=45))
    assert (str(met["SUMMARY"]), str(met["LOCATION"])) == ("Ward round", "Online")
    assert str(found[f"partnership-{partnership.pk}-start"]["TRANSP"]) == "TRANSPARENT"


def test_a_person_finds_their_own_and_the_dates_of_their_partnerships(partnership, alice, bob, hana, rolf):
    make_follow_up(partnership, owner=hana.contact, title="Hers", due_on=days(3))
    make_follow_up(partnership, owner=rolf.contact, title="His", due_on=days(3))
    make_follow_up(make_partnership(coordinator=bob), title="Elsewhere", due_on=days(3))
    make_document(partnership=partnership, title="Plan", due_on=days(5))
    _feed, token = make_feed(hana.contact.user)

    assert titles(token) == {
        "Due: Hers",
        "To hand in: Plan",
        "Lyon – Bamako begins",
        "Lyon – Bamako ends",
        "Lyon – Bamako: phase “Phase 1” was opened",
    }


def test_a_partnerships_calendar_holds_everybodys(partnership, alice, hana, rolf):
    make_follow_up(partnership, owner=hana.contact, title="Hers", due_on=days(3))
    make_follow_up(partnership, owner=rolf.contact, title="His", due_on=days(3))
    make_follow_up(partnership, owner=rolf.contact, title="Without a day")
    make_follow_up(partnership, owner=rolf.contact, title="Long ago", due_on=days(-500))
    _feed, token = make_feed(alice, partnership=partnership)

    assert {"Due: Hers", "Due: His"} == {title for title in titles(token) if title.startswith("Due")}


def test_a_sides_calendar_holds_what_that_side_is_to_do(partnership, alice, hana, rolf):
    make_follow_up(partnership, owner=hana.contact, title="Hers", due_on=days(3))
    make_follow_up(partnership, owner=rolf.contact, title="His", due_on=days(3))
    document = make_document(
        partnership=partnership, version=make_tool(mode="joint", form=SIDES), title="Plan", due_on=days(5)
    )
    tokens = {side: make_feed(alice, partnership=partnership, side=side)[1] for side in ("host", "resource")}
    assert {"Due: Hers", "To hand in: Plan"} <= titles(tokens["host"])
    assert "Due: His" not in titles(tokens["host"])

    response = only_response(document)
    save_answers(response, {"f_host": "x"}, response.revisions, by=make_writer("host"))
    submit_part(response, by=make_writer("host"))

    assert "To hand in: Plan" not in titles(tokens["host"])
    assert "To hand in: Plan" in titles(tokens["resource"])


def test_what_is_done_goes_and_what_stays_keeps_its_id(partnership, alice, hana):
    one, other = (make_follow_up(partnership, owner=hana.contact, due_on=days(n)) for n in (1, 2))
    _feed, token = make_feed(alice, partnership=partnership)
    before = set(events(token))
    FollowUp.objects.filter(pk=other.pk).update(due_on=days(9), title="Other words")
    move_follow_up(one, "done", by=alice)

    assert before - set(events(token)) == {f"follow-up-{one.pk}-due"}
    assert events(token)[f"follow-up-{other.pk}-due"]["DTSTART"].dt == days(9)


def test_whoever_left_the_team_sees_nothing_more(partnership, alice, hana):
    make_follow_up(partnership, owner=hana.contact, title="Hers", due_on=days(3))
    user = hana.contact.user
    tokens = [
        make_feed(user)[1], make_feed(user, partnership=partnership)[1],
        make_feed(user, partnership=partnership, side="host")[1],
    ]  # fmt: skip
    assert all(events(token) for token in tokens)

    end_team_member(hana, by=alice)

    for token in tokens:
        assert events(token) == {}
        assert "Lyon" not in Client().get(address(token)).content.decode()


def test_a_closed_account_and_wrong_addresses_get_one_answer(partnership, alice, hana, settings):
    settings.SHARE_MISSES_PER_MINUTE = 4
    _feed, token = make_feed(hana.contact.user)
    _feed, renewed = make_feed(hana.contact.user)
    wrong = [token, renewed + "x", "x"]
    assert [Client().get(address(each)).status_code for each in [*wrong, renewed]] == [404, 404, 404, 200]

    type(alice).objects.filter(pk=hana.contact.user.pk).update(is_active=False)

    assert Client().get(address(renewed)).status_code == 404
    blocked = Client().get(address("again"))
    assert (blocked.status_code, blocked["Retry-After"]) == (429, "60")


def test_it_is_sent_again_only_when_something_changed(partnership, alice, hana):
    follow_up = make_follow_up(partnership, owner=hana.contact, due_on=days(3))
    feed, token = make_feed(alice, partnership=partnership)
    first = Client().get(address(token))
    seen = {"HTTP_IF_NONE_MATCH": first["ETag"]}, {"HTTP_IF_MODIFIED_SINCE": first["Last-Modified"]}

    assert first.content == Client().get(address(token)).content
    for headers in seen:
        again = Client().get(address(token), **headers)
        assert (again.status_code, again.content) == (304, b"")
        assert again["Cache-Control"] == "private, no-cache"
    move_follow_up(follow_up, "done", by=alice)
    for headers in seen:
        assert Client().get(address(token), **headers).status_code == 200
    assert Client().head(address(token)).status_code == 200
    feed.refresh_from_db()
    assert feed.fetched_at


def test_reading_it_again_and_again_writes_nothing(partnership, alice, django_assert_num_queries, hana):
    for n in range(3):
        make_follow_up(partnership, owner=hana.contact, due_on=days(n))
    _feed, token = make_feed(alice, partnership=partnership)
    client = Client()
    client.get(address(token))

    with django_assert_num_queries(12) as seen:
        client.get(address(token))

    assert not [query for query in seen.captured_queries if query["sql"].startswith(("UPDATE", "INSERT"))]


# --- The page ---------------------------------------------------------------------------------------------------------
def test_the_address_is_shown_once_and_kept_nowhere(login, alice, partnership):
    client = login(alice)

    made = client.post(MAKE, {"partnership": partnership.slug, "side": "host"})

    url = made.context["made"]["url"]
    token = url.rpartition("/")[2].removesuffix(".ics")
    feed = CalendarFeed.objects.get()
    assert (feed.user, feed.partnership, feed.side) == (alice, partnership, "host")
    assert len(token) >= 43
    assert token not in str(CalendarFeed.objects.values().get())
    assertContains(made, url)
    assert "no-store" in made["Cache-Control"]
    assert Client().get(address(token)).status_code == 200
    assert token not in client.get(LIST).content.decode()


def test_renewing_ends_the_old_address(login, alice):
    client = login(alice)
    old, new = (client.post(MAKE).context["made"]["url"] for _time in range(2))

    assert CalendarFeed.objects.count() == 1
    assert [Client().get(url[url.index("/calendar/") :]).status_code for url in (old, new)] == [404, 200]


def test_ending_it_ends_it(login, alice, bob):
    feed, token = make_feed(alice)
    end = reverse("partnerships:calendar-end", args=[feed.pk])

    assert login(bob).post(end).status_code == 404
    assert Client().post(end).status_code == 302
    assert Client().get(address(token)).status_code == 200
    assert login(alice).post(end).status_code == 302
    assert Client().get(address(token)).status_code == 404


@pytest.mark.parametrize("sent", [{"partnership": "nowhere"}, {"side": "host"}, {"side": "odd"}])
def test_nonsense_makes_no_address(login, alice, sent):
    assert login(alice).post(MAKE, sent).status_code == 404
    assert not CalendarFeed.objects.exists()


def test_the_page_lists_the_addresses_that_are_there_and_offers_one_form_for_all_others(login, alice, partnership):
    others = [make_partnership(coordinator=alice) for _n in range(3)]
    client = login(alice)
    client.post(MAKE, {"partnership": partnership.slug, "side": "host"})

    page = client.get(LIST)

    assert [row["label"] for row in page.context["rows"]] == [f"{partnership.name}: {partnership.side_label('host')}"]
    offered = {slug for slug, _name in page.context["form"].fields["partnership"].choices}
    assert offered == {each.slug for each in (partnership, *others)}
    assert page.content.decode().count("Make an address") <= 3  # the words of two buttons, and the name of one


def test_an_address_for_what_is_no_longer_seen_is_not_listed(login, alice, bob, partnership):
    client = login(alice)
    client.post(MAKE, {"partnership": partnership.slug})
    partnership.coordinator = bob
    partnership.save(update_fields=["coordinator"])

    assert client.get(LIST).context["rows"] == []


def test_nobody_subscribes_to_what_they_do_not_see(login, bob, hana, partnership):
    assert login(bob).post(MAKE, {"partnership": partnership.slug}).status_code == 404
    assert login(bob).get(LIST).context["form"] is None
    assert partnership.name not in login(bob).get(LIST).content.decode()
    assert login(hana.contact.user).post(MAKE, {"partnership": partnership.slug}).status_code == 200


def test_the_database_keeps_the_rules_too(alice, partnership):
    make_feed(alice)
    for wrong in ({"side": "host"}, {"side": "odd", "partnership": partnership}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CalendarFeed.objects.create(user=alice, token_hash="other", **wrong)


def test_logs_do_not_hold_the_key():
    assert mask("GET /calendar/abc123.ics 200") == "GET /calendar/*** 200"
    assert mask("/accounts/mail/Mw:1xY:sig/") == "/accounts/mail/***/"
