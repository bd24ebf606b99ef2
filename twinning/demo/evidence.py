"""A page of paper for what was given: delivery notes and receipts, as PDF files of one page."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile


def paper(name: str, lines: list[str]) -> SimpleUploadedFile:
    """A PDF called ``name`` with ``lines``; letters that its font has not got become question marks."""
    shown = [f"({_escaped(line)}) Tj 0 -20 Td" for line in lines]
    drawing = "\n".join(["BT /F1 13 Tf 70 770 Td", *shown, "ET"]).encode("cp1252", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Font << /F1 5 0 R >> >>",
    ]
    content, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 7\n0000000000 65535 f \n%strailer\n<< /Size 7 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return SimpleUploadedFile(name, content + end % (table, len(content)), content_type="application/pdf")


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
