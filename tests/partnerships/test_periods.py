"""The schedule of reports, from dates alone."""

from datetime import date

import pytest

from partnerships.planning.periods import months_after, spans


def ends(**changes):
    plan = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31), "anchor": date(2026, 1, 1), "months": 3}
    return [(str(s.starts_on), str(s.ends_on), str(s.due_on)) for s in spans(**(plan | {"due_days": 30} | changes))]


def test_quarters_of_a_calendar_year():
    assert ends() == [
        ("2026-01-01", "2026-03-31", "2026-04-30"),
        ("2026-04-01", "2026-06-30", "2026-07-30"),
        ("2026-07-01", "2026-09-30", "2026-10-30"),
        ("2026-10-01", "2026-12-31", "2027-01-30"),
    ]


def test_quarters_from_the_day_of_notification_are_not_those_of_the_calendar():
    found = ends(starts_on=date(2026, 2, 17), ends_on=date(2026, 8, 16), anchor=date(2026, 2, 17))

    assert [row[:2] for row in found] == [("2026-02-17", "2026-05-16"), ("2026-05-17", "2026-08-16")]


def test_fiscal_year_from_october_makes_the_first_and_the_last_period_short():
    found = ends(starts_on=date(2025, 11, 15), ends_on=date(2026, 4, 20), anchor=date(2025, 10, 1))

    assert [row[:2] for row in found] == [
        ("2025-11-15", "2025-12-31"),
        ("2026-01-01", "2026-03-31"),
        ("2026-04-01", "2026-04-20"),
    ]


def test_half_years_from_april_due_within_fifteen_days():
    found = ends(starts_on=date(2026, 4, 1), ends_on=date(2026, 9, 30), anchor=date(2026, 4, 1), months=6, due_days=15)

    assert found == [("2026-04-01", "2026-09-30", "2026-10-15")]


def test_anchor_may_lie_behind_the_start():
    found = ends(starts_on=date(2026, 1, 10), ends_on=date(2026, 6, 30), anchor=date(2026, 10, 1))

    assert [row[0] for row in found] == ["2026-01-10", "2026-04-01"]


def test_the_last_of_a_month_does_not_wander():
    found = ends(starts_on=date(2026, 1, 31), ends_on=date(2026, 5, 30), anchor=date(2026, 1, 31), months=1)

    assert [row[0] for row in found] == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [(date(2024, 1, 31), 1, "2024-02-29"), (date(2026, 3, 31), -1, "2026-02-28"), (date(2026, 1, 1), -1, "2025-12-01")],
)
def test_months_after(day, months, expected):
    assert str(months_after(day, months)) == expected


def test_periods_touch_and_never_overlap():
    found = list(
        spans(starts_on=date(2023, 5, 9), ends_on=date(2027, 2, 3), anchor=date(2022, 8, 31), months=1, due_days=0)
    )

    assert (found[0].starts_on, found[-1].ends_on) == (date(2023, 5, 9), date(2027, 2, 3))
    assert all((b.starts_on - a.ends_on).days == 1 for a, b in zip(found, found[1:], strict=False))
