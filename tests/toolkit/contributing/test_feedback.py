"""What people say of a tool: said once, read by everybody, answered and hidden by curators."""

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from tests.factories import make_partnership
from tests.factories.contributing import answered, make_feedback, posted
from tests.factories.toolkit import make_tool
from toolkit.actions.feedback import give_feedback
from toolkit.models import Feedback, Tool, ToolVersion
from twinning.challenge import spend

pytestmark = pytest.mark.django_db
LIST = "/toolkit/proposals/feedback/"
SAID = {"rating": "4", "text": "It asks the right things.\r\nToo long.", "name": "Hawa"}


@pytest.fixture(autouse=True)
def empty_counts():
    cache.clear()


@pytest.fixture
def tool(db):
    return make_tool(slug="visit", title="Ward visit").tool


def page_of(tool: Tool) -> str:
    return reverse("toolkit:tool-feedback", args=[tool.slug])


def rating_of(tool: Tool):
    found = Feedback.objects.rating_of([tool]).get(tool.pk)
    return (found.mean, found.count) if found else None


def test_a_stranger_says_what_they_think_and_everybody_reads_it(client, tool):
    response = client.post(page_of(tool), posted(**SAID))

    assertRedirects(response, page_of(tool))
    said = Feedback.objects.get()
    assert (said.rating, said.text, said.name) == (4, "It asks the right things.\nToo long.", "Hawa")
    assert (said.user, said.version_number, said.is_hidden) == (None, 1, False)
    page = Client().get(page_of(tool))
    assertContains(page, "It asks the right things.")
    assertContains(page, "of 5, from one rating")
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"word": "I do not know"}, "not the answer we expected"),
        ({"rating": "", "text": " \u0000 ".replace("\u0000", "\x07")}, "Choose how useful it is"),
        ({"rating": "6"}, "valid choice"),
        ({"rating": "-1"}, "valid choice"),
        ({"rating": "5; drop"}, "valid choice"),
        ({"text": "x" * 4001}, "at most 4000"),
        ({"name": "x" * 151}, "at most 150"),
        ({"website": "x"}, "must stay empty"),
    ],
)
def test_a_refusal_loses_nothing(client, tool, wrong, said):
    response = client.post(page_of(tool), posted(**SAID | wrong))

    assertContains(response, said, status_code=400)
    assert not Feedback.objects.exists()
    form = response.context["form"]
    for name, value in (SAID | wrong).items():
        if name != "word":
            assert form[name].value() == value


def test_words_or_a_rating_are_enough(client, tool):
    client.post(page_of(tool), posted(rating="5"))
    client.post(page_of(tool), posted(text="Good.", rating=""))

    assert sorted(Feedback.objects.values_list("rating", "text"), key=str) == [(5, ""), (None, "Good.")]
    # A rating alone is counted and makes no entry.
    assert [row.text for row in client.get(page_of(tool)).context["page"]] == ["Good."]


def test_what_is_sent_twice_is_kept_once(client, login, alice, tool):
    key = client.get(page_of(tool)).context["form"]["key"].value()
    fields = posted(key=key, **SAID)
    for _each in range(2):
        assert client.post(page_of(tool), fields).status_code == 302
    assert Feedback.objects.count() == 1
    # An answer opens once; other words need another one, and are kept in the page meanwhile.
    response = client.post(page_of(tool), fields | {"text": "On second thought"})
    assertContains(response, "answered before", status_code=400)
    assert response.context["form"]["text"].value() == "On second thought"

    person = login(alice)
    key = person.get(page_of(tool)).context["form"]["key"].value()
    for text in ("One", "One", "Two"):
        assert person.post(page_of(tool), SAID | {"key": key, "text": text}).status_code == 302
    assert list(Feedback.objects.filter(user=alice).values_list("text", flat=True)) == ["Two", "One"]


def test_the_last_rating_of_a_person_counts_and_hidden_ones_do_not(tool, alice):
    other = make_tool().tool
    make_feedback(tool, rating=1, user=alice)
    make_feedback(tool, rating=5, user=alice)
    make_feedback(tool, rating=None, text="No rating", user=alice)
    make_feedback(tool, rating=2)
    make_feedback(tool, rating=2)
    make_feedback(tool, rating=1, is_hidden=True)
    make_feedback(other, rating=3)

    assert rating_of(tool) == (3.0, 3)
    found = Feedback.objects.rating_of([tool, other, make_tool().tool])
    assert {key: rating.count for key, rating in found.items()} == {tool.pk: 3, other.pk: 1}


def test_limits_hold_for_a_network(client, login, alice, tool):
    for number in range(10):
        assert client.post(page_of(tool), posted(**SAID | {"text": f"{number}"})).status_code == 302

    response = client.post(page_of(tool), posted(**SAID | {"text": "Number 11"}))

    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert response.context["form"]["text"].value() == "Number 11"
    assert Feedback.objects.count() == 10
    assert login(alice).post(page_of(tool), SAID).status_code == 302


def test_a_failure_does_not_swallow_the_next_try(tool):
    token, _answer = answered()
    assert spend(token)
    with pytest.raises(ValidationError, match="answered before"):
        give_feedback(Feedback(tool=tool, rating=4, version_number=1), key="k", token=token)
    assert give_feedback(Feedback(tool=tool, rating=4, version_number=1), key="k")
    assert not give_feedback(Feedback(tool=tool, rating=4, version_number=1), key="k")


def test_it_is_about_the_tools_of_everybody(client, login, alice, bob, tool, settings):
    copy = make_tool(slug="our-copy").tool
    Tool.objects.filter(pk=copy.pk).update(base=tool, partnership=make_partnership(coordinator=alice))

    assertRedirects(login(alice).get(page_of(copy)), page_of(tool))
    assert login(bob).get(page_of(copy)).status_code == 404
    assert client.get(page_of(copy)).status_code == 302
    Tool.objects.filter(pk=tool.pk).update(withdrawn_at="2026-01-01T00:00Z")
    assert login(alice).get(page_of(tool)).status_code == 404
    Tool.objects.update(withdrawn_at=None)
    settings.TOOLKIT_IS_PUBLIC = False
    assertRedirects(client.get(page_of(tool)), f"/accounts/login/?next={page_of(tool)}", fetch_redirect_response=False)
    assert client.post(page_of(tool), posted(**SAID)).status_code == 302
    assert not Feedback.objects.exists()


def reply(client, said, answer: str) -> dict:
    """What the page of a curator sends who answers ``said``."""
    [form] = [item["form"] for item in client.get(LIST).context["items"] if item["feedback"] == said]
    return {form["seen"].html_name: form["seen"].value(), form["answer"].html_name: answer}


def test_curators_answer_and_hide(client, login, curator, tool):
    said = make_feedback(tool, text="Too long.", rating=1)
    answer, hide = (reverse(f"toolkit:feedback-{act}", args=[said.pk]) for act in ("answer", "hide"))
    person = login(curator)

    assertRedirects(
        person.post(answer, reply(person, said, "We will cut it.")),
        f"{LIST}#feedback-{said.pk}",
        fetch_redirect_response=False,
    )
    assertContains(client.get(page_of(tool)), "We will cut it.")
    said.refresh_from_db()
    assert said.answered_by == curator
    person.post(hide, {"hide": "on"})
    assertNotContains(client.get(page_of(tool)), "Too long.")
    assert rating_of(tool) is None
    assertContains(person.get(f"{LIST}?hidden=on"), "Show it again")
    person.post(hide)
    assertContains(client.get(page_of(tool)), "Too long.")
    person.post(answer, reply(person, said, ""))
    said.refresh_from_db()
    assert (said.answer, said.answered_by) == ("", None)


def test_a_long_answer_is_refused_and_kept(login, curator, tool):
    said = make_feedback(tool)

    person = login(curator)

    response = person.post(reverse("toolkit:feedback-answer", args=[said.pk]), reply(person, said, "x" * 4001))

    assertContains(response, "at most 4000", status_code=400)
    assertContains(response, "x" * 4001, status_code=400)
    said.refresh_from_db()
    assert said.answer == ""


def test_two_curators_who_answer_at_once_see_both(login, curator, admin, tool):
    said = make_feedback(tool, answer="Thank you.")
    address = reverse("toolkit:feedback-answer", args=[said.pk])
    first, second = login(curator), login(admin)
    late = reply(second, said, "It was cut last week.")
    first.post(address, reply(first, said, "We will cut it."))

    response = second.post(address, late)

    assertContains(response, "Another curator answered meanwhile: “We will cut it.”", status_code=409)
    assertContains(response, "It was cut last week.", status_code=409)
    said.refresh_from_db()
    assert (said.answer, said.answered_by) == ("We will cut it.", curator)
    [form] = [item["form"] for item in response.context["items"] if item["is_open"]]
    second.post(address, {form[name].html_name: form[name].value() for name in form.fields})
    said.refresh_from_db()
    assert (said.answer, said.answered_by) == ("It was cut last week.", admin)


@pytest.mark.parametrize("seen", [None, "", "0" * 32])
def test_an_answer_to_what_was_not_seen_is_refused(login, curator, tool, seen):
    said = make_feedback(tool, answer="Thank you.")
    sent = {f"f{said.pk}-answer": "No.", **({} if seen is None else {f"f{said.pk}-seen": seen})}

    response = login(curator).post(reverse("toolkit:feedback-answer", args=[said.pk]), sent)

    assert response.status_code in (400, 409)
    said.refresh_from_db()
    assert said.answer == "Thank you."


@pytest.mark.parametrize("user", [None, "alice", "carol"])
def test_nobody_else_answers_or_hides(client, request, tool, user):
    said = make_feedback(tool)
    if user:
        client.force_login(request.getfixturevalue(user))
    expected = 403 if user else 302

    assert client.get(LIST).status_code == expected
    for act, fields in (("answer", {f"f{said.pk}-answer": "x"}), ("hide", {"hide": "on"})):
        assert client.post(reverse(f"toolkit:feedback-{act}", args=[said.pk]), fields).status_code == expected
    said.refresh_from_db()
    assert (said.answer, said.is_hidden) == ("", False)


def test_the_list_is_narrowed_down(login, curator, tool):
    other = make_tool(slug="other", title="Other").tool
    make_feedback(tool, text="first", answer="done")
    make_feedback(tool, text="second")
    make_feedback(other, text="third", is_hidden=True)
    make_feedback(other, text="", rating=2)
    person = login(curator)

    def texts(query: str) -> list[str]:
        return [item["feedback"].text for item in person.get(f"{LIST}?{query}").context["items"]]

    assert texts("") == ["", "third", "second", "first"]
    assert texts("unanswered=on") == ["second"]
    assert texts("hidden=on") == ["third"]
    assert texts("tool=visit") == ["second", "first"]
    title = ToolVersion.objects.get(tool=tool).title
    assertContains(person.get(LIST), f'<option value="visit">{tool.number} {title}</option>', html=True)
    assert texts("q=SECOND") == ["second"]
    assert person.get(f"{LIST}?tool=nowhere").status_code == 400


@pytest.mark.parametrize("n", [1, 12])
def test_query_counts_do_not_grow(client, login, curator, tool, django_assert_max_num_queries, n):
    for number in range(n):
        made = make_tool(slug=f"t{n}-{number}").tool
        make_feedback(made)
        make_feedback(tool, text=f"{number}")
    person = login(curator)

    with django_assert_max_num_queries(9):
        client.get(page_of(tool))
    with django_assert_max_num_queries(10):
        person.get(LIST)
