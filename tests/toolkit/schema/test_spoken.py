"""The text of a document is tied to its questions: what it speaks of is there, follows a new name, and is missed."""

import pytest

from toolkit.actions.library import read_library
from toolkit.schema.editing import set_properties
from toolkit.schema.errors import SchemaError
from toolkit.schema.parsing import read_yaml
from toolkit.schema.spoken import Names, spoken_in, unknown_names
from toolkit.schema.switching import Uses

RAW = {
    "tool": "letter", "section": "initiate", "kind": "document", "title": {"en": "Letter"}, "purpose": {"en": "Asks."},
    "languages": ["en", "fr"],
    "choices": {"state": [{"name": "good", "label": {"en": "Good"}}, {"name": "poor", "label": {"en": "Poor"}}]},
    "form": [
        {"group": "all", "label": {"en": "All"}, "items": [
            {"id": "f_title", "name": "title", "type": "text", "label": {"en": "Title"}},
            {"id": "f_visa", "name": "visa", "type": "yes_no", "label": {"en": "Visa"}},
            {"id": "f_state", "name": "state", "type": "select_one state", "label": {"en": "State"}},
            {"id": "f_seen", "name": "seen", "type": "select_multiple state", "label": {"en": "Seen"}},
            {"id": "f_hiv", "name": "status", "type": "yes_no", "sensitive": True, "label": {"en": "Status"}},
            {"repeat": "costs", "id": "r_costs", "label": {"en": "Costs"}, "items": [
                {"id": "f_item", "name": "item", "type": "text", "label": {"en": "Item"}},
                {"id": "f_amount", "name": "amount", "type": "decimal", "label": {"en": "Amount"}}]}]},
    ],
}  # fmt: skip


def told(text: str) -> list[str]:
    return [str(problem.message) for problem in unknown_names({**RAW, "body": {"en": text}})]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ answers.nope }}", "“answers.nope”, but no question has that short name"),
        ("One\n\n{{ answers.tilte }}", "In line 3 the text speaks of “answers.tilte”"),
        ("{{ answers.tilte }}", "Did you mean “title”?"),
        ("{% if answers.gone %}A clause.{% endif %}", "“answers.gone”"),
        ("{% if answers.title and answers.gone != blank %}A clause.{% endif %}", "“answers.gone”"),
        ('{{ answers["nope"] }}', "“answers.nope”"),
        ("{{ answers.amount }}", "“answers.amount”"),
        ("{% assign x = answers.nope %}{{ x }}", "“answers.nope”"),
        ("{% for row in answers.gone %}{{ row.item }}{% endfor %}", "“answers.gone”"),
        ("{% for row in answers.costs %}{{ row.price }}{% endfor %}", "“price” in the table “costs”"),
        ("{% assign all = answers.costs %}{% for row in all %}{{ row.price }}{% endfor %}", "“price” in the table"),
        ("{{ answers.costs[0].price }} ", "“price” in the table “costs”"),
        ('{{ answers.costs | where: "item", "x" | map: "price" | join }}', "“price” in the table “costs”"),
        ("{{ answers.costs.amount }}", "has to go through the rows"),
        ('{% if picked.gone == "yes" %}A clause.{% endif %}', "“picked.gone”"),
        ('{% if picked.seen == "good" %}A clause.{% endif %}', "no question with one answer to choose"),
        ('{% if picked.status == "yes" %}A clause.{% endif %}', "whose answers few may see"),
        ('{% if picked.state == "fair" %}A clause.{% endif %}', "“fair”, which is not among its answers: good, poor"),
        ('{% if "maybe" != picked.visa %}A clause.{% endif %}', "“maybe”, which is not among its answers: yes, no"),
        ('{% case picked.state %}{% when "good", "fair" %}A{% endcase %}', "“fair”"),
        ("{{ anwers.title }}", "“anwers.title”, which it cannot know"),
        ("{{ partnership.motto }}", "“partnership.motto”, which it cannot know"),
        ("{% for party in parties %}{{ party.phone }}{% endfor %}", "“parties.phone”"),
    ],
)
def test_what_is_not_there_is_told(text, said):
    [problem] = told(text)

    assert said in problem


@pytest.mark.parametrize(
    "text",
    [
        "{{ answers.title | upcase }} {{ today }} {{ document.reference }} {{ programme.currency }}",
        '{{ partnership.countries | join: ", " }} {{ partnership.countries.size }} {{ parties.first.legal_name }}',
        "{% for row in answers.costs %}{{ forloop.index }} {{ row.item }} {{ row.amount }}{% endfor %}",
        '{% for row in answers.costs limit: 2 %}{% if row.item contains "x" %}{% endif %}{% endfor %}',
        '{{ answers.costs | map: "amount" | join: ", " }} {{ answers.costs.size }} {{ answers.costs.first.item }}',
        "{% for each in answers.seen %}{{ each }}{% endfor %}{{ answers.seen | join }} {{ answers.seen.first }}",
        '{% if picked.visa == "yes" and picked.state != "poor" %}A{% endif %}{% if picked.visa %}B{% endif %}',
        '{% assign guest = answers.title | default: "x" %}{% assign guest = "y" %}{{ guest.size }}',
        "{% capture line %}{{ answers.title }}{% endcapture %}{{ line | strip }}",
        "{% for n in (1..3) %}{{ n }}{{ later }}{% assign later = n %}{% endfor %}",
        "{% for each in parties %}{{ each.side }}{% unless forloop.last %}, {% endunless %}{% endfor %}",
        "{{ answers[today] }} {{ answers.title[0] }}",
        "answers.nope and {{ 'answers.nope' }} {% comment %}{{ answers.nope }}{% endcomment %}",
        "{% if answers.title %} never closed {{ answers.nope }}",
    ],
)
def test_no_false_alarm(text):
    assert told(text) == []


def test_every_language_is_read_and_a_name_told_once_in_each():
    raw = {**RAW, "body": {"en": "{{ answers.gone }} {{ answers.gone }}", "fr": "{{ answers.gone }}", "xx": 3}}

    assert [problem.path for problem in unknown_names(raw)] == ["body.en", "body.fr"]


def test_no_shipped_text_speaks_of_what_is_not_there():
    texts = [form for form in read_library() if form.body]

    assert len(texts) >= 10
    assert [(form.tool, str(each)) for form in texts for each in unknown_names(form.written)] == []


def test_a_file_that_speaks_of_nothing_is_refused_on_loading():
    text = """tool: letter
section: initiate
kind: document
title: {en: Letter}
purpose: {en: Asks.}
form:
  - {id: f_title, name: title, type: text, label: {en: Title}}
body: {en: "{{ answers.titel }}"}
"""
    with pytest.raises(SchemaError, match="Did you mean “title”"):
        read_yaml(text, name="letter")
    assert read_yaml(text.replace("titel", "title"), name="letter")


def test_the_text_is_a_user_of_questions_columns_and_choices():
    body = '{% if picked.visa == "yes" %}{% for row in answers.costs %}{{ row.item }}{% endfor %}{% endif %}'
    raw = {**RAW, "body": {"fr": body}}

    assert {part.id for part in spoken_in(body, Names(raw))} == {"f_visa", "r_costs", "f_item"}
    uses = Uses(raw)
    assert [part.id for part in uses.of("f_item")] == ["tool"]
    assert uses.of("f_amount") == uses.of("f_title") == []


@pytest.mark.parametrize(
    ("part", "key", "before", "after"),
    [
        ("f_visa", "name", '{% if picked.visa == "yes" %}a{% endif %}', '{% if picked.new == "yes" %}a{% endif %}'),
        ("f_title", "name", "{{ answers['title'] }}{{ answers.title }}", "{{ answers['new'] }}{{ answers.new }}"),
        ("f_item", "name", "{% for item in answers.costs %}{{ item.item }}{% endfor %}",
         "{% for item in answers.costs %}{{ item.new }}{% endfor %}"),
        ("f_amount", "name", '{{ answers.costs | map: "amount" }}', '{{ answers.costs | map: "new" }}'),
        ("r_costs", "repeat", "{% for row in answers.costs %}{{ row.item }}{% endfor %}",
         "{% for row in answers.new %}{{ row.item }}{% endfor %}"),
        ("f_title", "name", "{% if answers.title %}", "{% if answers.new %}"),
    ],
)  # fmt: skip
def test_a_new_name_is_carried_into_the_text(part, key, before, after):
    raw = set_properties({**RAW, "body": {"en": before}}, part, {key: "new"})

    assert raw["body"]["en"] == after


@pytest.mark.parametrize("word", ["limit", "required", "in", "blank"])
def test_a_question_may_be_named_by_a_word_of_liquid(word):
    """A text with ``answers.limit`` in it could never be put together."""
    loop = "{% for each in answers.costs %}{{ each.item }}{% endfor %}"
    before = "{{ answers.title }}: {% if answers.title %}" + loop + "{% endif %}"

    raw = {**RAW, "body": {"en": before}}
    for part in ("f_title", "f_item"):
        raw = set_properties(raw, part, {"name": word})
    text = raw["body"]["en"]

    assert told(text.replace(f'"{word}"', '"gone"'))
    assert unknown_names(raw) == []
    assert {part.id for part in spoken_in(text, Names(raw))} == {"f_title", "r_costs", "f_item"}
    assert text == before.replace("answers.title", f'answers["{word}"]').replace("each.item", f'each["{word}"]')


def test_of_two_with_one_name_the_second_takes_no_formula_with_it():
    raw = {**RAW, "body": {"en": "{{ answers.title }}"}}
    raw["form"] = [
        *RAW["form"],
        {"id": "f_other", "name": "title", "type": "date", "label": {"en": "Another"}},
        {"id": "f_why", "name": "why", "type": "text", "relevant": "${title} = 'y'", "label": {"en": "Why"}},
    ]

    renamed = set_properties(raw, "f_other", {"name": "day"})

    assert renamed["form"][2]["relevant"] == "${title} = 'y'"
    assert renamed["body"] == raw["body"]
    assert set_properties(raw, "f_title", {"name": "day"})["form"][2]["relevant"] == "${day} = 'y'"


def test_hostile_texts_are_read_in_no_time():
    for text in ("{% if a %}" * 5000, "{{ " + "a" * 90_000 + " }}", "{{ a" + "[a" * 20_000, "{% for a in a %}" * 3000):
        assert isinstance(told(text), list)
