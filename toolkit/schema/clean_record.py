"""Answers of several parts: reference, file, signature, check."""

import re
from typing import Any

from .clean_date import day
from .clean_text import LONG_TEXT_LENGTH, words
from .definition import Definition, Item
from .errors import AnswerError
from .words import _

MAX_FILES = 20
CHECK_STATES = ("pending", "done", "not_needed")
_REF = re.compile(r"([a-z_]{1,30}):([A-Za-z0-9_-]{1,64})")
_FILE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TRUE = (True, "true", "yes", "on", "1")
_FALSE = (False, None, "", "false", "no", "0")


def _parts(raw: object, allowed: set[str]) -> dict[str, Any]:
    if not isinstance(raw, dict) or raw.keys() - allowed:
        raise AnswerError("type", _("This answer does not have the parts it should have."))
    return raw


def reference(item: Item, raw: object, definition: Definition) -> dict[str, Any] | None:
    """What a person wrote, and the record it means when they picked one."""
    parts = {"text": raw} if isinstance(raw, str) else _parts(raw, {"text", "ref"})
    text = words(parts.get("text") or "")
    ref = parts.get("ref") or None
    if not text:
        if ref:
            raise AnswerError("reference", _("Write the name of what you chose."))
        return None
    if ref is not None:
        match = _REF.fullmatch(ref) if isinstance(ref, str) else None
        if not match or match[1] != ("row" if item.of == "rows" else item.of):
            raise AnswerError("reference", _("Choose again from the list, or write a name."))
    return {"text": text, "ref": ref}


def file(item: Item, raw: object, definition: Definition) -> list[dict[str, Any]] | None:
    files = [raw] if isinstance(raw, dict) else raw
    if not isinstance(files, list):
        raise AnswerError("file", _("Choose a file."))
    if len(files) > MAX_FILES:
        raise AnswerError("too_many_files", _("Attach at most %(limit)d files here.", limit=MAX_FILES))
    return [_file(each) for each in files] or None


def _file(raw: object) -> dict[str, Any]:
    parts = _parts(raw, {"id", "name", "size"})
    key, size = parts.get("id"), parts.get("size")
    name = words(parts.get("name") or "", max_length=255)
    sound = isinstance(key, str) and _FILE_ID.fullmatch(key)
    sound = sound and isinstance(size, int) and not isinstance(size, bool) and size >= 0
    if not sound or not name or "/" in name or "\\" in name:
        raise AnswerError("file", _("This file cannot be attached. Choose it again."))
    return {"id": key, "name": name, "size": size}


def signature(item: Item, raw: object, definition: Definition) -> dict[str, Any] | None:
    """Who signed, and that they agreed. Kept before it is complete, but then it does not count."""
    parts = _parts(raw, {"name", "title", "organization", "on", "agreed"})
    agreed = parts.get("agreed")
    if agreed not in (*_TRUE, *_FALSE):
        raise AnswerError("type", _("This answer does not have the parts it should have."))
    agreed = agreed in _TRUE
    name, title, organization = (
        words(parts.get(key) or "", max_length=200) for key in ("name", "title", "organization")
    )
    on = day(parts.get("on") or "")
    if not (name or title or organization or agreed):
        return None
    if agreed and not name:
        raise AnswerError("signature_name", _("Write the name of the person who signs."))
    if agreed and not on:
        raise AnswerError("signature_date", _("Give the day of the signature."))
    signed = {"name": name, "title": title, "organization": organization, "on": on}
    return {key: text for key, text in signed.items() if text} | {"agreed": agreed}


def check(item: Item, raw: object, definition: Definition) -> dict[str, str] | None:
    parts = {"state": raw} if isinstance(raw, str) else _parts(raw, {"state", "on", "note"})
    state = parts.get("state") or "pending"
    if state not in CHECK_STATES:
        raise AnswerError("choice", _("Choose done, not needed or pending."))
    on = day(parts.get("on") or "")
    note = words(parts.get("note") or "", max_length=LONG_TEXT_LENGTH, lines=True)
    if state == "pending" and not on and not note:
        return None
    optional = {key: text for key, text in (("on", on), ("note", note)) if text}
    return {"state": state, **optional}


def computed(item: Item, raw: object, definition: Definition) -> None:
    raise AnswerError("computed", _("This is worked out by the form and cannot be written."))


def silent(item: Item, raw: object, definition: Definition) -> None:
    raise AnswerError("note", _("This is a note and takes no answer."))
