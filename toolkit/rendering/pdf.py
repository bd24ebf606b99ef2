"""HTML to PDF. The door that everything else uses; see docs/pdf.md.

The work is done by workers (worker.py) in a pool (pool.py). This module knows the settings, the
words for people and what makes two PDF files the same.
"""

import atexit
import hashlib
import json
import logging
import os
import re
import subprocess
import sys
import threading
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .fonts import FONT_STACK, ROOT, fonts_are_ready, fonts_hash
from .pool import Job, JobFailed, Pool, Setup, Unavailable

# Raise this number when the same HTML should give another PDF: stored files are then made anew.
RECIPE = 1

HTML_LIMIT = 5_000_000
ASSETS_LIMIT = 25_000_000
OUTPUT_LIMIT = 50_000_000
FONTS_SECONDS = 300

INSTALL_LINE = (
    "apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig"
)

Assets = Mapping[str, tuple[bytes, str]]

logger = logging.getLogger(__name__)

UNAVAILABLE: dict[str, Promise] = {
    "library": _(
        "PDF files cannot be made on this server yet, because a system library (Pango) is missing. "
        "An administrator can install it with: %(command)s"
    ),
    "fonts": _(
        "PDF files cannot be made on this server yet, because their fonts are missing. "
        "An administrator can make them with: %(command)s"
    ),
    "start": _("PDF files cannot be made on this server at the moment. Please tell an administrator."),
}
COMMANDS = {"library": INSTALL_LINE, "fonts": "python manage.py make_fonts"}

FAILED: dict[str, Promise] = {
    "time": _("This document took too long to turn into a PDF. Make it shorter or split it, then try again."),
    "memory": _("This document needs too much memory to turn into a PDF. Make it shorter or use smaller images."),
    "pages": _("This document has more than %(pages)s pages. Split it, then try again."),
    "size": _("This document is too large to turn into a PDF. Make it shorter or use smaller images."),
    "content": _("Something in this document cannot be laid out on paper. Please tell an administrator."),
    "busy": _("Many documents are being turned into PDF files just now. Please try again in a minute."),
}


class PdfUnavailable(Exception):
    """No PDF can be made on this machine. ``reason``: library, fonts, start; ``message`` is for people."""

    def __init__(self, reason: str, detail: str = ""):
        self.reason, self.detail = reason, detail
        self.message = UNAVAILABLE[reason] % {"command": COMMANDS.get(reason, "")}
        super().__init__(f"{reason}: {detail}")


class RenderFailed(Exception):
    """This document has no PDF.

    ``reason``: time, memory, pages, size, content, busy; ``message`` is for people, ``detail`` for the log.
    """

    def __init__(self, reason: str, message: str | Promise, detail: str = ""):
        self.reason, self.message, self.detail = reason, message, detail
        super().__init__(f"{reason}: {detail}")


def html_to_pdf(html: str, *, assets: Assets | None = None, stylesheet: str | None = "print") -> bytes:
    """Turn a whole HTML page into a tagged PDF (PDF/UA-1).

    The page names its images ``app:<key>`` and ``assets`` holds them: key → (bytes, content type).
    ``stylesheet`` is a file of static/css by its name alone, or several with spaces between; None leaves only the
    fonts. The same arguments give the same bytes: no date is written unless the page has a ``dcterms.created``.

    Raises PdfUnavailable and RenderFailed; both carry a message for people.
    """
    css = _stylesheet(stylesheet)
    job = Job(
        html=html.encode("utf-8", "replace"),
        sheet=hashlib.sha256(css).hexdigest(),
        css=css,
        assets=assets or {},
        seconds=_setting("PDF_WALL_SECONDS", 30),
        output=OUTPUT_LIMIT,
    )
    if len(job.html) > HTML_LIMIT or sum(len(body) for body, _kind in job.assets.values()) > ASSETS_LIMIT:
        raise _failed("size", "the input is too large")
    pdf, _about = _run(job)
    return pdf


def render_key(html: str, assets: Assets | None = None, *, stylesheet: str | None = "print") -> str:
    """A hash that changes whenever html_to_pdf() would return other bytes. Callers store the PDF under it."""
    digest = hashlib.sha256(_recipe().encode())
    parts = [fonts_hash().encode(), _stylesheet(stylesheet), html.encode("utf-8", "replace")]
    for key, (body, kind) in sorted((assets or {}).items()):
        parts += [key.encode(), kind.encode(), body]
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def pdf_status() -> dict[str, Any]:
    """Make one small PDF and say how it went: versions and counts, or why it cannot be done."""
    html = b'<!DOCTYPE html><html lang="en"><title>ok</title><p>ok'
    job = Job(html=html, sheet=hashlib.sha256().hexdigest(), css=b"", assets={}, seconds=10, output=OUTPUT_LIMIT)
    try:
        _pdf, about = _run(job)
    except (PdfUnavailable, RenderFailed) as problem:
        return {"available": False, "reason": problem.reason, "message": str(problem.message)}
    tally = _pool().tally
    return {
        "available": True,
        "weasyprint": about["weasyprint"],
        "pango": about["pango"],
        # Whether the system keeps workers off the network, on top of our own refusal to load anything.
        "isolated": not about["network"],
        "done": tally.done,
        "seconds": round(tally.seconds, 2),
        "failed": dict(tally.failed),
        "workers_started": tally.started,
    }


def _run(job: Job) -> tuple[bytes, dict[str, Any]]:
    _have_fonts(_fonts_folder())
    try:
        pdf, about = _pool().run(job, patience=_setting("PDF_BUSY_SECONDS", 20))
    except Unavailable as problem:
        logger.error("No PDF worker runs here: %s", problem)
        raise PdfUnavailable(problem.reason, problem.detail) from None
    except JobFailed as failure:
        logger.warning("A document was not made into a PDF: %s", failure)
        raise _failed(failure.reason, failure.detail) from None
    for note in about["notes"]:
        logger.info("While making a PDF: %s", note)
    return pdf, about


def _failed(reason: str, detail: str) -> RenderFailed:
    return RenderFailed(reason, FAILED[reason] % {"pages": _setting("PDF_MAX_PAGES", 500)}, detail)


def _stylesheet(name: str | None) -> bytes:
    if name is None:
        return b""
    found = []
    for each in name.split(" "):
        path = finders.find(f"css/{each}.css") if re.fullmatch(r"[a-z][a-z0-9_-]*", each) else None
        if path is None:
            raise ImproperlyConfigured(f"There is no stylesheet css/{each}.css among the static files.")
        found.append(Path(path).read_bytes())
    return b"".join(found)


@lru_cache(maxsize=1)
def _recipe() -> str:
    return json.dumps([RECIPE, FONT_STACK, *(version(name) for name in ("weasyprint", "pydyf", "fonttools"))])


def _setting(name: str, default: Any) -> Any:
    return getattr(settings, name, default)


def _fonts_folder() -> Path:
    return Path(_setting("VAR_DIR", ROOT / "var")) / "fonts"


# The one thing this module remembers: the pool of this process, and the folders whose fonts it has seen.
_lock = threading.Lock()
_current: Pool | None = None
_seen: set[Path] = set()


def _have_fonts(folder: Path) -> None:
    """Make the fonts if nobody has; the set-up normally does, so this is for the first run alone."""
    if folder in _seen:
        return
    if not fonts_are_ready(folder):
        command = [sys.executable, "-P", "-m", "toolkit.rendering.fonts", str(folder)]
        environment = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
        try:
            subprocess.run(command, env=environment, timeout=FONTS_SECONDS, capture_output=True, text=True, check=True)
        except (subprocess.SubprocessError, OSError) as error:
            detail = ((getattr(error, "stderr", None) or "").strip() or str(error)).rpartition("\n")[2][:200]
            logger.error("The fonts of PDF files cannot be made: %s", detail)
            raise PdfUnavailable("fonts", detail) from None
    _seen.add(folder)


def _pool() -> Pool:
    """The pool for the present settings; tests change them, and then the old pool goes."""
    global _current
    setup = Setup(
        workers=_setting("PDF_WORKERS", min(2, os.cpu_count() or 1)),
        memory_mb=_setting("PDF_MEMORY_MB", 1500),
        pages=_setting("PDF_MAX_PAGES", 500),
        fonts=_fonts_folder(),
        more_fonts=tuple(Path(folder) for folder in _setting("PDF_FONT_DIRS", ())),
        base_css=f"html {{ font-family: {FONT_STACK} }}",
    )
    with _lock:
        if _current is None or _current.setup != setup:
            old, _current = _current, Pool(setup)
            if old:
                old.close()
        return _current


@atexit.register
def close_pool() -> None:
    """End the workers of this process. A next PDF starts new ones."""
    global _current
    with _lock:
        old, _current = _current, None
    if old:
        old.close()


def _after_fork() -> None:
    global _current, _lock
    _lock = threading.Lock()
    old, _current = _current, None
    if old:
        old.forget()


os.register_at_fork(after_in_child=_after_fork)
