"""Who may not edit, and what may not be edited: nothing is written, and nothing that was typed is lost."""

import pytest
from django.utils import timezone

from tests.factories import make_member, make_partnership, make_programme, make_user
from tests.factories.toolkit import make_tool
from tests.toolkit.editor.conftest import address, entry_of, raw_of, sent, text_of
from toolkit.actions.drafting import edit_draft
from toolkit.models import Tool, ToolVersion
from toolkit.schema.editing import add_part, set_properties
from toolkit.schema.parts import parts_of
from toolkit.schema.texts import add_language
from toolkit.states import VersionState

FEEDING = """
  - group: people
    label: {en: People}
    items:
      - {id: f_heads, name: heads, type: select_one cadre, feeds: [people_trained], label: {en: Who was trained}}
      - {id: f_note, name: remark, type: text, label: {en: Remark}}
"""
CHOICES = "choices:\n  cadre: [{name: nurse, label: {en: Nurse}}, {name: other, label: {en: Other}}]\n"
READS = ("edit", "edit-add", "edit-texts", "edit-about", "edit-preview")
WRITES = (
    ("edit", {"seen": "x", "label": "X", "type": "text", "name": "x"}, "?at=f_title"),
    ("edit-outline", {"do": "up f_late"}, ""),
    ("edit-add", {"label": "X", "kind": "text"}, ""),
    ("edit-delete", {"seen": "x"}, "?part=f_title"),
    ("edit-texts", {"text:f_title|label": "X", "seen:f_title|label": "x"}, "?lang=en"),
    ("edit-languages", {"add": "fr"}, ""),
    ("edit-about", {"title": "X"}, ""),
    ("edit-body", {"body": "X"}, ""),
    ("edit-body-preview", {"body": "X"}, ""),
    ("edit-discard", {}, ""),
    ("edit-start", {}, ""),
)


def copy_for(base: ToolVersion, slug: str, **owner) -> ToolVersion:
    tool = Tool.objects.create(slug=slug, section=base.tool.section, kind="form", base=base.tool, **owner)
    version = ToolVersion(tool=tool, number=1, base_version=base)
    version.set_definition(base.raw)
    version.save()
    return version


@pytest.fixture
def world(alice, bob, curator, admin, draft):
    """A draft of the library, a copy of Alice's partnership and one of a programme, and people around them."""
    mine = make_partnership(coordinator=alice, programme=make_programme())
    rolf = make_member(mine, side="resource", user=make_user(name="Rolf")).contact.user
    base = make_tool(form=FEEDING, extra=CHOICES)
    return {
        "people": {"alice": alice, "bob": bob, "rolf": rolf, "curator": curator, "admin": admin, "nobody": None},
        "drafts": {
            "library": draft,
            "copy": copy_for(base, "my-copy", partnership=mine),
            "programme": copy_for(base, "programme-copy", programme=mine.programme),
        },
    }


@pytest.mark.parametrize(
    ("who", "statuses"),
    [
        ("nobody", {"library": 302, "copy": 302, "programme": 302}),
        ("alice", {"library": 403, "copy": 200, "programme": 403}),
        ("rolf", {"library": 403, "copy": 403, "programme": 403}),
        ("bob", {"library": 403, "copy": 404, "programme": 404}),
        ("curator", {"library": 200, "copy": 404, "programme": None}),
        ("admin", {"library": 200, "copy": 200, "programme": 200}),
    ],
)
def test_who_may_open_and_write(world, client, who, statuses):
    person = world["people"][who]
    if person:
        client.force_login(person)
    for name, status in statuses.items():
        draft = world["drafts"][name]
        if status is None:  # whether a curator knows a programme's copy is for the library to say
            continue
        before = raw_of(draft)
        for page in READS:
            assert client.get(address(draft.tool, page)).status_code == status, (name, page)
        for page, data, query in WRITES if status != 200 else ():
            assert client.post(address(draft.tool, page) + query, data).status_code == status, (name, page)
        assert raw_of(draft) == before
        assert ToolVersion.objects.filter(pk=draft.pk).exists()
        if status == 302:
            assert "/login/" in client.get(address(draft.tool))["Location"]


def test_a_new_tool_is_for_curators(client, world, login):
    data = {"title": "Night rounds", "section": "monitor", "kind": "form", "language": "en"}
    for who, status in (("alice", 403), ("rolf", 403), ("curator", 302)):
        assert login(world["people"][who]).post("/toolkit/new/", data).status_code == status
    assert client.post("/toolkit/new/", data)["Location"].startswith("/accounts/login/")
    assert Tool.objects.filter(slug__startswith="night-rounds").count() == 1
    response = login(world["people"]["curator"]).post("/toolkit/new/", data | {"title": "Kept", "section": "x"})
    assert response.status_code == 400
    assert 'value="Kept"' in text_of(response)


@pytest.mark.parametrize("state", ["in_review", "published"])
def test_what_was_typed_too_late_is_shown_to_be_copied(world, login, state):
    draft, client = world["drafts"]["library"], login(world["people"]["curator"])
    dates = {"review_asked_at": timezone.now()} if state == VersionState.IN_REVIEW else {}
    if state == VersionState.PUBLISHED:
        draft.tool.versions.exclude(pk=draft.pk).update(state=VersionState.SUPERSEDED)
        dates = {"published_at": timezone.now()}
    ToolVersion.objects.filter(pk=draft.pk).update(state=state, **dates)
    before = raw_of(draft)

    assert client.get(address(draft.tool)).status_code == 200
    assert 'name="do"' not in text_of(client.get(address(draft.tool)))
    for page, data, query in WRITES:
        if page == "edit-start":
            continue
        response = client.post(address(draft.tool, page) + query, data)
        assert response.status_code in (302, 409), page
        if "label" in data:
            assert response.status_code == 409
            assert '<p class="typed" dir="auto">X</p>' in text_of(response)
    assert raw_of(draft) == before
    assert ToolVersion.objects.get(pk=draft.pk).state == state


def test_nothing_is_opened_by_looking(published, login, curator):
    client = login(curator)

    page = client.get(address(published.tool))

    assert page.status_code == 200
    assert "Start a draft" in text_of(page)
    assert published.tool.versions.count() == 1
    assert client.get(address(published.tool, "edit-start")).status_code == 405
    assert client.post(address(published.tool, "edit-start"))["Location"] == address(published.tool)
    assert published.tool.versions.count() == 2
    assert client.post(address(published.tool, "edit-discard")).status_code == 302
    assert published.tool.versions.count() == 1


def test_a_locked_question_says_so_and_keeps_its_words(world, login, alice):
    draft, client = world["drafts"]["copy"], login(alice)
    here = f"{address(draft.tool)}?at=f_heads"
    page = client.get(here)
    data = sent(page)

    assert "counts for an indicator" in text_of(page)
    response = client.post(here, data | {"label": "Beds", "type": "text", "hint": "Only who stayed", "relevant-how":
                           "text", "relevant-text": "1 = 2", "choice-label": ["Doctor", "Other"]})  # fmt: skip

    assert response.status_code == 302
    entry = entry_of(draft, "f_heads")
    assert (entry["label"], entry["type"]) == ({"en": "Who was trained"}, "select_one cadre")
    assert (entry["hint"], "relevant" in entry) == ({"en": "Only who stayed"}, False)
    assert raw_of(draft)["choices"]["cadre"][0]["label"] == {"en": "Nurse"}
    delete = f"{address(draft.tool, 'edit-delete')}?part=f_heads"
    refused = client.post(delete, {"seen": client.get(delete).context["seen"]})
    assert refused.status_code == 400
    assert "cannot be left out" in text_of(refused)
    assert "f_heads" in parts_of(raw_of(draft))


def test_a_locked_question_is_offered_the_places_where_it_may_stand(world, login, alice):
    draft = world["drafts"]["copy"]
    raw, group = add_part(raw_of(draft), "group", label="Elsewhere")
    raw, table = add_part(raw, "table", label="Rows")
    edit_draft(draft, lambda _raw: raw, by=alice)
    page = login(alice).get(f"{address(draft.tool)}?at=f_heads")
    places = [value for value, _label in page.context["form"].fields["parent"].choices]
    assert group in places
    assert table not in places


def test_a_locked_text_is_translated_but_not_reworded(world, login, alice):
    draft, client = world["drafts"]["copy"], login(alice)
    edit_draft(draft, lambda raw: add_language(raw, "fr"), by=alice)
    here = address(draft.tool, "edit-texts")
    data = {"text:f_heads|label": "Qui ?", "seen:f_heads|label": "e3b0c44298"}

    assert client.post(f"{here}?lang=fr", data).status_code == 302
    assert client.post(f"{here}?lang=en", data).status_code == 302

    assert entry_of(draft, "f_heads")["label"] == {"en": "Who was trained", "fr": "Qui ?"}


def test_a_copy_stays_where_its_base_stands(world, login, alice):
    draft = world["drafts"]["copy"]
    here, client = address(draft.tool, "edit-about"), login(alice)
    data = sent(client.get(here)) | {"section": "evaluate", "kind": "report", "number": "1.1", "title": "Our own"}

    assert client.post(here, data).status_code == 302

    raw = raw_of(draft)
    assert (raw["section"], raw["kind"], raw["title"]["en"]) == ("monitor", "form", "Our own")


def test_a_programmes_copy_is_edited_by_administrators(world, login, admin):
    draft = world["drafts"]["programme"]

    edit_draft(draft, lambda raw: set_properties(raw, "f_note", {"label": {"en": "Note"}}), by=admin)

    assert entry_of(draft, "f_note")["label"] == {"en": "Note"}


def test_everybody_finds_the_drafts_that_are_theirs(world, login):
    def listed(who: str) -> set[str]:
        page = login(world["people"][who]).get("/toolkit/drafts/")
        return {version.tool.slug for version in page.context["page"]}

    assert listed("alice") == {"my-copy"}
    assert listed("bob") == listed("rolf") == set()
    assert listed("curator") == {"ward-visit", "programme-copy"}
    assert listed("admin") == {"ward-visit", "my-copy", "programme-copy"}
