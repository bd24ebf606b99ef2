"""Filters on choices on their way to XLSForm and back."""

from pyxform.xls2xform import convert

from toolkit.exchange.xlsform_in import from_xlsform
from toolkit.exchange.xlsform_out import to_xlsform
from toolkit.schema.parsing import content_hash, parse

from ..schema.forms import item, table, tool
from .books import book

CHOICES = {
    "country": [{"name": "KE", "label": {"en": "Kenya"}}, {"name": "UG", "label": {"en": "Uganda"}}],
    "town": [
        {"name": "kisumu", "label": {"en": "Kisumu"}, "country": "KE", "level": "1"},
        {"name": "gulu", "label": {"en": "Gulu"}, "country": "UG", "score": 2},
        {"name": "elsewhere", "label": {"en": "Elsewhere"}},
    ],
}


def cascade():
    land = item("f_land", "select_one country")
    rows = [item("f_state", "select_one country"), item("f_place", "select_multiple town")]
    rows[1]["choice_filter"] = "country = ${state} or country = ''"
    filtered = item("f_town", "select_one town", choice_filter="country = ${land} and (level = 1 or name != 'gulu')")
    return tool(land, filtered, table("visits", *rows), choices=CHOICES, languages=["en"])


def test_filter_compiles_and_comes_back_as_it_went():
    definition = parse(cascade())
    exported = to_xlsform(definition)

    xform = convert(exported.content, file_type=".xlsx").xform

    path = "instance('town')/root/item[country = "
    assert [said.split("]")[0].split() for said in xform.split(path)[1:]] == [
        "/data/land and (level = 1 or name != 'gulu')".split(),
        "current()/../state or country = ''".split(),
    ]
    again = from_xlsform(exported.content, slug="sample", section="monitor")
    assert (again.notes, exported.notes) == ((), ())
    assert content_hash(again.definition.written) == content_hash(definition.written)


def test_foreign_cascade_is_carried_over():
    survey = [
        ["type", "name", "label", "choice_filter"],
        ["select_one states", "State", "State", ""],
        ["select_one counties", "county", "County", "State-Name=${State}"],
        ["select_one towns", "town", "Town", "State_x = ${State} and Count=${county}"],
        ["select_one yes", "sure", "Sure?", "unknown = ${State}"],
    ]
    choices = [
        ["list_name", "name", "label", "State-Name", "State_x", "Count", "idle"],
        ["counties", "king", "King", "washington", "", "", ""],
        ["counties", "cameron", "Cameron", "texas (us)", "", "", ""],
        ["states", "texas (us)", "Texas", "", "", "", ""],
        ["states", "washington", "Washington", "", "", "", "x"],
        ["towns", "seattle", "Seattle", "", "washington", "king", ""],
        ["yes", "a", "A", "", "", "", ""],
    ]
    found = from_xlsform(book(survey=survey, choices=choices), slug="sample", section="monitor")

    items = {entry["name"]: entry for entry in found.raw["form"]}
    assert items["county"]["choice_filter"] == "state_name=${state}"
    assert items["town"]["choice_filter"] == "state_x = ${state} and count=${county}"
    assert "choice_filter" not in items["sure"]
    assert [choice.get("state_name") for choice in found.raw["choices"]["counties"]] == ["washington", "texas_us"]
    told = [str(note.message) for note in found.notes]
    assert "The column “idle” is left out: no filter asks for it." in told
    assert any("“choice_filter” is left out: In “sure”" in each for each in told)
    assert not any("filter on them" in each for each in told)
