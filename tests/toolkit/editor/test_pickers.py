"""What is picked in the form of a part: lines of conditions, choices of a list, rows of a table."""

import pytest

from tests.toolkit.editor.conftest import address, entry_of, raw_of, text_of
from toolkit.actions.drafting import edit_draft
from toolkit.schema.editing import set_properties
from toolkit.schema.retyping import choices_in

# Conditions


def picker(key: str, *lines: tuple[str, str, str], join: str = "all", how: str = "rows") -> dict:
    return {
        f"{key}-how": how,
        f"{key}-join": join,
        f"{key}-q": [line[0] for line in lines],
        f"{key}-asked": [line[1] for line in lines],
        f"{key}-value": [line[2] for line in lines],
        f"{key}-other": [line[3] if len(line) > 3 else "" for line in lines],
    }


@pytest.mark.parametrize(
    ("part", "sends", "key", "written"),
    [
        ("f_day", picker("relevant", ("late", "is", "yes")), "relevant", "${late} = 'yes'"),
        ("f_day", picker("relevant", ("late", "is", "Yes")), "relevant", "${late} = 'yes'"),
        ("f_day", picker("relevant", ("after", "is", "Poor"), ("", "is", "")), "relevant",
         "selected(${after}, 'poor')"),
        ("f_day", picker("relevant", ("state", "is", "poor"), ("title", "answered", ""), join="any"), "relevant",
         "${state} = 'poor' or ${title} != ''"),
        ("f_day", picker("relevant", ("total", "more", "100")), "relevant", "${total} > 100"),
        ("f_day", picker("constraint", (".", "not_more", "", "today()")), "constraint", "not(. > today())"),
        ("f_amount", picker("required", ("item", "answered", "")), "required", "${item} != ''"),
        ("g_visit", picker("relevant", ("total", "at_least", "5")), "relevant", "${total} >= 5"),
        ("f_title", {"required-how": "yes"}, "required", True),
        ("f_day", {"relevant-how": "text", "relevant-text": "count(${costs}) > 1"}, "relevant", "count(${costs}) > 1"),
    ],
)  # fmt: skip
def test_conditions_are_picked(visit, draft, part, sends, key, written):
    response = visit(part, **sends)

    assert response.status_code == 302, text_of(response)
    assert entry_of(draft, part)[key] == written


def test_a_condition_is_taken_away(visit, draft):
    visit("f_why", **{"relevant-how": "always"})

    assert "relevant" not in entry_of(draft, "f_why")


@pytest.mark.parametrize(
    ("sends", "written", "said"),
    [
        (picker("relevant", ("state", "is", "splendid")), "${state} = 'splendid'",
         "“splendid” is not an answer to “state”"),
        (picker("relevant", ("state", "is", "")), "${state} = ?", "what is still missing"),
        (picker("relevant", ("after", "excludes", "")), "not(selected(${after}, ?))", "what is still missing"),
        (picker("constraint", (".", "not_more", "")), "not(. > ?)", "what is still missing"),
        (picker("relevant", ("total", "more", ""), ("late", "is", "yes"), join="any"),
         "${total} > ? or ${late} = 'yes'", "what is still missing"),
        (picker("relevant", ("", "is", "")), "? = ?", "what is still missing"),
        (picker("relevant", ("", "is", "poor?")), "? = 'poor?'", "what is still missing"),
        ({"relevant-how": "text", "relevant-text": "  "}, "", "Write the formula"),
        ({"relevant-how": "text", "relevant-text": "${late"}, "${late", "Write an answer's name as"),
    ],
)  # fmt: skip
def test_a_line_that_is_not_finished_is_saved_listed_and_shown_again(visit, draft, sends, written, said):
    key = next(iter(sends)).partition("-")[0]
    page = visit("f_day", label="Which day?", follow=True, **sends)

    entry = entry_of(draft, "f_day")
    assert (entry["label"], entry[key]) == ({"en": "Which day?"}, written)
    [problem] = page.context["problems"]
    assert said in problem["text"]
    assert problem["url"].endswith(f"?at=f_day#id_{key}")
    condition = page.context["form"].conditions[key]
    assert condition.how == sends[f"{key}-how"]
    if condition.how == "rows":
        shown = [(line.name, line.asked, line.value) for line in condition.lines]
        assert shown == list(zip(sends[f"{key}-q"], sends[f"{key}-asked"], sends[f"{key}-value"], strict=True))
    assert visit("f_day", hint="As it was").status_code == 302
    assert entry_of(draft, "f_day")[key] == written


def test_a_value_that_no_formula_can_hold_is_refused_and_kept_on_the_page(visit, draft):
    before = raw_of(draft)

    response = visit("f_day", label="Which day?", **picker("relevant", ("title", "is", 'it\'s "so"')))

    assert response.status_code == 400
    assert raw_of(draft) == before
    page = text_of(response).replace("&#x27;", "'").replace("&quot;", '"')
    for said in ("but not both", 'it\'s "so"', "Which day?"):
        assert said in page


@pytest.mark.parametrize(
    "formula",
    [
        "${day} = 'y'",  # two questions have this name, and one of them is a date
        "${late} = 'Yes'",
        "${after} = 'good'",
        "${total} = '5'",
        "${title} = ${why}",
        "${title} = ' a '",
        "${state} > 'good' or ${late} = 'yes' and ${total} > 1",
    ],
)
def test_a_formula_that_lines_would_change_stays_a_formula_and_holds_nothing_up(visit, draft, curator, formula):
    day = {"id": "f_eve", "name": "day", "type": "text", "label": {"en": "The evening"}}
    edit_draft(draft, lambda raw: raw | {"form": [*raw["form"], day]}, by=curator)
    edit_draft(draft, lambda raw: set_properties(raw, "c_total", {"relevant": formula}), by=curator)
    edit_draft(draft, lambda raw: set_properties(raw, "f_title", {"relevant": formula}), by=curator)

    part = "f_title" if "${total}" in formula else "c_total"
    response = visit(part, label="In other words")

    assert response.status_code == 302
    entry = entry_of(draft, part)
    assert (entry["label"], entry["relevant"]) == ({"en": "In other words"}, formula)


def test_a_day_that_a_field_for_days_cannot_hold_is_shown_as_text(draft, curator, login):
    edit_draft(draft, lambda raw: set_properties(raw, "f_title", {"relevant": "${day} > 'soon'"}), by=curator)

    page = login(curator).get(f"{address(draft.tool)}?at=f_title")

    [line] = page.context["form"].conditions["relevant"].lines
    assert (line.value, line.widget) == ("soon", "text")


def test_a_line_is_added_without_saving(visit, draft):
    before = raw_of(draft)

    response = visit("f_day", label="Which day?", _line="relevant", **picker("relevant", ("late", "is", "no")))

    assert response.status_code == 200
    assert raw_of(draft) == before
    condition = response.context["form"].conditions["relevant"]
    assert [(line.name, line.value) for line in condition.lines] == [("late", "no"), ("", "")]
    assert "Which day?" in text_of(response)
    assert "Not saved yet" in text_of(response)


def test_a_formula_that_lines_cannot_say_is_shown_as_text(draft, curator, login):
    change = {"relevant": "count(${costs}) > 1 and not(${late} = 'yes' or ${total} > 3)"}
    edit_draft(draft, lambda raw: set_properties(raw, "f_day", change), by=curator)

    page = login(curator).get(f"{address(draft.tool)}?at=f_day")

    assert page.context["form"].conditions["relevant"].how == "text"
    assert "count(${costs}) &gt; 1 and not(" in text_of(page)


def test_a_column_may_ask_its_row_and_a_question_no_column(draft, curator, login):
    client = login(curator)

    def names(part):
        scope = client.get(f"{address(draft.tool)}?at={part}").context["form"].scope
        return set(scope.by_name)

    assert names("f_amount") == {"title", "late", "why", "state", "after", "day", "total", "item"}
    assert names("f_day") == {"title", "late", "why", "state", "after", "total"}
    assert names("g_visit") == {"total"}
    assert names("r_costs") == {"title", "late", "why", "state", "after", "day", "total"}


# Choices


def test_choices_are_written_added_removed_and_scored(visit, draft):
    visit("f_state", **{
        "choice-was": ["good", "poor", ""], "choice-name": ["good", "poor", ""], "choice-key": ["0", "1", "2"],
        "choice-label": ["Very good", "Poor", "Beyond repair"], "choice-score": ["3", "0", "-1,5"],
        "choice-drop": ["1"], "choice-lines": "Unknown\nNot seen\t0\n\n",
    })  # fmt: skip

    assert choices_in(raw_of(draft), "state") == [
        {"name": "good", "label": {"en": "Very good"}, "score": 3},
        {"name": "beyond_repair", "label": {"en": "Beyond repair"}, "score": -1.5},
        {"name": "unknown", "label": {"en": "Unknown"}},
        {"name": "not_seen", "label": {"en": "Not seen"}, "score": 0},
    ]


def test_wrong_choices_are_saved_listed_and_shown_again(visit, draft):
    page = visit("f_state", label="How is it?", follow=True, **{
        "choice-was": ["good", "poor", "", "", ""], "choice-name": ["good", "poor", "só", "good", "dry"],
        "choice-label": ["Good", "", "New", "Other", ""], "choice-score": ["much", "", "", "", "4"],
        "choice-key": ["0", "1", "2", "3", "4"], "choice-lines": "From the sheet",
    })  # fmt: skip

    assert entry_of(draft, "f_state")["label"] == {"en": "How is it?"}
    assert choices_in(raw_of(draft), "state") == [
        {"name": "good", "label": {"en": "Good"}, "score": "much"},
        {"name": "poor", "label": {}},
        {"name": "so", "label": {"en": "New"}},
        {"name": "good_2", "label": {"en": "Other"}},
        {"name": "dry", "label": {}, "score": 4},
        {"name": "from_the_sheet", "label": {"en": "From the sheet"}},
    ]
    told = {problem["text"] for problem in page.context["problems"]}
    assert told == {"Write a number.", "The words are missing."}
    assert "“só” cannot be a short name" in text_of(page)
    assert 'value="much"' in text_of(page)


def test_more_choices_than_a_list_may_have_are_refused_and_kept_on_the_page(visit, draft):
    before = raw_of(draft)

    response = visit("f_state", **{"choice-lines": "\n".join(f"Choice {n}" for n in range(501))})

    assert response.status_code == 400
    assert raw_of(draft) == before
    assert "A list has at most 500 choices." in text_of(response)
    assert "Choice 500" in text_of(response)


def test_choices_move_and_gain_lines_without_saving(visit, draft):
    before = raw_of(draft)

    moved = visit("f_state", _choices="down 0").context["form"].choices
    more = visit("f_state", _choices="more").context["form"].choices

    assert [row.label for row in moved.rows[:2]] == ["Poor", "Good"]
    assert len(more.rows) > len(moved.rows)
    assert raw_of(draft) == before


def test_a_shared_list_says_so_and_may_become_ones_own(visit, draft, curator, login):
    page = text_of(login(curator).get(f"{address(draft.tool)}?at=f_state"))
    assert "This list is also used by “State after”" in page

    visit("f_state", own_list="on", **{"choice-label": ["Fine", "Poor", "", ""]})

    raw = raw_of(draft)
    assert entry_of(draft, "f_state")["type"] == "select_one state_choices"
    assert choices_in(raw, "state_choices")[0]["label"] == {"en": "Fine"}
    assert choices_in(raw, "state")[0]["label"] == {"en": "Good"}
    visit("f_state", list="state")
    assert entry_of(draft, "f_state")["type"] == "select_one state"
    assert "state_choices" not in raw_of(draft)["choices"]


# Tables


def test_rows_to_begin_with(visit, draft):
    visit("r_costs", fixed="on", **{"row-id": ["", ""], "row-key": ["0", "1"], "row-item": ["Fuel", ""],
                                    "row-amount": ["12,5", ""], "row-lines": "Food\t3\nBeds\t\n"})  # fmt: skip

    rows = entry_of(draft, "r_costs")["rows"]
    assert [(row["item"], row.get("amount")) for row in rows] == [("Fuel", "12.5"), ("Food", "3"), ("Beds", None)]
    assert len({row["_row"] for row in rows}) == 3
    assert draft.problems() == ()
    visit("r_costs", **{"row-drop": ["1"]})
    kept = entry_of(draft, "r_costs")["rows"]
    assert kept == [rows[0], rows[2]]


def test_totals_and_bounds_of_a_table(visit, draft):
    visit("r_costs", totals=[], min="1", max="20")
    entry = entry_of(draft, "r_costs")
    assert "totals" not in entry
    assert (entry["min"], entry["max"]) == (1, 20)

    page = visit("r_costs", totals=["amount"], max="2000", follow=True)

    assert entry_of(draft, "r_costs")["max"] == 2000
    [problem] = page.context["problems"]
    assert problem["text"] == "Write a whole number from 1 to 1000."
