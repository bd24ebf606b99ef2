"""What the files in a pack are called, and whose they are."""

import re

from toolkit.schema.words import Message, _

MANIFEST = "pack.json"
SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FILE = re.compile(r"files/[\w][\w .()-]{0,150}(/[\w][\w .()-]{0,150}){0,4}")
_ENDINGS = {"tools": ".yaml", "examples": ".yaml", "blank": ".pdf"}


def fault_of(name: str) -> Message | None:
    """Why a name in a zip is not one of ours."""
    shown = name[:120].encode("unicode_escape").decode() if not name.isprintable() else name[:120]
    if name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name) or "\\" in name or "\x00" in name:
        return _("“%(name)s” leads to another place on the disk.", name=shown)
    if any(part in ("", ".", "..") for part in name.split("/")):
        return _("“%(name)s” leads out of the pack.", name=shown)
    if name == MANIFEST:
        return None
    folder, _slash, rest = name.partition("/")
    if folder == "files":
        sound = bool(_FILE.fullmatch(name)) and not any(part.endswith((".", " ")) for part in name.split("/"))
    else:
        ending = _ENDINGS.get(folder, "")
        sound = bool(ending) and rest.endswith(ending) and bool(SLUG.fullmatch(rest.removesuffix(ending)))
    return None if sound else _("“%(name)s” is not a file that a pack holds.", name=shown)


def belongs(name: str, slug: str) -> bool:
    own = (f"tools/{slug}.yaml", f"examples/{slug}.yaml", f"blank/{slug}.pdf")
    return name in own or name.startswith(f"files/{slug}/")
