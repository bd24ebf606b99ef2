"""The product's own words around a form: those of the form's language, where a page belongs to the form."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import make_partnership
from tests.factories.toolkit import make_document, make_link, make_tool, only_response
from tests.toolkit.views.test_fill_language import EXTRA, FORM
from tests.toolkit.views.test_shared import body
from toolkit.emails import send_link
from toolkit.models import AnswerChange

pytestmark = pytest.mark.django_db

FRENCH = {"HTTP_ACCEPT_LANGUAGE": "fr"}


@pytest.fixture
def version():
    return make_tool(slug="visit", form=FORM, extra=EXTRA, languages="en, fr, ar", title="Visit")


@pytest.fixture
def document(alice, version):
    return make_document(partnership=make_partnership(coordinator=alice), version=version, language="fr")


def fill_page(document) -> str:
    return reverse("toolkit:document-fill", args=[document.reference])


def link_page(link) -> str:
    return reverse("toolkit:shared-fill", args=[link.token])


# With the link: the whole page


def test_the_page_of_a_link_speaks_the_language_of_the_form_throughout(client, document):
    page = client.get(link_page(make_link(document)))

    assert page["Content-Language"] == "fr"
    assertContains(page, '<html lang="fr" dir="ltr"')
    for words in (
        "Aller au contenu",
        "Qui remplit ce formulaire\u00a0?",
        "Enregistrer et continuer plus tard",
        "Couleurs",
    ):
        assertContains(page, words)
    for words in ("Skip to", "Save and", "Submit<", ">required<", "No answer", "asks you", "Colours", "How to use"):
        assertNotContains(page, words)


def test_the_day_on_which_a_link_ends_is_written_as_the_language_writes_days(client, document):
    link = make_link(document)
    link.expires_at = timezone.now().replace(year=2031, month=5, day=4, hour=12)
    link.save()

    assertContains(client.get(link_page(link)), "valable jusqu’au 4 mai 2031.")
    assertContains(client.get(link_page(link) + "?lang=en"), "works until 4 May 2031.")


def test_arabic_turns_the_whole_page(client, document):
    page = client.get(link_page(make_link(document)) + "?lang=ar")

    assertContains(page, '<html lang="ar" dir="rtl"')
    assertContains(page, "bootstrap.rtl.min.css")
    assertContains(page, "حفظ والمتابعة لاحقًا")


def test_what_is_wrong_and_what_was_saved_is_told_in_the_language_of_the_form(client, document):
    link = make_link(document)
    url = link_page(link)

    answer = client.post(url, body(f_days="many"))
    assertContains(answer, "Écrivez un nombre, par exemple 12 ou 12.5.", status_code=422)
    assertContains(answer, "Tout le reste a été enregistré.", status_code=422)
    missing = client.post(url, body(action="submit"))
    assertContains(missing, "Veuillez répondre à cette question.", status_code=422)
    nameless = client.post(url, body(f_days="3", action="submit", _name=""))
    assertContains(nameless, "Veuillez indiquer votre nom", status_code=422)
    saved = client.post(url, body(f_days="3", action="save"), follow=True)
    assertContains(saved, "Enregistré à")
    done = client.post(url, body(f_days="3", action="submit"), follow=True)
    assertContains(done, "Merci. Vos réponses ont été remises.")
    assertContains(done, "Télécharger au format PDF")


def test_a_link_that_is_over_says_so_in_the_language_of_the_form(client, document):
    link = make_link(document)
    link.revoked_at = timezone.now()
    link.save()

    page = client.get(link_page(link))
    assertContains(page, '<html lang="fr"', status_code=410)
    assertContains(page, "Ce lien a été retiré", status_code=410)


def test_the_mail_with_the_link_is_written_in_the_language_of_the_document(
    document, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        send_link(make_link(document, recipient_email="awa@example.org", recipient_name="Awa"))

    sent = mail.outbox[-1]
    assert sent.subject.startswith("À remplir : ")
    assert "Bonjour Awa," in sent.body
    assert "Cela prend environ 10 minutes" in sent.body
    assert "The link" not in sent.body


def test_the_history_keeps_its_own_language(client, document):
    url = link_page(make_link(document))

    client.post(url, body(f_days="3", action="save", _name=""))

    assert set(AnswerChange.objects.filter(response=only_response(document)).values_list("name", flat=True)) <= {
        "Alice",
        "Somebody with the link",
    }


# With an account: the form alone


def test_with_an_account_the_form_speaks_its_language_and_the_page_around_it_that_of_the_reader(
    client, alice, document
):
    client.force_login(alice)
    page = client.get(fill_page(document), **FRENCH)

    assertContains(page, '<html lang="en" dir="ltr"')
    assertContains(page, '<div class="own-words" lang="fr" dir="ltr">')
    assertContains(page, "Enregistrer et continuer plus tard")
    assertContains(page, "Partnerships")
    for words in ("Save and continue", "Aller au contenu", "Partenariats", "No answer"):
        assertNotContains(page, words)


def test_with_an_account_refusals_are_those_of_the_form_and_messages_those_of_the_page(client, alice, document):
    client.force_login(alice)
    url = fill_page(document)

    wrong = client.post(url, body(f_days="many"))
    assertContains(wrong, "Écrivez un nombre, ", status_code=422)
    saved = client.post(url, body(f_days="3", action="save"), follow=True)
    assertContains(saved, "Saved at")


def test_the_page_on_which_a_document_is_read_keeps_its_frame(client, alice, document):
    client.force_login(alice)
    page = client.get(document.get_absolute_url(), **FRENCH)

    assertContains(page, '<html lang="en"')
    assertContains(page, "Ces réponses peuvent encore changer.")
    assertNotContains(page, "These answers may still change.")


def test_a_coordinator_whose_browser_prefers_french_gets_no_half_french_site(client, alice, document):
    client.force_login(alice)
    for url in ("/", reverse("toolkit:document-list"), reverse("toolkit:tool-list")):
        page = client.get(url, **FRENCH)
        assertContains(page, '<html lang="en"')
        assertNotContains(page, "Aller au contenu")


# Without an account, to try and to read


def test_a_form_tried_out_speaks_its_language_inside_the_frame_of_the_page(client, version):
    url = reverse("toolkit:tool-try", args=["visit"])
    page = client.get(url, **FRENCH)

    assertContains(page, '<html lang="en" dir="ltr"')
    assertContains(page, '<div class="own-words" lang="fr" dir="ltr">')
    for words in ("Vérifier mes réponses", "obligatoire", "Try it out"):
        assertContains(page, words)
    wrong = client.post(url + "?lang=ar", body(f_days="many", action="check"))
    assertContains(wrong, "اكتبوا عددًا، مثل 12 أو 12.5.", status_code=422)
    assertContains(wrong, '<div class="own-words" lang="ar" dir="rtl">', status_code=422)


def test_the_blank_form_speaks_its_language_on_a_page_in_that_of_the_reader(client, version):
    page = client.get(reverse("toolkit:tool-blank", args=["visit"]) + "?lang=fr")

    assertContains(page, '<html lang="en"')
    assertContains(page, "environ 10 minutes")
    assertContains(page, "Blank form")


# A language that the product does not know


def test_beside_a_language_without_a_catalogue_our_words_stay_those_of_the_page(client, alice):
    extra, form = (text.replace("ar:", "fa:") for text in (EXTRA, FORM))
    version = make_tool(slug="visit", form=form, extra=extra, languages="en, fr, fa", title="Visit")
    document = make_document(partnership=make_partnership(coordinator=alice), version=version, language="fa")

    page = client.get(link_page(make_link(document)))

    assertContains(page, '<html lang="en" dir="ltr"')
    assertContains(page, '<form class="fill" method="post"')
    assertContains(page, 'lang="fa" dir="rtl"')
    assertContains(page, "Save and continue later")
