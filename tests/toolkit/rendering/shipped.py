"""The shipped tools without a database, and pages of paper as plain facts."""

import pypdfium2

from toolkit.actions.library import LIBRARY
from toolkit.models import Tool, ToolVersion
from toolkit.schema.definition import Definition
from toolkit.schema.parsing import content_hash, read_yaml, to_json

from .pdfs import opened


def shipped(slug: str) -> Definition:
    path = next(LIBRARY.glob(f"*/{slug}.yaml"))
    return read_yaml(path.read_text(encoding="utf-8"), name=path.name)


def version_of(form: Definition) -> ToolVersion:
    stored = to_json(form)
    tool = Tool(slug=form.tool, kind=form.kind)
    return ToolVersion(tool=tool, number=1, definition=stored, content_hash=content_hash(stored))


def page_shapes(pdf: bytes) -> list[str]:
    with opened(pdf) as made:
        boxes = [[float(edge) for edge in page.MediaBox] for page in made.pages]
    return ["wide" if box[2] > box[3] else "upright" for box in boxes]


def place_of(words: str, pdf: bytes) -> tuple[float, float]:
    """Where ``words`` begin on the first page that has them: from the left, from the foot."""
    for page in pypdfium2.PdfDocument(pdf):
        text = page.get_textpage()
        found = text.search(words).get_next()
        if found:
            left, bottom, _right, _top = text.get_charbox(found[0])
            return left, bottom
    raise AssertionError(words)
