"""Thought about plans: what differs, how quarters fall, where bars stand. Little of it needs a database."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from partnerships.drawing.timeline import (
    LABELS,
    LINES,
    ROW,
    ROWS,
    WIDTH,
    Bar,
    draw,
    fitting,
    next_month,
    scale_of,
    wrapped,
)
from partnerships.planning.differences import differences
from partnerships.planning.quarters import Quarter, by_quarter, quarter_of, quarters_of_year, years_of
from partnerships.planning.reading import charts_of, text_of
from partnerships.planning.words import say_amount


def side_label(side):
    return {"host": "Home hospital", "resource": "Guest hospital"}[side]


def activity(number=1, **changes):
    usual = {
        "number": number,
        "title": "Train midwives",
        "kind": "workshop",
        "description": "",
        "deliverable": "",
        "host_owner": None,
        "resource_owner": None,
        "starts_on": "2026-01-10",
        "ends_on": "2026-03-20",
        "budget": "",
        "in_kind_days": "",
        "in_kind_value": "",
        "needs": [],
    }
    return usual | changes


def objective(number=1, *activities, **changes):
    usual = {"number": number, "title": "Fewer deaths", "baseline": "", "target": "", "lead_side": ""}
    return {**usual, **changes, "activities": list(activities)}


def content(*objectives, goal="Safer births", currency="USD"):
    return {"format": 1, "goal": goal, "currency": currency, "objectives": list(objectives)}


def told(old, new):
    found = differences(old, new, side_label=side_label)
    return [
        (each.what, each.code, [(shift.label, shift.before, shift.after) for shift in each.shifts]) for each in found
    ]


# --- Differences ----------------------------------------------------------------------------------------------------
def test_nothing_differs_from_itself():
    plan = content(objective(1, activity(1), activity(2)))
    assert told(plan, plan) == []


@pytest.mark.parametrize(
    ("change", "row"),
    [
        ({"title": "Other"}, ("Title", "Train midwives", "Other")),
        ({"kind": "exchange"}, ("Type", "Workshop", "Exchange")),
        ({"starts_on": ""}, ("Start", "10 January 2026", "")),
        ({"ends_on": "2026-04-01"}, ("End", "20 March 2026", "1 April 2026")),
        ({"budget": "1250.50"}, ("Budget", "", "1,250.50 USD")),
        ({"in_kind_days": "4.50"}, ("Expected in kind, days", "", "4.5")),
        ({"in_kind_value": "30.00"}, ("Expected in kind, value", "", "30 USD")),
        ({"needs": [2, 3]}, ("Waits for", "", "A2, A3")),
        ({"host_owner": {"member": 7, "name": "Grace"}}, ("Owner, Home hospital", "", "Grace")),
        ({"deliverable": "A protocol"}, ("Deliverable", "", "A protocol")),
    ],
)
def test_activity_is_told_property_by_property(change, row):
    old, new = content(objective(1, activity())), content(objective(1, activity(**change)))
    assert told(old, new) == [("changed", "A1", [row])]


def test_added_removed_and_moved_parts_are_told():
    old = content(objective(1, activity(1), activity(2)), objective(2, activity(3)))
    new = content(objective(1, activity(2), activity(4)), objective(3, activity(1)))

    found = {(what, code) for what, code, _rows in told(old, new)}

    assert found == {
        ("removed", "O2"),
        ("added", "O3"),
        ("removed", "A3"),
        ("added", "A4"),
        ("changed", "A1"),
    }
    (moved,) = [rows for what, code, rows in told(old, new) if code == "A1"]
    assert moved == [("Objective", "O1", "O3")]


def test_order_goal_and_currency_are_told():
    old = content(objective(1, activity(1), activity(2)), objective(2))
    new = content(objective(2), objective(1, activity(2), activity(1)), goal="More", currency="KES")

    assert [(what, code) for what, code, _rows in told(old, new)] == [("changed", ""), ("moved", ""), ("moved", "O1")]


def test_owner_with_a_new_name_is_the_same_owner():
    before, after = ({"member": 7, "name": name} for name in ("Grace", "Grace Njeri"))
    old, new = (content(objective(1, activity(host_owner=owner))) for owner in (before, after))
    assert told(old, new) == []
    other = content(objective(1, activity(host_owner={"member": 8, "name": "Grace"})))
    assert told(old, other) == [("changed", "A1", [("Owner, Home hospital", "Grace", "Grace (another role)")])]


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("", "USD", ""),
        (None, "", ""),
        ("0.00", "KES", "0 KES"),
        (Decimal("1234567.5"), "KES", "1,234,567.50 KES"),
        ("0.25", "", "0.25"),
    ],
)
def test_amounts_are_told(amount, currency, text):
    assert say_amount(amount, currency) == text


# --- Quarters -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "first_month", "year", "number", "start", "end"),
    [
        (date(2026, 1, 1), 1, 2026, 1, date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 12, 31), 1, 2026, 4, date(2026, 10, 1), date(2026, 12, 31)),
        (date(2026, 9, 30), 10, 2025, 4, date(2026, 7, 1), date(2026, 9, 30)),
        (date(2026, 10, 1), 10, 2026, 1, date(2026, 10, 1), date(2026, 12, 31)),
        (date(2024, 2, 29), 4, 2023, 4, date(2024, 1, 1), date(2024, 3, 31)),
    ],
)
def test_day_lies_in_its_quarter(day, first_month, year, number, start, end):
    quarter = quarter_of(day, first_month)
    assert quarter == Quarter(year, number, first_month)
    assert (quarter.starts_on, quarter.ends_on) == (start, end)


@pytest.mark.parametrize("first_month", range(1, 13))
def test_quarters_follow_each_other_without_a_gap(first_month):
    quarters = quarters_of_year(2026, first_month) + quarters_of_year(2027, first_month)
    for one, two in zip(quarters, quarters[1:], strict=False):
        assert (two.starts_on - one.ends_on).days == 1


def row(start, end, progress="planned"):
    late = progress in ("planned", "under_way")
    return SimpleNamespace(
        starts_on=start, ends_on=end, progress=progress, late_on=lambda day: late and end is not None and end < day
    )


def test_quarter_counts_what_is_due_and_shows_what_goes_on():
    rows = [
        row(date(2026, 1, 5), date(2026, 2, 1), "done"),
        row(date(2026, 1, 5), date(2026, 2, 1)),
        row(date(2026, 3, 1), date(2026, 8, 1)),
        row(None, date(2026, 3, 31), "cancelled"),
        row(date(2026, 3, 30), None),
        row(None, None),
    ]
    first, second, third, fourth = by_quarter(rows, quarters_of_year(2026), date(2026, 3, 1))
    assert (len(first.due), len(first.running)) == (4, 1)
    assert (first.n_done, first.n_late, first.n_cancelled, first.n_planned) == (1, 1, 1, 1)
    assert (len(second.due), len(second.running), len(third.due), len(fourth.due)) == (0, 1, 1, 0)
    assert (first.is_now, second.is_now) == (True, False)
    assert years_of(rows, date(2028, 1, 1)) == [2026, 2027, 2028]


# --- The timeline ---------------------------------------------------------------------------------------------------
def bar(start, end, code="A1", label="Train midwives", state="planned", needs=()):
    return Bar(code=code, label=label, start=start, end=end, state=state, needs=needs)


def test_bars_stand_inside_the_drawing_in_their_order():
    bars = [bar(date(2026, 1, 10), date(2026, 3, 20)), bar(date(2026, 5, 1), date(2026, 12, 31), code="A2")]
    (drawing,) = draw(bars, scale_of(bars), date(2026, 6, 1))

    one, two = drawing.shapes
    assert LABELS <= one.x < one.end_x < two.x < two.end_x <= WIDTH
    assert one.y < two.y < drawing.height
    assert one.x < drawing.today_x < two.end_x
    assert drawing.ticks[0].is_year
    assert all(LABELS <= tick.x <= WIDTH for tick in drawing.ticks)


def test_one_day_can_be_seen_and_today_is_left_out_when_it_is_far_away():
    bars = [bar(date(2026, 1, 1), date(2026, 1, 1)), bar(date(2035, 1, 1), date(2035, 1, 1), code="A2")]
    (drawing,) = draw(bars, scale_of(bars), date(2040, 1, 1))
    assert drawing.shapes[0].width >= 5
    assert drawing.today_x is None
    assert len(drawing.ticks) <= 14


@pytest.mark.parametrize("months", [1, 2, 11, 13, 30, 59, 121])
def test_lines_never_stand_on_each_other(months):
    end = date(2026, 1, 31)
    for _n in range(months):
        end = next_month(end)
    bars = [bar(date(2026, 1, 31), end)]
    (drawing,) = draw(bars, scale_of(bars), end)
    gaps = [two.x - one.x for one, two in zip(drawing.ticks, drawing.ticks[1:], strict=False)]
    assert all(gap >= 35 for gap in gaps)


def test_many_rows_are_drawn_on_several_sheets_of_one_scale():
    bars = [bar(date(2026, 1, 1), date(2026, 2, 1), code=f"A{n}") for n in range(ROWS * 2 + 1)]
    drawings = draw(bars, scale_of(bars), date(2026, 1, 1))
    assert [len(drawing.shapes) for drawing in drawings] == [ROWS, ROWS, 1]
    assert len({drawing.ticks for drawing in drawings}) == 1


def test_nothing_is_drawn_without_bars():
    assert scale_of([]) is None


@pytest.mark.parametrize("text", ["", "Short", "x" * 500, "長い名前" * 40, "ነርሶች " * 50])
def test_label_fits_its_room(text):
    found = fitting(text, 200)
    assert len(found) <= 40
    assert found == text or found.endswith("…")


def test_titles_are_broken_into_lines_instead_of_cut():
    title = "Drills every second week on each ward, led by the midwives of both hospitals"
    lines = wrapped(title, 200)
    assert len(lines) > 1
    assert " ".join(lines) == title
    assert wrapped("", 200) == [""]
    for text in ("x" * 600, "長い名前" * 150):
        lines = wrapped(text, 200)
        assert (len(lines), lines[-1][-1]) == (LINES, "…"), text[:9]

    day = date(2026, 1, 1)
    bars = [bar(day, day, label=title * 2), bar(day, day, code="A2")]
    (drawing,) = draw(bars, scale_of(bars), day)
    one, two = drawing.shapes
    assert two.y - one.y > ROW
    assert one.lines[-1].y < two.text_y


def test_rows_of_several_lines_fill_a_sheet_sooner():
    day = date(2026, 1, 1)
    bars = [bar(day, day, code=f"A{n}", label="A long title of many words " * 5, needs=("A99",)) for n in range(ROWS)]
    drawings = draw(bars, scale_of(bars), day)
    assert sum(len(drawing.shapes) for drawing in drawings) == ROWS
    (lone,) = draw([bar(day, day)] * ROWS, scale_of(bars), day)
    assert all(drawing.height <= lone.height for drawing in drawings)


def test_arrows_lead_from_the_end_of_one_to_the_start_of_the_other():
    bars = [
        bar(date(2026, 1, 1), date(2026, 2, 1)),
        bar(date(2026, 3, 1), date(2026, 6, 1), code="A2", needs=("A1", "A9")),
        bar(date(2026, 5, 1), date(2026, 6, 1), code="A3", needs=("A2",)),
        bar(date(2026, 1, 1), date(2026, 1, 9), code="A4", needs=("A3",)),
    ]
    (drawing,) = draw(bars, scale_of(bars), date(2026, 1, 1))
    shapes = {shape.code: shape for shape in drawing.shapes}

    assert [(arrow.before, arrow.after) for arrow in drawing.arrows] == [("A1", "A2"), ("A2", "A3"), ("A3", "A4")]
    for arrow in drawing.arrows:
        before, after = shapes[arrow.before], shapes[arrow.after]
        assert arrow.line.startswith(f"M {before.end_x:g} {before.middle_y:g} L "), arrow
        assert f"L {after.x:g} {after.middle_y:g} L" in arrow.tip, arrow
        numbers = [float(word) for word in arrow.line.split() if word not in "ML"]
        assert all(LABELS - 16 < x <= WIDTH for x in numbers[::2]), arrow
    assert [shape.needs_elsewhere for shape in drawing.shapes] == ["", "A9", "", ""]


def test_what_an_activity_waits_for_is_told_in_words_too():
    plan = content(objective(1, activity(1), activity(2, needs=[1])), objective(2, activity(3, needs=[1])))
    text = text_of(plan, side_label=side_label, today=date(2026, 1, 1))
    one, two = charts_of(text, date(2026, 1, 1))
    assert "Waits for A1" in one.drawings[0].shapes[1].hint
    assert [arrow.after for arrow in one.drawings[0].arrows] == ["A2"]
    assert (two.drawings[0].arrows, two.drawings[0].shapes[0].needs_elsewhere) == ((), "A1")
