"""Two people work through one checklist at once: each settles items, and nobody undoes what they have not seen."""

import pytest

from tests.factories import make_member, make_partnership
from tests.factories.exchanges import make_exchange
from tests.partnerships.test_exchange_pages import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def exchange(alice, bob):
    partnership = make_partnership(coordinator=alice, status="active")
    for side in ("host", "resource"):
        make_member(partnership, side=side, role="coordinator", user=bob if side == "resource" else None)
    return make_exchange(partnership)


def shown(client, url: str) -> dict:
    form = client.get(url).context["form"]
    return {name: form[name].value() for name in form.fields}


def test_different_items_are_both_settled(login, alice, bob, exchange):
    url = address("host-checklist", exchange)
    one, other = exchange.checklist.filter(traveller=None)[:2]
    alices, bobs = login(alice), login(bob)
    seen_by_alice, seen_by_bob = shown(alices, url), shown(bobs, url)

    first = alices.post(url, seen_by_alice | {f"state_{one.pk}": "done", f"note_{one.pk}": "Booked"})
    second = bobs.post(url, seen_by_bob | {f"state_{other.pk}": "done", f"note_{other.pk}": "Asked"})

    assert (first.status_code, second.status_code) == (302, 302)
    found = exchange.checklist.filter(pk__in=[one.pk, other.pk]).order_by("position")
    assert [(item.state, item.note) for item in found] == [("done", "Booked"), ("done", "Asked")]


def test_the_same_item_is_refused_with_what_stands_there(login, alice, bob, exchange):
    url = address("host-checklist", exchange)
    item, other = exchange.checklist.filter(traveller=None)[:2]
    alices, bobs = login(alice), login(bob)
    seen = shown(bobs, url)
    alices.post(url, shown(alices, url) | {f"state_{item.pk}": "done", f"note_{item.pk}": "Booked for May"})

    sent = {f"state_{item.pk}": "done", f"note_{item.pk}": "Booked for June", f"state_{other.pk}": "done"}
    late = bobs.post(url, seen | sent)

    assert late.status_code == 409
    assert "Somebody else put “Done – Booked for May” here meanwhile." in late.content.decode()
    item.refresh_from_db()
    other.refresh_from_db()
    assert (item.note, other.state) == ("Booked for May", "pending")
    form = late.context["form"]
    assert bobs.post(url, {name: form[name].value() for name in form.fields}).status_code == 302
    item.refresh_from_db()
    assert item.note == "Booked for June"


def test_an_old_page_sent_back_undoes_nothing(login, alice, bob, exchange):
    url = address("host-checklist", exchange)
    item = exchange.checklist.filter(traveller=None).first()
    seen = shown(login(bob), url)
    alices = login(alice)
    alices.post(url, shown(alices, url) | {f"state_{item.pk}": "done"})

    assert login(bob).post(url, seen).status_code == 302

    item.refresh_from_db()
    assert item.state == "done"


@pytest.mark.parametrize("seen", ["done Booked for June", "rubbish", ""])
def test_a_page_that_lies_about_what_it_saw_overwrites_nothing(login, alice, exchange, seen):
    url = address("host-checklist", exchange)
    item = exchange.checklist.filter(traveller=None).first()
    client = login(alice)
    client.post(url, shown(client, url) | {f"state_{item.pk}": "done", f"note_{item.pk}": "Booked"})

    sent = {f"seen_{item.pk}": seen, f"state_{item.pk}": "not_needed", f"note_{item.pk}": "No"}
    response = client.post(url, shown(client, url) | sent)

    assert response.status_code == 409
    item.refresh_from_db()
    assert (item.state, item.note) == ("done", "Booked")
