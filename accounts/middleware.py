"""Pages in the language and time zone of the person who reads them."""

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation


class UserLocaleMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        with translation.override(request.user.language), timezone.override(zone_of(request.user.time_zone)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
            return response


def zone_of(name: str) -> tzinfo:
    """The zone, or UTC where this machine has not (or no longer) heard of it: better a wrong hour than no page."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # not a key, a directory, not found
        return UTC
