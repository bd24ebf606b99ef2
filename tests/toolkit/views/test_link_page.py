"""The page of one link: who opened it, which mails went out, and what can be changed about it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import make_member, make_partnership
from tests.factories.mails import make_mail
from tests.factories.toolkit import make_document, make_link, make_tool
from tests.toolkit.views.test_fill_language import EXTRA, FORM
from toolkit.actions.links import revoke_share_link, stamp_of
from toolkit.models import Document, LinkVisit, ShareLink
from toolkit.permissions import may_comment_by_link, writer_for_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(alice):
    return make_document(partnership=make_partnership(coordinator=alice), title="Trip report")


@pytest.fixture
def link(document):
    return make_link(document, recipient_name="Hawa", days=5)


def page(link) -> str:
    return f"{link.document.get_absolute_url()}links/{link.public_id}/"


def change(link, **fields) -> dict:
    return {"seen": stamp_of(link), "days": "", "most_devices": "", "is_reminded": "on"} | fields


def test_visits_and_mails_are_told(login, alice, link):
    LinkVisit.objects.create(link=link, key_hash="1", name="Ngọc", post="Nurse", email="n@example.org", is_other=True)
    LinkVisit.objects.create(link=link, key_hash="2", wrote_at=timezone.now())
    make_mail(link.document.partnership, subject="First letter", address_of=f"link:{link.public_id}")
    make_mail(link.document.partnership, subject="Of another", address_of="link:xyz")

    response = login(alice).get(page(link))

    for words in ("Ngọc", "Nurse", "n@example.org", "Passed on", "No name given", "Wrote", "First letter", link.url):
        assertContains(response, words)
    assertNotContains(response, "Of another")
    assert "no-store" in response["Cache-Control"]


def test_a_link_works_longer_and_those_it_was_passed_on_to_as_well(login, alice, link, document):
    own = make_link(document, days=5)
    ShareLink.objects.filter(pk=own.pk).update(passed_on_from=link)

    response = login(alice).post(f"{page(link)}change/", change(link, days="60", most_devices="3", is_reminded=""))

    assert response.status_code == 302
    old, link = link.token, ShareLink.objects.get(pk=link.pk)
    own.refresh_from_db()
    assert timedelta(days=59) < link.expires_at - timezone.now() <= timedelta(days=60)
    assert own.expires_at == link.expires_at
    assert (link.most_devices, link.is_reminded, link.token) == (3, False, old)
    entry = document.partnership.entries.first()
    assert (entry.verb, entry.data["day"]) == ("link.extended", timezone.localtime(link.expires_at).date().isoformat())


def test_a_link_that_ran_out_works_again(login, alice, link, client):
    past = timezone.now() - timedelta(days=9)
    ShareLink.objects.update(created_at=past, expires_at=past + timedelta(days=1))
    link.refresh_from_db()
    assert client.get(f"/f/{link.token}/").status_code == 410

    login(alice).post(f"{page(link)}change/", change(link, days="7"))

    assert client.get(f"/f/{link.token}/").status_code == 200


@pytest.mark.parametrize(
    ("fields", "words", "status"),
    [
        ({"days": "0"}, "greater than or equal to 1", 400),
        ({"days": "366"}, "less than or equal to 365", 400),
        ({"days": "soon"}, "Enter a whole number", 400),
        ({"most_devices": "0"}, "greater than or equal to 1", 400),
        ({"most_devices": "501"}, "less than or equal to 500", 400),
        ({"seen": "long ago"}, "Somebody else changed this link", 409),
        ({"seen": ""}, "Somebody else changed this link", 409),
    ],
)
def test_what_cannot_be_is_refused(login, alice, link, fields, words, status):
    response = login(alice).post(f"{page(link)}change/", change(link, **fields))

    assertContains(response, words, status_code=status)
    link.refresh_from_db()
    assert link.most_devices is None
    assert link.expires_at < timezone.now() + timedelta(days=6)


def test_two_who_change_it_at_once_hear_of_each_other(login, alice, link):
    first, second = change(link, days="60"), change(link, days="90")
    client = login(alice)

    assert client.post(f"{page(link)}change/", first).status_code == 302
    assert client.post(f"{page(link)}change/", second).status_code == 409


@pytest.mark.parametrize("end", ["revoked", "withdrawn"])
def test_what_was_ended_stays_ended(login, alice, link, end):
    if end == "revoked":
        revoke_share_link(link, by=alice)
    else:
        Document.objects.update(state="withdrawn")

    response = login(alice).post(f"{page(link)}change/", change(link, days="60"))

    assertContains(response, "This link was revoked", status_code=409)
    link.refresh_from_db()
    assert link.expires_at < timezone.now() + timedelta(days=6)


def test_the_page_is_for_those_who_steer(login, link, bob, carol):
    make_member(link.document.partnership, user=carol)

    for person, status in ((bob, 404), (carol, 403)):
        client = login(person)
        assert client.get(page(link)).status_code == status
        assert client.post(f"{page(link)}change/", change(link, days="60")).status_code == status
        assert client.post(f"{page(link)}seats/").status_code == status
        assert link.token not in client.get(page(link)).content.decode()


def test_the_page_of_another_documents_link_is_not_found(login, alice, link, document):
    other = make_document(partnership=document.partnership, version=document.version)

    assert login(alice).get(f"{other.get_absolute_url()}links/{link.public_id}/").status_code == 404


def test_a_link_for_comments_reads_and_does_not_write(document, client):
    link = make_link(document, scope="review")

    assert writer_for_link(link).parts == frozenset()
    assert client.get(f"/f/{link.token}/")["Location"] == f"/f/{link.token}/done/"
    assert client.post(f"/f/{link.token}/", {"f_title": "x"})["Location"] == f"/f/{link.token}/done/"
    assert [may_comment_by_link(make_link(document, scope=scope)) for scope in ("fill", "review", "read")] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(("language", "opens_in"), [("", "en"), ("fr", "fr"), ("ru", "en")])
def test_a_link_opens_in_the_language_of_its_mail_if_the_form_speaks_it(document, client, language, opens_in):
    version = make_tool(form=FORM, extra=EXTRA, languages="en, fr, ar", title='Visit", fr: "Visite')
    link = make_link(make_document(partnership=document.partnership, version=version), language=language)

    assert client.get(f"/f/{link.token}/")["Content-Language"] == opens_in


@pytest.mark.parametrize("n", [1, 9])
def test_queries_do_not_grow(login, alice, link, document, django_assert_num_queries, n):
    for each in range(n):
        LinkVisit.objects.create(link=link, key_hash=str(each))
        make_mail(document.partnership, address_of=f"link:{link.public_id}")
        ShareLink.objects.filter(pk=make_link(document).pk).update(passed_on_from=link)
    client = login(alice)

    # session, person, document, link, submitted parts, visits, mails, those it was passed on to
    with django_assert_num_queries(8):
        client.get(page(link))
