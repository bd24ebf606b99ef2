"""What comes out of the PDF door for an honest document."""

import threading
from importlib.metadata import version

import pikepdf
import pytest
from django.core.exceptions import ImproperlyConfigured

from toolkit.rendering import pdf as door
from toolkit.rendering.pdf import RenderFailed, html_to_pdf, pdf_status, render_key

from .pdfs import images_in, links_in, names_in, opened, page, picture_of, png, text_of

REPORT = page(
    """
    <h1>Report</h1><h2 id="part">Part</h2><p>Words</p>
    <ul><li>one</li><li>two</li></ul>
    <table><thead><tr><th scope="col">Item</th><th scope="col">Cost</th></tr></thead>
    <tbody><tr><td>Bed</td><td>12</td></tr></tbody></table>
    <img src="app:logo" alt="The logo"><a href="#part">See the part</a>
    """,
    lang="fr",
)
ASSETS = {"logo": (png(40, 30), "image/png")}


@pytest.fixture
def styles(settings, tmp_path):
    """A folder of static files of our own; returns a function that writes a stylesheet."""
    settings.STATICFILES_DIRS = [tmp_path]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    door.finders.get_finder.cache_clear()
    (tmp_path / "css").mkdir()

    def write(name: str, css: str) -> None:
        (tmp_path / "css" / f"{name}.css").write_text(css)

    yield write
    door.finders.get_finder.cache_clear()


def structure(document: pikepdf.Pdf) -> list[str]:
    def walk(item):
        for one in item if isinstance(item, pikepdf.Array) else [item]:
            if isinstance(one, pikepdf.Dictionary) and "/S" in one:
                yield one
                if "/K" in one:
                    yield from walk(one.K)

    return list(walk(document.Root.StructTreeRoot.K))


def test_pdf_is_tagged_and_names_its_language_and_title():
    made = html_to_pdf(REPORT, assets=ASSETS, stylesheet=None)

    with opened(made) as document:
        root = document.Root
        assert root.MarkInfo.Marked
        assert root.ViewerPreferences.DisplayDocTitle
        assert str(root.Lang) == "fr"
        assert str(document.docinfo.Title) == "A page"
        with document.open_metadata() as meta:
            assert meta["dc:title"] == "A page"
            assert meta["pdfuaid:part"] == "1"
        assert [str(one.Tabs) for one in document.pages] == ["/S"]
        tags = [str(element.S) for element in structure(document)]
        for tag in ("/H1", "/H2", "/P", "/L", "/LI", "/Table", "/TR", "/TH", "/TD", "/Figure", "/Link"):
            assert tag in tags
        assert [str(element.Alt) for element in structure(document) if element.S == "/Figure"] == ["The logo"]
        assert all(
            "/FontFile2" in item
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and "/Ascent" in item
        )
    assert links_in(made) == ["#part"]
    assert images_in(made) == {(40, 30)}


def test_pdf_holds_nothing_that_acts():
    made = html_to_pdf(REPORT, assets=ASSETS, stylesheet=None)

    assert not names_in(made) & {
        "/JS", "/JavaScript", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/OpenAction", "/AA", "/AcroForm",
        "/RichMedia",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("https://example.org/a", ["https://example.org/a"]),
        ("HTTP://example.org/", ["HTTP://example.org/"]),
        ("mailto:a@example.org", ["mailto:a@example.org"]),
        ("tel:+25111", ["tel:+25111"]),
        ("#there", ["#there"]),
        ("javascript:alert(1)", []),
        (" JavaScript:alert(1)", []),
        ("java\tscript:alert(1)", []),
        ("data:text/html,x", []),
        ("file:///etc/passwd", []),
        ("vbscript:x", []),
        ("app:logo", []),
        ("/documents/1/", []),
        ("", []),
    ],
)
def test_only_harmless_links_stay(href, kept):
    made = html_to_pdf(page(f'<p id="there"><a href="{href}">words stay</a>'), assets=ASSETS, stylesheet=None)

    assert links_in(made) == kept
    assert "words stay" in text_of(made)
    with opened(made) as document:
        assert ("/Link" in [str(element.S) for element in structure(document)]) == bool(kept)


@pytest.mark.parametrize("target", ["javascript:alert(1)", "file:///etc/passwd", "relative"])
def test_a_style_cannot_make_a_harmful_link(target):
    made = html_to_pdf(page(f'<p style="link: url({target}); -weasy-link: url({target})">words'), stylesheet=None)

    assert links_in(made) == []


def test_hidden_fields_are_not_printed():
    made = html_to_pdf(
        page('<form><input type="hidden" name="token" value="SECRETTOKEN">words</form>'), stylesheet=None
    )

    assert "SECRETTOKEN" not in text_of(made)
    assert "words" in text_of(made)


def test_same_document_gives_the_same_bytes():
    first = html_to_pdf(REPORT, assets=ASSETS, stylesheet=None)
    html_to_pdf(page("<h1>Ещё</h1><p lang='ar' dir='rtl'>مستشفى</p>"), stylesheet=None)
    again = html_to_pdf(REPORT, assets=ASSETS, stylesheet=None)
    door.close_pool()
    elsewhere = html_to_pdf(REPORT, assets=ASSETS, stylesheet=None)

    assert first == again == elsewhere
    assert not {"/CreationDate", "/ModDate"} & names_in(first)


def test_a_date_is_written_when_the_page_names_one():
    made = html_to_pdf(page("", head='<meta name="dcterms.created" content="2026-05-04">'), stylesheet=None)

    with opened(made) as document:
        assert str(document.docinfo.CreationDate) == "D:20260504"


def test_stylesheet_is_used_and_a_new_one_is_noticed(styles):
    styles("print", "@page { size: 400px 300px; margin: 0 }")
    first = html_to_pdf(page("x"))
    styles("print", "@page { size: 200px 100px; margin: 0 }")
    second = html_to_pdf(page("x"))

    assert picture_of(first).size == (800, 600)
    assert picture_of(second).size == (400, 200)


def test_counter_styles_of_a_stylesheet_stay_with_it(styles):
    styles("stars", "@counter-style star { system: cyclic; symbols: '*'; suffix: ' ' } li { list-style: star }")
    styles("plain", "li { list-style: star }")

    assert "* one" in text_of(html_to_pdf(page("<ul><li>one</ul>"), stylesheet="stars"))
    assert "*" not in text_of(html_to_pdf(page("<ul><li>one</ul>"), stylesheet="plain"))


@pytest.mark.parametrize("name", ["missing", "../secret", "/etc/passwd", "Print", ""])
def test_unknown_stylesheet_is_a_fault_of_ours(styles, name):
    with pytest.raises(ImproperlyConfigured):
        html_to_pdf(page("x"), stylesheet=name)


@pytest.mark.parametrize("count", [1, 12])
def test_many_stylesheets_do_not_confuse_a_worker(styles, count):
    for number in range(count):
        styles(f"s{number}", f"@page {{ size: {100 + number}px 100px; margin: 0 }}")
        for _again in range(2):
            assert picture_of(html_to_pdf(page("x"), stylesheet=f"s{number}")).size == (2 * (100 + number), 200)


def test_input_that_is_too_large_is_refused():
    with pytest.raises(RenderFailed) as html_refused:
        html_to_pdf("x" * 5_000_001, stylesheet=None)
    with pytest.raises(RenderFailed) as assets_refused:
        html_to_pdf("x", assets={"a": (bytes(25_000_001), "image/png")}, stylesheet=None)

    assert (html_refused.value.reason, assets_refused.value.reason) == ("size", "size")


def test_output_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(door, "OUTPUT_LIMIT", 1000)

    with pytest.raises(RenderFailed) as refused:
        html_to_pdf(page("x"), stylesheet=None)

    assert refused.value.reason == "size"
    assert "too large" in str(refused.value.message)


def test_too_many_pages_are_refused(settings):
    settings.PDF_MAX_PAGES = 3
    three = '<p style="break-after: page">x</p>' * 3

    assert html_to_pdf(page(three), stylesheet=None)
    with pytest.raises(RenderFailed) as refused:
        html_to_pdf(page(three + "<p>y"), stylesheet=None)
    assert refused.value.reason == "pages"
    assert "more than 3 pages" in str(refused.value.message)


def test_odd_characters_do_no_harm():
    assert "before" in text_of(html_to_pdf(page("before\x00\ud800\x0c after"), stylesheet=None))


def test_forty_threads_at_once_all_get_their_own_document(settings):
    settings.PDF_BUSY_SECONDS = 60
    results: dict[int, str] = {}

    def work(number: int) -> None:
        results[number] = text_of(html_to_pdf(page(f"number {number}."), stylesheet=None))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == {number: f"number {number}." for number in range(40)}


def test_status_tells_versions_and_counts():
    html_to_pdf(page("x"), stylesheet=None)
    status = pdf_status()

    assert status["available"] is True
    assert status["weasyprint"] == version("weasyprint")
    assert status["pango"].startswith("1.")
    assert status["done"] >= 2


def test_key_changes_with_everything_that_changes_the_file(styles, monkeypatch):
    styles("print", "p { color: red }")
    keys = [
        render_key("a"),
        render_key("b"),
        render_key("a", {"x": (b"1", "image/png")}),
        render_key("a", {"x": (b"2", "image/png")}),
        render_key("a", {"y": (b"1", "image/png")}),
        render_key("a", {"x": (b"1", "image/gif")}),
        render_key("a", stylesheet=None),
    ]
    styles("print", "p { color: blue }")
    keys.append(render_key("a"))
    monkeypatch.setattr(door, "fonts_hash", lambda: "other fonts")
    keys.append(render_key("a"))
    monkeypatch.setattr(door, "_recipe", lambda: "another weasyprint")
    keys.append(render_key("a"))

    assert len(set(keys)) == len(keys)
    assert all(len(key) == 64 for key in keys)


def test_key_stays_while_nothing_changes(styles):
    styles("print", "p { color: red }")
    one, two = ("x", (b"1", "image/png")), ("y", (b"2", "image/png"))

    assert render_key("a", dict([one, two])) == render_key("a", dict([two, one]))
    assert version("weasyprint") in door._recipe()
