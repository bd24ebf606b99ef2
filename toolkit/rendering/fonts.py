"""The fonts of a PDF: cut once, out of installed packages, into static files of our own.

A variable font costs five times the work on every page, and fonts that happen to be on a server
make the same document look different elsewhere. So each family is cut into plain files under a
name of our own, and the renderer is shown these files alone.

``python -m toolkit.rendering.fonts FOLDER`` does the same as ``manage.py make_fonts``.
"""

import argparse
import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from xml.sax.saxutils import escape

# Raise this number when the way of cutting changes: every server then cuts anew.
RECIPE = 1
STAMP = "stamp.txt"
ROOT = Path(__file__).resolve().parents[2]
CUT_SECONDS = 300

NOTO = "fontpkg_noto_sans/files/NotoSans[wdth,wght].ttf"
NOTO_ITALIC = "fontpkg_noto_sans/files/NotoSans-Italic[wdth,wght].ttf"
PLEX_ARABIC = "fontpkg_ibm_plex_sans_arabic/files/IBMPlexSansArabic-{}.ttf"
NOTO_ETHIOPIC = "justmytype_intl_africa/fonts/ofl/notosansethiopic/NotoSansEthiopic[wdth,wght].ttf"
ABYSSINICA = "/usr/share/fonts/truetype/abyssinica/AbyssinicaSIL-Regular.ttf"
DEJAVU = "/usr/share/fonts/truetype/dejavu"


class FontsMissing(Exception):
    """A package that the fonts are cut from is not installed."""


@dataclass(frozen=True, kw_only=True)
class Face:
    """One file to make: a family, a style of it, and where it may be cut from (the first that exists)."""

    family: str
    style: str
    wheel: tuple[str, str] | None = None
    system: str = ""
    required: bool = True

    @property
    def filename(self) -> str:
        return f"{self.family.replace(' ', '')}-{self.style}.ttf"

    @property
    def weight(self) -> int:
        return 700 if self.style == "Bold" else 400

    def source(self) -> Path | None:
        if self.wheel:
            package, inside = self.wheel
            try:
                path = Path(str(distribution(package).locate_file(inside)))
            except PackageNotFoundError:
                path = None
            if path and path.is_file():
                return path
        system = Path(self.system) if self.system else None
        return system if system and system.is_file() else None


FACES = (
    # Latin with Vietnamese, Greek, Cyrillic, Devanagari
    Face(family="Twin Sans", style="Regular", wheel=("fontpkg-noto-sans", NOTO)),
    Face(family="Twin Sans", style="Bold", wheel=("fontpkg-noto-sans", NOTO)),
    Face(family="Twin Sans", style="Italic", wheel=("fontpkg-noto-sans", NOTO_ITALIC)),
    # Noto's own Arabic draws dots apart from letters, so that one glyph stands for several letters
    # and nobody can search, copy or hear the text. Plex has a glyph a letter.
    Face(family="Twin Arabic", style="Regular", wheel=("fontpkg-ibm-plex-sans-arabic", PLEX_ARABIC.format("Regular"))),
    Face(family="Twin Arabic", style="Bold", wheel=("fontpkg-ibm-plex-sans-arabic", PLEX_ARABIC.format("Bold"))),
    Face(
        family="Twin Ethiopic",
        style="Regular",
        wheel=("justmytype-intl-africa", NOTO_ETHIOPIC),
        system=ABYSSINICA,
    ),
    Face(family="Twin Ethiopic", style="Bold", wheel=("justmytype-intl-africa", NOTO_ETHIOPIC), required=False),
    # Boxes, ticks, arrows and signs (☐ ☑ ✓ → ≤), with Georgian, Armenian and Hebrew. Debian's
    # fontconfig brings this font along; without it those characters print as empty boxes.
    Face(family="Twin Symbols", style="Regular", system=f"{DEJAVU}/DejaVuSans.ttf", required=False),
    Face(family="Twin Symbols", style="Bold", system=f"{DEJAVU}/DejaVuSans-Bold.ttf", required=False),
)
FAMILIES = tuple(dict.fromkeys(face.family for face in FACES))

# What a stylesheet writes after "font-family:"
FONT_STACK = ", ".join(f'"{family}"' for family in FAMILIES)


def fonts_hash() -> str:
    """What the fonts of this server would be cut from. Two servers with one hash make the same PDF."""
    digest = hashlib.sha256(f"{RECIPE}:{version('fonttools')}".encode())
    for face in FACES:
        source = face.source()
        if source is None:
            continue
        stat = source.stat()
        digest.update(f"|{face.filename}:{_file_hash(source, stat.st_mtime_ns, stat.st_size)}".encode())
    return digest.hexdigest()


@lru_cache(maxsize=32)
def _file_hash(path: Path, _mtime: int, _size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fonts_are_ready(folder: Path) -> bool:
    try:
        return (folder / STAMP).read_text() == fonts_hash()
    except OSError:
        return False


def make_fonts(folder: Path) -> list[str]:
    """Cut what is missing into ``folder`` and return the names of the files made; none when all is there."""
    missing = sorted({face.wheel[0] for face in FACES if face.required and face.wheel and face.source() is None})
    if missing:
        raise FontsMissing(f"not installed: {', '.join(missing)}")
    folder.mkdir(parents=True, exist_ok=True)
    # Two processes that start together cut once: the second waits, then finds the stamp.
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if fonts_are_ready(folder):
            return []
        wanted = [face for face in FACES if face.source()]
        # Each cut is a process of its own: it is pure Python, and a web process should not keep its memory.
        with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as threads:
            list(threads.map(lambda face: _cut_apart(face, folder), wanted))
        made = [face.filename for face in wanted]
        for stale in set(folder.glob("*.ttf")) - {folder / name for name in made}:
            stale.unlink()
        (folder / STAMP).write_text(fonts_hash())
        return made


def _cut_apart(face: Face, folder: Path) -> None:
    command = [sys.executable, "-P", "-m", __name__ if __name__ != "__main__" else __spec__.name]
    subprocess.run(
        [*command, str(folder), "--only", face.filename],
        check=True,
        timeout=CUT_SECONDS,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
    )


def cut(face: Face, folder: Path) -> None:
    """Write one static font file."""
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    # Without this the file would differ by the minute it was made in.
    font = TTFont(face.source(), recalcTimestamp=False)
    if "fvar" in font:
        axes = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes}
        instancer.instantiateVariableFont(font, {**axes, "wght": face.weight}, inplace=True)
    if face.family == "Twin Arabic":
        _drop_ligatures(font)
    _name(font, face)
    part = folder / f"{face.filename}.part"
    font.save(part)
    part.replace(folder / face.filename)


def _drop_ligatures(font) -> None:
    """Keep only lam-alef, which Arabic cannot be written without; many PDF readers copy a ligature reversed."""
    lam_alef = {glyph for code, glyph in font.getBestCmap().items() if 0xFEF5 <= code <= 0xFEFC}
    table = font["GSUB"].table
    wanted = ("liga", "rlig", "dlig")
    features = [record.Feature for record in table.FeatureList.FeatureRecord if record.FeatureTag in wanted]
    for index in {index for feature in features for index in feature.LookupListIndex}:
        for subtable in table.LookupList.Lookup[index].SubTable:
            subtable = getattr(subtable, "ExtSubTable", subtable)
            for first, ligatures in list(getattr(subtable, "ligatures", {}).items()):
                subtable.ligatures[first] = [one for one in ligatures if one.LigGlyph in lam_alef]
                if not subtable.ligatures[first]:
                    del subtable.ligatures[first]


def _name(font, face: Face) -> None:
    """Give the font our family name, and keep its copyright and licence."""
    names = font["name"]
    for identifier in (16, 17, 21, 22, 25):
        names.removeNames(nameID=identifier)
    words = {1: face.family, 2: face.style, 4: f"{face.family} {face.style}", 6: Path(face.filename).stem}
    for identifier, text in words.items():
        names.removeNames(nameID=identifier)
        names.setName(text, identifier, 3, 1, 0x409)
    bold, italic = face.style == "Bold", face.style == "Italic"
    font["OS/2"].usWeightClass = face.weight
    # Bit 0 italic, 5 bold, 6 regular
    kept = font["OS/2"].fsSelection & ~0b1100001
    font["OS/2"].fsSelection = kept | italic | bold << 5 | (not bold and not italic) << 6
    font["head"].macStyle = bold | italic << 1


def fonts_conf(folder: Path, more: Iterable[Path] = ()) -> str:
    """The fontconfig file that shows the renderer our fonts and no others; any other family falls back to them."""
    folders = "".join(f"<dir>{escape(str(path))}</dir>" for path in (folder, *more))
    fallback = "".join(f"<string>{family}</string>" for family in FAMILIES)
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        f"{folders}<cachedir>{escape(str(folder / 'cache'))}</cachedir>"
        f'<match target="pattern"><edit name="family" mode="append_last">{fallback}</edit></match>'
        "<config><rescan><int>0</int></rescan></config></fontconfig>"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Cut the fonts of the PDF files.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=[face.filename for face in FACES])
    options = parser.parse_args()
    if options.only is None:
        make_fonts(options.folder)
        return
    for face in FACES:
        if face.filename == options.only:
            cut(face, options.folder)


if __name__ == "__main__":
    main()
