"""What a cell says, however its program keeps it."""

import datetime as dt

import pytest

from toolkit.exchange.shapes import Unreadable, read

EPOCH = dt.datetime(1899, 12, 30)
CHOICES = [["Yes", "yes"], ["No", "no"], ["Other; please say", "other"], ["Other", "other_2"]]


@pytest.mark.parametrize(
    ("shape", "value", "said"),
    [
        ("number", 8.95, "8.95"),
        ("number", 1e15, "1000000000000000"),
        ("number", "1 234,5", "1 234,5"),
        ("text", 12.0, "12"),
        ("text", "  a_x000D_\nb ", "a\nb"),
        ("text", "_x005F_x0041_", "_x0041_"),
        ("date", dt.datetime(2026, 3, 15), "2026-03-15"),
        ("date", 46096, "2026-03-15"),
        ("date", "15.3.2026", "15.3.2026"),
        ("time", dt.time(9, 5, 59), "09:05"),
        ("time", 0.5, "12:00"),
        ("time", dt.timedelta(hours=26, minutes=3), "02:03"),
        ("moment", dt.datetime(2026, 3, 15, 14, 30), "2026-03-15T14:30"),
        ("choice", "yes", "yes"),
        ("choice", " YES ", "yes"),
        ("choice", True, "yes"),
        ("choice", "Other", "other_2"),
        ("many", "Other; please say; Yes", ["other", "yes"]),
        ("many", "no,  yes", ["no", "yes"]),
        ("many", "", None),
    ],
)
def test_what_a_cell_says(shape, value, said):
    assert read(shape, value, CHOICES, EPOCH) == said


@pytest.mark.parametrize(("shape", "value"), [("choice", "Maybe"), ("many", "Yes; Maybe"), ("date", 1e20)])
def test_what_nobody_can_tell_is_not_guessed(shape, value):
    with pytest.raises(Unreadable):
        read(shape, value, CHOICES, EPOCH)
