"""QR codes as plain numbers; templates write them down as SVG."""

from __future__ import annotations

from dataclasses import dataclass

import segno

QUIET = 4  # modules of white around the code, as its standard asks


@dataclass(frozen=True)
class QrCode:
    """``path``: the dark modules as the path of an SVG of ``size`` by ``size``; a module is 1 by 1."""

    size: int
    path: str


def qr_code(text: str) -> QrCode:
    """The QR code of ``text``, with a quarter of it to spare for folds and stains (error correction “Q”)."""
    matrix = segno.make(text, error="q", micro=False, boost_error=False).matrix
    strokes = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            length = 0
            while x + length < len(row) and row[x + length]:
                length += 1
            if length:
                strokes.append(f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z")
            x += length or 1
    return QrCode(size=len(matrix) + 2 * QUIET, path="".join(strokes))
