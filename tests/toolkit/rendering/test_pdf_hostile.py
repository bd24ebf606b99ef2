"""Documents that try to read files, reach the network, or never end."""

import base64
import http.server
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from toolkit.rendering.fetcher import INLINE_LIMIT, LockedFetcher
from toolkit.rendering.fonts import ROOT
from toolkit.rendering.pdf import RenderFailed, html_to_pdf, pdf_status

from .pdfs import everything_in, images_in, links_in, names_in, opened, page, png, text_of

SECRET = "the-secret-nobody-may-print"
SECRET_PICTURE = (37, 23)


def inline(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">{}</svg>'
STYLE = "<style>{}</style><p class=x>x</p><ul><li>x</ul>"

# {url} becomes an address of the canary or of a secret file.
VECTORS = {
    "img": '<img alt=x src="{url}">',
    "img upper case": '<IMG alt=x SRC="{upper}">',
    "img with spaces": '<img alt=x src=" \n{url} ">',
    "srcset": '<img alt=x srcset="{url} 1x">',
    "input image": '<input type=image src="{url}">',
    "embed": '<embed src="{url}">',
    "object": '<object data="{url}">x</object>',
    "iframe": '<iframe src="{url}"></iframe>',
    "video": '<video src="{url}" poster="{url}"></video>',
    "picture": '<picture><source srcset="{url}"><img alt=x src="{url}"></picture>',
    "script": '<script src="{url}"></script>',
    "meta refresh": '<meta http-equiv="refresh" content="0;url={url}">',
    "base": '<base href="{url}/"><img alt=x src="x.png"><link rel=stylesheet href="x.css">',
    "link stylesheet": '<link rel="stylesheet" href="{url}">',
    "link icon": '<link rel="icon" href="{url}">',
    "link attachment": '<link rel="attachment" href="{url}">',
    "a attachment": '<a rel="attachment" href="{url}">x</a>',
    "a nofollow attachment": '<a rel="nofollow attachment" href="{url}">x</a>',
    "area attachment": '<map><area rel="attachment" href="{url}"></map>',
    "import": STYLE.format("@import url({url});"),
    "import string": STYLE.format("@import '{url}' print;"),
    "background": STYLE.format(".x {{ background: url({url}) }}"),
    "background attribute": '<table background="{url}"><td>x</table>',
    "style attribute": '<p style="background-image: url({url})">x',
    "content": STYLE.format(".x::before {{ content: url({url}) }}"),
    "content attr": STYLE.format(".x::before {{ content: attr(class url) url('{url}') }}"),
    "list style": STYLE.format("li {{ list-style-image: url({url}) }}"),
    "border image": STYLE.format(".x {{ border: 9px solid; border-image: url({url}) 9 }}"),
    "mask": STYLE.format(".x {{ mask-image: url({url}); -webkit-mask: url({url}) }}"),
    "cursor": STYLE.format(".x {{ cursor: url({url}), auto }}"),
    "page background": STYLE.format("@page {{ background: url({url}) }}"),
    "margin box": STYLE.format("@page {{ @top-left {{ content: url({url}) }} }}"),
    "font face": STYLE.format("@font-face {{ font-family: Z; src: url({url}) }} .x {{ font-family: Z }}"),
    "colour profile": STYLE.format("@color-profile --z {{ src: url({url}) }} .x {{ color: color(--z 1 0 0 0) }}"),
    "counter symbol": STYLE.format(
        "@counter-style z {{ system: cyclic; symbols: url({url}) }} li {{ list-style: z }}"
    ),
    "svg image": SVG.format('<image href="{url}" width="9" height="9"/>'),
    "svg xlink image": SVG.format('<image xlink:href="{url}" width="9" height="9"/>'),
    "svg use": SVG.format('<use href="{url}#a"/>'),
    "svg feimage": SVG.format('<filter id="f"><feImage href="{url}"/></filter><rect filter="url(#f)" width="9"/>'),
    "svg import": SVG.format("<style>@import url({url});</style><rect width='9' height='9'/>"),
    "svg fill": SVG.format('<rect fill="url({url}#a)" width="9" height="9"/>'),
    "svg pattern": SVG.format('<pattern id="p" href="{url}#a"/><rect fill="url(#p)" width="9" height="9"/>'),
    "svg foreign": SVG.format('<foreignObject width="9" height="9"><img alt="x" src="{url}"/></foreignObject>'),
}  # fmt: skip
ENTITY = '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY e SYSTEM "{url}">]>' + SVG.format("<text y='9'>&e;</text>")
INCLUDE = SVG.format('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{url}" parse="text"/>')


def documents(address: str) -> dict[str, str]:
    """Every vector as a page that points at ``address``."""
    shouted = address.replace("http", "HTTP").replace("file", "FILE")
    made = {name: template.format(url=address, upper=shouted) for name, template in VECTORS.items()}
    drawings = {name: made[name] for name in VECTORS if name.startswith("svg ")}
    drawings |= {"svg entity": ENTITY.format(url=address), "svg include": INCLUDE.format(url=address)}
    # The same drawings again, as pictures inside a picture
    made |= {f"inline {name}": f'<img alt=x src="{inline(drawing)}">' for name, drawing in drawings.items()}
    return {name: page(body) for name, body in made.items()}


@pytest.fixture(scope="module")
def canary():
    """A web server that remembers who called."""
    hits: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            hits.append(self.path)
            if self.path.startswith("/away"):
                self.send_response(302)
                self.send_header("Location", "/landed")
            else:
                self.send_response(200)
                self.send_header("Content-Type", "text/plain")
            self.end_headers()
            self.wfile.write(SECRET.encode())

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", hits
        server.shutdown()


@pytest.fixture(scope="module")
def secrets(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("secrets")
    text, picture = folder / "secret.txt", folder / "secret.png"
    text.write_text(SECRET)
    picture.write_bytes(png(*SECRET_PICTURE))
    return {"text": text, "picture": picture}


RENDER_OPENLY = """
import base64, json, sys
mode, pages = json.load(sys.stdin)
if mode == "bare":
    import weasyprint
    make = lambda html: weasyprint.HTML(string=html, base_url="app:/").write_pdf()
else:
    from toolkit.rendering.worker import Renderer
    renderer = Renderer(base_css="", page_limit=9)
    renderer.learn("", "")
    make = lambda html: renderer.render(html, sheet="", assets={})
made = {}
for name, html in pages.items():
    try:
        made[name] = base64.b64encode(make(html)).decode()
    except Exception as error:
        made[name] = ""
json.dump(made, sys.stdout)
"""


def render_openly(mode: str, pages: dict[str, str]) -> dict[str, bytes]:
    """Render in a process that has the network and the disk, so that only our own rules can refuse."""
    done = subprocess.run(
        [sys.executable, "-c", RENDER_OPENLY],
        input=json.dumps([mode, pages]),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return {name: base64.b64decode(made) for name, made in json.loads(done.stdout).items()}


def test_vectors_do_work_on_a_bare_weasyprint(canary, secrets):
    """Otherwise the tests below would prove nothing."""
    address, hits = canary
    hits.clear()
    picks = documents(address + "/bare")
    render_openly(
        "bare", {name: picks[name] for name in ("img", "import", "svg image", "inline svg image", "a attachment")}
    )
    stolen = render_openly("bare", {"x": documents(secrets["text"].as_uri())["link attachment"]})["x"]
    shown = render_openly("bare", {"x": documents(secrets["picture"].as_uri())["img"]})["x"]

    assert len(hits) >= 5
    assert SECRET.encode() in everything_in(stolen)
    assert images_in(shown) == {SECRET_PICTURE}


@pytest.mark.parametrize("scheme", ["http", "redirect", "relative scheme", "userinfo"])
def test_no_document_reaches_the_network(canary, scheme):
    address, hits = canary
    hits.clear()
    address = {
        "http": address + "/x",
        "redirect": address + "/away",
        "relative scheme": address.removeprefix("http:") + "/x",
        "userinfo": address.replace("//", "//app:x@") + "/x",
    }[scheme]

    made = render_openly("ours", documents(address))

    assert hits == []
    assert sum(1 for pdf in made.values() if pdf) > len(made) * 0.9
    for name, pdf in made.items():
        assert SECRET.encode() not in everything_in(pdf) if pdf else True, name
        assert not names_in(pdf) & {"/EmbeddedFile", "/Filespec"} if pdf else True, name


@pytest.mark.parametrize("kind", ["text", "picture"])
@pytest.mark.parametrize("form", ["uri", "short", "path", "localhost"])
def test_no_document_reads_a_file(secrets, kind, form):
    path = secrets[kind]
    address = {
        "uri": path.as_uri(),
        "short": f"file:{path}",
        "path": str(path),
        "localhost": f"file://localhost{path}",
    }[form]

    for name, pdf in render_openly("ours", documents(address)).items():
        if pdf:
            assert SECRET.encode() not in everything_in(pdf), name
            assert SECRET_PICTURE not in images_in(pdf), name
            with opened(pdf) as document:
                assert len(document.attachments) == 0, name


def test_through_the_door_nothing_is_reached_either(canary, secrets):
    address, hits = canary
    hits.clear()
    for place in (address + "/door", secrets["text"].as_uri(), secrets["picture"].as_uri()):
        for name, html in documents(place).items():
            if name == "colour profile":
                # The one vector that WeasyPrint answers with an error instead of a note.
                with pytest.raises(RenderFailed, match="content"):
                    html_to_pdf(html, stylesheet=None)
                continue
            pdf = html_to_pdf(html, stylesheet=None)
            assert SECRET.encode() not in everything_in(pdf), name
            assert not images_in(pdf), name
            assert not [link for link in links_in(pdf) if link.startswith("file")], name

    assert hits == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "https://example.org/", "ftp://127.0.0.1/x", "file:///etc/passwd", "FILE:/etc/passwd",
        "gopher://x/", "jar:file:///x!/y", "font:x", "x.png", "//x/y", "/etc/passwd", "", "app:", "app:other",
        "app:../logo", "app:logo?x", "data:,x", "data:text/css,p{}", "data:text/html,x", "data:image/png,x",
        "data:application/pdf;base64,JVBERi0=", "data:image/svg+xml,<html>", "data:font/ttf;base64,AAEAAA==",
        "data:image/png;base64,!", "data:image/png", "data:image/x-eps,%25!PS",
        "data:image/svg+xml," + "<svg>" + "x" * INLINE_LIMIT,
    ],
)  # fmt: skip
def test_fetcher_refuses(url):
    fetcher = LockedFetcher({"logo": (png(1, 1), "image/png")})

    with pytest.raises(ValueError):
        fetcher(url)
    with pytest.raises(ValueError):
        fetcher.open(url)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"%!PS-Adobe", "image/png"),
        (b"%PDF-1.7", "image/png"),
        (b"%!PS-Adobe", "application/postscript"),
        (png(1, 1), "image/svg+xml"),
        (png(1, 1), "text/css"),
        (b"\0\1\0\0", "font/ttf"),
        (b"", "image/png"),
    ],
)
def test_fetcher_refuses_assets_that_are_no_images(body, kind):
    with pytest.raises(ValueError):
        LockedFetcher({"a": (body, kind)})("app:a")


def test_fetcher_serves_images():
    fetcher = LockedFetcher({"logo": (png(1, 1), "Image/PNG")})

    assert fetcher("app:logo").read() == png(1, 1)
    assert fetcher("app:logo").content_type == "image/png"
    assert fetcher("data:image/svg+xml,%3Csvg%3E").read() == b"<svg>"
    assert fetcher("data:image/gif;base64,R0lGODlh").read() == b"GIF89a"


def failing(html: str, **assets) -> tuple[str, float]:
    started = time.monotonic()
    with pytest.raises(RenderFailed) as failed:
        html_to_pdf(html, assets=assets, stylesheet=None)
    return failed.value.reason, time.monotonic() - started


def next_one_works() -> None:
    started = time.monotonic()
    assert "fine" in text_of(html_to_pdf(page("fine"), stylesheet=None))
    assert time.monotonic() - started < 5, "a new worker is ready in a second on a quiet machine"


def test_document_that_never_ends_is_killed_in_time(settings):
    settings.PDF_WORKERS = 1
    settings.PDF_WALL_SECONDS = 2
    next_one_works()

    reason, seconds = failing(page('<div style="display: flex">' * 12 + "x"))

    assert reason == "time"
    assert 2 <= seconds <= 2.5
    next_one_works()
    assert pdf_status()["failed"]["time"] == 1


@pytest.mark.parametrize(
    "body",
    [
        '<table><td colspan="1000000000">x</table>',
        "<style>:root { --a0: "
        + "x " * 50
        + "; "
        + " ".join(f"--a{n}: {f'var(--a{n - 1}) ' * 10};" for n in range(1, 9))
        + " } p { background: var(--a8) }</style><p>x",
    ],
    ids=["wide cell", "variables"],
)
def test_document_that_eats_memory_is_stopped(settings, body):
    settings.PDF_WORKERS = 1
    settings.PDF_MEMORY_MB = 700
    settings.PDF_WALL_SECONDS = 60

    reason, _seconds = failing(page(body))

    assert reason == "memory"
    next_one_works()


@pytest.mark.parametrize(
    "body",
    ["<div>" * 2000, "<span>" * 600 + "x", '<p style="font-size: 1e7px">x'],
    ids=["deep blocks", "deep lines", "huge letters"],
)
def test_document_that_breaks_the_layout_is_said_so_and_the_worker_lives(settings, body):
    settings.PDF_WORKERS = 1
    next_one_works()
    before = pdf_status()["workers_started"]

    reason, _seconds = failing(page(body))

    assert reason == "content"
    next_one_works()
    assert pdf_status()["workers_started"] == before


@pytest.mark.parametrize("size", [5100, 12_000, 30_000])
def test_huge_picture_is_left_out(settings, size):
    settings.PDF_WALL_SECONDS = 5
    assets = {"a": (png(size, size), "image/png")}

    pdf = html_to_pdf(page('<img alt="x" src="app:a">words'), assets=assets, stylesheet=None)

    assert images_in(pdf) == set()
    assert "words" in text_of(pdf)


def test_large_picture_is_printed_small():
    body = '<img alt="x" style="width: 10cm" src="app:a">'

    pdf = html_to_pdf(page(body), assets={"a": (png(4000, 4000), "image/png")}, stylesheet=None)

    assert images_in(pdf) == {(591, 591)}


def test_entity_bomb_is_harmless():
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY e0 "x">{entities}]>' + SVG.format("<text y='9'>&e11;</text>")

    assert "words" in text_of(html_to_pdf(page(f'<img alt="x" src="{inline(bomb)}">words'), stylesheet=None))
