"""What a file says that was filled in elsewhere: a PDF, a workbook, a paper typed in.

Every way back into a response ends in the same shape, so that one screen
shows the differences and one act writes what is accepted. A reader turns
bytes into a `ReadBack` and looks at nothing else: no database, no clock.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class ReadBack:
    """What a file that was filled in elsewhere says: which document it belongs to, and its cells."""

    reference: str  # of the document
    side: str  # of the response ("" when there is one for all)
    version_hash: str  # content hash of the tool's version the file was made from
    revisions: dict[str, int]  # of each cell when the file was made
    originals: dict[str, Any]  # the values (as save_answers keeps them) the file was made with
    cells: dict[str, Any]  # raw values as save_answers takes them; only cells that the file shows
    new_rows: tuple[str, ...]  # row cells (r_x/<row>) that the file begins
    problems: tuple[tuple[str, str], ...]  # (cell or "", what is the matter), told without the database


class ReadBackError(ValueError):
    """The file cannot be read at all; str() is a sentence for a person."""
