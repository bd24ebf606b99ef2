"""Signing out, which also takes from the browser what open forms had kept in it."""

from allauth.account.views import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse


@login_not_required
def sign_out(request: HttpRequest) -> HttpResponse:
    response = logout(request)
    if request.method == "POST":
        # Forms that open without a line and changes that were not sent yet: see docs/security.md
        response["Clear-Site-Data"] = '"storage"'
    return response
