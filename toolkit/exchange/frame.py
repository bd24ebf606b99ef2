"""What a file that is filled in elsewhere carries about itself, sealed with the key of this installation.

The seal tells a file that was edited beyond its cells, or that another installation made, from one of ours.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from toolkit.exchange.read_back import ReadBackError

SALT = "toolkit.exchange.frame"
FORMAT = 1
LONGEST = 12_000_000  # characters


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Whose file it is and what it was made with; see ReadBack for the first five.

    ``fields`` and ``columns`` (by table) say how each place is written: ``[key, shape, name of a list]``. ``rows`` are
    those that the file shows of each table, ``spare`` the ids of those that it has room for. ``lists`` hold what may be
    chosen: ``[label, value]``. ``whole`` are the tables whose rows may be taken out.
    """

    reference: str
    side: str
    version_hash: str
    revisions: Mapping[str, int] = field(default_factory=dict)
    originals: Mapping[str, Any] = field(default_factory=dict)
    fields: list[list[str]] = field(default_factory=list)
    columns: Mapping[str, list[list[str]]] = field(default_factory=dict)
    rows: Mapping[str, list[str]] = field(default_factory=dict)
    spare: Mapping[str, list[str]] = field(default_factory=dict)
    lists: Mapping[str, list[list[Any]]] = field(default_factory=dict)
    whole: list[str] = field(default_factory=list)


def sealed(frame: Frame) -> str:
    """``frame`` as one line of ASCII with its seal in front."""
    told = {"format": FORMAT, "site": settings.SITE_URL, **vars(frame)}
    text = json.dumps(told, separators=(",", ":"), sort_keys=True)
    return f"{_seal(text, settings.SECRET_KEY)} {text}"


def unsealed(line: str) -> Frame:
    """The frame in ``line``; ReadBackError when it is not as we wrote it."""
    seal, _space, text = line.partition(" ")
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if len(line) <= LONGEST and any(constant_time_compare(seal, _seal(text, key)) for key in keys):
        told = json.loads(text)
        if told.pop("format") == FORMAT:
            del told["site"]
            return Frame(**told)
        raise ReadBackError(_("This file was made by another version of this program. Download it again."))
    raise ReadBackError(
        _("This file comes from another installation.")
        if _site(text) not in ("", settings.SITE_URL)
        else _(
            "What this file says about itself was changed, so it cannot be told which document it belongs to. "
            "Download it again, and copy your answers into it."
        )
    )


def _seal(text: str, key: str) -> str:
    return salted_hmac(SALT, text, secret=key, algorithm="sha256").hexdigest()


def _site(text: str) -> str:
    """Where an unsealed frame says that it comes from. Good for a guess, and never shown."""
    try:
        told = json.loads(text[:LONGEST])
        return str(told["site"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
