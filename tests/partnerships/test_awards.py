"""Awards: what a donor asks for, for whom it pays, and what became of its reports."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from partnerships.actions.award import add_share, change_award, move_period
from partnerships.award_states import PeriodState
from partnerships.calendars import Audience
from partnerships.facts import known_facts
from partnerships.funding import missing_of, missing_to_submit, report_events, steps_of
from partnerships.models import Award, AwardShare, HistoryEntry, Organization, Partnership, ReportingPeriod
from partnerships.story import tell
from partnerships.waiting import rows_waiting
from tests.factories import make_member, make_organization, make_partnership, make_programme, make_user
from tests.factories.funding import make_award, make_staff

ALLOWED = {
    ("expected", "submitted"),
    ("expected", "waived"),
    ("submitted", "under_review"),
    ("submitted", "accepted"),
    ("submitted", "returned"),
    ("under_review", "accepted"),
    ("under_review", "returned"),
    ("accepted", "locked"),
    ("returned", "submitted"),
    ("waived", "expected"),
}
FORBIDDEN = {(old, new) for old in PeriodState.values for new in PeriodState.values} - ALLOWED


def today(days=0):
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice)


@pytest.fixture
def award(alice, partnership):
    return make_award(partnership, responsible=alice)


def data(**changes):
    form = {
        "donor": make_organization(type="ngo").pk,
        "number": "ABC-1",
        "title": "Safer births",
        "amount": "10000",
        "currency": "eur",
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "frequency": "quarterly",
        "due_days": "30",
        "cost_share": "percent",
        "cost_share_percent": "12.5",
    }
    return form | changes


def in_state(award, state) -> ReportingPeriod:
    period = award.periods.first()
    period.state = state
    period.submitted_on = None if state in ("expected", "waived") else today(-5)
    period.save()
    return period


# --- The award --------------------------------------------------------------------------------------------------------
def test_coordinator_adds_an_award_that_pays_for_the_partnership(login, alice, partnership):
    response = login(alice).post(f"{partnership.get_absolute_url()}funding/new/", data(responsible=alice.pk))

    award = Award.objects.get()
    assertRedirects(response, award.get_absolute_url())
    assert (award.currency, award.cost_share_demand) == ("EUR", Decimal("1250.00"))
    assert [str(period.due_on) for period in award.periods.all()] == [
        "2026-04-30",
        "2026-07-30",
        "2026-10-30",
        "2027-01-30",
    ]
    assert award.shares.get().partnership == partnership
    assert "ABC-1" in tell(partnership.entries.first())
    assert "award:promised" in known_facts(Partnership.objects.get(pk=partnership.pk))


def test_donor_may_be_new(login, alice, partnership):
    new = {"donor": "", "donor_new_name": "Fund for Births", "donor_new_country": "NO", "donor_new_type": "ngo"}

    login(alice).post(f"{partnership.get_absolute_url()}funding/new/", data(responsible=alice.pk, **new))

    assert Award.objects.get().donor == Organization.objects.get(name="Fund for Births")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"donor": ""}, "donor"),
        ({"number": ""}, "number"),
        ({"amount": "-1"}, "amount"),
        ({"currency": "QQQ"}, "currency"),
        ({"ends_on": "2025-12-31"}, "__all__"),
        ({"cost_share_percent": ""}, "cost_share_percent"),
        ({"cost_share": "amount"}, "cost_share_amount"),
        ({"amount": ""}, "amount"),
        ({"due_days": "400"}, "due_days"),
        ({"frequency": "monthly", "ends_on": "2046-12-31"}, "ends_on"),
    ],
)
def test_bad_input_is_told_at_its_field_and_keeps_what_was_typed(login, alice, partnership, changes, field):
    response = login(alice).post(f"{partnership.get_absolute_url()}funding/new/", data(responsible=alice.pk, **changes))

    assert response.status_code == 400
    assert field in response.context["form"].errors
    assertContains(response, "Safer births", status_code=400)
    assert not Award.objects.exists()


def test_number_of_a_donor_is_there_once(login, alice, partnership, award):
    taken = data(responsible=alice.pk, donor=award.donor_id, number=award.number)

    response = login(alice).post(f"{partnership.get_absolute_url()}funding/new/", taken)

    assertContains(response, "is already here", status_code=400)


def test_database_holds_the_rules(award):
    for changes in ({"ends_on": award.starts_on}, {"cost_share": "percent"}, {"frequency": "daily"}, {"amount": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Award.objects.filter(pk=award.pk).update(**changes)
    for changes in ({"state": "submitted"}, {"due_on": date(2000, 1, 1)}, {"state": "lost"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            award.periods.update(**changes)


def test_changing_the_calendar_keeps_what_was_sent(alice, award):
    first = award.periods.first()
    move_period(first, "submitted", by=alice)

    award.frequency, award.due_days = "yearly", 60
    change_award(award, seen_version=1, by=alice)

    kept, rest = award.periods.all()
    assert (kept.pk, kept.state, kept.due_on) == (first.pk, "submitted", first.due_on)
    assert (rest.number, rest.starts_on) == (2, first.ends_on + timedelta(days=1))
    assert rest.due_on == rest.ends_on + timedelta(days=60)


def test_edit_that_is_stale_shows_both(login, alice, award):
    Award.objects.filter(pk=award.pk).update(title="Theirs", version=2)
    typed = data(responsible=alice.pk, donor=award.donor_id, title="Mine", version="1")

    response = login(alice).post(f"{award.get_absolute_url()}edit/", typed)

    assert response.status_code == 409
    assert {"label": "Title", "mine": "Mine", "theirs": "Theirs"} in response.context["clash"].rows


# --- For whom it pays -------------------------------------------------------------------------------------------------
def test_shares_are_never_more_than_the_award(alice, partnership):
    award = make_award(responsible=alice, amount=Decimal(1000))
    other = make_partnership(coordinator=alice)
    add_share(AwardShare(award=award, partnership=partnership, amount=Decimal(700)), by=alice)

    with pytest.raises(ValidationError, match=r"EUR 100.00 more"):
        add_share(AwardShare(award=award, partnership=other, amount=Decimal(400)), by=alice)

    award.amount = Decimal(600)
    with pytest.raises(ValidationError, match=r"EUR 100.00 more"):
        change_award(award, seen_version=1, by=alice)
    assert award.shares.count() == 1


def test_closed_partnership_gets_no_more_money(alice, award):
    closed = make_partnership(coordinator=alice, status="terminated")

    with pytest.raises(ValidationError, match="no more money"):
        add_share(AwardShare(award=award, partnership=closed), by=alice)


def test_share_is_added_once_and_taken_out(login, alice, award):
    other = make_partnership(coordinator=alice)
    client, url = login(alice), f"{award.get_absolute_url()}partnerships/"

    assertRedirects(client.post(url, {"partnership": other.pk}), award.get_absolute_url())
    assert client.post(url, {"partnership": other.pk}).status_code == 400
    share = award.shares.get(partnership=other)
    assertRedirects(client.post(f"{url}{share.pk}/end/"), award.get_absolute_url())
    assert [tell(entry) for entry in other.entries.all()[:2]] == [
        f"wrote down that the award {award.number} of {award.donor} no longer pays for this partnership",
        f"wrote down that the award {award.number} of {award.donor} pays for this partnership",
    ]


def test_only_own_partnerships_are_offered(login, alice, bob, award):
    other = make_partnership(coordinator=bob)

    response = login(alice).post(f"{award.get_absolute_url()}partnerships/", {"partnership": other.pk})

    assert response.status_code == 400
    assert award.shares.count() == 1


def test_names_of_partnerships_are_for_those_who_see_them(login, alice, bob, carol, partnership, award):
    other = make_partnership(coordinator=bob, name="Far away")
    AwardShare.objects.create(award=award, partnership=other)
    make_member(partnership, user=carol)

    response = login(carol).get(award.get_absolute_url())

    assertNotContains(response, "Far away")
    assertContains(response, "and one more that you do not see")
    assertNotContains(response, "Edit")
    assert login(bob).get(award.get_absolute_url()).status_code == 200
    assert login(make_user()).get(award.get_absolute_url()).status_code == 404


# --- Reports ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("old", "new"), sorted(ALLOWED))
def test_allowed_move_of_a_report_is_saved_and_told(alice, award, old, new):
    period = in_state(award, old)

    move_period(period, new, by=alice, reason="Because")

    period.refresh_from_db()
    assert period.state == new
    entry = HistoryEntry.objects.first()
    assert (entry.verb, entry.data["old"], entry.data["new"]) == ("period.moved", old, new)


@pytest.mark.parametrize(("old", "new"), sorted(FORBIDDEN))
def test_forbidden_move_of_a_report_changes_nothing(alice, award, old, new):
    period = in_state(award, old)
    told = HistoryEntry.objects.count()

    with pytest.raises(ValidationError, match="cannot become"):
        move_period(period, new, by=alice, reason="Because")

    period.refresh_from_db()
    assert period.state == old
    assert HistoryEntry.objects.count() == told


@pytest.mark.parametrize(("old", "new"), [("submitted", "returned"), ("expected", "waived")])
def test_move_that_needs_a_reason_is_refused_without(alice, award, old, new):
    with pytest.raises(ValidationError, match="say why"):
        move_period(in_state(award, old), new, by=alice, reason="  ")


def test_report_is_sent_when_its_period_is_over(alice, award):
    first, second = award.periods.all()[:2]

    assert missing_to_submit(first, today()) == []
    assert [requirement.fact for requirement in missing_to_submit(second, today())] == ["period:over"]
    assert steps_of(first) == ["submitted", "waived"]
    assert steps_of(second) == ["waived"]
    with pytest.raises(ValidationError, match="the end of the period"):
        move_period(second, "submitted", by=alice)
    with pytest.raises(ValidationError, match="not in the future"):
        move_period(first, "submitted", by=alice, submitted_on=today(1))


def test_reports_are_locked_in_their_order(login, alice, partnership, award):
    """So that a correction of what was locked always has a later report to stand in."""
    first, second, third = list(award.periods.all()[:3])
    for period in (first, second):
        ReportingPeriod.objects.filter(pk=period.pk).update(state="accepted", submitted_on=today(-5))

    with pytest.raises(ValidationError, match="report 1, which comes before it, locked or not needed"):
        move_period(second, "locked", by=alice)
    assertContains(login(alice).get(award.get_absolute_url()), "Before it can be locked: report 1")
    waiting = [one for one in rows_waiting(alice) if "lock it" in one.text]
    assert [one.url for one in waiting] == [f"{award.get_absolute_url()}#period-1"]
    move_period(first, "locked", by=alice)
    move_period(second, "locked", by=alice)

    assert [one for one in rows_waiting(alice) if "lock it" in one.text] == []
    assert "from “Accepted by the donor” to “Locked”" in tell(partnership.entries.first())
    assert third.state == "expected"
    page = login(alice).get(award.get_absolute_url())
    assert [row["steps"] for row in page.context["periods"][:2]] == [[], []]
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportingPeriod.objects.filter(pk=first.pk).update(submitted_on=None)


def test_report_that_was_not_needed_is_expected_again_only_before_a_later_one_is_locked(alice, award):
    first, second = award.periods.all()[:2]
    move_period(first, "waived", by=alice, reason="The donor asked for none.")
    move_period(first, "expected", by=alice)
    move_period(first, "waived", by=alice, reason="The donor asked for none.")
    ReportingPeriod.objects.filter(pk=second.pk).update(state="locked", submitted_on=today(-5))

    with pytest.raises(ValidationError, match="a report after it that is not locked yet: 2"):
        move_period(first, "expected", by=alice)

    first.refresh_from_db()
    assert first.state == "waived"


def test_locked_report_stays_when_the_calendar_is_laid_out_anew(alice, award):
    first = award.periods.first()
    ReportingPeriod.objects.filter(pk=first.pk).update(state="locked", submitted_on=today(-5))

    award.frequency = "yearly"
    change_award(award, seen_version=1, by=alice)

    assert [(each.number, each.state) for each in award.periods.all()] == [(1, "locked"), (2, "expected")]


@pytest.mark.parametrize(
    ("starts", "ends", "due", "standing"),
    [(1, 30, 60, "upcoming"), (-5, 5, 30, "open"), (-30, -1, 0, "due"), (-30, -10, -1, "late")],
)
def test_standing_is_worked_out(starts, ends, due, standing):
    period = ReportingPeriod(starts_on=today(starts), ends_on=today(ends), due_on=today(due))

    assert period.standing == standing
    assert period.days_late == (1 if standing == "late" else 0)


def test_report_waits_for_who_answers_for_it_and_late_for_the_manager(alice, partnership):
    programme = make_programme()
    manager, officer = make_staff(programme, role="manager"), make_staff(programme)
    award = make_award(partnership, responsible=alice, programme=programme, due_days=0)

    assert [one.is_late for one in rows_waiting(alice)] == [True]
    assert [one.kind for one in rows_waiting(manager.user)] == ["report"]
    assert list(rows_waiting(officer.user)) == []
    move_period(award.periods.first(), "submitted", by=alice)
    assert list(rows_waiting(alice)) == list(rows_waiting(manager.user)) == []


def test_due_days_stand_in_calendars(alice, carol, partnership, award):
    make_member(partnership, user=carol)
    own = Partnership.objects.filter(pk=partnership.pk)

    whole = [event.uid for event in report_events(Audience(user=carol, partnerships=own))]

    assert f"report-{award.pk}-1-due" in whole
    assert f"award-{award.pk}-end" in whole
    assert list(report_events(Audience(user=carol, partnerships=own, is_personal=True))) == []
    assert list(report_events(Audience(user=carol, partnerships=own, side="host"))) == []
    assert list(report_events(Audience(user=alice, partnerships=own, is_personal=True))) != []


def test_page_moves_a_report_and_keeps_what_a_refused_one_said(login, alice, award):
    url = f"{award.get_absolute_url()}reports/1/"

    refused = login(alice).post(url, {"to": "waived", "reason": ""})
    assertContains(refused, "Please say why.", status_code=400)
    assert login(alice).post(url, {"to": "submitted", "submitted_on": "no day"}).status_code == 400
    done = login(alice).post(url, {"to": "submitted", "submitted_on": str(today(-1))})

    assert done.status_code == 302
    assert award.periods.first().submitted_on == today(-1)
    assert login(alice).post(url, {"to": "expected"}).status_code == 409


def test_readers_change_nothing(login, carol, partnership, award):
    make_member(partnership, user=carol)
    client, url = login(carol), award.get_absolute_url()

    for address in (f"{url}edit/", f"{partnership.get_absolute_url()}funding/new/"):
        assert client.get(address).status_code == 403
    for address in (f"{url}partnerships/", f"{url}reports/1/", f"{url}partnerships/{award.shares.get().pk}/end/"):
        assert client.post(address).status_code == 403
    assertContains(client.get(f"{partnership.get_absolute_url()}funding/"), award.number)


def test_a_cost_share_above_the_award_is_pointed_out():
    for percent, told in ((50, False), (100, False), (101, True), (250, True)):
        award = Award(amount=Decimal(10_000), cost_share="percent", cost_share_percent=percent, frequency="yearly")
        assert any("cost share" in words for words in missing_of(award, 1)) == told, percent
    award = Award(amount=Decimal(10_000), cost_share="amount", cost_share_amount=Decimal(25_000), frequency="yearly")
    assert missing_of(award, 1) == ["a second look at the cost share: it is more than the award itself"]
