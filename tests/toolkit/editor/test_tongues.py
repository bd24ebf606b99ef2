"""A tool whose first language runs from right to left, and where the editor leads when it is done."""

import pytest
from django.urls import reverse

from tests.toolkit.editor.conftest import address, text_of
from toolkit.actions.drafting import new_library_tool
from toolkit.models import Tool
from toolkit.schema.retyping import add_named

NEW = {"section": "monitor", "kind": "form", "language": "ar"}


@pytest.fixture
def client(curator, login):
    return login(curator)


def test_all_that_is_written_in_arabic_runs_from_the_right(client, curator, published):
    draft = new_library_tool(title="زيارة الجناح", slug="night-rounds", by=curator, **NEW)
    raw, part = add_named(draft.raw, "item", kind="text", label="ما اسمك؟")
    draft.set_definition(raw)
    draft.save()

    page = client.get(f"{address(draft.tool)}?at={part}")
    assert page.context["form"].fields["label"].widget.attrs["dir"] == "rtl"
    assert 'class="outline__label" lang="ar" dir="rtl"' in text_of(page)
    add = client.get(address(draft.tool, "edit-add"))
    assert add.context["form"].fields["label"].widget.attrs["lang"] == "ar"
    about = client.get(address(draft.tool, "edit-about"))
    assert about.context["form"].fields["title"].widget.attrs["dir"] == "rtl"


def test_a_title_without_letters_needs_an_address_of_its_own(client, published):
    here = reverse("toolkit:tool-new")
    page = client.post(here, NEW | {"title": "؟ 24/7 ؟"})
    assert page.status_code == 400
    assert "no letters to make an address from" in text_of(page)
    assert "؟ 24/7 ؟" in text_of(page)

    for taken in ("drafts", "Ward Visit", "-ward"):
        assert client.post(here, NEW | {"title": "زيارة", "slug": taken}).status_code == 400
    assert client.post(here, NEW | {"title": "زيارة", "slug": "night-rounds"}).status_code == 302
    assert Tool.objects.filter(slug="night-rounds").exists()
    assert "has this address already" in text_of(client.post(here, NEW | {"title": "زيارة", "slug": "night-rounds"}))

    assert client.post(here, NEW | {"title": "زيارة الجناح"}).status_code == 302
    assert Tool.objects.filter(slug="zyrh-ljnh").exists(), "any script is told in Latin letters"


def test_the_button_says_what_comes_next(client, draft, admin, settings):
    page = client.get(address(draft.tool))
    assert page.context["next_step"] == (reverse("toolkit:version-publish", args=["ward-visit"]), "Ask for a review")

    settings.TOOLKIT_REVIEW = False
    assert client.get(address(draft.tool)).context["next_step"][1] == "Publish"
