"""The process that makes PDF files: ``python -m toolkit.rendering.worker``, started by pool.py.

It trusts nothing it is given. It has no network, no settings and no secrets, reads no file for a
document, and is bound in memory and time; whoever started it kills it when a document takes too
long. It speaks protocol.py over the pipes it is born with and ends when they close.
"""

import contextlib
import ctypes
import logging
import math
import os
import resource
import select
import shutil
import sys
import threading
import traceback
import warnings
from pathlib import Path
from typing import Any, NoReturn

from . import protocol

JOBS_IN_A_LIFE = 200
SHEETS_IN_A_LIFE = 8
RSS_LIMIT_MB = 400
REQUEST_LIMIT = 64_000_000
IMAGE_PIXELS = 25_000_000
NOTES = 20

VARIANT = "pdf/ua-1"
DPI = 150
SAFE_LINKS = ("http:", "https:", "mailto:", "tel:")

# Fields of a page that must never be printed; WeasyPrint shows hidden inputs as boxes.
GUARD_CSS = 'input[type="hidden"], script, template { display: none !important }'
WARM_UP = '<!DOCTYPE html><html lang="en"><title>.</title><p>A <b>b</b> <i>c</i> 1<table><tr><th>x<td>y</table>'


class TooManyPages(Exception):
    """Raised in the middle of the layout, as soon as it is known."""


class Renderer:
    """WeasyPrint with what is worth keeping between documents: the fonts and the parsed stylesheets."""

    def __init__(self, *, base_css: str, page_limit: int):
        # Late, for it costs a second and fails when Pango is missing.
        import weasyprint
        from PIL import Image
        from weasyprint.css.counters import CounterStyle
        from weasyprint.text.fonts import FontConfiguration

        from .fetcher import BASE_URL, LockedFetcher

        self.weasyprint = weasyprint
        self.fetcher, self.base_url = LockedFetcher, BASE_URL
        self.fonts = FontConfiguration()
        self.counter_style = CounterStyle
        self.page_limit = page_limit
        self.notes = _NoteTaker()
        self.sheets: dict[str, tuple[Any, Any]] = {}
        self.base_css = base_css
        Image.MAX_IMAGE_PIXELS = IMAGE_PIXELS
        # Pillow only warns between one and two times the limit.
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        progress = logging.getLogger("weasyprint.progress")
        progress.setLevel(logging.INFO)
        progress.propagate = False
        progress.addFilter(self._count_page)
        logging.getLogger("weasyprint").addHandler(self.notes)
        logging.getLogger("weasyprint").setLevel(logging.WARNING)

    def learn(self, key: str, css: str) -> None:
        """Parse a stylesheet and keep it."""
        counters = self.counter_style()
        sheet = self.weasyprint.CSS(
            string=f"{GUARD_CSS}\n{self.base_css}\n{css}",
            base_url=self.base_url,
            url_fetcher=self.fetcher(),
            font_config=self.fonts,
            counter_style=counters,
        )
        self.sheets[key] = (sheet, counters)

    def render(self, html: str, *, sheet: str, assets: dict[str, tuple[bytes, str]]) -> bytes:
        self.notes.clear()
        css, counters = self.sheets[sheet]
        source = self.weasyprint.HTML(string=html, base_url=self.base_url, url_fetcher=self.fetcher(assets))
        _drop_unsafe_links(source)
        document = source.render(
            font_config=self.fonts,
            counter_style=counters.copy(),
            stylesheets=[css],
            pdf_variant=VARIANT,
            dpi=DPI,
        )
        # Nothing is ever attached, whatever the document asks for.
        document.metadata.attachments = []
        for page in document.pages:
            page.links = [link for link in page.links if _is_safe(link[0], link[1])]
        return document.write_pdf(pdf_variant=VARIANT, dpi=DPI)

    def versions(self) -> dict[str, str]:
        from weasyprint.text.ffi import pango

        number = pango.pango_version()
        return {
            "weasyprint": self.weasyprint.__version__,
            "pango": f"{number // 10000}.{number // 100 % 100}.{number % 100}",
        }

    def _count_page(self, record: logging.LogRecord) -> bool:
        # The layout tells its progress page by page; it has no other hook.
        if str(record.msg).startswith("Step 5") and record.args and record.args[0] > self.page_limit:
            raise TooManyPages
        return False


class _NoteTaker(logging.Handler):
    """Keeps what WeasyPrint complains about, for the log of the web process."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if len(self.lines) < NOTES:
            self.lines.append(ascii(record.getMessage())[:200])

    def clear(self) -> None:
        self.lines = []


def _is_safe(kind: str, target: str) -> bool:
    return kind == "internal" or (kind == "external" and target.lower().startswith(SAFE_LINKS))


def _drop_unsafe_links(source) -> None:
    """Turn links that a reader must not follow into plain text, so that no empty link is tagged either.

    See also Renderer.render(), which drops links that a stylesheet makes.
    """
    for element in source.etree_element.iter("a"):
        target = (element.get("href") or "").strip()
        if "attachment" in element.get("rel", "") or not target.lower().startswith(("#", *SAFE_LINKS)):
            element.tag = "span"


def answer(renderer: Renderer, header: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], bytes]:
    """Do one job. Whatever goes wrong is said in the header; only a kill ends without an answer."""
    try:
        html, css, *bodies = blobs
        if header["learn"]:
            renderer.learn(header["sheet"], css.decode())
        assets = {key: (body, kind) for (key, kind), body in zip(header["assets"], bodies, strict=True)}
        _grant_seconds(header["seconds"])
        pdf = renderer.render(html.decode("utf-8", "replace"), sheet=header["sheet"], assets=assets)
    except TooManyPages:
        return {"failed": "pages"}, b""
    except MemoryError:
        return {"failed": "memory", "last": True}, b""
    except Exception as error:  # any document may break any part of the layout
        return {"failed": "content", "detail": _describe(error), "notes": renderer.notes.lines}, b""
    if len(pdf) > header["output"]:
        return {"failed": "size"}, b""
    return {"notes": renderer.notes.lines}, pdf


def _describe(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return ascii(f"{type(error).__name__}: {error}")[:200] + f" ({Path(frame.filename).name}:{frame.lineno})"


def _grant_seconds(seconds: float) -> None:
    """Let the processor time of this job end us, should whoever watches the clock be gone."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(usage.ru_utime + usage.ru_stime + seconds) + 1, hard))


def _limit_resources(memory_mb: int) -> None:
    memory = memory_mb * 1024 * 1024
    for what, limit in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        # A container may have set a lower limit already, which is as good.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (limit, limit))


def _leave_network() -> bool:
    """Move into a network of our own that leads nowhere. Not every system allows it; the fetcher is the rule."""
    new_user, new_network = 0x10000000, 0x40000000
    libc = ctypes.CDLL(None, use_errno=True)
    with contextlib.suppress(AttributeError):
        return libc.unshare(new_network) == 0 or libc.unshare(new_user | new_network) == 0
    return False


def _step_back() -> None:
    """Let the web processes go first, and be the first to go when the machine runs out of memory."""
    with contextlib.suppress(OSError):
        os.nice(5)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("800")


def _end_with_parent(requests: int, folder: Path) -> None:
    """End at once, even in the middle of a job, when the other end of the pipe closes.

    A parent-death signal would follow the *thread* that started us, and threads of a web server come and go.
    """

    def watch():
        poll = select.poll()
        poll.register(requests, 0)
        poll.poll()
        _leave(folder)

    threading.Thread(target=watch, daemon=True).start()


def _leave(folder: Path) -> NoReturn:
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _rss_mb() -> float:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def _take_pipes() -> tuple[int, int]:
    """Keep the two pipes for ourselves, so that nothing printed or read by a library can disturb them."""
    requests, replies = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)
    return requests, replies


def main() -> int:
    requests, replies = _take_pipes()
    alone = _leave_network()
    _step_back()
    _end_with_parent(requests, Path.cwd())
    try:
        setup, (base_css,) = protocol.receive(requests, limit=REQUEST_LIMIT)
        renderer = Renderer(base_css=base_css.decode(), page_limit=setup["pages"])
        # The first document loads the rest of the library: do that before the limits and before the clock.
        renderer.learn("", "")
        renderer.render(WARM_UP, sheet="", assets={})
        _limit_resources(setup["memory"])
    except EOFError:
        raise
    except OSError as error:
        protocol.send(replies, {"ready": False, "reason": "library", "detail": _describe(error)})
        return 1
    except Exception as error:  # whoever started us should learn why
        protocol.send(replies, {"ready": False, "reason": "start", "detail": _describe(error)})
        return 1
    protocol.send(replies, {"ready": True, "network": not alone, **renderer.versions()})
    _serve(renderer, requests, replies)
    return 0


def _serve(renderer: Renderer, requests: int, replies: int) -> None:
    """Answer one request after the other until old. EOFError: nobody will ask again."""
    for number in range(1, JOBS_IN_A_LIFE + 1):
        header, blobs = protocol.receive(requests, limit=REQUEST_LIMIT)
        reply, pdf = answer(renderer, header, blobs)
        old = number == JOBS_IN_A_LIFE or len(renderer.sheets) > SHEETS_IN_A_LIFE or _rss_mb() > RSS_LIMIT_MB
        last = reply.get("last", old)
        protocol.send(replies, {**reply, "last": last}, [pdf])
        if last:
            return


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (EOFError, BrokenPipeError):
        _leave(Path.cwd())
