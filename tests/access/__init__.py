"""Every address of the site by its name, and what each of ROLES gets there; test_access.py goes through them.

A status is what a person gets for a GET, or for an empty POST where an address only takes posts: 405 there would mean
that the view had let them in to be told so. What a module calls PAPERS is rendered by the PDF workers and tested apart.
"""

from importlib import import_module
from pathlib import Path

_MODULES = [
    import_module(f"tests.access.{path.stem}")
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py"))
    if path.stem != "roles"
]


def _rows(kind: str) -> dict[str, tuple[int, ...]]:
    rows = {}
    for module in _MODULES:
        assert not rows.keys() & getattr(module, kind).keys(), f"{module.__name__} says again what another one says"
        rows |= getattr(module, kind)
    return rows


GET, POST = _rows("GET"), _rows("POST")
PAPERS = {name for module in _MODULES for name in getattr(module, "PAPERS", ())}
