"""Drafts: opened once, changed by several people, kept from what they may not be."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from tests.factories import make_member, make_partnership
from tests.factories.toolkit import make_tool
from tests.toolkit.editor.conftest import raw_of
from toolkit.actions.drafting import (
    StaleDraftError,
    discard_draft,
    edit_draft,
    free_slug,
    new_library_tool,
    open_draft,
    set_licence,
)
from toolkit.models import Section, Tool, ToolVersion
from toolkit.schema.editing import set_properties
from toolkit.schema.parts import parts_of
from toolkit.schema.places import stamp
from toolkit.states import Licence, VersionState

FEEDING = """
  - {id: f_heads, name: heads, type: integer, feeds: [people_trained], label: {en: People trained}}
  - {id: f_note, name: remark, type: text, label: {en: Remark}}
"""


def renamed(part: str, label: str):
    return lambda raw: set_properties(raw, part, {"label": {"en": label}})


def seen_of(draft, *names: str) -> dict[str, str]:
    return {name: stamp(parts_of(draft.raw), draft.raw, name) for name in names}


def label_in(draft, part: str) -> str:
    return parts_of(raw_of(draft))[part].entry["label"]["en"]


@pytest.fixture
def copy(alice) -> ToolVersion:
    """An open draft of a copy that Alice's partnership made for itself."""
    base = make_tool(form=FEEDING)
    mine = make_partnership(coordinator=alice)
    tool = Tool.objects.create(slug="copy", section=base.tool.section, kind="form", base=base.tool, partnership=mine)
    version = ToolVersion(tool=tool, number=1, base_version=base)
    version.set_definition(base.raw)
    version.save()
    return version


def test_a_draft_is_the_published_version_once_more(published, curator):
    draft = open_draft(published.tool, by=curator)

    assert (draft.number, draft.state, draft.created_by) == (2, VersionState.DRAFT, curator)
    assert draft.raw == published.raw
    assert open_draft(published.tool, by=curator) == draft
    assert published.tool.versions.count() == 2


def test_nobody_else_opens_one(published, alice):
    with pytest.raises(PermissionDenied):
        open_draft(published.tool, by=alice)
    with pytest.raises(PermissionDenied):
        new_library_tool(title="X", section="monitor", kind="form", language="en", by=alice)
    assert ToolVersion.objects.count() == 1


def test_two_people_on_different_parts_both_win(draft, curator, admin):
    seen = seen_of(draft, "f_title", "f_late")

    edit_draft(draft, renamed("f_title", "Heading"), seen={"f_title": seen["f_title"]}, by=curator)
    edit_draft(draft, renamed("f_late", "Late?"), seen={"f_late": seen["f_late"]}, by=admin)

    assert (label_in(draft, "f_title"), label_in(draft, "f_late")) == ("Heading", "Late?")
    assert draft.revision == 3


def test_the_second_on_the_same_part_is_told(draft, curator, admin):
    seen = seen_of(draft, "f_title")
    edit_draft(draft, renamed("f_title", "Heading"), seen=seen, by=curator)

    with pytest.raises(StaleDraftError) as refusal:
        edit_draft(draft, renamed("f_title", "Name"), seen=seen, by=admin)

    assert parts_of(refusal.value.current.raw)["f_title"].entry["label"] == {"en": "Heading"}
    assert label_in(draft, "f_title") == "Heading"
    with pytest.raises(StaleDraftError):
        edit_draft(draft, renamed("f_why", "Why?"), seen_revision=1, by=admin)
    edit_draft(draft, renamed("f_why", "Why?"), seen_revision=2, by=admin)


def test_nothing_changed_is_no_change(draft, curator):
    assert edit_draft(draft, lambda raw: raw, by=curator).revision == 1
    assert edit_draft(draft, lambda raw: raw, credit="Thanks to all", by=curator).revision == 2
    draft.refresh_from_db()
    assert draft.credit == "Thanks to all"


def test_a_faulty_draft_is_kept_as_it_is(draft, curator):
    edit_draft(draft, lambda raw: {**raw, "form": [*raw["form"], {"id": "f_x", "type": "nonsense"}]}, by=curator)

    draft.refresh_from_db()
    assert draft.problems()
    assert draft.raw["form"][-1] == {"id": "f_x", "type": "nonsense"}
    with pytest.raises(ValidationError, match="no part"):
        edit_draft(draft, renamed("f_gone", "X"), by=curator)


@pytest.mark.parametrize("state", [VersionState.IN_REVIEW, VersionState.PUBLISHED, VersionState.SUPERSEDED])
def test_what_is_no_draft_is_not_changed(draft, published, curator, state):
    version = draft if state == VersionState.IN_REVIEW else published
    ToolVersion.objects.filter(pk=version.pk).update(
        state=state, review_asked_at=timezone.now() if version == draft else None
    )
    before = raw_of(version)

    with pytest.raises(ValidationError) as refusal:
        edit_draft(version, renamed("f_title", "X"), by=curator)
    assert refusal.value.code == "closed"
    with pytest.raises(ValidationError):
        discard_draft(version, by=curator)
    assert raw_of(version) == before


def test_a_copy_is_its_owners_and_keeps_what_feeds(copy, alice, bob, curator):
    rolf = make_member(copy.tool.partnership, side="host", user=bob).contact.user
    for stranger in (curator, rolf):
        with pytest.raises(PermissionDenied):
            edit_draft(copy, renamed("f_note", "Note"), by=stranger)
    with pytest.raises(ValidationError) as refusal:
        edit_draft(copy, lambda raw: set_properties(raw, "f_heads", {"type": "decimal"}), by=alice)
    assert [error.code for error in refusal.value.error_list] == ["locked"]

    edit_draft(copy, renamed("f_note", "Note"), by=alice)

    assert label_in(copy, "f_note") == "Note"
    assert copy.tool.number == "", "a copy's row does not follow its draft"


def test_a_new_tool_takes_a_free_name(curator, published):
    Section.objects.get_or_create(slug="monitor", defaults={"number": 4, "titles": {"en": "M"}})
    first = new_library_tool(title="Ward visit", section="monitor", kind="checklist", language="fr", by=curator)
    second = new_library_tool(title="تقرير", section="monitor", kind="form", language="ar", by=curator)

    assert (first.tool.slug, second.tool.slug, free_slug("New")) == ("ward-visit-2", "tqryr", "new-tool")
    assert (first.state, first.number, first.raw["title"]) == (VersionState.DRAFT, 1, {"fr": "Ward visit"})
    assert first.tool.kind == "checklist"
    # Nobody finds it until it is published
    assert first.tool not in Tool.objects.published()


def test_the_row_of_a_new_tool_follows_its_draft(curator, published):
    Section.objects.get_or_create(slug="evaluate", defaults={"number": 5, "titles": {"en": "E"}})
    draft = new_library_tool(title="X", section="monitor", kind="form", language="en", by=curator)

    edit_draft(draft, lambda raw: raw | {"section": "evaluate", "number": "5.9", "kind": "report"}, by=curator)

    tool = Tool.objects.get(pk=draft.tool_id)
    assert (tool.section_id, tool.number, tool.kind, tool.position) == ("evaluate", "5.9", "report", 90)
    edit_draft(draft, lambda raw: raw | {"section": "nowhere", "number": "x"}, by=curator)
    tool.refresh_from_db()
    assert (tool.section_id, tool.number) == ("evaluate", "")


def test_the_row_of_a_published_tool_does_not(draft, curator):
    before = draft.tool.kind

    edit_draft(draft, lambda raw: raw | {"kind": "report"}, by=curator)

    assert Tool.objects.get(pk=draft.tool_id).kind == before


def test_a_draft_is_given_up(draft, curator, alice, published):
    with pytest.raises(PermissionDenied):
        discard_draft(draft, by=alice)

    discard_draft(draft, by=curator)

    assert list(published.tool.versions.all()) == [published]
    new = new_library_tool(title="New idea", section="monitor", kind="form", language="en", by=curator)
    discard_draft(new, by=curator)
    assert not Tool.objects.filter(slug="new-idea").exists()


def test_the_licence_is_the_curators_to_set(published, curator, alice):
    set_licence(published.tool, Licence.CC0, by=curator)
    with pytest.raises(PermissionDenied):
        set_licence(published.tool, Licence.OWN_USE, by=alice)

    published.tool.refresh_from_db()
    assert published.tool.licence == Licence.CC0
