"""The script that lets an open form be opened again without a line."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

SCRIPT = settings.BASE_DIR / "static" / "js" / "fill-worker.js"


@login_not_required
@require_safe
def fill_worker(request: HttpRequest) -> HttpResponse:
    """The same for everybody, at an address above all forms: each form lets it see its own address alone."""
    response = HttpResponse(SCRIPT.read_bytes(), content_type="text/javascript")
    response["Service-Worker-Allowed"] = "/"
    response["Cache-Control"] = "no-cache"
    return response
