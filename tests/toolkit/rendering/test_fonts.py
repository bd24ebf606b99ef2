"""The fonts that PDF files are set in."""

import os
import threading
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

from toolkit.rendering import fonts
from toolkit.rendering.fonts import (
    FACES,
    FAMILIES,
    Face,
    FontsMissing,
    cut,
    fonts_are_ready,
    fonts_conf,
    fonts_hash,
    make_fonts,
)

from .pdfs import ink, likeness

ARABIC, ARABIC_BOLD = (face for face in FACES if face.family == "Twin Arabic")
COVERED = {
    "Twin Sans": "aZé№€ŁřşĐơếẤ ЖщЇєґҚәӨ Ωω हि",
    "Twin Arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي پچژگ ٠١٢",
    "Twin Ethiopic": "ሀሁሂሃሄህሆአበገደሆስፒታል፡።",
    "Twin Symbols": "☐☑☒✓→≤≥ საქართველო Հայաստան",
}


@pytest.fixture(scope="module")
def folder(django_settings_folder) -> Path:
    make_fonts(django_settings_folder)
    return django_settings_folder


@pytest.fixture(scope="module")
def django_settings_folder() -> Path:
    from django.conf import settings

    return Path(settings.VAR_DIR) / "fonts"


@pytest.fixture
def two_faces(monkeypatch):
    """Cutting all takes a minute; two show as much."""
    monkeypatch.setattr(fonts, "FACES", (ARABIC, ARABIC_BOLD))


@pytest.mark.parametrize("face", [face for face in FACES if face.source()], ids=lambda face: face.filename)
def test_every_face_is_static_named_and_licensed(folder, face):
    with TTFont(folder / face.filename) as font:
        assert "fvar" not in font
        assert font["name"].getBestFamilyName() == face.family
        assert font["name"].getBestSubFamilyName() == face.style
        assert font["OS/2"].usWeightClass == face.weight
        assert bool(font["OS/2"].fsSelection & 1) == (face.style == "Italic")
        assert "opyright" in font["name"].getDebugName(0) or "(c)" in font["name"].getDebugName(0)
        characters = set(map(ord, COVERED[face.family].replace(" ", "")))
        if face.style == "Regular":
            assert characters <= set(font.getBestCmap())


def test_one_file_for_each_family_and_style(folder):
    assert len({(face.family, face.style) for face in FACES}) == len(FACES)
    assert {path.name for path in folder.glob("*.ttf")} == {face.filename for face in FACES if face.source()}


def test_all_required_sources_are_installed():
    assert [face.filename for face in FACES if face.required and face.source() is None] == []


@pytest.mark.parametrize(("style", "weight"), [("Regular", 400), ("Bold", 700)])
def test_cut_font_draws_like_its_source(folder, style, weight):
    face = next(face for face in FACES if face.family == "Twin Sans" and face.style == style)
    source = ImageFont.truetype(face.source(), 80)
    source.set_variation_by_axes(
        [weight if axis["name"] == b"Weight" else axis["default"] for axis in source.get_variation_axes()]
    )

    def drawn(font) -> Image.Image:
        picture = Image.new("L", (1200, 200), 255)
        ImageDraw.Draw(picture).text((50, 50), "Hospital Больница ế", fill=0, font=font)
        return ink(picture)

    assert likeness(drawn(source), drawn(ImageFont.truetype(folder / face.filename, 80))) > 0.97


def test_arabic_has_a_glyph_a_letter_and_no_ligature_but_lam_alef(folder):
    with TTFont(folder / ARABIC.filename) as font:
        characters = {glyph: code for code, glyph in font.getBestCmap().items()}
        record = next(one for one in font["GSUB"].table.FeatureList.FeatureRecord if one.FeatureTag == "rlig")
        left = {
            characters[ligature.LigGlyph]
            for index in record.Feature.LookupListIndex
            for subtable in font["GSUB"].table.LookupList.Lookup[index].SubTable
            for ligatures in getattr(subtable, "ExtSubTable", subtable).ligatures.values()
            for ligature in ligatures
        }
    assert left == set(range(0xFEF5, 0xFEFD))


def test_cutting_twice_gives_the_same_file(folder, tmp_path):
    cut(ARABIC, tmp_path)

    assert (tmp_path / ARABIC.filename).read_bytes() == (folder / ARABIC.filename).read_bytes()


def test_second_time_does_nothing(two_faces, tmp_path):
    assert make_fonts(tmp_path / "fonts") == [ARABIC.filename, ARABIC_BOLD.filename]
    before = (tmp_path / "fonts" / ARABIC.filename).stat().st_mtime_ns

    assert make_fonts(tmp_path / "fonts") == []
    assert (tmp_path / "fonts" / ARABIC.filename).stat().st_mtime_ns == before


def test_new_recipe_cuts_anew_and_clears_old_files_away(two_faces, tmp_path, monkeypatch):
    make_fonts(tmp_path)
    (tmp_path / "TwinOld-Regular.ttf").touch()
    old = fonts_hash()
    monkeypatch.setattr(fonts, "RECIPE", fonts.RECIPE + 1)

    assert fonts_hash() != old
    assert not fonts_are_ready(tmp_path)
    assert len(make_fonts(tmp_path)) == 2
    assert {path.name for path in tmp_path.glob("*.ttf*")} == {ARABIC.filename, ARABIC_BOLD.filename}


def test_half_made_fonts_are_not_ready(two_faces, tmp_path):
    make_fonts(tmp_path)
    os.truncate(tmp_path / fonts.STAMP, 10)

    assert not fonts_are_ready(tmp_path)
    assert not fonts_are_ready(tmp_path / "nowhere")


def test_two_at_once_cut_once(two_faces, tmp_path):
    results = []
    threads = [threading.Thread(target=lambda: results.append(make_fonts(tmp_path))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(len, results)) == [0, 2]


def test_missing_package_is_named(monkeypatch, tmp_path):
    lost = Face(family="Twin Lost", style="Regular", wheel=("no-such-font-package", "x.ttf"))
    monkeypatch.setattr(fonts, "FACES", (lost,))

    with pytest.raises(FontsMissing, match="no-such-font-package"):
        make_fonts(tmp_path / "fonts")
    assert not (tmp_path / "fonts").exists()


def test_face_that_may_be_missing_is_left_out(monkeypatch, tmp_path):
    spare = Face(family="Twin Spare", style="Regular", system="/nowhere.ttf", required=False)
    monkeypatch.setattr(fonts, "FACES", (ARABIC, spare))

    assert make_fonts(tmp_path) == [ARABIC.filename]


def test_system_font_stands_in_for_a_missing_package(tmp_path):
    (tmp_path / "system.ttf").touch()
    face = Face(
        family="Twin Spare",
        style="Regular",
        wheel=("no-such-font-package", "x.ttf"),
        system=str(tmp_path / "system.ttf"),
    )

    assert face.source() == tmp_path / "system.ttf"


def test_command_makes_fonts_once(settings, two_faces, tmp_path):
    settings.VAR_DIR = tmp_path
    first, second = StringIO(), StringIO()

    call_command("make_fonts", stdout=first)
    call_command("make_fonts", stdout=second)

    assert first.getvalue() == "Made 2 font files.\n"
    assert second.getvalue() == ""
    assert fonts_are_ready(tmp_path / "fonts")


def test_command_says_what_is_missing(settings, monkeypatch, tmp_path):
    settings.VAR_DIR = tmp_path
    lost = Face(family="Twin Lost", style="Regular", wheel=("no-such-font-package", "x.ttf"))
    monkeypatch.setattr(fonts, "FACES", (lost,))

    with pytest.raises(CommandError, match="no-such-font-package"):
        call_command("make_fonts")


def test_fontconfig_sees_our_folders_alone(tmp_path):
    conf = fonts_conf(tmp_path / "a & b", [tmp_path / "more"])

    assert f"<dir>{tmp_path}/a &amp; b</dir><dir>{tmp_path}/more</dir>" in conf
    assert conf.count("<dir>") == 2
    assert "<include" not in conf
    assert all(f"<string>{family}</string>" in conf for family in FAMILIES)
