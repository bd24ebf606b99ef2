"""Trying a form out: the real page, worked out on the server, and nothing left behind."""

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories.toolkit import SIDES, make_tool
from toolkit.models import ToolDay, ToolVersion

pytestmark = pytest.mark.django_db
WHOLE = {"_end": "1", "_action": "check"}
MORE = """
  - group: paper
    label: {en: Papers}
    items:
      - {id: f_scan, name: scan, type: file, required: true, label: {en: Scan}}
      - {id: f_mail, name: mail, type: email, label: {en: E-mail}}
      - {id: f_where, name: where, type: text, bind: partnership.name, label: {en: Partnership}}
  - repeat: team
    id: r_team
    label: {en: Team}
    prefill: partnership.team
    items:
      - {id: f_who, name: person, type: text, label: {en: Who}}
"""


def address(version: ToolVersion) -> str:
    return f"{version.tool.get_absolute_url()}try/"


def rows_of_everything() -> dict[str, int]:
    """How many rows every table has, but for the count of tries itself."""
    models = [model for model in apps.get_models() if model is not ToolDay and model._meta.managed]
    return {model._meta.label: model._default_manager.count() for model in models}


def problems(response) -> dict[str, str]:
    return {cell: message for cell, _label, message in response.context["page"].problems}


def test_trying_stores_nothing(client, login, alice):
    version = make_tool(form=MORE)
    visitors = (client, login(alice))
    before, session = rows_of_everything(), dict(visitors[1].session)
    data = WHOLE | {"f_mail": "ana@example.org", "f_where": "Mine", "r_team:row": "abc123", "r_team/abc123/f_who": "Bo"}

    for visitor in visitors:
        assert visitor.get(address(version)).status_code == 200
        assert visitor.post(address(version), data).status_code == 200
        assert visitor.post(address(version), data | {"_action": "add:r_team"}).status_code == 200

    assert rows_of_everything() == before
    assert dict(visitors[1].session) == session
    assert set(client.cookies) == {"csrftoken"}
    assert ToolDay.objects.get().n_tried == 2


def test_what_is_typed_is_checked_and_drawn_as_a_document(client):
    version = make_tool()

    response = client.post(
        address(version),
        WHOLE
        | {
            "f_title": "A <b>visit</b>",
            "f_days": "12",
            "f_late": "no",
            "r_costs:row": ["row00001", "row00002"],
            "r_costs/row00001/f_item": "Bus",
            "r_costs/row00001/f_amount": "10.50",
            "r_costs/row00002/f_item": "Hotel",
            "r_costs/row00002/f_amount": "30",
        },
    )

    assert response.status_code == 200
    assert problems(response) == {}
    assertContains(response, "Everything is in order")
    result = response.context["result"]
    for words in ("A &lt;b&gt;visit&lt;/b&gt;", "Bus", "Hotel", "40.5"):
        assert words in result
    assertNotContains(response, "A <b>visit")
    assertContains(response, 'value="Bus"')


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client):
    version = make_tool()
    data = WHOLE | {"f_days": "many <i>", "f_late": "yes", "r_costs:row": "row00001", "r_costs/row00001/f_amount": "x"}

    response = client.post(address(version), data)

    assert response.status_code == 422
    assert set(problems(response)) == {
        "f_title",
        "f_days",
        "f_why",
        "r_costs/row00001/f_item",
        "r_costs/row00001/f_amount",
    }
    assertContains(response, 'value="many &lt;i&gt;"', status_code=422)
    assertContains(response, "5 answers need your attention", status_code=422)
    assertContains(response, 'href="#f_title"', status_code=422)


def test_conditions_hold_without_scripts(client):
    version = make_tool()

    assertContains(client.get(address(version)), 'data-cell="f_why" hidden')
    response = client.post(address(version), WHOLE | {"f_title": "x", "f_late": "yes"})

    assert "f_why" in problems(response)
    assertNotContains(response, 'data-cell="f_why" hidden', status_code=422)


def test_rows_come_and_go_without_scripts(client):
    version = make_tool()
    row = {"r_costs:row": ["row00001"], "r_costs/row00001/f_item": "Bus"}

    more = client.post(address(version), WHOLE | row | {"_action": "add:r_costs"})
    assert [len(node.rows) for group in more.context["page"].groups for node in group.nodes if node.is_table] == [2]
    assertContains(more, 'value="Bus"')
    less = client.post(address(version), WHOLE | row | {"f_title": "x", "r_costs/row00001:remove": "1"})
    assert "Bus" not in less.context["result"]
    odd = client.post(address(version), WHOLE | row | {"_action": "add:nothing"})
    assert odd.status_code == 200


def test_a_page_that_arrived_in_part_keeps_what_arrived(client):
    response = client.post(address(make_tool()), {"f_title": "Half a page"})

    assertContains(response, "arrived incomplete", status_code=400)
    assertContains(response, 'value="Half a page"', status_code=400)


def test_records_of_an_invented_partnership_stand_in(client):
    version = make_tool(form=MORE)

    page = client.get(address(version))

    assertContains(page, "Lakeside – St Elin")
    rows = [
        row.id for group in page.context["page"].groups for node in group.nodes if node.is_table for row in node.rows
    ]
    assert rows == ["trial001", "trial002"]
    kept = {"r_team:row": rows, "r_team/trial001/f_who": "Peter", "r_team/trial002/f_who": "Jo"}
    result = client.post(address(version), WHOLE | kept).context["result"]
    assert result.count("Peter") == 1
    assert "Wekesa" not in result


def test_files_are_not_sent_and_not_missed(client):
    version = make_tool(form=MORE)

    page = client.get(address(version))
    assertContains(page, "Files cannot be tried")
    assertNotContains(page, "multipart/form-data")
    upload = SimpleUploadedFile("scan.pdf", b"%PDF-1.7 x", content_type="application/pdf")
    response = client.post(address(version), WHOLE | {"f_scan": upload})
    assert (response.status_code, problems(response)) == (200, {})


def test_every_side_is_open_to_who_tries(client):
    version = make_tool(form=SIDES, mode="joint")

    response = client.post(address(version), WHOLE | {"f_host": "Ours", "f_guest": "Theirs"})

    assert response.status_code == 200
    assert "Ours" in response.context["result"]
    assert "Theirs" in response.context["result"]


def test_a_form_is_tried_in_each_of_its_languages(client):
    form = "\n  - {id: f_bed, name: bed, type: text, required: true, label: {en: Bed, fr: Lit}}\n"
    version = make_tool(form=form, languages="en, fr")

    assertContains(client.get(address(version)), 'href="?lang=fr"')
    french = client.get(f"{address(version)}?lang=fr")
    assertContains(french, "Lit")
    assertContains(french, "/try/?lang=fr#checked")
    assertContains(client.post(f"{address(version)}?lang=fr", WHOLE), "Lit", status_code=422)
    assert client.get(f"{address(version)}?lang=xx").status_code == 200


@pytest.mark.parametrize(
    "data",
    [
        {"r_costs:row": ["../../x", "row00001"], "r_costs/../f_item": "x"},
        {"f_nothing": "x", "c_total": "9", "f_title:nothing": "x"},
        {"r_costs:row": [f"row{n:05}" for n in range(300)]},
        {"f_days": "9" * 5000, "f_title": "x" * 200_000},
        {"_key": "x" * 5000, "_seen": "[[[["},
    ],
)
def test_odd_posts_are_answered_with_the_page(client, data):
    response = client.post(address(make_tool()), WHOLE | data)

    assert response.status_code in (200, 422)


def test_a_guide_without_questions_can_be_opened(client):
    version = make_tool(kind="guide", extra="guidance: {en: Words.}\n")

    assert client.get(address(version)).status_code == 200
