"""Files that come back: what they would change, who decides, and everything that must not happen."""

import io

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import make_partnership
from tests.factories.toolkit import make_document, make_tool, make_writer
from toolkit.actions.handing_in import NotTakenError, decline, hand_in, offer_of, take_over
from toolkit.actions.saving import save_answers
from toolkit.exchange.filled_workbook import filled_workbook
from toolkit.forms.taking import offered_in
from toolkit.models import AnswerChange, HandedFile, Response
from toolkit.states import HandedState, Source

pytestmark = pytest.mark.django_db

FORM = """
  - {id: f_title, name: title, type: text, required: true, label: {en: Title}}
  - {id: f_n, name: n, type: integer, label: {en: How many}}
  - {id: f_own, name: own, type: text, side: resource, label: {en: "The resource side's word"}}
  - repeat: staff
    id: r_staff
    label: {en: Staff}
    items:
      - {id: f_name, name: name, type: text, label: {en: Name}}
      - {id: f_post, name: post, type: text, label: {en: Post}}
"""
BOTH = make_writer("host", "resource", "coordinator", name="Alice")
HOST = make_writer("host", name="Hana")


@pytest.fixture
def response(alice):
    document = make_document(
        partnership=make_partnership(coordinator=alice), version=make_tool(form=FORM, mode="joint")
    )
    response = Response.objects.get(document=document)
    response.document = document
    put(response, f_title="Begun", **{"r_staff/aaaaaa/f_name": "Rolf", "r_staff/aaaaaa/f_post": "Nurse"})
    return response


def put(response, by=BOTH, **cells):
    response.refresh_from_db()
    result = save_answers(response, cells, response.revisions, by=by)
    assert result.is_clean


def workbook(response, by=HOST):
    return filled_workbook(response, writer=by, options=offered_in(response, "en"))


def typed(content, **cells):
    """``content`` with values typed beside their keys; a column of a row as ``row__column``."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book.worksheets:
        columns = {}
        for row in sheet.iter_rows(min_row=2):
            key = row[0].value
            if isinstance(key, str) and key.startswith("r_") and "/" not in key:
                columns = {cell.value: cell.column for cell in row[1:] if cell.value}
            elif key in cells and "/" not in key:
                row[2].value = cells[key]
            elif isinstance(key, str) and "/" in key:
                for name, value in cells.get(key, {}).items():
                    row[columns[name] - 1].value = value
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def upload(content, name="answers.xlsx"):
    return SimpleUploadedFile(name, content)


def handed(response, by=HOST, **cells):
    return hand_in(response.document, upload(typed(workbook(response, by), **cells)), by=by)


def seen(response):
    return Response.objects.get(pk=response.pk).revisions


def answers(response):
    return Response.objects.get(pk=response.pk).answers


def test_nothing_is_written_before_somebody_agrees(response):
    file = handed(response, f_title="From the file")
    (difference,) = offer_of(file, by=HOST).returned.differences

    assert answers(response)["f_title"] == "Begun"
    assert (difference.original, difference.theirs, difference.now) == ("Begun", "From the file", "Begun")
    assert difference.is_clear


def test_what_was_chosen_is_written_with_its_source_and_its_file(response):
    file = handed(response, f_title="From the file", f_n=3)

    assert take_over(file, {"f_title": "theirs", "f_n": "now"}, seen(response), by=HOST) == 1
    assert answers(response)["f_title"] == "From the file"
    assert "f_n" not in answers(response)
    change = AnswerChange.objects.get(cell="f_title", source=Source.WORKBOOK)
    assert (change.handed, change.name) == (file, "Hana")
    file.refresh_from_db()
    assert (file.state, file.decided_by, file.n_taken) == (HandedState.APPLIED, "Hana", 1)


def test_a_conflict_needs_a_decision(response):
    file = handed(response, f_title="From the file")
    put(response, f_title="Changed here")
    (difference,) = offer_of(HandedFile.objects.get(pk=file.pk), by=HOST).returned.differences

    assert not difference.is_clear
    assert difference.now == "Changed here"
    with pytest.raises(NotTakenError) as refused:
        take_over(file, {}, seen(response), by=HOST)
    assert set(refused.value.reasons) == {"f_title"}
    assert answers(response)["f_title"] == "Changed here"
    take_over(file, {"f_title": "theirs"}, seen(response), by=HOST)
    assert answers(response)["f_title"] == "From the file"


def test_a_screen_that_is_stale_writes_nothing(response):
    file, before = handed(response, f_title="From the file", f_n=4), seen(response)
    put(response, f_title="Changed while looking")

    with pytest.raises(NotTakenError) as refused:
        take_over(file, {"f_title": "theirs", "f_n": "theirs"}, before, by=HOST)
    assert refused.value.code == "stale"
    assert answers(response)["f_title"] == "Changed while looking"
    assert "f_n" not in answers(response)
    assert HandedFile.objects.get(pk=file.pk).is_waiting


def test_deciding_twice_is_told_who_decided(response):
    file = handed(response, f_title="From the file")
    take_over(file, {"f_title": "theirs"}, seen(response), by=HOST)

    for act in (lambda: take_over(file, {}, {}, by=BOTH), lambda: decline(file, by=BOTH)):
        with pytest.raises(ValidationError, match="Hana decided on this file already"):
            act()
    assert AnswerChange.objects.filter(source=Source.WORKBOOK).count() == 1


def test_a_declined_file_is_kept_and_changes_nothing(response):
    file = handed(response, f_title="From the file")
    decline(file, by=HOST)

    file.refresh_from_db()
    assert file.state == HandedState.DECLINED
    with file.file.open("rb") as kept:
        assert kept.read().startswith(b"PK")
    assert answers(response)["f_title"] == "Begun"


def test_the_same_file_waits_once(response):
    content = typed(workbook(response), f_n=5)
    first = hand_in(response.document, upload(content), by=HOST)

    assert hand_in(response.document, upload(content, "again.xlsx"), by=HOST) == first
    assert HandedFile.objects.count() == 1


def test_rows_are_added_changed_and_taken_out(response):
    content = workbook(response)
    spare = next(
        row[0].value
        for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets
        for row in sheet.iter_rows(min_row=2)
        if str(row[0].value).startswith("r_staff/") and "aaaaaa" not in row[0].value
    )
    emptied = {"r_staff/aaaaaa": {"f_name": None, "f_post": None}, spare: {"f_name": "New", "f_post": "Midwife"}}
    file = hand_in(response.document, upload(typed(content, **emptied)), by=HOST)
    found = {each.cell: each.theirs for each in offer_of(file, by=HOST).returned.differences}

    assert found == {"r_staff/aaaaaa": None, f"{spare}/f_name": "New", f"{spare}/f_post": "Midwife"}
    take_over(file, dict.fromkeys(found, "theirs"), seen(response), by=HOST)
    row_id = spare.partition("/")[2]
    assert answers(response)["r_staff"] == [{"_row": row_id, "f_name": "New", "f_post": "Midwife"}]


def test_a_row_taken_out_here_meanwhile_comes_back_whole(response):
    file = handed(response, **{"r_staff/aaaaaa": {"f_post": "Midwife"}})
    put(response, **{"r_staff/aaaaaa": None})
    (difference,) = offer_of(HandedFile.objects.get(pk=file.pk), by=HOST).returned.differences

    assert (difference.cell, difference.now, difference.is_clear) == ("r_staff/aaaaaa", None, False)
    take_over(file, {"r_staff/aaaaaa": "theirs"}, seen(response), by=HOST)
    assert answers(response)["r_staff"] == [{"_row": "aaaaaa", "f_name": "Rolf", "f_post": "Midwife"}]


def test_unreadable_values_are_listed_and_the_others_offered(response):
    file = handed(response, f_title="From the file", f_n="many")
    offer = offer_of(file, by=HOST)

    assert [each.cell for each in offer.returned.differences] == ["f_title"]
    assert [(cell, str(why)) for cell, why in offer.returned.left] == [("f_n", "Write a number, such as 12 or 12.5.")]


def test_a_formula_is_told_at_its_cell(response):
    file = handed(response, f_n="=6*7")

    assert offer_of(file, by=HOST).problems == (("f_n", "A formula stands here. Write the value instead."),)


def test_another_sides_cells_are_not_taken(response):
    file = handed(response, BOTH, f_own="Not yours", f_title="Ours")
    offer = offer_of(file, by=HOST)

    assert [each.cell for each in offer.returned.differences] == ["f_title"]
    assert [cell for cell, _why in offer.returned.left] == ["f_own"]


def test_a_closed_document_takes_nothing_and_the_file_waits(response):
    file = handed(response, f_title="From the file")
    response.document.state = "submitted"
    response.document.save()

    with pytest.raises(ValidationError, match="can no longer be changed"):
        take_over(file, {"f_title": "theirs"}, seen(response), by=HOST)
    assert HandedFile.objects.get(pk=file.pk).is_waiting
    with pytest.raises(ValidationError, match="can no longer be changed"):
        hand_in(response.document, upload(typed(workbook(response), f_n=8)), by=HOST)


def test_a_file_of_another_document_is_named(response, alice):
    other = make_document(partnership=response.document.partnership, version=response.document.version)

    with pytest.raises(ValidationError, match=f"another document: {response.document.reference}"):
        hand_in(other, upload(workbook(response)), by=HOST)
    assert not HandedFile.objects.exists()


def test_a_file_of_the_other_side_is_refused(alice):
    version = make_tool(form=FORM, mode="each")
    document = make_document(partnership=make_partnership(coordinator=alice), version=version)
    theirs = document.responses.get(side="resource")
    theirs.document = document
    guest = make_writer("resource", name="Rolf")
    content = filled_workbook(theirs, writer=guest, options=offered_in(theirs, "en"))

    with pytest.raises(ValidationError, match="the answers of the other side"):
        hand_in(document, upload(content), by=HOST)
    assert hand_in(document, upload(content), by=guest).side == "resource"


def test_a_file_of_another_installation_is_told(response, settings):
    content = workbook(response)
    settings.SECRET_KEY = "another key"

    with pytest.raises(ValidationError, match="was changed"):
        hand_in(response.document, upload(content), by=HOST)
    settings.SITE_URL = "https://elsewhere.example.org"
    with pytest.raises(ValidationError, match="another installation"):
        hand_in(response.document, upload(content), by=HOST)


def test_an_older_version_offers_what_is_still_asked(response):
    file = handed(response, f_title="From the file", f_n=3)
    newer = make_tool(form=FORM.replace("f_n,", "f_other,").replace("name: n,", "name: other,"), mode="joint")
    response.document.version = newer
    response.document.save()
    file.response.document = response.document
    offer = offer_of(file, by=HOST)

    assert offer.is_older
    assert [each.cell for each in offer.returned.differences] == ["f_title"]
    assert [cell for cell, _why in offer.returned.left] == ["f_n"]


@pytest.mark.parametrize("name", ["answers.xls", "answers.exe", "answers.xlsm", "answers"])
def test_files_of_other_kinds_are_refused(response, name):
    with pytest.raises(ValidationError):
        hand_in(response.document, upload(workbook(response), name), by=HOST)


def test_a_readonly_answer_is_not_for_files(alice):
    form = "\n  - {id: f_known, name: known, type: text, readonly: true, default: Known, label: {en: Known}}\n"
    document = make_document(partnership=make_partnership(coordinator=alice), version=make_tool(form=form))
    response = document.responses.get()
    response.document = document

    result = save_answers(response, {"f_known": "Mine"}, response.revisions, by=HOST, source=Source.WORKBOOK)
    assert set(result.refused) == {"f_known"}
