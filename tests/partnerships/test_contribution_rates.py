"""What waits for givers and coordinators, and the tables of rates that administrators keep."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains

from partnerships.models import Contribution, ExchangeRate, RoleRate
from partnerships.waiting import rows_waiting
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.contributions import bring, day, make_contribution, make_role_rate

pytestmark = pytest.mark.django_db


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active", name="Lyon – Bamako")


@pytest.fixture
def rolf(partnership):
    """On the team of the resource side, and works at its organization."""
    organization = partnership.participations.get(side="resource").organization
    contact = make_contact(name="Rolf", user=make_user(name="Rolf"), organization=organization)
    make_member(partnership, side="resource", role="member", contact=contact)
    return contact


# --- What waits -------------------------------------------------------------------------------------------------------
def kinds_waiting(user):
    return {each.kind: each for each in rows_waiting(user)}


def test_givers_confirm_and_coordinators_verify_and_count(partnership, rolf, alice):
    one = make_contribution(partnership, kind="time", person=rolf)
    make_contribution(partnership, kind="time", person=rolf, starts_on=day(3))
    make_contribution(partnership, kind="time", person=rolf, rate=None, role="")
    assert set(kinds_waiting(rolf.user)) == {"contributions-confirm"}
    assert kinds_waiting(rolf.user)["contributions-confirm"].text.startswith("1 contribution waits")
    assert kinds_waiting(alice) == {}

    one = bring(one, "confirmed", by=alice)
    assert kinds_waiting(rolf.user) == {}
    assert set(kinds_waiting(alice)) == {"contributions-verify"}
    Contribution.objects.filter(pk=one.pk).update(confirmed_by=alice, confirmed_how="account")
    assert kinds_waiting(alice) == {}


def test_a_lead_is_asked_for_the_gifts_of_the_organization(partnership, rolf, alice):
    make_contribution(partnership)
    assert kinds_waiting(rolf.user) == {}
    rolf.memberships.update(role="lead")
    assert set(kinds_waiting(rolf.user)) == {"contributions-confirm"}

    make_contribution(partnership, state="verified")
    assert set(kinds_waiting(alice)) == {"contributions-count"}


# --- Rates ------------------------------------------------------------------------------------------------------------
ROLE = {
    "role": "Midwife", "country": "", "rate": "20", "currency": "usd", "unit": "hour", "valid_from": "2025-01-01",
    "source": "Pay scale",
}  # fmt: skip
EXCHANGE = {"currency": "kes", "into": "USD", "rate": "0.0077", "valid_on": "2025-01-01", "source": "Central Bank"}


def test_administrators_keep_the_rates(admin, alice, login):
    login(admin).post(reverse("partnerships:rate-list"), ROLE)
    login(admin).post(reverse("partnerships:exchange-rate-list"), EXCHANGE)

    rate, exchange = RoleRate.objects.get(), ExchangeRate.objects.get()
    assert (rate.rate, rate.currency, rate.added_by, exchange.rate) == (20, "USD", admin, Decimal("0.0077"))
    for table, row in (("roles", rate), ("exchange", exchange)):
        url = reverse("partnerships:rate-remove", args=[table, row.pk])
        assert login(alice).post(url).status_code == 403
        assert login(admin).post(url).status_code == 302
    assert not RoleRate.objects.exists()
    assert not ExchangeRate.objects.exists()
    assert login(admin).post(reverse("partnerships:rate-remove", args=["odd", 1])).status_code == 404


@pytest.mark.parametrize(
    ("name", "data", "field"),
    [
        ("rate-list", {**ROLE, "rate": "0"}, "__all__"),
        ("rate-list", {**ROLE, "currency": "ABC"}, "currency"),
        ("rate-list", {**ROLE, "unit": "week"}, "unit"),
        ("rate-list", {**ROLE, "valid_from": ""}, "valid_from"),
        ("exchange-rate-list", {**EXCHANGE, "into": "KES"}, "__all__"),
        ("exchange-rate-list", {**EXCHANGE, "rate": "-1"}, "__all__"),
        ("exchange-rate-list", {**EXCHANGE, "valid_on": date(2999, 1, 1)}, "valid_on"),
        ("exchange-rate-list", {**EXCHANGE, "source": ""}, "source"),
    ],
)
def test_rates_that_cannot_be_are_refused(admin, login, name, data, field):
    response = login(admin).post(reverse(f"partnerships:{name}"), data)

    assert response.status_code == 400
    assert field in response.context["form"].errors


def test_the_same_rate_twice_is_refused(admin, login):
    make_role_rate(valid_from=date(2025, 1, 1))

    response = login(admin).post(reverse("partnerships:rate-list"), {**ROLE, "role": "MIDWIFE"})

    assertContains(response, "There is a rate for this role", status_code=400)
