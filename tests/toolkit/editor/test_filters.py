"""Columns of choices and the filter that asks for them, in the editor."""

import pytest

from tests.undone import undone
from toolkit.schema.retyping import choices_in

from .conftest import address, entry_of, raw_of, sent, text_of

pytestmark = pytest.mark.django_db
COLUMNS = ["KE", "UG", "", ""]


def test_a_column_and_a_filter_are_made_without_writing_a_formula(draft, curator, login):
    client, here = login(curator), f"{address(draft.tool)}?at=f_state"
    data = sent(client.get(here))
    before = raw_of(draft)

    more = client.post(here, data | {"choice-new-column": "Land code", "_choices": "column"})

    assert more.status_code == 200
    assert raw_of(draft) == before, "a button for more room saves nothing"
    assert 'name="choice-col-land_code"' in more.content.decode()
    assert '<option value="land_code">' in more.content.decode()
    page = sent(more)
    n_rows = len(page["choice-label"])
    page |= {"choice-col-land_code": ["good-land", "poor-land", *[""] * (n_rows - 2)]}
    page |= {"choice_filter-how": "rows", "choice_filter-column": "land_code", "choice_filter-question": "title"}
    client.post(here, page)

    assert entry_of(draft, "f_state")["choice_filter"] == "land_code = ${title}"
    assert [choice.get("land_code") for choice in choices_in(raw_of(draft), "state")][:2] == ["good-land", "poor-land"]
    shown = client.get(here)
    assert '<option value="land_code" selected>' in shown.content.decode()
    assert "<code>land_code = ${title}</code>" in shown.content.decode()
    page = sent(shown)
    client.post(here, page)
    assert entry_of(draft, "f_state")["choice_filter"] == "land_code = ${title}", "what is shown says the same"


def test_a_filter_that_is_not_finished_is_told_and_kept(draft, curator, login):
    client, here = login(curator), f"{address(draft.tool)}?at=f_state"
    data = sent(client.get(here)) | {"label": "Typed"}
    for name, changes, status, told, kept in (
        ("no column", {"choice_filter-how": "rows", "choice_filter-question": "title"}, 400, "Choose a column", ""),
        ("no question", {"choice_filter-how": "rows", "choice_filter-column": "x"}, 400, "Choose a column", ""),
        ("a formula", {"choice_filter-how": "text", "choice_filter-text": "land = "}, 302, "", "land ="),
        ("all", {"choice_filter-how": "all"}, 302, "", ""),
    ):
        with undone():
            response = client.post(here, data | changes)
            assert response.status_code == status, name
            assert told in text_of(response), name
            if status == 400:
                assert "Typed" in response.content.decode(), name
            else:
                assert entry_of(draft, "f_state").get("choice_filter", "") == kept, name
    client.post(here, data | {"choice_filter-how": "text", "choice_filter-text": "land = 'KE'"})
    assert "have no column “land”" in client.get(address(draft.tool)).content.decode(), "listed with the problems"
