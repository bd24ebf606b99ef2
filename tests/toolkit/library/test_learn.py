"""What is learnt from use: the numbers, who may read them, and that they point at nobody."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import make_partnership, make_programme
from tests.factories.toolkit import make_document, make_tool, make_writer, only_response
from tests.toolkit.library.test_browse import make_copy
from toolkit.actions.counting import count_opened, count_tried
from toolkit.actions.library import publish_raw
from toolkit.actions.saving import save_answers
from toolkit.actions.submitting import accept_document, return_document, submit_part, withdraw_document
from toolkit.learning import lessons_of
from toolkit.models import AnswerChange, Document, Feedback, Tool, ToolDay, ToolVersion
from toolkit.statistics import counts_of, partnerships_using, told

pytestmark = pytest.mark.django_db
WRITER = make_writer("host", "resource", "coordinator")
OVERVIEW = "/toolkit/learn/"


def handed_in(version: ToolVersion, *, partnership=None, **answers) -> Document:
    """A document that somebody filled in and submitted. Row cells are written ``row__f_item``."""
    document = make_document(partnership=partnership or make_partnership(), version=version)
    response = only_response(document)
    changes = {name.replace("row__", "r_costs/row00001/"): value for name, value in answers.items()}
    result = save_answers(response, {"f_title": "A visit", **changes}, response.revisions, by=WRITER)
    assert result.is_clean, result.refused
    submit_part(response, by=WRITER)
    document.refresh_from_db()
    return document


def learn(tool: Tool) -> str:
    return f"{tool.get_absolute_url()}learn/"


@pytest.mark.parametrize("page", [OVERVIEW, "learn/"])
def test_only_those_who_look_after_the_toolkit_read_it(client, login, alice, carol, curator, admin, page):
    tool = make_tool().tool
    address = page if page == OVERVIEW else tool.get_absolute_url() + page

    assert client.get(address).status_code == 302
    assert [login(person).get(address).status_code for person in (alice, carol)] == [403, 403]
    assert [login(person).get(address).status_code for person in (curator, admin)] == [200, 200]


def test_copies_of_a_partnership_are_not_the_curators_to_look_into(login, curator, admin, bob):
    copy = make_copy(make_tool(), partnership=make_partnership())

    assert login(curator).get(learn(copy.tool)).status_code == 404
    assert login(bob).get(learn(copy.tool)).status_code == 404
    assert login(admin).get(learn(copy.tool)).status_code == 200


def test_the_owner_of_a_copy_reads_what_became_of_it(login, alice, bob):
    copy = make_copy(make_tool(), partnership=make_partnership(coordinator=alice))
    page = login(alice).get(learn(copy.tool))
    assert page.status_code == 200
    assert "/toolkit/learn/" not in page.text
    assertContains(login(alice).get(copy.tool.get_absolute_url()), learn(copy.tool))
    assert login(bob).get(learn(copy.tool)).status_code == 404
    assert login(alice).get(learn(copy.tool.base)).status_code == 403


def test_a_tool_that_was_never_published_has_nothing_to_learn(login, curator):
    version = make_tool()
    draft = Tool.objects.create(slug="draft-only", section=version.tool.section, kind="form")

    assert login(curator).get(learn(draft)).status_code == 404
    assert login(curator).get("/toolkit/nothing/learn/").status_code == 404


def test_visits_are_counted_by_day(db):
    tool = make_tool().tool
    ToolDay.objects.create(tool=tool, on=timezone.localdate() - timedelta(days=100), n_opened=5, n_tried=2)
    for _n in range(3):
        count_opened(tool)
    count_tried(tool)

    counts = counts_of([tool.pk])[tool.pk]

    assert (counts.opened, counts.opened_lately, counts.tried, counts.tried_lately) == (8, 3, 3, 1)
    assert ToolDay.objects.count() == 2


def test_documents_count_with_the_tool_that_copies_go_back_to(alice):
    version = make_tool()
    programme = make_programme()
    ours = make_partnership(coordinator=alice, programme=programme)
    copy = make_copy(version, programme=programme)
    own = make_copy(copy, partnership=ours)
    accepted = handed_in(version)
    accept_document(accepted, by=accepted.started_by)
    returned = handed_in(copy, partnership=ours)
    return_document(returned, by=alice, reason="More, please")
    handed_in(own, partnership=ours)
    make_document(partnership=ours, version=version)
    withdraw_document(handed_in(version), by=alice, reason="Twice")
    make_document(partnership=ours, version=make_tool())

    counts = counts_of([version.tool.pk])[version.tool.pk]

    assert (counts.started, counts.submitted, counts.accepted, counts.partnerships) == (4, 3, 1, 2)
    assert counts.copies == 1
    assert partnerships_using([version.tool.pk]) == {version.tool.pk: 2}


def test_questions_left_empty_count_where_they_applied():
    version = make_tool()
    for n in range(4):
        late = {"f_late": "yes", "f_why": "Rain"} if n == 0 else {"f_late": "no"}
        days = {"f_days": "3"} if n == 0 else {}
        handed_in(version, **late, **days, row__f_item="Bus")

    lessons = lessons_of(version)

    assert (lessons.n_responses, lessons.has_enough) == (4, True)
    # “Why late?” applied once and was answered; “amount” stood in each row; what is worked out is not asked
    assert [(each.label, each.n_empty, each.n_asked) for each in lessons.empty] == [
        ("Costs: Amount", 4, 4),
        ("Working days", 3, 4),
    ]


def test_a_table_without_rows_is_left_empty_itself():
    version = make_tool()
    for _n in range(3):
        handed_in(version, f_days="1", f_late="no")

    assert [each.label for each in lessons_of(version).empty] == ["Costs"]


def test_a_response_counts_once_however_often_it_was_submitted(alice):
    version = make_tool()
    document = handed_in(version)
    return_document(document, by=document.partnership.coordinator, reason="Days?")
    response = only_response(document)
    save_answers(response, {"f_days": "3"}, response.revisions, by=WRITER)
    submit_part(response, by=WRITER)

    assert lessons_of(version).n_responses == 1


def test_what_was_changed_after_a_return_is_counted_by_response(login, alice, curator):
    version = make_tool()
    for n in range(3):
        document = handed_in(version, f_days="1")
        return_document(document, by=document.partnership.coordinator, reason="Look again")
        response = only_response(document)
        for days in ("2", "3"):
            save_answers(response, {"f_days": days}, response.revisions, by=WRITER)
        if n:
            save_answers(response, {"f_late": "no"}, response.revisions, by=WRITER)
        submit_part(response, by=WRITER)

    assert [(each.label, each.n) for each in lessons_of(version).corrected] == [
        ("Working days", 3),
        ("Was it late?", 2),
    ]
    page = login(curator).get(learn(version.tool))
    assertContains(page, "Most often changed after a return")
    assertContains(page, '<li><p><span>Working days</span><span class="muted">3</span></p></li>', html=True)


def test_the_overview_says_once_what_small_numbers_are(login, curator):
    handed_in(make_tool())
    page = login(curator).get(OVERVIEW)
    assertContains(page, "“&lt; 3” stands for one or two", count=1)
    assertContains(page, '<td class="number" data-label="Started">&lt; 3</td>')
    assertNotContains(page, "fewer than")


@pytest.mark.parametrize(("n", "words"), [(1, "opened once and tried out once"), (2, "opened 2 times and tried")])
def test_visits_are_told_in_the_singular_and_the_plural(login, curator, n, words):
    tool = make_tool().tool
    ToolDay.objects.create(tool=tool, on=timezone.localdate(), n_opened=n, n_tried=n)
    assertContains(login(curator).get(learn(tool)), words)


def test_few_partnerships_are_not_looked_into(login, curator):
    version = make_tool(title="Rare")
    one, two = make_partnership(), make_partnership()
    for partnership in (one, one, one, two):
        handed_in(version, partnership=partnership)

    lessons = lessons_of(version)
    response = login(curator).get(learn(version.tool))

    assert not lessons.has_enough
    assert (lessons.empty, lessons.corrected, lessons.minutes) == ([], [], None)
    assertContains(response, "Told once 3 partnerships have handed it in")
    assertContains(response, "fewer than 3")
    assertNotContains(response, "Working days")
    assert [told(n) for n in (0, 1, 2, 3, 40)] == ["0", "fewer than 3", "fewer than 3", "3", "40"]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [([0, 4, 10], 10), ([0, 10, 40, 45], 15), ([0, 14, 28, 42], 42), ([0], None), ([0, 20], None)],
)
def test_time_is_counted_between_saves_without_breaks(minutes, expected):
    version = make_tool()
    start = timezone.now() - timedelta(days=2)
    for _n in range(3):
        response = only_response(handed_in(version))
        AnswerChange.objects.filter(response=response).delete()
        for revision, minute in enumerate(minutes, start=1):
            change = AnswerChange.objects.create(
                response=response, cell="f_days", revision=revision, name="Hawa", source="page"
            )
            AnswerChange.objects.filter(pk=change.pk).update(at=start + timedelta(minutes=minute))

    assert lessons_of(version).minutes == expected


def test_what_copies_change_is_counted():
    version = make_tool()
    words = {"en": "How many days did you work?"}
    for n in range(3):
        copy = make_copy(version, programme=make_programme())
        raw = copy.raw
        group = next(entry for entry in raw["form"] if "group" in entry)
        group["items"] = [item for item in group["items"] if item["id"] != "f_title" or n == 0]
        next(item for item in group["items"] if item["id"] == "f_days")["label"] = words
        group["items"].append({"id": "f_own", "name": "own", "type": "text", "label": {"en": "Our own"}})
        publish_raw(copy.tool, raw, base_version=version)

    lessons = lessons_of(version)

    assert lessons.n_copies == 3
    assert [(each.label, each.n) for each in lessons.left_out] == [("Title", 2)]
    assert [(each.label, each.n) for each in lessons.reworded] == [("Working days", 3)]
    assert lessons.n_added == 3


def test_the_page_tells_no_answer_and_no_name(login, curator):
    version = make_tool()
    for _n in range(3):
        handed_in(version, partnership=make_partnership(name="Secret – Hidden"), f_title="Very private words")
    Feedback.objects.create(tool=version.tool, version_number=1, rating=3, text="Mine", name="Grace")

    response = login(curator).get(learn(version.tool))

    for words in ("Secret", "private", "Grace", "Writer"):
        assertNotContains(response, words)
    assertContains(response, "Working days")
    assertContains(response, "Version 1")


@pytest.mark.parametrize("page", [OVERVIEW, "learn/"])
def test_numbers_are_worked_out_once_in_a_while_and_the_page_says_when(login, curator, page):
    version = make_tool()
    client = login(curator)
    address = page if page == OVERVIEW else version.tool.get_absolute_url() + page
    for _n in range(3):
        handed_in(version)

    def visit():
        with CaptureQueriesContext(connection) as seen:
            response = client.get(address)
        shown = response.context["rows"][0] if page == OVERVIEW else response.context["shown"]
        return shown["submitted"], len(seen), response

    first, n_first, response = visit()
    assertContains(response, "Counted on")
    handed_in(version)
    again, n_again, _response = visit()
    assert (first, again) == ("3", "3")
    assert n_again <= n_first - 6, "nothing is counted twice"

    cache.clear()
    assert visit()[0] == "4"


def test_the_page_of_a_tool_counts_its_use_once_in_a_while(login, alice, django_assert_num_queries):
    version = make_tool()
    client = login(alice)
    for _n in range(3):
        handed_in(version)
    assertContains(client.get(version.tool.get_absolute_url()), "Used in 3 partnerships")
    handed_in(version)
    assertContains(client.get(version.tool.get_absolute_url()), "Used in 3 partnerships")

    cache.clear()
    assertContains(client.get(version.tool.get_absolute_url()), "Used in 4 partnerships")


def test_the_overview_is_sorted_by_any_column(login, curator):
    used, opened = make_tool(title="Used").tool, make_tool(title="Opened").tool
    handed_in(used.versions.get())
    count_opened(opened)
    make_copy(used.versions.get(), programme=make_programme())
    client = login(curator)

    def order(by):
        return [row["entry"].title for row in client.get(OVERVIEW, {"by": by}).context["rows"]]

    assert order("started") == order("") == order("nothing") == order("copies") == ["Used", "Opened"]
    assert order("opened") == ["Opened", "Used"]
    assert order("title") == ["Opened", "Used"]
    assertContains(client.get(OVERVIEW, {"by": "opened"}), 'aria-sort="descending"')


def test_the_overview_costs_the_same_for_many_tools(login, curator):
    client, counts = login(curator), []
    for rows in (1, 5):
        for _n in range(rows):
            handed_in(make_tool())
        with CaptureQueriesContext(connection) as seen:
            assert client.get(OVERVIEW).status_code == 200
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 12
