"""Who is knocking, and how often. For pages that strangers open or post; signing in has allauth's limits.

A *miss* is whatever a door counts: a wrong token, or a thing that was posted.
"""

import ipaddress
from time import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

WINDOW_SECONDS = 60
HOUR = 60 * 60


def address_of(request: HttpRequest) -> str:
    """The client's address. ``X-Forwarded-For`` counts only as far as our own proxies wrote it, from the right."""
    remote = request.META.get("REMOTE_ADDR") or "unknown"
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if not proxies:
        return remote
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    return hops[-proxies] if len(hops) >= proxies else remote


def is_blocked(request: HttpRequest, door: str, *, limit: int, seconds: int = WINDOW_SECONDS) -> bool:
    """Whether this client has missed at ``door`` as often as is allowed in a minute, or in ``seconds``."""
    return cache.get(_key(request, door, seconds), 0) >= limit


def note_miss(request: HttpRequest, door: str, *, seconds: int = WINDOW_SECONDS) -> None:
    key = _key(request, door, seconds)
    if not cache.add(key, 1, timeout=2 * seconds):
        try:
            cache.incr(key)
        except ValueError:  # it ran out between the two lines
            cache.set(key, 1, timeout=2 * seconds)


def seconds_to_wait(seconds: int) -> int:
    """Until the window ends in which a blocked client was counted."""
    return seconds - int(time()) % seconds


def _key(request: HttpRequest, door: str, seconds: int) -> str:
    return f"misses:{door}:{_network(address_of(request))}:{int(time()) // seconds}"


def _network(address: str) -> str:
    """One household or office: an IPv6 client may write any of the 2^64 addresses of its network."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((ip, 64), strict=False).network_address)
    return str(ip)
