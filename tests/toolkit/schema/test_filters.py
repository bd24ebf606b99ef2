"""Filters on choices: what may be written, what is offered, and what becomes of an answer that no longer is."""

import datetime as dt

import pytest

from toolkit.schema.editing import set_properties
from toolkit.schema.errors import SchemaError
from toolkit.schema.merge import merge
from toolkit.schema.parsing import content_hash, from_json, parse, to_json
from toolkit.schema.parts import parts_of
from toolkit.schema.reach import never_offering
from toolkit.schema.retyping import remove_part
from toolkit.schema.rules import rules_for_browser
from toolkit.schema.switching import switch
from toolkit.schema.uses import Uses

from .forms import evaluation_of, item, table, tool

CHOICES = {
    "country": [{"name": "KE", "label": "Kenya"}, {"name": "UG", "label": "Uganda"}],
    "town": [
        {"name": "kisumu", "label": "Kisumu", "country": "KE"},
        {"name": "nairobi", "label": "Nairobi", "country": "KE", "score": 2},
        {"name": "gulu", "label": "Gulu", "country": "UG"},
        {"name": "elsewhere", "label": "Elsewhere"},
    ],
}
NOW = dt.datetime.fromisoformat("2026-03-15T10:20")
COUNTRY = item("f_country", "select_one country")


def town(written="country = ${country}", kind="select_one", **keys):
    return item("f_town", f"{kind} town", choice_filter=written, **keys)


def form(written="country = ${country}", *others, **keys):
    return tool(COUNTRY, town(written, **keys), *others, choices=CHOICES)


def problems_of(raw):
    with pytest.raises(SchemaError) as caught:
        parse(raw)
    return [str(problem) for problem in caught.value.problems]


def offered(written, answers, **keys):
    return sorted(evaluation_of(parse(form(written, **keys)), answers).offered["f_town"])


def test_filters_that_are_too_much_work_are_refused_with_their_place():
    many = {"town": [{"name": f"t{n}", "label": f"Town {n}", "country": "KE"} for n in range(500)]}
    heavy = " or ".join(["contains(concat(${note}, country), 'E')"] * 10)
    for written, rows, is_heavy in (("country = ${note}", 1000, False), (heavy, 20, False), (heavy, 1000, True)):
        rows_of = table("stays", item("f_note", "text"), town(written), max=rows)
        raw = tool(rows_of, choices=many)
        if is_heavy:
            (problem,) = problems_of(raw)
            assert "Too much to work out on one page" in problem
        else:
            parse(raw)


def test_filter_leaves_the_choices_for_which_it_holds():
    kenya = {"f_country": "KE"}
    for written, answers, left in (
        ("country = ${country}", kenya, ["kisumu", "nairobi"]),
        ("country = ${country}", {"f_country": "UG"}, ["gulu"]),
        ("country = ${country}", {}, ["elsewhere"]),
        ("${country} != '' and country = ${country}", {}, []),
        ("country = ${country} or country = ''", kenya, ["elsewhere", "kisumu", "nairobi"]),
        ("score > 1 and country != ''", {}, ["nairobi"]),
        ("country = 'KE' and name = 'kisumu'", {}, ["kisumu"]),
        ("name != 'gulu' or country = ''", {}, ["elsewhere", "kisumu", "nairobi"]),
        ("if(${country} = 'KE', country = 'KE', country = '')", kenya, ["kisumu", "nairobi"]),
        ("not(selected(${country}, country))", kenya, ["elsewhere", "gulu"]),
        ("starts-with(name, 'k') and regex(country, '[A-Z]{2}')", {}, ["kisumu"]),
        ("true() or country = ''", {}, ["elsewhere", "gulu", "kisumu", "nairobi"]),
    ):
        assert offered(written, answers) == left, written


def test_rows_of_a_table_ask_their_own_answers():
    columns = [item("f_country", "select_one country"), town("country = ${country}")]
    definition = parse(tool(table("visits", *columns), choices=CHOICES))
    rows = [{"_row": f"row00{n}", "f_country": land} for n, land in enumerate(("KE", "UG", "KE"), start=1)]

    found = evaluation_of(definition, {"r_visits": rows}).offered

    assert [sorted(found[f"r_visits/row00{n}/f_town"]) for n in (1, 2, 3)] == [
        ["kisumu", "nairobi"],
        ["gulu"],
        ["kisumu", "nairobi"],
    ]


def test_answer_that_is_no_longer_offered_is_told_and_does_not_count():
    shown = item("f_why", "text", relevant="${town} = 'gulu'")
    several = {"f_country": "KE", "f_town": ["kisumu", "gulu"]}
    for name, definition, answers in (
        ("one", parse(form("country = ${country}", shown)), {"f_country": "KE", "f_town": "gulu"}),
        ("several", parse(form(kind="select_multiple")), several),
    ):
        found = evaluation_of(definition, answers)

        assert [(p.cell, p.code, p.message) for p in found.problems] == [
            ("f_town", "not_offered", "“Gulu” does not go with the other answers. Choose one that does.")
        ], name
        assert "f_town" not in found.values, name
        assert not found.relevant.get("f_why"), name


def test_cascade_of_three_follows_the_order_of_what_depends_on_what():
    choices = CHOICES | {"ward": [{"name": "one", "label": "One", "town": "kisumu"}, {"name": "x", "label": "X"}]}
    ward = item("f_ward", "select_one ward", choice_filter="town = ${town}")
    definition = parse(tool(ward, town(), COUNTRY, choices=choices))
    answers = {"f_country": "UG", "f_town": "kisumu", "f_ward": "one"}

    assert definition.order.index("f_country") < definition.order.index("f_town") < definition.order.index("f_ward")
    assert [problem.cell for problem in evaluation_of(definition, answers).problems] == ["f_ward", "f_town"]
    assert evaluation_of(definition, answers | {"f_country": "KE"}).problems == []


def test_what_cannot_be_meant_is_told_where_it_stands():
    repeat = table("visits", item("f_cost", "integer"))
    for raw, told in (
        (
            form("country = '' or contry = ${country}"),
            "The choices of “town” have no column “contry”. Did you mean “country”?",
        ),
        (form("country = '' or zone = 1"), "The choices of “town” have no column “zone”."),
        (form("country = ${land}"), "There is no “land” in this form."),
        (form("country = 'KX'"), "No choice has “KX” in its column “country”: KE, UG."),
        (
            form("country = ${yes}", item("f_yes", "yes_no")),
            "left to choose: the column “country” holds no answer",
        ),
        (
            form("country = '' or selected(${country}, name)"),
            "the column “name” holds no answer to",
        ),
        (form("country = '' or name != ${town}"), "These depend on each other in a circle: town → town."),
        (form("country = ."), "“.” means this answer, and has its place in a constraint."),
        (form("max(country) > 1"), "A column of the choices has no place in max()"),
        (
            tool(repeat, COUNTRY, town("count-if(${visits}, ${cost} = country) > 0"), choices=CHOICES),
            "A column of the choices has no place in count-if()",
        ),
        (tool(item("f_a", "text", choice_filter="1 = 1")), "A text takes no “choice_filter”."),
        (tool(item("f_a", "text", relevant="country = 'KE'")), "Write ${country} for an answer, or 'country' for"),
    ):
        found = problems_of(raw)
        assert len(found) == 1, (told, found)
        assert told in found[0], told
        assert "choice_filter" in found[0] or "circle" in found[0] or "relevant" in found[0], found


def test_circle_of_two_filters_is_told():
    other = item("f_other", "select_one town", choice_filter="name != ${town}")

    assert "circle: town → other → town" in problems_of(form("country = '' or name != ${other}", other))[0]


def test_columns_of_choices_are_held_to_their_rules():
    for entry, told in (
        ({"Country": "KE"}, "“Country” is not a name"),
        ({"list_name": "x"}, "A column of choices cannot be called “list_name”."),
        ({"country": {"en": "KE"}}, "Write this in quotes, as text."),
        ({"country": True}, "Write this in quotes, as text."),
        ({"country": "x" * 101}, "is not a short text for a column"),
        ({"country": ""}, "is not a short text for a column"),
        ({f"c{n}": "x" for n in range(21)}, "A choice has 20 columns at most."),
    ):
        asking = item("f_a", "select_one l", choice_filter=f"{next(iter(entry)).lower()} = 'x' or true()")
        found = problems_of(tool(asking, choices={"l": [{"name": "a", "label": "A"} | entry]}))
        assert told in found[0], (told, found)
    slip = tool(item("f_a", "select_one l"), choices={"l": [{"name": "a", "lable": "A"}]})
    assert any("Did you mean “label”" in each for each in problems_of(slip))


def test_columns_and_filter_are_stored_hashed_and_read_back():
    definition = parse(form())
    stored = to_json(definition)
    again = from_json(stored)
    changed = form()
    changed["choices"] = {
        **CHOICES,
        "town": [*CHOICES["town"][:3], {"name": "elsewhere", "label": "E", "country": "UG"}],
    }

    assert again == definition
    assert [dict(choice.columns) for choice in again.lists["town"]][:2] == [
        {"country": "KE"},
        {"country": "KE"},
    ]
    assert content_hash(to_json(parse(changed))) != content_hash(stored)
    assert content_hash(to_json(parse(form("country = ${country} or score = 1")))) != content_hash(stored)


def test_page_is_given_what_filters_ask():
    rules = rules_for_browser(parse(form()))

    node = next(node for node in rules["nodes"] if node["id"] == "f_town")
    assert node["choice_filter"] == ["=", ["choice", "country"], ["item", "f_country"]]
    assert node["list"] == "town"
    assert rules["columns"]["town"]["gulu"] == {"country": "UG", "name": "gulu", "score": ""}
    assert rules["columns"].keys() == {"town"}


def test_column_that_no_filter_asks_for_is_told_once():
    raw = form("country = ${country}")
    raw["choices"] = CHOICES | {"town": [{**choice, "size": "big"} for choice in CHOICES["town"]]}

    assert problems_of(raw) == [
        "choices.town[0].size: “size” is not a key of a choice, and no filter asks for it as a column.",
    ]


def test_search_finds_a_filter_that_never_offers_a_choice():
    sure = item("f_sure", "yes_no")
    both = "${sure} = 'yes' and ${sure} = 'no' and country = ${country}"
    for name, raw, found in (
        ("a cascade", form(), []),
        ("what cannot be", form(both, sure), ["f_town"]),
        ("a country", tool(item("f_country", "country"), town(), choices={"town": CHOICES["town"]}), []),
        ("a row", tool(table("visits", COUNTRY, town("country = ${country} and country != ''")), choices=CHOICES), []),
    ):
        assert [each.id for each in never_offering(parse(raw), now=NOW)] == found, name


def test_merge_brings_filter_and_columns_and_keeps_ours():
    plain = {name: [{"name": each["name"], "label": each["label"]} for each in CHOICES[name]] for name in CHOICES}
    base = tool(COUNTRY, item("f_town", "select_one town"), choices=plain)
    theirs = form()
    ours = tool(COUNTRY, item("f_town", "select_one town"), item("f_own", "text"), choices=plain)

    merged = merge(base, theirs, ours)

    assert parse(merged.raw).by_id["f_town"].choice_filter == ["=", ["choice", "country"], ["item", "f_country"]]
    assert not any(step.is_conflict for step in merged.steps)
    back = merge(theirs, base, form("country = ${country}", item("f_own", "text")))
    assert "choice_filter" not in parts_of(back.raw)["f_town"].entry
    parse(back.raw)


def test_question_left_out_takes_its_columns_along_and_brings_them_back():
    base = form("country = ${country}", item("f_other", "select_one town"))
    off, refused = switch(base, base, {"f_town"})
    assert (refused, [set(choice) & {"country"} for choice in off["choices"]["town"]]) == ([], [set()] * 4)
    parse(off)

    again, _refused = switch(base, off, set())

    assert again == base
    assert remove_part(base, "f_town")["choices"]["town"][0].keys() == {"name", "label"}
    assert [part.id for part in Uses(base).of("f_country")] == ["f_town"]
    assert parts_of(set_properties(base, "f_country", {"name": "land"}))["f_town"].entry["choice_filter"] == (
        "country = ${land}"
    )
