"""Inviting several people at once: chosen, read, changed, sent; and one mail or reminder by hand."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from partnerships.models import OutgoingMail
from tests.factories import make_contact, make_member, make_partnership
from tests.factories.toolkit import make_document, make_link
from toolkit.models import Document, ShareLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(alice):
    return make_document(partnership=make_partnership(coordinator=alice, name="Bergen – Mombasa"), title="Trip report")


@pytest.fixture
def team(document):
    """Hawa on the host's side, Ivan and Sami on the other."""
    people = [("Hawa", "host"), ("Ivan", "resource"), ("Sami", "resource")]
    return [
        make_member(
            document.partnership, side=side, contact=make_contact(name=name, email=f"{name.lower()}@example.org")
        )
        for name, side in people
    ]


@pytest.fixture
def page(document):
    return f"{document.get_absolute_url()}invite/"


def chosen(team, step: str = "preview", **languages) -> dict:
    codes = {f"lang_{member.pk}": languages.get(member.contact.name, "") for member in team}
    who = [str(member.pk) for member in team]
    return {"key": "k1", "who": who, "scope": "fill", "days": "30", "_step": step} | codes


def with_words(sent: dict, code: str = "en", *, subject: str = "S {title}", body: str = "For {name}: {address}"):
    return sent | {f"words-{code}-subject": subject, f"words-{code}-body": body}


def test_the_team_of_both_sides_is_offered(login, alice, page, team, document):
    make_member(document.partnership, contact=make_contact(name="Silent", email=""))
    make_link(document, recipient_email="HAWA@example.org")

    response = login(alice).get(page)

    for words in ("Hawa", "Ivan", "Sami", "has a link", "Without an e-mail address", "Silent"):
        assertContains(response, words)
    assert [row["member"].contact.name for row in response.context["rows"]] == ["Hawa", "Ivan", "Sami"]


def test_nothing_goes_out_before_it_was_read(login, alice, page, team):
    response = login(alice).post(page, chosen(team, Ivan="ru", Sami="ar"))

    letters = response.context["letters"]
    assert [(each["guest"].name, each["language"], each["direction"]) for each in letters] == [
        ("Hawa", "en", "ltr"),
        ("Ivan", "ru", "ltr"),
        ("Sami", "ar", "rtl"),
    ]
    assertContains(response, "Hello Hawa,")
    assertContains(response, "Здравствуйте, Ivan!")
    assertContains(response, "السلام عليكم Sami،")
    assertContains(response, "[the address of the link]")
    assertContains(response, "Send 3 mails")
    assert not ShareLink.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_everybody_gets_a_link_of_their_own_in_their_language(
    login, alice, page, team, document, django_capture_on_commit_callbacks
):
    sent = chosen(team, "send", Ivan="ru", Sami="ar")
    sent = with_words(sent, "en")
    sent = with_words(sent, "ru", subject="Отчёт: {title}", body="{name}, прошу: {address}")
    sent = with_words(sent, "ar", subject="تقرير: {title}", body="بدون عنوان يا {name}")

    with django_capture_on_commit_callbacks(execute=True):
        response = login(alice).post(page, sent, follow=True)

    assertContains(response, "3 people are invited now.")
    links = {link.recipient_name: link for link in ShareLink.objects.all()}
    assert {name: (link.side, link.language) for name, link in links.items()} == {
        "Hawa": ("host", ""),
        "Ivan": ("resource", "ru"),
        "Sami": ("resource", "ar"),
    }
    told = {message.to[0]: message for message in mail.outbox}
    assert told["hawa@example.org"].subject == "S Trip report"
    assert told["hawa@example.org"].body == f"For Hawa: {links['Hawa'].url}"
    assert told["ivan@example.org"].subject == "Отчёт: Trip report"
    assert told["sami@example.org"].body == f"بدون عنوان يا Sami\n\n{links['Sami'].url}\n"
    assert {message.reply_to[0] for message in mail.outbox} == {"alice@example.org"}
    assert all(link.mailed_at for link in links.values())


def test_a_double_click_invites_once(login, alice, page, team, django_capture_on_commit_callbacks):
    sent = with_words(chosen(team, "send"))
    client = login(alice)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(page, sent)
        again = client.post(page, sent, follow=True)

    assertContains(again, "nobody got a second one")
    assert (ShareLink.objects.count(), len(mail.outbox)) == (3, 3)


def test_whoever_has_a_link_gets_that_one_again(login, alice, page, team, document):
    link = make_link(document, recipient_email="Hawa@example.org", recipient_name="Hawa")
    other_scope = make_link(document, side="resource", scope="read", recipient_email="ivan@example.org")

    login(alice).post(page, with_words(chosen(team, "send")))

    assert ShareLink.objects.filter(recipient_email__iexact="hawa@example.org").get() == link
    assert ShareLink.objects.filter(recipient_email="ivan@example.org").count() == 2
    assert other_scope.scope == "read"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"who": []}, "Choose at least one person"),
        ({"who": ["999999"]}, "Select a valid choice"),
        ({"scope": "steer"}, "Select a valid choice"),
        ({"days": "0"}, "greater than or equal to 1"),
        ({"days": "366"}, "less than or equal to 365"),
        ({"key": ""}, "This field is required"),
        ({"words-en-subject": "a\nBcc: all@example.org"}, "The subject is one line"),
        ({"words-en-subject": ""}, "This field is required"),
        ({"words-en-body": ""}, "This field is required"),
        ({"words-en-body": "x" * 5501}, "at most"),
        ({"words-en-body": "Open https://x.example/f/abcdefghjk-mnpq/"}, "Leave the address of the link to the mail"),
    ],
)
def test_what_cannot_be_sent_is_said_and_nobody_is_mailed(login, alice, page, team, change, words):
    response = login(alice).post(page, with_words(chosen(team, "send")) | change)

    assertContains(response, words, status_code=400)
    assert not ShareLink.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_a_language_nobody_knows_is_refused(login, alice, page, team):
    response = login(alice).post(page, chosen(team, Hawa="tlh"))

    assert response.status_code == 400
    assert not OutgoingMail.objects.exists()


def test_people_of_other_partnerships_cannot_be_chosen(login, alice, page, team):
    stranger = make_member(make_partnership(), contact=make_contact(name="Stranger", email="s@example.org"))

    response = login(alice).post(page, chosen(team, "send") | {"who": [str(stranger.pk)]})

    assert response.status_code == 400
    assert not ShareLink.objects.exists()


def test_sending_without_having_read_shows_the_mails(login, alice, page, team):
    response = login(alice).post(page, chosen(team, "send"))

    assertContains(response, "Nothing has been sent yet")
    assert not OutgoingMail.objects.exists()


def test_back_to_the_people_keeps_the_choice(login, alice, page, team):
    response = login(alice).post(page, chosen(team[:1], "choose"))

    assert [row["is_chosen"] for row in response.context["rows"]] == [True, False, False]


def test_words_that_people_typed_are_shown_as_words(login, alice, page, team):
    response = login(alice).post(page, with_words(chosen(team), subject="<script>x</script>", body="<b>hi</b>{name}"))

    assertNotContains(response, "<script>x")
    assertNotContains(response, "<b>hi</b>")


def test_inviting_is_for_those_who_steer_and_not_to_what_is_withdrawn(login, alice, bob, carol, page, team, document):
    make_member(document.partnership, user=carol)
    sent = with_words(chosen(team, "send"))

    for person, status in ((bob, 404), (carol, 403)):
        assert login(person).get(page).status_code == status
        assert login(person).post(page, sent).status_code == status
    Document.objects.update(state="withdrawn")
    assert login(alice).post(page, sent).status_code == 302
    assert not ShareLink.objects.exists()


@pytest.mark.parametrize("n", [1, 6])
def test_queries_do_not_grow_with_the_team(login, alice, page, document, django_assert_num_queries, n):
    for each in range(n):
        make_member(document.partnership, contact=make_contact(email=f"p{each}@example.org"))
    client = login(alice)

    # session, person, document, team, live links
    with django_assert_num_queries(5):
        client.get(page)


# One mail


@pytest.fixture
def link(document):
    return make_link(document, recipient_name="Hawa", recipient_email="hawa@example.org", language="fr")


def one(link, step: str = "mail") -> str:
    return f"{link.document.get_absolute_url()}links/{link.public_id}/{step}/"


def test_a_mail_is_read_changed_and_sent_once(login, alice, link, django_capture_on_commit_callbacks):
    client = login(alice)
    assertContains(client.get(one(link)), "Bonjour Hawa,")
    words = {"_key": "k1", "subject": "Visite", "body": "Chère Hawa, voici."}
    preview = client.post(one(link), words | {"_step": "preview"})
    assertContains(preview, link.url)
    assert not OutgoingMail.objects.exists()

    with django_capture_on_commit_callbacks(execute=True):
        for _time in range(2):
            client.post(one(link), words | {"_step": "send"})

    (message,) = mail.outbox
    assert (message.subject, message.body) == ("Visite", f"Chère Hawa, voici.\n\n{link.url}\n")


def test_a_reminder_by_hand(login, alice, link, document, django_capture_on_commit_callbacks):
    Document.objects.update(due_on=timezone.localdate() - timedelta(days=2))
    client = login(alice)
    assertContains(client.get(one(link, "remind")), "En retard : Trip report")
    words = {"subject": "Rappel", "body": "{address}", "_step": "send"}

    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(one(link, "remind"), words).status_code == 302
        again = client.post(one(link, "remind"), words)

    assertContains(again, "A reminder was sent today already", status_code=409)
    assert [message.subject for message in mail.outbox] == ["Rappel"]
    Document.objects.update(state="accepted")
    assertContains(client.get(one(link, "remind")), "Nothing is to be filled in any more", status_code=409)


@pytest.mark.parametrize("step", ["mail", "remind"])
@pytest.mark.parametrize(
    "change", [{"subject": "a\nb"}, {"subject": ""}, {"body": ""}, {"body": "see /f/abcdefgh-ijkl"}]
)
def test_words_that_cannot_be_are_not_sent(login, alice, link, step, change):
    words = {"subject": "S", "body": "B", "_step": "send"} | change

    response = login(alice).post(one(link, step), words)

    assert response.status_code == 400
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("step", ["mail", "remind"])
def test_mails_are_for_those_who_steer(login, bob, carol, link, step):
    make_member(link.document.partnership, user=carol)

    for person, status in ((bob, 404), (carol, 403)):
        assert login(person).post(one(link, step), {"subject": "S", "body": "B", "_step": "send"}).status_code == status
    assert not OutgoingMail.objects.exists()
