"""Changes to a draft, one at a time: each does what it says, leaves the old tool alone, and names follow."""

from copy import deepcopy

import pytest

from tests.toolkit.schema.test_merge import TRIP, parts
from toolkit.schema.changes import compare
from toolkit.schema.definition import Item
from toolkit.schema.editing import (
    EditError,
    add_part,
    copy_part,
    delete_part,
    move_part,
    move_to,
    new_tool,
    set_choices,
    set_properties,
)
from toolkit.schema.parsing import SchemaError, parse
from toolkit.schema.parts import FORM, children_of, parts_of
from toolkit.schema.uses import Uses

COSTS = {
    "tool": "costs",
    "section": "monitor",
    "kind": "document",
    "title": {"en": "Costs"},
    "purpose": {"en": "What it cost."},
    "languages": ["en"],
    "choices": {"kinds": [{"name": "travel", "label": {"en": "Travel"}}]},
    "form": [
        {"id": "f_limit", "name": "limit", "type": "integer", "label": {"en": "Limit"}},
        {
            "group": "spent",
            "label": {"en": "Spent"},
            "items": [
                {
                    "repeat": "costs",
                    "id": "r_costs",
                    "label": {"en": "Costs"},
                    "totals": ["amount"],
                    "rows": [{"_row": "first1", "amount": 5}],
                    "items": [
                        {"id": "f_what", "name": "what", "type": "text", "label": {"en": "What"}},
                        {
                            "id": "f_amount",
                            "name": "amount",
                            "type": "integer",
                            "label": {"en": "Amount"},
                            "constraint": ". <= ${limit}",
                            "relevant": "${what} != ''",
                        },
                    ],
                },
                {"id": "f_which", "name": "which", "type": "reference", "of": "rows", "rows_of": "costs",
                 "label_from": "what", "label": {"en": "Which"}},
                {"id": "c_sum", "name": "total", "type": "calculate",
                 "calculation": "sum(${amount}) + sum(${costs.amount})",
                 "label": {"en": "Sum"}},
            ],
        },
        {"group": "closing", "label": {"en": "Closing"}, "items": [
            {"id": "f_kind", "name": "kind", "type": "select_one kinds", "label": {"en": "Kind"},
             "relevant": "count(${costs}) > 0 and ${limit} > 3"}]},
    ],
    "body": {"en": "Not more than {{ answers.limit }}: {{ answers.limits }}"},
}  # fmt: skip


def sound(raw):
    return parse(raw)


def test_what_we_start_from_is_sound():
    assert sound(COSTS)


def test_a_new_name_is_carried_everywhere_it_is_meant():
    raw = set_properties(COSTS, "f_limit", {"name": "ceiling"})
    assert parts_of(raw)["f_amount"].entry["constraint"] == ". <= ${ceiling}"
    assert parts_of(raw)["f_kind"].entry["relevant"] == "count(${costs}) > 0 and ${ceiling} > 3"
    assert raw["body"]["en"] == "Not more than {{ answers.ceiling }}: {{ answers.limits }}"

    raw = set_properties(raw, "f_amount", {"name": "sum_spent"})
    assert parts_of(raw)["c_sum"].entry["calculation"] == "sum(${sum_spent}) + sum(${costs.sum_spent})"
    assert parts_of(raw)["r_costs"].entry["totals"] == ["sum_spent"]
    assert parts_of(raw)["r_costs"].entry["rows"] == [{"_row": "first1", "sum_spent": 5}]

    raw = set_properties(raw, "f_what", {"name": "thing"})
    assert parts_of(raw)["f_amount"].entry["relevant"] == "${thing} != ''"
    assert parts_of(raw)["f_which"].entry["label_from"] == "thing"

    raw = set_properties(raw, "r_costs", {"repeat": "expenses"})
    assert parts_of(raw)["c_sum"].entry["calculation"] == "sum(${sum_spent}) + sum(${expenses.sum_spent})"
    assert parts_of(raw)["f_kind"].entry["relevant"].startswith("count(${expenses})")
    assert parts_of(raw)["f_which"].entry["rows_of"] == "expenses"

    raw = set_properties(raw, "g_spent", {"group": "money"})
    assert children_of(raw, FORM) == ["f_limit", "g_money", "g_closing"]
    assert sound(raw)


def test_every_shipped_question_can_be_renamed():
    raw = TRIP
    for number, name in enumerate([*parts(TRIP), *parts(TRIP, "table")]):
        key = "repeat" if name.startswith("r_") else "name"
        raw = set_properties(raw, name, {key: f"renamed_{number}"})
    form, before = sound(raw), sound(TRIP)
    assert [item.id for item in form.items] == [item.id for item in before.items]
    assert [(i.relevant, i.calculation) for i in form.items] == [(i.relevant, i.calculation) for i in before.items]


@pytest.mark.parametrize("kind", ["text", "select_one", "select_multiple", "calculate", "note", "money"])
def test_what_is_added_has_an_id_of_its_kind_and_stands_where_it_was_put(kind):
    raw, name = add_part(COSTS, "item", parent="g_closing", kind=kind, label="New")
    assert children_of(raw, "g_closing") == ["f_kind", name]
    assert name[:2] == {"calculate": "c_", "note": "n_"}.get(kind, "f_")
    values = {"calculation": "1 + 1"} if kind == "calculate" else {}
    raw = set_properties(raw, name, values)
    if kind.startswith("select"):
        list_name = parts_of(raw)[name].entry["type"].split()[1]
        raw = set_choices(raw, list_name, [{"name": "a", "label": {"en": "A"}}])
    assert isinstance(sound(raw).by_id[name], Item)


def test_groups_and_tables_are_added_too():
    raw, group = add_part(COSTS, "group", after="f_limit", label="Second")
    raw, table = add_part(raw, "table", parent=group, label="Rows")
    raw, _column = add_part(raw, "item", parent=table, label="Column")
    assert children_of(raw, FORM) == ["f_limit", group, "g_spent", "g_closing"]
    assert sound(raw)


def test_what_cannot_stand_somewhere_is_refused():
    for sort, parent in (("group", "g_spent"), ("table", "r_costs")):
        with pytest.raises(EditError, match="may not stand"):
            add_part(COSTS, sort, parent=parent)
    with pytest.raises(EditError, match="may not stand"):
        move_to(COSTS, "g_closing", parent="g_spent")
    with pytest.raises(EditError, match="no part"):
        move_to(COSTS, "f_kind", parent="f_limit")
    for edit in (delete_part, copy_part):
        with pytest.raises(EditError, match="no part “f_gone”"):
            edit(COSTS, "f_gone")


def test_a_copy_has_ids_and_names_of_its_own():
    raw, name = copy_part(COSTS, "g_spent")
    assert children_of(raw, FORM) == ["f_limit", "g_spent", name, "g_closing"]
    form = sound(set_properties(raw, name, {"label": {"en": "Spent again"}}))
    assert len({item.id for item in form.items}) == len(form.items)
    assert len(form.items) == len(sound(COSTS).items) + 4
    copies = [part for part in parts_of(raw).values() if part.parent == name]
    assert copies[-1].entry["calculation"] == "sum(${amount_2}) + sum(${costs_2.amount_2})"
    assert (copies[1].entry["rows_of"], copies[1].entry["label_from"]) == ("costs_2", "what_2")


def test_up_and_down_go_through_groups():
    raw, places = COSTS, []
    for _step in range(4):
        raw = move_part(raw, "f_kind", step=-1)
        places.append((parts_of(raw)["f_kind"].parent, parts_of(raw)["f_kind"].path[-1]))
    assert places == [("g_spent", 3), ("g_spent", 2), ("g_spent", 1), ("g_spent", 0)]
    with pytest.raises(EditError, match="edge"):
        move_part(COSTS, "f_limit", step=-1)
    raw = move_part(COSTS, "f_limit", step=1)
    assert children_of(raw, "g_spent")[0] == "f_limit"


def test_what_is_deleted_is_gone_and_says_who_spoke_of_it():
    assert [part.id for part in Uses(COSTS).of("f_limit")] == ["f_amount", "f_kind", "tool"]
    raw = delete_part(COSTS, "f_amount")
    assert "totals" not in parts_of(raw)["r_costs"].entry
    with pytest.raises(SchemaError) as refused:
        sound(raw)
    assert "amount" in str(refused.value)


def test_a_list_in_use_stays():
    with pytest.raises(EditError, match="“kind”"):
        set_choices(COSTS, "kinds", None)
    raw = set_choices(COSTS, "more", [{"name": "a", "label": {"en": "A"}}])
    assert set_choices(raw, "more", None)["choices"] == COSTS["choices"]


def test_nothing_changes_the_tool_it_starts_from():
    before = deepcopy(COSTS)
    add_part(COSTS, "item", parent="r_costs")
    copy_part(COSTS, "r_costs")
    delete_part(COSTS, "g_spent")
    move_to(COSTS, "f_kind", parent="g_spent", before="c_sum")
    set_properties(COSTS, "tool", {"title": {"en": "Other"}, "body": None})
    set_choices(COSTS, "kinds", [])
    assert before == COSTS


def test_differences_are_told_part_by_part():
    raw = move_part(set_properties(COSTS, "f_limit", {"label": {"en": "Ceiling"}, "min": 1}), "f_kind", step=-1)
    raw = delete_part(raw, "f_which")
    raw, new = add_part(raw, "item", parent="g_closing", label="New")
    told = {change.id: change for change in compare(COSTS, raw)}
    assert {name: change.what for name, change in told.items()} == {
        "f_limit": "changed", "f_kind": "moved", "f_which": "removed", new: "added",
    }  # fmt: skip
    assert [(p.key, p.lang, p.before, p.after) for p in told["f_limit"].properties] == [
        ("label", "en", "Limit", "Ceiling"),
        ("min", "", None, 1),
    ]


def test_a_new_tool_wants_a_purpose_and_a_question():
    raw = new_tool("visit", section="monitor", kind="form", title="Visit", language="fr")
    with pytest.raises(SchemaError):
        sound(raw)
    raw = set_properties(raw, "tool", {"purpose": {"fr": "Pour voir."}})
    raw, _id = add_part(raw, "item", label="Jour", kind="date")
    assert sound(raw).title == {"fr": "Visit"}
