"""Addresses under which travellers write their reports without an account."""

from __future__ import annotations

import base64
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from partnerships.models import Traveller

SALT = "toolkit.trip-report"
LENGTH = 32  # characters of 32: 160 bits


def opens_on(traveller: Traveller) -> date:
    """The day of return, from which the report can be written."""
    return traveller.until_on


def report_token(traveller: Traveller) -> str:
    """A number and a keyed hash over it: the database alone opens nothing."""
    return f"{traveller.pk}-{_signature(traveller.pk)}"


def report_url(traveller: Traveller) -> str:
    return settings.SITE_URL + reverse("toolkit:trip-report-door", args=[report_token(traveller)])


def traveller_pk(token: str) -> int | None:
    """The traveller whom ``token`` names, or None when it is not one of ours."""
    number, _dash, signature = token.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        return None
    return int(number) if constant_time_compare(signature, _signature(int(number))) else None


def _signature(pk: int) -> str:
    digest = salted_hmac(SALT, str(pk), algorithm="sha256").digest()
    return base64.b32encode(digest).decode("ascii").lower()[:LENGTH]
