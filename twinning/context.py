"""What every page knows about the installation."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str | bool]:
    return {
        "site_name": settings.SITE_NAME,
        "theme": theme_of(request),
        "toolkit_is_public": settings.TOOLKIT_IS_PUBLIC,
    }


def theme_of(request: HttpRequest) -> str:
    """``auto``, ``light`` or ``dark``, as chosen on this device."""
    chosen = request.COOKIES.get("theme", "auto")
    return chosen if chosen in {"auto", "light", "dark"} else "auto"
