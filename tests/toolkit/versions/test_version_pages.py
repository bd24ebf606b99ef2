"""Pages of versions: history, difference, publication, review."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from tests.factories import make_partnership, make_user
from tests.factories.toolkit import make_document, make_tool
from tests.toolkit.versions.making import make_copy, make_draft, publish_next, shorter, with_question, worded
from toolkit.actions.publishing import ask_review
from toolkit.models import Tool, ToolVersion
from toolkit.schema.editing import set_choices, set_properties

pytestmark = pytest.mark.django_db
CHOICES = """choices:
  state:
    - {name: good, label: {en: In good order}}
    - {name: poor, label: {en: Does not work}}
"""
CHOSEN = """
  - group: visit
    label: {en: The visit}
    items:
      - {id: f_title, name: title, type: text, label: {en: How many days did you spend there?}}
      - {id: f_state, name: state, type: select_one state, label: {en: State}}
      - {id: f_late, name: late, type: yes_no, label: {en: "Was it late?"}}
      - {id: f_why, name: why, type: long_text, relevant: "${late} = 'yes'", label: {en: "Why late?"}}
"""


@pytest.fixture
def other(db):
    return make_user(name="Olga", is_curator=True)


@pytest.fixture
def version():
    return make_tool(form=CHOSEN, extra=CHOICES, title="Trip")


@pytest.fixture
def address(version):
    return f"/toolkit/{version.tool.slug}/versions/"


def seen(page):
    return page.context["form"]["seen"].value()


def revised(raw):
    raw = worded(raw, "f_title", "How many working days did you spend there?")
    raw = set_properties(raw, "f_why", {"relevant": "${late} = 'no'", "required": True})
    raw = set_choices(
        raw, "state", [{"name": "good", "label": {"en": "Good"}}, {"name": "fair", "label": {"en": "Fair"}}]
    )
    return with_question(raw, "Who paid?")


def test_history_tells_what_when_and_who(login, alice, curator, other, version, address, django_assert_max_num_queries):
    publish_next(version.tool, revised, change_note="Clearer.", published_by=curator, credit="Hope Hospital")
    make_draft(version.tool, shorter, by=curator)

    reader, editor = login(alice), login(curator)
    with django_assert_max_num_queries(12):
        page = reader.get(address)
    for words in ("Version 2", "Clearer.", curator.name, "Hope Hospital", "from=1&amp;to=2"):
        assertContains(page, words)
    for words in ("Being worked on", "Take the tool out of use"):
        assertNotContains(page, words)

    with django_assert_max_num_queries(12):
        page = editor.get(address)
    for words in ("Being worked on", "Ask for a review", "Take the tool out of use", "Where it was adapted"):
        assertContains(page, words)


def test_a_version_reads_as_it_did(login, alice, curator, version, address, django_assert_max_num_queries):
    publish_next(version.tool, revised)
    draft = make_draft(version.tool, shorter, by=curator)
    client = login(alice)
    with django_assert_max_num_queries(12):
        page = client.get(f"{address}1/")
    assertContains(page, "How many days did you spend there?")
    assertContains(page, "newer version is in use")
    assertContains(client.get(f"{address}2/"), "How many working days did you spend there?")
    for missing in (f"{address}{draft.number}/", f"{address}9/", "/toolkit/nothing/versions/"):
        assert client.get(missing).status_code == 404
    assert login(curator).get(f"{address}{draft.number}/").status_code == 200
    make_draft(version.tool, lambda raw: set_properties(raw, "f_late", {"type": "nonsense"}), by=curator)
    assertContains(login(curator).get(f"{address}{draft.number}/"), "must be put right")


def test_the_conditions_of_a_faulty_draft_are_all_told_as_code(login, curator, version, address):
    def change(raw):
        raw = set_properties(raw, "f_why", {"relevant": "${late} = 'no'"})
        return set_properties(raw, "f_late", {"relevant": "${gone} = 1"})

    make_draft(version.tool, change, by=curator)
    page = login(curator).get(f"{address}publish/")
    shifts = [shift for row in page.context["differences"].rows for shift in row.shifts if shift.is_code]
    assert len(shifts) == 2
    assert not any(shift.before_words or shift.after_words for shift in shifts)
    assertContains(page, "<del><code>${late} = &#x27;yes&#x27;</code></del>")


def test_the_difference_is_told_question_by_question(login, alice, version, address, django_assert_max_num_queries):
    publish_next(version.tool, revised)
    client = login(alice)

    with django_assert_max_num_queries(12):
        page = client.get(f"{address}compare/?from=1&to=2")

    differences = page.context["differences"]
    assert differences.summary == "1 added, 1 reworded, 2 changed otherwise"
    assertContains(page, "How many<ins> working</ins> days did you spend there?")
    rows = {row.id: row for row in differences.rows}
    why = {shift.name: (shift.before_words, shift.after_words) for shift in rows["f_why"].shifts}
    assert why["Asked only when"] == ("“Was it late?” is “Yes”", "“Was it late?” is “No”")
    assertContains(page, "<code>${late} = &#x27;no&#x27;</code>")
    choices = rows["list:state"]
    assert choices.label == "Choices of “State”"
    assert {row.label: row.whats for row in choices.inside} == {
        "Good": ("reworded",), "Fair": ("added",), "Does not work": ("removed",),
    }  # fmt: skip
    narrowed = client.get(f"{address}compare/?from=1&to=2&what=added")
    assert [row.label for row in narrowed.context["rows"]] == ["Who paid?"]
    assertContains(client.get(f"{address}compare/?from=2&to=2"), "Nothing is different")
    backwards = client.get(f"{address}compare/?from=2&to=1").context["differences"]
    assert backwards.counts["removed"] == 1


@pytest.mark.parametrize(
    "query", ["from=1&to=9", "from=x&to=1", "from=1", "from=1&to=2&what=nonsense", "from=base&to=1"]
)
def test_what_cannot_be_compared_is_said(login, alice, version, address, query):
    publish_next(version.tool, revised)
    response = login(alice).get(f"{address}compare/?{query}")
    assertContains(response, "Please look at this again", status_code=400)


def test_drafts_are_compared_by_their_editors_alone(login, alice, curator, version, address):
    make_draft(version.tool, revised, by=curator)
    assert login(alice).get(f"{address}compare/?from=1&to=2").status_code == 400
    assertContains(login(curator).get(f"{address}compare/?from=1&to=2"), "Who paid?")


def test_a_copy_is_compared_with_what_it_was_made_from(login, alice, bob, version):
    copy = make_copy(make_partnership(coordinator=alice), by=alice, base=version.tool, change=revised, published=True)
    here = f"/toolkit/{copy.tool.slug}/versions/compare/?from=base&to=1"
    assertContains(login(alice).get(here), "Who paid?")
    assert login(bob).get(here).status_code == 404


def test_hostile_words_are_only_words(login, curator, version, address):
    hostile = "<script>alert(1)</script> {{ 7 }} \u202e"
    make_draft(version.tool, lambda raw: worded(raw, "f_title", hostile), by=curator)
    page = login(curator).get(f"{address}compare/?from=1&to=2")
    assertContains(page, "&lt;script&gt;alert(1)")
    assertNotContains(page, "<script>alert(1)")


def test_what_is_not_in_use_leads_its_makers_to_the_versions(client, login, alice, bob, curator, version, address):
    copy = make_copy(make_partnership(coordinator=alice), by=alice, base=version.tool)
    here = copy.tool.get_absolute_url()
    assertRedirects(login(alice).get(here), f"{here}versions/")
    assert login(bob).get(here).status_code == 404
    ToolVersion.objects.filter(pk=version.pk).update(state="superseded")
    there = version.tool.get_absolute_url()
    assertRedirects(login(curator).get(there), address)
    assert login(alice).get(there).status_code == 404
    assert client.get(there).status_code == 302  # to the page that asks to sign in


def test_a_draft_is_published_by_the_only_curator(
    login, curator, alice, version, address, django_assert_max_num_queries
):
    make_document(partnership=make_partnership(coordinator=alice), version=version)
    make_draft(version.tool, revised, by=curator)
    client = login(curator)

    with django_assert_max_num_queries(12):
        page = client.get(f"{address}publish/")
    assertContains(page, "1 added, 1 reworded, 2 changed otherwise")
    assertContains(page, "One document is under way")
    assertContains(client.post(f"{address}publish/", {"seen": seen(page)}), "required", status_code=400)

    data = {"seen": seen(page), "change_note": "Clearer."}
    assertRedirects(client.post(f"{address}publish/", data), address)

    assert version.tool.versions.published().get().number == 2
    assert client.post(f"{address}publish/", data).status_code == 409
    assertContains(client.get(f"{address}publish/"), "no draft of this tool")


def test_a_late_page_keeps_what_was_typed(login, curator, version, address):
    make_draft(version.tool, revised, by=curator)
    client = login(curator)
    page = client.get(f"{address}publish/")
    make_draft(version.tool, lambda raw: with_question(raw, "Too late?"), by=curator)

    late = client.post(f"{address}publish/", {"seen": seen(page), "change_note": "Typed words"})

    assertContains(late, "Look at it again", status_code=409)
    assertContains(late, "Typed words", status_code=409)
    assertContains(late, "Too late?", status_code=409)
    assert version.tool.versions.published().get() == version
    again = {"seen": seen(late), "change_note": "Typed words"}
    assertRedirects(client.post(f"{address}publish/", again), address)


def test_a_review_on_its_pages(login, curator, other, version, address, django_assert_max_num_queries):
    make_draft(version.tool, revised, by=curator)
    author, reviewer = login(curator), login(other)
    page = author.get(f"{address}publish/")
    assertRedirects(author.post(f"{address}publish/", {"seen": seen(page), "change_note": "Clearer."}), address)
    assertRedirects(author.get(f"{address}publish/"), f"{address}review/")
    own = author.get(f"{address}review/")
    assertNotContains(own, 'value="publish"')
    refused = author.post(f"{address}review/", {"seen": seen(own), "change_note": "Clearer.", "act": "publish"})
    assertContains(refused, "another curator publishes", status_code=409)

    with django_assert_max_num_queries(12):
        page = reviewer.get(f"{address}review/")
    assertContains(page, "Clearer.")
    silent = reviewer.post(f"{address}review/", {"seen": seen(page), "act": "return", "note": "", "change_note": ""})
    assertContains(silent, "what should change", status_code=400)
    data = {"seen": seen(page), "act": "return", "note": "Add the reason.", "change_note": ""}
    assertRedirects(reviewer.post(f"{address}review/", data), address)
    assertContains(author.get(address), "Add the reason.")
    assertRedirects(reviewer.get(f"{address}review/"), f"{address}publish/")

    page = author.get(f"{address}publish/")
    author.post(f"{address}publish/", {"seen": seen(page), "change_note": "Clearer."})
    page = reviewer.get(f"{address}review/")
    data = {"seen": seen(page), "act": "publish", "change_note": "Clearer and shorter."}
    assertRedirects(reviewer.post(f"{address}review/", data), address)
    assert version.tool.versions.published().get().change_note == "Clearer and shorter."


def test_a_faulty_draft_is_told_with_all_its_faults(login, curator, version, address):
    def broken(raw):
        return set_properties(set_properties(raw, "f_why", {"relevant": "${x} = 1"}), "f_late", {"type": "odd"})

    make_draft(version.tool, broken, by=curator)
    client = login(curator)
    page = client.get(f"{address}publish/")
    assert len(page.context["problems"]) >= 2
    assertContains(page, "Was it late?")
    assertNotContains(page, 'value="publish"')
    answer = client.post(f"{address}publish/", {"seen": seen(page), "change_note": "Broken."})
    assert answer.status_code == 400
    assert version.tool.versions.published().get() == version


def test_withdrawing_and_restoring(login, curator, alice, version, address):
    client, tool = login(curator), f"/toolkit/{version.tool.slug}/"
    assertContains(client.get(f"{tool}withdraw/"), "Documents under way go on")
    assertRedirects(client.post(f"{tool}withdraw/"), address)
    assert Tool.objects.get().withdrawn_at
    assertContains(client.get(address), "taken out of use")
    assert login(alice).get(address).status_code == 404
    assert client.post(f"{tool}withdraw/").status_code == 409
    assertRedirects(client.post(f"{tool}restore/"), address)
    assert client.post(f"{tool}restore/").status_code == 409
    assert login(alice).get(address).status_code == 200


@pytest.mark.parametrize("page", ["versions/publish/", "versions/review/", "withdraw/", "restore/", "copies/"])
def test_steps_are_for_those_who_may_edit(client, login, alice, curator, other, version, page):
    draft = make_draft(version.tool, revised, by=curator)
    if "review" in page:
        ask_review(draft, change_note="x", by=curator)
    copy = make_copy(make_partnership(coordinator=alice), by=alice, base=version.tool)
    for slug, refused in [(version.tool.slug, 403), (copy.tool.slug, 404)]:
        here = f"/toolkit/{slug}/{page}"
        assert client.get(here).status_code == 302
        for person in (alice, make_user()) if refused == 403 else (curator, make_user()):
            assert login(person).get(here).status_code == refused
            assert login(person).post(here, {"seen": "x", "change_note": "x"}).status_code in (refused, 405)
    assert version.tool.versions.published().get() == version
    assert Tool.objects.filter(withdrawn_at__isnull=False).count() == 0
    assert ToolVersion.objects.get(pk=copy.pk).state == "draft"
