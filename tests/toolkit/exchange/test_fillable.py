"""A PDF with fields: what it shows, how readers fill it in, and what is made of files that are not as they were."""

import ctypes
import io
import zlib

import pikepdf
import pypdfium2
import pytest
from pikepdf import Dictionary, Name, String
from pypdfium2 import raw

from tests.factories.toolkit import make_writer
from tests.toolkit.exchange import pdf_forms
from tests.toolkit.exchange.pdf_forms import by_name, changed, fill_in, made, small, write
from tests.toolkit.exchange.sheets import everything
from tests.toolkit.exchange.test_filled_workbook_shipped import answered, kept
from tests.toolkit.rendering.shipped import shipped
from toolkit.exchange.fillable_in import LARGEST, read_fillable
from toolkit.exchange.read_back import ReadBackError

ARABIC = "تدريب الممرضات"
SCRIPTS = ("Plain words", "Обучение сестёр", ARABIC, "የነርሶች ስልጠና")


def refusal(data: bytes) -> str:
    with pytest.raises(ReadBackError) as refused:
        read_fillable(data)
    return str(refused.value)


def text_fields(pdf):
    """Of answers that have one part."""
    return [field for field in pdf.Root.AcroForm.Fields if Name.Tx == field.FT and ":" not in str(field.T)]


# What goes out


@pytest.fixture(scope="module")
def filled() -> bytes:
    form = shipped("trip-report")
    return made(form, everything(form, SCRIPTS[3]))


def test_answers_so_far_come_back_unchanged(filled):
    form = shipped("trip-report")
    said = read_fillable(filled)

    assert said.problems == said.new_rows == ()
    assert (said.reference, said.side) == ("TP-TEST1-001", "")
    assert kept(form, said.cells) == answered(form, everything(form, SCRIPTS[3])) == said.originals


def test_values_are_drawn_in_every_script():
    form = shipped(pdf_forms.SMALL)
    asked = [item for item in form.items if item.kind in ("text", "long_text", "reference") and not item.repeat]
    ids = [item.id for item in asked if not item.readonly]
    assert len(ids) >= 4
    data = made(form, dict(zip(ids, SCRIPTS, strict=False)))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        fields, shown = by_name(pdf), pikepdf.new()
        for cell in ids[:4]:
            look = fields[cell].AP.N
            page = shown.add_blank_page(page_size=(600, 900))
            page.obj.Resources = Dictionary(XObject=Dictionary(V=shown.copy_foreign(look)))
            left, foot, _right, _top = look.BBox
            page.obj.Contents = shown.make_stream(f"1 0 0 1 {-float(left)} {-float(foot)} cm /V Do".encode())
        pages = pypdfium2.PdfDocument(pdf_forms.saved(shown))
    texts = ["".join(page.get_textpage().get_text_range().split()) for page in pages]
    wanted = ["".join(script.split()) for script in SCRIPTS]
    assert [texts[0], texts[1], texts[3]] == [wanted[0], wanted[1], wanted[3]]
    assert sorted(texts[2]) == sorted(wanted[2])  # told in the order of the eye
    for page in pages:
        assert page.render(scale=1).to_pil().convert("L").getextrema()[0] < 100


def test_what_somebody_else_writes_is_no_field():
    form = shipped("work-plan")
    host = make_writer("host")
    mine = {item.id for item in form.items if host.may_write(item.side)}
    with pikepdf.open(io.BytesIO(made(form, {}, writer=host))) as pdf:
        cells = {name.partition("=")[0].partition(":")[0].rpartition("/")[2] for name in by_name(pdf)}
    assert cells <= mine
    assert cells
    assert {item.id for item in form.items} - mine


# Readers


def test_filled_in_by_another_reader_and_saved_on_top_of_the_file():
    document = pypdfium2.PdfDocument(small())
    document.init_forms()
    form, typed = document.formenv, []
    with pikepdf.open(io.BytesIO(small())) as pdf:
        at = max(range(len(pdf.pages)), key=lambda n: len(pdf.pages[n].get("/Annots", [])))
        wanted = [field for field in text_fields(pdf) if field.P.objgen == pdf.pages[at].objgen][:4]
        spots = [(str(each.T), [float(edge) for edge in each.Rect]) for each in wanted]
    page = document[at]
    for (name, (left, foot, right, top)), script in zip(spots, SCRIPTS, strict=False):
        x, y = (left + right) / 2, (foot + top) / 2
        raw.FORM_OnLButtonDown(form, page, 0, x, y)
        raw.FORM_OnLButtonUp(form, page, 0, x, y)
        letters = (script + "\0").encode("utf-16-le")
        buffer = ctypes.create_string_buffer(letters, len(letters))
        raw.FORM_ReplaceSelection(form, page, ctypes.cast(buffer, raw.FPDF_WIDESTRING))
        raw.FORM_ForceToKillFocus(form)
        typed.append((name, script))
    stored = io.BytesIO()
    document.save(stored, flags=raw.FPDF_INCREMENTAL)

    said = read_fillable(stored.getvalue())

    assert stored.getvalue().startswith(small()[:1000])
    assert len(typed) == 4
    assert {name: said.cells[name] for name, _script in typed} == dict(typed)


@pytest.mark.parametrize("how", [{"linearize": True}, {"object_stream_mode": pikepdf.ObjectStreamMode.disable}])
def test_saved_in_other_ways(how):
    form = shipped(pdf_forms.SMALL)
    typed = {}
    data = changed(small(), lambda pdf: typed.update(fill_in(pdf, form, SCRIPTS[1])), **how)

    said = read_fillable(data)

    assert kept(form, {cell: value for cell, value in said.cells.items() if value is not None}) == typed


def test_what_readers_do_differently_is_understood():
    told = {}

    def fill(pdf):
        radio = next(field for field in pdf.Root.AcroForm.Fields if "/Kids" in field)
        name = next(key for key in radio.Kids[0].AP.N if key != "/Off")
        radio.Kids[0].AS = Name(name)  # and the group is left as it was
        told[str(radio.T)] = name.removeprefix("/")
        words = text_fields(pdf)[-1]
        words.V = pdf.make_stream(b"\xfe\xff" + "слово".encode("utf-16-be"))
        told[str(words.T)] = "слово"

    said = read_fillable(changed(small(), fill))

    assert {cell: said.cells[cell] for cell in told} == told


# Files that are not as they were


def test_fields_renamed_added_and_unreadable_leave_their_answers_alone():
    names = []

    def change(pdf):
        first, second, third = text_fields(pdf)[:3]
        names.extend(str(field.T) for field in (first, second, third))
        first.T = String("something_else")
        write(second, "kept")
        third.V = 42
        write(first, "lost")

    said = read_fillable(changed(small(), change))

    problems = dict(said.problems)
    assert "taken out of the file" in problems[names[0]]
    assert "1 field that this form does not have" in problems[""]
    assert "cannot be read" in problems[names[2]]
    assert names[0] not in said.cells
    assert names[2] not in said.cells
    assert said.cells[names[1]] == "kept"


def test_files_attached_by_others_are_not_read_and_that_is_said():
    def attach(pdf):
        pdf.attachments["virus.exe"] = pikepdf.AttachedFileSpec(pdf, b"MZ", filename="virus.exe")

    said = read_fillable(changed(small(), attach))

    assert ("", "Files were attached to this PDF. They are not read; add them on the page of the document.") in (
        said.problems
    )


@pytest.mark.parametrize("lost", ["attachment", "docinfo"])
def test_the_file_knows_where_it_belongs_when_a_reader_drops_one_of_both(lost):
    def drop(pdf):
        if lost == "attachment":
            del pdf.attachments[pdf_forms.ATTACHED]
        else:
            del pdf.docinfo["/TwinningForm"]

    assert read_fillable(changed(small(), drop)).reference == "TP-TEST1-001"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (pdf_forms.add_script, "scripts or commands"),
        (pdf_forms.add_script_to_field, "scripts or commands"),
        (pdf_forms.add_launch, "scripts or commands"),
        (pdf_forms.add_xfa, "XFA"),
        (pdf_forms.add_pages, "far too many pages"),
        (pdf_forms.add_depth, "too tangled"),
        (pdf_forms.flatten_away, "flattened"),
        (pdf_forms.forget, "was not made here"),
        (pdf_forms.forge, "was changed"),
    ],
)
def test_each_wrong_file_has_its_sentence(change, sentence):
    assert sentence in refusal(changed(small(), change))


def test_fields_that_go_in_circles_end():
    assert read_fillable(changed(small(), pdf_forms.add_loop)).reference == "TP-TEST1-001"


def test_a_password_is_asked_for_nowhere():
    locked = pikepdf.Encryption(user="secret", owner="secret")
    only_rights = pikepdf.Encryption(user="", owner="secret")

    assert "password" in refusal(changed(small(), lambda pdf: None, encryption=locked))
    assert read_fillable(changed(small(), lambda pdf: None, encryption=only_rights)).reference == "TP-TEST1-001"


def test_what_is_no_pdf_or_damaged_or_too_large():
    assert "not a PDF" in refusal(b"PK\x03\x04 a workbook")
    assert "not a PDF" in refusal(b"")
    assert "damaged" in refusal(b"%PDF-1.7\n" + b"\x00\xff" * 5000)
    assert "damaged" in refusal(small()[: len(small()) // 3])
    assert "larger than" in refusal(b"%PDF-1.7" + b" " * LARGEST)


def test_a_value_that_unpacks_to_more_than_there_is_memory_spoils_only_itself():
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(b"\0" * 1_000_000) for _each in range(900)) + packer.flush()
    names = []

    def bomb(pdf):
        stream = pdf.make_stream(b"")
        stream.write(packed, filter=Name.FlateDecode)
        first, second = text_fields(pdf)[:2]
        first.V = stream
        write(second, "kept")
        names.extend(str(field.T) for field in (first, second))

    said = read_fillable(changed(small(), bomb, compress_streams=False))

    assert "cannot be read" in dict(said.problems)[names[0]]
    assert said.cells[names[1]] == "kept"


def test_a_file_that_keeps_the_reader_busy_is_given_up(monkeypatch):
    monkeypatch.setattr("toolkit.exchange.fillable_in.WALL_SECONDS", 0.01)

    assert "too tangled" in refusal(small())
