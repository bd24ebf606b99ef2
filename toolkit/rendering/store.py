"""PDF files, made once: kept by the hash of all that goes into them, and made by one worker at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.cache import caches

from toolkit.rendering.pdf import Assets, RenderFailed, html_to_pdf, render_key

KEPT_SECONDS = 60 * 60 * 24 * 30
# A document that failed fails again; whoever clicks meanwhile is told so at once.
REFUSED_SECONDS = 60
LOCKS = 1024


def pdf_for(html: str, assets: Assets | None = None, *, stylesheet: str = "print") -> bytes:
    """The PDF of ``html``, from the store or made now. Raises what html_to_pdf() raises.

    However many ask at once, one makes it and the others wait for that one.
    """
    kept, key = caches["files"], render_key(html, assets, stylesheet=stylesheet)
    pdf = kept.get(f"pdf:{key}")
    if pdf is not None:
        return pdf
    with _alone(key):
        pdf = kept.get(f"pdf:{key}")
        if pdf is None:
            pdf = _make(html, assets, key, stylesheet)
            kept.set(f"pdf:{key}", pdf, KEPT_SECONDS)
    return pdf


def is_kept(html: str, assets: Assets | None = None) -> bool:
    """Whether the PDF of ``html`` was made already, so that asking for it costs next to nothing."""
    return caches["files"].has_key(f"pdf:{render_key(html, assets)}")


def _make(html: str, assets: Assets | None, key: str, stylesheet: str) -> bytes:
    kept = caches["files"]
    refused = kept.get(f"pdf-refused:{key}")
    if refused is not None:
        raise RenderFailed(*refused)
    try:
        return html_to_pdf(html, assets=assets, stylesheet=stylesheet)
    except RenderFailed as failure:
        if failure.reason != "busy":
            kept.set(f"pdf-refused:{key}", (failure.reason, str(failure.message), failure.detail), REFUSED_SECONDS)
        raise


@contextmanager
def _alone(key: str) -> Iterator[None]:
    """One at a time for a key, among all threads and processes of this machine.

    A few lock files serve all keys; two documents that share one merely wait for each other.
    """
    folder = Path(settings.VAR_DIR) / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"pdf-{int(key[:8], 16) % LOCKS}").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
