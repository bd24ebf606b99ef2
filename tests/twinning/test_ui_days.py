"""Spans of days and lists of names as templates write them."""

from datetime import date

from twinning.templatetags.ui import days, either


def test_a_single_day_is_written_once():
    assert days(date(2026, 11, 23), date(2026, 11, 23)) == "23 November 2026"
    assert days(date(2026, 11, 23), date(2026, 12, 1)) == "23 November 2026 – 1 December 2026"
    assert days(date(2026, 11, 23), None) == "23 November 2026"


def test_names_are_listed_with_or():
    told = {(): "", ("A",): "A", ("A", "B"): "A or B", ("A", "B", "C"): "A, B or C"}
    assert {names: either(list(names)) for names in told} == told
