"""Passports and health: who reads them, how they lie in the database, and when they go."""

import json

import pytest
from cryptography.fernet import Fernet
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from partnerships.actions.travel_data import delete_due_travel_data, open_travel_data, save_travel_data
from partnerships.exchange_guards import missing_to_go
from partnerships.models import Exchange, TravelData, TravelDataLog, Traveller
from partnerships.travel_seal import SealBrokenError, seal, unseal
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.exchanges import PASSPORT, days, fill_travel_data, fresh, make_crew, make_exchange, make_traveller
from twinning.locking import StaleError

pytestmark = pytest.mark.django_db


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active")


@pytest.fixture
def traveller(partnership):
    traveller = make_crew(partnership)
    fill_travel_data(traveller)
    return fresh(traveller.exchange).travellers.get()


@pytest.fixture
def tabitha(traveller):
    return traveller.contact.user


def page(traveller, name="travel-data", *more):
    return reverse(f"partnerships:{name}", args=[traveller.exchange.reference, traveller.pk, *more])


def log_of(traveller):
    rows = TravelDataLog.objects.filter(exchange=traveller.exchange_id).order_by("pk")
    return [(row.event, row.by_name) for row in rows]


# --- At rest ----------------------------------------------------------------------------------------------------------
def test_nothing_lies_readable_in_any_table(traveller):
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            rows = str(cursor.fetchall())
            for secret in ("AK0123456", "penicillin", "Sister Ruth", "Umoja"):
                assert secret not in rows, table


def test_a_seal_opens_for_its_owner_alone(traveller):
    sealed = seal({"health": "None"}, owner=7)

    assert unseal(sealed, owner=7) == {"health": "None"}
    for wrong in (sealed[:-4] + "AAAA", "", "gibberish", "žluť"):
        with pytest.raises(SealBrokenError):
            unseal(wrong, owner=7)
    with pytest.raises(SealBrokenError):
        unseal(sealed, owner=8)
    with pytest.raises(SealBrokenError):
        unseal(Fernet(Fernet.generate_key()).encrypt(b"{}").decode(), owner=7)


def test_keys_are_changed_without_losing_what_was_sealed(settings):
    old = seal({"diet": "Vegetarian"}, owner=1)
    settings.TRAVEL_DATA_KEYS = ["first"]
    first = seal({"diet": "Vegan"}, owner=1)
    settings.TRAVEL_DATA_KEYS = ["second", "first"]

    assert unseal(old, owner=1) == {"diet": "Vegetarian"}
    assert unseal(first, owner=1) == {"diet": "Vegan"}
    settings.TRAVEL_DATA_KEYS = ["second"]
    with pytest.raises(SealBrokenError):
        unseal(first, owner=1)


def test_a_lost_key_is_said_and_breaks_no_page(login, settings, traveller, tabitha):
    settings.SECRET_KEY = "another"
    client = login(tabitha)

    assertContains(client.get(page(traveller)), "cannot be opened")
    assert client.get(traveller.get_absolute_url()).status_code == 200
    assert any("can be opened" in text for text in missing_to_go(fresh(traveller.exchange).travellers.get()))
    data = {"passport_number": "X1", "version": traveller.travel_data.version}
    assert client.post(page(traveller), data).status_code == 302
    assertContains(client.get(page(traveller)), "X1")


# --- Who reads --------------------------------------------------------------------------------------------------------
def test_the_traveller_and_the_named_read_and_each_reading_is_written_down(login, partnership, traveller, tabitha):
    reader, other = make_user(name="Rosa Reader"), make_user(name="Otto Other")
    for user in (reader, other):
        make_member(partnership, side="host", role="coordinator", user=user)
    login(tabitha).post(page(traveller, "data-readers"), {"user": reader.pk})

    assertContains(login(tabitha).get(page(traveller)), "AK0123456")
    assertContains(login(reader).get(page(traveller)), "AK0123456")
    assert login(other).get(page(traveller)).status_code == 403

    assert log_of(traveller) == [
        ("changed", "Tabitha"),
        ("named", "Tabitha"),
        ("read", "Tabitha"),
        ("read", "Rosa Reader"),
    ]
    assertContains(login(tabitha).get(page(traveller)), "Rosa Reader")


@pytest.mark.parametrize("who", ["alice", "admin", "bob"])
def test_nobody_else_reads_writes_or_names(login, request, traveller, who):
    client = login(request.getfixturevalue(who))
    expected = 404 if who == "bob" else 403

    assert client.get(page(traveller)).status_code == expected
    assert client.post(page(traveller), {"version": 1}).status_code == expected
    assert client.get(page(traveller, "data-readers")).status_code == expected
    assert client.post(page(traveller, "travel-data-erase")).status_code == expected
    assert log_of(traveller) == [("changed", "Tabitha")]
    assert TravelData.objects.count() == 1


@pytest.mark.parametrize("who", ["alice", "admin"])
def test_the_action_refuses_too(request, traveller, who):
    by = request.getfixturevalue(who)

    with pytest.raises(ValidationError):
        open_travel_data(traveller, by=by)
    with pytest.raises(ValidationError):
        save_travel_data(traveller, {}, seen_version=1, by=by)
    assert log_of(traveller) == [("changed", "Tabitha")]


def test_other_pages_tell_nothing_of_it(login, alice, traveller):
    client, partnership = login(alice), traveller.exchange.partnership
    exchange = traveller.exchange.get_absolute_url()
    for url in (
        exchange,
        traveller.get_absolute_url(),
        f"{exchange}checklist/",
        f"{partnership.get_absolute_url()}history/",
    ):
        response = client.get(url)
        for secret in ("AK0123456", "penicillin", "Sister Ruth", "2040"):
            assertNotContains(response, secret)


def test_for_a_traveller_without_an_account_the_coordinator_names_and_the_traveller_hears_of_it(
    login, alice, partnership, django_capture_on_commit_callbacks
):
    contact = make_contact(name="Yaw", email="yaw@example.org")
    traveller = make_traveller(make_exchange(partnership), contact=contact)
    with django_capture_on_commit_callbacks(execute=True):
        response = login(alice).post(page(traveller, "data-readers"), {"user": alice.pk})

    assert response.status_code == 302
    assert [message.to for message in mail.outbox] == [["yaw@example.org"]]
    assert login(alice).get(page(traveller)).status_code == 200


def test_only_people_of_the_partnership_are_named(login, bob, traveller, tabitha):
    response = login(tabitha).post(page(traveller, "data-readers"), {"user": bob.pk})

    assert response.status_code == 400
    assert not traveller.data_readers.all()


def test_a_reader_who_is_taken_off_reads_no_more(login, partnership, traveller, tabitha, alice):
    login(tabitha).post(page(traveller, "data-readers"), {"user": alice.pk})
    reader = Traveller.objects.get(pk=traveller.pk).data_readers.get()

    login(tabitha).post(page(traveller, "data-reader-remove", reader.pk))

    assert login(alice).get(page(traveller)).status_code == 403


def test_a_reader_who_left_the_team_sees_nothing(login, partnership, traveller, tabitha):
    reader = make_user()
    member = make_member(partnership, side="host", user=reader)
    login(tabitha).post(page(traveller, "data-readers"), {"user": reader.pk})
    member.ends_on = member.starts_on = days(-1)
    member.save()

    assert login(reader).get(page(traveller)).status_code == 404


# --- Writing ----------------------------------------------------------------------------------------------------------
def test_what_is_typed_is_kept_and_what_is_wrong_is_told(login, traveller, tabitha):
    client = login(tabitha)
    data = {**PASSPORT, "version": 1, "passport_issued_on": "2041-01-01", "birth_date": "2090-01-01"}

    response = client.post(page(traveller), data)

    assertContains(response, "This must be after the day of issue.", status_code=400)
    assertContains(response, "This day is still to come.", status_code=400)
    assertContains(response, "penicillin", status_code=400)


def test_a_stale_save_overwrites_nothing(traveller, tabitha):
    with pytest.raises(StaleError):
        save_travel_data(traveller, {"health": "Other"}, seen_version=0, by=tabitha)

    assert open_travel_data(traveller, by=tabitha)["health"] == "Allergic to penicillin"


def test_the_page_is_kept_by_nobody(login, traveller, tabitha):
    response = login(tabitha).get(page(traveller))

    assert "no-store" in response["Cache-Control"]


# --- Deletion ---------------------------------------------------------------------------------------------------------
def close(traveller, *, on=0):
    Exchange.objects.filter(pk=traveller.exchange_id).update(
        state="closed", closed_on=days(on - 30), delete_data_on=days(on)
    )


def test_data_go_on_their_day_with_a_line_that_they_did(traveller, capsys):
    close(traveller, on=0)

    call_command("delete_travel_data")
    call_command("delete_travel_data")

    assert "Travel data of 1 travellers on 1 exchanges deleted." in capsys.readouterr().out
    assert not TravelData.objects.exists()
    assert log_of(traveller)[-1] == ("deleted", "The schedule")
    entry = traveller.exchange.partnership.entries.first()
    assert (entry.verb, entry.data["n"]) == ("exchange.data_deleted", 1)
    assert "penicillin" not in json.dumps([row.data for row in traveller.exchange.partnership.entries.all()])


def test_data_stay_until_their_day_and_are_closed_meanwhile(login, traveller, tabitha):
    close(traveller, on=1)

    assert delete_due_travel_data().travellers == 0
    assert TravelData.objects.count() == 1
    assert login(tabitha).get(page(traveller)).status_code == 403
    assertContains(login(tabitha).get(traveller.get_absolute_url()), "Closed for everybody")


def test_afterwards_the_traveller_reads_the_log_and_deletes_before_the_day(login, alice, traveller, tabitha):
    close(traveller, on=20)
    Exchange.objects.update(round=1)
    client, exchange = login(tabitha), traveller.exchange
    assertContains(client.get(traveller.get_absolute_url()), page(traveller, "data-readers"))
    log = client.get(page(traveller, "data-readers"))
    assertContains(log, "Who read it, and when")
    assertNotContains(log, "Name one more person")
    assert client.post(page(traveller, "data-readers"), {"user": alice.pk}).status_code == 403
    assert login(alice).get(page(traveller, "data-readers")).status_code == 403
    assert login(alice).post(page(traveller, "travel-data-erase")).status_code == 403
    assertContains(login(alice).get(exchange.get_absolute_url()), "Travel data are deleted on")

    assert login(tabitha).post(page(traveller, "travel-data-erase")).status_code == 302

    assert not TravelData.objects.exists()
    assertContains(login(alice).get(exchange.get_absolute_url()), "Travel data were deleted on")
    assertContains(login(tabitha).get(page(traveller, "data-readers")), "deleted")


@pytest.mark.parametrize(("ago", "left"), [(364, 1), (365, 0)])
def test_a_forgotten_exchange_keeps_no_passports_for_years(traveller, ago, left):
    Exchange.objects.update(starts_on=days(-ago - 5), ends_on=days(-ago))

    delete_due_travel_data()

    assert TravelData.objects.count() == left


def test_the_traveller_deletes_at_once(login, traveller, tabitha):
    login(tabitha).post(page(traveller, "travel-data-erase"))

    assert not TravelData.objects.exists()
    assert log_of(traveller)[-1] == ("deleted", "Tabitha")


def test_taking_somebody_off_the_list_deletes_and_says_so(login, alice, traveller):
    exchange = traveller.exchange
    login(alice).post(
        reverse("partnerships:traveller-remove", args=[exchange.reference, traveller.pk]), {"reason": "Ill"}
    )

    assert not TravelData.objects.exists()
    assert log_of(traveller)[-1] == ("deleted", "Alice")
