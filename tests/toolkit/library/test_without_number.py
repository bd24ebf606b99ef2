"""A tool of one's own has no number: nothing is left where it would stand."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import make_partnership
from tests.factories.toolkit import make_document, make_tool
from tests.toolkit.rendering.documents import plain, read
from toolkit.actions.library import publish_raw
from toolkit.models import Tool
from toolkit.rendering.html import blank_name, render_blank
from toolkit.rendering.sample import sample_html

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(db):
    made = make_tool(title="Ours", slug="ours")
    Tool.objects.filter(pk=made.tool_id).update(number="")
    raw = {key: value for key, value in made.raw.items() if key != "number"}
    return publish_raw(Tool.objects.get(pk=made.tool_id), {**raw, "minutes": 11})


def test_paper_has_a_whole_head_and_foot(version, alice):
    html = str(render_blank(version, is_paper=True))
    document = make_document(partnership=make_partnership(coordinator=alice), version=version)

    assert "Form · version 2" in html
    assert 'data-running="Ours"' in html
    assert f'data-footing="version 2 · {version.content_hash[:12]}"' in html
    assert "Form · Ours, version 2" in plain(read(document))
    assert "Form · Ours" in plain(str(sample_html(version.form, {}, title="Ours", lang="en")))
    assert blank_name(version.form) == "ours-blank.pdf"


def test_pages_and_cards_tell_the_kind_alone(client, login, alice, version):
    partnership = make_partnership(coordinator=alice)
    here = version.tool.get_absolute_url()
    pages = [client.get(here), client.get("/toolkit/?q=ours"), login(alice).get(f"{here}versions/2/")]
    pages.append(login(alice).get(f"/partnerships/{partnership.slug}/documents/new/"))

    for page in pages:
        assertContains(page, "Ours")
        assertNotContains(page, "· Form")
    for page in pages[:3]:
        assertContains(page, '<p class="above">Form</p>')
