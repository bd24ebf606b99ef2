"""What follows an agreement: amendments, renewals, replacements, its end; and what the calendar does by itself."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from pytest_django.asserts import assertContains

from partnerships.actions.agreement import save_text
from partnerships.actions.agreement_family import governing, start_successor, why_not_followed
from partnerships.actions.agreement_steps import lock_agreement, move_agreement, terminate_agreement
from partnerships.agreement_content import differences
from partnerships.facts import known_facts
from partnerships.guards import status_move
from partnerships.models import Agreement
from tests.factories import make_member, make_partnership
from tests.factories.agreements import STEPS, TEXT, make_agreement, on_day, sign_all, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice)


@pytest.fixture
def agreement(partnership):
    return make_agreement(partnership, state="in_force", starts_on=today(-365), ends_on=today(365), title="The MoU")


def finish(successor, *, by, body=""):
    """Write, sign and so bring the draft ``successor`` into force."""
    if body:
        save_text(successor, language="en", body=body, prevails=False, seen_version=successor.version, by=by)
    for step in STEPS:
        move_agreement(successor, step, by=by)
    return sign_all(successor)


def settled(agreement):
    with transaction.atomic():
        lock_agreement(agreement)
    agreement.refresh_from_db()
    return agreement


def test_an_amendment_starts_with_the_text_and_the_parties_and_shows_the_difference(alice, agreement):
    amendment = start_successor(agreement, "amendment", by=alice)

    assert (amendment.title, amendment.state) == ("Amendment 1 to The MoU", "draft")
    assert (amendment.ends_on, amendment.texts.get().body) == (agreement.ends_on, TEXT)
    assert amendment.parties.count() == 2
    assert amendment.based_on == agreement.revisions.first()
    save_text(
        amendment,
        language="en",
        body=TEXT.replace("two", "three"),
        prevails=False,
        seen_version=amendment.version,
        by=alice,
    )
    labels = [each.label for each in differences(amendment.based_on.content, amendment.revisions.first().content)]
    assert labels == ["Title", "Start date", "Text in English"]


def test_an_amendment_without_a_change_is_not_sent_out(alice, agreement):
    amendment = start_successor(agreement, "amendment", by=alice)
    for step in STEPS[:-1]:
        move_agreement(amendment, step, by=alice)

    with pytest.raises(ValidationError, match="nothing differs yet"):
        move_agreement(amendment, STEPS[-1], by=alice)

    Agreement.objects.filter(pk=amendment.pk).update(notice_days=61)
    move_agreement(amendment, STEPS[-1], by=alice)


def test_a_renewal_is_compared_with_the_amendment_whose_text_it_takes(login, alice, agreement):
    amendment = finish(start_successor(agreement, "amendment", by=alice), by=alice, body="Longer")
    renewal = start_successor(agreement, "renewal", by=alice)

    page = login(alice).get(renewal.get_absolute_url())

    assertContains(page, f"What is different from {amendment.reference}")


def test_an_amendment_in_force_changes_the_end_and_never_the_text(alice, agreement):
    before = (agreement.content_hash, agreement.ends_on, agreement.texts.get().body)
    amendment = start_successor(agreement, "amendment", by=alice)
    Agreement.objects.filter(pk=amendment.pk).update(ends_on=today(700))

    finish(amendment, by=alice, body="Longer")

    agreement.refresh_from_db()
    assert (agreement.content_hash, agreement.ends_on, agreement.texts.get().body) == before
    assert (agreement.state, agreement.runs_until) == ("in_force", today(700))
    assert governing(agreement) == amendment


def test_a_second_amendment_takes_the_place_of_the_first(alice, agreement):
    first = finish(start_successor(agreement, "amendment", by=alice), by=alice, body="One")
    second = start_successor(agreement, "amendment", by=alice)
    assert second.texts.get().body == "One"

    finish(second, by=alice, body="Two")

    first.refresh_from_db()
    assert first.state == "superseded"
    assert governing(agreement) == second


@pytest.mark.parametrize("relation", ["amendment", "renewal", "replacement"])
def test_one_of_a_sort_is_under_way_at_a_time(alice, agreement, relation):
    start_successor(agreement, relation, by=alice)

    with pytest.raises(ValidationError, match="under way already"):
        start_successor(agreement, relation, by=alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.create(
            partnership=agreement.partnership,
            reference="X",
            title="X",
            parent=agreement,
            relation=relation,
            created_by=alice,
        )


@pytest.mark.parametrize("relation", ["amendment", "renewal", "replacement"])
@pytest.mark.parametrize("state", ["draft", "final_text", "out_for_signature", "partly_signed"])
def test_what_is_not_in_force_is_not_followed(alice, partnership, relation, state):
    agreement = make_agreement(partnership, state=state)

    assert "in force" in why_not_followed(agreement, relation)
    with pytest.raises(ValidationError, match="in force"):
        start_successor(agreement, relation, by=alice)


def test_an_amendment_is_not_amended_itself(alice, agreement):
    amendment = finish(start_successor(agreement, "amendment", by=alice), by=alice, body="Longer")

    with pytest.raises(ValidationError, match="belongs to"):
        start_successor(amendment, "amendment", by=alice)


def test_an_amendment_of_what_has_ended_is_not_sent_out(alice, agreement):
    amendment = start_successor(agreement, "amendment", by=alice)
    on_day(agreement, runs_until=-1)
    move_agreement(amendment, "in_negotiation", by=alice)
    move_agreement(amendment, "final_text", by=alice)

    with pytest.raises(ValidationError, match="no longer in force"):
        move_agreement(amendment, "out_for_signature", by=alice)


def test_a_renewal_follows_the_day_after_and_renews_when_it_is_in_force(alice, agreement):
    renewal = start_successor(agreement, "renewal", by=alice)
    assert (renewal.starts_on, renewal.ends_on) == (today(366), today(366 + 730))

    finish(renewal, by=alice)

    agreement.refresh_from_db()
    assert (renewal.state, agreement.state) == ("signed", "in_force")
    on_day(agreement, runs_until=-1)
    on_day(renewal, in_force_on=0)
    assert settled(renewal).state == "in_force"
    agreement.refresh_from_db()
    assert agreement.state == "renewed"


def test_what_has_expired_can_still_be_renewed(alice, agreement):
    on_day(agreement, runs_until=-10)
    assert agreement.standing == "expired"
    renewal = start_successor(agreement, "renewal", by=alice)

    finish(renewal, by=alice)

    agreement.refresh_from_db()
    assert (renewal.state, agreement.state) == ("in_force", "renewed")


def test_a_replacement_supersedes_with_its_amendments(alice, agreement):
    amendment = finish(start_successor(agreement, "amendment", by=alice), by=alice, body="Longer")
    replacement = start_successor(agreement, "replacement", by=alice)
    Agreement.objects.filter(pk=replacement.pk).update(ends_on=today(900))

    finish(replacement, by=alice)

    agreement.refresh_from_db()
    amendment.refresh_from_db()
    assert (replacement.state, agreement.state, amendment.state) == ("in_force", "superseded", "superseded")


# The end


def end(agreement, *, by, on=None, reason="The clinic closes", obligations="Return the equipment"):
    return terminate_agreement(agreement, on=on or today(), reason=reason, obligations=obligations, by=by)


def test_it_is_terminated_today_with_its_amendments(alice, agreement, partnership):
    amendment = finish(start_successor(agreement, "amendment", by=alice), by=alice, body="Longer")

    end(agreement, by=alice)

    agreement.refresh_from_db()
    amendment.refresh_from_db()
    assert (agreement.state, agreement.terminates_on, agreement.end_reason) == (
        "terminated",
        today(),
        "The clinic closes",
    )
    assert agreement.obligations == "Return the equipment"
    assert amendment.state == "terminated"
    assert "agreement.notice_given" in [entry.verb for entry in partnership.entries.all()]


def test_notice_lets_it_run_until_its_day(alice, agreement):
    end(agreement, by=alice, on=today(90))

    agreement.refresh_from_db()
    assert (agreement.state, agreement.standing, agreement.days_left) == ("in_force", "in_force", 90)
    with pytest.raises(ValidationError, match="Notice was given already"):
        end(agreement, by=alice)
    on_day(agreement, terminates_on=0, runs_until=0)
    assert agreement.standing == "terminated"
    assert settled(agreement).state == "terminated"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"on": today(-1)}, "in the past"),
        ({"on": today(366)}, "by itself"),
        ({"reason": "  "}, "say why"),
    ],
)
def test_an_end_has_a_day_and_a_reason(alice, agreement, fields, message):
    with pytest.raises(ValidationError, match=message):
        end(agreement, by=alice, **fields)

    agreement.refresh_from_db()
    assert (agreement.state, agreement.terminates_on) == ("in_force", None)


@pytest.mark.parametrize("state", ["draft", "out_for_signature", "partly_signed"])
def test_only_what_is_in_force_is_terminated(alice, partnership, state):
    with pytest.raises(ValidationError, match="in force"):
        end(make_agreement(partnership, state=state), by=alice)


def test_an_agreement_is_ended_even_when_its_partnership_is_closed(alice, agreement):
    type(agreement.partnership).objects.update(status="closed")

    end(agreement, by=alice)

    agreement.refresh_from_db()
    assert agreement.state == "terminated"


def test_its_last_day_is_still_a_day_of_it(agreement):
    assert on_day(agreement, runs_until=0).standing == "in_force"
    assert agreement.days_left == 0
    assert on_day(agreement, runs_until=-1).standing == "expired"


@pytest.mark.parametrize(("days", "expiring"), [(91, False), (90, True), (0, True)])
def test_expiring_is_worked_out(agreement, days, expiring):
    assert on_day(agreement, runs_until=days).is_expiring is expiring


# What it proves


@pytest.mark.parametrize(
    ("state", "days", "holds"),
    [("partly_signed", None, False), ("in_force", 30, True), ("in_force", -1, False)],
)
def test_a_memorandum_in_force_is_a_fact(partnership, state, days, holds):
    agreement = make_agreement(partnership, state=state)
    if days:
        on_day(agreement, runs_until=days)

    facts = known_facts(partnership)

    assert ("memorandum:agreed" in facts) is holds
    assert ("agreement:memorandum:in-force" in facts) is holds


def test_a_letter_is_no_memorandum(partnership):
    make_agreement(partnership, state="in_force", kind="commitment")

    assert known_facts(partnership) & {"memorandum:agreed", "agreement:commitment:in-force"} == {
        "agreement:commitment:in-force"
    }


def test_the_way_from_forming_to_active_asks_for_it(alice):
    partnership = make_partnership(coordinator=alice, status="forming", starts_on=today())
    make_member(partnership, side="host", role="lead")
    make_member(partnership, side="resource", role="lead")
    text = "a memorandum of understanding that is in force, or was accepted as a document"
    assert text in [str(each.text) for each in status_move(partnership, "active").missing]

    make_agreement(partnership, state="in_force")

    assert text not in [str(each.text) for each in status_move(partnership, "active").missing]
