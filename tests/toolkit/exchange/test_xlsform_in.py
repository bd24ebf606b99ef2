import io

import pytest
from openpyxl import load_workbook

from tests.toolkit.exchange.books import book, survey
from tests.toolkit.exchange.rich import RICH
from tests.toolkit.schema.forms import FORMS
from toolkit.exchange.xlsform_in import from_xlsform
from toolkit.exchange.xlsform_out import to_xlsform
from toolkit.schema.parsing import content_hash, parse


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


@pytest.mark.parametrize("raw", [RICH, *(form["tool"] for form in FORMS)], ids=lambda raw: raw["title"]["en"])
def test_a_form_of_ours_comes_back_as_it_went(raw):
    definition = parse(raw)

    came, _entries, notes = read(to_xlsform(definition).content)

    assert notes == []
    assert content_hash(parse(came).written) == content_hash(definition.written)


def edited(raw, change):
    """The exported form after somebody worked on it in a spreadsheet."""
    book = load_workbook(io.BytesIO(to_xlsform(parse(raw)).content))
    sheet = book["survey"]
    headings = {cell.value: cell.column for cell in sheet[1]}
    rows = {
        row[headings["name"] - 1].value: row[0].row
        for row in sheet.iter_rows(min_row=2)
        if not str(row[0].value).startswith("end")
    }

    def put(name, heading, value):
        sheet.cell(rows[name], headings[heading]).value = value

    change(put, sheet, rows, book)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def test_what_somebody_changed_meanwhile_wins_and_all_else_stays():
    def change(put, sheet, rows, book):
        put("text", "label::English (en)", "Another label")
        put("int", "constraint", ". > 3")
        put("web", "relevant", "${int} = 5")
        put("year", "type", "text")
        put("true", "calculation", "${int} > 4")
        put("places_guidance", "label::English (en)", "Help that was rewritten")
        put("dec", "required", "yes")
        sheet.delete_rows(rows["tongue"])

    raw, entries, notes = read(edited(RICH, change))
    before = {entry.get("name"): entry for entry in RICH["form"]}

    assert entries["text"]["label"]["en"] == "Another label"
    assert entries["text"]["id"] == "f_text"
    assert entries["int"]["constraint"] == ". > 3"
    assert "min" not in entries["int"]
    assert entries["int"]["unit"] == before["int"]["unit"]
    assert entries["web"]["relevant"] == "${int} = 5"
    assert entries["year"]["type"] == "text"
    assert entries["true"]["calculation"] == "${int} > 4"
    assert entries["places"]["guidance"]["en"] == "Help that was rewritten"
    assert entries["dec"]["required"] is True
    assert "tongue" not in entries
    assert entries["sign"]["constraint"] == ". != 'Me'"
    assert [why for _sheet, _row, why in notes] == ["“min” is left out: A text takes no “min”."]


def test_a_question_that_somebody_added_gets_an_id_of_its_own():
    def change(put, sheet, rows, book):
        sheet.insert_rows(rows["text"] + 1)
        for column, value in enumerate(["select_one country", "home_country", "Home"], start=1):
            sheet.cell(rows["text"] + 1, column).value = value

    _raw, entries, notes = read(edited(RICH, change))

    assert entries["home_country"] == {
        "id": "f_home_country",
        "name": "home_country",
        "type": "country",
        "label": {"en": "Home"},
    }
    assert notes == []


def test_a_reference_to_a_renamed_column_finds_it():
    """Two tables have a column of one name; there, one of them is called otherwise."""

    def change(put, sheet, rows, book):
        put("true", "calculation", "sum(${costs_qty}) > 1")

    _raw, entries, _notes = read(edited(RICH, change))

    assert entries["true"]["calculation"] == "sum(${costs.qty}) > 1"


# Forms from elsewhere

HEADINGS = (
    "Type", "Name", "label::English (en)", "Label::Français", "hint", "Relevance", "constraint", "constraint message",
    "required", "calculate", "Appearance", "default", "read only", "repeat_count", "parameters", "$kuid",
)  # fmt: skip


def row(kind, name="", label=None, french=None, **cells):
    return [kind, name, label, french, *(cells.get(heading.replace(" ", "_").casefold()) for heading in HEADINGS[4:])]


DIALECT = book(
    Survey=[
        HEADINGS,
        row("begin  group", "Intro", "Introduction", "Présentation"),
        row(
            "Text", "Full-Name", "Your <b>name</b>", "Votre nom", hint="As on paper", required="TRUE",
            constraint="string-length(.) < 50", constraint_message="Shorter",
        ),
        row("Integer", "AGE", "Age", constraint=". >= 0", required="yes"),
        row("select one from yesno", "ok", "Fine?", "Bien ?", required="no", default="yes"),
        row("select_one fruit or_other", "fruit", "Fruit", relevance="${ok}=’yes’"),
        row(
            "select all that apply from fruit", "many", "Fruits", relevance="selected(${fruit}, 'red apple')",
            appearance="minimal",
        ),
        row("end group"),
        row("begin_repeat", "member", "Members", "Membres", repeat_count="4"),
        row("string", "who", "Who"),
        row("decimal", "qty", "How much", default=1.5),
        row("calculate", "double", calculate="${qty} * 2 + position(..)"),
        row("end repeat"),
        row("calculate", "total", "Total", calculate="sum(${qty}[. != '']) + decimal-date-time(today())"),
        row("text", "story", "Story", appearance="multiline w4"),
        row("range", "pain", "Pain", parameters="start=1 end=10 step=1"),
        row("acknowledge", "ack", "Understood", relevance="${AGE} > 17 and ${ok} = 'yes'"),
        row("date", "day", "Day", constraint=". <= today()", default="today()"),
        row("integer", "next_age", "Next", calculate="${AGE} + 1", read_only="yes"),
    ],
    choices=[
        ["list name", "name", "label::English (en)", "label::Français"],
        ["yesno", "yes", "Yes", "Oui"],
        ["yesno", "no", "No", "Non"],
        ["fruit", "red apple", "Apple", "Pomme"],
        ["fruit", 2, "Two", None],
    ],
    settings=[["form_title", "default_language"], ["A survey", "English (en)"]],
)  # fmt: skip


def test_a_form_in_the_dialects_of_the_field_is_read():
    raw, entries, notes = read(DIALECT)

    assert (raw["title"], raw["languages"], raw["kind"]) == ({"en": "A survey"}, ["en", "fr"], "form")
    assert raw["purpose"] == {"en": "Brought in from the XLSForm “A survey”."}
    assert entries["full_name"] == {
        "id": "f_full_name", "name": "full_name", "type": "text", "label": {"en": "Your name", "fr": "Votre nom"},
        "hint": {"en": "As on paper"}, "constraint": "string-length(.) < 50", "constraint_message": {"en": "Shorter"},
        "required": True,
    }  # fmt: skip
    assert entries["ok"]["type"] == "yes_no"
    assert "required" not in entries["ok"]
    assert entries["fruit"]["relevant"] == "${ok}='yes'"
    assert entries["fruit_other"]["relevant"] == "${fruit} = 'other'"
    assert [choice["name"] for choice in raw["choices"]["fruit"]] == ["red_apple", "2", "other"]
    assert entries["many"] | {"label": 0} == {
        "id": "f_many", "name": "many", "type": "select_multiple fruit", "label": 0, "appearance": "minimal",
        "relevant": "selected(${fruit}, 'red_apple')",
    }  # fmt: skip
    assert (entries["member"]["id"], entries["member"]["min"], entries["member"]["max"]) == ("r_member", 4, 4)
    assert entries["qty"]["default"] == "1.5"
    assert entries["double"]["calculation"] == "${qty} * 2 + position(..)"
    assert entries["double"]["label"] == {"en": "Double"}
    assert entries["total"]["calculation"] == "sum(${qty}) + number(today())"
    assert entries["story"]["type"] == "long_text"
    assert (entries["pain"]["type"], entries["pain"]["min"], entries["pain"]["max"]) == ("integer", 1, 10)
    assert entries["ack"]["relevant"] == "${age} > 17 and ${ok} = 'yes'"
    assert entries["day"]["bind"] == "today"
    assert entries["next_age"] | {"label": 0} == {
        "id": "c_next_age", "name": "next_age", "type": "calculate", "label": 0, "calculation": "${age} + 1",
    }  # fmt: skip
    assert notes == [
        ("Survey", 2, "“Intro” is called “intro” here."),
        ("Survey", 3, "“Full-Name” is called “full_name” here."),
        ("Survey", 3, "Mark-up in the text is left out."),
        ("Survey", 4, "“AGE” is called “age” here."),
        ("choices", 4, "The choice “red apple” is called “red_apple” here."),
    ]


@pytest.mark.parametrize(
    ("odd", "kept", "told"),
    [
        (["start", "s"], None, "“start” is noted by a device and has no place here."),
        (["geopoint", "s", "S"], "text", "A place on the map becomes a line of text: coordinates or a description."),
        (["barcode", "s", "S"], "text", "A bar code becomes a line of text."),
        (["video", "s", "S"], "file", "A recording becomes a file that somebody attaches."),
        (
            ["frobnicate", "s", "S"],
            "text",
            "“frobnicate” is no type of question that is known here. It becomes a line of text.",
        ),
        (
            ["select_one_from_file a.csv", "s", "S"],
            "text",
            "The choices lie in a file that is not here. This becomes a line of text.",
        ),
        (["select_one nowhere", "s", "S"], "text", "There is no list “nowhere”. This becomes a line of text."),
        (["select_one ${a}", "s", "S"], "text", "Choices that are rows of a table become a line of text."),
        (
            ["rank list", "s", "S"],
            "select_multiple list",
            "The order in which people rank is not asked; they choose what matters.",
        ),
        (
            ["text", "s", "S", "pulldata('a', 'b', 'c', ${a})"],
            "text",
            "“relevant” is left out: In “s”: There is no function pulldata().",
        ),
        (["text", "s", "S", "${gone} = 1"], "text", "“relevant” is left out: In “s”: There is no “gone” in this form."),
        (["text", "s", "S", "/data/a = 1"], "text", "“relevant” is left out: In “s”: Write div instead of /."),
        (["text", "s", "S", None, "uuid()"], "text", "An answer to begin with that is worked out is left out."),
        (["integer", "s", "S", None, "many"], "integer", "“default” is left out: Write a number, such as 12 or 12.5."),
        (
            ["select_one list", "s", "S", None, None, "x = 1"],
            "select_one list",
            "“choice_filter” is left out: In “s”: The choices of “list” have no column “x”.",
        ),
        (["text", "s", "S", None, None, None, "a.jpg"], "text", "Pictures and sounds beside a question are left out."),
        (
            ["text", "s", "Dear ${a}"],
            "text",
            "Answers are not repeated in a text here; the name of the question stands in brackets.",
        ),
        (["text", "s", "x" * 1500], "text", "The long text stands as help; the question is its beginning."),
        ([None, "s", "S"], None, "This row has no type, or is switched off; it is left out."),
        (["end group"], None, "This ends a group or table that never began."),
        (["begin group", "s", "S"], None, "This group or table has no end; it is taken to end with the form."),
    ],
)
def test_a_row_that_cannot_be_carried_over_is_named_with_the_reason(odd, kept, told):
    headings = ["type", "name", "label", "relevant", "default", "choice_filter", "image"]
    _raw, entries, notes = read(
        survey(["text", "a", "A"], odd, headings=headings, choices=[["list_name", "name", "label"], ["list", "x", "X"]])
    )

    assert entries.get("s", {}).get("type") == kept
    assert ("survey", 3, told) in notes


def test_groups_within_groups_and_tables_within_tables_are_dissolved():
    headings = ["type", "name", "label", "relevant"]
    raw, entries, notes = read(
        survey(
            ["begin group", "outer", "Outer", "${a} = 1"],
            ["integer", "a", "A"],
            ["begin group", "inner", "Inner", "${b} = 2"],
            ["text", "c", "C", "${b} = 3"],
            ["end group"],
            ["end group"],
            ["integer", "b", "B"],
            ["begin repeat", "rows", "Rows"],
            ["begin group", "part", "Part"],
            ["text", "d", "D"],
            ["end group"],
            ["begin repeat", "deeper", "Deeper"],
            ["text", "e", "E"],
            ["end repeat"],
            ["end repeat"],
            headings=headings,
        )
    )

    assert [entry.get("group") or entry.get("name") or entry.get("repeat") for entry in raw["form"]] == [
        "outer",
        "b",
        "rows",
    ]
    assert [entry["name"] for entry in entries["outer"]["items"]] == ["a", "inner", "c"]
    assert entries["c"]["relevant"] == "(${b} = 2) and (${b} = 3)"
    assert "relevant" not in entries["outer"]  # it would ask what stands in the group
    assert [entry["name"] for entry in entries["rows"]["items"]] == ["d", "e"]
    assert [row for _sheet, row, _why in notes] == [2, 4, 10, 13]


def test_what_asks_for_something_that_is_left_out_is_left_out_too():
    headings = ["type", "name", "label", "calculation", "relevant"]
    chain = [["calculate", f"c{n}", None, f"${{c{n - 1}}} + 1"] for n in range(1, 80)]
    _raw, entries, notes = read(
        survey(
            ["text", "a", "A"],
            ["calculate", "c0", None, "random()"],
            *chain,
            ["text", "z", "Z", None, "${c79} > 1"],
            headings=headings,
        )
    )

    assert list(entries) == ["a", "z"]
    assert "relevant" not in entries["z"]
    assert len(notes) == 81


def test_the_title_that_was_asked_for_goes_before_the_forms_own():
    assert read(DIALECT, title="Mine")[0]["title"] == {"en": "Mine"}
    assert read(survey(["text", "a", "A"]))[0]["title"] == {"en": "sample"}
