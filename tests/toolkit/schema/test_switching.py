"""Questions left out of a copy and put back, on every tool of the library."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.toolkit.schema.test_merge import shipped
from tests.toolkit.schema.test_parsing import LIBRARY
from toolkit.schema.locks import locked_parts
from toolkit.schema.parsing import content_hash, parse
from toolkit.schema.parts import parts_of
from toolkit.schema.switching import switch, switched_off, switches
from toolkit.schema.uses import SORTS, Uses

SLUGS = [path.stem for path in LIBRARY if not path.name.endswith(".example.yaml")]


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(slug=st.sampled_from(SLUGS), data=st.data())
def test_whatever_is_left_out_the_form_stays_sound_and_comes_back_whole(slug, data):
    base = shipped(slug)
    ids = [part.id for part in parts_of(base).values() if part.sort in SORTS]
    off = data.draw(st.sets(st.sampled_from(ids), max_size=6)) if ids else set()
    raw, refusals = switch(base, base, off)
    while refusals:
        off -= {refusal.part.id for refusal in refusals}
        raw, refusals = switch(base, base, off)

    parse(raw)
    assert switched_off(base, raw) >= off
    assert not off & locked_parts(base)
    back, refusals = switch(base, raw, set())
    assert refusals == []
    assert content_hash(parse(back).written) == content_hash(base)


def test_own_questions_keep_their_place():
    base = tool([item("f_a", "a"), item("f_b", "b"), item("f_c", "c")])
    ours = tool([item("f_a", "a"), item("f_own", "own"), item("f_c", "c")])

    raw, _refusals = switch(base, ours, set())
    assert order(raw) == ["f_a", "f_b", "f_own", "f_c"]
    raw, _refusals = switch(base, ours, {"f_a", "f_c"})
    assert order(raw) == ["f_b", "f_own"]


def test_a_group_goes_with_its_last_question_and_comes_back_with_it():
    group = {"group": "more", "label": {"en": "More"}, "items": [item("f_b", "b")]}
    base = tool([item("f_a", "a"), group])

    raw, _refusals = switch(base, base, {"f_b"})
    assert "g_more" not in parts_of(raw)
    raw, _refusals = switch(base, raw, set())
    assert raw["form"] == base["form"]


def test_a_column_takes_its_total_and_its_given_values_along():
    table = {
        "repeat": "things", "id": "r_things", "label": {"en": "Things"}, "totals": ["n"],
        "rows": [{"_row": "water1", "what": "Water", "n": 2}],
        "items": [item("f_what", "what"), item("f_n", "n", type="integer")],
    }  # fmt: skip
    base = tool([table])

    raw, _refusals = switch(base, base, {"f_n"})
    found = parts_of(raw)["r_things"].entry
    assert "totals" not in found
    assert found["rows"] == [{"_row": "water1", "what": "Water"}]
    parse(raw)
    back, _refusals = switch(base, raw, set())
    assert back["form"] == base["form"]


def test_the_last_column_that_the_records_fill_takes_the_source_along():
    table = {
        "repeat": "bodies", "id": "r_bodies", "label": {"en": "Bodies"}, "prefill": "partnership.organizations",
        "items": [item("f_name", "organization"), item("f_country", "country"), item("f_word", "word")],
    }  # fmt: skip
    base = tool([table])

    raw, _refusals = switch(base, base, {"f_name"})
    assert parts_of(raw)["r_bodies"].entry["prefill"] == "partnership.organizations"
    raw, _refusals = switch(base, base, {"f_name", "f_country"})
    assert "prefill" not in parts_of(raw)["r_bodies"].entry
    parse(raw)
    back, _refusals = switch(base, raw, set())
    assert back["form"] == base["form"]


def test_what_speaks_of_a_question_is_known_by_the_place_it_stands_in():
    table = {"repeat": "t", "id": "r_t", "label": {"en": "T"}, "items": [
        item("f_note", "note"), item("f_in", "inside", relevant="${note} != ''"),
    ]}  # fmt: skip
    other = {"repeat": "u", "id": "r_u", "label": {"en": "U"}, "items": [item("f_other", "note")]}
    base = tool(
        [
            item("f_top", "top", relevant="count(${t}) > 0"),
            item("f_dot", "dot", relevant="sum(${u.note}) > 0"),
            table,
            other,
        ]
    )
    uses = Uses({**base, "body": {"en": "Dear {{ answers.top }}"}})

    assert [part.id for part in uses.of("f_note")] == ["f_in"]
    assert [part.id for part in uses.of("f_other")] == ["f_dot"]
    assert [part.id for part in uses.of("r_t")] == ["f_top"]
    assert [part.id for part in uses.of("f_top")] == ["tool"]


def test_what_depends_goes_first_or_together():
    base = tool([item("f_a", "a"), item("f_b", "b", relevant="${a} != ''")])

    raw, (refusal,) = switch(base, base, {"f_a"})
    assert (refusal.part.id, refusal.user.id) == ("f_a", "f_b")
    assert raw["form"] == base["form"]
    raw, refusals = switch(base, base, {"f_a", "f_b"})
    assert (refusals, raw["form"]) == ([], [])


@pytest.mark.parametrize("raw", [{}, {"form": None}, {"form": [3, {"id": 4}]}, {"form": [{"id": "f_b", "items": "x"}]}])
def test_a_faulty_draft_is_no_trouble(raw):
    base = tool([item("f_a", "a")])
    assert switched_off(base, raw) == {"f_a"}
    assert [row.is_on for _group, rows in switches(base, raw) for row in rows] == [False]


def tool(form):
    return {
        "tool": "t", "section": "monitor", "kind": "form", "title": {"en": "T"}, "purpose": {"en": "P"},
        "languages": ["en"], "choices": {}, "form": form,
    }  # fmt: skip


def item(key, name, *, type="text", **more):
    return {"id": key, "name": name, "type": type, "label": {"en": name.title()}, **more}


def order(raw):
    return [entry["id"] for entry in raw["form"]]
