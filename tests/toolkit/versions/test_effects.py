"""What publishing would cost documents under way is said before it happens."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import make_partnership
from tests.factories.toolkit import make_document, make_tool, only_response
from tests.toolkit.schema.test_carrying import FEWER, LISTS, form, item, table
from tests.toolkit.versions.making import make_draft, shorter, with_question
from toolkit.actions import effects as module
from toolkit.actions.effects import effects_of
from toolkit.actions.moving import newer_version, what_moving_changes
from toolkit.models import Document, ToolVersion
from toolkit.schema.carrying import at_risk, carry
from toolkit.schema.editing import delete_part, set_properties

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(db):
    return make_tool(title="Trip")


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice)


def answered(version, partnership, **answers) -> Document:
    document = make_document(partnership=partnership, version=version)
    response = only_response(document)
    response.answers = answers
    response.save(update_fields=["answers"])
    return document


def test_the_questions_that_lose_answers_are_told_with_their_documents(version, partnership, curator):
    for title in ("a", "b"):
        answered(version, partnership, f_title=title, f_why="rain")
    answered(version, partnership, f_title="c")
    gone = [{"_row": "r1aaaa", "f_item": "Bus", "f_amount": "3"}]
    costly = answered(version, partnership, f_title="d", r_costs=gone)

    draft = make_draft(version.tool, lambda raw: delete_part(shorter(raw), "f_item"), by=curator)
    effects = effects_of(version.tool, draft.form)

    assert [(each.label, each.n_documents) for each in effects.dropped] == [("Why late?", 2), ("Costs: Item", 1)]
    assert (effects.n_stuck, effects.is_partial, effects.is_known) == (0, False, True)
    draft.state = "published"
    lost = what_moving_changes(costly, draft).moved[0].carried.lost
    assert [loss.node.id for loss in lost] == ["f_item"]


def test_documents_that_are_over_or_elsewhere_are_left_out(version, partnership, curator):
    over = answered(version, partnership, f_why="rain")
    Document.objects.filter(pk=over.pk).update(state="accepted")
    answered(make_tool(), partnership, f_why="rain")
    draft = make_draft(version.tool, shorter, by=curator)

    effects = effects_of(version.tool, draft.form)

    assert (effects.n_documents, effects.dropped) == (0, ())


def test_nothing_is_read_where_nothing_can_be_lost(version, partnership, curator, django_assert_num_queries):
    answered(version, partnership, f_why="rain")
    draft = make_draft(version.tool, with_question, by=curator)
    with django_assert_num_queries(3):
        assert effects_of(version.tool, draft.form).dropped == ()


def test_many_documents_cost_no_more_queries_and_are_looked_into_up_to_a_limit(
    version, partnership, curator, django_assert_num_queries, monkeypatch
):
    for _n in range(4):
        answered(version, partnership, f_why="rain")
    draft = make_draft(version.tool, shorter, by=curator)
    with django_assert_num_queries(4):
        effects = effects_of(version.tool, draft.form)
    assert (effects.dropped[0].n_documents, effects.is_partial) == (4, False)

    monkeypatch.setattr(module, "MOST_RESPONSES", 2)
    with django_assert_num_queries(4):
        effects = effects_of(version.tool, draft.form)
    assert (effects.dropped[0].n_documents, effects.is_partial) == (2, True)


def test_documents_that_can_never_move_are_counted(version, partnership, curator):
    answered(version, partnership, f_why="rain")
    draft = make_draft(version.tool, lambda raw: {**shorter(raw), "mode": "each"}, by=curator)

    effects = effects_of(version.tool, draft.form)

    assert (effects.n_stuck, effects.dropped) == (1, ())


def test_the_page_says_it_before_publishing(login, version, partnership, curator):
    answered(version, partnership, f_title="a", f_why="rain")
    client, address = login(curator), f"/toolkit/{version.tool.slug}/versions/publish/"
    draft = make_draft(version.tool, with_question, by=curator)

    page = client.get(address)
    assertContains(page, "One document is under way on an older version. It stays on that version")
    assertContains(page, "Every answer given so far would come along.")

    draft = make_draft(version.tool, shorter, by=curator)
    page = client.get(address)
    assertContains(page, "Answers that would not come along")
    assertContains(page, "<bdi>Why late?</bdi>: answered so in 1 document")
    assertNotContains(page, "Every answer")

    answered(version, partnership, f_title="b")
    assertContains(client.get(address), "2 documents are under way on older versions, in one partnership.")
    make_draft(version.tool, lambda raw: set_properties(raw, "f_late", {"type": "odd"}), by=curator)
    assertContains(client.get(address), "once everything is put right")
    assert ToolVersion.objects.get(pk=draft.pk).state == "draft"
    assert newer_version(Document.objects.first()) is None


@pytest.mark.parametrize(
    ("old", "new", "risky"),
    [
        (item("f_x", "x"), item("f_x", "x"), False),
        (item("f_x", "x"), item("f_y", "x"), True),
        (item("f_x", "x"), item("f_x", "x", type="long_text"), True),
        (item("f_x", "x", type="select_one state"), item("f_x", "x", type="select_one state"), True),
        (table(item("f_x", "x")), table(item("f_x", "x")), False),
        (table(item("f_x", "x")), table(item("f_y", "x")), True),
        (table(item("f_x", "x")), item("f_x", "x"), True),
        (table(item("f_x", "x")), table(item("f_x", "x"), fixed=True, rows=[{"_row": "row001"}]), True),
    ],
)
def test_what_may_be_lost_is_known_without_an_answer(old, new, risky):
    before, after = form(old, lists=LISTS), form(new, lists=FEWER)

    assert bool(at_risk(before, after)) is risky
    if not risky:
        answers = {"r_things": [{"_row": "row001", "f_x": "b"}]} if before.repeats else {"f_x": "a"}
        assert carry(before, after, answers).lost == []
