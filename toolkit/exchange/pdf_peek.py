"""What stands in a PDF that somebody sent: ``python -m toolkit.exchange.pdf_peek`` reads it from its standard input.

A process of its own, because a file may be made to eat memory and time. It has no settings, no secrets and no Django,
writes no file, and is bound in both. It answers in JSON: ``{"refused": reason}``, or the fields of the form, what the
file carries, and what else is in it.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import resource
import sys
import zlib
from collections.abc import Iterator
from typing import Any

MEMORY = 700_000_000  # bytes
SECONDS = 10
MOST_PAGES = 500
MOST_FIELDS = 20_000
MOST_DEEP = 30
MOST_OBJECTS = 300_000
LONGEST_VALUE = 100_000
LONGEST_CARRIED = 12_000_000
ATTACHED = "twinning-form.txt"
CARRIED = "/TwinningForm"
SCRIPTS = {"/JavaScript", "/Launch", "/ImportData"}


class Refused(Exception):
    """``reason`` for the one who asked: see fillable_in.py, which knows the sentences."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def peek(data: bytes) -> dict[str, Any]:
    """The fields of the PDF in ``data`` by name, and what it carries; Refused when there is no reading it."""
    import pikepdf

    if not data[:1024].lstrip().startswith(b"%PDF-"):
        raise Refused("no-pdf")
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > MOST_PAGES:
                raise Refused("pages")
            _refuse_scripts(pdf)
            form = pdf.Root.get("/AcroForm")
            if isinstance(form, pikepdf.Dictionary) and "/XFA" in form:
                raise Refused("xfa")
            return {
                "fields": _fields(form) if isinstance(form, pikepdf.Dictionary) else {},
                "carried": list(_carried(pdf)),
                "attached": sum(1 for name in pdf.attachments if name != ATTACHED),
            }
    except pikepdf.PasswordError:
        raise Refused("password") from None
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, LookupError, RecursionError):
        raise Refused("broken") from None


def _refuse_scripts(pdf) -> None:
    import pikepdf

    for n, each in enumerate(pdf.objects):
        if n > MOST_OBJECTS:
            raise Refused("too-much")
        waiting, deep = [each], 0
        while waiting:
            part = waiting.pop()
            deep += 1
            if deep > MOST_OBJECTS:
                raise Refused("too-much")
            if isinstance(part, pikepdf.Array):
                waiting += [one for one in part if _is_held(one)]
            elif isinstance(part, (pikepdf.Dictionary, pikepdf.Stream)):
                if "/JS" in part or str(part.get("/S", "")) in SCRIPTS:
                    raise Refused("scripts")
                waiting += [one for _key, one in part.items() if _is_held(one)]


def _is_held(part: Any) -> bool:
    """Whether it stands inside of what is looked at, and is not an object that comes by itself."""
    import pikepdf

    return isinstance(part, (pikepdf.Array, pikepdf.Dictionary)) and not part.is_indirect


def _carried(pdf) -> Iterator[str]:
    """The line that the file carries, as often as it is there."""
    with contextlib.suppress(KeyError, ValueError, TypeError):
        if ATTACHED in pdf.attachments:
            yield pdf.attachments[ATTACHED].get_file().read_bytes()[:LONGEST_CARRIED].decode("ascii")
    with contextlib.suppress(ValueError, TypeError, KeyError, zlib.error):
        if CARRIED in pdf.docinfo:
            packed = base64.b85decode(str(pdf.docinfo[CARRIED]))
            yield zlib.decompressobj().decompress(packed, LONGEST_CARRIED).decode("ascii")


def _fields(form) -> dict[str, dict[str, Any]]:
    """Each field that holds a value, by its whole name. The second of two with one name is told as such."""
    found: dict[str, dict[str, Any]] = {}
    seen: set[tuple[int, int]] = set()
    waiting = [(each, "", {}, 0) for each in reversed(list(form.get("/Fields", [])))]
    while waiting:
        node, above, inherited, deep = waiting.pop()
        if deep > MOST_DEEP or len(found) > MOST_FIELDS or len(seen) > 5 * MOST_FIELDS:
            raise Refused("too-much")
        if not hasattr(node, "keys") or (node.is_indirect and node.objgen in seen):
            continue
        seen.add(node.objgen if node.is_indirect else (-len(seen), 0))
        name = ".".join(filter(None, (above, _words(node.get("/T")) or "")))
        told = inherited | {key: node[key] for key in ("/FT", "/V", "/Opt") if key in node}
        kids = list(node.get("/Kids", []))
        named = [kid for kid in kids if hasattr(kid, "keys") and "/T" in kid]
        if named:
            waiting += [(kid, name, told, deep + 1) for kid in reversed(named)]
        elif name in found:
            found[name]["twice"] = True
        elif name:
            found[name] = _held(told, [node, *kids])
    return found


def _held(told: dict[str, Any], widgets: list) -> dict[str, Any]:
    """The value of one field: texts, of a button the name of its state."""
    value = told.get("/V")
    if str(told.get("/FT", "")) == "/Btn":
        state = _words(value)
        if state in (None, "", "Off"):  # some readers only set the picture
            states = [str(each.get("/AS", "")).removeprefix("/") for each in widgets if hasattr(each, "keys")]
            state = next((each for each in states if each not in ("", "Off")), "")
        return {"value": state}
    held: dict[str, Any] = {"value": _texts(value)}
    if "/Opt" in told and str(told.get("/FT", "")) == "/Ch":
        held["unlisted"] = _exported(told["/Opt"], held["value"])
    return held


def _exported(offered, value: Any) -> Any:
    """What is meant by ``value`` if a reader kept the label of a choice instead of its value."""
    pairs = [[_words(part) or "" for part in each] for each in offered if _is_pair(each)]
    if not isinstance(value, str) or any(pair[0] == value for pair in pairs):
        return None
    return next((pair[0] for pair in pairs if pair[1] == value), None)


def _is_pair(each: Any) -> bool:
    import pikepdf

    return isinstance(each, pikepdf.Array) and len(each) == 2


def _texts(value: Any) -> Any:
    import pikepdf

    if isinstance(value, pikepdf.Array):
        return [_words(each) for each in value][:1000]
    return _words(value)


def _words(value: Any) -> str | None:
    """A string, name or stream as text; None when it is none of them or its letters cannot be told."""
    import pikepdf

    if value is None:
        return ""
    try:
        if isinstance(value, pikepdf.Name):
            return str(value).removeprefix("/")[:LONGEST_VALUE]
        raw = value.read_bytes() if isinstance(value, pikepdf.Stream) else None
        text = str(pikepdf.String(raw)) if raw is not None else str(value)
    except (ValueError, pikepdf.PdfError, UnicodeError, TypeError):
        return None
    is_text = isinstance(value, (pikepdf.String, pikepdf.Stream))
    return text[:LONGEST_VALUE] if is_text and "\ufffd" not in text else None


def _limit() -> None:
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, 0)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def main() -> int:
    data = sys.stdin.buffer.read()
    _limit()
    try:
        answer = peek(data)
    except Refused as refused:
        answer = {"refused": refused.reason}
    except MemoryError:
        answer = {"refused": "too-much"}
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
