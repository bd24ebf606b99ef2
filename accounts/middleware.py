"""Pages in the language and time zone of the person who reads them."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from accounts.zones import zone_of


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
