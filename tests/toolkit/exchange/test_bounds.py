"""What a very faulty or hostile file may cost: few suggestions, few problems, one round after the other."""

import hashlib
import io
import json
import random
import zipfile

import pytest

from tests.toolkit.exchange.books import survey
from tests.toolkit.exchange.hostile import SHEET, Spent, cell, sheet_of, with_part
from toolkit.exchange.archive import PIECE, pieces_of
from toolkit.exchange.pack import MAX_PROBLEMS, MAX_TOOLS, read_pack
from toolkit.exchange.refusals import ImportRefused, PackRefused, RowNote, told_together
from toolkit.exchange.workbook import read_workbook
from toolkit.exchange.xlsform_in import from_xlsform
from toolkit.schema import report, suggestions
from toolkit.schema.errors import SchemaError
from toolkit.schema.parsing import read_yaml
from toolkit.schema.words import _

HEAD = """tool: {slug}
kind: form
section: implement
title: {{en: A tool}}
purpose: {{en: Something}}
form:
"""
CALCULATED = ("type", "name", "label", "calculation")


def tool(lines, slug="many"):
    return HEAD.format(slug=slug) + "".join(f"  - {line}\n" for line in lines)


def unknown(count):
    return [
        f"{{id: f_q{n:04}x, name: name_{n}, type: text, label: Q, relevant: \"${{nome_{n}}} = 'a'\"}}"
        for n in range(count)
    ]


def problems(text):
    with Spent() as spent, pytest.raises(SchemaError) as refused:
        read_yaml(text, name="many.yaml")
    assert spent.is_within
    return refused.value.problems


def refusal(content):
    with Spent() as spent, pytest.raises(ImportRefused) as refused:
        from_xlsform(content, slug="sample", section="monitor")
    assert spent.is_within
    return str(refused.value)


@pytest.fixture
def compared(monkeypatch):
    """How many names were looked for among others, and among how many letter by letter."""
    calls = []
    real = suggestions.get_close_matches

    def count(name, known, **keys):
        calls.append(len(known))
        return real(name, known, **keys)

    monkeypatch.setattr(suggestions, "get_close_matches", count)
    return calls


def test_of_a_thousand_unknown_names_a_few_are_looked_for(compared):
    told = problems(tool(unknown(990)))

    assert len(compared) <= report.MOST_SUGGESTIONS
    assert max(compared) <= suggestions.COMPARED
    assert "Did you mean “name_0”?" in told[0].message
    assert len(told) == report.MOST_PROBLEMS + 1
    assert told[-1].message == f"Faults that are not listed: {990 - report.MOST_PROBLEMS}."


def test_the_nearest_name_is_found_without_comparing_all():
    known = [f"question_number_{n}" for n in range(1000)]
    assert suggestions.nearest("qestion_numbr_512", known) == "question_number_512"
    assert suggestions.nearest("zebra", known) == ""
    assert suggestions.nearest("x" * 10_000, known) == ""


def test_ten_thousand_faulty_items_are_not_all_looked_at():
    told = problems(tool(["{id: x, name: n, type: nosuch, bogus: 1}"] * 10_000))

    assert len(told) == report.MOST_PROBLEMS + 1
    assert told[0].line == 7
    assert told[-1].message.startswith("Faults that are not listed: ")


def test_a_long_circle_names_its_first_and_counts_the_others():
    chain = [
        f"{{id: f_q{n:04}x, name: n{n}, type: text, label: Q, relevant: \"${{n{(n + 1) % 980}}} = 'a'\"}}"
        for n in range(980)
    ]
    (told,) = problems(tool(chain))
    assert told.message == "These depend on each other in a circle: n0 → n1 → n2 → n3 → n4 and 975 more."


def zipped(files):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def pack(files, tools):
    listed = [
        {"slug": slug, "files": {name: hashlib.sha256(files[name]).hexdigest() for name in names}}
        for slug, names in tools.items()
    ]
    return zipped({**files, "pack.json": json.dumps({"format": 1, "tools": listed})})


def test_a_pack_lists_no_more_than_so_many_tools():
    about = {"format": 1, "tools": [{"slug": f"a{n}", "files": {}} for n in range(40_000)]}
    with Spent() as spent, pytest.raises(PackRefused) as refused:
        read_pack(zipped({"pack.json": json.dumps(about)}))
    assert spent.is_within
    assert [str(each) for each in refused.value.problems] == [
        f"This pack lists 40000 tools; {MAX_TOOLS} are read at a time."
    ]


def test_the_tools_of_a_pack_are_read_until_too_much_is_wrong():
    files = {f"tools/rel{n}.yaml": tool(unknown(300), slug=f"rel{n}").encode() for n in range(20)}
    content = pack(files, {f"rel{n}": [f"tools/rel{n}.yaml"] for n in range(20)})

    with pytest.raises(PackRefused) as refused:
        read_pack(content)

    told = [str(each) for each in refused.value.problems]
    assert told[0].startswith("tools/rel0.yaml, line 7: ")
    assert told[MAX_PROBLEMS:] == ["Tools that were not looked at after that: 19.", "Faults that are not listed: 1."]


def test_what_is_not_read_from_a_pack_is_not_kept():
    large = random.Random(1).randbytes(3_000_000)
    files = {"tools/many.yaml": tool(["{id: f_a, name: a, type: text, label: A}"]).encode(), "files/many/x.bin": large}
    content = pack(files, {"many": list(files)})

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        pieces = [len(piece) for piece in pieces_of(archive, archive.getinfo("files/many/x.bin"))]
    (arrived,) = read_pack(content).tools

    assert arrived.files == {}
    assert (sum(pieces), max(pieces) <= PIECE) == (len(large), True)


# Workbooks


def test_empty_cells_far_out_cost_nothing():
    head = f'<row r="1">{cell("A1", "type")}{cell("B1", "name")}{cell("C1", "label")}</row>'
    first = f'<row r="2">{cell("A2", "text")}{cell("B2", "a")}{cell("C2", "A")}</row>'
    far = "".join(f'<row r="{n}"><c r="XFD{n}" s="0"/></row>' for n in range(3, 29_000))
    content = with_part(SHEET, sheet_of(head + first + far))

    with Spent() as spent:
        sheet = read_workbook(content, {"survey": 5000})["survey"]

    assert sheet.rows == ((2, {"type": "text", "name": "a", "label": "A"}),)
    assert spent.is_within


def test_a_text_far_out_is_refused_with_its_place():
    head = f'<row r="1">{cell("A1", "type")}</row>'
    content = with_part(SHEET, sheet_of(f'{head}<row r="7">{cell("XFD7", "x")}</row>'))
    assert refusal(content) == "Cell XFD7 of the sheet “survey” stands too far out: 256 columns are read here."


def test_groups_within_too_many_groups_are_refused_with_their_row():
    rows = [["begin_group", f"g{n}", "G"] for n in range(2400)]
    assert refusal(survey(*rows)).startswith("Row 22 of the sheet “survey” begins a group within 20 others.")


def test_when_nothing_is_left_the_first_cause_is_told_with_its_row():
    circle = [["calculate", f"n{n}", "", f"${{n{(n + 1) % 500}}}+1"] for n in range(500)]
    told = refusal(survey(*circle, headings=CALCULATED))
    assert "It begins in row 501 of the sheet “survey”" in told
    assert "in a circle: n0 → n1 → n2 → n3 → n4 and 495 more." in told

    dominoes = [["calculate", f"n{n}", "", f"${{n{n + 1}}}+1" if n < 499 else "foo()"] for n in range(500)]
    told = refusal(survey(*dominoes, headings=CALCULATED))
    assert "row 501" in told
    assert "There is no function foo()" in told


def test_a_form_with_a_thousand_unknown_names_is_looked_through_once_or_twice(compared):
    rows = [["text", f"n{n}", "Q", f"${{m{n}}} = 'a'"] for n in range(900)]
    imported = from_xlsform(
        survey(*rows, headings=("type", "name", "label", "relevant")), slug="sample", section="monitor"
    )
    assert len(imported.notes) == 900
    assert len(compared) <= 2 * report.MOST_SUGGESTIONS
    (group,) = told_together(imported.notes[20:])
    assert (len(group.notes), group.n_more) == (3, 877)


def test_names_that_are_called_otherwise_are_told():
    rows = [["text", "same", "A"], ["text", "same", "B"], ["text", "9starts", "C"], ["text", "имя", "D"]]
    imported = from_xlsform(survey(*rows), slug="sample", section="monitor")
    names = [entry["name"] for entry in imported.raw["form"]]
    assert [(note.row, str(note.message)) for note in imported.notes] == [
        (3, f"“same” is called “{names[1]}” here."),
        (4, f"“9starts” is called “{names[2]}” here."),
        (5, f"“имя” is called “{names[3]}” here."),
    ]


def test_notes_of_one_kind_are_told_together():
    notes = [RowNote("survey", n, _("“%(old)s” is gone.", old=f"a{n}")) for n in range(2, 12)]
    other = RowNote("survey", 0, _("This sheet is not read here."))
    assert [(len(group.notes), group.n_more) for group in told_together([*notes, other])] == [(3, 7), (1, 0)]


def test_conditions_that_are_endless_all_together_are_refused():
    asked = " and ".join(f"${{n{n}}} = 'a'" for n in range(60))
    rows = [["text", f"n{n}", "Q", asked] for n in range(500)]
    told = refusal(survey(*rows, headings=("type", "name", "label", "relevant")))
    assert told.startswith("The conditions and calculations of this form have ")
