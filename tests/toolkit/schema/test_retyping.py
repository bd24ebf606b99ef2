"""Other types, names from words, choice lists, and texts in several languages."""

import pytest

from tests.toolkit.schema.forms import tool
from toolkit.schema.editing import EditError
from toolkit.schema.kinds import KINDS
from toolkit.schema.parsing import SchemaError, parse
from toolkit.schema.parts import parts_of
from toolkit.schema.places import places_of, read_path, stamp
from toolkit.schema.retyping import add_named, choices_from, choices_in, name_from, remove_part, retype, use_list
from toolkit.schema.structure import ITEM, ONLY_FOR
from toolkit.schema.texts import add_language, count_in, languages_of, missing_in, remove_language, set_texts, texts_of

LISTS = {"size": [{"name": "small", "label": {"en": "Small", "fr": "Petit"}, "score": 1}]}


def form_of(*items, **extra):
    lists = {"size": [dict(each) for each in LISTS["size"]]}
    return tool(*items, **({"choices": lists, "languages": ["en", "fr"]} | extra))


def full_item(kind: str) -> dict:
    """A question with every property that its type takes."""
    item = {"id": {"calculate": "c_x", "note": "n_x"}.get(kind, "f_x"), "name": "x", "type": kind, "label": {"en": "X"}}
    values = {
        "calculation": "1 + 1", "max_words": 10, "max_length": 90, "min": 1, "max": 2000, "unit": {"en": "kg"},
        "currency": "EUR", "of": "contact", "required": True, "constraint": ". != ''",
        "constraint_message": {"en": "No."}, "readonly": True, "feeds": ["stories"],
    }  # fmt: skip
    item |= {key: value for key, value in values.items() if kind in ONLY_FOR.get(key, ())}
    item |= {"type": f"{kind} size"} if kind.startswith("select") else {}
    return item | {"hint": {"en": "H"}, "relevant": "${other} = 'yes'", "side": "host"}


OTHER = {"id": "f_other", "name": "other", "type": "yes_no", "label": {"en": "Other"}}


@pytest.mark.parametrize("old", KINDS)
def test_every_type_can_become_every_other(old):
    raw = form_of(OTHER, full_item(old))
    parse(raw)
    name = raw["form"][1]["id"]

    for new in KINDS:
        made, new_id = retype(raw, name, new)
        part = parts_of(made)[new_id]
        assert part.entry["label"] == {"en": "X"}
        assert part.entry["relevant"] == "${other} = 'yes'"
        assert part.entry.keys() <= ITEM.keys()
        if new == "calculate":
            part.entry.setdefault("calculation", "1")
        for choices in made["choices"].values():
            choices.extend([] if choices else [{"name": "a", "label": {"en": "A"}}])
        parse(made)
    assert raw["form"][1]["id"] == name, "the old tool is left alone"


def test_a_list_goes_with_its_last_question_and_a_total_with_its_number():
    picked = {"id": "f_s", "name": "s", "type": "select_one size", "label": {"en": "S"}}
    table = {
        "repeat": "t", "id": "r_t", "label": {"en": "T"}, "totals": ["n"],
        "items": [{"id": "f_n", "name": "n", "type": "integer", "label": {"en": "N"}}],
    }  # fmt: skip
    raw = form_of(picked, table)

    assert "size" not in retype(raw, "f_s", "text")[0]["choices"]
    assert "size" in retype(raw, "f_s", "select_multiple")[0]["choices"]
    assert "size" not in remove_part(raw, "f_s")["choices"]
    assert "totals" not in parts_of(retype(raw, "f_n", "text")[0])["r_t"].entry
    assert parts_of(retype(raw, "f_n", "decimal")[0])["r_t"].entry["totals"] == ["n"]
    with pytest.raises(EditError):
        retype(raw, "f_gone", "text")


def test_a_shared_list_can_be_made_ones_own_and_given_up_again():
    first = {"id": "f_a", "name": "a", "type": "select_one size", "label": {"en": "A"}}
    second = {"id": "f_b", "name": "b", "type": "select_multiple size", "label": {"en": "B"}}
    raw = form_of(first, second)
    own = use_list(raw, "f_b", "")

    assert parts_of(own)["f_b"].entry["type"] == "select_multiple b_choices"
    assert choices_in(own, "b_choices") == choices_in(own, "size") == LISTS["size"]
    assert use_list(own, "f_b", "size") == raw
    with pytest.raises(EditError):
        use_list(raw, "f_b", "nowhere")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Working days", "working_days"),
        ("Où était-ce ?", "ou_etait_ce"),
        ("3 wishes", "question_3_wishes"),
        ("ما اسمك؟", "question"),
        ("What is the one thing that you will do differently now", "what_is_the_one_thing_that_you"),
    ],
)
def test_names_are_made_of_words(words, name):
    assert name_from(words, "question", taken=set()) == name
    assert name_from(words, "question", taken={name}) == f"{name}_2"


def test_new_parts_are_named_after_their_words():
    raw, group = add_named(form_of(), "group", label="The visit")
    raw, table = add_named(raw, "table", parent=group, label="Costs")
    raw, first = add_named(raw, "item", parent=table, kind="money", label="Costs")
    raw, record = add_named(raw, "item", parent=group, kind="reference", label="Who came?")
    parts = parts_of(raw)

    assert (group, parts[table].name, parts[first].name) == ("g_the_visit", "costs", "costs_2")
    assert (parts[record].name, parts[record].entry["of"]) == ("who_came", "contact")


def test_choices_keep_their_names_and_other_languages():
    rows = [
        {"was": "small", "label": "Tiny", "score": 2},
        {"label": "Très grand"},
        {"label": "Tiny"},
        {"label": " "},
        {"label": "Own", "name": "mine"},
    ]

    assert choices_from(rows, LISTS["size"], "en") == [
        {"name": "small", "label": {"en": "Tiny", "fr": "Petit"}, "score": 2},
        {"name": "tres_grand", "label": {"en": "Très grand"}},
        {"name": "tiny", "label": {"en": "Tiny"}},
        {"name": "mine", "label": {"en": "Own"}},
    ]
    # A choice that had no words yet is named by its first ones
    fresh = [{"name": "choice_1", "label": {"en": ""}}]
    assert choices_from([{"was": "choice_1", "label": "Good"}], fresh, "en")[0]["name"] == "good"


def test_texts_side_by_side():
    raw = form_of({**OTHER, "hint": {"en": "A hint"}})
    places = list(texts_of(raw))
    by_name = {place.name: place for place in places}

    assert {"tool|title", "f_other|label", "f_other|hint", "list:size/small|label"} <= by_name.keys()
    assert missing_in(places, "en") == 0
    assert missing_in(places, "fr") == len(places) - 1
    assert count_in(raw, "fr") == 1
    made = set_texts(raw, "fr", {"f_other|hint": "Un conseil ", "list:size/small|label": ""})
    assert parts_of(made)["f_other"].entry["hint"] == {"en": "A hint", "fr": "Un conseil"}
    assert count_in(made, "fr") == 1
    parse(made)
    for name in ("f_gone|label", "f_other|type", "f_other"):
        with pytest.raises(EditError):
            set_texts(raw, "fr", {name: "x"})


def test_languages_come_and_go():
    raw = form_of(OTHER, languages=["en"], choices={})
    made = set_texts(add_language(raw, "fr"), "fr", {"f_other|label": "Autre"})

    assert languages_of(made) == ["en", "fr"]
    parse(made)
    gone = remove_language(made, "fr")
    assert parts_of(gone)["f_other"].entry["label"] == {"en": "Other"}
    parse(gone)
    with pytest.raises(EditError):
        add_language(made, "fr")
    with pytest.raises(EditError):
        remove_language(made, "en")


def test_problems_lead_to_their_part():
    raw = form_of({"group": "g", "label": {"en": "G"}, "items": [{**OTHER, "relevant": "${nobody} = 1"}]})
    raw["choices"]["size"].append({"name": "small", "label": {"en": "Again"}})
    with pytest.raises(SchemaError) as refusal:
        parse(raw)
    paths = [problem.path for problem in refusal.value.problems]

    assert read_path("form[0].items[2].type") == ("form", 0, "items", 2, "type")
    assert set(places_of(parts_of(raw), paths)) == {("f_other", "relevant"), ("list:size/small", "")}
    assert places_of(parts_of(raw), ["", "purpose", "form[9].x"]) == [
        ("tool", ""),
        ("tool", "purpose"),
        ("tool", "form"),
    ]


def test_a_stamp_minds_the_first_language_and_the_choices():
    raw = form_of({**OTHER, "label": {"en": "Other", "fr": "Autre"}})

    def sign(tool_now, name, **how):
        return stamp(parts_of(tool_now), tool_now, name, **how)

    french = set_texts(raw, "fr", {"f_other|label": "Différent"})
    english = set_texts(raw, "en", {"f_other|label": "Different"})
    assert sign(french, "f_other") == sign(raw, "f_other") != sign(english, "f_other")
    assert sign(french, "f_other", whole=True) != sign(raw, "f_other", whole=True)
    assert sign({**raw, "choices": {"size": []}}, "list:size") != sign(raw, "list:size")
    assert sign({**raw, "body": {"en": "B"}}, "tool") == sign(raw, "tool")
    assert sign({**raw, "body": {"en": "B"}}, "body|en") != sign(raw, "body|en")
    assert sign(raw, "f_gone") == ""
