"""What people type, in a document's own text and in its answers: always text, never a stop."""

import pytest

from tests.factories import make_organization, make_partnership
from tests.factories.toolkit import make_document, make_tool, make_writer
from toolkit.models import Document
from toolkit.rendering.html import render_document

from .documents import COORDINATOR, FORM, make_visit_report, read, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(alice) -> Document:
    return make_visit_report(alice)


BODY = """body:
  en: |
    # Agreement

    {% for party in parties %}{{ party.name }} ({{ party.side }}){% unless forloop.last %}, {% endunless %}{% endfor %}.

    ## Why

    {{ answers.title }} for {{ answers.days }}, {{ answers.secret }}.

    {% for cost in answers.costs %}- {{ cost.item }}: {{ cost.amount }}
    {% endfor %}
"""


def body_document(alice, body: str = BODY) -> Document:
    version = make_tool(form=FORM, extra=body, kind="document")
    return make_document(
        partnership=make_partnership(coordinator=alice, host=make_organization(name="Bamako *1*")), version=version
    )


def test_document_with_a_text_shows_it_then_signatures_then_answers(alice):
    document = body_document(alice)
    money = {"amount": "12", "currency": "EUR"}
    written(
        document,
        f_title="<b>Friends</b> & *stars*",
        f_days=3,
        r_costs=[{"_row": "aaaaaa", "f_item": "# Bus", "f_amount": money}],
    )

    html = read(document)

    assert "Bamako *1* (Host side), " in html
    assert "&lt;b&gt;Friends&lt;/b&gt; &amp; *stars* for 3" in html
    assert "# Bus: 12.00&nbsp;EUR" in html[html.index("<li>") : html.index("</li>")]
    text, signatures, answers = (
        html.index("<h2>Agreement</h2>"),
        html.index("<h2>Signatures</h2>"),
        html.index("<details"),
    )
    assert text < signatures < answers
    assert html.index("doc-signature__hand") > signatures


def test_text_of_a_document_hides_what_is_sensitive(alice):
    document = body_document(alice)
    written(document, f_secret="P1234567")

    html = read(document, writer=make_writer("host"))

    assert "P1234567" not in html
    assert "Restricted" in html


def test_broken_text_is_told_and_the_answers_stay(alice):
    document = body_document(alice, "body: {en: 'A {% for %} text'}\n")
    written(document, f_title="Still here")

    html = read(document)

    assert "cannot be put together" in html
    assert "Still here" in html


HOSTILE = [
    "<script>alert(1)</script>",
    "</bdi></td></table><style>*{display:none}</style>",
    "{{ document.pk }}{% load x %}",
    "javascript:alert(1)",
    "\u202egnp.exe\u2066",
    "x" * 300_000,
    "\x00\x08 null \ud800",
    "](javascript:alert(1))",
    "&lt;b&gt; &amp;",
]


@pytest.mark.parametrize("typed", HOSTILE, ids=lambda text: repr(text[:20]))
def test_hostile_answer_is_text(document, typed):
    response = document.responses.get()
    response.answers = {"f_title": typed, "f_why": typed, "f_late": "yes", "f_signed": {"name": typed, "agreed": False}}
    response.answers["r_costs"] = [
        {"_row": "aaaaaa", "f_item": typed, "f_when": typed, "f_amount": {"amount": typed, "currency": typed}}
    ]

    html = str(render_document(document, responses=[response], reader=COORDINATOR, file_url=lambda key: "/f"))

    html.encode("utf-8")
    for bad in ("<script", "<style", "{{ document.pk }}</", 'href="javascript', "\u202e", "\u2066", "\x00"):
        assert bad not in html.replace('<bdi dir="auto">{{ document.pk }}', "")
    assert html.count("<table") == html.count("</table>")


ODD_ANSWERS = [
    {"r_costs": "no rows"},
    {"r_costs": [{"f_item": "row without a name"}]},
    {"f_file": [{"name": "x"}], "f_signed": "old text", "f_days": {"a": 1}},
    {"f_gone": "a question that is no more", "r_gone": [{"_row": "aaaaaa"}]},
]


@pytest.mark.parametrize("answers", ODD_ANSWERS)
def test_odd_answers_do_not_stop_the_page(document, answers):
    response = document.responses.get()
    response.answers = answers

    assert "Visit report" in render_document(document, responses=[response], reader=COORDINATOR)
