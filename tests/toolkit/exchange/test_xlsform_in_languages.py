"""XLSForms that come in: their languages, their limits and their oddities."""

import pytest

from tests.toolkit.exchange.books import book, survey
from toolkit.exchange.refusals import ImportRefused
from toolkit.exchange.xlsform_in import from_xlsform
from toolkit.schema.parsing import parse


def read(content, **keys):
    """What came of a workbook, which always parses: the tool, its entries by name, and the notes by row."""
    imported = from_xlsform(content, slug="sample", section="monitor", **keys)
    parse(imported.raw)
    entries = {}
    for entry in imported.raw["form"]:
        for each in (
            entry,
            *entry.get("items", []),
            *(one for sub in entry.get("items", []) for one in sub.get("items", [])),
        ):
            entries[each.get("name") or each.get("repeat") or each.get("group")] = each
    return imported.raw, entries, [(note.sheet, note.row, str(note.message)) for note in imported.notes]


# A form of ours that went away and came back


def test_languages_are_found_by_their_names():
    headings = ["type", "name", "label::Kiswahili", "label::Xyzzyish", "label::English(en)", "hint::Kiswahili"]
    raw, entries, notes = read(
        survey(
            ["text", "a", "Jina", "pong", "Name", "Hapa"], ["text", "b", None, None, "Only English"], headings=headings
        )
    )

    assert raw["languages"] == ["en", "sw"]
    assert entries["a"]["label"] == {"en": "Name", "sw": "Jina"}
    assert entries["a"]["hint"] == {"en": "Hapa", "sw": "Hapa"}
    assert notes == [("survey", 0, "Texts in “Xyzzyish” are left out: the language is not known here.")]


def test_labels_that_name_no_language_are_one_of_their_own_beside_translations():
    headings = ["type", "name", "label", "label::French (fr)"]
    rows = [
        ["text", "a", "Name", "Nom"],
        ["select_one pick", "b", "Only plain"],
        ["text", "c", None, "Que le français"],
    ]
    choices = [["list_name", "name", "label", "label::French (fr)"], ["pick", "x", "Yes", "Oui"], ["pick", "y", "No"]]
    read_as = {
        "": ("en", ["en", "fr"], {"en": "Name", "fr": "Nom"}),
        "Spanish (es)": ("es", ["es", "fr"], {"es": "Name", "fr": "Nom"}),
        "French (fr)": ("fr", ["fr"], {"fr": "Nom"}),
    }
    for default, (first, languages, label) in read_as.items():
        settings = [["default_language"], [default]] if default else [["form_title"], ["A form"]]
        raw, entries, notes = read(survey(*rows, headings=headings, choices=choices, settings=settings))
        assert (raw["languages"], entries["a"]["label"]) == (languages, label), default
        assert entries["b"]["label"] == {first: "Only plain"}, default
        assert raw["choices"]["pick"][1]["label"] == {first: "No"}, default
        told = [words for sheet, row, words in notes if row == 0 and sheet == "survey"]
        assert told == {
            "": ["Texts without a language are taken for English (en)."],
            "Spanish (es)": [],
            "French (fr)": ["The column “label” without a language is left out where there is one in French (fr)."],
        }.get(default), default


def test_texts_without_a_language_fill_the_gaps_of_the_one_they_are_taken_for():
    headings = ["type", "name", "label", "label::English (en)", "label::French (fr)"]
    raw, entries, notes = read(
        survey(["text", "a", "Plain", "Name", "Nom"], ["text", "b", "Plain", None, "Nom"], headings=headings)
    )

    assert (entries["a"]["label"], entries["b"]["label"]) == ({"en": "Name", "fr": "Nom"}, {"en": "Plain", "fr": "Nom"})
    assert [words for _sheet, row, words in notes if row == 0] == [
        "Texts without a language are taken for English (en).",
        "The column “label” without a language is left out where there is one in English (en).",
    ]


def test_settings_of_a_question_that_have_no_place_here_are_told():
    headings = ["type", "name", "label", "parameters"]
    rows = [
        ["range", "a", "A", "start=0 end=10 step=2"],
        ["range", "b", "B", "start=0 end=1 step=0.1"],
        ["range", "c", "C", "start=1 end=5"],
        ["text", "d", "D", "rows=5"],
    ]
    _raw, entries, notes = read(survey(*rows, headings=headings))

    assert (entries["a"]["type"], entries["a"]["min"], entries["a"]["max"]) == ("integer", 0, 10)
    assert notes == [
        ("survey", 2, "Settings of the question are left out: step=2."),
        ("survey", 3, "Settings of the question are left out: step=0.1."),
        ("survey", 5, "Settings of the question are left out: rows=5."),
    ]


def test_a_form_that_is_too_long_is_cut_and_lists_that_are_too_long_are_left_out():
    rows = [["select_one long", "first", "First"], *(["text", f"q{n}", "Q"] for n in range(1200))]
    raw, entries, notes = read(
        survey(*rows, choices=[["list_name", "name", "label"], *(["long", n, n] for n in range(501))])
    )

    assert len(raw["form"]) == 999
    assert entries["first"]["type"] == "text"
    assert ("survey", 2, "The list “long” is too long. This becomes a line of text.") in notes
    assert ("survey", 1001, "A form may have 999 rows; the rest is left out.") in notes
    assert ("choices", 502, "A list may have 500 choices. “long” is left out.") in notes


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (book(other=[["type"], ["text"]]), "This is no XLSForm: it needs a sheet “survey” with a column “type”."),
        (book(survey=[["name"], ["a"]]), "This is no XLSForm: it needs a sheet “survey” with a column “type”."),
        (book(survey=[["type", "name"]]), "This form holds no question that can be understood here."),
        (survey(["start", "start"]), "This form holds no question that can be understood here."),
        (survey(["begin group", "g", "G"], ["end group"]), "This form holds no question that can be understood here."),
    ],
)
def test_what_is_no_form_is_refused(content, why):
    with pytest.raises(ImportRefused) as refused:
        read(content)

    assert str(refused.value) == why


def test_sheets_in_any_order_of_any_case_and_odd_cells_are_no_trouble():
    content = book(
        notes=[["anything", "=not read"]],
        SURVEY=[
            [None, "type", "name", "label"],
            [None, None, None, None],
            ["x", "text", 12, True],
            ["y", "integer", 1.0, 3.5],
        ],
    )

    _raw, entries, _notes = read(content)

    assert {name: entry["label"]["en"] for name, entry in entries.items()} == {"q_12": "true", "q_1": "3.5"}
