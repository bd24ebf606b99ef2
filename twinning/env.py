"""Typed readers of the environment. A wrong value stops the start with a sentence, not a traceback later."""

import os
import re
import secrets
import warnings
from decimal import Decimal
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def truth(name: str, *, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in TRUE | FALSE:
        return value in TRUE
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not “{value}”.")


def whole(name: str, default: int) -> int:
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if value.isdecimal():
        return int(value)
    raise ImproperlyConfigured(f"{name} must be a whole number, not “{value}”.")


def wholes(name: str, default: str) -> list[int]:
    """``7,1`` as ``[7, 1]``; ``none`` is no number at all."""
    found = words(name) or words("", default)
    if found == ["none"]:
        return []
    if not all(word.isdecimal() and len(word) <= 3 for word in found):
        raise ImproperlyConfigured(f"{name} must be whole numbers such as “7,1”, or “none”, not “{','.join(found)}”.")
    return [int(word) for word in found]


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def amount(name: str) -> Decimal | None:
    """A sum of money; nothing set is no sum."""
    value = os.environ.get(name, "").strip()
    if not value:
        return None
    if re.fullmatch(r"\d{1,12}(\.\d{1,2})?", value):
        return Decimal(value)
    raise ImproperlyConfigured(f"{name} must be an amount such as 5000 or 5000.50, not “{value}”.")


def days_by_country(name: str, default: str) -> dict[str, int]:
    """``45,US=90`` as ``{"": 45, "US": 90}``: days for every country, then for single ones."""
    found = {"": 0}
    for word in words(name, default):
        match = re.fullmatch(r"(?:([A-Z]{2})=)?(\d{1,3})", word)
        if match is None:
            raise ImproperlyConfigured(f"{name} must be days such as “45,US=90”, not “{word}”.")
        found[match[1] or ""] = int(match[2])
    return found


def database(name: str, url: str) -> dict[str, Any]:
    """What Django wants to know of the database that ``url``, the value of ``name``, stands for."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about an address that is refused below, with a better sentence
            found = environ.Env.db_url_config(url)
    except ValueError:
        found = {}
    if found.get("NAME") and found.get("ENGINE", "").endswith((".sqlite3", ".postgresql")):
        return found
    # The value may hold a password, so it is not repeated.
    raise ImproperlyConfigured(
        f"{name} must name PostgreSQL (postgres://name:password@host:5432/database) or SQLite (sqlite:////path/to/file)."
    )


def kept_secret(path: Path) -> str:
    """The secret in ``path``, made on first use, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        kept = path.read_text(encoding="ascii").strip()
        if kept:
            return kept
        raise ImproperlyConfigured(f"{path} is empty: delete it, or set SECRET_KEY.") from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        secret = secrets.token_urlsafe(64)
        file.write(secret)
    return secret
