"""The pages of exchanges: writing a request, answering it, people, agenda, costs and checklists."""

import pytest
from django.core import mail
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from partnerships.exchange_reading import countable_days
from partnerships.models import Exchange
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.exchanges import (
    bring_to,
    days,
    fresh,
    make_crew,
    make_exchange,
    make_traveller,
    submit,
)
from tests.factories.workplan import make_activity, make_leads, make_objective, make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active", name="Lyon – Bamako")


@pytest.fixture
def leads(partnership):
    return make_leads(partnership)


@pytest.fixture
def exchange(partnership):
    exchange = make_exchange(partnership, title="Birth care in Oslo")
    make_traveller(exchange, contact=make_contact(name="Tabitha Wanjiru"))
    return exchange


def address(name, exchange, *more):
    return reverse(f"partnerships:{name}", args=[exchange.reference, *more])


def typed(partnership, **fields):
    parties = {party.side: party.pk for party in partnership.participations.all()}
    return {
        "title": "Birth care in Oslo",
        "kind": "training",
        "working_days": "2",
        "purpose": "Learn to use the vacuum",
        "sending": parties["host"],
        "receiving": parties["resource"],
        "country": "NO",
        "place": "Oslo",
        "starts_on": days(120).isoformat(),
        "ends_on": days(130).isoformat(),
        "zone": "country",
        "home_zone": "country",
        "unplanned_reason": "It came up in a call",
        **fields,
    }


def create(client, partnership, **fields):
    return client.post(reverse("partnerships:exchange-create", args=[partnership.slug]), typed(partnership, **fields))


# --- Writing a request ------------------------------------------------------------------------------------------------
def test_a_new_request_proposes_the_usual_zones_of_the_countries(login, alice, partnership, exchange):
    blank = login(alice).get(reverse("partnerships:exchange-create", args=[partnership.slug])).context["form"]
    kept = login(alice).get(address("exchange-edit", exchange)).context["form"]

    assert (blank["zone"].value(), blank["home_zone"].value()) == ("country", "country")
    assert (kept["zone"].value(), kept["home_zone"].value()) == ("Europe/Oslo", "Africa/Nairobi")


def test_a_request_is_written_down_with_zones_and_a_checklist(login, alice, partnership):
    response = create(login(alice), partnership)

    exchange = Exchange.objects.get()
    assertRedirects(response, exchange.get_absolute_url())
    assert (exchange.reference, exchange.state) == (f"{partnership.reference}-X1", "draft")
    assert (exchange.zone, exchange.home_zone) == ("Europe/Oslo", "Africa/Nairobi")
    assert exchange.checklist.filter(traveller=None).count() == 17
    assert partnership.entries.first().verb == "exchange.created"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"ends_on": days(119).isoformat()}, "The last day cannot be before the first."),
        ({"working_days": "12"}, "There are not that many days"),
        ({"working_days": "-1"}, "This cannot be less than zero."),
        ({"country": "XX"}, "XX is not one of the available choices"),
        ({"zone": "Europe/Nowhere"}, "not one of the available choices"),
        ({"starts_on": "31.31.2026"}, "Enter a valid date"),
        ({"title": ""}, "This field is required"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(login, alice, partnership, fields, words):
    response = create(login(alice), partnership, **fields)

    assertContains(response, words, status_code=400)
    assertContains(response, "Learn to use the vacuum", status_code=400)
    assert not Exchange.objects.exists()


def test_an_organization_sends_nobody_to_itself(login, alice, partnership):
    same = partnership.participations.get(side="host").pk

    response = create(login(alice), partnership, receiving=same)

    assertContains(response, "cannot send people to itself", status_code=400)


def test_an_activity_and_a_reason_why_there_is_none_exclude_each_other(login, alice, partnership):
    activity = make_activity(make_objective(make_plan(partnership)))

    both = create(login(alice), partnership, activity=activity.pk)
    one = create(login(alice), partnership, activity=activity.pk, unplanned_reason="")

    assertContains(both, "not both", status_code=400)
    assert one.status_code == 302
    assert Exchange.objects.get().activity == activity


def test_a_stale_edit_is_answered_with_both_values(login, alice, exchange):
    client, url = login(alice), address("exchange-edit", exchange)
    data = typed(exchange.partnership, version=fresh(exchange).version, zone="Europe/Oslo", home_zone="UTC")
    first = client.post(url, {**data, "place": "Bergen"})
    second = client.post(url, {**data, "place": "Tromsø"})

    assert (first.status_code, second.status_code) == (302, 409)
    assertContains(second, "Bergen", status_code=409)
    assertContains(second, "Tromsø", status_code=409)
    assert fresh(exchange).place == "Bergen"


def test_what_was_asked_for_is_not_changed_behind_their_backs(login, alice, exchange):
    submit(exchange)

    edited = login(alice).post(address("exchange-edit", exchange), typed(exchange.partnership, version=1))
    added = login(alice).post(address("traveller-add", exchange), {"contact": make_contact().pk})

    assert (edited.status_code, added.status_code) == (409, 409)
    assert fresh(exchange).travellers.count() == 1


# --- Two places at once -----------------------------------------------------------------------------------------------
def test_nobody_is_on_two_exchanges_at_once(login, alice, partnership, exchange):
    person = make_member(partnership, contact=exchange.travellers.get().contact).contact
    other = make_exchange(partnership, starts_on=days(130), ends_on=days(133))

    response = login(alice).post(address("traveller-add", other), {"contact": person.pk})

    assertContains(response, "Tabitha Wanjiru is on “Birth care in Oslo”", status_code=400)
    assert not other.travellers.exists()
    free = make_exchange(partnership, starts_on=days(131), ends_on=days(133))
    assert login(alice).post(address("traveller-add", free), {"contact": person.pk}).status_code == 302


def test_an_exchange_that_is_not_seen_is_not_named(login, alice, partnership, exchange):
    person = exchange.travellers.get().contact
    Exchange.objects.filter(pk=exchange.pk).update(title="Secret journey")
    bob = make_user(is_coordinator=True)
    theirs = make_partnership(coordinator=bob, status="active")
    make_member(theirs, contact=person)
    other = make_exchange(theirs, starts_on=days(125), ends_on=days(140))

    response = login(bob).post(address("traveller-add", other), {"contact": person.pk})

    assertContains(response, "is on another exchange from", status_code=400)
    assertNotContains(response, "Secret journey", status_code=400)


def test_new_days_are_refused_when_somebody_is_away_then(login, alice, partnership, exchange):
    person = exchange.travellers.get().contact
    later = make_exchange(partnership, starts_on=days(150), ends_on=days(155))
    make_traveller(later, contact=person)
    data = typed(partnership, version=fresh(later).version, zone="UTC", home_zone="UTC")

    response = login(alice).post(address("exchange-edit", later), data)

    assertContains(response, "Tabitha Wanjiru is on", status_code=400)
    assert fresh(later).starts_on == days(150)


@pytest.mark.parametrize("state", ["cancelled", "rejected"])
def test_an_exchange_that_does_not_take_place_takes_no_days(partnership, exchange, state):
    words = {"reason_code": "visa", "state_reason": "None"} if state == "cancelled" else {}
    Exchange.objects.update(state=state, closed_on=days(0), delete_data_on=days(30), **words)

    other = make_exchange(partnership, starts_on=days(121), ends_on=days(122))

    assert make_traveller(other, contact=exchange.travellers.get().contact).pk


# --- Answers ----------------------------------------------------------------------------------------------------------
def test_the_sides_answer_one_after_the_other(
    login, alice, partnership, leads, exchange, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        login(alice).post(address("exchange-move", exchange), {"to": "submitted"})
    assert {to for message in mail.outbox for to in message.to} == {leads["host"].email}
    page = login(leads["host"]).get(exchange.get_absolute_url())
    assertContains(page, "Your answer is asked for")
    assertNotContains(login(leads["resource"]).get(exchange.get_absolute_url()), "Your answer is asked for")

    data = {"decision": "approved", "version": fresh(exchange).version}
    too_early = login(leads["resource"]).post(address("exchange-answer", exchange), data)
    said = login(leads["host"]).post(address("exchange-answer", exchange), data)

    assert (too_early.status_code, said.status_code) == (409, 302)
    assert fresh(exchange).state == "sending_approved"


def test_who_speaks_for_no_side_does_not_answer(login, alice, partnership, leads, exchange):
    member = make_user()
    make_member(partnership, side="host", role="technical", user=member)
    submit(exchange)
    data = {"decision": "approved", "version": fresh(exchange).version}

    response = login(member).post(address("exchange-answer", exchange), data)

    assert response.status_code == 403
    assert fresh(exchange).state == "submitted"


def test_the_only_traveller_does_not_approve_the_journey(login, partnership, leads):
    exchange = make_exchange(partnership)
    make_traveller(exchange, contact=leads["host"].contact)
    submit(exchange)
    data = {"decision": "approved", "version": fresh(exchange).version}

    response = login(leads["host"]).post(address("exchange-answer", exchange), data)

    assertContains(response, "You are the only traveller", status_code=409)
    Exchange.objects.update(state="draft")
    make_traveller(fresh(exchange))
    submit(fresh(exchange))
    data["version"] = fresh(exchange).version
    assert login(leads["host"]).post(address("exchange-answer", exchange), data).status_code == 302


def test_an_answer_to_another_request_than_the_one_read_is_not_taken(login, leads, exchange):
    submit(exchange)

    response = login(leads["host"]).post(
        address("exchange-answer", exchange), {"decision": "approved", "version": fresh(exchange).version - 1}
    )

    assertContains(response, "Please read it again", status_code=409)
    assert fresh(exchange).state == "submitted"


@pytest.mark.parametrize("decision", ["returned", "rejected"])
def test_a_no_says_why(login, leads, exchange, decision):
    submit(exchange)
    data = {"decision": decision, "version": fresh(exchange).version, "comment": " "}

    response = login(leads["host"]).post(address("exchange-answer", exchange), data)

    assertContains(response, "Please say why.", status_code=400)
    assert fresh(exchange).state == "submitted"


# --- The whole way ----------------------------------------------------------------------------------------------------
def test_a_closed_exchange_counts_each_day_once(login, alice, partnership):
    traveller = make_crew(partnership)
    exchange = bring_to(traveller.exchange, "reporting")
    client = login(alice)
    assert countable_days(exchange.travellers.all()) == []

    refused = client.post(address("exchange-move", exchange), {"to": "closed"})
    client.post(address("traveller-waive", exchange, traveller.pk), {"reason": "It is in the joint report"})
    client.post(address("traveller-days", exchange, traveller.pk), {"days": "6.5"})
    client.post(address("exchange-no-costs", exchange))
    closed = client.post(address("exchange-move", exchange), {"to": "closed"})

    assertContains(refused, "the trip report of Tabitha Wanjiru", status_code=409)
    assert closed.status_code == 302
    counted = countable_days(fresh(exchange).travellers.all())
    assert [(row.side, str(row.days), row.from_on, row.until_on) for row in counted] == [
        ("host", "6.5", days(-12), days(-2))
    ]
    assert fresh(exchange).delete_data_on == days(30)


def test_pages_of_every_state_open_for_everybody_on_the_team(login, alice, partnership, leads):
    traveller = make_crew(partnership)
    exchange = traveller.exchange
    for state in ("submitted", "host_approved", "preparing", "ready", "travelling", "returned", "reporting"):
        Exchange.objects.filter(pk=exchange.pk).update(state="draft", starts_on=days(120), ends_on=days(130))
        exchange.approvals.all().delete()
        if state != "submitted":
            exchange.travellers.all().delete()
            traveller = make_traveller(fresh(exchange))
        exchange = bring_to(exchange, state, leads=leads)
        for user in (alice, leads["host"], leads["resource"]):
            client = login(user)
            for page in (
                exchange.get_absolute_url(),
                exchange.travellers.first().get_absolute_url(),
                address("traveller-checklist", exchange, exchange.travellers.first().pk),
                *(address(name, exchange) for name in ("exchange-agenda", "exchange-costs", "host-checklist")),
            ):
                assert client.get(page).status_code == 200, (state, page)
