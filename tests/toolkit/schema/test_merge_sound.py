"""What comes out of a merge can be published: who depends on what is held, names and lists are brought together."""

from copy import deepcopy
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.toolkit.schema.test_merge import TRIP, label, parts
from toolkit.schema.changes import compare
from toolkit.schema.editing import add_part, copy_part, delete_part, move_part, move_to, set_choices, set_properties
from toolkit.schema.merge import merge
from toolkit.schema.parsing import SchemaError, content_hash, parse
from toolkit.schema.parts import parts_of

LETTER = {**TRIP, "kind": "document", "body": {"en": "Dear colleagues"}}


def is_sound(raw):
    try:
        parse(raw)
    except SchemaError:
        return False
    return True


def with_own(raw, *, parent="", kind="text", label="Our own", **properties):
    raw, name = add_part(raw, "item", parent=parent or parts(raw, "group")[0], kind="text", label=label)
    return set_properties(raw, name, {"type": kind, **properties}), name


def list_renamed(raw, old, new):
    raw = deepcopy(raw)
    raw["choices"] = {new if name == old else name: choices for name, choices in raw["choices"].items()}
    for part in parts_of(raw).values():
        kind, _space, which = str(part.entry.get("type", "")).partition(" ")
        if which == old:
            part.entry["type"] = f"{kind} {new}"
    return raw


def first_list(raw):
    return next(iter(raw["choices"]))


def told(merged):
    return [(step.key, step.why, [part.id for part in step.parts]) for step in merged.steps if step.is_conflict]


def test_a_removal_that_something_of_ours_depends_on_is_to_be_decided():
    ours, own = with_own(TRIP, name="ours", relevant="${new_skills} != ''")

    merged = merge(TRIP, delete_part(TRIP, "f_new_skills"), ours)

    assert told(merged) == [("f_new_skills|removed", "users", [own])]
    assert "f_new_skills" in parts_of(merged.raw)
    assert is_sound(merged.raw)
    gone = merge(TRIP, delete_part(TRIP, "f_new_skills"), ours, {"f_new_skills|removed": "theirs"})
    assert "f_new_skills" not in parts_of(gone.raw)


def test_the_text_of_a_document_depends_on_what_it_speaks_of():
    ours = set_properties(LETTER, "tool", {"body": {"en": "You learnt {{ answers.new_skills }}"}})
    merged = merge(LETTER, delete_part(LETTER, "f_new_skills"), ours)
    assert told(merged) == [("f_new_skills|removed", "users", ["tool"])]


def test_what_we_keep_keeps_what_it_depends_on_itself():
    base, second = with_own(TRIP, label="Second", name="second", relevant="${new_skills} != ''")
    ours, own = with_own(base, name="ours", relevant="${second} != ''")

    merged = merge(base, delete_part(delete_part(base, second), "f_new_skills"), ours)

    assert {key for key, _why, _parts in told(merged)} == {"f_new_skills|removed", f"{second}|removed"}
    assert is_sound(merged.raw)


def test_a_choice_that_we_ask_for_is_not_simply_removed():
    name = first_list(TRIP)
    choices = TRIP["choices"][name]
    asked = next(part for part in parts_of(TRIP).values() if part.entry.get("type") == f"select_one {name}")
    parent = asked.parent if asked.parent.startswith("r_") else parts(TRIP, "group")[0]
    ours, own = with_own(TRIP, parent=parent, name="ours", relevant=f"${{{asked.name}}} = '{choices[0]['name']}'")

    merged = merge(TRIP, set_choices(TRIP, name, choices[1:]), ours)

    assert told(merged) == [(f"list:{name}/{choices[0]['name']}|removed", "users", [own])]
    assert is_sound(merged.raw)


def test_what_is_new_and_depends_on_what_we_left_out_is_to_be_decided():
    ours = delete_part(TRIP, "f_new_skills")
    theirs, new = with_own(TRIP, label="Theirs", name="theirs", relevant="${new_skills} != ''")

    merged = merge(TRIP, theirs, ours)

    assert told(merged) == [(f"{new}|added", "needs", ["f_new_skills"])]
    assert new not in parts_of(merged.raw)
    assert is_sound(merged.raw)
    both = merge(TRIP, theirs, ours, {f"{new}|added": "theirs", "f_new_skills|off": "theirs"})
    assert {new, "f_new_skills"} <= parts_of(both.raw).keys()
    assert is_sound(both.raw)


def test_a_new_name_is_carried_into_our_own_questions():
    ours, own = with_own(TRIP, name="ours", relevant="${new_skills} != ''")
    theirs = set_properties(TRIP, "f_new_skills", {"name": "skills"})

    merged = merge(TRIP, theirs, ours)

    assert parts_of(merged.raw)[own].entry["relevant"] == "${skills} != ''"
    assert not merged.conflicts
    (step,) = merged.steps
    kept = merge(TRIP, theirs, ours, {step.key: "ours"})
    assert content_hash(kept.raw) == content_hash(ours)


def test_names_that_were_exchanged_are_exchanged_in_our_questions_too():
    first, second = parts(TRIP)[:2]
    names = [parts_of(TRIP)[name].name for name in (first, second)]
    theirs = set_properties(TRIP, first, {"name": "between"})
    theirs = set_properties(set_properties(theirs, second, {"name": names[0]}), first, {"name": names[1]})
    ours, own = with_own(TRIP, name="ours", relevant=f"${{{names[0]}}} != ''")
    assert parts_of(merge(TRIP, theirs, ours).raw)[own].entry["relevant"] == f"${{{names[1]}}} != ''"


def test_our_own_question_gives_way_to_a_new_one_of_the_same_name():
    ours, own = with_own(TRIP, name="same")
    ours, second = with_own(ours, name="after", relevant="${same} != ''")
    theirs, new = with_own(TRIP, name="same")

    merged = merge(TRIP, theirs, ours)

    now = parts_of(merged.raw)
    assert (now[new].name, now[own].name, now[second].entry["relevant"]) == ("same", "same_2", "${same_2} != ''")
    (step,) = merged.steps
    assert (step.why, step.parts[0].id, step.gives_way, step.is_conflict) == ("twin", own, "same_2", False)
    assert content_hash(merge(TRIP, theirs, ours, {step.key: "ours"}).raw) == content_hash(ours)


def test_a_list_with_another_name_brings_nothing_to_decide():
    name = first_list(TRIP)
    ours, own = with_own(TRIP, name="ours", kind=f"select_one {name}")

    merged = merge(TRIP, list_renamed(TRIP, name, "renamed"), ours)

    assert merged.steps == ()
    assert parts_of(merged.raw)[own].entry["type"] == "select_one renamed"
    assert name not in merged.raw["choices"]
    assert is_sound(merged.raw)


def test_a_list_that_both_wrote_under_one_name_stays_two():
    lists = [{"name": "one", "label": {"en": "One"}}], [{"name": "two", "label": {"en": "Two"}}]
    theirs, new = with_own(set_choices(TRIP, "own", lists[0]), name="theirs", kind="select_one own")
    ours, own = with_own(set_choices(TRIP, "own", lists[1]), name="ours", kind="select_one own")

    merged = merge(TRIP, theirs, ours)

    assert [merged.raw["choices"][name] for name in ("own", "own_2")] == list(lists)
    assert parts_of(merged.raw)[own].entry["type"] == "select_one own_2"
    assert [step.key for step in merged.steps] == [f"{new}|added"]


def test_a_list_comes_and_goes_with_its_questions():
    theirs, new = with_own(
        set_choices(TRIP, "fresh", [{"name": "one", "label": {"en": "One"}}]), name="theirs", kind="select_one fresh"
    )
    (step,) = merge(TRIP, theirs, TRIP).steps
    assert content_hash(merge(TRIP, theirs, TRIP, {step.key: "ours"}).raw) == content_hash(TRIP)


# Tables


def table_of(raw):
    table = parts(raw, "table")[0]
    return table, [part.id for part in parts_of(raw).values() if part.parent == table]


def test_a_table_that_we_left_out_comes_back_whole_or_not_at_all():
    table, columns = table_of(TRIP)
    theirs, ours = label(TRIP, columns[1], "Reworded"), delete_part(TRIP, table)

    merged = merge(TRIP, theirs, ours)

    (step,) = merged.steps
    assert (step.key, step.taken, [part.id for part in step.parts]) == (f"{table}|off", "ours", [columns[1]])
    assert table not in parts_of(merged.raw)
    back = parts_of(merge(TRIP, theirs, ours, {step.key: "theirs"}).raw)
    assert set(columns) <= back.keys()
    assert back[columns[1]].entry["label"]["en"] == "Reworded"


def test_a_new_column_of_a_table_that_we_left_out_comes_with_the_table():
    table, columns = table_of(TRIP)
    theirs, new = with_own(TRIP, parent=table, name="fresh")
    (step,) = merge(TRIP, theirs, delete_part(TRIP, table)).steps
    assert (step.key, [part.id for part in step.parts]) == (f"{table}|off", [new])


def test_a_removed_table_goes_as_a_whole_and_not_with_a_column_of_ours():
    table, columns = table_of(TRIP)
    theirs = delete_part(TRIP, table)
    assert [step.key for step in merge(TRIP, theirs, TRIP).steps] == [f"{table}|removed"]

    ours, own = with_own(TRIP, parent=table, name="ours")
    merged = merge(TRIP, theirs, ours)

    assert [(step.key, step.is_conflict) for step in merged.steps] == [(f"{table}|removed", True)]
    assert {table, own, *columns} <= parts_of(merged.raw).keys()


def test_an_order_says_what_moves():
    group = parts(TRIP, "group")[0]
    order = [part.id for part in parts_of(TRIP).values() if part.parent == group]
    theirs = move_to(TRIP, order[0], parent=group, before=order[3])
    (step,) = merge(TRIP, theirs, TRIP).steps
    assert (step.what, [part.id for part in step.parts]) == ("order", [order[0]])


# Random edits of two people, each of whom leaves a sound tool behind


def one_edit(raw, random, mark):
    here = parts_of(raw)
    items, groups, tables = parts(raw), parts(raw, "group"), parts(raw, "table")
    name, group, words = random.choice(items), random.choice(groups), f"{mark}_{random.randint(0, 3)}"
    which = random.choice(list(raw["choices"]))
    choices = raw["choices"][which]
    edits = [
        lambda: label(raw, name, words),
        lambda: delete_part(raw, name),
        lambda: delete_part(raw, random.choice(tables)),
        lambda: add_part(raw, "item", parent=random.choice(groups + tables), label=words)[0],
        lambda: asking(raw, here[name], random, group),
        lambda: asking(raw, here[name], random, group),
        lambda: set_properties(raw, name, {"name": words}),
        lambda: set_choices(raw, which, [*choices, {"name": words, "label": {"en": words}}]),
        lambda: set_choices(raw, which, choices[1:]),
        lambda: list_renamed(raw, which, random.choice([words, "other"])) if words not in raw["choices"] else raw,
        lambda: with_own(raw, parent=group, name=words, kind=f"select_one {which}")[0],
        lambda: add_part(raw, "item", parent=group, label=words, kind="select_one")[0],
        lambda: move_part(raw, name, step=random.choice([-1, 1])),
        lambda: copy_part(raw, random.choice(items + tables))[0],
        lambda: move_to(raw, name, parent=group),
        lambda: set_properties(raw, "tool", {"body": {"en": f"{mark} {{{{ answers.{here[name].name} }}}}"}}),
    ]
    return random.choice(edits)()


def asking(raw, about, random, group):
    """A question more, on a condition about ``about``."""
    kind, _space, which = about.entry["type"].partition(" ")
    name = random.choice(raw["choices"][which])["name"] if which else ""
    condition = (
        f"selected(${{{about.name}}}, '{name}')" if kind == "select_multiple" else f"${{{about.name}}} != '{name}'"
    )
    return with_own(raw, parent=about.parent if about.parent.startswith("r_") else group, relevant=condition)[0]


def edited(random, mark):
    raw = LETTER
    for _n in range(random.randint(1, 8)):
        try:
            new = one_edit(raw, random, mark)
        except (ValueError, IndexError):
            continue
        raw = new if is_sound(new) else raw
    return raw


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**9))
def test_two_sound_tools_merge_into_a_sound_one(seed):
    random = Random(seed)
    theirs, ours = edited(random, "theirs"), edited(random, "ours")

    merged = merge(LETTER, theirs, ours)
    keys = [step.key for step in merged.steps]

    assert len(keys) == len(set(keys))
    parse(merged.raw)
    for side in ("theirs", "ours"):
        conflicts = {step.key: side for step in merged.steps if step.is_conflict}
        decided = merge(LETTER, theirs, ours, conflicts)
        assert [step.key for step in decided.steps] == keys
        assert not decided.conflicts
        if side == "ours" or not any(step.why for step in merged.conflicts):
            parse(decided.raw)
    # Taking nothing leaves our copy as it is, but for the names of lists, which nobody reads.
    kept = merge(LETTER, theirs, ours, dict.fromkeys(keys, "ours"))
    parse(kept.raw)
    changed = [change for change in compare(ours, kept.raw) if change.sort not in ("list", "choice")]
    assert {each.key for change in changed for each in change.properties} <= {"type"}


@pytest.mark.parametrize("side", ["theirs", "ours"])
def test_merging_the_same_edits_decides_nothing(side):
    for seed in range(8):
        raw = edited(Random(seed), "same")
        pair = (raw, LETTER) if side == "theirs" else (LETTER, raw)
        assert content_hash(merge(LETTER, *pair).raw) == content_hash(raw)
        assert merge(LETTER, raw, raw).steps == ()
