"""Giving back what people uploaded."""

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, HttpResponse


def download(file: FieldFile, *, name: str, content_type: str) -> HttpResponse:
    """What somebody uploaded, never as a page of ours."""
    answer = FileResponse(file.open("rb"), as_attachment=True, filename=name, content_type=content_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
