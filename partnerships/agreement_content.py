"""What exactly is accepted: the text and the terms of an agreement as plain data, their hash, and what changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from partnerships.agreement_states import AgreementKind, Relation
from partnerships.models import Agreement, Contact
from twinning.languages import name_here
from twinning.uploads import IMAGES, OFFICE, PDF
from twinning.word_diff import Piece, word_diff

# What may be uploaded as a text, and as proof that somebody signed.
TEXT_FILES = {**PDF, **{ending: OFFICE[ending] for ending in ("docx", "odt")}}
SCANS = {**PDF, **IMAGES}

DATES = ("starts_on", "ends_on", "review_on")


@dataclass(frozen=True, kw_only=True)
class PartyChoice:
    """Whether an organization must sign or may, and perhaps who does it."""

    is_required: bool = True
    signatory: Contact | None = None


def content_of(agreement: Agreement) -> dict[str, Any]:
    """Everything that a party agrees to, as JSON data. Who signs for a party is not part of it.

    ``{reference, kind, title, starts_on, ends_on, review_on, notice_days, follows: {relation, reference, hash} | None,
    parties: [{organization, side, must_sign}], texts: [{language, prevails, body} or {…, file: {id, name, sha256}}]}``
    """
    parent = agreement.parent
    follows = None
    if parent:
        follows = {"relation": agreement.relation, "reference": parent.reference, "hash": parent.content_hash}
    parties = agreement.parties.select_related("participation__organization")
    return {
        "reference": agreement.reference,
        "kind": agreement.kind,
        "title": agreement.title,
        **{name: _iso(getattr(agreement, name)) for name in DATES},
        "notice_days": agreement.notice_days,
        "follows": follows,
        "parties": [
            {
                "organization": party.participation.organization.name,
                "side": party.participation.side,
                "must_sign": party.is_required,
            }
            for party in parties
        ],
        "texts": [_text(text) for text in agreement.texts.select_related("file")],
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _text(text) -> dict[str, Any]:
    told = {"language": text.language, "prevails": text.prevails}
    if text.file:
        return {**told, "file": {"id": text.file.public_id, "name": text.file.name, "sha256": text.file.sha256}}
    return {**told, "body": text.body}


def hash_of(content: dict[str, Any]) -> str:
    """SHA-256 of ``content`` in one way of writing, as 64 hexadecimal digits."""
    # A file counts by what is in it; its address in this installation is no part of what was agreed.
    texts = [
        {**text, "file": {"name": text["file"]["name"], "sha256": text["file"]["sha256"]}} if "file" in text else text
        for text in content["texts"]
    ]
    plain = json.dumps({**content, "texts": texts}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Something that changed: ``pieces`` where a text was changed word by word, else ``before`` and ``after``."""

    label: str
    before: str = ""
    after: str = ""
    pieces: tuple[Piece, ...] = ()
    language: str = ""


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """What somebody who accepted ``before`` has not accepted in ``after``; both are contents."""
    found = []
    for label, show in _shown_terms().items():
        old, new = show(before), show(after)
        if old != new:
            found.append(Difference(label=label, before=old, after=new))
    return found + _text_differences(before, after)


def is_empty_amendment(agreement: Agreement) -> bool:
    """Does it change nothing but its own title and start? Then there is nothing to sign."""
    if agreement.relation != Relation.AMENDMENT or agreement.based_on is None:
        return False
    own = {name: agreement.based_on.content[name] for name in ("title", "starts_on")}
    return not differences(agreement.based_on.content, {**content_of(agreement), **own})


def _shown_terms() -> dict[str, Any]:
    return {
        _("Title"): lambda content: content["title"],
        _("Kind"): lambda content: str(AgreementKind(content["kind"]).label),
        _("Start date"): lambda content: _day(content["starts_on"]),
        _("End date"): lambda content: _day(content["ends_on"]),
        _("Review date"): lambda content: _day(content["review_on"]),
        _("Notice period in days"): lambda content: str(content["notice_days"] or ""),
        _("Parties that must sign"): lambda content: _parties(content, must_sign=True),
        _("Parties that may sign"): lambda content: _parties(content, must_sign=False),
        _("Language that prevails"): _prevailing,
    }


def _day(iso: str | None) -> str:
    return date_format(date.fromisoformat(iso)) if iso else ""


def _parties(content: dict[str, Any], *, must_sign: bool) -> str:
    return "; ".join(party["organization"] for party in content["parties"] if party["must_sign"] == must_sign)


def _prevailing(content: dict[str, Any]) -> str:
    if len(content["texts"]) < 2:
        return ""
    return next((name_here(text["language"]) for text in content["texts"] if text["prevails"]), "")


def _text_differences(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    old = {text["language"]: text for text in before["texts"]}
    new = {text["language"]: text for text in after["texts"]}
    found = []
    for language in dict.fromkeys([*old, *new]):
        label = _("Text in %(language)s") % {"language": name_here(language)}
        was, now = old.get(language, {}), new.get(language, {})
        if _file_hash(was) == _file_hash(now) and was.get("body", "") == now.get("body", "") and was and now:
            continue
        if "file" in was or "file" in now:
            found.append(Difference(label=label, before=_told(was), after=_told(now), language=language))
        else:
            pieces = word_diff(was.get("body", ""), now.get("body", ""))
            found.append(Difference(label=label, pieces=pieces, language=language))
    return found


def _file_hash(text: dict[str, Any]) -> str:
    return text["file"]["sha256"] if "file" in text else ""


def _told(text: dict[str, Any]) -> str:
    """A text beside one that is a file: nobody can compare the words of the two."""
    if "file" in text:
        words = {"name": text["file"]["name"], "code": text["file"]["sha256"][:12]}
        return _("the file “%(name)s” (check code %(code)s)") % words
    return _("a text typed here") if text else ""
