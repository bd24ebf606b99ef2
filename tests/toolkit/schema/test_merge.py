"""Merging an adapted copy with the new version of its base, on the shipped tools and on random edits."""

import time
from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.toolkit.schema.test_parsing import LIBRARY
from toolkit.schema.changes import compare
from toolkit.schema.editing import add_part, copy_part, delete_part, move_part, move_to, set_choices, set_properties
from toolkit.schema.merge import merge
from toolkit.schema.parsing import content_hash, parse, read_yaml
from toolkit.schema.parts import parts_of


def shipped(slug):
    path = next(path for path in LIBRARY if path.stem == slug)
    written = read_yaml(path.read_text(encoding="utf-8"), name=path.name).written
    return {key: value for key, value in written.items() if key != "compiled"}


TRIP = shipped("trip-report")


def parts(raw, sort="item"):
    return [part.id for part in parts_of(raw).values() if part.sort == sort]


def label(raw, name, words, lang="en"):
    return set_properties(raw, name, {"label": {**parts_of(raw)[name].entry["label"], lang: words}})


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_merging_what_nobody_changed_changes_nothing(path):
    raw = shipped(path.stem)
    merged = merge(raw, raw, raw)
    assert (content_hash(merged.raw), merged.steps) == (content_hash(raw), ())
    assert compare(raw, raw) == []


def test_what_one_side_changed_is_taken_and_what_both_changed_waits():
    first, second, third = parts(TRIP)[:3]
    theirs = label(label(TRIP, first, "Theirs"), second, "Theirs too")
    ours = label(label(TRIP, second, "Ours"), third, "Ours too")

    merged = merge(TRIP, theirs, ours)

    said = {name: parts_of(merged.raw)[name].entry["label"]["en"] for name in (first, second, third)}
    assert said == {first: "Theirs", second: "Ours", third: "Ours too"}
    (conflict,) = merged.conflicts
    assert (conflict.part.id, conflict.name, conflict.lang) == (second, "label", "en")
    assert (conflict.theirs, conflict.ours) == ("Theirs too", "Ours")

    decided = merge(TRIP, theirs, ours, {conflict.key: "theirs"})
    assert parts_of(decided.raw)[second].entry["label"]["en"] == "Theirs too"
    assert decided.conflicts == ()


def test_two_languages_of_one_text_are_no_conflict():
    name = parts(TRIP)[0]
    base = set_properties(TRIP, "tool", {"languages": ["en"]})
    theirs = label(set_properties(base, "tool", {"languages": ["en", "fr"]}), name, "Échange", "fr")
    ours = label(set_properties(base, "tool", {"languages": ["en", "sw"]}), name, "Ziara", "sw")

    merged = merge(base, theirs, ours)

    assert not merged.conflicts
    assert merged.raw["languages"] == ["en", "sw", "fr"]
    assert {"fr": "Échange", "sw": "Ziara"}.items() <= parts_of(merged.raw)[name].entry["label"].items()


def test_a_question_switched_off_here_stays_off_and_can_be_had_back():
    name = parts(TRIP)[3]
    theirs, ours = label(TRIP, name, "Reworded"), delete_part(TRIP, name)

    merged = merge(TRIP, theirs, ours)
    assert name not in parts_of(merged.raw)
    (step,) = merged.steps
    assert (step.what, step.taken, step.is_conflict) == ("off", "ours", False)

    back = merge(TRIP, theirs, ours, {step.key: "theirs"})
    assert parts_of(back.raw)[name].entry["label"]["en"] == "Reworded"


def test_what_they_removed_goes_unless_we_worked_on_it():
    first, second = parts(TRIP)[:2]
    theirs = delete_part(delete_part(TRIP, first), second)

    merged = merge(TRIP, theirs, label(TRIP, second, "Ours"))

    assert first not in parts_of(merged.raw)
    assert second in parts_of(merged.raw)
    assert [(step.part.id, step.what) for step in merged.conflicts] == [(second, "removed")]


def test_a_group_they_removed_stays_while_it_holds_a_question_of_ours():
    group = parts(TRIP, "group")[1]
    ours, own = add_part(TRIP, "item", parent=group, label="Our own")

    merged = merge(TRIP, delete_part(TRIP, group), ours)

    assert parts_of(merged.raw)[own].parent == group
    assert [part.id for part in parts_of(merged.raw).values() if part.parent == group] == [own]


def test_new_questions_stand_after_what_they_follow_on_both_sides():
    group = parts(TRIP, "group")[0]
    order = [part.id for part in parts_of(TRIP).values() if part.parent == group]
    theirs, new = add_part(TRIP, "item", parent=group, after=order[0], label="Theirs")
    ours, own = add_part(TRIP, "item", parent=group, after=order[1], label="Ours")

    merged = merge(TRIP, theirs, ours)

    now = [part.id for part in parts_of(merged.raw).values() if part.parent == group]
    assert now == [order[0], new, order[1], own, *order[2:]]
    assert not merged.conflicts


def test_choices_are_merged_one_by_one():
    name, choices = next(iter(TRIP["choices"].items()))
    new = {"name": "brand_new", "label": {"en": "Brand new"}}
    theirs = set_choices(TRIP, name, [*choices, new])
    reworded = [{**choices[0], "label": {"en": "In our words"}}, *choices[1:]]

    merged = merge(TRIP, theirs, set_choices(TRIP, name, reworded))

    assert merged.raw["choices"][name] == [*reworded, new]
    assert not merged.conflicts


@pytest.mark.parametrize("leave", [delete_part, lambda raw, name: move_to(raw, name, parent=parts(raw, "group")[0])])
def test_a_table_without_the_column_that_the_records_fill_is_no_longer_filled_from_them(leave):
    table = next(part for part in parts_of(TRIP).values() if part.entry.get("prefill") == "exchange.objectives")
    (column,) = (each["id"] for each in table.entry["items"] if each["name"] == "objective")

    without = leave(TRIP, column)

    assert "prefill" not in parts_of(without)[table.id].entry
    assert content_hash(merge(TRIP, without, TRIP).raw) == content_hash(without)
    assert content_hash(merge(TRIP, TRIP, without).raw) == content_hash(without)


# Random edits of two people

EDITS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 10**6), st.integers(0, 10**6)), max_size=8)


def edited(raw, edits, mark):
    for what, one, other in edits:
        items, groups = parts(raw), parts(raw, "group")
        if not items:
            break
        name, group = items[one % len(items)], groups[other % len(groups)]
        try:
            if what == 0:
                raw = label(raw, name, f"{mark} {other}")
            elif what == 1:
                raw = delete_part(raw, name)
            elif what == 2:
                raw, _id = add_part(raw, "item", parent=group, label=f"{mark} new")
            elif what == 3:
                raw = move_part(raw, name, step=-1 if other % 2 else 1)
            elif what == 4:
                raw, _id = copy_part(raw, name)
            elif what == 5:
                raw = move_to(raw, name, parent=group)
            else:
                raw = set_properties(raw, name, {"hint": {"en": f"{mark} hint"}})
        except ValueError:
            continue
    return raw


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(EDITS, EDITS)
def test_random_edits_of_two_people_lose_nothing(their_edits, our_edits):
    before = deepcopy(TRIP)
    theirs, ours = edited(TRIP, their_edits, "theirs"), edited(TRIP, our_edits, "ours")
    assert before == TRIP

    assert content_hash(merge(TRIP, theirs, TRIP).raw) == content_hash(theirs)
    assert content_hash(merge(TRIP, TRIP, ours).raw) == content_hash(ours)
    assert content_hash(merge(TRIP, ours, ours).raw) == content_hash(ours)

    merged = merge(TRIP, theirs, ours)
    kept, b, t, o = (parts_of(raw) for raw in (merged.raw, TRIP, theirs, ours))
    told = {step.part.id for step in merged.steps}
    for name in o:  # whatever we wrote is there, or its going was told: its own, or that of the last that stood in it
        assert name in kept or name in told or told & {part.id for part in o.values() if part.parent == name}
    for name in t.keys() - b.keys():
        assert name in kept or name in told
    # Deciding everything for one side gives that side's words
    for side in ("theirs", "ours"):
        decided = merge(TRIP, theirs, ours, {step.key: side for step in merged.steps})
        assert not decided.conflicts
    assert len(kept) == len(set(kept))


def test_three_hundred_questions_are_parsed_and_merged_within_their_time():
    items = [
        {"id": f"f_q{n}", "name": f"q{n}", "type": "text", "label": {"en": f"Question {n}", "fr": f"Question {n}"}}
        for n in range(300)
    ]
    form = [{"group": f"g{g}", "label": {"en": "G"}, "items": items[g * 30 : g * 30 + 30]} for g in range(10)]
    base = {**TRIP, "choices": {}, "languages": ["en", "fr"], "form": form}
    theirs, ours = deepcopy(base), deepcopy(base)
    for n in range(0, 300, 2):
        theirs["form"][n // 30]["items"][n % 30]["label"]["en"] += " theirs"
    for n in range(0, 300, 3):
        ours["form"][n // 30]["items"][n % 30]["label"]["en"] += " ours"

    started = time.process_time()
    merged = merge(base, theirs, ours)
    parse(merged.raw)

    assert len(merged.conflicts) == 50
    assert time.process_time() - started < 5  # the bench measures; this only catches an explosion
