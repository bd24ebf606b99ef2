"""The form of a part: what is typed is written, what is wrong is told beside it, and nothing is lost on the way."""

import pytest

from tests.toolkit.editor.conftest import address, entry_of, raw_of, sent, text_of
from toolkit.actions.drafting import edit_draft
from toolkit.schema.editing import delete_part, set_properties
from toolkit.schema.kinds import KINDS
from toolkit.schema.parts import parts_of
from toolkit.schema.retyping import add_named, choices_in, retype
from toolkit.schema.texts import add_language, set_texts


@pytest.mark.parametrize("part", ["g_visit", "r_costs", "f_title", "f_why", "f_state", "f_after", "f_day", "c_total",
                                  "f_amount", "list:state"])  # fmt: skip
def test_saving_a_form_as_it_was_changes_nothing(visit, draft, part):
    before = raw_of(draft)

    response = visit(part)

    assert response.status_code == 302, text_of(response)
    assert raw_of(draft) == before
    assert draft.revision == 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_type_has_its_form(draft, curator, login, kind):
    edit_draft(draft, lambda raw: retype(raw, "f_title", kind)[0], by=curator)
    [part] = [each.id for each in parts_of(raw_of(draft)).values() if each.name == "title"]
    client, here = login(curator), f"{address(draft.tool)}?at={part}"
    before = raw_of(draft)

    page = client.get(here)

    assert page.status_code == 200
    assert client.post(here, sent(page)).status_code == 302
    assert raw_of(draft) == before


def test_what_is_typed_is_written(visit, draft):
    typed = {"label": "Heading of the report", "hint": "Short", "max_words": "12", "sensitive": "on", "side": "host"}
    response = visit("f_title", default="Ward 3", **typed, **{"required-how": "no"})

    assert response.status_code == 302
    assert response["Location"].endswith("?at=f_title#part")
    assert entry_of(draft, "f_title") == {
        "id": "f_title", "name": "title", "type": "text", "label": {"en": "Heading of the report"},
        "hint": {"en": "Short"}, "max_words": 12, "sensitive": True, "side": "host", "default": "Ward 3",
    }  # fmt: skip
    assert draft.problems() == ()


def test_a_broken_number_is_saved_as_it_was_typed_and_listed(visit, draft):
    page = visit("f_amount", label="How much", min="about 3", max="1,234", hint="In euros", follow=True)

    assert page.status_code == 200
    assert entry_of(draft, "f_amount")["label"] == {"en": "How much"}
    assert {problem["text"] for problem in page.context["problems"]} == {"Write a number."}
    assert {problem["url"].partition("#")[2] for problem in page.context["problems"]} == {"id_min", "id_max"}
    for typed in ("How much", 'value="about 3"', 'value="1,234"', "In euros"):
        assert typed in text_of(page)
    assert visit("f_amount", min="2,5", max="10").status_code == 302
    assert (entry_of(draft, "f_amount")["min"], entry_of(draft, "f_amount")["max"]) == (2.5, 10)
    assert draft.problems() == ()


def test_zero_is_a_number_and_nothing_is_none(visit, draft):
    visit("f_amount", min="0")
    assert entry_of(draft, "f_amount")["min"] == 0
    visit("f_amount", min="")
    assert "min" not in entry_of(draft, "f_amount")


def test_a_faulty_draft_is_saved_and_its_problems_lead_to_the_part(visit, draft, curator, login):
    response = visit("f_title", label="", follow=True)
    page = text_of(response)

    assert response.status_code == 200
    assert entry_of(draft, "f_title")["label"] == {}
    assert "1 thing to put right before this can be published" in page
    assert "The words are missing." in page
    assert f"{address(draft.tool)}?at=f_title#id_label" in page


def test_a_name_is_carried_along(visit, draft):
    visit("f_late", name="was_late")

    assert entry_of(draft, "f_why")["relevant"] == "${was_late} = 'yes'"


@pytest.mark.parametrize(
    ("typed", "saved"), [("Was late!", "was_late"), ("9 lives", "question_9_lives"), ("Title", "title_2"), ("", "late")]
)
def test_a_name_that_formulas_cannot_use_is_made_one_they_can(visit, draft, typed, saved):
    page = visit("f_late", name=typed, label="Late, was it?", follow=True)

    assert entry_of(draft, "f_late")["name"] == saved
    assert entry_of(draft, "f_late")["label"] == {"en": "Late, was it?"}
    assert entry_of(draft, "f_why")["relevant"] == f"${{{saved}}} = 'yes'"
    assert page.context["problems"] == []
    assert (f"“{typed}” cannot be a short name" in text_of(page)) is bool(typed)


def test_all_that_is_wrong_with_a_question_is_listed(visit, draft):
    visit("f_why", **{"relevant-how": "text", "relevant-text": "${why} = 1"})
    page = visit("f_why", label="", max_words="many", follow=True)

    told = [problem["text"] for problem in page.context["problems"]]
    assert len(told) == 3
    for said in ("The words are missing.", "Write a whole number", "in a circle"):
        assert any(said in each for each in told), said
    assert all(problem["label"] == "why" for problem in page.context["problems"])


def test_a_problem_does_not_repeat_whose_it_is(visit, draft):
    page = visit("f_why", label="How calm?", follow=True, **{"relevant-how": "text", "relevant-text": "${gone} = 1"})

    [problem] = page.context["problems"]
    assert problem["label"] == "How calm?"
    assert problem["text"] == "There is no “gone” in this form."


def test_another_type_keeps_what_fits(visit, draft):
    visit("f_state", type="yes_no")
    assert entry_of(draft, "f_state")["type"] == "yes_no"
    assert entry_of(draft, "f_state")["hint"] == {"en": "As you found it"}
    assert "state" in raw_of(draft)["choices"], "the other question still uses the list"

    response = visit("f_title", type="note")
    new = response["Location"].partition("at=")[2].partition("#")[0]
    assert new.startswith("n_")
    assert entry_of(draft, new)["label"] == {"en": "Title"}
    assert visit("f_day", type="nonsense").status_code == 400


def test_a_part_moves_to_another_group_or_table(visit, draft):
    visit("f_day", parent="r_costs")
    assert parts_of(raw_of(draft))["f_day"].parent == "r_costs"
    visit("f_day", parent="form")
    assert parts_of(raw_of(draft))["f_day"].parent == "form"
    assert visit("r_costs", parent="g_gone").status_code == 400


# Somebody else was quicker


def test_a_clash_shows_both_sides_and_the_second_save_is_a_choice(draft, curator, admin, login):
    client, here = login(curator), f"{address(draft.tool)}?at=f_title"
    data = sent(client.get(here)) | {"label": "Mine", "hint": "My hint"}
    edit_draft(draft, lambda raw: set_properties(raw, "f_title", {"label": {"en": "Theirs"}}), by=admin)

    response = client.post(here, data)
    page = text_of(response)

    assert response.status_code == 409
    assert "Somebody else changed this while you were writing" in page
    for words in ("Mine", "Theirs", "My hint"):
        assert words in page
    assert entry_of(draft, "f_title")["label"] == {"en": "Theirs"}
    assert client.post(here, sent(response)).status_code == 302
    assert entry_of(draft, "f_title")["label"] == {"en": "Mine"}


def test_a_clash_shows_no_row_that_says_the_same(draft, curator, admin, login):
    client, here = login(curator), f"{address(draft.tool)}?at=f_state"
    data = sent(client.get(here)) | {"hint": "My hint"}
    edit_draft(draft, lambda raw: set_properties(raw, "f_state", {"label": {"en": "Theirs"}}), by=admin)

    response = client.post(here, data)

    assert [row["label"] for row in response.context["clash"]] == ["Question", "Hint"]
    assert "<td>[]" not in text_of(response)


def test_choices_clash_too(draft, curator, admin, login):
    client, here = login(curator), f"{address(draft.tool)}?at=f_state"
    data = sent(client.get(here)) | {"choice-label": ["Mine", "Poor", "", ""]}
    login(admin).post(f"{address(draft.tool)}?at=f_after", data | {
        "seen": login(admin).get(f"{address(draft.tool)}?at=f_after").context["seen"], "label": "State after",
        "type": "select_multiple", "name": "after", "choice-label": ["Theirs", "Poor", "", ""],
    })  # fmt: skip
    assert choices_in(raw_of(draft), "state")[0]["label"] == {"en": "Theirs"}

    response = client.post(here, data)

    assert response.status_code == 409
    assert "Mine · Poor" in text_of(response)
    assert "Theirs · Poor" in text_of(response)


def test_a_translator_is_in_nobodys_way(draft, curator, admin, login):
    edit_draft(draft, lambda raw: add_language(raw, "fr"), by=admin)
    client, here = login(curator), f"{address(draft.tool)}?at=f_title"
    data = sent(client.get(here)) | {"label": "Heading"}
    edit_draft(draft, lambda raw: set_texts(raw, "fr", {"f_title|label": "Titre"}), by=admin)

    assert client.post(here, data).status_code == 302
    assert entry_of(draft, "f_title")["label"] == {"en": "Heading", "fr": "Titre"}


def test_a_part_that_was_deleted_meanwhile_loses_nothing_typed(draft, curator, admin, login):
    client, here = login(curator), f"{address(draft.tool)}?at=f_title"
    data = sent(client.get(here)) | {"label": "A long thought"}
    edit_draft(draft, lambda raw: delete_part(raw, "f_title"), by=admin)

    response = client.post(here, data)

    assert response.status_code == 409
    assert "Somebody deleted this part" in text_of(response)
    assert response.context["typed"] == [{"label": "Question", "text": "A long thought"}]
    assert client.get(here).status_code == 404


@pytest.mark.parametrize(
    ("kind", "typed", "told"),
    [
        ("item", {"label": "What I ask", "hint": "As you found it", "min": "few"},
         [("Question", "What I ask"), ("Hint", "As you found it"), ("Smallest that is taken", "few")]),
        ("group", {"label": "Costs"}, [("Heading", "Costs")]),
        ("table", {"label": "Costs", "max": "3"}, [("Heading", "Costs"), ("Rows at most", "3")]),
    ],
)  # fmt: skip
def test_of_a_new_part_that_was_deleted_only_what_was_written_is_shown(draft, curator, admin, login, kind, typed, told):
    made = []

    def add(raw):
        tool, new = add_named(raw, kind, parent="g_visit" if kind == "item" else "form", kind="integer")
        made.append(new)
        return tool

    edit_draft(draft, add, by=admin)
    client, here = login(curator), f"{address(draft.tool)}?at={made[0]}"
    data = sent(client.get(here)) | typed
    edit_draft(draft, lambda raw: delete_part(raw, made[0]), by=admin)

    response = client.post(here, data)

    assert response.status_code == 409
    assert [(each["label"], each["text"]) for each in response.context["typed"]] == told


def test_hostile_words_stay_words(visit, draft, curator, login):
    evil = '"><script>alert(1)</script>{{ 7|add:7 }}'
    visit("f_title", label=evil, hint=evil)
    edit_draft(draft, lambda raw: add_named(raw, "group", label=evil)[0], by=curator)
    client = login(curator)

    for place in ("?at=f_title", "?at=f_day", "", "add/?sort=item&after=f_title", "delete/?part=f_title", "texts/"):
        page = text_of(client.get(f"{address(draft.tool)}{place}"))
        assert "<script>alert(1)" not in page, place
        assert "{{ 7|add:7 }}" in page, place


def test_a_post_with_odd_parts_is_an_answer_and_no_crash(draft, curator, login):
    client = login(curator)
    odd = (
        {},
        {"relevant-how": "rows", "relevant-q": ["a"] * 50},
        {"choice-label": ["x"] * 3, "row-id": ["?"]},
        {"_choices": "up 99999999999", "_line": "nothing"},
        {"seen": "x " * 9, "label": "y" * 5000},
    )
    for part in ("f_title", "f_state", "r_costs", "g_visit", "list:state"):
        for data in odd:
            response = client.post(f"{address(draft.tool)}?at={part}", data)
            assert response.status_code in (200, 302, 400, 409), (part, data)
