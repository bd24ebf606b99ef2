"""What every page knows about the installation."""

from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str | bool]:
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "theme": theme_of(request),
        "here": here(request),
        "toolkit_is_public": settings.TOOLKIT_IS_PUBLIC,
    }


def here(request: HttpRequest) -> str:
    """The address to come back to. A page that answers a post may have none: then it is where the form stood."""
    if request.method != "POST":
        return request.get_full_path()
    came_from = urlsplit(request.META.get("HTTP_REFERER", ""))
    try:
        host = request.get_host()
    except DisallowedHost:  # the page that says so asks too
        return request.get_full_path()
    if came_from.netloc != host:
        return request.get_full_path()
    return urlunsplit(("", "", came_from.path or "/", came_from.query, ""))


def theme_of(request: HttpRequest) -> str:
    """``auto``, ``light`` or ``dark``, as chosen on this device."""
    chosen = request.COOKIES.get("theme", "auto")
    return chosen if chosen in {"auto", "light", "dark"} else "auto"
