"""The text of a document in the editor: who speaks of a question, what is missing, and what is looked at."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from tests.factories.toolkit import make_tool
from tests.toolkit.editor.conftest import CHOICES, FORM, address, raw_of, text_of
from toolkit.actions.drafting import edit_draft, open_draft
from toolkit.actions.publishing import NotSoundError, publish
from toolkit.rendering.display import Voice
from toolkit.rendering.sample import sample_gaps
from toolkit.schema.spoken import RECORDS
from toolkit.schema.texts import add_language

BODY = """body:
  en: |-
    # Agreement

    {% if answers.title %}About {{ answers.title }}.{% endif %}
    {% if picked.late == "yes" %}It was late.{% endif %}
    {% for row in answers.costs -%}
    - {{ row.item }}
    {% endfor %}
"""


@pytest.fixture
def client(curator, login):
    return login(curator)


@pytest.fixture
def letter(db, curator):
    published = make_tool(slug="letter", kind="document", form=FORM, extra=CHOICES + BODY)
    return open_draft(published.tool, by=curator)


@pytest.mark.parametrize("part", ["f_title", "f_late", "f_item", "r_costs", "g_visit"])
def test_the_page_of_deleting_says_that_the_text_speaks_of_it(client, letter, part):
    page = text_of(client.get(f"{address(letter.tool, 'edit-delete')}?part={part}"))

    assert "The text of the document speaks of it" in page
    assert f'href="{address(letter.tool, "edit-body")}"' in page
    assert "no text speaks of it" not in page


def test_where_nobody_speaks_of_it_the_page_says_so(client, letter):
    page = text_of(client.get(f"{address(letter.tool, 'edit-delete')}?part=f_day"))

    assert "No condition, no formula and no text speaks of it." in page


def test_a_deleted_question_is_missed_by_the_text_and_holds_publishing_up(client, letter, curator, settings):
    delete = f"{address(letter.tool, 'edit-delete')}?part=f_title"
    client.post(delete, {"seen": client.get(delete).context["seen"]})

    [problem] = client.get(address(letter.tool)).context["problems"]
    assert problem["label"] == "Text of the document (English)"
    assert "“answers.title”" in problem["text"]
    assert problem["url"] == f"{address(letter.tool, 'edit-body')}?lang=en"
    assert client.get(problem["url"]).status_code == 200
    assert client.get(reverse("toolkit:version-publish", args=["letter"])).context["problems"] == [problem]
    settings.TOOLKIT_REVIEW = False
    letter.refresh_from_db()
    with pytest.raises(NotSoundError):
        publish(letter, change_note="Shorter", by=curator)


def test_all_languages_and_all_faults_are_listed(client, letter, curator):
    edit_draft(letter, lambda raw: add_language(raw, "fr"), by=curator)
    body = {"en": "{{ answers.nope }}{{ answers.title | shout }}", "fr": "{{ picked.nope }}"}
    edit_draft(letter, lambda raw: raw | {"body": body}, by=curator)

    problems = client.get(address(letter.tool)).context["problems"]

    assert [problem["url"].partition("lang=")[2] for problem in problems] == ["en", "fr", "en"]
    assert "There is no filter" in problems[2]["text"]


def test_the_preview_says_what_the_text_cannot_know(client, letter):
    page = client.post(address(letter.tool, "edit-body-preview"), {"body": "{{ answers.nope }} {{ answers.title }}"})

    assert "The text speaks of something that is not there" in text_of(page)
    assert "“answers.nope”" in text_of(page)
    assert "[Title]" in text_of(page)


def test_the_preview_shows_what_is_in_the_box_whatever_was_saved(client, letter, curator):
    edit_draft(letter, lambda raw: raw | {"body": {"en": "Old <script>"}}, by=curator)
    assert "has no place in Markdown" in text_of(client.get(address(letter.tool, "edit-body")))

    look = client.post(address(letter.tool, "edit-body-preview"), {"body": "New {{ answers.title }}"}).context["look"]

    assert "New [Title]" in look.html
    assert "have problems" not in look.note
    assert "<script>" in raw_of(letter)["body"]["en"]


def test_what_a_text_may_say_of_the_records_is_told_in_one_place(letter):
    told = SimpleNamespace(applies=lambda _cell: False, rows=lambda _repeat: (), answers={})
    gaps = sample_gaps(letter.form, told, Voice(letter.form, "en", None))

    assert RECORDS.keys() == gaps.keys() - {"answers", "picked"} | {"signatures"}
    for name, fields in RECORDS.items():
        found = gaps[name][0] if name == "parties" else gaps.get(name)
        assert fields == (set(found) if isinstance(found, dict) else set())
