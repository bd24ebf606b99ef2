"""A tool in several languages is put to work, filled in and printed in each of them."""

import pytest
from django.urls import reverse
from django.utils import translation
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import make_contact, make_member, make_partnership
from tests.factories.toolkit import make_document, make_link, make_tool
from tests.toolkit.views.test_shared import body
from toolkit.forms.start import StartForm
from toolkit.models import Document
from toolkit.permissions import writer_for_user
from toolkit.rendering.html import document_html

pytestmark = pytest.mark.django_db

EXTRA = """\
guidance: {en: Take your time., fr: Prenez votre temps., ar: خذ وقتك.}
choices:
  state:
    - {name: good, label: {en: Good, fr: Bon, ar: جيد}}
    - {name: poor, label: {en: Poor, fr: Mauvais, ar: سيئ}}
"""
FORM = """
  - group: visit
    label: {en: The visit, fr: La visite, ar: الزيارة}
    items:
      - {id: f_days, name: days, type: integer, required: true, constraint: ". < 9", label: {en: Days, fr: Jours, ar: الأيام},
         hint: {en: In all, fr: En tout, ar: إجمالاً}, constraint_message: {en: Too long., fr: Trop long., ar: طويل جداً.}}
      - {id: f_state, name: state, type: select_one state, label: {en: State, fr: État, ar: الحالة}}
      - {id: f_late, name: late, type: yes_no, label: {en: Late, fr: En retard, ar: متأخر}}
"""  # noqa: E501


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice)


@pytest.fixture
def version():
    return make_tool(slug="visit", form=FORM, extra=EXTRA, languages="en, fr, ar", title="Visit")


@pytest.fixture
def document(partnership, version):
    return make_document(partnership=partnership, version=version)


def fill_page(document: Document) -> str:
    return reverse("toolkit:document-fill", args=[document.reference])


def link_page(document: Document) -> str:
    return reverse("toolkit:shared-fill", args=[make_link(document).token])


def start_page(partnership, version) -> str:
    return f"/partnerships/{partnership.slug}/documents/new/?tool={version.tool.slug}"


def test_whoever_starts_a_document_chooses_its_language(login, alice, partnership, version):
    client, page = login(alice), start_page(partnership, version)

    assert client.get(page).context["form"]["language"].value() == "en"
    assert client.post(page, {"language": "it"}).status_code == 400
    client.post(page, {"language": "fr"})

    document = Document.objects.get()
    assert document.language == "fr"
    assertContains(client.get(fill_page(document)), "Jours")


@pytest.mark.parametrize(("reader", "offered"), [("ar", "ar"), ("fr-ca", "fr"), ("de", "en")])
def test_the_readers_own_language_is_offered_first(partnership, version, reader, offered):
    with translation.override(reader):
        form = StartForm(version=version, partnership=partnership)
    assert form["language"].value() == offered


def test_a_document_is_called_as_its_tool_in_its_language(login, alice, partnership):
    version = make_tool(form=FORM, extra=EXTRA, languages="en, fr, ar", title='Visit", fr: "Visite')
    login(alice).post(start_page(partnership, version), {"language": "fr"})
    assert Document.objects.get().title == "Visite"


def test_a_tool_in_one_language_asks_nothing(login, alice, partnership):
    version = make_tool()
    assert "language" not in login(alice).get(start_page(partnership, version)).context["form"].fields


def test_a_document_speaks_the_first_language_of_its_tool_when_nobody_chose(document, partnership):
    assert document.language == "en"


@pytest.mark.parametrize("page", [fill_page, link_page])
def test_the_page_that_fills_a_form_speaks_each_of_its_languages(login, alice, document, page):
    client, here = login(alice), page(document)

    said = client.get(here, {"lang": "ar"})

    for words in ("الأيام", "إجمالاً", "جيد", "الزيارة", "خذ وقتك", "نعم"):
        assertContains(said, words)
    assertContains(said, 'lang="ar" dir="rtl" novalidate')
    assertContains(said, 'data-language="ar"')
    assertNotContains(said, "Days")
    assert "طويل جداً." in str(said.context["rules"])
    assertContains(said, f'<a href="{here}?lang=fr" lang="fr"')


@pytest.mark.parametrize("page", [fill_page, link_page])
def test_the_choice_is_remembered_and_leaves_the_document_alone(login, alice, document, page):
    client, here = login(alice), page(document)

    client.get(here, {"lang": "fr"})

    assertContains(client.get(here), "Jours")
    refused = client.post(here, body(action="submit", f_days="12"))
    assertContains(refused, "Trop long.", status_code=422)
    document.refresh_from_db()
    assert document.language == "en"
    assertContains(client.get(here, {"lang": "xx"}), "Jours")
    assertContains(client.get(here, {"lang": "en"}), "Days")


def test_a_link_is_opened_once_however_many_languages_are_looked_at(client, document):
    link = make_link(document)
    here = reverse("toolkit:shared-fill", args=[link.token])

    for lang in ("", "?lang=fr", "?lang=ar"):
        client.get(here + lang)

    link.refresh_from_db()
    assert link.n_opened == 1


def test_the_choice_for_one_document_is_not_one_for_another(client, document, partnership, version):
    other = make_document(partnership=partnership, version=version, language="ar")

    client.get(link_page(document), {"lang": "fr"})

    assertContains(client.get(link_page(other)), "الأيام")


def test_a_form_of_which_each_side_has_its_own_stays_with_its_side(login, alice, partnership):
    version = make_tool(form=FORM, extra=EXTRA, languages="en, fr, ar", mode="each", slug="each")
    document = make_document(partnership=partnership, version=version)
    make_member(partnership, side="resource", contact=make_contact(user=alice), role="coordinator")
    here = f"{fill_page(document)}?side=resource"

    assertContains(login(alice).get(here), f'<a href="{here}&amp;lang=fr"')


def test_the_document_is_written_in_its_own_language(login, alice, partnership, version):
    document = make_document(partnership=partnership, version=version, language="ar")

    html = document_html(document, writer=writer_for_user(alice, document))

    assert 'dir="rtl"' in html
    assert "الأيام" in html


def test_the_links_page_says_in_which_language_a_link_opens(login, alice, document):
    page = login(alice).get(reverse("toolkit:document-links", args=[document.reference]))

    assertContains(page, "Links open in English. Whoever opens one can also choose: français, العربيّة.")
