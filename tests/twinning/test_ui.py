"""The tags every template uses, and every component drawn once with undefined variables forbidden."""

import re

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.urls import ResolverMatch

from twinning.styleguide import styleguide
from twinning.templatetags import ui


class Person:
    is_authenticated = True
    email = "aigul@example.org"

    def __init__(self, *, is_admin: bool):
        self.is_admin = is_admin
        self.is_curator = False

    def __str__(self):
        return "Aigul"


def a_request(path="/", *, view="", is_admin=False, **cookies):
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies)
    request.user = Person(is_admin=is_admin)
    namespace, _, name = view.rpartition(":")
    request.resolver_match = ResolverMatch(lambda: None, (), {}, name, namespaces=[namespace] if namespace else [])
    return request


def draw(source: str, **context) -> str:
    return Template(source).render(Context(context)).strip()


def page_text(request) -> str:
    return styleguide(request).content.decode()


def test_icon_is_inline_and_silent():
    svg = draw('{% icon "house" 16 %}')

    assert svg.startswith('<svg class="icon" width="16" height="16" viewBox="0 0 24 24" aria-hidden="true"')
    assert "<path" in svg
    assert "style=" not in svg


def test_icon_that_does_not_exist_is_refused():
    with pytest.raises(TemplateSyntaxError, match="no icon “hause”"):
        draw('{% icon "hause" %}')


@pytest.mark.parametrize(
    "name", sorted({picture for _, picture in ui.STATUS_LOOKS.values()} | set(ui.TONE_ICONS.values()))
)
def test_every_icon_of_the_tables_exists(name):
    assert ui.draw_icon(name)


def test_status_badge_says_the_word_beside_colour_and_icon():
    html = draw('{% status_badge "on_hold" "On hold" %}')

    assert "status--warning" in html
    assert "<svg" in html
    assert html.endswith("On hold</span>")


def test_unknown_status_is_neutral_and_escaped():
    html = draw("{% status_badge status label %}", status="<new>", label="<b>New</b>")

    assert "status--neutral" in html
    assert "&lt;b&gt;New" in html


def test_breadcrumbs_link_all_but_the_last():
    html = draw('{% breadcrumbs "Home" "/" "Partnerships" "/p/" name %}', name="Osh & Lyon")

    assert re.findall(r'<a href="([^"]+)">([^<]+)</a>', html) == [("/", "Home"), ("/p/", "Partnerships")]
    assert '<span aria-current="page">Osh &amp; Lyon</span>' in html


def test_breadcrumbs_without_a_last_word_are_refused():
    with pytest.raises(TemplateSyntaxError, match="pairs"):
        draw('{% breadcrumbs "Home" "/" %}')


@pytest.mark.parametrize(
    ("view", "label"),
    [
        ("home", "Home"),
        ("partnerships:partnership-detail", "Partnerships"),
        ("partnerships:phase-detail", "Partnerships"),
        ("partnerships:organization-edit", "Organizations"),
        ("partnerships:contact-list", "Organizations"),
        ("toolkit:tool-detail", "Toolkit"),
        ("toolkit:proposal-new", "Toolkit"),
        ("toolkit:document-detail", "Documents"),
        ("accounts:user-edit", "People"),
    ],
)
def test_menu_marks_where_one_is(view, label):
    entries = ui.main_menu(Context({"request": a_request(view=view, is_admin=True)}))

    assert [str(entry["label"]) for entry in entries if entry["current"]] == [label]


def test_menu_marks_nothing_elsewhere():
    entries = ui.main_menu(Context({"request": a_request(view="accounts:profile")}))

    assert not any(entry["current"] for entry in entries)


def test_people_are_in_the_menu_of_administrators_only():
    def labels(is_admin):
        return [str(e["label"]) for e in ui.main_menu(Context({"request": a_request(is_admin=is_admin)}))]

    assert "People" in labels(is_admin=True)
    assert "People" not in labels(is_admin=False)


@pytest.mark.parametrize(
    ("name", "letters"), [("Abebe Kebede", "AK"), ("sukarno", "S"), ("Ana Maria de Sá", "AS"), ("", "")]
)
def test_initials(name, letters):
    assert ui.initials(name) == letters


def test_page_numbers_leave_gaps():
    page = Paginator(range(400), 25).get_page(7)

    assert ui.page_numbers(page) == [1, 0, 6, 7, 8, 0, 16]


def test_pagination_keeps_the_rest_of_the_address():
    html = page_text(a_request("/?q=osh&page=7"))

    assert 'href="?q=osh&amp;page=8" rel="next"' in html


def test_every_component_is_drawn_without_undefined_variables():
    html = page_text(a_request(is_admin=True))

    for block in ("track", "facts", "timeline", "copy", "confirm", "notice", "empty", "filters", "pages", "meter"):
        assert f'class="{block}' in html, block
    assert not re.search(r'style="|<script(?! type="module" src=)|onclick=', html)


@pytest.mark.parametrize(
    ("chosen", "media"),
    [("auto", "screen and (prefers-color-scheme: dark)"), ("dark", "screen"), ("light", None), ("<x>", "screen and")],
)
def test_theme_decides_when_night_colours_apply(chosen, media):
    html = page_text(a_request(theme=chosen))
    night = re.search(r'dark(?:\.[0-9a-f]+)?\.css" media="([^"]+)"', html)

    assert (night and night.group(1).startswith(media)) if media else night is None
    assert "<x>" not in html


def test_many_tabs_fold_up_under_the_page_that_is_open():
    several = [{"label": f"Page {n}", "url": f"/{n}/", "current": n == 3, "count": ""} for n in range(9)]

    many = draw('{% include "components/tabs.html" with tabs=tabs label="Pages" only %}', tabs=several)
    few = draw('{% include "components/tabs.html" with tabs=tabs label="Pages" only %}', tabs=several[:4])

    assert re.search(r"<details data-menu>\s*<summary>.*<b>Page 3</b>.*all 9 pages.*</summary>", many, re.DOTALL)
    assert many.count('href="/8/"') == 2
    assert "<details" not in few


def test_names_of_every_script_keep_their_direction_in_crumbs_and_headings():
    name = "واحة – Lindenhöhe"

    crumbs = draw('{% breadcrumbs name "/p/" name %}', name=name)
    header = draw('{% include "components/page_header.html" with title=name above=name only %}', name=name)

    assert f'<bdi><a href="/p/">{name}</a></bdi>' in crumbs
    assert f'<bdi><span aria-current="page">{name}</span></bdi>' in crumbs
    assert f"<h1><bdi>{name}</bdi></h1>" in header
    assert f"<bdi>{name}</bdi></p>" in header
