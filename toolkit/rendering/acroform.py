"""Links of a page become fields of an AcroForm. What renderers make of forms themselves does not survive a reader.

The page has a link ``SPOT`` + number wherever a field stands; its rectangle and its place among the tags become those
of the field. No field has a script.
"""

from __future__ import annotations

import base64
import io
import zlib
from collections import defaultdict
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from toolkit.rendering.appearances import Value, as_appearance, drawn_values
from toolkit.rendering.fill_entries import SPOT, Field
from toolkit.rendering.fillable import FillableForm

ATTACHED = "twinning-form.txt"
CARRIED = "/TwinningForm"

REQUIRED, LINES, RADIO, COMBO, OPEN = 1 << 1, 1 << 12, 1 << 15, 1 << 17, 1 << 18
KINDS = {"text": 0, "lines": LINES, "combo": COMBO, "open": COMBO | OPEN, "radio": RADIO, "tick": 0}
PRINTED = 4
RIGHT = 2
# In the colours of the paper
INK = "0.09 0.125 0.12"
YES = "yes"


def with_fields(pdf: bytes, form: FillableForm, *, carried: str) -> bytes:
    """``pdf`` of the HTML of ``form`` with its fields. ``carried`` is a line of ASCII that stays with the file.

    It is kept twice, attached and in the information about the document, for some readers drop one of them.
    """
    with pikepdf.open(io.BytesIO(pdf)) as target:
        _Maker(target, form).make()
        attached = pikepdf.AttachedFileSpec(
            target, carried.encode(), filename=ATTACHED, mime_type="text/plain", description="What this form belongs to"
        )
        target.attachments[ATTACHED] = attached
        target.docinfo[CARRIED] = String(base64.b85encode(zlib.compress(carried.encode(), 9)).decode())
        made = io.BytesIO()
        target.save(made, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return made.getvalue()


class _Maker:
    def __init__(self, target: pikepdf.Pdf, form: FillableForm):
        self.target, self.form = target, form
        self.fields, self.spots = form.fields.fields, form.fields.spots
        self.lists: dict[tuple, pikepdf.Object] = {}
        self.marks: dict[tuple, pikepdf.Object] = {}
        self.looks: dict[int, pikepdf.Object] = {}

    def make(self) -> None:
        places = dict(self._places())
        if sorted(places) != list(range(len(self.spots))):
            raise ValueError("The pages do not show each field once.")
        texts = {n: value for n in places if (value := self._value(n, places[n]))}
        self.drawn = drawn_values(texts, lang=self.form.lang)
        spots_of = defaultdict(list)
        for n, (number, _choice) in enumerate(self.spots):
            spots_of[number].append(n)
        everything = [self._field(number, [(n, places[n]) for n in spots_of[number]]) for number in sorted(spots_of)]
        helvetica = Dictionary(
            Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
        )
        dingbats = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.ZapfDingbats)
        fonts = Dictionary(Helv=self.target.make_indirect(helvetica), ZaDb=self.target.make_indirect(dingbats))
        self.target.Root.AcroForm = self.target.make_indirect(
            Dictionary(Fields=Array(everything), DA=String("/Helv 9.5 Tf 0 g"), DR=Dictionary(Font=fonts))
        )
        if len(self.drawn) < len(texts):
            self.target.Root.AcroForm.NeedAppearances = True  # what is not drawn, readers must draw
        self._tag({annotation.objgen for annotation in places.values()})

    def _places(self) -> Iterator[tuple[int, pikepdf.Object]]:
        for page in self.target.pages:
            for annotation in page.get("/Annots", Array()):
                address = str(annotation.get("/A", Dictionary()).get("/URI", ""))
                if address.startswith(SPOT):
                    annotation.P = page.obj
                    yield int(address.removeprefix(SPOT)), annotation

    def _tag(self, widgets: set[tuple[int, int]]) -> None:
        """Among the tags the links are fields now."""
        waiting = [self.target.Root.StructTreeRoot]
        while waiting:
            element = waiting.pop()
            inside = element.get("/K", Array())
            for each in inside if isinstance(inside, Array) else [inside]:
                if not isinstance(each, Dictionary):
                    continue
                if each.get("/Type") == Name.OBJR:
                    if each.Obj.objgen in widgets:
                        element.S = Name.Form
                else:
                    waiting.append(each)

    # One field

    def _field(self, number: int, spots: list[tuple[int, pikepdf.Object]]) -> pikepdf.Object:
        told = self.fields[number]
        is_button = told.kind in ("radio", "tick")
        sort = Name.Btn if is_button else Name.Ch if told.kind in ("combo", "open") else Name.Tx
        parent = Dictionary(T=String(told.name), FT=sort, TU=String(told.label))
        parent.Ff = KINDS[told.kind] | (REQUIRED if told.is_required else 0)
        if is_button:
            held = (YES if told.value else "") if told.kind == "tick" else told.value
            parent.V = Name(f"/{held or 'Off'}")
            parent.DA = String("/ZaDb 0 Tf 0 g")
        else:
            self._hold(parent, told, spots[0][1])
        if told.kind != "radio":
            annotation = self._widget(*spots[0])
            for key, value in parent.items():
                annotation[key] = value
            return annotation
        made = self.target.make_indirect(parent)
        made.Kids = Array([self._widget(n, annotation) for n, annotation in spots])
        for n, annotation in spots:
            annotation.Parent = made
            label = dict(told.choices)[self.spots[n][1]]
            annotation.TU = String(f"{told.label} – {label}")
        return made

    def _hold(self, parent: Dictionary, told: Field, annotation: pikepdf.Object) -> None:
        _width, height = _size(annotation)
        parent.DA = String(f"/Helv {Value('', 0, height).size:g} Tf {INK} rg")
        parent.V = String(told.value)
        if told.choices:
            parent.Opt = self._list(told)
        elif told.max_length:
            parent.MaxLen = max(told.max_length, len(told.value))
        if self.form.direction == "rtl":
            parent.Q = RIGHT

    def _list(self, told: Field) -> pikepdf.Object:
        """What is offered, once for all fields that offer it, with nothing as the first choice."""
        key = (told.list, told.kind)
        if key not in self.lists:
            pairs = [Array([String(""), String(" ")])] if told.kind == "combo" else []
            pairs += [Array([String(value), String(label)]) for value, label in told.choices]
            self.lists[key] = self.target.make_indirect(Array(pairs))
        return self.lists[key]

    def _value(self, n: int, annotation: pikepdf.Object) -> Value | None:
        told = self.fields[self.spots[n][0]]
        if told.kind in ("radio", "tick") or not told.value:
            return None
        text = dict(told.choices).get(told.value, told.value) if told.kind == "combo" else told.value
        return Value(text, *_size(annotation), is_long=told.kind == "lines")

    def _widget(self, n: int, annotation: pikepdf.Object) -> pikepdf.Object:
        number, choice = self.spots[n]
        told = self.fields[number]
        for key in ("/A", "/BS", "/Contents"):
            if key in annotation:
                del annotation[key]
        left, one, right, other = (float(edge) for edge in annotation.Rect)
        annotation.Rect = Array([left, min(one, other), right, max(one, other)])
        annotation.Subtype, annotation.F = Name.Widget, PRINTED
        if told.kind in ("radio", "tick"):
            name = f"/{YES if told.kind == 'tick' else choice}"
            is_on = told.value if told.kind == "tick" else told.value == choice
            annotation.AS = Name(name if is_on else "/Off")
            annotation.MK = Dictionary(CA=String("l" if told.kind == "radio" else "4"))
            look = Dictionary({name: self._mark(told.kind, annotation), "/Off": self._mark("", annotation)})
            annotation.AP = Dictionary(N=look)
        else:
            drawn = self.drawn.get(n)
            if drawn or not told.value:
                look = self._look(drawn) if drawn else self._mark("", annotation)
                annotation.AP = Dictionary(N=look)
        return annotation

    def _look(self, drawn: tuple[pikepdf.Pdf, int]) -> pikepdf.Object:
        """The same value in fields of the same size is drawn once."""
        key = drawn[1]
        if key not in self.looks:
            self.looks[key] = as_appearance(self.target, drawn)
        return self.looks[key]

    def _mark(self, kind: str, annotation: pikepdf.Object) -> pikepdf.Object:
        """A tick, a dot or nothing as large as the field, drawn once for all of that size."""
        width, height = (round(side, 1) for side in _size(annotation))
        key = (kind, width, height)
        if key not in self.marks:
            path = {"tick": _tick, "radio": _dot}[kind](width, height) if kind else "/Tx BMC EMC"
            look = self.target.make_stream(path.encode())
            look.Type, look.Subtype = Name.XObject, Name.Form
            look.BBox, look.Resources = Array([0, 0, width, height]), Dictionary()
            self.marks[key] = look
        return self.marks[key]


def _size(annotation: pikepdf.Object) -> tuple[float, float]:
    left, one, right, other = (float(edge) for edge in annotation.Rect)
    return round(right - left, 2), round(abs(one - other), 2)


def _tick(width: float, height: float) -> str:
    points = ((0.18, 0.52), (0.42, 0.24), (0.84, 0.8))
    moves = " ".join(f"{x * width:.2f} {y * height:.2f} {'l' if n else 'm'}" for n, (x, y) in enumerate(points))
    return f"q {INK} RG 1.4 w 1 J 1 j {moves} S Q"


def _dot(width: float, height: float) -> str:
    """A disc of four curves."""
    x, y, r = width / 2, height / 2, min(width, height) * 0.27
    k = r * 0.5523
    curves = (
        (x + r, y + k, x + k, y + r, x, y + r),
        (x - k, y + r, x - r, y + k, x - r, y),
        (x - r, y - k, x - k, y - r, x, y - r),
        (x + k, y - r, x + r, y - k, x + r, y),
    )
    path = " ".join(" ".join(f"{edge:.2f}" for edge in curve) + " c" for curve in curves)
    return f"q {INK} rg {x + r:.2f} {y:.2f} m {path} f Q"
