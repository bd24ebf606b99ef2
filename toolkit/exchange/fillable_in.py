"""A PDF that was filled in elsewhere, read back: what fillable_out.py wrote, with what people made of it.

The file is opened in a process of its own (pdf_peek.py). Only the fields that the sealed frame names are read, whatever
else somebody put into the file.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from toolkit.exchange.frame import Frame, unsealed
from toolkit.exchange.read_back import ReadBack, ReadBackError

ROOT = Path(__file__).resolve().parents[2]
LARGEST = 10_000_000  # bytes
WALL_SECONDS = 20
MOST_PROBLEMS = 500
# Without the first, the others say nothing: a currency without an amount is no answer.
LEADING = {"currency": "amount", "zone": "at"}

REFUSED: dict[str, Promise] = {
    "no-pdf": gettext_lazy("This is not a PDF file."),
    "broken": gettext_lazy(
        "This PDF is damaged and cannot be read. Save it again in your PDF reader, or fill it in again."
    ),
    "password": gettext_lazy("This PDF is protected with a password. Save it without one, then try again."),
    "pages": gettext_lazy("This PDF has far too many pages to be one of our forms."),
    "xfa": gettext_lazy(
        "A program turned this PDF into another kind of form (XFA). Fill in the file as it was downloaded, in another "
        "PDF reader."
    ),
    "scripts": gettext_lazy(
        "There are scripts or commands in this PDF that were not put there by us. Nothing in it was read. Download it "
        "again and fill it in."
    ),
    "too-much": gettext_lazy("This PDF is too large or too tangled to be read. Download it again and fill it in."),
}


def read_fillable(data: bytes) -> ReadBack:
    """What the PDF in ``data`` says; ReadBackError when it cannot be read at all."""
    if len(data) > LARGEST:
        raise ReadBackError(_("This file is larger than %(most)s MB.") % {"most": LARGEST // 1_000_000})
    return told_by(peeked(data))


def told_by(found: Mapping[str, Any]) -> ReadBack:
    """What the file says in which ``found`` stands, as pdf_peek.peek() tells it."""
    frame = _frame(found["carried"])
    known = {name for name, _kind, _list in frame.fields}
    if known and not known & found["fields"].keys():
        raise ReadBackError(
            _(
                "The fields of this PDF are gone: it was printed to a new PDF or “flattened”. Save the file itself in "
                "your PDF reader, or type the answers in on the page of the document."
            )
        )
    return _Reading(frame, found).read_back()


def peeked(data: bytes) -> dict[str, Any]:
    """What stands in the file, told by a process that may die of it."""
    with tempfile.TemporaryDirectory(prefix="twinning-peek-") as folder:
        # Nothing of the outside is told; no secret of ours is among it.
        outside = {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), "HOME": folder}
        command = [sys.executable, "-P", "-s", "-m", "toolkit.exchange.pdf_peek"]
        try:
            done = subprocess.run(
                command, input=data, capture_output=True, timeout=WALL_SECONDS, env=outside, cwd=folder, check=True
            )
            found = json.loads(done.stdout)
        except (subprocess.SubprocessError, OSError, ValueError):
            raise ReadBackError(str(REFUSED["too-much"])) from None
    if "refused" in found:
        raise ReadBackError(str(REFUSED[found["refused"]]))
    return found


def _frame(carried: list[str]) -> Frame:
    if not carried:
        raise ReadBackError(
            _(
                "This PDF was not made here to be filled in, or what it says about itself was taken out. Download the "
                "form again, and copy your answers into it."
            )
        )
    for line in carried[1:]:
        try:
            return unsealed(line)
        except ReadBackError:
            continue
    return unsealed(carried[0])


class _Reading:
    def __init__(self, frame: Frame, found: Mapping[str, Any]):
        self.frame, self.fields, self.attached = frame, found["fields"], found["attached"]
        self.problems: list[tuple[str, str]] = []

    def read_back(self) -> ReadBack:
        self._strangers()
        cells = dict(self._cells())
        new_rows, cells = self._rows(cells)
        return ReadBack(
            reference=self.frame.reference,
            side=self.frame.side,
            version_hash=self.frame.version_hash,
            revisions=dict(self.frame.revisions),
            originals=dict(self.frame.originals),
            cells=cells,
            new_rows=tuple(new_rows),
            problems=tuple(self.problems[:MOST_PROBLEMS]),
        )

    def _strangers(self) -> None:
        """What is in the file and was not when we made it."""
        strange = len(self.fields.keys() - {name for name, _kind, _list in self.frame.fields})
        if strange:
            sentence = ngettext(
                "%(count)s field that this form does not have was put into the file; it is not read.",
                "%(count)s fields that this form does not have were put into the file; they are not read.",
                strange,
            )
            self.problems.append(("", sentence % {"count": strange}))
        if self.attached:
            told = _("Files were attached to this PDF. They are not read; add them on the page of the document.")
            self.problems.append(("", told))

    def _cells(self) -> Iterator[tuple[str, Any]]:
        """Each cell of which the file still has all fields, with what they say together."""
        parts: dict[str, list[tuple[str, str, str]]] = {}
        for name, kind, list_name in self.frame.fields:
            parts.setdefault(_cell_of(name), []).append((name, kind, list_name))
        for cell, fields in parts.items():
            held = [self.fields.get(name) for name, _kind, _list in fields]
            if any(each is None for each in held):
                self._tell(cell, _("This question was taken out of the file; its answer stays as it is."))
            elif any(each["value"] is None or None in _listed(each["value"]) for each in held):
                self._tell(cell, _("The letters of this answer cannot be read. Type it in on the page."))
            else:
                if any("twice" in each for each in held):
                    self._tell(cell, _("This question stands in the file twice. The first answer is taken."))
                yield cell, self._whole(cell, fields)

    def _tell(self, cell: str, sentence: str) -> None:
        self.problems.append((cell, sentence))

    def _whole(self, cell: str, fields: list[tuple[str, str, str]]) -> Any:
        """The answer, put together from its parts; None when it is empty."""
        first, kind, list_name = fields[0]
        if "=" in first:
            return [name.partition("=")[2] for name, _kind, _list in fields if self._said(name, "tick")] or None
        if ":" not in first:
            said = self._said(first, kind)
            return self._reference(cell, list_name, said) if kind == "open" else said
        parts = {name.partition(":")[2]: self._said(name, kind) for name, kind, _list in fields}
        if any(leading in parts and not parts[leading] for leading in LEADING.values()):
            return None
        return {part: value for part, value in parts.items() if value} or None

    def _said(self, name: str, kind: str) -> Any:
        held = self.fields[name]
        value = held.get("unlisted") or held["value"]
        if kind == "tick":
            return value not in ("", "Off") or None
        text = "\n".join(value) if isinstance(value, list) else value
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        return None if text in ("", "Off") and kind in ("radio", "combo") else text or None

    def _reference(self, cell: str, list_name: str, text: str | None) -> Any:
        """Who or what is meant: the record that was meant before, or the one of the list that is called so."""
        if text is None:
            return None
        original = self.frame.originals.get(cell)
        if isinstance(original, dict) and original.get("text") == text:
            return original
        ref = next((ref for label, ref in self.frame.lists.get(list_name, ()) if label == text), None)
        return {"text": text, "ref": ref}

    def _rows(self, cells: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
        """The rows that were begun, and the cells without those of rows that stayed empty or were emptied whole."""
        new_rows = []
        for table, spare in self.frame.spare.items():
            for place in (f"{table}/{row}" for row in spare):
                own = [cell for cell in cells if cell.startswith(f"{place}/")]
                cells = {cell: value for cell, value in cells.items() if cell not in own or value is not None}
                if any(cell in cells for cell in own):
                    new_rows.append(place)
        for table in self.frame.whole:
            for place in (f"{table}/{row}" for row in self.frame.rows.get(table, ())):
                if self._is_emptied(place, cells):
                    cells = {cell: value for cell, value in cells.items() if not cell.startswith(f"{place}/")}
                    cells[place] = None
        return new_rows, cells

    def _is_emptied(self, place: str, cells: Mapping[str, Any]) -> bool:
        own = [value for cell, value in cells.items() if cell.startswith(f"{place}/")]
        asked = {_cell_of(name) for name, _kind, _list in self.frame.fields if name.startswith(f"{place}/")}
        was_filled = any(cell.startswith(f"{place}/") for cell in self.frame.originals)
        return was_filled and len(own) == len(asked) and all(value is None for value in own)


def _cell_of(name: str) -> str:
    return name.partition("=")[0].partition(":")[0]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
