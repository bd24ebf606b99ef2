"""Where many people answer by one link: the public pages, what a replay does, and what coordinators see of it."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_member, make_partnership, make_user
from tests.factories.toolkit import make_answers, make_document, make_link, make_tool
from toolkit.actions.terms import stamp_of
from toolkit.models import Document, Response, Submission
from toolkit.results import FEW_ANSWERS, results_of

pytestmark = pytest.mark.django_db
FORM = """
  - {id: f_mark, name: mark, type: rating, required: true, label: {en: Mark}}
  - {id: f_ways, name: ways, type: select_multiple ways, label: {en: Ways}}
  - {id: f_words, name: words, type: text, label: {en: Words}}
  - {id: f_rare, name: rare, type: text, label: {en: Seldom answered}}
  - {id: f_years, name: years, type: integer, label: {en: Years}}
"""
CHOICES = """
choices:
  ways: [{name: call, label: {en: Calls}}, {name: visit, label: {en: Visits}}]
"""


@pytest.fixture
def document(alice):
    version = make_tool(mode="open", form=FORM, extra=CHOICES)
    return make_document(partnership=make_partnership(coordinator=alice), version=version)


@pytest.fixture
def link(document):
    return make_link(document)


def with_terms(document, **terms) -> Document:
    Document.objects.filter(pk=document.pk).update(**terms)
    document.refresh_from_db()
    return document


def front(link, query: str = "") -> str:
    return reverse("toolkit:shared-begin", args=[link.token]) + query


def begin(client, link, *, name: str = "Ann", key: str = ""):
    page = client.get(front(link))
    return client.post(front(link), {"_key": key or page.context["key"], "_name": name})


def typed(client, url: str, **more) -> dict:
    page = client.get(url)
    built = page.context["page"]
    return {"_key": built.key, "_seen": built.seen_json, "_end": "1", "f_mark": "4", "_action": "submit"} | more


def test_one_person_from_the_link_to_thanks(client, document, link):
    assert client.get(link.url.replace("http://testserver", "")).url == front(link)
    url = begin(client, link).url
    saved = client.post(url, typed(client, url, f_words="Half", _action="save"), follow=True)
    assert url in saved.content.decode(), "the address to come back to is shown"

    sent = client.post(url, typed(client, url, f_words="Whole"), follow=True)

    assert "Your answers have been sent" in sent.content.decode()
    assert "Whole" in sent.content.decode()
    response = Response.objects.get()
    assert (response.respondent_name, response.answers["f_words"]) == ("Ann", "Whole")
    assert client.get(url).status_code == 302, "what was sent is only read"


def test_a_replayed_post_is_one_response(client, document, link):
    page = client.get(front(link))
    key = page.context["key"]
    urls = {begin(client, link, key=key).url for _again in range(3)}
    assert len(urls) == 1
    url = urls.pop()
    posted = typed(client, url)

    answers = [client.post(url, posted) for _again in range(3)]

    assert {answer.status_code for answer in answers} == {302}
    assert (Response.objects.count(), Submission.objects.count()) == (1, 1)
    client.get(front(link, "?new=1"))
    assert client.post(url, posted).status_code == 302, "also from the page of one who answered before"
    assert Submission.objects.count() == 1


def test_the_device_finds_its_answers_again_and_another_does_not(client, document, link):
    url = begin(client, link).url
    client.post(url, typed(client, url, f_words="Half", _action="save"))

    cookie = client.cookies[f"answers-{link.public_id}"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert cookie["path"] == reverse("toolkit:shared-fill", args=[link.token])
    assert client.get(front(link)).context["go_on"] == url
    assert client.get(front(link, "?new=1")).context["go_on"] == ""
    other = Client()
    assert other.get(front(link)).context["go_on"] == ""
    assert "Half" in other.get(url).content.decode(), "the address alone is enough"
    other.cookies[f"answers-{link.public_id}"] = "forged-key"
    assert other.get(front(link)).context["go_on"] == ""


def test_addresses_that_are_guessed_lead_nowhere(client, document, link, alice):
    url = begin(client, link).url
    for wrong in (
        url[:-3] + "zz/",
        url.replace("/r/", "/r/x"),
        reverse("toolkit:shared-respond", args=[link.token, "a-b"]),
    ):
        assert client.get(wrong).status_code == 404
        assert client.post(wrong, {"f_mark": "1"}).status_code == 404
    other = make_document(partnership=document.partnership, version=make_tool(mode="open"))
    key = url.rstrip("/").rpartition("/")[2]
    assert client.get(reverse("toolkit:shared-respond", args=[make_link(other).token, key])).status_code == 404
    single = make_link(make_document(partnership=document.partnership))
    assert client.get(reverse("toolkit:shared-respond", args=[single.token, key])).status_code == 404
    assert client.get(front(single)).status_code == 302


def test_a_link_that_is_over_opens_nothing(client, document, link):
    url = begin(client, link).url
    link.revoked_at = timezone.now()
    link.save()

    assert {client.get(page).status_code for page in (front(link), url, f"{url}done/")} == {410}
    assert client.post(url, {"f_mark": "1"}).status_code == 410


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"closes_at": timedelta(days=-1)}, "This closed on"),
        ({"opens_at": timedelta(days=1)}, "This opens on"),
    ],
)
def test_too_early_and_too_late_are_told_and_what_was_typed_is_shown(client, document, link, terms, said):
    url = begin(client, link).url
    posted = typed(client, url, f_words="Written in vain")
    with_terms(document, **{name: timezone.now() + delta for name, delta in terms.items()})

    late = client.post(url, posted)

    assert late.status_code == 409
    assert said in late.content.decode()
    assert "Written in vain" in late.content.decode()
    page = client.get(front(link))
    assert said in page.content.decode()
    assert "Before you begin" not in page.content.decode()
    assert client.post(front(link), {"_key": page.context["key"], "_name": "Late"}).status_code == 409
    assert Response.objects.count() == 1


def test_the_last_place_is_taken_by_another_meanwhile(client, document, link):
    with_terms(document, capacity=1)
    url = begin(client, link).url
    posted = typed(client, url, f_words="Late")
    make_answers(document, name="Ben", submit=True, f_mark="3")

    late = client.post(url, posted)

    assert late.status_code == 409
    assert "All places (1) have been taken" in late.content.decode()
    assert Submission.objects.count() == 1


def test_a_name_is_asked_for(client, document, link):
    answered = begin(client, link, name=" ")

    assert answered.status_code == 422
    assert "Please write your name" in answered.content.decode()
    assert not Response.objects.exists()


def test_without_names_no_visitor_is_known(client, document, link):
    with_terms(document, is_anonymous=True)
    answered = begin(client, link, name="Ann Secret")
    url = answered.url
    client.get(f"{url}?lang=en")
    client.post(url, typed(client, url, f_words="Fine"), follow=True)

    assert not Session.objects.exists()
    assert set(client.cookies) <= {f"answers-{link.public_id}", "csrftoken", "messages"}
    link.refresh_from_db()
    assert (link.n_opened, link.opened_at, link.respondent_name) == (0, None, "")
    assert "Ann Secret" not in str(list(Response.objects.values())) + str(list(Submission.objects.values()))


def test_too_many_posts_of_one_network_are_slowed_down(client, document, link, settings, monkeypatch):
    monkeypatch.setattr("twinning.throttle.time", lambda: 1_800_000_000.0)  # a minute never ends in the middle
    settings.OPEN_BEGINS_PER_MINUTE = settings.OPEN_SAVES_PER_MINUTE = 2
    urls = [begin(client, link, name=f"P{n}") for n in range(2)]

    slow = begin(client, link, name="P3")

    assert slow.status_code == 429
    assert slow["Retry-After"]
    assert Response.objects.count() == 2
    url = urls[0].url
    assert [client.post(url, typed(client, url, _action="save")).status_code for _n in range(3)] == [302, 302, 429]


def test_other_pages_of_the_link_show_nothing(client, document, link):
    make_answers(document, name="Ann", submit=True, f_mark="4", f_words="Private words")
    for name in ("shared-done", "shared-pdf", "shared-agree"):
        assert client.get(reverse(f"toolkit:{name}", args=[link.token])).status_code == 404


# What coordinators see


def at(name: str, document, *more) -> str:
    return reverse(f"toolkit:{name}", args=[document.reference, *more])


def several(document, n: int) -> None:
    for k in range(n):
        rare = {"f_rare": "Only two said this"} if k < 2 else {}
        answers = {"f_mark": str(1 + k % 5), "f_words": f"=cmd{k}", "f_ways": ["call"] if k % 2 else ["call", "visit"]}
        make_answers(document, name=f"Person {k}", submit=True, f_years=str(k), **answers, **rare)


def test_results_count_every_question(client, document, alice):
    several(document, 5)
    client.force_login(alice)

    page = client.get(at("document-results", document))

    found = {question.label: question for question in page.context["results"].questions}
    assert found["Mark"].mean == 3
    assert [(bar.label, bar.n) for bar in found["Ways"].bars] == [("Calls", 5), ("Visits", 3)]
    assert (found["Years"].mean, found["Years"].least, found["Years"].most) == (2, 0, 4)
    assert sorted(found["Words"].texts) == [f"=cmd{k}" for k in range(5)]
    assert found["Seldom answered"].n == 2
    assert "Person 1" not in page.content.decode()


def test_without_names_few_answers_are_not_told(client, document, alice):
    with_terms(document, is_anonymous=True)
    several(document, FEW_ANSWERS - 1)
    client.force_login(alice)
    page = client.get(at("document-results", document)).content.decode()
    assert "Not enough answers yet" in page
    assert "=cmd1" not in page
    assert client.get(at("document-results-export", document, "csv")).status_code == 302

    make_answers(document, submit=True, f_mark="5", f_words="=cmd9")

    page = client.get(at("document-results", document)).content.decode()
    assert "=cmd9" in page
    assert "Only two said this" not in page
    exported = b"".join(client.get(at("document-results-export", document, "csv")).streaming_content).decode()
    assert "Only two said this" not in exported
    assert exported.splitlines()[0].lstrip("\ufeff") == "Mark,Ways,Words,Seldom answered,Years"
    assert not re.search(r"\d\d:\d\d", exported)


def test_exports_hold_no_formula(client, document, alice):
    several(document, 2)
    client.force_login(alice)

    exported = b"".join(client.get(at("document-results-export", document, "csv")).streaming_content).decode()

    assert "'=cmd0" in exported
    assert not re.search(r"(^|,)=", exported, re.M)
    assert "Person 1" in exported
    book = client.get(at("document-results-export", document, "xlsx"))
    assert book.status_code == 200
    assert book.content.startswith(b"PK")
    assert client.get(at("document-results-export", document, "pdf")).status_code == 404


def test_results_are_for_coordinators(client, document, bob):
    several(document, 1)
    rolf = make_user(name="Rolf")
    make_member(document.partnership, side="resource", user=rolf)
    for user, status in ((rolf, 403), (bob, 404)):
        client.force_login(user)
        for page in (at("document-results", document), at("document-results-export", document, "csv")):
            assert client.get(page).status_code == status
        detail = client.get(at("document-detail", document)).content.decode()
        assert "=cmd0" not in detail
    single = make_document(partnership=document.partnership)
    client.force_login(document.partnership.coordinator)
    assert client.get(at("document-results", single)).status_code == 404


@pytest.mark.parametrize("n", [2, 30])
def test_any_number_of_answers_costs_the_same_queries(client, document, alice, n, django_assert_max_num_queries):
    several(document, n)
    client.force_login(alice)
    client.get(at("document-detail", document))
    for page, most in (("document-results", 10), ("document-detail", 20)):
        with django_assert_max_num_queries(most):
            client.get(at(page, document))


def test_results_are_worked_out_again_when_somebody_answers(document):
    several(document, 1)
    assert results_of(document).n == 1
    several(document, 1)
    assert results_of(document).n == 2


def test_settings_are_changed_on_a_page_and_not_over_each_other(client, document, alice):
    client.force_login(alice)
    url = at("document-terms", document)
    posted = {
        "seen": stamp_of(document),
        "time_zone": "Africa/Nairobi",
        "closes_at": "2099-03-31T17:00",
        "capacity": "9",
    }

    assert client.post(url, posted).status_code == 302
    assert Document.objects.get().closes_told == "31 March 2099, 17:00 (Africa/Nairobi)"
    assert "31 March 2099, 17:00 (Africa/Nairobi)" in client.get(at("document-detail", document)).content.decode()
    assert client.post(url, posted | {"capacity": "3"}).status_code == 409
    for wrong in ({"closes_at": "soon"}, {"capacity": "0"}, {"time_zone": "Mars"}, {"closes_at": "2001-01-01T10:00"}):
        again = posted | {"seen": stamp_of(Document.objects.get())} | wrong
        assert client.post(url, again).status_code == 400, wrong
    gap = {"time_zone": "Europe/Oslo", "closes_at": "2027-03-28T02:30", "seen": stamp_of(Document.objects.get())}
    assert "does not exist" in client.post(url, posted | gap).content.decode()


def test_closing_by_hand_on_the_page(client, document, alice, link):
    several(document, 1)
    client.force_login(alice)
    page = client.get(at("document-close", document))

    assert (
        client.post(at("document-close", document), {"seen": page.context["form"].initial["seen"]}).status_code == 302
    )

    assert (
        "takes no" in Client().get(front(link)).content.decode()
        or "submitted" in Client().get(front(link)).content.decode()
    )
    assert Document.objects.get().state == "submitted"
    assert client.get(at("document-terms", document)).status_code == 200
    assert client.post(at("document-terms", document), {}).status_code == 409


def test_starting_asks_for_what_the_mode_knows(client, document, alice):
    client.force_login(alice)
    start = reverse("toolkit:document-start", args=[document.partnership.slug]) + "?tool="
    asked = {
        mode: set(client.get(start + make_tool(mode=mode).tool.slug).context["form"].fields)
        for mode in ("single", "joint", "each", "open")
    }
    own = {"opens_at", "closes_at", "time_zone", "capacity", "is_anonymous"}
    assert {mode: names & own for mode, names in asked.items()} == {
        "single": set(), "joint": set(), "each": {"closes_at", "time_zone"}, "open": own,
    }  # fmt: skip
    posted = {"time_zone": "UTC", "is_anonymous": "on", "capacity": "3"}
    slug = document.version.tool.slug
    assert client.post(start + slug, posted).status_code == 302
    started = Document.objects.exclude(pk=document.pk).get()
    assert (started.is_anonymous, started.capacity) == (True, 3)
    assert client.post(start + slug, posted | {"closes_at": "2001-01-01T10:00"}).status_code == 400
