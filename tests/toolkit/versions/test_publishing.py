"""Draft, in review, published, superseded: who may take which step, and what a publication changes."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from pytest_django.asserts import assertContains

from tests.factories import make_partnership, make_user
from tests.factories.toolkit import make_document, make_tool
from tests.toolkit.versions.making import make_copy, make_draft, publish_next, shorter, with_question, worded
from toolkit.actions.documents import start_document
from toolkit.actions.effects import effects_of
from toolkit.actions.publishing import (
    NotSoundError,
    ask_review,
    problems_of,
    publish,
    restore_tool,
    return_to_draft,
    withdraw_tool,
)
from toolkit.models import Section, Tool, ToolVersion
from toolkit.schema.editing import set_properties
from toolkit.schema.texts import add_language, untranslated
from toolkit.states import VersionState
from toolkit.waiting import waiting_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(db):
    return make_user(name="Olga", is_curator=True)


@pytest.fixture
def version():
    return make_tool(title="Trip")


@pytest.fixture
def draft(version, curator):
    return make_draft(version.tool, shorter, by=curator)


def states(tool):
    return {version.number: version.state for version in tool.versions.all()}


def test_a_version_goes_through_review_to_publication(draft, version, curator, other):
    ask_review(draft, change_note="  Shorter.\n", by=curator)
    draft.refresh_from_db()
    assert (draft.state, draft.review_asked_by, draft.change_note) == ("in_review", curator, "Shorter.")

    published = publish(draft, change_note="Shorter by one question.", by=other)

    assert states(version.tool) == {1: "superseded", 2: "published"}
    published.refresh_from_db()
    assert (published.published_by, published.change_note) == (other, "Shorter by one question.")
    assert "compiled" in published.definition
    assert "f_why" not in published.form.by_id
    version.refresh_from_db()
    assert "f_why" in version.form.by_id


@pytest.mark.parametrize("how", ["asker", "draft"])
def test_nobody_publishes_alone_where_others_could_look(draft, version, curator, other, how):
    if how == "asker":
        ask_review(draft, change_note="Shorter.", by=curator)
    with pytest.raises(ValidationError, match="nother curator"):
        publish(draft, change_note="Shorter.", by=curator)
    assert states(version.tool)[1] == "published"


@pytest.mark.parametrize("how", ["alone", "setting", "others left"])
def test_the_review_is_waived_where_nobody_could_look(draft, version, curator, settings, how):
    if how == "setting":
        settings.TOOLKIT_REVIEW = False
        make_user(is_admin=True)
    if how == "others left":
        make_user(is_curator=True, is_active=False)

    publish(draft, change_note="Shorter.", by=curator)

    assert states(version.tool) == {1: "superseded", 2: "published"}


def test_a_review_is_sent_back_with_a_reason(draft, curator, other):
    ask_review(draft, change_note="Shorter.", by=curator)
    with pytest.raises(ValidationError, match="what should change"):
        return_to_draft(draft, note=" ", by=other)
    return_to_draft(draft, note="Keep the reason.", by=other)

    draft.refresh_from_db()
    assert (draft.state, draft.review_note) == ("draft", "Keep the reason.")
    with pytest.raises(ValidationError, match="not in review"):
        return_to_draft(draft, note="Again", by=other)
    ask_review(draft, change_note="Shorter.", by=curator)
    return_to_draft(draft, note="", by=curator)  # whoever asked takes it back without a word
    draft.refresh_from_db()
    assert (draft.state, draft.review_note) == ("draft", "")


def test_those_whose_turn_it_is_are_told(draft, curator, other, alice, admin):
    def told(person):
        return [(one.kind, one.url) for one in waiting_for(person) if one.kind in ("review", "sent-back")]

    here = f"/toolkit/{draft.tool.slug}/versions/"
    assert told(other) == []
    ask_review(draft, change_note="Shorter.", by=curator)
    assert told(other) == told(admin) == [("review", f"{here}review/")]
    assert told(curator) == told(alice) == []
    return_to_draft(draft, note="Keep the reason.", by=other)
    assert told(curator) == [("sent-back", here)]
    assert told(other) == []


@pytest.mark.parametrize("step", ["ask", "publish"])
def test_all_faults_are_told_at_once_and_nothing_is_published(version, curator, step):
    def broken(raw):
        raw = set_properties(raw, "f_why", {"relevant": "${nobody} = 1"})
        return set_properties(raw, "f_days", {"type": "long_tale"})

    draft = make_draft(version.tool, broken, by=curator)
    with pytest.raises(NotSoundError) as error:
        (ask_review if step == "ask" else publish)(draft, change_note="Broken.", by=curator)

    assert len(error.value.problems) == 2
    assert states(version.tool) == {1: "published", 2: "draft"}


@pytest.mark.parametrize(
    "text",
    [
        "{% for n in (1..1000000000) %}x{% endfor %}",
        "{{ answers.title.__class__.__mro__ | nonsense }}",
        "{% include 'settings.py' %}",
        "{% if %}",
        "<script>alert(1)</script>",
    ],
)
def test_a_text_that_cannot_be_put_together_is_saved_but_not_published(curator, text):
    letter = make_tool(kind="document", extra='body: {en: "Dear {{ answers.title }}"}\n')
    draft = make_draft(letter.tool, lambda raw: set_properties(raw, "tool", {"body": {"en": text}}), by=curator)
    assert draft.raw["body"] == {"en": text}

    with pytest.raises(ValidationError) as refused:
        publish(draft, change_note="A text", by=curator)

    assert [problem.path for problem in refused.value.problems] == ["body.en"]
    assert letter.tool.versions.published().get() == letter


def test_nothing_new_is_not_published(version, curator):
    draft = make_draft(version.tool, lambda raw: raw, by=curator)
    with pytest.raises(ValidationError, match="Nothing has changed"):
        publish(draft, change_note="Nothing.", by=curator)


@pytest.mark.parametrize("note", ["", "  ", "x" * 301])
def test_what_is_new_is_said_in_a_sentence(draft, version, curator, note):
    with pytest.raises(ValidationError):
        publish(draft, change_note=note, by=curator)
    assert states(version.tool) == {1: "published", 2: "draft"}


def test_what_was_changed_meanwhile_is_not_published(draft, version, curator):
    seen = ToolVersion.objects.get(pk=draft.pk)
    make_draft(version.tool, with_question, by=curator)
    with pytest.raises(ValidationError, match="has changed since"):
        publish(seen, change_note="Shorter.", by=curator)
    assert states(version.tool) == {1: "published", 2: "draft"}


def test_what_was_published_or_discarded_is_not_published_again(draft, version, curator):
    seen = ToolVersion.objects.get(pk=draft.pk)
    publish(draft, change_note="Shorter.", by=curator)
    with pytest.raises(ValidationError, match="published already"):
        publish(seen, change_note="Shorter.", by=curator)
    gone = make_draft(version.tool, with_question, by=curator)
    ToolVersion.objects.filter(pk=gone.pk).delete()
    with pytest.raises(ValidationError, match="has changed since"):
        publish(gone, change_note="Gone.", by=curator)


def test_strangers_take_no_step(draft, alice, carol):
    for person in (alice, carol):
        for step in (
            lambda by: ask_review(draft, change_note="x", by=by),
            lambda by: publish(draft, change_note="x", by=by),
            lambda by: return_to_draft(draft, note="x", by=by),
            lambda by: withdraw_tool(draft.tool, by=by),
            lambda by: restore_tool(draft.tool, by=by),
        ):
            with pytest.raises(PermissionDenied):
                step(person)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_number_that_was_overtaken_is_given_anew(draft, version, curator):
    publish_next(version.tool, with_question)  # the product was updated meanwhile

    published = publish(draft, change_note="Shorter.", by=curator)

    assert published.number == 4
    assert states(version.tool) == {1: "superseded", 3: "superseded", 4: "published"}


def test_the_tool_stands_where_its_version_says(version, curator):
    Section.objects.create(slug="evaluate", number=9000)

    def moved(raw):
        return set_properties(raw, "tool", {"section": "evaluate", "number": "5.7", "kind": "report"})

    publish(make_draft(version.tool, moved, by=curator), change_note="Elsewhere.", by=curator)

    tool = Tool.objects.get(pk=version.tool_id)
    assert (tool.section_id, tool.number, tool.kind, tool.position) == ("evaluate", "5.7", "report", 70)


def test_a_copy_is_published_by_its_owner_and_keeps_what_counts(alice, curator, admin):
    partnership = make_partnership(coordinator=alice)
    draft = make_copy(partnership, by=alice, change=lambda raw: worded(raw, "f_title", "Our title"))
    with pytest.raises(ValidationError, match="nobody else reviews"):
        ask_review(draft, change_note="Ours.", by=alice)

    published = publish(draft, change_note="Ours.", by=alice)

    assert published.state == VersionState.PUBLISHED
    assert partnership.entries.first().verb == "tool.published"

    # Around the editor, which would refuse: the question that counts is reworded, dropped, and the number changed.
    tampered = make_draft(published.tool, with_question, by=alice)
    tampered.set_definition(set_properties(worded(tampered.raw, "f_days", "Days off"), "tool", {"number": "9.99"}))
    tampered.save()
    told = [str(problem.message) for problem in problems_of(tampered)]
    assert len(told) == 2
    assert "counts for an indicator" in told[0]
    assert "keeps the number" in told[1]
    with pytest.raises(NotSoundError):
        publish(tampered, change_note="Ours.", by=alice)


def test_effects_count_documents_under_way_and_copies(alice, version):
    partnership = make_partnership(coordinator=alice)
    for _n in range(2):
        make_document(partnership=partnership, version=version)
    done = make_document(partnership=make_partnership(coordinator=alice), version=version)
    type(done).objects.filter(pk=done.pk).update(state="withdrawn")
    make_copy(partnership, by=alice, base=version.tool)

    effects = effects_of(version.tool)

    assert (effects.n_documents, effects.n_partnerships, effects.n_copies) == (2, 1, 1)


def test_a_withdrawn_tool_is_not_used_again_until_it_is_restored(alice, curator, version):
    partnership = make_partnership(coordinator=alice)
    document = make_document(partnership=partnership, version=version)

    withdraw_tool(version.tool, by=curator)

    assert not Tool.objects.visible_to(alice).filter(pk=version.tool_id).exists()
    assert document.is_fillable
    fresh = ToolVersion.objects.get(pk=version.pk)
    with pytest.raises(ValidationError, match="taken out"):
        start_document(partnership, fresh, by=alice)
    with pytest.raises(ValidationError, match="withdrawn already"):
        withdraw_tool(version.tool, by=curator)
    restore_tool(version.tool, by=curator)
    with pytest.raises(ValidationError, match="not withdrawn"):
        restore_tool(version.tool, by=curator)
    assert start_document(partnership, ToolVersion.objects.get(pk=version.pk), by=alice)


def test_missing_translations_are_told_before_anybody_decides(login, version, curator):
    def french_by_half(raw):
        raw = add_language(raw, "fr")
        return set_properties(raw, "f_title", {"label": {"en": "Title", "fr": "Titre"}})

    draft = make_draft(version.tool, french_by_half, by=curator)
    n = untranslated(draft.raw)["fr"]
    assert n > 1
    page = login(curator).get(f"/toolkit/{version.tool.slug}/versions/publish/")
    assertContains(page, f"{n} texts are missing")
    assertContains(page, "lang=fr&amp;only=missing")
