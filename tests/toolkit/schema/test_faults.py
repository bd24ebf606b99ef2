"""Every fault of a tool file, told with its line and in words that say what to do."""

import pytest

from toolkit.schema.errors import SchemaError
from toolkit.schema.parsing import parse, read_yaml

from .forms import group, item, table, tool
from .trip import TRIP

LINES = [
    ("section: monitor", "section: monitoring", 3, "Did you mean “monitor”?"),
    ("section: monitor\n", "", 1, "key “section” of a tool is missing"),
    ("kind: report", "kind: survey", 4, "“survey” is unknown. Write one of: form, document"),
    ("tool: trip-report", "tool: Trip Report", 1, "a short name such as trip-report"),
    ('number: "4.1"', "number: 4.1", 2, "Write this in quotes"),
    ("minutes: 20", "minutes: soon", 11, "whole number from 1 to 10000"),
    ("minutes: 20", "minutes: 0", 11, "whole number"),
    ("minutes: 20", "minute: 20", 11, "not a key of a tool. Did you mean “minutes”?"),
    ("minutes: 20", "zebra: 20", 11, "“zebra” is not a key of a tool."),
    ("minutes: 20", "title: {en: Again}", 11, "“title” is written twice"),
    ("subject: traveller", "subject: moon", 8, "“moon” is unknown"),
    ("mode: single", "mode: alone", 9, "“alone” is unknown"),
    ("languages: [en, fr]", "languages: [english]", 13, "list of codes"),
    ("languages: [en, fr]", "languages: [en, en]", 13, "list of codes"),
    ("languages: [en, fr]", "languages: [en]", 5, "“fr” is not listed"),
    ("title: {en: Trip report, fr", "title: {fr", 5, "text in “en” is missing"),
    ("{en: The visit}", "{en: ''}", 20, "text in “en” is missing"),
    ("{en: The visit}", "{en: The visit, in short}", 20, "Put a text with a comma in quotes"),
    ("{en: The visit}", "{en: [a]}", 20, "in quotes, as text"),
    ("{en: The visit}", "[a]", 20, "Write a text as {en: …}"),
    ("{en: The visit}", '{en: "a\\0b"}', 20, "cannot be printed"),
    ("title: {en: Trip report", f"title: {{en: {'x' * 201}", 5, "longer than 200 characters"),
    ("name: fully, label", "name: fu lly, label", 16, "a choice's name"),
    (
        "- {name: no, label: {en: Not achieved}, score: 0}",
        "- {name: fully, label: {en: F}}",
        17,
        "“fully” stands twice",
    ),
    (
        "minutes: 20",
        "guidance: {en: 'Look <script>alert(1)</script>'}",
        11,
        "“<script” in line 1 has no place in Markdown",
    ),
    ("minutes: 20", "guidance: {en: '[here](javascript:x)'}", 11, "“javascript:” in line 1 has no place"),
    ("score: 2", "score: high", 16, "Write a number"),
    ("score: 2", "points: 2", 16, "“points” is not a key of a choice"),
    ("  achieved:\n", "  achieved: []\n  other:\n", 15, "1 to 500 choices"),
    ("group: visit", "group: The visit", 19, "small letters, digits"),
    ("side: host", "side: left", 21, "“left” is unknown"),
    ("    side: host", "    sides: host", 21, "Did you mean “side”?"),
    ("id: f_from, ", "", 23, "key “id” of an item is missing"),
    ("id: f_from", "id: from", 23, "an id such as f_title"),
    ("id: f_from", "id: c_from", 23, "id of a date starts with f_"),
    ("id: c_full", "id: f_full", 43, "id of a calculate starts with c_"),
    ("id: f_to", "id: f_from", 24, "id “f_from” is used twice"),
    ("id: f_obj", "id: f_from", 40, "id “f_from” is used twice"),
    ("id: f_to, name: to", "id: f_to, name: from", 24, "name “from” is used twice"),
    ("name: n_fully", "name: objectives", 43, "name “objectives” is used twice"),
    ("type: date, required", "type: dat, required", 23, "“dat” is unknown. Did you mean “date”?"),
    ("type: date, required", "type: date time, required", 23, "“date” stands alone"),
    ("type: select_one achieved", "type: select_one", 42, "Name the list of choices"),
    ("type: select_one achieved", "type: select_one achievd", 42, "Did you mean “achieved”?"),
    ("required: true", "required: [true]", 23, "an expression in quotes"),
    ("required: true", "requird: true", 23, "Did you mean “required”?"),
    ("required: true", "readonly: maybe", 23, "true or false"),
    ("required: true", "calculation: 1 + 1", 23, "A date takes no “calculation”"),
    ("required: true", "max_words: 5", 23, "A date takes no “max_words”"),
    ("required: true", "appearance: huge", 23, "“huge” is unknown"),
    ("required: true", "constraint_message: {en: No}", 23, "no constraint to go with"),
    ("required: true", "default: 2026-02-30", 23, "2026-02-30 does not exist"),
    ("required: true", "bind: partnership.start_on", 23, "Did you mean “partnership.starts_on”?"),
    ("required: true", "bind: user.name", 23, "“user.name” cannot fill a date"),
    ("required: true", "bind: partnership.team", 23, "cannot fill a date"),
    ("required: true", "bind: period.first_day", 23, "has nothing at “period.first_day”"),
    ("required: true", "bind: exchange.begins_on", 23, "There is no path “exchange.begins_on”"),
    ("type: note, ", "type: note, required: true, ", 45, "A note takes no “required”"),
    (",\n     calculation: \"count-if(${objectives}, ${achieved} = 'fully')\"", "", 43, "needs its calculation"),
    ("currency: EUR, label", "currency: EURO, label", 41, "Did you mean “EUR”?"),
    ("currency: EUR, label", "min: 5, max: 1, label", 41, "“min” is above “max”"),
    ("type: text, label: {en: Post}", "type: reference, label: {en: Post}", 30, "A reference needs “of”"),
    ("type: text, label: {en: Post}", "type: reference, of: rows, label: {en: Post}", 30, "needs “rows_of” and"),
    (
        "type: text, label: {en: Post}",
        "type: reference, of: rows, rows_of: object, label_from: x, label: {en: P}",
        30,
        "no table “object”",
    ),
    (
        "type: text, label: {en: Post}",
        "type: reference, of: rows, rows_of: objectives, label_from: object, label: {en: P}",
        30,
        "Did you mean “objective”?",
    ),
    (
        "type: text, label: {en: Post}",
        "type: reference, of: contact, rows_of: objectives, label: {en: P}",
        30,
        "with “of: rows” only",
    ),
    ("    min: 1", "    min: 30", 34, "“min” is above “max”"),
    ("    max: 20", "    max: 2000", 35, "whole number from 1 to 1000"),
    ("totals: [cost]", "totals: [costs]", 36, "Did you mean “cost”?"),
    ("totals: [cost]", "totals: [objective]", 36, "no number and has no total"),
    ("totals: [cost]", "totals: cost", 36, "a list of names"),
    ("totals: [cost]", "prefill: partnership.teams", 36, "Did you mean “partnership.team”?"),
    ("totals: [cost]", "prefill: partnership.name", 36, "gives no rows"),
    ("totals: [cost]", "prefill: partnership.team", 36, "No column takes"),
    ("_row: first1", "_row: x", 38, "6 to 12 small letters and digits"),
    ("_row: first1", "_row: 123456", 38, "6 to 12 small letters and digits"),
    ("{_row: first1, objective", "{_row: first1, aim", 38, "no column “aim”"),
    ('amount: "5"', 'amount: "5,000"', 38, "A comma here"),
    ("    rows:\n", "    fixed: true\n    prefill: partnership.team\n    rows:\n", 38, "cannot be prefilled"),
    (
        '    rows:\n      - {_row: first1, objective: To learn, cost: {amount: "5", currency: EUR}}\n',
        "    fixed: true\n",
        37,
        "needs its rows",
    ),
    ('". >= ${from}"', '". >= ${form}"', 24, "Did you mean “from”?"),
    ('". >= ${from}"', '". >== ${from}"', 24, "In “to”, after “. >=”"),
    ('". >= ${from}"', '". >= ${achieved}"', 24, "column of a table"),
    ('". >= ${from}"', '". >= ${objectives}"', 24, "is a table. Write count("),
    ('". >= ${from}"', '". >= ${thanks}"', 24, "is a note and has no answer"),
    ('". >= ${from}"', '". >= ${objectives.nothing}"', 24, "There is no “objectives.nothing”"),
    ('". >= ${from}"', '". >= position(..)"', 24, "not in a table"),
    ('". >= ${from}"', '". >= once(today())"', 24, "its place in a calculation"),
    ('". >= ${from}"', '". >= score(${from})"', 24, "has no score"),
    ('". >= ${from}"', "\". >= score('a')\"", 24, "around one name"),
    ('". >= ${from}"', "\"jr:choice-name(., '${from}') = ''\"", 24, "has no choices"),
    ('". >= ${from}"', '"count(1) = ."', 24, "around one name: count("),
    ('"${n_fully} > 0"', '". > 0"', 45, "place in a constraint"),
    ('"${n_fully} > 0"', '"count-if(${from}, 1) > 0"', 45, "starts with the ${name} of a table"),
    ('"${n_fully} > 0"', '"${thank} > 0"', 45, "Did you mean “thanks”?"),
    ("= 'fully')", "= 'fulli')", 44, "“fulli” is not an answer to “achieved”. Its answers: fully, no"),
    ("  - {id: n_thanks", "  - [id, n_thanks", 45, "not valid YAML"),
    ("minutes: 20", "minutes: 20\n---\ntool: x", 12, "one tool only"),
    ("title: {", "title: &a {", 5, "anchors (&) are not used"),
    ("minutes: 20", "minutes: *a", 11, None),
    ("minutes: 20", "minutes: !!int 20", 11, "tags such as"),
    ("minutes: 20", "? [a]\n: 20", 11, "A key must be a word"),
    ("minutes: 20", "minutes: \x07", 11, "character that YAML forbids"),
    ("form:\n", "body: {en: Text}\nform:\n", 18, "Only a document has a body"),
]


def faults(text, name="x.yaml"):
    with pytest.raises(SchemaError) as refusal:
        read_yaml(text, name=name)
    return refusal.value.problems


@pytest.mark.parametrize(("old", "new", "line", "words"), LINES, ids=range(len(LINES)))
def test_fault_is_told_with_its_line(old, new, line, words):
    assert TRIP.count(old) >= 1

    told = [(problem.line, str(problem.message)) for problem in faults(TRIP.replace(old, new, 1))]

    assert any(at == line and (words or "") in message for at, message in told), told


def test_all_faults_are_told_at_once_in_the_order_of_the_file():
    text = (
        TRIP.replace("minutes: 20", "minutes: soon")
        .replace("id: f_to", "id: to")
        .replace("type: money", "type: mony")
        .replace("${n_fully} > 0", "${n_fuly} > 0")
    )

    told = faults(text, name="monitor/trip-report.yaml")

    assert [problem.line for problem in told] == [11, 24, 41, 45]
    assert [problem.path for problem in told] == [
        "minutes",
        "form[0].items[1].id",
        "form[1].items[1].type",
        "form[3].relevant",
    ]


def test_a_faulty_item_has_no_echo_in_the_expressions_that_name_it():
    told = faults(TRIP.replace("type: date, required", "type: dat, required"))

    assert [problem.line for problem in told] == [23]


def test_error_reads_as_file_line_reason():
    with pytest.raises(SchemaError) as refusal:
        read_yaml(TRIP.replace("minutes: 20", "minutes: soon"), name="monitor/trip-report.yaml")

    assert str(refusal.value) == ("monitor/trip-report.yaml, line 11: Write a whole number from 1 to 10000.")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("# only a remark", "is empty"),
        ("just words", "Write a tool as key: value pairs"),
        ("- a\n- b", "Write a tool as key: value pairs"),
        (b"tool: \xff\xfe", "not UTF-8"),
        ("x" * (512 * 1024 + 1), "512 kB at most"),
        ("é" * (300 * 1024), "512 kB at most"),
        ("[" * 100_000, "nested too deep"),
        ("{a: " * 100_000, "nested too deep"),
        ("[" + "a," * 70_000 + "]", "too many parts"),
        ("a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]", "anchors (*)"),
        ("a: \ud800", "character that YAML forbids"),
        ("a: 'open", "not valid YAML"),
        ("a: b: c", "not valid YAML"),
        ("\ta: b", "not valid YAML"),
    ],
    ids=range(15),
)
def test_file_that_is_no_tool_is_refused(text, words):
    assert any(words in problem.message for problem in faults(text))


SHAPES = [
    (tool(), "A tool needs a form"),
    (tool(kind="guide"), "A guide needs its guidance"),
    (tool(group("empty")), "group “empty” is empty"),
    (tool(table("empty")), "table “empty” has no column"),
    (tool(group("a", group("b", item("f_x", "text")))), "may not stand in another group"),
    (tool(table("a", table("b", item("f_x", "text")))), "columns only"),
    (tool("x"), "Write an item as key: value"),
    (tool(item("f_x", "text"), choices=[]), "Write choices as"),
    (tool(item("f_x", "text"), choices={"a b": [{"name": "x", "label": "X"}]}), "A list's name"),
    (tool(item("f_x", "text"), choices={"a": ["x"]}), "Write a choice as"),
    (tool(item("f_x", "text")) | {"form": {"a": 1}}, "Write a list here"),
    (tool(*(item(f"f_x{n}", "text") for n in range(1001))), "1000 items at most"),
    (tool(group("a", item("f_x", "text")), group("a", item("f_y", "text"))), "“a” is used twice"),
    (tool(item("f_a", "yes_no"), item("f_b", "text", relevant="${a}")), "Write ${a} = 'yes'"),
    (
        tool(item("f_a", "yes_no"), item("f_b", "text", required="not(${a}) or 1 = 2")),
        "Write ${a} = 'yes'",
    ),
    (
        tool(item("f_a", "select_one l"), item("c_b", "calculate", calculation="score(${a})"))
        | {"choices": {"l": [{"name": "x", "label": "X"}]}},
        "have no score",
    ),
    (
        tool(
            table("a", item("f_n", "integer")),
            table("b", item("f_m", "integer") | {"name": "n"}),
            item("c_s", "calculate", calculation="sum(${n})"),
        ),
        "Several tables have a “n”. Write ${table.n}",
    ),
    (
        tool(table("t", item("f_n", "integer"), item("c_s", "calculate", calculation="sum(${n})"))),
        "Write ${t.n} for the whole column",
    ),
    (
        tool(table("t", item("f_n", "integer", default="x"), rows=[{"_row": "row001"}] * 2)),
        "The row “row001” stands twice",
    ),
    (
        tool(table("t", item("f_n", "integer"), max=1, rows=[{"_row": f"row00{n}"} for n in (1, 2)])),
        "more rows than “max”",
    ),
    (tool(item("f_n", "file", default=[])), "A file takes no “default”"),
    (tool(item("f_n", "integer"), title=None), "key “title” of a tool is missing"),
]


@pytest.mark.parametrize(("raw", "words"), SHAPES, ids=range(len(SHAPES)))
def test_wrong_shape_is_refused(raw, words):
    with pytest.raises(SchemaError) as refusal:
        parse(raw)

    assert any(words in problem.message for problem in refusal.value.problems), refusal.value


CIRCLES = [
    ({"c_a": "${b}", "c_b": "${a}"}, {}, "a → b → a"),
    ({"c_a": "${a} + 1"}, {}, "a → a"),
    ({"c_a": "${b}", "c_b": "${c}", "c_c": "sum(${a}, 1)"}, {}, "a → b → c → a"),
    ({"c_a": "1"}, {"c_a": "${a} = 1"}, "a → a"),
    ({"c_a": "1", "c_b": "2"}, {"c_a": "${b} = 1", "c_b": "${a} = 1"}, "a → b → a"),
]


@pytest.mark.parametrize(("calculations", "relevant", "circle"), CIRCLES, ids=range(len(CIRCLES)))
def test_circle_is_told_with_its_names(calculations, relevant, circle):
    items = [
        item(key, "calculate", calculation=text) | ({"relevant": relevant[key]} if key in relevant else {})
        for key, text in calculations.items()
    ]

    with pytest.raises(SchemaError) as refusal:
        parse(tool(*items))

    [problem] = refusal.value.problems
    assert problem.message == f"These depend on each other in a circle: {circle}."


def test_circles_through_tables_and_groups_are_found():
    own_total = tool(
        table(
            "t",
            item("f_n", "integer"),
            item("c_share", "calculate", calculation="${n} div sum(${t.share})"),
        )
    )
    own_group = tool(group("g", item("f_n", "integer"), relevant="${n} > 1"))
    for raw in (own_total, own_group):
        with pytest.raises(SchemaError, match="in a circle"):
            parse(raw)


def test_the_first_fault_of_a_part_does_not_hide_the_others():
    circle = [
        item("f_a", "integer", label={"en": ""}, relevant="${b} = 1", min="x"),
        item("f_b", "text", relevant="${a} = 1", required="${nobody} = 1"),
        table("t", item("f_c", "text", label={"en": ""}, relevant="${gone} = 1"), label={"en": ""}, totals=["d"]),
    ]
    with pytest.raises(SchemaError) as refused:
        parse(tool(*circle))

    told = [str(problem) for problem in refused.value.problems]
    assert sum("is missing" in each for each in told) == 3
    for said in ("Write a number", "no “nobody”", "no “gone”", "in a circle", "“d”"):
        assert any(said in each for each in told), said


def test_a_choice_without_words_is_still_an_answer():
    raw = tool(
        item("f_state", "select_one state"),
        item("f_why", "text", relevant="${state} = 'poor'"),
    )
    raw["choices"] = {"state": [{"name": "poor", "label": {"en": ""}}]}
    with pytest.raises(SchemaError) as refused:
        parse(raw)

    assert [problem.path for problem in refused.value.problems] == ["choices.state[0].label"]
