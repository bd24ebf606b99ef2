"""Every shipped form as a workbook: each field filled in, in four scripts, read back and found equal."""

import io

import openpyxl
import pytest
from django.utils import timezone

from partnerships.models import Partnership
from tests.toolkit.exchange.sheets import everything, fill_in, options
from tests.toolkit.rendering.shipped import version_of
from toolkit.actions.library import LIBRARY
from toolkit.exchange.filled_workbook import filled_workbook
from toolkit.exchange.filled_workbook_in import read_filled_workbook
from toolkit.models import Document, Response
from toolkit.permissions import Writer
from toolkit.schema.answers import clean_value
from toolkit.schema.cells import flatten, parse_cell
from toolkit.schema.parsing import read_yaml
from toolkit.states import Mode, Part

FORMS = [
    form
    for path in sorted(LIBRARY.glob("*/*.yaml"))
    if ".example" not in path.name and (form := read_yaml(path.read_text(encoding="utf-8"), name=path.name)).items
]
ALL = Writer(name="Everybody", parts=frozenset({Part.HOST, Part.RESOURCE, Part.COORDINATOR}))
SCRIPTS = ("Plain Latin, with = signs", "Обучение сестёр", "تدريب الممرضات", "የነርሶች ስልጠና")


def response_of(form, answers) -> Response:
    partnership = Partnership(name="Aksum and Lyon", slug="a", reference="TP-TEST1", status="active")
    partnership.programme = None
    document = Document(
        partnership=partnership,
        version=version_of(form),
        reference="TP-TEST1-001",
        title="A document",
        mode=form.mode,
        language=form.languages[0],
        started_at=timezone.now(),
    )
    return Response(document=document, side="host" if form.mode == Mode.EACH else "", answers=answers)


def kept(form, cells) -> dict:
    """What save_answers would keep of ``cells``."""
    found = {}
    for cell, raw in cells.items():
        item = form.by_id[parse_cell(cell).item or parse_cell(cell).repeat]
        value = {} if parse_cell(cell).item is None else clean_value(item, raw, definition=form)
        if value is not None:
            found[cell] = value
    return found


def answered(form, answers) -> dict:
    """What of ``answers`` a workbook can hold: no files, nothing that is only shown."""
    cells = {cell: value for cell, value in flatten(answers).items() if parse_cell(cell).item}
    items = {cell: form.by_id[parse_cell(cell).item] for cell in cells}
    return {c: v for c, v in cells.items() if not items[c].readonly and items[c].kind not in ("file", "image")}


def test_every_shipped_form_comes_back_as_it_went_out(subtests):
    assert len(FORMS) > 50
    for n, form in enumerate(FORMS):
        with subtests.test(form=form.tool):
            answers = everything(form, SCRIPTS[n % 4])
            content = filled_workbook(response_of(form, answers), writer=ALL, options=options(form))
            said = read_filled_workbook(content)

            assert said.problems == ()
            assert said.new_rows == ()
            assert kept(form, said.cells) == answered(form, answers)
            assert said.originals == answered(form, answers)


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_field_typed_into_an_empty_workbook_is_read(script, subtests):
    for form in FORMS[SCRIPTS.index(script) :: 4]:
        with subtests.test(form=form.tool):
            content = filled_workbook(response_of(form, {}), writer=ALL, options=options(form))
            book = openpyxl.load_workbook(io.BytesIO(content))
            typed = fill_in(book, form, script)
            stored = io.BytesIO()
            book.save(stored)
            said = read_filled_workbook(stored.getvalue())

            assert said.problems == ()
            assert kept(form, said.cells) == typed
            assert len(typed) > 0
