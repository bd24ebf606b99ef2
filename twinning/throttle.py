"""Who is knocking, and who guesses too often. For pages that a secret link opens; signing in has allauth's limits."""

import ipaddress
from time import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

WINDOW_SECONDS = 60


def address_of(request: HttpRequest) -> str:
    """The client's address. ``X-Forwarded-For`` counts only as far as our own proxies wrote it, from the right."""
    remote = request.META.get("REMOTE_ADDR") or "unknown"
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if not proxies:
        return remote
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    return hops[-proxies] if len(hops) >= proxies else remote


def is_blocked(request: HttpRequest, door: str, *, limit: int) -> bool:
    """Whether this client has missed at ``door`` as often as is allowed in a minute."""
    return cache.get(_key(request, door), 0) >= limit


def note_miss(request: HttpRequest, door: str) -> None:
    key = _key(request, door)
    if not cache.add(key, 1, timeout=2 * WINDOW_SECONDS):
        try:
            cache.incr(key)
        except ValueError:  # it ran out between the two lines
            cache.set(key, 1, timeout=2 * WINDOW_SECONDS)


def _key(request: HttpRequest, door: str) -> str:
    return f"misses:{door}:{_network(address_of(request))}:{int(time()) // WINDOW_SECONDS}"


def _network(address: str) -> str:
    """One household or office: an IPv6 client may write any of the 2^64 addresses of its network."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((ip, 64), strict=False).network_address)
    return str(ip)
