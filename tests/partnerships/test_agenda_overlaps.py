"""What overlaps on an agenda, from the items alone, and told on its page."""

from datetime import date, time

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from partnerships.models import AgendaItem, Exchange
from partnerships.planning.agenda import MOST_TOLD, overlap_warnings, overlaps
from tests.factories import make_partnership
from tests.factories.exchanges import days, make_exchange


def item(title, starts_at, ends_at=None, *, on=date(2027, 1, 11), zone="Africa/Nairobi", home="Europe/Oslo"):
    exchange = Exchange(zone=zone, home_zone=home)
    ends_at = time.fromisoformat(ends_at) if ends_at else None
    return AgendaItem(exchange=exchange, on=on, title=title, starts_at=time.fromisoformat(starts_at), ends_at=ends_at)


CASES = {
    "one after the other": ([("a", "09:00", "10:00"), ("b", "10:00", "11:00")], []),
    "the first lasts too long": ([("a", "09:00", "10:01"), ("b", "10:00", "11:00")], ["ab"]),
    "one within the other": ([("a", "09:00", "12:00"), ("b", "10:00", "11:00")], ["ab"]),
    "together from the first minute": ([("a", "09:00", "12:00"), ("b", "09:00", "09:30")], ["ba"]),
    "a moment within": ([("a", "09:00", "12:00"), ("b", "10:00")], ["ab"]),
    "a moment at the end": ([("a", "09:00", "12:00"), ("b", "12:00")], []),
    "two moments apart": ([("a", "09:00"), ("b", "09:30")], []),
    "two moments at once": ([("a", "09:00"), ("b", "09:00")], ["ab"]),
    "three at once": ([("a", "09:00", "12:00"), ("b", "10:00", "11:30"), ("c", "11:00", "13:00")], ["ab", "ac", "bc"]),
    "a long one over two": ([("a", "09:00", "12:00"), ("b", "09:30", "10:00"), ("c", "11:00", "11:30")], ["ab", "ac"]),
}


def test_items_that_share_time_are_found(subtests):
    for name, (rows, expected) in CASES.items():
        with subtests.test(name):
            found = overlaps([item(*row) for row in rows])
            assert [one.title + other.title for one, other in found] == expected


def test_moments_count_not_the_hours_of_the_clock():
    """In Oslo the hour from two to three comes twice on the last Sunday of October."""
    rows = [item(*row, on=date(2026, 10, 25), zone="Europe/Oslo") for row in (("a", "01:30", "02:30"), ("b", "03:00"))]
    assert overlaps(rows) == []
    twice = [item(*row, on=date(2026, 10, 25), zone="Europe/Oslo") for row in (("a", "02:30", "03:15"), ("b", "03:10"))]
    assert len(overlaps(twice)) == 1


def test_the_warning_names_both_with_the_hours_of_both_places():
    rows = [item("Ward round", "09:00", "11:00"), item("Lecture", "10:30")]

    (text,) = overlap_warnings(rows)

    assert text == ("“Ward round” (09:00–11:00, at home 07:00–09:00) and “Lecture” (10:30, at home 08:30) overlap.")
    assert overlap_warnings([item(f"Item {n}", "09:00", "10:00") for n in range(6)])[MOST_TOLD:] == [
        "And 3 more overlap."
    ]


@pytest.mark.django_db
def test_the_page_warns_and_refuses_nothing(login, alice):
    exchange = make_exchange(make_partnership(coordinator=alice, status="active"))
    client, url = login(alice), reverse("partnerships:exchange-agenda", args=[exchange.reference])
    first = {"on": days(121).isoformat(), "starts_at": "08:00", "ends_at": "10:00", "title": "Welcome"}
    client.post(url, first)
    assertNotContains(client.get(url), "overlap")

    response = client.post(url, {**first, "starts_at": "09:00", "title": "Ward round"}, follow=True)

    assertContains(response, "It is on the agenda.")
    assertContains(response, "“Welcome” (08:00–10:00")
    assertContains(response, "“Ward round” (09:00–10:00")
    client.post(url, {**first, "on": days(122).isoformat(), "title": "The day after"})
    assert exchange.agenda.count() == 3
    assert client.get(url).content.decode().count(" overlap.") == 1
