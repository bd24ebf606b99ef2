"""An address that keeps what it is sent, one file a request, in the folder ECHO_DIR names."""

import json
import os
import uuid
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.views.decorators.csrf import csrf_exempt

from twinning import errors


@csrf_exempt
@login_not_required
def keep(request: HttpRequest, **kwargs) -> HttpResponse:
    if request.method != "POST":
        return HttpResponse("hello")
    kept = {
        "fields": dict(request.POST.lists()),
        "files": {name: file.size for name, file in request.FILES.items()},
        "json": request.body.decode() if request.content_type == "application/json" else "",
    }
    (Path(os.environ["ECHO_DIR"]) / uuid.uuid4().hex).write_text(json.dumps(kept), encoding="utf-8")
    return HttpResponse("kept")


urlpatterns = [re_path(r"", keep)]
handler400, handler404, handler500 = errors.bad_request, errors.not_found, errors.server_error
