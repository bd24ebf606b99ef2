"""What the records propose for the ledger: taken once, edited, or left out."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from partnerships.actions.contribution_steps import reverse_contribution
from partnerships.actions.proposal import dismiss_proposal, take_proposal
from partnerships.contribution_sources import Proposal, open_proposals
from partnerships.contribution_states import measured
from partnerships.models import Contribution, Partnership
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.contributions import (
    bring,
    day,
    make_contribution,
    make_exchange_rate,
    make_meeting,
    make_role_rate,
)

pytestmark = pytest.mark.django_db
NOON = datetime.combine(day(-2), time(12), tzinfo=UTC)


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active")


@pytest.fixture
def rolf(partnership):
    organization = partnership.participations.get(side="resource").organization
    contact = make_contact(name="Rolf", user=make_user(name="Rolf"), organization=organization)
    return make_member(partnership, side="resource", contact=contact).contact


def address(name, partnership):
    return reverse(f"partnerships:{name}", args=[partnership.slug])


def key(meeting, contact):
    return f"meeting:{meeting.pk}:contact:{contact.pk}"


def waiting(partnership):
    return {each.source: each for each in open_proposals(partnership)[0]}


def test_time_in_meetings_is_proposed_and_taken(partnership, rolf, alice, login):
    make_role_rate("Trainer", 40)
    meeting = make_meeting(partnership, (rolf, 45), minutes=90, title="Ward round")
    assertContains(login(alice).get(address("contribution-proposed", partnership)), "Ward round")

    login(alice).post(address("proposal-take", partnership), {"source": [key(meeting, rolf)]})

    one = Contribution.objects.get()
    assert (one.person, one.quantity, one.unit, one.value, one.state) == (rolf, Decimal("0.75"), "hour", 30, "draft")
    assert (one.source, one.source_thing) == (key(meeting, rolf), f"meeting:{meeting.pk}")
    assert waiting(partnership) == {}
    assertContains(login(alice).get(one.get_absolute_url()), meeting.get_absolute_url())
    assertContains(login(alice).get(meeting.get_absolute_url()), one.get_absolute_url())


def test_what_is_taken_is_taken_once(partnership, rolf, alice, login):
    meeting = make_meeting(partnership, rolf)
    take_proposal(partnership, key(meeting, rolf), by=alice)

    with pytest.raises(ValidationError, match="nothing counts twice"):
        take_proposal(partnership, key(meeting, rolf), by=alice)
    again = login(alice).post(address("proposal-take", partnership), {"source": [key(meeting, rolf)]})

    assertContains(again, "nothing counts twice", status_code=409)
    assert Contribution.objects.count() == 1


def test_one_of_many_that_is_refused_does_not_hold_up_the_others(partnership, rolf, alice, login):
    first, second = make_meeting(partnership, rolf), make_meeting(partnership, rolf, at=NOON - timedelta(hours=3))
    take_proposal(partnership, key(first, rolf), by=alice)

    sources = [key(first, rolf), key(second, rolf), key(second, rolf)]
    response = login(alice).post(address("proposal-take", partnership), {"source": sources})

    assert response.status_code == 409
    assert {one.source for one in Contribution.objects.all()} == set(sources)


def test_take_and_edit_leads_to_the_form(partnership, rolf, alice, login):
    meeting = make_meeting(partnership, rolf, role="")

    response = login(alice).post(address("proposal-take", partnership), {"edit": key(meeting, rolf)})

    one = Contribution.objects.get()
    assertRedirects(response, f"{one.get_absolute_url()}edit/")
    assert one.value is None


def test_what_is_left_out_is_not_proposed_and_can_be_taken_all_the_same(partnership, rolf, alice, login):
    meeting = make_meeting(partnership, rolf)
    url = address("proposal-dismiss", partnership)

    refused = login(alice).post(url, {"source": key(meeting, rolf), "reason": " "})
    assertContains(refused, "Please say why", status_code=400)
    login(alice).post(url, {"source": key(meeting, rolf), "reason": "He is paid for it"})

    assert waiting(partnership) == {}
    assert partnership.entries.first().verb == "contribution.dismissed"
    assertContains(login(alice).get(address("contribution-proposed", partnership)), "He is paid for it")
    take_proposal(partnership, key(meeting, rolf), by=alice)
    assert not partnership.dismissed_sources.exists()
    with pytest.raises(ValidationError, match="nothing counts twice"):
        dismiss_proposal(partnership, key(meeting, rolf), reason="Too late", by=alice)


def test_what_was_rejected_or_reversed_is_proposed_again(partnership, rolf, alice):
    make_role_rate("Trainer", 40)
    meeting = make_meeting(partnership, rolf)
    one = take_proposal(partnership, key(meeting, rolf), by=alice)
    bring(one, "rejected", by=alice)
    assert set(waiting(partnership)) == {key(meeting, rolf)}

    one = take_proposal(partnership, key(meeting, rolf), by=alice)
    Contribution.objects.filter(pk=one.pk).update(match="yes")
    counted = bring(Contribution.objects.get(pk=one.pk), "counted", by=alice)
    assert waiting(partnership) == {}
    reverse_contribution(counted, reason="He left early", by=alice)
    assert set(waiting(partnership)) == {key(meeting, rolf)}


def test_who_sat_in_two_meetings_at_a_time_gives_the_hours_once(partnership, rolf, alice):
    other = make_partnership(coordinator=alice, status="active")
    make_member(other, side="resource", contact=rolf)
    first = make_meeting(partnership, rolf)
    late = make_meeting(other, rolf, at=NOON + timedelta(minutes=30))

    assert [each.quantity for each in waiting(partnership).values()] == [1]
    assert [each.quantity for each in waiting(other).values()] == [Decimal("0.5")]

    take_proposal(other, key(late, rolf), by=alice)
    early = make_meeting(partnership, rolf, at=NOON + timedelta(minutes=15))
    # What is in the ledger keeps its half hour, whatever is written down later.
    assert waiting(partnership)[key(first, rolf)].quantity == 1
    assert key(early, rolf) not in waiting(partnership)


@pytest.mark.parametrize("case", ["guest", "still to come", "nothing left"])
def test_what_is_not_proposed(partnership, rolf, case):
    if case == "guest":
        make_meeting(partnership, make_contact())
    elif case == "still to come":
        make_meeting(partnership, rolf, at=timezone.now() + timedelta(hours=1))
    else:
        make_meeting(partnership, rolf)
        make_meeting(partnership, rolf)
        assert len(waiting(partnership)) == 1
        return

    assert waiting(partnership) == {}


def test_a_member_from_elsewhere_gives_for_the_lead_of_their_side(partnership):
    contact = make_member(partnership, side="resource", contact=make_contact()).contact
    meeting = make_meeting(partnership, contact)

    assert waiting(partnership)[key(meeting, contact)].participation.side == "resource"


def test_a_proposal_whose_record_changed_is_told(partnership, rolf, alice, login):
    response = login(alice).post(address("proposal-take", partnership), {"source": ["meeting:999:contact:1"]})
    assertContains(response, "not proposed any more", status_code=409)
    gone = login(alice).post(address("proposal-dismiss", partnership), {"source": "x", "reason": "y"})
    assertContains(gone, "not proposed any more", status_code=409)
    assertContains(login(alice).post(address("proposal-take", partnership)), "Tick what you want", status_code=400)


def test_who_may_take_and_dismiss(partnership, rolf, bob, client, login):
    meeting = make_meeting(partnership, rolf)
    page = login(rolf.user).get(address("contribution-proposed", partnership))
    assertContains(page, "Rolf")
    assertNotContains(page, "Take the ticked ones")

    for name in ("proposal-take", "proposal-dismiss"):
        data = {"source": key(meeting, rolf), "reason": "x"}
        assert login(rolf.user).post(address(name, partnership), data).status_code == 403
        assert login(bob).post(address(name, partnership), data).status_code == 404
        assert client.post(address(name, partnership), data).status_code == 302
    assert not Contribution.objects.exists()


def test_nothing_is_taken_in_a_closed_partnership(partnership, rolf, alice, login):
    meeting = make_meeting(partnership, rolf)
    Partnership.objects.update(status="terminated")

    with pytest.raises(ValidationError, match="nothing more"):
        take_proposal(partnership, key(meeting, rolf), by=alice)
    assertNotContains(login(alice).get(address("contribution-proposed", partnership)), "Take the ticked ones")


def exchange_source(partnership):
    """As another slice would register it: goods with a price of their own, one of them named twice."""
    for _twice in range(2):
        yield Proposal(
            source="transfer:TR-1:item:1",
            thing="",
            title="An incubator",
            kind="equipment",
            participation=partnership.participations.get(side="resource"),
            starts_on=day(-9),
            ends_on=day(-9),
            quantity=Decimal(1),
            unit="item",
            rate=Decimal(900),
            rate_basis="fair_value",
            currency="USD",
        )


def test_other_sources_are_registered_in_the_settings(partnership, rolf, alice, settings):
    settings.CONTRIBUTION_SOURCES = [*settings.CONTRIBUTION_SOURCES, f"{__name__}.exchange_source"]
    meeting = make_meeting(partnership, rolf)

    assert list(waiting(partnership)) == [key(meeting, rolf), "transfer:TR-1:item:1"]
    one = take_proposal(partnership, "transfer:TR-1:item:1", by=alice)

    assert (one.kind, one.value, one.rate_basis) == ("equipment", 900, "fair_value")


def test_each_row_says_what_it_is_worth_and_what_may_be_the_same(partnership, rolf, alice, login):
    make_role_rate("Trainer", 4000, currency="KES")
    make_exchange_rate("KES", "USD", "0.01")
    make_meeting(partnership, rolf, minutes=60)
    make_meeting(partnership, rolf, at=NOON - timedelta(hours=3), minutes=90, role="Juggler")
    same = make_contribution(partnership, kind="time", person=rolf, starts_on=day(-2))

    page = login(alice).get(address("contribution-proposed", partnership))

    words = " ".join(page.text.replace("\N{NO-BREAK SPACE}", " ").split())
    assert "<b>1 hour</b>" in words
    assert "<b>1.5 hours</b>" in words
    assert "worth <b>4,000.00 KES</b> (40.00 USD)" in words
    assert "no rate for this role yet" in words
    assert words.count(f'<a href="{same.get_absolute_url()}">{same.code}</a>') == 2
    lines = login(alice).get(reverse("bulk-export-of", args=["proposals", partnership.slug, "csv"]))
    assert ",4000.00,KES,40.00,USD," in b"".join(lines).decode()


def test_measures_are_told_as_people_say_them():
    told = {(1, "hour"): "1 hour", ("0.75", "hour"): "0.75 hours", (2, "item"): "2 pieces", (1, "item"): "1 piece"}
    told |= {("2.50", "day"): "2.5 days", (1, "sum"): "sum as a whole"}
    assert {key: measured(Decimal(key[0]), key[1]) for key in told} == told
