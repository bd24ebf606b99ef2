"""Sealing travel and health data at rest: authenticated encryption with keys that are not in the database."""

from __future__ import annotations

import base64
import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"twinning travel data 1"


class SealBrokenError(ValueError):
    """What was sealed cannot be opened: its key is gone, or somebody changed it."""


def seal(data: dict[str, Any], *, owner: int) -> str:
    """``data`` (plain JSON values) as a text that only the keys of this installation open, and only for ``owner``."""
    whole = json.dumps({"owner": owner, "data": data}, ensure_ascii=False, separators=(",", ":"))
    return _box().encrypt(whole.encode()).decode("ascii")


def unseal(sealed: str, *, owner: int) -> dict[str, Any]:
    """What seal() was given, or SealBrokenError. A row copied to another owner does not open."""
    try:
        whole = json.loads(_box().decrypt(sealed.encode("ascii", "replace")))
    except (InvalidToken, ValueError):
        raise SealBrokenError from None
    if whole["owner"] != owner:
        raise SealBrokenError
    return whole["data"]


def _box() -> MultiFernet:
    # Behind the keys of the setting stands the one that was used while there were none.
    return _box_of((*settings.TRAVEL_DATA_KEYS, settings.SECRET_KEY))


@lru_cache(maxsize=4)
def _box_of(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(secret))) for secret in secrets])


def _derived(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
