"""Texts in several languages, what is said about a tool, the text of a document, and trying a draft out."""

import re

import pytest

from tests.factories.toolkit import make_tool
from tests.toolkit.editor.conftest import CHOICES, FORM, address, entry_of, raw_of, sent, text_of
from toolkit.actions.drafting import edit_draft, open_draft
from toolkit.models import Document, Response, Tool, WorkedExample
from toolkit.schema.parts import parts_of
from toolkit.schema.texts import add_language, set_texts

BODY = """body:
  en: |-
    # Agreement

    Made on {{ today }}. Title: {{ answers.title }}.
"""


@pytest.fixture
def client(curator, login):
    return login(curator)


@pytest.fixture
def french(draft, curator):
    return edit_draft(draft, lambda raw: add_language(raw, "fr"), by=curator)


@pytest.fixture
def letter(db, curator):
    published = make_tool(slug="letter", kind="document", form=FORM, extra=CHOICES + BODY)
    return open_draft(published.tool, by=curator)


def field(name: str, words: str, seen: str = "e3b0c44298") -> dict:
    """What the page of texts sends for one text; ``seen`` is the sign of an empty one."""
    return {f"text:{name}": words, f"seen:{name}": seen}


def signs(page) -> dict[str, str]:
    return {row.place.name: row.stamp for row in page.context["page"].rows}


def test_languages_are_added_and_removed_with_a_word_about_the_loss(client, draft):
    here = address(draft.tool, "edit-texts")
    assert client.post(address(draft.tool, "edit-languages"), {"add": "ar"}).status_code == 302
    assert raw_of(draft)["languages"] == ["en", "ar"]
    page = client.get(here)
    assert "Texts in Arabic" in text_of(page)
    assert 'dir="rtl"' in text_of(page)
    assert f"{len(page.context['page'].places)} texts are missing" in text_of(page)

    edit_draft(draft, lambda raw: set_texts(raw, "ar", {"f_title|label": "عنوان"}), by=page.context["user"])
    assert "One text in Arabic will be gone" in text_of(client.get(here))
    client.post(address(draft.tool, "edit-languages"), {"remove": "ar"})
    assert raw_of(draft)["languages"] == ["en"]
    assert entry_of(draft, "f_title")["label"] == {"en": "Title"}


@pytest.mark.parametrize("data", [{"add": "xx"}, {"add": "en"}, {"add": ""}, {}, {"remove": "en"}, {"remove": "fr"}])
def test_what_is_no_language_changes_nothing(client, draft, data):
    before = raw_of(draft)

    assert client.post(address(draft.tool, "edit-languages"), data).status_code == 302
    assert raw_of(draft) == before


def test_texts_are_written_side_by_side(client, french):
    here = f"{address(french.tool, 'edit-texts')}?lang=fr"
    data = field("f_title|label", "Titre") | field("list:state/good|label", "Bon") | field("tool|purpose", "")

    response = client.post(here, data)

    assert response["Location"] == here
    assert entry_of(french, "f_title")["label"] == {"en": "Title", "fr": "Titre"}
    assert raw_of(french)["choices"]["state"][0]["label"] == {"en": "Good", "fr": "Bon"}
    assert "fr" not in raw_of(french)["purpose"]
    missing = client.get(f"{here}&only=missing").context["page"]
    assert "f_title|label" not in {row.place.name for row in missing.rows}
    assert "f_late|label" in {row.place.name for row in missing.rows}


def test_a_text_that_is_too_long_is_told_and_the_others_are_saved(client, french):
    here = f"{address(french.tool, 'edit-texts')}?lang=fr"

    response = client.post(here, field("f_title|label", "x" * 1001) | field("f_late|label", "En retard ?"))

    assert response.status_code == 400
    assert "longer than 1000 characters" in text_of(response)
    assert "x" * 1001 in text_of(response)
    assert "fr" not in entry_of(french, "f_title")["label"]
    assert entry_of(french, "f_late")["label"]["fr"] == "En retard ?"


def test_two_translators_meet_only_on_the_same_text(client, french, admin, login):
    here = f"{address(french.tool, 'edit-texts')}?lang=fr"
    edit_draft(french, lambda raw: set_texts(raw, "fr", {"f_title|label": "Rubrique"}), by=admin)

    response = client.post(here, field("f_title|label", "Titre") | field("f_late|label", "En retard ?"))

    assert response.status_code == 409
    assert "Rubrique" in text_of(response)
    assert "Titre" in text_of(response)
    assert entry_of(french, "f_title")["label"]["fr"] == "Rubrique"
    assert entry_of(french, "f_late")["label"]["fr"] == "En retard ?"
    again = client.post(here, field("f_title|label", "Titre", seen=signs(response)["f_title|label"]))
    assert again.status_code == 302
    assert entry_of(french, "f_title")["label"]["fr"] == "Titre"


def test_a_page_holds_forty_texts(client, curator):
    lines = "\n".join(f"  - {{id: f_{n}, name: q_{n}, type: text, label: {{en: Question {n}}}}}" for n in range(90))
    draft = open_draft(make_tool(form=f"\n{lines}\n").tool, by=curator)
    edit_draft(draft, lambda raw: add_language(raw, "fr"), by=curator)
    here = address(draft.tool, "edit-texts")

    assert [len(client.get(f"{here}?page={n}").context["page"].rows) for n in (1, 2, 3, 9, "x")][:3] == [40, 40, 14]
    following = client.post(f"{here}?lang=fr", field("f_1|label", "Un") | {"_next": "1"})
    assert following["Location"] == f"{here}?lang=fr&page=2"


def test_odd_names_are_left_alone(client, french):
    before = raw_of(french)
    data = field("f_gone|label", "x") | field("f_title|type", "integer") | field("tool|tool", "y") | field("", "z")

    assert client.post(f"{address(french.tool, 'edit-texts')}?lang=zz", data).status_code == 302
    assert raw_of(french) == before


# About


def test_what_a_tool_says_of_itself(client, draft):
    here = address(draft.tool, "edit-about")
    data = sent(client.get(here))
    assert client.post(here, data).status_code == 302
    assert draft.revision == 1

    client.post(here, data | {"title": "Ward round", "minutes": "25", "number": "4.9", "licence": "cc0-1.0",
                              "credit": "Written with the nurses of Mwanga", "mode": "joint"})  # fmt: skip

    raw = raw_of(draft)
    assert (raw["title"], raw["minutes"], raw["number"], raw["mode"]) == ({"en": "Ward round"}, 25, "4.9", "joint")
    assert draft.credit == "Written with the nurses of Mwanga"
    assert Tool.objects.get(pk=draft.tool_id).licence == "cc0-1.0"
    assert Tool.objects.get(pk=draft.tool_id).number != "4.9", "the published version is what people find"


def test_wrong_words_about_a_tool_are_saved_and_listed(client, draft):
    here = address(draft.tool, "edit-about")
    data = sent(client.get(here)) | {"title": "Kept title", "minutes": "half an hour", "number": "four"}

    page = client.post(here, data, follow=True)

    told = {problem["text"]: problem["url"] for problem in page.context["problems"]}
    assert told == {
        "Write a whole number from 1 to 10000.": f"{here}#id_minutes",
        "“four” is not a number such as 4.1, G2 or V3.": f"{here}#id_number",
    }
    for typed in ("Kept title", "half an hour", "four"):
        assert f'value="{typed}"' in text_of(page)
    assert raw_of(draft)["minutes"] == "half an hour"
    client.post(here, sent(client.get(here)) | {"minutes": "99999999999"})
    draft.refresh_from_db()
    assert (draft.minutes, draft.raw["minutes"]) == (None, 99999999999)


def test_two_people_about_the_same_tool(client, draft, admin):
    here = address(draft.tool, "edit-about")
    data = sent(client.get(here)) | {"title": "Mine"}
    edit_draft(draft, lambda raw: raw | {"title": {"en": "Theirs"}, "body": {"en": "x"}}, by=admin)

    response = client.post(here, data)

    assert response.status_code == 409
    assert "Theirs" in text_of(response)
    assert "Mine" in text_of(response)
    assert client.post(here, sent(response)).status_code == 302
    assert raw_of(draft)["title"] == {"en": "Mine"}


# The text of a document


def test_the_text_is_written_and_looked_at(client, letter):
    here = address(letter.tool, "edit-body")
    page = client.get(here)
    assert "[Title]" in text_of(page)
    assert "{{ answers.costs }}" not in text_of(page)
    assert "{{ answers.title }}" in text_of(page)
    assert "{% for row in answers.costs -%}" in text_of(page)

    response = client.post(here, {"seen": page.context["seen"], "body": "New words about {{ answers.title }}"})
    assert response.status_code == 302
    assert raw_of(letter)["body"] == {"en": "New words about {{ answers.title }}"}
    looked = client.post(here, {"seen": "", "body": "Not **yet** {{ answers.title }}", "_look": "1"})
    assert "Not <strong>yet</strong> [Title]" in text_of(looked)
    assert raw_of(letter)["body"] == {"en": "New words about {{ answers.title }}"}


def test_everything_in_the_palette_can_be_put_together(client, letter):
    palette = client.get(address(letter.tool, "edit-body")).context["palette"]
    text = "\n\n".join(snippet.text for _heading, snippets in palette for snippet in snippets)

    look = client.post(address(letter.tool, "edit-body-preview"), {"body": text}).context["look"]

    assert look.problem == ""
    assert "<table>" in look.html
    assert "Lakeside District Hospital" in look.html
    assert "{{" not in look.html


def test_the_worked_example_is_what_one_looks_at(client, letter):
    WorkedExample.objects.create(tool=letter.tool, answers={"f_title": "A true story", "f_gone": "x"})

    look = client.post(address(letter.tool, "edit-body-preview"), {"body": "{{ answers.title }}"}).context["look"]

    assert "A true story" in look.html
    assert "worked example" in look.note


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("One\n\n{% if answers.title %}\nTwo", "line 3: “if” is never closed: write {% endif %}"),
        ("One\n{{ answers.title | shout }}", "line 2: There is no filter “shout” here."),
        ("{{ answers.title.upper() }}", "line 1:"),
        ("{% for a in (1..9999999) %}{{ a }}{% endfor %}", "line 1: A loop goes round too often"),
        ("{% include 'secrets' %}", "line 1: There is no tag “include” here."),
        ("x" * 100_001, "longer than 100000"),
    ],
)
def test_a_broken_text_is_told_with_its_line(client, letter, body, said):
    look = client.post(address(letter.tool, "edit-body-preview"), {"body": body}).context["look"]

    assert said in look.problem
    assert look.html == ""


def test_a_broken_text_is_saved_and_listed(client, letter):
    here = address(letter.tool, "edit-body")
    client.post(here, {"seen": client.get(here).context["seen"], "body": "One\n{{ answers.title | shout }}"})

    [problem] = client.get(address(letter.tool)).context["problems"]
    assert "line 2" in problem["text"]
    assert problem["url"] == f"{here}?lang=en"


def test_scripts_in_a_text_are_words(client, letter):
    look = client.post(
        address(letter.tool, "edit-body-preview"), {"body": "<script>alert(1)</script> [x](javascript:1)"}
    )

    assert "<script>" not in text_of(look)
    assert not re.search("href=|src=", look.context["look"].html)


def test_a_clash_over_the_text_keeps_both(client, letter, admin):
    here = address(letter.tool, "edit-body")
    seen = client.get(here).context["seen"]
    edit_draft(letter, lambda raw: raw | {"body": {"en": "Theirs"}}, by=admin)

    response = client.post(here, {"seen": seen, "body": "Mine"})

    assert response.status_code == 409
    assert "Theirs" in text_of(response)
    assert ">\nMine</textarea>" in text_of(response)
    assert client.post(here, {"seen": response.context["seen"], "body": "Mine"}).status_code == 302
    assert raw_of(letter)["body"] == {"en": "Mine"}


def test_looking_is_not_for_machines(client, letter, monkeypatch):
    monkeypatch.setattr("toolkit.views.editor.body.LOOKS_A_MINUTE", 3)
    here = address(letter.tool, "edit-body-preview")

    answers = [client.post(here, {"body": "x"}).status_code for _n in range(9)]

    assert answers[:3] == [200] * 3
    assert 429 in answers
    assert client.get(here).status_code == 405


def test_only_documents_have_a_text(client, draft):
    assert client.get(address(draft.tool, "edit-body")).status_code == 404


# Trying it out


def test_a_draft_is_tried_out_and_nothing_is_stored(client, draft):
    page = client.get(address(draft.tool, "edit-preview"))

    assert page.status_code == 200
    assert "Was it late?" in text_of(page)
    assert (Document.objects.count(), Response.objects.count()) == (0, 0)


def test_a_faulty_draft_says_what_is_missing(client, draft, curator):
    edit_draft(draft, lambda raw: raw | {"form": []}, by=curator)

    page = client.get(address(draft.tool, "edit-preview"))

    assert page.status_code == 200
    assert "There is no question yet." in text_of(page)
    assert parts_of(raw_of(draft)).keys() == {"tool", "list:state", "list:state/good", "list:state/poor"}
