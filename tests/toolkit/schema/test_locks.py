"""What feeds an indicator is kept by every copy, with all that it needs; everything else is the copy's own."""

from copy import deepcopy

import pytest

from toolkit.schema.editing import add_part, copy_part, delete_part, move_to, set_choices, set_properties
from toolkit.schema.locks import lock_violations, locked_parts, locked_texts, may_move
from toolkit.schema.parsing import parse
from toolkit.schema.parts import parts_of
from toolkit.schema.texts import add_language, remove_language, set_texts

BASE = {
    "tool": "training",
    "section": "monitor",
    "kind": "form",
    "title": {"en": "Training"},
    "purpose": {"en": "Who was trained."},
    "languages": ["en", "fr"],
    "choices": {
        "cadre": [{"name": "nurse", "label": {"en": "Nurse"}}, {"name": "other", "label": {"en": "Other"}}],
        "mood": [{"name": "good", "label": {"en": "Good"}}],
    },
    "form": [
        {
            "group": "about",
            "label": {"en": "About"},
            "items": [
                {"id": "f_held", "name": "held", "type": "yes_no", "label": {"en": "Held?", "fr": "A eu lieu ?"}},
                {"id": "f_mood", "name": "mood", "type": "select_one mood", "label": {"en": "Mood"}},
                {"id": "f_place", "name": "place", "type": "text", "label": {"en": "Place"}},
            ],
        },
        {
            "group": "people",
            "label": {"en": "People"},
            "relevant": "${held} = 'yes'",
            "items": [
                {
                    "repeat": "trained",
                    "id": "r_trained",
                    "label": {"en": "Trained"},
                    "items": [
                        {"id": "f_cadre", "name": "cadre", "type": "select_one cadre", "label": {"en": "Cadre"}},
                        {"id": "f_number", "name": "number", "type": "integer", "min": 1, "label": {"en": "Number"},
                         "feeds": ["people_trained"], "relevant": "${cadre} != ''"},
                        {"id": "f_remark", "name": "remark", "type": "text", "label": {"en": "Remark"}},
                    ],
                },
                {"id": "c_all", "name": "all", "type": "calculate", "calculation": "sum(${number})",
                 "label": {"en": "All"}},
            ],
        },
    ],
}  # fmt: skip


def said(raw) -> dict[str, str]:
    return {problem.part: str(problem.message) for problem in lock_violations(BASE, raw)}


def test_the_base_is_sound():
    parse(BASE)


def test_what_a_feeding_question_needs_is_locked_with_it():
    assert locked_parts(BASE) == {"f_number", "r_trained", "g_people", "f_cadre", "list:cadre", "f_held", "g_about"}
    assert locked_parts({**BASE, "form": []}) == set()


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("f_number", lambda raw: delete_part(raw, "f_number")),
        ("r_trained", lambda raw: delete_part(raw, "r_trained")),
        ("f_held", lambda raw: delete_part(raw, "f_held")),
        ("f_number", lambda raw: set_properties(raw, "f_number", {"type": "decimal"})),
        ("f_number", lambda raw: set_properties(raw, "f_number", {"name": "heads"})),
        ("f_number", lambda raw: set_properties(raw, "f_number", {"relevant": None})),
        ("f_number", lambda raw: set_properties(raw, "f_number", {"min": 5})),
        ("f_number", lambda raw: set_properties(raw, "f_number", {"feeds": None})),
        ("f_number", lambda raw: set_properties(raw, "f_number", {"label": {"en": "Beds"}})),
        ("f_number", lambda raw: move_to(raw, "f_number", parent="g_people")),
        ("g_people", lambda raw: set_properties(raw, "g_people", {"relevant": None})),
        ("f_held", lambda raw: move_to(raw, "f_held", parent="g_people")),
        ("list:cadre", lambda raw: set_choices(raw, "cadre", raw["choices"]["cadre"][:1])),
        ("list:cadre", lambda raw: set_choices(raw, "cadre", [*raw["choices"]["cadre"], {"name": "x", "label": "X"}])),
        ("list:cadre", lambda raw: set_choices(raw, "cadre",
            [{"name": "nurse", "label": {"en": "Doctor"}}, raw["choices"]["cadre"][1]])),
    ],
)  # fmt: skip
def test_what_a_copy_may_not_do(part, change):
    problems = said(change(deepcopy(BASE)))

    assert part in problems
    assert "count" in problems[part]


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: delete_part(raw, "f_remark"),
        lambda raw: delete_part(raw, "c_all"),
        lambda raw: set_properties(raw, "f_number", {"hint": {"en": "All who stayed to the end."}}),
        lambda raw: set_properties(raw, "f_place", {"type": "long_text", "name": "where", "label": {"en": "Where"}}),
        lambda raw: set_properties(raw, "g_about", {"label": {"en": "The course"}}),
        lambda raw: move_to(raw, "f_mood", parent="form"),
        lambda raw: move_to(raw, "f_held", parent="g_about"),
        lambda raw: set_choices(raw, "mood", [{"name": "bad", "label": {"en": "Bad"}}]),
        lambda raw: set_choices(raw, "cadre", list(reversed(raw["choices"]["cadre"]))),
        lambda raw: add_part(raw, "item", parent="r_trained", label="Another")[0],
        lambda raw: copy_part(raw, "f_mood")[0],
        lambda raw: set_texts(raw, "fr", {"f_number|label": "Nombre", "list:cadre/nurse|label": "Infirmière"}),
        lambda raw: set_texts(add_language(raw, "pt"), "pt", {"f_held|label": "Foi realizado?"}),
        lambda raw: remove_language(raw, "fr"),
    ],
)
def test_what_it_may(change):
    assert said(change(deepcopy(BASE))) == {}


def test_where_a_locked_question_may_be_moved_is_where_nothing_is_violated():
    parts = parts_of(BASE)
    places = ["form", *(name for name, part in parts.items() if part.sort in ("group", "table"))]
    for name in sorted(name for name in locked_parts(BASE) if parts[name].sort == "item"):
        for place in places:
            violated = lock_violations(BASE, move_to(deepcopy(BASE), name, parent=place))
            assert may_move(parts, parts[name], place) == (not violated), (name, place)


def test_a_problem_says_where_it_is():
    moved = set_properties(deepcopy(BASE), "f_number", {"type": "decimal"})
    [problem] = lock_violations(BASE, moved)

    assert problem.path == "form[1].items[0].items[1].type"
    assert lock_violations(BASE, delete_part(BASE, "f_cadre"))[0].path == ""


def test_texts_of_the_base_stay_and_others_are_free():
    kept = locked_texts(BASE)

    assert ("f_held|label", "fr") in kept
    assert ("list:cadre/nurse|label", "en") in kept
    assert ("f_number|label", "fr") not in kept
    assert ("f_place|label", "en") not in kept
