"""The text of a document: what an author may write, and that what people type in stays what they typed."""

import re
from html import unescape

import pytest

from toolkit.rendering.body import render_body
from twinning.markdown import markdown_html


def body(text: str, **answers) -> str:
    made = render_body(text, {"answers": answers, "partnership": {"name": "A – B"}})
    assert made.problem == ""
    return made.html


def test_markdown_becomes_html():
    html = markdown_html("# Use\n\n**Bold** and *soft*\n\n- one\n- two\n\n|a|b|\n|-|-:|\n|1|2|")

    assert "<h3>Use</h3>" in html
    assert "<strong>Bold</strong>" in html
    assert "<li>one</li>" in html
    assert "<td>2</td>" in html
    assert "style" not in html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://example.org/x.png)",
        "[x](javascript:alert(1))",
        "[x](data:text/html,x)",
        "<p style='position:fixed' class='btn'>x</p>",
        "[x]: javascript:alert(1)\n\n[x]",
        "<svg><a xlink:href='javascript:alert(1)'>x</a></svg>",
    ],
)
def test_markdown_holds_nothing_that_acts(hostile):
    html = markdown_html(hostile)

    for bad in ("<script", "<img", "<svg", 'href="javascript', 'href="data', "<p style", "<p class"):
        assert bad not in html


def test_links_of_authors_stay():
    assert '<a href="https://example.org" rel="noopener nofollow">x</a>' in markdown_html("[x](https://example.org)")
    assert 'href="mailto:a@example.org"' in markdown_html("[x](mailto:a@example.org)")


def test_headings_leave_no_level_out():
    assert (
        markdown_html("# A\n\n#### B\n\n##### C\n\n## D", top=2) == "<h2>A</h2>\n<h3>B</h3>\n<h4>C</h4>\n<h3>D</h3>\n"
    )
    assert markdown_html("###### Deep", top=2) == "<h2>Deep</h2>\n"


def test_gaps_are_filled():
    html = body(
        "For **{{ partnership.name }}**:\n\n{% for d in answers.duties %}- {{ d.who }}: {{ d.what }}\n{% endfor %}",
        duties=[{"who": "Host", "what": "Receive"}, {"who": "Guest", "what": "Send"}],
    )

    assert "<strong>A – B</strong>" in html
    assert "<li>Host: Receive</li>\n<li>Guest: Send</li>" in html


def test_what_is_not_answered_is_empty():
    text = "{% if answers.none and answers.none != blank %}Shown{% endif %}[{{ answers.none }}]{{ nothing.at.all }}"

    assert body(text) == "<p>[]</p>\n"


def tags_in(html: str) -> set[str]:
    return set(re.findall(r"<([a-z0-9]+)", html))


TYPED = [
    "<script>alert(1)</script>",
    "# A heading",
    "- a point",
    "1. a point",
    "    code",
    "> a quote",
    "***",
    "**bold** _soft_ `code` ~~gone~~",
    "[link](https://example.org)",
    "![x](https://example.org/x.png)",
    "| a | b |",
    "Title\n=====",
    "{{ partnership.name }} {% include 'x' %}",
    "&lt;b&gt; &amp; &copy;",
    "<https://example.org>",
    "back\\slash \\* and \"quotes\" 'too'",
    "```\ncode\n```",
]


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize(
    "text",
    [
        "{{ answers.x }}",
        "Before {{ answers.x }} after",
        "- {{ answers.x }}",
        "## {{ answers.x }}",
        "**{{ answers.x }}**",
    ],
)
def test_typed_text_is_text(text, typed):
    html = body(text, x=typed)

    plain = body(text, x="word")
    assert tags_in(html) - {"br"} == tags_in(plain)
    said = unescape(re.sub(r"<[^>]+>", "", html)).split()
    assert [word for word in typed.split() if word not in said] == []


def test_typed_lines_stay_lines_and_paragraphs():
    assert body("{{ answers.x }}", x="One\ntwo\n\nThree") == "<p>One<br>\ntwo</p>\n<p>Three</p>\n"
    assert body("- {{ answers.x }}\n- end", x="One\n\ntwo") == "<ul>\n<li>One<br>\ntwo</li>\n<li>end</li>\n</ul>\n"
    assert body("## {{ answers.x }}", x="One\n\ntwo") == "<h2>One two</h2>\n"


def test_filters_do_not_undo_the_disguise():
    typed = "<b>a</b>,# b\n\n- c"

    for text in (
        '{{ answers.x | split: "," | join: "; " }}',
        "{{ answers.x | upcase | downcase }}",
        '{% assign y = answers.x %}{{ y | append: "!" | truncate: 50 }}',
        "{% capture y %}{{ answers.x }}{% endcapture %}{{ y }}",
        "{{ answers.x | replace: 'a', '<i>' }}",
    ):
        html = body(text, x=typed)
        assert "<b>" not in html
        assert "<i>" not in html
        assert "<h2>" not in html
        assert "<ul>" not in html


@pytest.mark.parametrize(
    "text",
    [
        "{{ answers.x",
        "{% if %}",
        '{% include "x" %}',
        '{% render "x" %}',
        "{{ answers.x | nofilter }}",
        "{{ 1 | divided_by: 0 }}",
        "{% for i in (1..100000) %}x{% endfor %}",
        "{% for a in (1..80) %}{% for b in (1..80) %}x{% endfor %}{% endfor %}",
        "{% assign n = 9 %}{% for i in (1..100) %}{% assign n = n | times: n %}{% endfor %}",
        '{% assign s = "aaaaaaaaaa" %}{% for i in (1..40) %}{% assign s = s | replace: "a", s %}{% endfor %}',
        '{% assign s = "aaaaaaaaaa" %}{% for i in (1..60) %}{% assign s = s | append: s %}{% endfor %}',
        "{% for i in (1..4999) %}" + "x" * 100 + "{% endfor %}",
        "{% if 1 %}" * 40 + "{% endif %}" * 40,
    ],
    ids=lambda text: text[:30],
)
def test_broken_or_endless_text_is_told_not_raised(text):
    made = render_body(text, {"answers": {"x": "y"}})

    assert made.html == ""
    assert made.problem


def test_private_characters_cannot_smuggle_signs():
    html = body("{{ answers.x }}", x="\ue03cscript\ue03e \ue02a")

    assert html == "<p>script</p>\n"


def test_long_text_is_told():
    made = render_body("{{ answers.x }}", {"answers": {"x": "word " * 60_000}})

    assert "limit" in made.problem


def test_what_is_wrong_is_said_in_words_with_its_line():
    for text, said in {
        "{% if answers.a %}hello": "line 1: “if” is never closed: write {% endif %} where it ends.",
        "x\n{% if a %}\n{% for b in c %}{% endfor %}": "line 2: “if” is never closed: write {% endif %} where it ends.",
        "{% case a %}{% when 1 %}x": "line 1: “case” is never closed: write {% endcase %} where it ends.",
        "x\n{% for a in (1..9000000) %}{% endfor %}": "line 2: A loop goes round too often; the limit is 5000 rounds.",
        "{% include 'x' %}": "line 1: There is no tag “include” here.",
        "x\n{% endif %}": "line 2: “endif” stands here without what it belongs to.",
        "x\n\n{{ x | ljust: 3 }}": "line 3: There is no filter “ljust” here.",
        "x\n{{ a": "line 2: “{{” is never closed with “}}”.",
        "x\n\n{{ a | }}": "line 3: Something is missing before the end of what stands in braces.",
        "x\n{% if a == %}x{% endif %}": "line 2: Something is missing before the end of what stands in braces.",
        "{{ 'x' | append }}": "line 1: A filter needs something after its colon.",
    }.items():
        assert render_body(text, {}).problem == said, text
