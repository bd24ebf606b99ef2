"""The outline: parts are added, moved, copied and deleted, with buttons that any browser can press."""

import pytest

from tests.toolkit.editor.conftest import address, entry_of, raw_of, text_of
from toolkit.actions.drafting import edit_draft
from toolkit.schema.editing import set_properties
from toolkit.schema.parts import FORM, children_of, parts_of
from toolkit.schema.retyping import choices_in


@pytest.fixture
def client(draft, curator, login):
    return login(curator)


def press(client, draft, do: str, **more):
    return client.post(address(draft.tool, "edit-outline"), {"do": do, **more})


def test_the_outline_tells_what_is_in_it(client, draft, curator):
    edit_draft(draft, lambda raw: set_properties(raw, "f_day", {"side": "host", "sensitive": True}), by=curator)

    page = text_of(client.get(address(draft.tool)))

    for words in ("The visit", "Why late?", "Total cost", "One of several choices", "Worked out by the form"):
        assert words in page
    for mark in ("Must be answered", "Asked under a condition", "The host side", "Sensitive"):
        assert mark in page
    assert page.count('name="do" value="up ') == 11
    assert "to put right before this can be published" not in page


def test_buttons_move_and_keep_the_focus(client, draft):
    response = press(client, draft, "up f_late")

    assert response["Location"] == f"{address(draft.tool)}?at=f_late#up-f_late"
    assert children_of(raw_of(draft), "g_visit")[:2] == ["f_late", "f_title"]
    press(client, draft, "down f_late")
    press(client, draft, "down f_day")
    assert children_of(raw_of(draft), FORM)[:2] == ["g_visit", "f_day"]


def test_a_drop_moves_before_or_to_the_end(client, draft):
    press(client, draft, "move c_total", parent="g_visit", before="f_title")
    assert children_of(raw_of(draft), "g_visit")[0] == "c_total"
    press(client, draft, "move f_title", parent="r_costs", before="")
    assert children_of(raw_of(draft), "r_costs")[-1] == "f_title"


@pytest.mark.parametrize(
    ("do", "more"),
    [
        ("up g_visit", {}),
        ("up f_gone", {}),
        ("move g_visit", {"parent": "r_costs"}),
        ("move r_costs", {"parent": "r_costs"}),
        ("move f_title", {"parent": "f_late"}),
        ("move f_title", {"parent": "nowhere"}),
        ("explode f_title", {}),
        ("", {}),
    ],
)
def test_what_cannot_be_moved_stays(client, draft, do, more):
    before = raw_of(draft)

    assert press(client, draft, do, **more).status_code == 302
    assert raw_of(draft) == before


def test_a_copy_stands_behind_with_names_of_its_own(client, draft):
    response = press(client, draft, "copy r_costs")
    new = response["Location"].partition("at=")[2].partition("#")[0]

    parts = parts_of(raw_of(draft))
    assert parts[new].name == "costs_2"
    assert len(children_of(raw_of(draft), new)) == 2
    assert draft.problems() == ()


def add(client, draft, query: str, **data):
    return client.post(f"{address(draft.tool, 'edit-add')}?{query}", data)


def test_parts_are_added_where_one_asked_for_them(client, draft):
    response = add(client, draft, "sort=item&parent=g_visit&after=f_title", label="Who came?", kind="integer")
    new = response["Location"].partition("at=")[2].partition("#")[0]

    assert children_of(raw_of(draft), "g_visit")[1] == new
    assert entry_of(draft, new) == {"id": new, "name": "who_came", "type": "integer", "label": {"en": "Who came?"}}
    add(client, draft, "sort=table&parent=g_visit", label="People")
    assert [part.name for part in parts_of(raw_of(draft)).values() if part.sort == "table"] == ["people", "costs"]
    add(client, draft, "sort=group&parent=g_visit", label="Next steps")
    assert children_of(raw_of(draft), FORM)[-1] == "g_next_steps"
    add(client, draft, "parent=form", label="", kind="text")
    assert entry_of(draft, children_of(raw_of(draft), FORM)[-1])["name"] == "question"


def test_choices_come_with_their_question(client, draft):
    response = add(
        client, draft, "parent=g_visit", label="Colour", kind="select_one", choices="Red\n\nDark blue\n Red "
    )
    new = response["Location"].partition("at=")[2].partition("#")[0]

    assert entry_of(draft, new)["type"] == "select_one colour_choices"
    assert [each["name"] for each in choices_in(raw_of(draft), "colour_choices")] == ["red", "dark_blue", "red_2"]


def test_one_after_another(client, draft):
    response = add(client, draft, "sort=item&parent=g_visit&after=f_title", label="One", kind="text", _next="1")
    again = client.post(response["Location"], {"label": "Two", "kind": "text"})

    names = [parts_of(raw_of(draft))[each].name for each in children_of(raw_of(draft), "g_visit")]
    assert again.status_code == 302
    assert names[:3] == ["title", "one", "two"]


@pytest.mark.parametrize(
    ("query", "data", "said"),
    [
        ("parent=g_visit", {"label": "X" * 1001, "kind": "date"}, "at most 1000 characters"),
        ("parent=g_visit", {"label": "Kept words", "kind": "nonsense"}, "Choose a type."),
        ("sort=table&parent=r_costs", {"label": "Kept words"}, "A table may not stand in another table."),
    ],
)
def test_what_cannot_be_added_is_told_and_kept(client, draft, query, data, said):
    before = raw_of(draft)

    response = add(client, draft, query, **data)

    assert response.status_code == 400
    assert said in text_of(response)
    assert data["label"] in text_of(response)
    assert raw_of(draft) == before


def test_before_deleting_one_is_told_who_speaks_of_it(client, draft):
    page = text_of(client.get(f"{address(draft.tool, 'edit-delete')}?part=f_late"))
    assert "Delete “Was it late?”?" in page
    assert "Why late?" in page

    whole = client.get(f"{address(draft.tool, 'edit-delete')}?part=r_costs")
    assert "The 2 parts that stand in it go too" in text_of(whole)
    assert "Total cost" in text_of(whole)


def test_deleting(client, draft):
    here = f"{address(draft.tool, 'edit-delete')}?part=f_amount"
    response = client.post(here, {"seen": client.get(here).context["seen"]})

    assert response["Location"].startswith(f"{address(draft.tool)}?at=f_item")
    raw = raw_of(draft)
    assert "f_amount" not in parts_of(raw)
    assert "totals" not in parts_of(raw)["r_costs"].entry
    [problem] = client.get(address(draft.tool)).context["problems"]
    assert problem["label"] == "Total cost"
    assert problem["url"] == f"{address(draft.tool)}?at=c_total#id_calculation"
    assert client.get(here).status_code == 404
    assert client.get(f"{address(draft.tool, 'edit-delete')}?part=list:state").status_code == 404


def test_what_changed_since_it_was_read_is_not_deleted_blindly(client, draft, admin):
    here = f"{address(draft.tool, 'edit-delete')}?part=g_visit"
    seen = client.get(here).context["seen"]
    edit_draft(draft, lambda raw: set_properties(raw, "f_title", {"hint": {"en": "New words"}}), by=admin)

    response = client.post(here, {"seen": seen})

    assert response.status_code == 409
    assert "Look again before you delete it" in text_of(response)
    assert "f_title" in parts_of(raw_of(draft))
    assert client.post(here, {"seen": response.context["seen"]}).status_code == 302
    assert "f_title" not in parts_of(raw_of(draft))
