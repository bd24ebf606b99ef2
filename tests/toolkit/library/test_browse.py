"""The library to browse and to search: what is found, where, and what it costs."""

import gzip

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import make_partnership
from tests.factories.toolkit import make_document, make_tool
from toolkit.actions.library import publish_raw, read_library
from toolkit.beginnings import beginnings
from toolkit.models import Feedback, Section, Tool, ToolVersion
from toolkit.states import VersionState

pytestmark = pytest.mark.django_db
LIST = "/toolkit/"
TWO_LANGUAGES = """
  - group: stay
    label: {en: The stay, fr: Le séjour}
    items:
      - {id: f_bed, name: bed, type: text, label: {en: Where will you sleep?, fr: "Où logerez-vous, à l’hôtel ?"}}
      - {id: f_evil, name: evil, type: text, label: {en: "A <script>alert(1)</script> zebra & more", fr: Zèbre}}
"""


def found(response):
    return [card.title for card in response.context["cards"]]


def make_copy(base: ToolVersion, **owner) -> ToolVersion:
    """A published copy of ``base`` for a programme or a partnership."""
    tool = Tool.objects.create(
        slug=f"{base.tool.slug}-copy-{Tool.objects.count()}",
        section=base.tool.section,
        number=base.tool.number,
        position=base.tool.position,
        kind=base.tool.kind,
        base=base.tool,
        **owner,
    )
    return publish_raw(tool, {**base.raw, "tool": tool.slug}, base_version=base)


def test_what_newcomers_begin_with_is_in_the_library():
    shipped = {definition.tool for definition in read_library()}

    assert beginnings().slugs <= shipped
    assert set(beginnings().sections) == {"initiate", "workplan", "implement", "monitor", "evaluate", "disseminate"}


def test_the_front_invites_to_begin(client):
    for slug in ("trip-report", "quarterly-progress-report", "in-kind-contribution", "event-report"):
        make_tool(slug=slug, title=f"The {slug}")
    make_tool(slug="other", section="workplan")
    make_tool(slug="advice", kind="guide", section="workplan", title="How to advise")

    response = client.get(LIST)

    begin = {item["section"].slug: [card.tool.slug for card in item["cards"]] for item in response.context["sections"]}
    assert begin["monitor"] == ["trip-report", "quarterly-progress-report", "in-kind-contribution"]
    assert begin["workplan"] == ["other"]
    assertContains(response, "A report is due")
    assertContains(response, 'href="/toolkit/?section=monitor"')
    assertContains(response, "How to advise")
    assertNotContains(response, "We are expecting visitors")


def test_a_section_shows_all_its_tools_and_its_purpose(client):
    make_tool(title="Mine", section="monitor")
    make_tool(title="Other", section="workplan")

    response = client.get(f"{LIST}?section=monitor")

    assert found(response) == ["Mine"]
    assertContains(response, Section.objects.get(slug="monitor").purpose)


@pytest.mark.parametrize("typed", ["logerez", "LOGEREZ", "hotel", "Hôtel  logerez", "ou logerez", "sejour"])
def test_words_are_found_in_questions_of_every_language(client, typed):
    make_tool(title="A visit", form=TWO_LANGUAGES, languages="en, fr")
    make_tool(title="Something else")

    response = client.get(LIST, {"q": typed})

    assert found(response) == ["A visit"]
    assert response.context["cards"][0].found.place == "question"
    assertContains(response, "Found in a question")


def test_every_word_must_occur(client):
    make_tool(title="A visit", form=TWO_LANGUAGES, languages="en, fr")

    assert found(client.get(LIST, {"q": "logerez zebra"})) == ["A visit"]
    response = client.get(LIST, {"q": "logerez unicorn"})
    assert found(response) == []
    assertContains(response, "Every word must occur")


def test_titles_come_before_questions_and_do_not_say_where_they_were_found(client):
    make_tool(title="A visit", form=TWO_LANGUAGES, languages="en, fr", section="initiate")
    make_tool(title="Zebras", section="monitor")

    response = client.get(LIST, {"q": "zebra"})

    assert found(response) == ["Zebras", "A visit"]
    assert [card.found is None for card in response.context["cards"]] == [True, False]


def test_the_text_of_a_guide_is_searched_and_quoted(client):
    make_tool(title="Advice", kind="guide", extra='guidance: {en: "Bring a **headset** that works."}\n')
    make_tool(title="Form", extra='guidance: {en: "A headset helps to fill this in."}\n')

    response = client.get(LIST, {"q": "headset"})

    assert found(response) == ["Advice"]
    assertContains(response, "<mark>headset</mark>")
    assertNotContains(response, "**")


def test_texts_are_only_words(client):
    make_tool(title="<b>Bold</b>", form=TWO_LANGUAGES, languages="en, fr")

    for query in ("", "?q=zebra", "?show=all", "?q=%3Cscript%3Ealert(2)%3C/script%3E"):
        response = client.get(LIST + query)
        assertNotContains(response, "<script>alert")
        assertNotContains(response, "<b>Bold")
    assertContains(client.get(f"{LIST}?q=zebra"), "&lt;script&gt;alert(1)&lt;/script&gt; <mark>zebra</mark> &amp; more")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("mode=joint", ["Joint"]),
        ("mode=single", ["Single"]),
        ("kind=guide", ["Guide"]),
        ("language=fr", ["Joint"]),
        ("subject=organization", ["Joint"]),
        ("subject=partnership&kind=form", ["Single"]),
        ("subject=organization&language=en&q=joint", ["Joint"]),
        ("show=all", ["Guide", "Joint", "Single"]),
    ],
)
def test_choices_narrow_down(client, query, expected):
    make_tool(title="Joint", mode="joint", subject="organization", form=TWO_LANGUAGES, languages="en, fr")
    make_tool(title="Single")
    make_tool(title="Guide", kind="guide", mode="single")

    response = client.get(f"{LIST}?{query}")

    assert sorted(found(response)) == expected


@pytest.mark.parametrize("query", ["kind=novel", "language=xx", "section=nowhere", "mode=x", "subject=%00", "whose=me"])
def test_a_choice_that_does_not_exist_breaks_nothing(client, query):
    make_tool(title="Here")

    response = client.get(f"{LIST}?{query}")

    # “whose” is not asked where there is no copy, and what is not asked narrows nothing down
    assert response.status_code == (200 if query.startswith("whose") else 400)


def test_only_the_published_version_counts(client):
    version = make_tool(title="Today", mode="joint")
    raw = {**version.raw, "mode": "single", "title": {"en": "Tomorrow"}}
    draft = ToolVersion(tool=version.tool, number=2, state=VersionState.DRAFT, base_version=version)
    draft.set_definition(raw)
    draft.save()

    assert found(client.get(f"{LIST}?mode=joint")) == ["Today"]
    assert found(client.get(f"{LIST}?mode=single")) == []
    assert found(client.get(f"{LIST}?q=tomorrow")) == []


def test_copies_of_my_partnerships_stand_apart_and_nobody_elses(login, client, alice, bob, admin):
    base = make_tool(title="Base")
    mine = make_partnership(coordinator=alice, name="Mwanga – Fjord")
    make_copy(base, partnership=mine)

    response = login(alice).get(LIST)
    assert [card.tool.partnership for card in response.context["copies"]] == [mine]
    assertContains(response, "Adapted by Mwanga – Fjord")
    assert len(found(login(alice).get(f"{LIST}?whose=copies"))) == 1
    assert len(found(login(alice).get(f"{LIST}?whose=library"))) == 1
    assert len(login(admin).get(LIST).context["copies"]) == 1
    for stranger in (login(bob), client):
        response = stranger.get(LIST)
        assert response.context["copies"] == []
        assertNotContains(response, "Mwanga")
        assert found(stranger.get(f"{LIST}?show=all")) == ["Base"]


def test_cards_tell_use_and_rating(client, alice):
    version = make_tool(title="Used")
    copy = None
    for n in range(3):
        partnership = make_partnership(coordinator=alice)
        copy = copy or make_copy(version, partnership=partnership)
        make_document(partnership=partnership, version=copy if n == 0 else version)
    Feedback.objects.create(tool=version.tool, version_number=1, rating=4)
    Feedback.objects.create(tool=version.tool, version_number=1, rating=5)
    Feedback.objects.create(tool=version.tool, version_number=1, rating=1, is_hidden=True)

    response = client.get(f"{LIST}?show=all")

    assertContains(response, "Used in 3 partnerships")
    assertContains(response, "4.5 of 5 (2)")
    for words in ("a coordinator", "about 10 minutes", "once", "English", "9."):
        assertContains(response, words)


def test_few_partnerships_are_not_counted_out(client, alice):
    version = make_tool()
    make_document(partnership=make_partnership(coordinator=alice), version=version)

    assertContains(client.get(f"{LIST}?show=all"), "Used in fewer than 3 partnerships")


@pytest.fixture
def five_hundred(db):
    """Five hundred tools as large as real ones, made from one text."""
    base = make_tool(title="Tool of the large library", slug="tool-base", form=TWO_LANGUAGES, languages="en, fr")
    sections = [base.tool.section] + [
        Section.objects.create(slug=slug, number=n, titles={"en": slug}, purposes={"en": "For it."}, questions={})
        for n, slug in enumerate(("initiate", "workplan", "implement", "evaluate", "disseminate"), start=1)
    ]
    tools = Tool.objects.bulk_create(
        Tool(slug=f"tool-of-many-{n}", section=sections[n % 6], number=f"{n % 6 + 1}.{n}", position=n, kind="form")
        for n in range(499)
    )
    ToolVersion.objects.bulk_create(
        ToolVersion(
            tool=tool,
            number=1,
            state=VersionState.PUBLISHED,
            published_at=base.published_at,
            definition={**base.definition, "tool": tool.slug},
            content_hash=f"{n:064}",
            titles={"en": f"Tool number {n} with a name of common length", "fr": f"Outil {n}"},
            purposes={"en": f"What tool number {n} is for, and when it is filled in, and by whom. " * 3},
            mode="single",
            minutes=30,
            languages=["en", "fr"],
            words=f"tool number {n}\n{base.words}",
        )
        for n, tool in enumerate(tools)
    )


@pytest.mark.parametrize(
    "query", ["", "?show=all", "?section=monitor", "?q=logerez", "?q=number&page=3", "?language=fr"]
)
def test_five_hundred_tools_cost_twelve_queries_and_a_hundred_kilobytes(five_hundred, login, carol, query):
    client = login(carol)

    with CaptureQueriesContext(connection) as seen:
        response = client.get(LIST + query)

    assert response.status_code == 200
    assert len(seen) <= 12, "\n".join(each["sql"][:150] for each in seen)
    assert len(gzip.compress(response.content)) < 100_000
    assert len(response.context.get("cards", [])) <= 60


def test_pages_keep_the_search(five_hundred, client):
    response = client.get(f"{LIST}?q=number&section=monitor")

    assertContains(response, "q=number&amp;section=monitor&amp;page=2")
