"""Copies: made by whom, switched, offered what is new, merged."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.factories import make_member, make_partnership, make_programme, make_user
from tests.factories.toolkit import make_tool
from tests.toolkit.versions.making import (
    LOCKED_FORM,
    make_copy,
    make_draft,
    publish_next,
    shorter,
    with_question,
    worded,
)
from tests.undone import undone
from toolkit.actions.adapting import (
    StillNeededError,
    adapt_tool,
    faults_of,
    offer_of,
    stamp_of,
    switch_parts,
    take_merge,
)
from toolkit.actions.drafting import edit_draft
from toolkit.actions.publishing import NotSoundError, publish, withdraw_tool
from toolkit.models import Tool, ToolVersion
from toolkit.schema.editing import delete_part, set_properties
from toolkit.schema.parts import parts_of
from toolkit.schema.switching import switches

pytestmark = pytest.mark.django_db


@pytest.fixture
def base():
    return make_tool(form=LOCKED_FORM, title="Trip report")


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice)


def label(version, name):
    return parts_of(version.raw)[name].entry["label"]["en"]


def test_a_copy_begins_as_a_draft_equal_to_its_base(base, partnership, alice):
    draft = adapt_tool(base.tool, owner=partnership, by=alice)

    tool = draft.tool
    assert (draft.state, draft.base_version, draft.created_by, draft.problems()) == ("draft", base, alice, ())
    assert {**draft.raw, "tool": base.tool.slug} == base.raw
    assert (tool.base, tool.partnership, tool.programme) == (base.tool, partnership, None)
    assert (tool.number, tool.section_id, tool.kind, tool.licence) == (
        base.tool.number, base.tool.section_id, base.tool.kind, base.tool.licence,
    )  # fmt: skip
    assert tool.slug.startswith(f"{base.tool.slug}-")
    assert partnership.slug not in tool.slug
    assert partnership.entries.first().verb == "tool.adapted"


def test_a_long_name_still_makes_a_slug(partnership, alice):
    base = make_tool(slug="a" + "-long" * 15)
    assert len(adapt_tool(base.tool, owner=partnership, by=alice).tool.slug) <= 80


def test_who_may_adapt_for_whom(base, partnership, alice, bob, carol, curator, admin):
    programme, alternate, technical = make_programme(), make_user(), make_user()
    make_member(partnership, role="alternate", user=alternate)
    make_member(partnership, user=technical)
    for person, owner in [(bob, partnership), (carol, partnership), (technical, partnership), (curator, partnership),
                          (alice, programme), (carol, programme)]:  # fmt: skip
        with pytest.raises(PermissionDenied):
            adapt_tool(base.tool, owner=owner, by=person)
    assert not base.tool.copies.exists()

    assert adapt_tool(base.tool, owner=partnership, by=alternate)
    assert adapt_tool(base.tool, owner=programme, by=curator)
    assert adapt_tool(base.tool, owner=make_programme(), by=admin)


def test_what_cannot_be_adapted(base, partnership, alice, curator):
    with pytest.raises(ValidationError, match="not|closed|nothing more"):
        adapt_tool(base.tool, owner=make_partnership(coordinator=alice, status="closed"), by=alice)
    with undone():
        ToolVersion.objects.filter(pk=base.pk).update(state="superseded")
        with pytest.raises(ValidationError, match="published tool"):
            adapt_tool(base.tool, owner=partnership, by=alice)
    withdraw_tool(base.tool, by=curator)
    with pytest.raises(ValidationError, match="published tool"):
        adapt_tool(base.tool, owner=partnership, by=alice)


def test_an_owner_has_one_copy_of_a_tool(base, partnership, alice):
    first = adapt_tool(base.tool, owner=partnership, by=alice)
    with pytest.raises(ValidationError, match="already"):
        adapt_tool(base.tool, owner=partnership, by=alice)
    assert adapt_tool(base.tool, owner=make_partnership(coordinator=alice), by=alice).tool != first.tool


def test_partnerships_adapt_what_their_programme_adapted_and_nobody_elses(base, alice, curator):
    programme = make_programme()
    inside, outside = make_partnership(coordinator=alice, programme=programme), make_partnership(coordinator=alice)
    theirs = make_copy(programme, by=curator, base=base.tool, published=True)

    own = adapt_tool(theirs.tool, owner=inside, by=alice)

    assert (own.tool.base, own.base_version, own.tool.stands_for) == (theirs.tool, theirs, base.tool.slug)
    for tool, owner in [(theirs.tool, outside), (theirs.tool, make_programme())]:
        with pytest.raises(ValidationError, match="made from"):
            adapt_tool(tool, owner=owner, by=curator if owner != outside else alice)
    published = publish(own, change_note="Ours.", by=alice)
    with pytest.raises(ValidationError, match="made from"):
        adapt_tool(published.tool, owner=outside, by=alice)


def test_questions_are_left_out_and_put_back(base, partnership, alice):
    draft = make_copy(partnership, by=alice, base=base.tool)
    tool = draft.tool

    shorter = switch_parts(tool, ["f_late", "f_why"], seen=stamp_of(tool), by=alice)

    assert shorter.pk == draft.pk
    assert {"f_late", "f_why"}.isdisjoint(shorter.form.by_id)
    whole = switch_parts(tool, [], seen=stamp_of(tool), by=alice)
    assert whole.content_hash == draft.content_hash


@pytest.mark.parametrize("state", ["published", "draft"])
def test_leaving_out_starts_a_draft_where_none_is_open(base, partnership, alice, state):
    copy = make_copy(partnership, by=alice, base=base.tool, published=state == "published")
    changed = switch_parts(copy.tool, ["r_costs", "c_total"], seen=stamp_of(copy.tool), by=alice)
    assert (changed.state, changed.base_version) == ("draft", base)
    assert (changed.pk == copy.pk) == (state == "draft")


def test_what_must_stay_stays_and_says_why(base, partnership, alice):
    draft = make_copy(partnership, by=alice, base=base.tool)
    off = ["f_days", "f_late", "r_costs"]
    with pytest.raises(StillNeededError) as error:
        switch_parts(draft.tool, off, seen=stamp_of(draft.tool), by=alice)

    said = {refusal.part.id: (str(refusal.why), refusal.user and refusal.user.id) for refusal in error.value.refusals}
    assert said["f_days"][0].startswith("It counts for an indicator")
    assert said["f_late"][1] == "f_why"
    assert said["r_costs"][1] == "c_total"
    draft.refresh_from_db()
    assert draft.revision == 1


def test_leaving_out_is_refused_to_strangers_to_late_pages_and_for_the_library(base, partnership, alice, bob, curator):
    draft = make_copy(partnership, by=alice, base=base.tool)
    seen = stamp_of(draft.tool)
    for person in (bob, curator):
        with pytest.raises(PermissionDenied):
            switch_parts(draft.tool, ["f_why"], seen=seen, by=person)
    make_draft(draft.tool, with_question, by=alice)
    with pytest.raises(ValidationError, match="changed since"):
        switch_parts(draft.tool, ["f_why"], seen=seen, by=alice)
    with pytest.raises(ValidationError, match="no copy"):
        switch_parts(base.tool, ["f_why"], seen=stamp_of(base.tool), by=curator)


def test_a_newer_base_is_offered_and_changes_nothing_before_it_is_taken(base, partnership, alice):
    copy = make_copy(
        partnership,
        by=alice,
        base=base.tool,
        change=lambda raw: worded(worded(raw, "f_title", "Our title"), "f_late", "Late?"),
        published=True,
    )
    assert offer_of(copy.tool) is None
    assert offer_of(base.tool) is None
    newer = publish_next(
        base.tool, lambda raw: with_question(worded(worded(raw, "f_title", "The title"), "f_days", "Days"))
    )

    offer = offer_of(copy.tool)

    assert (offer.before, offer.theirs, offer.ours) == (base, newer, copy)
    assert [step.key for step in offer.merged.conflicts] == ["f_title|property|label|en"]
    assert copy.tool.versions.count() == 1

    draft = take_merge(copy.tool, {"f_title|property|label|en": "ours"}, seen=offer.stamp, by=alice)

    assert (draft.state, draft.base_version, draft.number) == ("draft", newer, 2)
    assert (label(draft, "f_title"), label(draft, "f_late"), label(draft, "f_days")) == ("Our title", "Late?", "Days")
    assert draft.problems() == ()
    assert draft.raw["tool"] == copy.tool.slug
    assert ToolVersion.objects.get(pk=copy.pk).state == "published"
    assert offer_of(copy.tool) is None  # the draft knows the newer version
    publish(draft, change_note="In step again.", by=alice)


def test_a_merge_that_changes_nothing_can_be_published_so_that_it_is_offered_once(base, partnership, alice):
    copy = make_copy(partnership, by=alice, base=base.tool, change=shorter, published=True)
    publish_next(base.tool, lambda raw: worded(raw, "f_why", "Why was it late?"))
    offer = offer_of(copy.tool)

    draft = take_merge(copy.tool, {}, seen=offer.stamp, by=alice)

    assert draft.content_hash == copy.content_hash
    publish(draft, change_note="Nothing for us.", by=alice)
    assert offer_of(copy.tool) is None


def test_a_merge_goes_into_the_draft_that_is_open(base, partnership, alice):
    draft = make_copy(partnership, by=alice, base=base.tool, change=lambda raw: worded(raw, "f_late", "Late?"))
    publish_next(base.tool, with_question)

    merged = take_merge(draft.tool, {}, seen=offer_of(draft.tool).stamp, by=alice)

    assert (merged.pk, merged.revision) == (draft.pk, draft.revision + 1)
    assert label(merged, "f_late") == "Late?"
    assert "Something new" in str(merged.raw)


@pytest.mark.parametrize("who", ["base", "copy"])
def test_a_merge_is_refused_when_something_moved_on(base, partnership, alice, who):
    copy = make_copy(partnership, by=alice, base=base.tool, published=True)
    publish_next(base.tool, with_question)
    seen = offer_of(copy.tool).stamp
    if who == "base":
        publish_next(base.tool, shorter)
    else:
        make_draft(copy.tool, shorter, by=alice)

    with pytest.raises(ValidationError, match="changed since"):
        take_merge(copy.tool, {}, seen=seen, by=alice)
    assert copy.tool.versions.published().get() == copy


def test_a_merge_is_refused_to_strangers_and_when_there_is_nothing(base, partnership, alice, bob, curator):
    copy = make_copy(partnership, by=alice, base=base.tool, published=True)
    with pytest.raises(ValidationError, match="up to date"):
        take_merge(copy.tool, {}, seen="", by=alice)
    publish_next(base.tool, with_question)
    for person in (bob, curator):
        with pytest.raises(PermissionDenied):
            take_merge(copy.tool, {}, seen=offer_of(copy.tool).stamp, by=person)
    with pytest.raises(ValidationError, match="no copy"):
        take_merge(base.tool, {}, seen="", by=curator)


def test_copies_are_known_to_their_owners_alone(base, partnership, alice, bob, carol, curator, admin):
    programme = make_programme()
    partner = make_user()
    make_member(make_partnership(programme=programme), user=partner)
    own = make_copy(partnership, by=alice, base=base.tool, published=True).tool
    shared = make_copy(programme, by=curator, base=base.tool, published=True).tool

    def knows(person):
        return set(Tool.objects.visible_to(person).exclude(pk=base.tool_id))

    assert knows(alice) == {own}
    assert knows(bob) == knows(carol) == set()
    assert knows(partner) == knows(curator) == {shared}
    assert knows(admin) == {own, shared}


def without_title(raw):
    return delete_part(raw, "f_title")


def test_only_optional_questions_are_left_out(base, partnership, alice):
    draft = adapt_tool(base.tool, owner=partnership, by=alice)
    with pytest.raises(StillNeededError) as refused:
        switch_parts(draft.tool, {"f_title"}, seen=stamp_of(draft.tool), by=alice)
    assert [str(each.why) for each in refused.value.refusals] == ["It must be answered everywhere."]

    # Nor is it left out in the editor.
    edited = edit_draft(draft, without_title, by=alice)
    with pytest.raises(NotSoundError) as refused:
        publish(edited, change_note="Shorter.", by=alice)
    assert "must be answered everywhere" in str(refused.value.problems[0].message)


def test_a_copy_that_left_out_a_required_question_earlier_works_on_and_is_told(base, partnership, alice, curator):
    publish_next(base.tool, lambda raw: set_properties(raw, "f_title", {"required": False}))
    copy = make_copy(partnership, by=alice, base=base.tool, change=without_title, published=True)
    publish_next(base.tool, lambda raw: set_properties(raw, "f_title", {"required": True}))
    offer = offer_of(copy.tool)
    chosen = {step.key: "ours" for step in offer.merged.steps}
    merged = take_merge(copy.tool, chosen, seen=offer.stamp, known=faults_of(offer).stamp, by=alice)
    assert "f_title" not in parts_of(merged.raw)
    rows = [row for _group, rows in switches(merged.base_version.raw, merged.raw) for row in rows]
    assert [(row.part.id, row.why_not) for row in rows if row.is_missed] == [("f_title", "")]
    assert publish(merged, change_note="Newer.", by=alice).state == "published"
