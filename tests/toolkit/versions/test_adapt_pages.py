"""Pages of copies: adapt, leave out, merge, and where a copy stands in its partnership."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from partnerships.models import PhaseDefinition
from tests.factories import make_member, make_partnership, make_programme, make_user
from tests.factories.toolkit import make_document, make_tool, make_writer, only_response
from tests.toolkit.versions.making import (
    LOCKED_FORM,
    make_copy,
    make_draft,
    publish_next,
    shorter,
    with_question,
    worded,
)
from toolkit.actions.publishing import withdraw_tool
from toolkit.actions.saving import save_answers
from toolkit.actions.submitting import submit_part
from toolkit.facts import document_facts
from toolkit.models import Document, Tool
from toolkit.schema.editing import delete_part, move_to
from toolkit.schema.parts import parts_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def base():
    return make_tool(form=LOCKED_FORM, title="Trip report")


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, name="Mombasa – Bergen")


def seen(page):
    return page.context["form"]["seen"].value()


def test_a_coordinator_adapts_for_their_own_partnerships(
    login, alice, bob, base, partnership, django_assert_max_num_queries
):
    theirs = make_partnership(coordinator=bob, name="Theirs")
    client, here = login(alice), f"/toolkit/{base.tool.slug}/adapt/"
    with django_assert_max_num_queries(12):
        page = client.get(here)
    assertContains(page, "Mombasa – Bergen")
    assertNotContains(page, "Theirs")
    for wrong in ("", f"partnership:{theirs.slug}", "programme:x", "x"):
        assert client.post(here, {"owner": wrong}).status_code == 400
    assert not base.tool.copies.exists()

    answer = client.post(here, {"owner": f"partnership:{partnership.slug}"})

    copy = base.tool.copies.get()
    assertRedirects(answer, f"/toolkit/{copy.slug}/questions/")
    assert copy.partnership == partnership
    assertContains(client.post(here, {"owner": f"partnership:{partnership.slug}"}), "already", status_code=400)
    assertContains(client.get(here), f"/toolkit/{copy.slug}/versions/")


def test_who_may_open_the_page(client, login, alice, carol, curator, admin, base, partnership):
    here = f"/toolkit/{base.tool.slug}/adapt/"
    programme = make_programme()
    assert client.get(here).status_code == 302
    assert login(carol).get(here).status_code == 403
    assert login(carol).post(here, {"owner": f"partnership:{partnership.slug}"}).status_code == 403
    assertNotContains(login(alice).get(here), programme.name)
    assertNotContains(login(curator).get(here), partnership.name)
    login(curator).post(here, {"owner": f"programme:{programme.slug}"})
    shared = base.tool.copies.get()
    assert shared.programme == programme
    # What was not published cannot be adapted; what a partnership adapted neither.
    assert login(admin).get(f"/toolkit/{shared.slug}/adapt/").status_code == 404
    own = make_copy(partnership, by=alice, base=base.tool, published=True)
    assert login(alice).get(f"/toolkit/{own.tool.slug}/adapt/").status_code == 403


def test_questions_are_left_out_on_the_page(login, alice, base, partnership, django_assert_max_num_queries):
    copy = make_copy(partnership, by=alice, base=base.tool)
    client, here = login(alice), f"/toolkit/{copy.tool.slug}/questions/"
    with django_assert_max_num_queries(12):
        page = client.get(here)
    assertContains(page, "It counts for an indicator")
    assertContains(page, "Needed by “Why late?”")
    ticked = ["f_title", "f_days", "f_late", "r_costs", "f_item", "f_amount", "c_total"]

    assertRedirects(client.post(here, {"seen": seen(page), "on": ticked}), f"/toolkit/{copy.tool.slug}/versions/")

    copy.refresh_from_db()
    assert "f_why" not in parts_of(copy.raw)
    late = client.post(here, {"seen": seen(page), "on": [*ticked, "f_why"]})
    assertContains(late, "changed since", status_code=409)
    assertContains(late, 'value="f_why" id="on-f_why" checked', status_code=409)
    refused = client.post(here, {"seen": seen(late), "on": ["f_why"]})
    assertContains(refused, "depends on it", status_code=400)
    assertNotContains(refused, 'id="on-f_late" checked', status_code=400)
    assert client.post(here, {"seen": seen(late), "on": [*ticked, "f_why"]}).status_code == 302
    copy.refresh_from_db()
    assert "f_why" in parts_of(copy.raw)


def test_what_is_new_is_decided_on_the_page(login, alice, base, partnership, django_assert_max_num_queries):
    copy = make_copy(
        partnership, by=alice, base=base.tool, change=lambda raw: worded(raw, "f_title", "Our title"), published=True
    )
    client, here = login(alice), f"/toolkit/{copy.tool.slug}/merge/"
    assertContains(client.get(here), "up to date")
    publish_next(
        base.tool,
        lambda raw: with_question(shorter(worded(raw, "f_title", "The title")), "Who paid?"),
        change_note="Shorter.",
    )
    assertContains(client.get(f"/toolkit/{copy.tool.slug}/versions/"), here)
    assertContains(client.get(partnership.get_absolute_url()), here)

    with django_assert_max_num_queries(12):
        page = client.get(here)

    assert [row.key for row in page.context["conflicts"]] == ["f_title|property|label|en"]
    for words in ("Shorter.", "Our title", "The title", "Who paid?", "it goes from your copy too"):
        assertContains(page, words)
    removed = "take:f_why|removed"
    added = next(row.key for row in page.context["easy"] if row.key.endswith("|added"))
    undecided = client.post(here, {"seen": seen(page), f"take:{added}": "theirs"})
    assertContains(undecided, "waits for your decision", status_code=400)
    kept = {row.key: row.chosen for row in undecided.context["easy"]}
    assert (kept["f_why|removed"], kept[added]) == ("ours", "theirs")
    assert copy.tool.versions.count() == 1

    data = {"seen": seen(page), f"take:{added}": "theirs", "take:f_title|property|label|en": "theirs", removed: ""}
    assertRedirects(client.post(here, data), f"/toolkit/{copy.tool.slug}/versions/publish/")

    draft = copy.tool.versions.open().get()
    assert "f_why" in parts_of(draft.raw)
    assert parts_of(draft.raw)["f_title"].entry["label"]["en"] == "The title"
    assert "Who paid?" in str(draft.raw)
    assert client.post(here, data).status_code == 409


def test_everything_that_does_not_conflict_comes_with_one_click(login, alice, base, partnership):
    copy = make_copy(
        partnership, by=alice, base=base.tool, change=lambda raw: worded(raw, "f_title", "Our title"), published=True
    )
    publish_next(base.tool, lambda raw: with_question(worded(raw, "f_title", "The title"), "Who paid?"))
    client, here = login(alice), f"/toolkit/{copy.tool.slug}/merge/"

    response = client.post(here, {"seen": seen(client.get(here)), "act": "easy"})

    assert response.status_code == 302
    draft = copy.tool.versions.open().get()
    assert parts_of(draft.raw)["f_title"].entry["label"]["en"] == "Our title"
    assert "Who paid?" in str(draft.raw)


def test_a_late_merge_is_shown_again_with_what_was_chosen(login, alice, base, partnership):
    copy = make_copy(
        partnership, by=alice, base=base.tool, change=lambda raw: worded(raw, "f_title", "Our title"), published=True
    )
    publish_next(base.tool, lambda raw: worded(raw, "f_title", "The title"))
    client, here = login(alice), f"/toolkit/{copy.tool.slug}/merge/"
    page = client.get(here)
    make_draft(copy.tool, lambda raw: worded(raw, "f_late", "Late?"), by=alice)

    late = client.post(here, {"seen": seen(page), "take:f_title|property|label|en": "theirs"})

    assertContains(late, "Look at it again", status_code=409)
    assert late.context["conflicts"][0].chosen == "theirs"
    again = client.post(here, {"seen": seen(late), "take:f_title|property|label|en": "theirs"})
    assert again.status_code == 302
    raw = copy.tool.versions.open().get().raw
    assert [parts_of(raw)[name].entry["label"]["en"] for name in ("f_title", "f_late")] == ["The title", "Late?"]


def test_what_our_questions_depend_on_is_decided_and_faults_are_told_before(login, alice, base, partnership):
    copy = make_copy(
        partnership, by=alice, base=base.tool, published=True,
        change=lambda raw: with_question(raw, "How did it go?", relevant="${why} != ''"),
    )  # fmt: skip
    publish_next(base.tool, shorter)
    client, here = login(alice), f"/toolkit/{copy.tool.slug}/merge/"
    page = client.get(here)
    assertContains(page, "One thing to decide")
    assertContains(page, "In your copy this depends on it: “How did it go?”.")
    assertNotContains(page, "will have to be put right")
    data = {"seen": seen(page), "take:f_why|removed": "theirs"}

    told = client.post(here, data)

    assertContains(told, "One thing will have to be put right", status_code=400)
    assertContains(told, "There is no “why”", status_code=400)
    assert told.context["conflicts"][0].chosen == "theirs"
    assert not copy.tool.versions.open().exists()
    known = told.context["form"]["known"].value()
    assert client.post(here, {**data, "take:f_why|removed": "ours"}).status_code == 302
    assert not copy.tool.versions.open().get().problems()
    copy.tool.versions.open().delete()
    assertRedirects(client.post(here, {**data, "known": known}), f"/toolkit/{copy.tool.slug}/versions/publish/")
    assert "f_why" not in parts_of(copy.tool.versions.open().get().raw)


def test_the_notes_of_all_newer_versions_are_told(login, alice, base, partnership):
    copy = make_copy(partnership, by=alice, base=base.tool, published=True)
    publish_next(base.tool, with_question, change_note="Asks for more.")
    publish_next(base.tool, lambda raw: worded(raw, "f_late", "Too late?"), change_note="Reworded.")
    page = login(alice).get(f"/toolkit/{copy.tool.slug}/merge/")
    assert [version.change_note for version in page.context["notes"]] == ["Asks for more.", "Reworded."]
    assertContains(page, "Asks for more.")
    assertContains(page, "Reworded.")


def test_a_table_that_was_left_out_comes_back_whole(login, alice, base, partnership):

    def without_costs(raw):
        return delete_part(delete_part(raw, "c_total"), "r_costs")

    copy = make_copy(partnership, by=alice, base=base.tool, published=True, change=without_costs)
    publish_next(base.tool, lambda raw: worded(raw, "f_item", "What was paid?"))
    client, here = login(alice), f"/toolkit/{copy.tool.slug}/merge/"
    page = client.get(here)
    (row,) = page.context["easy"]
    assert row.chosen == "ours"
    assertContains(page, "the whole table comes back")
    assertContains(page, "New or changed in it: “What was paid?”.")
    client.post(here, {"seen": seen(page), f"take:{row.key}": "theirs"})
    assert {"r_costs", "f_item", "f_amount"} <= parts_of(copy.tool.versions.open().get().raw).keys()


def test_a_new_order_says_what_moves_and_where(login, alice, base, partnership):
    copy = make_copy(partnership, by=alice, base=base.tool, published=True)
    publish_next(base.tool, lambda raw: move_to(raw, "f_title", parent="g_visit", before="f_why"))
    page = login(alice).get(f"/toolkit/{copy.tool.slug}/merge/")
    (row,) = page.context["easy"]
    assert "It moves behind" in row.brings


def test_every_page_of_a_copy_says_whose_it_is(login, alice, base, partnership):
    copy = make_copy(partnership, by=alice, base=base.tool, published=True)
    make_draft(copy.tool, lambda raw: worded(raw, "f_late", "Late?"), by=alice)
    publish_next(base.tool, with_question)
    client, home = login(alice), f"/toolkit/{copy.tool.slug}/"
    for page in ("versions/", "versions/publish/", "versions/compare/", "versions/1/", "questions/", "merge/"):
        assertContains(client.get(f"{home}{page}"), "Mombasa – Bergen</a>")
    for page in ("versions/publish/", "questions/", "merge/"):
        assertContains(client.get(f"{home}{page}"), "<bdi>Trip report · Mombasa – Bergen</bdi></p>")


@pytest.mark.parametrize("page", ["questions/", "merge/"])
def test_copies_are_changed_by_those_who_steer(client, login, alice, bob, curator, base, partnership, page):
    copy = make_copy(partnership, by=alice, base=base.tool, published=True)
    publish_next(base.tool, with_question)
    hana = make_user()
    make_member(partnership, user=hana)
    here = f"/toolkit/{copy.tool.slug}/{page}"
    assert client.get(here).status_code == 302
    for person, status in [(hana, 403), (bob, 404), (curator, 404)]:
        assert login(person).get(here).status_code == status
        assert login(person).post(here, {"seen": "x", "act": "easy"}).status_code == status
    assert login(curator).get(f"/toolkit/{base.tool.slug}/{page}").status_code == 404
    assert copy.tool.versions.count() == 1


def test_curators_see_where_a_tool_was_adapted_and_no_secret_names(login, curator, admin, alice, base, partnership):
    programme = make_programme(name="Safe Birth Programme")
    make_copy(programme, by=curator, base=base.tool, published=True)
    make_copy(partnership, by=alice, base=base.tool, published=True)
    publish_next(base.tool, with_question)
    here = f"/toolkit/{base.tool.slug}/copies/"
    page = login(curator).get(here)
    assertContains(page, "Safe Birth Programme")
    assertContains(page, "From version 1", count=2)
    assertNotContains(page, partnership.name)
    assertContains(login(admin).get(here), partnership.name)


# In use


def test_a_published_copy_stands_where_its_base_stood(login, alice, bob, base, partnership):
    PhaseDefinition.objects.filter(uses__partnership=partnership, number=1).update(expected_tools=[base.tool.slug])
    start = f"/partnerships/{partnership.slug}/documents/new/"
    client = login(alice)
    draft = make_copy(partnership, by=alice, base=base.tool)
    titles = [card["tool"] for card in client.get(start).context["expected"]]
    assert titles == [base.tool]
    assert client.get(f"{start}?tool={draft.tool.slug}").status_code == 404

    copy = make_copy(make_partnership(coordinator=bob), by=bob, base=base.tool, published=True)
    assert client.get(f"{start}?tool={copy.tool.slug}").status_code == 404
    draft.tool.delete()
    own = make_copy(partnership, by=alice, base=base.tool, published=True)

    page = client.get(start)
    assert [card["tool"] for card in page.context["expected"]] == [own.tool]
    assert [card["tool"] for item in page.context["sections"] for card in item["cards"]] == [own.tool]
    assertContains(page, "adapted by this partnership")
    assertContains(client.get(partnership.get_absolute_url()), f"?tool={own.tool.slug}")
    assertRedirects(client.post(f"{start}?tool={own.tool.slug}"), Document.objects.get().get_absolute_url())

    document = Document.objects.get()
    save_answers(only_response(document), {"f_title": "x"}, {}, by=make_writer("host"))
    submit_part(only_response(document), by=make_writer("host"))
    assert document_facts(partnership) == {f"document:{base.tool.slug}:{fact}" for fact in ("started", "submitted")}
    withdraw_tool(own.tool, by=alice)
    assert [card["tool"] for card in client.get(start).context["expected"]] == [base.tool]


def test_the_nearest_copy_goes_before_those_further_away(alice, curator, base):
    programme = make_programme()
    inside, other = (make_partnership(coordinator=alice, programme=programme) for _n in range(2))
    shared = make_copy(programme, by=curator, base=base.tool, published=True)
    own = make_copy(inside, by=alice, base=base.tool, published=True)
    apart = make_partnership(coordinator=alice)

    standing = {place: Tool.objects.standing_in(place) for place in (inside, other, apart)}

    assert standing == {inside: [own.tool], other: [shared.tool], apart: [base.tool]}


def test_the_partnership_shows_its_copies(login, alice, base, partnership, django_assert_max_num_queries):
    client, here = login(alice), partnership.get_absolute_url()
    assertNotContains(client.get(here), "Tools of your own")
    copy = make_copy(partnership, by=alice, base=base.tool)
    page = client.get(here)
    assertContains(page, "not published yet")
    assertContains(page, f"/toolkit/{copy.tool.slug}/versions/publish/")
    with django_assert_max_num_queries(12):
        client.get(here)


def test_documents_of_a_copy_are_nobody_elses(login, alice, bob, base, partnership):
    copy = make_copy(partnership, by=alice, base=base.tool, published=True)
    document = make_document(partnership=partnership, version=copy)
    assert login(bob).get(document.get_absolute_url()).status_code == 404
    assert login(bob).get(f"/toolkit/{copy.tool.slug}/").status_code == 404
    assert login(bob).get(f"/toolkit/{copy.tool.slug}/versions/").status_code == 404
