"""A report to a donor keeps the figures it was locked with, whatever the records say later."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from partnerships.actions.award import move_period
from partnerships.locked_figures import hash_of
from partnerships.models import AwardShare, Exchange, LockedFigures, ReportingPeriod
from tests.factories import make_contact, make_partnership
from tests.factories.contributions import make_contribution
from tests.factories.exchanges import bring_to, make_exchange, make_traveller
from tests.factories.funding import make_award

pytestmark = pytest.mark.django_db


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, name="Lyon – Bamako", status="active")


@pytest.fixture
def period(alice, partnership):
    """A report of the last hundred days that the donor has accepted, with a journey in them."""
    exchange = make_exchange(partnership, working_days=Decimal(3))
    make_traveller(exchange, contact=make_contact(name="Tabitha"))
    bring_to(exchange, "returned")
    make_contribution(partnership, by=alice, state="counted")
    return accepted(make_award(partnership, responsible=alice))


def accepted(award) -> ReportingPeriod:
    today = timezone.localdate()
    award.periods.exclude(number=1).delete()
    award.periods.update(
        state="accepted", starts_on=today - timedelta(100), ends_on=today, due_on=today, submitted_on=today
    )
    return award.periods.get()


def address(period) -> str:
    return f"{period.award.get_absolute_url()}reports/{period.number}/figures/"


def test_nothing_is_frozen_before_it_is_locked(login, alice, period):
    assert not LockedFigures.objects.exists()
    assert login(alice).get(address(period)).status_code == 404
    assertNotContains(login(alice).get(period.award.get_absolute_url()), "The figures it was locked with")


def test_locking_freezes_what_the_records_say(login, alice, partnership, period):
    move_period(period, "locked", by=alice)

    figures = LockedFigures.objects.get()
    assert figures.hash == hash_of(figures.content)
    (held,) = figures.content["partnerships"]
    assert held["reference"] == partnership.reference
    done = {row["activity_kind"]: row["done"] for row in held["totals"]}
    assert sum(int(done[kind]) for kind in ("exchange_out", "exchange_in", "exchange_other")) == 1
    assertContains(login(alice).get(period.award.get_absolute_url()), address(period))
    page = login(alice).get(address(period))
    assertContains(page, "Exchanges, Host side to Resource side")
    assertContains(page, "Given in kind, in")
    assertContains(page, figures.code)


def test_what_is_corrected_later_does_not_reach_a_locked_report(login, alice, partnership, period):
    move_period(period, "locked", by=alice)
    before = login(alice).get(address(period)).text.partition("<main")[2]
    content = LockedFigures.objects.get().content

    Exchange.objects.filter(partnership=partnership).update(state="travelling")
    make_contribution(partnership, by=alice, state="counted")
    AwardShare.objects.all().delete()
    type(partnership).objects.filter(pk=partnership.pk).update(name="Lyon – Ségou")

    assert LockedFigures.objects.get().content == content
    assert login(alice).get(address(period)).text.partition("<main")[2].replace("Ségou", "Bamako") == before
    assertContains(login(alice).get(address(period)), "Lyon – Bamako")


def test_locked_figures_never_change(alice, period):
    move_period(period, "locked", by=alice)
    figures = LockedFigures.objects.get()
    figures.content = {}

    with pytest.raises(TypeError, match="never change"):
        figures.save()
    with pytest.raises(TypeError, match="never change"):
        figures.delete()
    with pytest.raises(ValidationError, match="cannot become"):
        move_period(period, "locked", by=alice)
    assert LockedFigures.objects.count() == 1


def test_a_report_that_may_not_be_locked_freezes_nothing(alice, period):
    ReportingPeriod.objects.filter(pk=period.pk).update(state="submitted")

    with pytest.raises(ValidationError, match="cannot become"):
        move_period(period, "locked", by=alice)
    assert not LockedFigures.objects.exists()


def test_everybody_reads_the_figures_of_their_own_partnerships_only(login, alice, bob, partnership):
    theirs = make_partnership(coordinator=bob, name="Oslo – Accra", status="active")
    period = accepted(make_award(partnership, theirs, responsible=alice))
    move_period(period, "locked", by=alice)

    mine, other = login(alice).get(address(period)), login(bob).get(address(period))

    assertContains(mine, "Lyon – Bamako")
    assertNotContains(mine, "Oslo – Accra")
    assertContains(mine, "figures of one more partnership, which you do not see")
    assertContains(other, "Oslo – Accra")
    assertNotContains(other, "Lyon – Bamako")


@pytest.mark.parametrize("n", [1, 4])
def test_the_page_costs_the_same_for_many_partnerships(login, alice, django_assert_num_queries, n):
    period = accepted(
        make_award(*(make_partnership(coordinator=alice, status="active") for _n in range(n)), responsible=alice)
    )
    move_period(period, "locked", by=alice)
    client = login(alice)

    with django_assert_num_queries(5):
        client.get(address(period))
