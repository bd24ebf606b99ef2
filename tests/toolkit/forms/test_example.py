"""The worked example in the form itself: what it answers beside each question, and never as an answer."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories.partnerships import make_partnership
from tests.factories.toolkit import FORM, make_document, make_link, make_tool, only_response
from toolkit.forms.example import LONG, Example, clipped
from toolkit.models import ToolVersion, WorkedExample

MORE = """
  - repeat: wards
    id: r_wards
    label: {en: Wards}
    fixed: true
    rows: [{_row: ward01, ward: Maternity}, {_row: ward02, ward: Surgery}]
    items:
      - {id: f_ward, name: ward, type: text, readonly: true, label: {en: Ward}}
      - {id: f_seen, name: seen, type: text, label: {en: Seen}}
"""
ANSWERS = {
    "f_title": "Visit to <Nyeri>",
    "f_days": 3,
    "f_late": "yes",
    "f_why": "The road was under water. " * 30,
    "r_costs": [{"_row": f"row{n:03}", "f_item": f"Bus {n}", "f_amount": "4.50"} for n in range(1, 8)],
    "r_wards": [{"_row": "ward01", "f_seen": "Two beds"}],
    "f_gone": "a question that is no more",
}


@pytest.fixture
def version() -> ToolVersion:
    version = make_tool(form=FORM + MORE)
    WorkedExample.objects.create(tool=version.tool, titles={"en": "A good one"}, answers=ANSWERS)
    return version


@pytest.mark.parametrize(
    ("text", "start", "rest"),
    [
        ("short", "short", ""),
        ("one two three four five", "one two", "three four five"),
        ("x" * 30, "x" * 12, "x" * 18),
        ("one two threes", "one two threes", ""),  # a few letters more are not worth folding away
    ],
)
def test_a_long_text_is_clipped_between_words(text, start, rest):
    assert clipped(text, 12) == (start, rest)


@pytest.mark.django_db
def test_the_example_stands_beside_each_question_that_is_tried(client, version):
    page = reverse("toolkit:tool-try", args=[version.tool.slug])
    html = client.get(page).content.decode()

    assert html.count('class="fill-example"') == 6  # four answers, a sum, a fixed row
    assert "Visit to &lt;Nyeri&gt;" in html
    assert '<details class="fill-example__text" dir="auto"><summary>The road was under water.' in html
    assert "31.5" in html  # what was calculated from its rows
    assert html.count("fill-example--rows") == 1
    assert "Bus 5" in html
    assert "Bus 6" not in html
    assert "More rows in the example: 2" in html
    assert "a question that is no more" not in html
    assert 'value="Visit' not in html  # nothing of it is an answer

    hidden = client.get(f"{page}?example=no")
    assertNotContains(hidden, "fill-example")
    assertContains(hidden, f'href="{page}#example"')
    assertContains(
        client.post(f"{page}?example=no", {"_end": "1"}), f'action="{page}?example=no#checked"', status_code=422
    )


@pytest.mark.django_db
def test_on_a_real_document_it_is_one_click_away_and_stays(client, login, alice, version):
    document = make_document(partnership=make_partnership(coordinator=alice), version=version)
    for who, page in (
        (client, f"/f/{make_link(document).token}/"),
        (login(alice), f"{document.get_absolute_url()}fill/"),
    ):
        plain = who.get(page)
        assertNotContains(plain, "fill-example")
        assertContains(plain, f'href="{page}?example=yes#example"')

        shown = who.get(f"{page}?example=yes")
        assertContains(shown, "Visit to &lt;Nyeri&gt;")
        assertContains(shown, f'action="{page}?example=yes"')
        assertContains(shown, f'href="{page}#example"')

        data = {"_key": shown.context["page"].key, "_seen": "{}", "_end": "1", "_action": "save", "_name": "Ann"}
        saved = who.post(f"{page}?example=yes", data | {"f_title": "Ours"})
        assert saved.headers["Location"] == f"{page}?example=yes"
    assert only_response(document).answers["f_title"] == "Ours"
    assert "f_days" not in only_response(document).answers


@pytest.mark.django_db
def test_the_example_costs_no_query_more(login, alice, version, django_assert_max_num_queries):
    document = make_document(partnership=make_partnership(coordinator=alice), version=version)
    client, page = login(alice), f"{document.get_absolute_url()}fill/"
    client.get(page)
    with django_assert_max_num_queries(50) as plain:
        client.get(page)
    with django_assert_max_num_queries(len(plain)):
        client.get(f"{page}?example=yes")


@pytest.mark.django_db
def test_what_was_written_in_another_language_says_so():
    form = make_tool(languages="en, ar").form
    example = Example(form, ANSWERS, lang="ar", written_in="en")

    told = {item.name: example.beside(item.id, item) for item in form.items if not item.repeat}

    assert 'lang="en"' in told["title"]
    assert 'lang="en"' not in told["days"]
    assert all('dir="auto"' in html for html in told.values() if html)
    assert len(clipped(ANSWERS["f_why"], LONG)[0]) <= LONG
