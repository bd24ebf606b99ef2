"""PDF files filled in as readers do, and made wrong as people and programs do."""

import io
from functools import cache

import pikepdf
from pikepdf import Dictionary, Name, String

from tests.toolkit.exchange.sheets import options, value_of
from tests.toolkit.exchange.test_filled_workbook_shipped import ALL, response_of
from tests.toolkit.rendering.shipped import shipped
from toolkit.exchange.fillable_out import fillable_pdf
from toolkit.exchange.frame import unsealed
from toolkit.exchange.pdf_peek import ATTACHED
from toolkit.rendering.acroform import YES

SMALL = "meeting-record"


def made(form, answers, *, writer=ALL):
    return fillable_pdf(response_of(form, answers), writer=writer, options=options(form))[0]


@cache
def small() -> bytes:
    """A small form without answers."""
    return made(shipped(SMALL), {})


def saved(pdf, **how) -> bytes:
    stored = io.BytesIO()
    pdf.save(stored, **how)
    return stored.getvalue()


def changed(data: bytes, change, **how) -> bytes:
    """``data`` after ``change`` has had its way with it."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        return saved(pdf, **how)


def by_name(pdf) -> dict:
    return {str(field.T): field for field in pdf.Root.AcroForm.Fields}


def frame_of(pdf):
    return unsealed(pdf.attachments[ATTACHED].get_file().read_bytes().decode())


def write(field, value) -> None:
    """Put ``value`` into a field as a reader does: the value, and the state of its widgets."""
    if Name.Btn != field.FT:
        field.V = String(value)
        return
    field.V = Name(f"/{value}")
    for widget in field.get("/Kids", [field]):
        widget.AS = field.V if field.V in widget.AP.N else Name.Off


def fill_in(pdf, form, script) -> dict:
    """Write an answer into every field, in tables into their first empty row; what is to be read, by cell."""
    frame, fields, typed = frame_of(pdf), by_name(pdf), {}
    for name, kind, _list in frame.fields:
        cell = name.partition("=")[0].partition(":")[0]
        table, _slash, rest = cell.partition("/")
        if rest and rest.split("/")[0] in frame.spare[table][1:]:
            continue
        item = form.by_id[cell.rpartition("/")[2]]
        value = typed[cell] = value_of(item, form, script)
        if "=" in name:
            write(fields[name], YES if name.partition("=")[2] in value else "Off")
        else:
            part = name.partition(":")[2] or ("text" if item.kind == "reference" else "")
            said = value[part] if part else value
            write(fields[name], (YES if said else "Off") if kind == "tick" else str(said))
    return typed


def add_script(pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def add_script_to_field(pdf) -> None:
    next(iter(pdf.Root.AcroForm.Fields)).AA = Dictionary(K=Dictionary(S=Name.JavaScript, JS=String("evil()")))


def add_launch(pdf) -> None:
    pdf.pages[0].AA = Dictionary(O=Dictionary(S=Name.Launch, F=String("calc.exe")))


def add_xfa(pdf) -> None:
    pdf.Root.AcroForm.XFA = pdf.make_stream(b"<xdp/>")


def add_pages(pdf) -> None:
    for _each in range(1000):
        pdf.add_blank_page(page_size=(10, 10))


def add_loop(pdf) -> None:
    """A field that is above itself."""
    field = pdf.make_indirect(Dictionary(T=String("loop")))
    field.Kids = pikepdf.Array([field])
    pdf.Root.AcroForm.Fields.append(field)


def add_depth(pdf) -> None:
    inner = pdf.make_indirect(Dictionary(T=String("end"), FT=Name.Tx))
    for n in range(200):
        inner = pdf.make_indirect(Dictionary(T=String(f"d{n}"), Kids=pikepdf.Array([inner])))
    pdf.Root.AcroForm.Fields.append(inner)


def flatten_away(pdf) -> None:
    del pdf.Root.AcroForm
    for page in pdf.pages:
        if "/Annots" in page:
            del page.Annots


def forget(pdf) -> None:
    """What the file carries of itself is taken out."""
    del pdf.attachments[ATTACHED]
    del pdf.docinfo["/TwinningForm"]


def forge(pdf) -> None:
    line = pdf.attachments[ATTACHED].get_file().read_bytes().replace(b"TP-TEST1-001", b"TP-TEST2-002")
    del pdf.docinfo["/TwinningForm"]
    del pdf.attachments[ATTACHED]
    pdf.attachments[ATTACHED] = pikepdf.AttachedFileSpec(pdf, line, filename=ATTACHED)
