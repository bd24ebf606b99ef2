"""Participants of a workshop from a spreadsheet: seats in the order of the file, nobody twice, every refusal told."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories import make_member, make_partnership
from tests.factories.workshops import make_person, make_workshop, put

pytestmark = pytest.mark.django_db
HEAD = "Name,E-mail,Organization,Country,Cadre\n"
THREE = HEAD + "Akinyi,a@example.org,Mwanga Hill,KE,Midwife\nBaraka,,Mwanga Hill,Kenya,\nChipo,c@example.org,,,\n"


@pytest.fixture
def workshop(alice):
    return make_workshop(make_partnership(status="active", coordinator=alice), state="approved", capacity=2)


def csv_file(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("people of May.csv", text.encode())


def address(workshop, step: str = "import", kind: str = "participants") -> str:
    return reverse(f"bulk-{step}-into", args=[kind, workshop.reference])


def look(client, workshop, text: str):
    return client.post(address(workshop), {"file": csv_file(text)})


def take(client, workshop, page):
    return client.post(address(workshop, "take"), {"file": page.context["token"]}, follow=True)


def states(workshop) -> dict[str, str]:
    return dict(workshop.registrations.values_list("name", "state"))


def test_people_get_seats_in_the_order_of_the_file_and_the_preview_says_so(login, alice, workshop):
    client = login(alice)

    page = look(client, workshop, THREE)

    assert page.context["notes"] == [
        "Seats are left for 2; the other 1, from row 4 on, go on the waiting list.",
    ]
    assert not workshop.registrations.exists()

    done = take(client, workshop, page)

    assert "3 rows were added." in done.text
    assert states(workshop) == {"Akinyi": "seated", "Baraka": "seated", "Chipo": "waiting"}
    first = workshop.registrations.get(name="Akinyi")
    assert (first.post, first.country.code, first.source) == ("Midwife", "KE", "hand")
    entry = workshop.partnership.entries.get(verb="workshop.list_imported")
    assert (entry.actor, entry.data["n"]) == (alice, 3)
    assert "people" in entry.data["file"]
    story = client.get(reverse("partnerships:partnership-history", args=[workshop.partnership.slug])).text
    assert "put people on the list" in story
    assert "(3), from the file" in story


def test_nobody_overtakes_those_who_wait(login, alice, workshop):
    for name in ("One", "Two", "Waits"):
        make_person(workshop, name)
    workshop.capacity = 3
    workshop.save(update_fields=["capacity"])
    client = login(alice)

    page = look(client, workshop, THREE)
    take(client, workshop, page)

    assert "Seats are left for 0" in page.context["notes"][0]
    assert set(states(workshop).values()) == {"seated", "waiting"}
    assert states(workshop)["Akinyi"] == "waiting"


def test_without_a_limit_nothing_is_said_of_seats(login, alice):
    workshop = make_workshop(make_partnership(status="active", coordinator=alice), state="approved")

    assert look(login(alice), workshop, THREE).context["notes"] == []


def test_nobody_comes_on_the_list_twice(login, alice, workshop):
    make_person(workshop, "Akinyi Otieno", email="a@example.org")
    make_person(workshop, "Baraka", organization="MWANGA HILL")
    client = login(alice)

    page = look(client, workshop, THREE + "CHIPO,C@example.org,Elsewhere,,\nchipo,,,,\n")

    found = page.context["found"]
    assert [row.number for row in found.known] == [2, 3]
    assert [fresh.row.number for fresh in found.new] == [4]
    assert [fault.reasons for fault in found.faults] == [["The same as row 4."]] * 2
    take(client, workshop, page)
    take(client, workshop, look(client, workshop, THREE))
    assert workshop.registrations.count() == 3


def test_who_gave_up_the_seat_may_come_again(login, alice, workshop):
    from partnerships.actions.registration import leave

    leave(make_person(workshop, "Akinyi", email="a@example.org", organization="Mwanga Hill"))

    assert len(look(login(alice), workshop, THREE).context["found"].new) == 3


def test_what_is_wrong_with_a_row_is_told(login, alice, workshop):
    page = look(login(alice), workshop, HEAD + ",x@example.org,,,\nDawit,not-an-address,,Atlantis,\n")

    told = [" ".join(fault.reasons) for fault in page.context["found"].faults]
    assert told[0] == "Name is missing."
    assert "Atlantis" in told[1]


@pytest.mark.parametrize("state", ["idea", "closed", "cancelled"])
def test_a_workshop_that_takes_nobody_says_so(login, alice, workshop, state):
    put(workshop, state)
    client = login(alice)

    assert "Nobody is put on the list" in client.get(address(workshop)).text
    page = look(client, workshop, THREE)
    assert page.status_code == 400
    assert "Nobody is put on the list" in page.text


def test_a_list_that_closed_between_the_look_and_the_yes_takes_nobody(login, alice, workshop):
    client = login(alice)
    page = look(client, workshop, THREE)
    put(workshop, "cancelled")

    take(client, workshop, page)

    assert not workshop.registrations.exists()


def test_only_those_who_may_change_the_list_bring_one(login, bob, carol, workshop):
    make_member(workshop.partnership, user=carol, role="member")

    for step in ("import", "template"):
        assert login(bob).get(address(workshop, step)).status_code == 404
        assert login(carol).get(address(workshop, step)).status_code == 403
    for kind in ("contacts", "organizations", "users"):
        assert login(workshop.created_by).get(address(workshop, kind=kind)).status_code == 404
    assert login(workshop.created_by).get(reverse("bulk-import", args=["participants"])).status_code == 404


def test_the_page_of_the_list_leads_there_while_people_are_put_on_it(login, alice, carol, workshop):
    page = reverse("partnerships:registration-list", args=[workshop.reference])
    make_member(workshop.partnership, user=carol, role="member")

    assert address(workshop) in login(alice).get(page).text
    assert address(workshop) not in login(carol).get(page).text
    put(workshop, "closed")
    assert address(workshop) not in login(alice).get(page).text


def test_a_thousand_people_are_looked_at_with_few_questions(login, alice, workshop, django_assert_max_num_queries):
    text = HEAD + "".join(f"Person {n},p{n}@example.org,,KE,\n" for n in range(1000))
    client = login(alice)

    with django_assert_max_num_queries(12):
        page = look(client, workshop, text)

    assert len(page.context["found"].new) == 1000
