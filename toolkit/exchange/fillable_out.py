"""A response as a fillable PDF: the form of rendering/fillable.py, its fields, and the frame that brings it back."""

from __future__ import annotations

from toolkit.exchange.frame import Frame, sealed
from toolkit.models import Response
from toolkit.permissions import Writer
from toolkit.rendering.acroform import with_fields
from toolkit.rendering.fillable import Options, fillable_form
from toolkit.rendering.store import pdf_for


def fillable_pdf(response: Response, *, writer: Writer, options: Options) -> tuple[bytes, str]:
    """The PDF that ``writer`` fills in, and a name for the file. See rendering/pdf.py for what it raises."""
    form = fillable_form(response, writer=writer, options=options)
    document = response.document
    frame = Frame(
        reference=document.reference,
        side=response.side,
        version_hash=document.version.content_hash,
        fields=[[field.name, field.kind, field.list] for field in form.fields.fields],
        **vars(form.carried),
    )
    return with_fields(pdf_for(form.html, stylesheet="print print-fill"), form, carried=sealed(frame)), form.name
