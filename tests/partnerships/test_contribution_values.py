"""What contributions are worth: rates of roles, exchange rates, and the balance of giving and receiving."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from partnerships.actions import contribution_steps as steps
from partnerships.actions.contribution import add_contribution, change_contribution
from partnerships.actions.rate import add_exchange_rate, remove_rate
from partnerships.ledger import read_ledger, todo_of
from partnerships.models import Contribution, ExchangeRate, Participation, RoleRate
from partnerships.valuation import conversion, ledger_currency, work_rate
from tests.factories import make_contact, make_member, make_organization, make_partnership, make_programme
from tests.factories.contributions import (
    day,
    make_contribution,
    make_exchange_rate,
    make_role_rate,
)
from tests.factories.workplan import make_plan
from twinning.money import minor_units, money_text, plain, rounded

pytestmark = pytest.mark.django_db


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active")


# --- Money ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("currency", "digits", "amount"), [("USD", 2, "1.01"), ("JPY", 0, "1"), ("KWD", 3, "1.005")])
def test_money_has_the_units_of_its_currency(currency, digits, amount):
    assert minor_units(currency) == digits
    assert rounded(Decimal("1.005"), currency) == Decimal(amount)


def test_money_is_written_for_people():
    assert money_text(Decimal("1250.5"), "USD") == "1,250.50\N{NO-BREAK SPACE}USD"
    assert money_text(None, "USD") == ""
    assert [plain(Decimal(text)) for text in ("40.00", "12.50", "0.008")] == ["40", "12.5", "0.008"]


# --- Rates of roles ---------------------------------------------------------------------------------------------------
def test_time_is_worth_the_rate_of_its_role_on_that_day(partnership):
    make_role_rate(rate=20, valid_from=day(-100))
    make_role_rate(rate=25, valid_from=day(-10))
    make_role_rate("Physician", rate=90)

    before, after = (
        make_contribution(partnership, kind="time", from_table=True, starts_on=day(n), quantity=Decimal(3))
        for n in (-11, -10)
    )

    assert [(each.rate, each.value, each.rate_basis) for each in (before, after)] == [
        (20, 60, "programme"),
        (25, 75, "programme"),
    ]
    assert (after.rate_from, after.rate_source, after.currency) == (day(-10), "A survey", "USD")


def test_a_country_has_rates_of_its_own():
    make_role_rate(rate=20)
    make_role_rate(rate=5, country="KE", valid_from=date(2021, 1, 1))

    assert work_rate("midwife", "KE", "hour", day()).rate == 5
    assert work_rate("Midwife", "NO", "hour", day()).rate == 20
    assert work_rate("Midwife", "KE", "hour", date(2020, 6, 1)).rate == 20
    assert work_rate("Midwife", "KE", "hour", date(2019, 6, 1)) is None
    assert work_rate("Typist", "KE", "hour", day()) is None


def test_a_day_has_eight_hours_where_the_table_knows_the_other_unit():
    make_role_rate(rate=100, unit="day")
    assert work_rate("Midwife", "KE", "hour", day()).rate == Decimal("12.5")
    make_role_rate("Typist", rate=6)
    assert work_rate("Typist", "KE", "day", day()).rate == 48


def test_the_newest_rate_counts_whatever_its_unit():
    make_role_rate(rate=20, valid_from=day(-500))
    make_role_rate(rate=400, unit="day", valid_from=day(-30))
    make_role_rate(rate=3, country="KE", valid_from=day(-300))

    assert [work_rate("Midwife", "NO", unit, day()).rate for unit in ("hour", "day")] == [50, 400]
    assert [work_rate("Midwife", "NO", unit, day(-31)).rate for unit in ("hour", "day")] == [20, 160]
    # A rate of the country stays before a newer one of all countries.
    assert work_rate("Midwife", "KE", "hour", day()).rate == 3
    # Of two that began on one day, the one for the unit.
    make_role_rate(rate=45, valid_from=day(-30))
    assert [work_rate("Midwife", "NO", unit, day()).rate for unit in ("hour", "day")] == [45, 400]


def test_a_rate_that_comes_later_values_the_drafts_that_waited(partnership, admin):
    waiting = make_contribution(partnership, kind="time", from_table=True)
    assert (waiting.value, waiting.rate) == (None, None)

    make_role_rate(rate=30, by=admin)

    waiting.refresh_from_db()
    assert (waiting.rate, waiting.value, waiting.base_value, waiting.version) == (30, 60, 60, 2)
    assert partnership.entries.first().verb == "contribution.valued"


def test_a_rate_that_is_removed_changes_no_value(partnership):
    rate = make_role_rate(rate=30)
    contribution = make_contribution(partnership, kind="time", from_table=True)

    remove_rate(rate)

    contribution.refresh_from_db()
    assert (contribution.rate, contribution.rate_source) == (30, "A survey")


@pytest.mark.parametrize("wrong", [{"rate": 0}, {"unit": "week"}, {"role": "MIDWIFE"}])
def test_the_database_keeps_the_table_of_roles(admin, wrong):
    make_role_rate()
    other = make_role_rate("Typist")

    with pytest.raises(IntegrityError), transaction.atomic():
        RoleRate.objects.filter(pk=other.pk).update(**wrong)


# --- Exchange rates ---------------------------------------------------------------------------------------------------
def test_other_currencies_are_converted_and_keep_rate_day_and_source(partnership):
    make_exchange_rate(rate="0.0070", on=day(-60))
    make_exchange_rate(rate="0.0080", on=day(-20))
    make_exchange_rate(rate="0.0090", on=day(-1))

    contribution = make_contribution(partnership, currency="KES", rate=Decimal(10_000))

    assert (contribution.value, contribution.base_value, contribution.base_currency) == (20_000, 160, "USD")
    assert (contribution.fx_rate, contribution.fx_on, contribution.fx_source) == (
        Decimal("0.008"),
        day(-20),
        "Central Bank",
    )


def test_a_rate_answers_in_both_directions_for_a_year():
    make_exchange_rate("USD", "KES", "125", on=day(-30))

    assert conversion("KES", "USD", day()).rate == Decimal("0.008")
    assert conversion("KES", "USD", day(-31)) is None
    assert conversion("KES", "USD", day(400)) is None
    assert conversion("KES", "EUR", day()) is None
    assert conversion("KES", "KES", day()).rate == 1


def test_without_a_rate_it_keeps_its_own_currency_and_is_in_no_sum(partnership, alice):
    contribution = make_contribution(partnership, currency="KES", rate=Decimal(10_000), state="counted")
    assert (contribution.value, contribution.base_value, contribution.fx_on) == (20_000, None, None)

    ledger = read_ledger(partnership)

    assert (ledger.total, ledger.n_unconverted) == (0, 1)
    assert ledger.unconverted_texts == ["20,000.00\N{NO-BREAK SPACE}KES"]
    with pytest.raises(ValidationError, match="no exchange rate between KES and USD"):
        steps.convert_contribution(contribution, by=alice)


def test_a_rate_that_comes_later_converts_what_is_counted_too(partnership, alice, admin):
    contribution = make_contribution(partnership, currency="KES", rate=Decimal(10_000), state="counted")
    other = make_contribution(partnership, currency="EUR")
    early = make_contribution(partnership, currency="KES", starts_on=day(-40))

    make_exchange_rate(rate="0.008", on=day(-20), by=admin)

    for each in (contribution, other, early):
        each.refresh_from_db()
    assert (contribution.base_value, other.base_value, early.base_value) == (160, None, None)
    assert read_ledger(partnership).total == 160
    assert partnership.entries.first().verb == "contribution.converted"
    with pytest.raises(ValidationError, match="nothing to convert"):
        steps.convert_contribution(contribution, by=alice)


def test_what_is_converted_by_hand_is_converted_once(partnership, alice):
    contribution = make_contribution(partnership, currency="KES", rate=Decimal(10_000))
    ExchangeRate.objects.create(
        currency="KES", into="USD", rate=Decimal("0.01"), valid_on=day(-20), source="Bank", added_by=alice
    )

    assert steps.convert_contribution(contribution, by=alice).base_value == 200


@pytest.mark.parametrize("wrong", [{"rate": 0}, {"into": "EUR"}, {"into": "KES"}])
def test_the_database_keeps_the_table_of_currencies(admin, wrong):
    make_exchange_rate("KES", "EUR")
    other = make_exchange_rate("KES", "USD")

    with pytest.raises(IntegrityError), transaction.atomic():
        ExchangeRate.objects.filter(pk=other.pk).update(**wrong)


def test_currencies_that_do_not_exist_are_refused(partnership, admin):
    with pytest.raises(ValidationError, match="not a currency"):
        make_contribution(partnership, currency="ABC")
    with pytest.raises(ValidationError, match="not a currency"):
        add_exchange_rate(ExchangeRate(currency="ABC", into="USD", rate=1, valid_on=day(), source="x"), by=admin)


def test_the_ledger_is_in_the_currency_of_programme_plan_or_dollars(alice):
    partnership = make_partnership(coordinator=alice)
    assert ledger_currency(partnership) == "USD"
    plan = make_plan(partnership)
    plan.currency = "KES"
    partnership.work_plan = plan
    assert ledger_currency(partnership) == "KES"
    partnership.programme = make_programme(currency="EUR")
    assert ledger_currency(partnership) == "EUR"


# --- The balance ------------------------------------------------------------------------------------------------------
def test_what_one_side_gives_the_other_receives(partnership, alice):
    for state in ("draft", "confirmed", "verified", "counted", "rejected"):
        make_contribution(partnership, side="resource", state=state)
    make_contribution(partnership, side="host", kind="space", unit="month", rate=Decimal(10), state="counted")
    wrong = make_contribution(partnership, side="host", rate=Decimal(1000), state="counted")
    steps.reverse_contribution(wrong, reason="One zero too many", by=alice)

    ledger = read_ledger(partnership)

    host, resource = ledger.sides
    assert (host.given, host.received, host.balance, host.on_the_way) == (20, 100, -80, 0)
    assert (resource.given, resource.received, resource.balance, resource.on_the_way) == (100, 20, 80, 300)
    assert [(line.label, line.given) for line in host.kinds] == [("Rooms and space", 20), ("Supplies", 0)]
    assert ledger.total == 120
    assert todo_of(partnership) == {"draft": 1, "confirmed": 1, "verified": 1}


def test_three_organizations_each_have_a_line(partnership):
    third = Participation.objects.create(
        partnership=partnership, organization=make_organization(name="Third"), side="host"
    )
    make_contribution(partnership, side="host", state="counted")
    make_contribution(partnership, participation=third, state="counted", quantity=1)

    host = read_ledger(partnership).sides[0]

    assert host.given == 150
    assert sorted(line.given for line in host.parties) == [50, 100]


def test_rows_in_an_earlier_currency_of_the_ledger_are_in_no_sum(partnership):
    make_contribution(partnership, state="counted")
    partnership.programme = make_programme(currency="EUR")

    ledger = read_ledger(partnership)

    assert (ledger.total, ledger.n_unconverted) == (0, 1)


# --- Writing down -----------------------------------------------------------------------------------------------------
def test_contributions_are_numbered_in_their_partnership(partnership, alice):
    codes = [make_contribution(partnership).code for _each in range(2)]
    assert codes == ["C1", "C2"]
    assert make_contribution(make_partnership(coordinator=alice)).code == "C1"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"ends_on": day(-11)}, "before the first"),
        ({"quantity": Decimal(0)}, "more than zero"),
        ({"quantity": Decimal(-2)}, "more than zero"),
        ({"rate": Decimal(-2)}, "more than zero"),
        ({"rate": Decimal("0.001"), "quantity": Decimal(1)}, "is worth 0.00"),
        ({"rate": Decimal("99999999999.0"), "quantity": Decimal(9_999_999)}, "Is it right"),
        ({"kind": "time", "unit": "week"}, "hours or days"),
        ({"kind": "time", "quantity": Decimal("24.01")}, "works that long"),
        ({"kind": "time", "quantity": Decimal(5), "unit": "day", "ends_on": day(-7)}, "works that long"),
    ],
)
def test_what_cannot_be_is_refused(partnership, fields, message):
    with pytest.raises(ValidationError, match=message):
        make_contribution(partnership, **fields)
    assert not Contribution.objects.exists()


def test_the_giver_takes_part_and_the_person_belongs_there(partnership, alice):
    stranger = make_partnership().participations.first()
    with pytest.raises(ValidationError, match="does not take part"):
        make_contribution(partnership, participation=stranger)
    outsider = make_contact(organization=make_organization())
    with pytest.raises(ValidationError, match="is not on its side"):
        make_contribution(partnership, kind="time", person=outsider)

    make_member(partnership, side="resource", contact=outsider)

    assert make_contribution(partnership, kind="time", person=outsider).person == outsider


def test_an_organization_that_left_gave_nothing_afterwards(partnership):
    party = partnership.participations.get(side="resource")
    Participation.objects.filter(pk=party.pk).update(joined_on=day(-100), left_on=day(-20))

    with pytest.raises(ValidationError, match="left the partnership"):
        make_contribution(partnership)
    assert make_contribution(partnership, starts_on=day(-20)).pk


def test_nothing_is_written_down_in_a_closed_partnership(partnership, alice):
    contribution = make_contribution(partnership)
    type(partnership).objects.update(status="terminated")

    with pytest.raises(ValidationError, match="nothing more"):
        add_contribution(Contribution(partnership=partnership), from_table=False, by=alice)
    with pytest.raises(ValidationError, match="nothing more"):
        change_contribution(contribution, from_table=False, seen_version=1, by=alice)
    # What is on the way may still be brought to its end.
    steps.confirm_contribution(contribution, how="email", note="Yes.", by=alice)
