"""Pages of transfers: who does what on them, what is refused, what they keep; what waits, and when."""

import io

import openpyxl
import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from partnerships.calendars import Audience
from partnerships.facts import known_facts, row_facts
from partnerships.models import Partnership, SharedResource, Transfer, TransferCheck
from partnerships.sharing_registry import sharing_events
from partnerships.things import choices_for, find_thing, parse_choice
from partnerships.transfer_states import CostKind
from partnerships.waiting import rows_waiting
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.contributions import day
from tests.factories.sharing import details, fresh, make_receipt, make_resource, make_transfer, prepare

pytestmark = pytest.mark.django_db


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active", name="Lyon – Bamako")


def someone(partnership, side) -> User:
    organization = partnership.participations.get(side=side).organization
    contact = make_contact(name=f"Of the {side}", user=make_user(), organization=organization)
    return make_member(partnership, side=side, contact=contact).contact.user


@pytest.fixture
def rolf(partnership):
    """On the team of the side that gives."""
    return someone(partnership, "resource")


@pytest.fixture
def hana(partnership):
    """On the team of the side that receives."""
    return someone(partnership, "host")


def address(name, partnership, *more):
    return reverse(f"partnerships:{name}", args=[partnership.slug, *more])


def step(partnership, transfer, new):
    """What the form of a step posts."""
    found = details(fresh(transfer), new)
    data = {name: getattr(value, "pk", value) for name, value in found.items()}
    return address("transfer-move", partnership, transfer.number, new), data


ITEM = {
    "name": "Scale", "kind": "device", "quantity": "2", "condition": "new", "is_working": "on", "unit_value": "80",
    "value_basis": "market", "power": "230 V", "manual_language": "French", "running_costs": "None",
    "running_costs_payer": "receiver",
}  # fmt: skip


def test_each_side_takes_its_steps_from_the_offer_to_the_first_day_of_use(partnership, rolf, hana, login):
    giver, receiver = login(rolf), login(hana)
    parties = {party.side: party.pk for party in partnership.participations.all()}
    data = {"title": "Scales", "giver": parties["resource"], "receiver": parties["host"], "currency": "usd"}
    giver.post(address("transfer-create", partnership), data)
    transfer = Transfer.objects.get()
    assert (transfer.code, transfer.currency) == ("T1", "USD")
    page = transfer.get_absolute_url()
    assertContains(giver.get(page), "at least one item on the list")
    assertRedirects(giver.post(address("item-add", partnership, 1), ITEM), page)
    giver.post(address("item-add", partnership, 1), ITEM | {"name": "Toy"})
    assertContains(giver.get(page), "320.00")

    def move(client, new):
        place, posted = step(partnership, transfer, new)
        return client.post(place, posted).status_code

    assert (move(giver, "need_confirmed"), move(receiver, "need_confirmed")) == (403, 302)
    assertContains(receiver.get(page), "Answer the items")
    version = fresh(transfer).version
    answers = {"version": version, "answer_1": "accepted", "answer_2": "declined", "reason_2": ""}
    refused = receiver.post(address("transfer-answers", partnership, 1), answers)
    assertContains(refused, "Please say why.", status_code=400)
    answers["reason_2"] = "We have enough"
    assertRedirects(receiver.post(address("transfer-answers", partnership, 1), answers), page)
    assert move(receiver, "accepted") == 409
    costs = {f"payer_{kind}": "giver" for kind in CostKind}
    assertRedirects(giver.post(address("transfer-costs", partnership, 1), costs), page)
    assert (move(giver, "accepted"), move(receiver, "accepted")) == (403, 302)
    assert (move(receiver, "shipped"), move(giver, "shipped")) == (403, 302)
    assertContains(giver.get(page), "Write down that it is in customs")
    assert move(giver, "customs") == 302
    arrived = {"version": 1, "quantity_1": "2", "damaged_1": "0", "arrival_1": "good"}
    assert giver.post(address("transfer-receipt", partnership, 1), arrived).status_code == 403
    assertRedirects(receiver.post(address("transfer-receipt", partnership, 1), arrived), page)
    for new in ("received", "installed", "in_use"):
        assert move(receiver, new) == 302
    shown = receiver.get(page)
    assertContains(shown, "We have enough")
    assertContains(shown, "After 6 months of use")
    verbs = [entry.verb for entry in partnership.entries.all()]
    assert verbs.count("transfer.moved") == 7


def test_a_check_is_made_on_its_page(partnership, hana, rolf, login):
    make_transfer(partnership, state="in_use")
    client, place = login(hana), address("transfer-check", partnership, 1, 6)

    assert login(rolf).get(place).status_code == 403
    assertContains(client.get(place), "Check after 6 months")
    refused = client.post(place, {"version": 1, "use_1": "idle", "reason_1": "", "note": "Keep this"})
    assertContains(refused, "Please say why.", status_code=400)
    assertContains(refused, "Keep this", status_code=400)
    made = client.post(place, {"version": 1, "use_1": "idle", "reason_1": "No probes", "note": ""})
    assertRedirects(made, address("transfer-detail", partnership, 1))
    assert client.get(place).status_code == 409
    assert client.get(address("transfer-check", partnership, 1, 7)).status_code == 404
    use = address("item-use", partnership, 1, 1)
    assertContains(client.get(use), "In use")
    assertRedirects(client.post(use, {"use": "in_use"}), address("transfer-detail", partnership, 1))
    assertContains(client.post(use, {"use": "broken"}), "Please say why.", status_code=400)
    client.post(use, {"use": "retired", "reason": "Worn"})
    assert client.get(use).status_code == 409


def test_bad_input_is_said_at_its_field_and_loses_nothing(partnership, alice, login):
    transfer = make_transfer(partnership)
    client = login(alice)
    for wrong, words in (
        ({"quantity": "0"}, "greater than or equal to 1"),
        ({"quantity": "99999999999999999999"}, "less than or equal to"),
        ({"unit_value": "0"}, "more than zero"),
        ({"name": ""}, "This field is required"),
    ):
        refused = client.post(address("item-add", partnership, 1), ITEM | wrong)
        assertContains(refused, words, status_code=400)
        assertContains(refused, "230 V", status_code=400)
    same = {"title": "X", "giver": transfer.giver_id, "receiver": transfer.giver_id, "currency": "XXQ"}
    refused = client.post(address("transfer-create", partnership), same)
    assertContains(refused, "An organization cannot give to itself.", status_code=400)
    place, data = step(partnership, transfer, "need_confirmed")
    refused = client.post(place, data | {"need": ""})
    assertContains(refused, "This field is required", status_code=400)
    assert client.post(address("transfer-move", partnership, 1, "elsewhere")).status_code == 404
    assert client.post(address("transfer-move", partnership, 1, "shipped"), data).status_code in (400, 409)
    assert fresh(transfer).state == "offered"


def test_a_step_that_somebody_took_before_says_so(partnership, alice, login):
    transfer = make_transfer(partnership)
    place, data = step(partnership, transfer, "need_confirmed")
    client = login(alice)
    client.post(place, data)
    again = client.post(place, data)
    assertContains(again, "cannot become", status_code=409)


def test_answers_to_a_list_that_changed_are_not_taken(partnership, alice, login):
    transfer = make_transfer(partnership, state="need_confirmed")
    refused = login(alice).post(
        address("transfer-answers", partnership, 1), {"version": transfer.version - 1, "answer_1": "accepted"}
    )
    assertContains(refused, "changed this transfer meanwhile", status_code=409)
    assertContains(refused, f'value="{transfer.version}"', status_code=409)
    assert transfer.items.get().answer == "open"


def test_the_list_is_narrowed_down_and_its_items_are_taken_along(partnership, alice, bob, login):
    make_transfer(partnership, title="Scales", items=2)
    make_transfer(partnership, title="Beds", state="declined")
    client, place = login(alice), address("transfer-list", partnership)

    def titles(query):
        return [row.title for row in client.get(f"{place}?{query}").context["page"]]

    assert titles("") == ["Beds", "Scales"]
    assert titles("state=under_way") == titles("q=scal") == ["Scales"]
    assert titles("state=declined") == ["Beds"]
    assert titles("q=oximeter") == ["Beds", "Scales"]
    assert titles("side=host") == []
    book = client.get(reverse("toolkit:transfer-export", args=[partnership.slug, "xlsx"]) + "?q=scal")
    assert openpyxl.load_workbook(io.BytesIO(book.content)).active.max_row == 3
    csv = b"".join(client.get(reverse("toolkit:transfer-export", args=[partnership.slug, "csv"]))).decode()
    assert csv.count("Oximeter") == 3
    assert login(bob).get(place).status_code == 404


# --- Where people look for what concerns them -------------------------------------------------------------------------
def kinds(user):
    return sorted(one.text.split(" · ")[0] for one in rows_waiting(user))


def test_each_step_waits_for_its_side(partnership, alice, bob, rolf, hana):
    for state, receiver, giver in (
        ("offered", "Say whether it is needed", ""),
        ("need_confirmed", "Accept or decline each item", ""),
        ("accepted", "", "Accepted: it can be sent"),
        ("shipped", "On its way: write down when it arrives", ""),
        ("customs", "In customs: write down when it arrives", ""),
        ("received", "Received: have it installed", ""),
        ("installed", "Installed: put it to use", ""),
    ):
        transfer = make_transfer(partnership, state=state)
        assert kinds(hana) == ([receiver] if receiver else []), state
        assert kinds(rolf) == ([giver] if giver else []), state
        assert kinds(alice) == [receiver or giver], state
        assert kinds(bob) == [], state
        Transfer.objects.filter(pk=transfer.pk).delete()


def test_checks_wait_a_month_before_their_day_and_leave_when_they_are_made(partnership, alice, hana, rolf):
    transfer = make_transfer(partnership, state="in_use")
    first, second = transfer.checks.all()
    TransferCheck.objects.filter(pk=first.pk).update(due_on=day(-1))
    TransferCheck.objects.filter(pk=second.pk).update(due_on=day(31))

    (one,) = rows_waiting(hana)
    assert (one.kind, one.is_late, one.due_on) == ("transfer-check", True, day(-1))
    assert one.url == address("transfer-check", partnership, transfer.number, 6)
    assert len(list(rows_waiting(alice))) == 1
    assert list(rows_waiting(rolf)) == []

    TransferCheck.objects.filter(pk=first.pk).update(done_on=day(), done_by=alice)
    TransferCheck.objects.filter(pk=second.pk).update(due_on=day(30))
    assert [one.due_on for one in rows_waiting(hana)] == [day(30)]
    Partnership.objects.filter(pk=partnership.pk).update(status="closed")
    assert list(rows_waiting(hana)) == []


def test_calendars_hold_reviews_arrivals_and_checks(partnership, alice):
    resource = make_resource(partnership, state="published")
    make_resource(partnership)
    transfer = make_transfer(partnership, state="in_use")
    sent = make_transfer(partnership, state="shipped")
    Transfer.objects.filter(pk=sent.pk).update(expected_on=day(20))

    def uids(**fields):
        audience = Audience(user=alice, partnerships=Partnership.objects.visible_to(alice), **fields)
        return {event.uid for event in sharing_events(audience)}

    review = {f"resource-{resource.pk}-review"}
    checks = {f"transfer-check-{check.pk}-due" for check in transfer.checks.all() if check.due_on >= day(-400)}
    arrival = {f"transfer-{sent.pk}-arrival"}
    assert uids() == review | checks | arrival
    assert uids(side="resource") == review
    assert uids(side="host") == checks | arrival


def test_facts(partnership):
    assert row_facts(partnership) == set()
    make_resource(partnership, state="reviewed")
    make_transfer(partnership, state="customs")
    assert row_facts(partnership) == set()
    make_resource(partnership, state="review_due")
    make_transfer(partnership, state="in_use")
    assert row_facts(partnership) == {"resource:published", "transfer:received", "transfer:in-use"}
    make_transfer(partnership, state="closed")
    found = {"resource:published", "transfer:received", "transfer:in-use", "transfer:checked"}
    assert row_facts(partnership) == found
    assert found <= known_facts(Partnership.objects.get(pk=partnership.pk))


def test_follow_ups_and_comments_are_about_them(partnership, alice, bob, login):
    resource, transfer = make_resource(partnership), make_transfer(partnership)
    for kind, row in (("resource", resource), ("transfer", transfer)):
        thing = find_thing(partnership, kind, row.pk, alice)
        assert thing.url == row.get_absolute_url()
        assert find_thing(partnership, kind, row.pk, bob) is None
        assert parse_choice(partnership, alice, f"{kind}:{row.pk}").title == f"{row.code} {row.title}"
        assertContains(login(alice).get(row.get_absolute_url()), thing.talk_url)
        assertContains(login(alice).get(thing.talk_url), row.title)
    offered = {str(label) for label, _rows in choices_for(partnership, alice)}
    assert "Transfer of equipment" in offered
    assert "Shared resource" not in offered
    chosen = dict(choices_for(partnership, alice, chosen=f"resource:{resource.pk}"))
    assert "Shared resource" in chosen


def test_the_story_tells_of_them(partnership, alice, login):
    make_resource(partnership, title="Protocol A", state="published")
    transfer = make_transfer(partnership, title="Scales", state="customs")
    make_receipt(transfer, by=alice)

    page = login(alice).get(f"{address('partnership-history', partnership)}?part=resources")

    for words in ("published the shared resource R1, “Protocol A”", "from “Shipped” to “In customs”", "what arrived"):
        assertContains(page, words)


def test_administration_looks_and_does_not_touch(partnership, admin, login):
    resource, transfer = make_resource(partnership), make_transfer(partnership)
    client = login(admin)
    for name, row in (("sharedresource", resource), ("transfer", transfer)):
        assert client.get(reverse(f"admin:partnerships_{name}_changelist")).status_code == 200
        change = reverse(f"admin:partnerships_{name}_change", args=[row.pk])
        assert client.get(change).status_code == 200
        assert client.post(change, {"title": "x"}).status_code == 403
        assert client.post(reverse(f"admin:partnerships_{name}_delete", args=[row.pk])).status_code == 403


def test_pages_say_what_to_do_when_nothing_is_there(partnership, alice, hana, login):
    client = login(alice)
    assertContains(client.get(address("resource-list", partnership)), "Nothing is shared yet")
    assertContains(client.get(address("transfer-list", partnership)), "Nothing is offered yet")
    transfer = make_transfer(partnership, state="accepted")
    shown = login(hana).get(transfer.get_absolute_url())
    assertContains(shown, f"It waits for {transfer.giver.organization}")
    assertNotContains(shown, "transfers/1/edit/")
    prepare(make_transfer(partnership, state="need_confirmed"), "accepted", by=alice)
    assert SharedResource.objects.count() == 0
