"""Words of mails that people change: the address is always there and never another's, and nothing forges a header."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from partnerships.models import ADDRESS
from tests.factories import make_partnership
from tests.factories.toolkit import make_document, make_link
from toolkit.mail_words import LONGEST_BODY, Words, filled, own_words, words_for
from twinning.languages import languages_with_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(alice):
    partnership = make_partnership(coordinator=alice, name="Bergen – Mombasa")
    return make_document(partnership=partnership, title="Trip report", due_on=date(2027, 3, 20))


@pytest.fixture
def link(document):
    return make_link(document, recipient_name="Grace", recipient_email="grace@example.org")


@pytest.mark.parametrize("language", languages_with_words())
@pytest.mark.parametrize("kind", ["link", "reminder"])
@pytest.mark.parametrize("scope", ["fill", "review", "read"])
@pytest.mark.parametrize("today", [date(2027, 3, 1), date(2027, 3, 20), date(2027, 4, 1)])
def test_ready_words_are_whole_in_every_language(document, link, language, kind, scope, today):
    link.language = language

    words = words_for(document, kind=kind, scope=scope, language=language, today=today)
    told = filled(words, link)

    assert words.body.count("{address}") == 1
    assert "Trip report" in told.subject
    assert told.body.count(ADDRESS) == 1
    for gap in ("{", "}", "%(", "г.."):
        assert gap not in told.subject + told.body
    assert "alice@example.org" in told.body
    assert own_words(words.subject, words.body)


@pytest.mark.parametrize(
    ("language", "greeting"),
    [("en", "Hello,"), ("ar", "السلام عليكم،"), ("es", "Buenos días:"), ("pt", "Bom dia,"), ("ru", "Здравствуйте!")],
)
def test_nobody_in_particular_is_greeted_all_the_same(document, language, greeting):
    link = make_link(document, recipient_email="g@example.org", language=language)

    told = filled(words_for(document, kind="link", scope="fill", language=language), link)

    assert told.body.startswith(f"{greeting}\n")


def test_the_address_cannot_be_lost(link):
    assert filled(Words("S", "Please look."), link).body == f"Please look.\n\n{ADDRESS}\n"


def test_names_in_braces_are_put_in_once_and_others_stay(link, document):
    document.title = "{address} {name}"
    link.recipient_name = "{title}"

    told = filled(Words("{title}", "{name}: {unknown} {0.__class__} %s {{name}} {address}"), link)

    assert told.subject == "{address} {name}"
    assert told.body == "{title}: {unknown} {0.__class__} %s {{title}} " + ADDRESS


def test_what_stands_for_the_address_cannot_be_smuggled_in(link, document):
    document.title = f"Report {ADDRESS}"

    told = filled(Words("{title}", "{title} {address}"), link)

    assert told.subject == "Report"
    assert told.body.count(ADDRESS) == 1


@pytest.mark.parametrize(
    ("subject", "body", "code"),
    [
        ("", "Words", "subject"),
        ("   ", "Words", "subject"),
        ("Report\nBcc: all@example.org", "Words", "subject"),
        ("Report\r\nBcc: all@example.org", "Words", "subject"),
        ("Report\u2028Bcc: all@example.org", "Words", "subject"),
        ("Report\x00", "Words", "subject"),
        ("See {address}", "Words", "subject"),
        ("S", "", "body"),
        ("S", " \n ", "body"),
        ("S", "x" * (LONGEST_BODY + 1), "body"),
        ("S", "a\x07b", "body"),
        ("S", "turned \u202e around", "body"),
        ("S", f"Open {ADDRESS}", "body"),
        ("S", "Open https://twinning.example/f/abcdefghjk-mnpqrstuvwxyz23456789abcdefghjkmn/", "body"),
        ("S", "Open https://twinning.example/L/ABCD-EFGH", "body"),
        ("S", "Open https://evil.example/F/abcdefghjk-mnpqrs", "body"),
    ],
)
def test_words_that_cannot_be_are_refused(subject, body, code):
    with pytest.raises(ValidationError) as refused:
        own_words(subject, body)

    assert refused.value.code == code


def test_other_addresses_and_line_breaks_may_stand_in_the_text():
    words = own_words(" Hello ", "One\r\nTwo\nhttps://meet.example/room?f=1\n")

    assert words == Words("Hello", "One\nTwo\nhttps://meet.example/room?f=1\n")
