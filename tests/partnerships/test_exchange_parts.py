"""Agenda, costs and checklists of an exchange, and where else exchanges appear."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from partnerships.actions.exchange_steps import answer_exchange
from partnerships.exchange_guards import missing_to_go, why_not_answer
from partnerships.exchange_permissions import who_clear
from partnerships.models import ChecklistItem, Contact, Exchange, ExchangeCost, FollowUp, ProgrammeStaff
from partnerships.waiting import rows_waiting
from tests.factories import make_contact, make_partnership, make_programme, make_user
from tests.factories.exchanges import (
    approve,
    bring_to,
    days,
    fresh,
    make_crew,
    make_exchange,
    make_traveller,
    submit,
)
from tests.factories.following import make_follow_up
from tests.factories.funding import make_staff
from tests.factories.workplan import make_leads

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


# --- Agenda, costs, checklists ----------------------------------------------------------------------------------------
def test_the_agenda_is_read_in_both_local_times(login, alice, exchange):
    Exchange.objects.update(starts_on="2027-01-10", ends_on="2027-01-20")
    data = {"on": "2027-01-11", "starts_at": "22:30", "ends_at": "23:30", "title": "Night round"}

    login(alice).post(address("exchange-agenda", exchange), data)

    page = login(alice).get(address("exchange-agenda", exchange))
    assertContains(page, "22:30–23:30")
    assertContains(page, "at home 00:30–01:30")
    assertContains(page, "(the day after)")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"ends_at": "07:00"}, "The end must be after the beginning."),
        ({"on": "2031-01-01"}, "This day is not within the exchange."),
        ({"starts_at": "27:00"}, "Enter a valid time."),
    ],
)
def test_an_agenda_item_fits_the_exchange(login, alice, exchange, fields, words):
    data = {"on": days(121).isoformat(), "starts_at": "08:00", "title": "Welcome", **fields}

    response = login(alice).post(address("exchange-agenda", exchange), data)

    assertContains(response, words, status_code=400)
    assert not exchange.agenda.exists()


def test_planned_costs_stay_as_both_sides_read_them(login, alice, leads, exchange):
    client = login(alice)
    line = {"kind": "air", "paid_by": "programme", "currency": "usd", "planned": "900.50"}
    client.post(address("exchange-costs", exchange), line)
    cost = exchange.costs.get()
    approve(exchange, leads)

    client.post(address("cost-edit", exchange, cost.pk), {**line, "planned": "1", "actual": "870", "version": 1})
    gone = client.post(address("cost-remove", exchange, cost.pk))
    client.post(address("exchange-costs", exchange), {**line, "planned": "5", "kind": "visa", "actual": "60"})

    lines = [(each.kind, str(each.planned), str(each.actual)) for each in exchange.costs.all()]
    assert lines == [("air", "900.50", "870.00"), ("visa", "None", "60.00")]
    assert gone.status_code == 409


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"currency": "XXY"}, "is not a currency"), ({"planned": "-5"}, "greater than or equal to 0"), ({}, "planned")],
)
def test_a_line_of_the_costs_is_an_amount_of_money(login, alice, exchange, fields, words):
    line = {"kind": "air", "paid_by": "programme", "currency": "USD", "planned": "", **fields}

    response = login(alice).post(address("exchange-costs", exchange), line)

    assertContains(response, words, status_code=400)
    assert not exchange.costs.exists()


def test_a_go_falls_when_something_is_to_be_done_again(login, alice, leads, exchange):
    traveller = bring_to(exchange, "ready", leads=leads).travellers.get()
    assert traveller.verdict == "go"
    item = traveller.checklist.first()

    url = address("traveller-checklist", exchange, traveller.pk)
    client = login(alice)
    form = client.get(url).context["form"]

    client.post(url, {name: form[name].value() for name in form.fields} | {f"state_{item.pk}": "pending"})

    traveller.refresh_from_db()
    assert traveller.verdict == ""
    assert exchange.partnership.entries.first().verb == "traveller.verdict_void"


def test_a_risk_is_settled_with_what_is_done_about_it(login, alice, leads, exchange):
    approve(exchange, leads)
    traveller = exchange.travellers.get()
    risks = [
        ChecklistItem.objects.create(
            exchange=exchange, traveller=traveller, slug=f"risk-{name}", position=90, text=f"Risk: {name}"
        )
        for name in ("road", "heat", "crime")
    ]
    client, url = login(alice), address("traveller-checklist", exchange, traveller.pk)
    ticked = {f"state_{item.pk}": "done" for item in traveller.checklist.all()}
    ticked |= {f"note_{risks[0].pk}": "A driver the hospital knows – Peter", f"state_{risks[2].pk}": "not_needed"}

    refused = client.post(url, ticked)

    assertContains(refused, "Write what is done about this risk, and by whom.", status_code=400)
    assert refused.context["form"].errors.keys() == {f"note_{risks[1].pk}"}
    assertContains(refused, "A driver the hospital knows", status_code=400)
    assert not traveller.checklist.exclude(state="pending").exists()
    client.post(url, ticked | {f"note_{risks[1].pk}": "No work outside at noon – Grace"})
    assert not traveller.checklist.filter(state="pending").exists()
    judge = address("traveller-judge", exchange, traveller.pk)

    # One that was ticked before a note was asked for.
    ChecklistItem.objects.filter(pk=risks[1].pk).update(note="")
    held = client.post(judge, {"verdict": "controls", "note": "Seat belts"})
    assertContains(held, "the note beside 1 risk of the checklist", status_code=409)
    with_notes = missing_to_go(fresh(exchange).travellers.get())
    assert "the note beside 1 risk of the checklist: what is done about it, and by whom" in with_notes
    assert client.post(judge, {"verdict": "no_go", "note": "Too hot"}).status_code == 302
    ChecklistItem.objects.filter(pk=risks[1].pk).update(note="No work outside at noon – Grace")
    assert client.post(judge, {"verdict": "controls", "note": "Seat belts"}).status_code == 302
    assert not any("risk" in each for each in missing_to_go(fresh(exchange).travellers.get()))


def test_travellers_tick_their_own_list_and_say_no_go_for_themselves_never(login, partnership):
    traveller = make_crew(partnership)
    client, exchange = login(traveller.contact.user), traveller.exchange
    items = list(traveller.checklist.all())

    ticked = client.post(
        address("traveller-checklist", exchange, traveller.pk), {f"state_{item.pk}": "done" for item in items}
    )
    hosts = client.post(address("host-checklist", exchange), {})
    judged = client.post(address("traveller-judge", exchange, traveller.pk), {"verdict": "go"})

    assert (ticked.status_code, hosts.status_code, judged.status_code) == (302, 403, 403)
    assert traveller.checklist.filter(state="done").count() == len(items)


def test_taking_somebody_off_after_the_request_asks_why(login, alice, leads, exchange):
    approve(exchange, leads)
    traveller = exchange.travellers.get()
    url = address("traveller-remove", exchange, traveller.pk)

    asked = login(alice).post(url, {"reason": ""})
    done = login(alice).post(url, {"reason": "Broke a leg"})

    assertContains(asked, "Please say why.", status_code=400)
    assertRedirects(done, exchange.get_absolute_url())
    assert not fresh(exchange).travellers.exists()


# --- Where else exchanges appear --------------------------------------------------------------------------------------
def test_what_waits_for_each(login, alice, partnership, leads):
    traveller = make_crew(partnership)
    submit(traveller.exchange)

    assertContains(login(leads["host"]).get("/waiting/"), "An exchange to approve")
    assertNotContains(login(leads["resource"]).get("/waiting/"), "An exchange to approve")
    assertContains(login(traveller.contact.user).get("/waiting/"), "You are asked to travel")


def test_a_request_waits_for_exactly_those_who_may_answer(alice, bob, admin, partnership, leads):
    """At each step, for everybody around: the list and the guard of the answer say the same."""
    partnership.programme = make_programme(clearance_above="100", currency="USD")
    partnership.save()
    exchange, own = make_exchange(partnership), make_exchange(partnership)
    ExchangeCost.objects.create(exchange=exchange, kind="air", currency="USD", planned=101)
    make_traveller(exchange)
    make_traveller(own, contact=Contact.objects.get(user=leads["host"]))
    lead_elsewhere = make_leads(make_partnership(coordinator=bob, status="active"))["host"]
    manager, officer, elsewhere = (
        make_staff(partnership.programme, role=role).user for role in ("manager", "officer", "manager")
    )
    ProgrammeStaff.objects.filter(user=elsewhere).update(programme=make_programme())
    people = [alice, bob, admin, manager, officer, elsewhere, lead_elsewhere, *leads.values()]
    submit(own)
    for step in ("submitted", "sending", "resource", "programme"):
        if step == "submitted":
            submit(exchange)
        else:
            by = {"sending": leads["host"], "resource": leads["resource"], "programme": manager}[step]
            answer_exchange(fresh(exchange), "approved", seen_version=fresh(exchange).version, by=by)
        for person in people:
            if step == "resource":
                assert bool(why_not_answer(person, fresh(exchange))) == (person not in (manager, admin)), person
            told = {one.url for one in rows_waiting(person) if one.kind == "exchange-approval"}
            may = {each.get_absolute_url() for each in (exchange, own) if not why_not_answer(person, fresh(each))}
            assert told == may, (step, person)


@pytest.mark.parametrize("programme", [True, False])
def test_nobody_clears_what_they_asked_for(settings, alice, admin, partnership, leads, programme):
    """Whoever wrote the request or sent it off leaves the clearance to somebody else, whatever their role."""
    settings.EXCHANGE_CLEARANCE_ABOVE = 100
    if programme:
        partnership.programme = make_programme(clearance_above="100", currency="USD")
        partnership.save()
        make_staff(partnership.programme, user=alice, role="manager")
    exchange = make_exchange(partnership, by=make_user())
    ExchangeCost.objects.create(exchange=exchange, kind="air", currency="USD", planned=101)
    make_traveller(exchange)
    approve(exchange, leads)
    assert fresh(exchange).submitted_by == alice

    other = make_user()
    for wrote, sent, asked in ((alice, admin, []), (other, alice, [admin]), (other, other, [alice])):
        Exchange.objects.filter(pk=exchange.pk).update(created_by=wrote, submitted_by=sent)
        for person in (alice, admin):
            why = why_not_answer(person, fresh(exchange))
            told = [one for one in rows_waiting(person) if one.kind == "exchange-approval"]
            is_asker = person in (wrote, sent)
            assert (("You asked for this exchange" in why), bool(told)) == (is_asker, not is_asker), (
                wrote,
                sent,
                person,
            )
        assert who_clear(fresh(exchange)) == asked


def test_follow_ups_can_be_about_an_exchange(login, alice, partnership, exchange):
    make_follow_up(partnership, about=exchange, title="Book the hall")

    assert FollowUp.objects.get().subject_id == exchange.pk
    assertContains(login(alice).get(exchange.get_absolute_url()), "one thing to be done")


def test_the_history_tells_it(login, alice, partnership, leads, exchange):
    approve(exchange, leads)

    page = login(alice).get(reverse("partnerships:partnership-history", args=[partnership.slug]))

    assertContains(page, f"approved the exchange {exchange.reference}, “Birth care in Oslo”")
    assertContains(page, "put Tabitha Wanjiru on the exchange")


@pytest.mark.parametrize("page", ["", "agenda/", "costs/", "checklist/"])
def test_pages_do_not_cost_more_with_travellers(login, alice, leads, exchange, page):
    client, counts = login(alice), []
    for n in (0, 4):
        Exchange.objects.update(state="draft")
        for _each in range(n):
            make_traveller(fresh(exchange))
        client.get(f"{exchange.get_absolute_url()}{page}")
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"{exchange.get_absolute_url()}{page}").status_code == 200
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 15
