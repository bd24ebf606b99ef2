"""Exchanges that are over, from a spreadsheet: closed at once, marked so, counted once, and every refusal told."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from partnerships.actions.exchange_past import record_exchange
from partnerships.contribution_sources import open_proposals
from partnerships.exchange_guards import missing_to_record
from partnerships.exchange_states import (
    EXCHANGE_TRANSITIONS,
    RECORDED,
    TRAVELLER_RECORDED,
    ExchangeState,
    exchange_can_become,
)
from partnerships.models import Contact, Exchange, Traveller
from tests.factories import make_contact, make_member, make_organization, make_partnership
from tests.factories.exchanges import make_exchange, make_traveller
from twinning.bulk.past_exchanges import PastExchanges
from twinning.bulk.reading import MOST_ROWS

pytestmark = pytest.mark.django_db
HEAD = (
    "Title,Travellers,Sending organization,Receiving organization,First day of travel,Last day of travel,"
    "Working days,Type,Purpose,Cost,Currency,Partnership\n"
)
USUAL = {
    "title": "Theatre nurses",
    "travellers": "Grace Achieng; kamau@example.org",
    "sending": "Mwanga Hill",
    "receiving": "Fjordlys",
    "starts_on": "2025-03-03",
    "ends_on": "14.03.2025",
    "working_days": "8",
    "kind": "Study visit",
    "purpose": "Learn how the theatre works",
    "cost": "3200",
    "currency": "eur",
    "partnership": "",
}


@pytest.fixture
def partnership(alice):
    return make_partnership(
        status="active",
        coordinator=alice,
        host=make_organization(name="Mwanga Hill County Hospital", short_name="Mwanga Hill"),
        resource=make_organization(name="Fjordlys", city="Bergen", country="NO"),
    )


@pytest.fixture
def people(partnership) -> list[Contact]:
    home = partnership.participations.get(side="host").organization
    return [
        make_contact(name="Grace Achieng", organization=home),
        make_contact(name="Peter Kamau", email="kamau@example.org", organization=home),
    ]


def row(**changes: str) -> str:
    return ",".join(f'"{value}"' for value in (USUAL | changes).values()) + "\n"


def address(partnership, step: str = "import") -> str:
    return reverse(f"bulk-{step}-into", args=["exchanges", partnership.slug])


def look(client, partnership, *rows: str):
    file = SimpleUploadedFile("before 2026.csv", (HEAD + "".join(rows)).encode())
    return client.post(address(partnership), {"file": file})


def take(client, partnership, page):
    return client.post(address(partnership, "take"), {"file": page.context["token"]}, follow=True)


def reasons(page) -> list[str]:
    return [" ".join(fault.reasons) for fault in page.context["found"].faults]


def past(partnership, **fields) -> Exchange:
    parties = {party.side: party for party in partnership.participations.all()}
    usual = {
        "title": "Earlier", "purpose": "Look", "sending": parties["host"], "receiving": parties["resource"],
        "country": "NO", "place": "Bergen", "starts_on": "2025-03-03", "ends_on": "2025-03-14",
        "working_days": Decimal(8), "unplanned_reason": "Recorded afterwards",
    }  # fmt: skip
    exchange = Exchange(partnership=partnership, **(usual | fields))
    exchange.clean_fields(exclude=["reference", "created_by"])
    return exchange


def test_a_past_exchange_comes_in_closed_and_says_that_it_was_recorded_afterwards(login, alice, partnership, people):
    client = login(alice)

    page = look(client, partnership, row())

    assert reasons(page) == []
    assert "marked as recorded afterwards" in page.text
    assert not Exchange.objects.exists()

    take(client, partnership, page)

    exchange = Exchange.objects.get()
    assert (exchange.state, exchange.kind, exchange.place, exchange.country.code) == ("closed", "study", "Bergen", "NO")
    assert exchange.is_recorded
    assert exchange.actual_ends_on.isoformat() == "2025-03-14"
    assert {each.contact for each in exchange.travellers.all()} == set(people)
    assert all(
        (each.state, each.owes_report, each.days_given) == ("returned", False, 8) for each in exchange.travellers.all()
    )
    cost = exchange.costs.get()
    assert (cost.actual, cost.currency) == (3200, "EUR")
    entry = partnership.entries.get(verb="exchange.recorded")
    assert entry.actor == alice
    assert "2026" in entry.data["file"]
    assert "Recorded afterwards" in client.get(exchange.get_absolute_url()).text
    history = client.get(reverse("partnerships:partnership-history", args=[partnership.slug])).text
    assert "which was over, from the file" in history


def test_its_days_are_proposed_for_the_ledger_once(login, alice, partnership, people):
    client = login(alice)
    take(client, partnership, look(client, partnership, row()))

    again = look(client, partnership, row())

    assert reasons(again) == [f"This exchange is here already: {Exchange.objects.get().reference}, “Theatre nurses”."]
    take(client, partnership, again)
    waiting, _dismissed = open_proposals(partnership)
    assert sorted((each.person.name, each.quantity) for each in waiting) == [("Grace Achieng", 8), ("Peter Kamau", 8)]


def test_a_cost_of_nothing_is_not_a_cost_that_nobody_knows(login, alice, partnership, people):
    client = login(alice)
    one = row(cost="0", currency="")
    two = row(cost="", currency="", title="Other", starts_on="2024-01-01", ends_on="2024-01-02", working_days="0")
    take(client, partnership, look(client, partnership, one, two))

    assert Exchange.objects.get(title="Theatre nurses").no_costs
    unknown = Exchange.objects.get(title="Other")
    assert not unknown.no_costs
    assert not unknown.costs.exists()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ends_on": "2025-03-01"}, "Last day of travel: The last day cannot be before the first."),
        ({"starts_on": "03/03/2025"}, "“03/03/2025” is no day"),
        ({"starts_on": "2025-02-30"}, "“2025-02-30” is no day"),
        ({"ends_on": "2999-01-01"}, "days that are over"),
        ({"partnership": "TW-NONE"}, "“TW-NONE” is the reference of none that you see"),
        ({"sending": "Nowhere"}, "Sending organization: “Nowhere” takes no part in"),
        ({"receiving": "Mwanga Hill"}, "An organization cannot send people to itself."),
        ({"travellers": "Nobody Known"}, "“Nobody Known” is not among the contacts yet"),
        ({"travellers": ""}, "Travellers is missing."),
        ({"working_days": "40"}, "There are not that many days"),
        ({"working_days": "-1"}, "no number from zero up"),
        ({"working_days": ""}, "Working days is missing."),
        ({"kind": "Holiday"}, "“Holiday” is none of these"),
        ({"cost": "1,200"}, "“1,200” is no number"),
        ({"currency": "ZZZ"}, "is not a currency"),
        ({"currency": ""}, "Currency is missing"),
        ({"title": "A" * 201}, "at most 200 characters"),
        ({"cost": "1" * 20}, "Cost:"),
    ],
)
def test_a_faulty_row_is_told_and_the_others_are_taken(login, alice, partnership, people, changes, told):
    client = login(alice)
    good = row(title="Good", starts_on="2024-01-01", ends_on="2024-01-09")

    page = look(client, partnership, row(**changes), good)

    assert told in reasons(page)[0]
    assert len(page.context["found"].faults) == 1
    take(client, partnership, page)
    assert [each.title for each in Exchange.objects.all()] == ["Good"]


def test_nobody_is_in_two_places_at_once(login, alice, bob, partnership, people):
    elsewhere = make_partnership(status="active", coordinator=bob, name="Hidden")
    hidden = past(elsewhere, starts_on="2025-03-10", ends_on="2025-03-20", title="Hidden visit")
    record_exchange(hidden, [people[0]], source="x", by=bob)
    hers = past(partnership, starts_on="2025-06-01", ends_on="2025-06-09", title="June")
    record_exchange(hers, [people[0]], source="x", by=alice)

    page = look(
        login(alice),
        partnership,
        row(),
        row(starts_on="2025-06-09", ends_on="2025-06-29"),
        row(title="First", starts_on="2024-05-01", ends_on="2024-05-09"),
        row(title="Second", starts_on="2024-05-09", ends_on="2024-05-19", travellers="Peter Kamau"),
    )

    told = reasons(page)
    assert "Grace Achieng is on another exchange" in told[0]
    assert "Hidden" not in page.text
    assert "Grace Achieng is on “June”" in told[1]
    assert told[2] == "Peter Kamau travels in row 4 too, on one of these days."
    assert len(page.context["found"].new) == 1


def test_what_is_planned_here_already_is_the_same_journey(login, alice, partnership, people):
    asked = make_exchange(partnership, title="Theatre nurses", by=alice)
    Exchange.objects.filter(pk=asked.pk).update(starts_on="2025-03-03", ends_on="2025-03-14")
    make_traveller(asked, contact=people[0])

    assert asked.reference in reasons(look(login(alice), partnership, row(title="Other words")))[0]


def test_rows_of_other_partnerships_need_the_right_to_change_them(login, alice, bob, carol, partnership, people):
    hidden = make_partnership(status="active", coordinator=bob)
    own = make_partnership(status="active", coordinator=bob)
    over = make_partnership(status="closed", coordinator=carol)
    me = make_contact(user=carol)
    for other in (partnership, own, over):
        make_member(other, contact=me, role="member" if other is own else "coordinator")

    page = look(
        login(carol),
        partnership,
        row(partnership=hidden.reference),
        row(partnership=own.reference),
        row(partnership=over.reference),
        row(partnership=partnership.reference),
    )

    told = reasons(page)
    assert "the reference of none that you see" in told[0]
    assert "you may not change the records" in told[1]
    assert "nothing more can be changed" in told[2]
    assert len(page.context["found"].new) + len(told) == 4


def test_a_namesake_is_found_by_the_organization_or_by_the_address(login, alice, partnership, people):
    make_contact(name="Grace Achieng", organization=make_organization(name="Elsewhere"))
    make_contact(name="Twin", email="t1@example.org")
    make_contact(name="Twin", email="t2@example.org")

    page = look(
        login(alice), partnership, row(), row(travellers="Twin", title="B"), row(travellers="t1@example.org", title="C")
    )

    assert reasons(page) == ["Travellers: “Twin” is the name of several. Write the e-mail address."]


def test_only_those_who_may_change_the_partnership_bring_past_exchanges(login, bob, carol, partnership):
    make_member(partnership, user=carol, role="member")

    assert login(bob).get(address(partnership)).status_code == 404
    assert login(carol).get(address(partnership)).status_code == 403
    page = reverse("partnerships:exchange-list", args=[partnership.slug])
    assert address(partnership) in login(partnership.coordinator).get(page).text
    assert address(partnership) not in login(carol).get(page).text


def test_the_action_asks_what_the_preview_asked(alice, partnership, people):
    record_exchange(past(partnership), people, source="x", by=alice)
    cases = [
        (past(partnership), people, "here already"),
        (past(partnership, title="Else", starts_on="2025-03-14", ends_on="2025-03-24"), people, "is on “Earlier”"),
        (past(partnership, starts_on="2024-01-01", ends_on="2024-01-09"), [], "at least one traveller"),
    ]
    for exchange, who, told in cases:
        with pytest.raises(ValidationError, match=told):
            record_exchange(exchange, who, source="x", by=alice)
    partnership.status = "closed"
    partnership.save(update_fields=["status"])
    with pytest.raises(ValidationError, match="nothing more can be changed"):
        record_exchange(past(partnership, starts_on="2024-01-01", ends_on="2024-01-09"), people, source="x", by=alice)
    assert Exchange.objects.count() == 1


def test_references_go_on_after_recorded_ones(alice, partnership, people):
    first = record_exchange(past(partnership), people, source="x", by=alice)

    assert make_exchange(partnership).reference == f"{partnership.reference}-X2"
    assert first.reference == f"{partnership.reference}-X1"


def test_what_was_recorded_is_the_end_of_the_road():
    """No state leads there but the last step of an ordinary one, and nothing leads on."""
    assert RECORDED == "closed"
    assert TRAVELLER_RECORDED == "returned"
    for state in ExchangeState:
        assert not exchange_can_become(RECORDED, state), state
        assert exchange_can_become(state, RECORDED) == (state == "reporting"), state
    assert "" not in EXCHANGE_TRANSITIONS


def test_what_is_missing_before_it_can_be_recorded():
    today, who = timezone.localdate(), [Contact(name="Grace")]
    yesterday = today - timedelta(days=1)
    for exchange, people, missing in [
        (Exchange(ends_on=yesterday, working_days=0), who, 0),
        (Exchange(ends_on=today, working_days=0), who, 1),
        (Exchange(ends_on=yesterday, working_days=None), who, 1),
        (Exchange(ends_on=yesterday, working_days=0), [], 1),
        (Exchange(ends_on=today, working_days=None), [], 3),
    ]:
        assert len(missing_to_record(exchange, people)) == missing, (exchange.ends_on, exchange.working_days, people)


def test_an_exchange_that_went_the_ordinary_way_is_not_marked():
    assert not Exchange(state="closed", round=1).is_recorded
    assert not Exchange(state="draft", round=0).is_recorded


def test_too_many_rows_are_refused_and_many_are_looked_at_with_few_questions(
    login, alice, partnership, people, django_assert_max_num_queries
):
    client = login(alice)
    rows = [
        row(
            title=f"Visit {n}",
            travellers="Grace Achieng",
            starts_on="2024-01-01",
            ends_on="2024-01-09",
            working_days="1",
        )
        for n in range(PastExchanges.most)
    ]

    with django_assert_max_num_queries(16):
        look(client, partnership, *rows)
    page = look(client, partnership, *rows, rows[0])
    assert page.status_code == 400
    assert "more than 1000 rows" in page.text
    file = SimpleUploadedFile("all.csv", (HEAD + rows[0] * (MOST_ROWS + 1)).encode())
    assert "more than 1000 rows" in client.post(address(partnership), {"file": file}).text


def test_a_full_file_is_written_with_few_queries(login, alice, partnership, people, django_assert_max_num_queries):
    first = date(2015, 1, 1)
    for n_rows in (3, 60):
        Traveller.objects.all().delete()
        Exchange.objects.all().delete()
        starts = [(first + timedelta(days=4 * n)).isoformat() for n in range(n_rows)]
        ends = [(first + timedelta(days=4 * n + 2)).isoformat() for n in range(n_rows)]
        rows = [
            row(title=f"Visit {n}", starts_on=start, ends_on=end, working_days="1")
            for n, (start, end) in enumerate(zip(starts, ends, strict=True))
        ]
        client = login(alice)
        page = look(client, partnership, *rows)
        with django_assert_max_num_queries(45):
            client.post(address(partnership, "take"), {"file": page.context["token"]})

        assert (Exchange.objects.count(), Traveller.objects.count()) == (n_rows, 2 * n_rows)
        assert partnership.entries.filter(verb="exchange.recorded").count() >= n_rows
    references = Exchange.objects.values_list("reference", flat=True)
    assert len(set(references)) == n_rows
    assert f"{partnership.reference}-X63" in references, "numbers of removed ones are not given again"
