"""Every shipped form as a PDF with fields: each filled in, in four scripts, read back and found equal."""

import io

import pikepdf
import pytest
from pikepdf import Name

from tests.toolkit.exchange.pdf_forms import fill_in, made, saved
from tests.toolkit.exchange.test_filled_workbook_shipped import FORMS, SCRIPTS, kept
from toolkit.exchange.fillable_in import told_by
from toolkit.exchange.pdf_peek import peek


@pytest.mark.parametrize("part", range(8))
def test_every_field_of_every_shipped_form_is_read_as_it_was_written(part, subtests):
    assert len(FORMS) > 50
    for form in FORMS[part::8]:
        with subtests.test(form=form.tool), pikepdf.open(io.BytesIO(made(form, {}))) as pdf:
            _is_sound(pdf)
            typed = fill_in(pdf, form, SCRIPTS[part % 4])
            said = told_by(peek(saved(pdf)))

            assert said.problems == ()
            assert kept(form, {cell: value for cell, value in said.cells.items() if value is not None}) == typed
            assert len(typed) > 0
            rows = {"/".join(cell.split("/")[:2]) for cell in typed if "/" in cell}
            assert set(said.new_rows) == rows
            assert said.originals == {}


def _is_sound(pdf):
    """Fields have names of their own and words for screen readers, stand among the tags, and no script is there."""
    fields = list(pdf.Root.AcroForm.Fields)
    names = [str(field.T) for field in fields]
    assert len(set(names)) == len(names)
    assert all("." not in name for name in names)
    assert all(str(field.TU) for field in fields)
    widgets = [each for page in pdf.pages for each in page.get("/Annots", []) if each.Subtype == Name.Widget]
    assert len(widgets) == sum(len(field.get("/Kids", [field])) for field in fields)
    assert all("/StructParent" in widget and "/AP" in widget for widget in widgets)
    assert all(page.Tabs == Name.S for page in pdf.pages)
    assert not any("field.invalid" in str(each.get("/A", "")) for page in pdf.pages for each in page.get("/Annots", []))
    assert str(pdf.Root.Lang)
    assert str(pdf.docinfo.Title) == "A document"
    assert not any("/JS" in each for each in pdf.objects if isinstance(each, pikepdf.Dictionary))
