"""The colours of both themes can be read: WCAG 2.2 AA, worked out from the stylesheets themselves."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
COLOUR = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")

TONES = ("neutral", "info", "brand", "success", "warning", "danger")
SECTIONS = ("initiate", "workplan", "implement", "monitor", "evaluate", "disseminate")
TEXT = [
    *((ink, paper) for ink in ("ink", "ink-soft", "link", "link-strong") for paper in ("ground", "surface", "sunken")),
    *((f"{tone}-ink", f"{tone}-soft") for tone in TONES),
    *(("ink", f"{tone}-soft") for tone in TONES),
    ("ink-soft", "warning-soft"),
    ("brand-ink", "surface"),
    ("danger-ink", "surface"),
    ("info-ink", "surface"),
    ("on-brand", "brand"),
    ("on-brand", "brand-strong"),
    ("on-brand", "danger"),
    ("on-brand", "danger-strong"),
    ("on-band", "band"),
    ("on-band-soft", "band"),
    *(("surface", section) for section in SECTIONS),
]
SHAPES = [
    ("edge", "surface"),
    ("edge", "ground"),
    ("danger", "surface"),
    ("brand-ink", "neutral-soft"),
    ("focus-on-band", "band"),
    ("focus-on-surface", "ground"),
    ("focus-on-surface", "surface"),
    ("focus-on-surface", "brand-soft"),
    ("focus-on-surface", "warning-soft"),
]


def colours(theme: str) -> dict[str, str]:
    light = dict(COLOUR.findall((CSS / "base.css").read_text(encoding="utf-8")))
    dark = dict(COLOUR.findall((CSS / "dark.css").read_text(encoding="utf-8")))
    return light if theme == "light" else light | dark


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(two)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), TEXT)
def test_text_can_be_read(theme, ink, paper):
    palette = colours(theme)

    assert contrast(palette[ink], palette[paper]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "paper"), SHAPES)
def test_edges_and_focus_can_be_seen(theme, shape, paper):
    palette = colours(theme)

    assert contrast(palette[shape], palette[paper]) >= 3


def test_every_colour_has_a_night_side():
    light = set(COLOUR.findall((CSS / "base.css").read_text(encoding="utf-8")))
    dark = (CSS / "dark.css").read_text(encoding="utf-8")

    assert {name for name, _ in light if f"--{name}:" not in dark} == set()


def test_components_name_no_colour_of_their_own():
    # What prints is always black on white, so print may say so.
    text = (CSS / "components.css").read_text(encoding="utf-8").partition("@media print")[0]

    assert re.findall(r"#[0-9a-f]{3,8}\b|rgb\(", text) == []


def test_own_styles_stay_small():
    brotli = pytest.importorskip("brotli")
    ours = [CSS / name for name in ("base.css", "components.css", "dark.css")]

    assert sum(len(brotli.compress(path.read_bytes())) for path in ours) <= 10_000
