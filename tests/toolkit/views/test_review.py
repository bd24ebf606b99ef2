"""Returning, commenting and signing on their pages: with an account, through a link, and refused to everybody else."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.toolkit import make_document, make_link, make_tool, make_writer, only_response
from toolkit.actions.field_comments import add_field_comment
from toolkit.actions.links import revoke_share_link
from toolkit.actions.returning import Point
from toolkit.actions.saving import save_answers
from toolkit.actions.submitting import accept_document, return_document, submit_part
from toolkit.models import Document, FieldComment, Signature
from toolkit.permissions import writer_for_link

pytestmark = pytest.mark.django_db
FORM = """
  - group: visit
    label: {en: The visit, fr: La visite}
    items:
      - {id: f_title, name: title, type: text, required: true, label: {en: Title, fr: Titre}}
      - {id: f_days, name: days, type: integer, label: {en: Working days, fr: Jours ouvrés}}
  - repeat: costs
    id: r_costs
    label: {en: Costs, fr: Coûts}
    items:
      - {id: f_item, name: item, type: text, required: true, label: {en: Item, fr: Objet}}
  - {id: f_sign, name: sign, type: signature, label: {en: Signature, fr: Signature}}
"""
HOST = make_writer("host", name="Hawa")
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def document(alice):
    version = make_tool(form=FORM, languages="en, fr")
    document = make_document(partnership=make_partnership(coordinator=alice), version=version)
    response = only_response(document)
    save_answers(response, {"f_title": "A visit", "r_costs/row00001/f_item": "Tickets"}, {}, by=HOST)
    submit_part(response, by=HOST)
    return Document.objects.get(pk=document.pk)


@pytest.fixture
def link(document):
    return make_link(document, side="host", recipient_name="Hawa")


def post_return(client, document, **data):
    url = f"{document.get_absolute_url()}return/"
    seen = client.get(url).context["form"]["seen"].value()
    return client.post(url, {"seen": seen, **data})


def test_one_question_is_returned_and_only_it_has_a_field(login, alice, client, document, link):
    response = post_return(login(alice), document, **{"point:-:f_days": "How many?", "point:-:r_costs": "  "})
    assertRedirects(response, document.get_absolute_url())

    page = client.get(f"/f/{link.token}/")

    assertContains(page, '<a href="#f_days">Working days</a>: <span dir="auto">How many?</span>')
    assertContains(page, 'name="f_days"')
    for name in ("f_title", "r_costs/row00001/f_item", "r_costs/row00001:remove"):
        assertNotContains(page, f'name="{name}"')
    assertContains(page, '<output class="fill-shown" id="f_title" dir="auto">A visit</output>')
    assertNotContains(page, "Add a row")
    assertContains(login(alice).get(document.get_absolute_url()), "How many?")


def test_a_post_that_names_what_is_closed_saves_the_rest_and_says_so(alice, client, document, link):
    return_document(document, by=alice, reason="", points=[Point(place="f_days", reason="How many?")])
    page = client.get(f"/f/{link.token}/").context["page"]
    data = {"_key": page.key, "_seen": page.seen_json, "_end": "1", "_action": "save", "_name": "Hawa"}

    response = client.post(f"/f/{link.token}/", data | {"f_days": "4", "f_title": "Smuggled"})

    assertContains(response, "was not returned for changes", status_code=422)
    answers = only_response(document).answers
    assert (answers["f_days"], answers["f_title"]) == (4, "A visit")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_problem_leads_to_its_question(alice, client, document, link, lang):
    return_document(document, by=alice, reason="All of it")
    page = client.get(f"/f/{link.token}/?lang={lang}").context["page"]
    data = {"_key": page.key, "_seen": page.seen_json, "_end": "1", "_action": "submit", "_name": "Hawa"}
    data |= {"f_title": "", "r_costs:row": "row00001", "r_costs/row00001/f_item": ""}

    response = client.post(f"/f/{link.token}/?lang={lang}", data)

    label = {"en": "Title", "fr": "Titre"}[lang]
    assertContains(response, f'<li><a href="#f_title">{label}</a>', status_code=422)
    assertContains(response, 'href="#r_costs/row00001/f_item"', status_code=422)
    for anchor in ("f_title", "r_costs/row00001/f_item"):
        assertContains(response, f'id="{anchor}"', status_code=422)


@pytest.mark.parametrize("data", [{}, {"reason": " "}, {"point:-:f_days": "x" * 2001}])
def test_a_return_without_a_reason_asks_for_one(login, alice, document, data):
    assert post_return(login(alice), document, **data).status_code == 400
    document.refresh_from_db()
    assert document.state == "submitted"


def test_a_lead_of_the_other_side_returns_and_accepts_and_a_member_does_not(login, document):
    for role, status in (("technical", 403), ("lead", 200)):
        person = make_user(name=role)
        make_member(document.partnership, side="resource", role=role, contact=make_contact(user=person))
        for step in ("return", "accept"):
            assert login(person).get(f"{document.get_absolute_url()}{step}/").status_code == status
        assert login(person).get(f"{document.get_absolute_url()}reopen/").status_code == 403


def test_an_accepted_document_is_reopened_with_a_reason(login, alice, document):
    accept_document(document, by=alice)
    client, url = login(alice), f"{document.get_absolute_url()}reopen/"
    seen = client.get(url).context["form"]["seen"].value()

    assert client.post(url, {"seen": seen, "point:-:f_days": "Four"}).status_code == 400
    assertContains(client.post(url, {"seen": "accepted.0", "reason": "x"}), "has changed since", status_code=409)
    assertRedirects(client.post(url, {"seen": seen, "reason": "A wrong day"}), document.get_absolute_url())

    assertContains(client.get(document.get_absolute_url()), "A wrong day")
    assertContains(client.post(url, {"seen": seen, "reason": "again"}), "cannot become", status_code=409)


def test_comments_stand_beside_the_answer_and_the_field(login, alice, client, document, link):
    about = f"/f/{link.token}/comments/?about=-:f_title"
    response = client.post(about, {"text": "Is <b>this</b> its name?"})
    comment = FieldComment.objects.get()
    assertRedirects(response, f"{about}#comment-{comment.pk}", fetch_redirect_response=False)

    own = login(alice)
    for page in (own.get(document.get_absolute_url()), client.get(f"/f/{link.token}/done/"), client.get(about)):
        assertContains(page, "Is &lt;b&gt;this&lt;/b&gt; its name?")
    url = f"{document.get_absolute_url()}comments/?about=-:f_title"
    own.post(url, {"text": "It is.", "parent": comment.pk})
    return_document(document, by=alice, reason="", points=[Point(place="f_title", reason="See there")])
    assertContains(client.get(f"/f/{link.token}/"), "It is.")
    own.post(url, {"_mark": f"done:{comment.pk}"})
    assertContains(own.get(url), "marked as done by Alice")
    assertNotContains(client.get(f"/f/{link.token}/"), "It is.")
    assertContains(own.get(document.get_absolute_url()), "0 comments wait for an answer.")


def test_comments_that_cannot_be_kept_are_answered_clearly(login, alice, client, document, link):
    url = f"{document.get_absolute_url()}comments/"
    own = login(alice)
    for data in ({"text": " "}, {"text": "x" * 2001}, {}):
        assert own.post(f"{url}?about=-:f_title", data).status_code == 400
    for data in ({"_mark": "done:99"}, {"_mark": "x"}, {"text": "x", "parent": "99"}):
        assertContains(own.post(f"{url}?about=-:f_title", data), "not here any more", status_code=400)
    for about in ("-:f_none", "host:f_title", "-:c_total", "-:f_item", "-:"):
        assert own.get(f"{url}?about={about}").status_code == 404
    assert own.post(url, {"text": "x"}).status_code == 404
    assert own.post(f"{url}?about=-:f_title", {"text": "x", "row": "r_costs/row00001"}).status_code == 403
    revoke_share_link(link, by=alice)
    assert client.post(f"/f/{link.token}/comments/?about=-:f_title", {"text": "x"}).status_code == 410
    reader = make_link(document, side="host", scope="read")
    assert client.get(f"/f/{reader.token}/comments/").status_code == 200
    assert client.post(f"/f/{reader.token}/comments/?about=-:f_title", {"text": "x"}).status_code == 403
    assert not FieldComment.objects.exists()


def sign_data(page, **more):
    seen = page.context["form"]["seen_hash"].value()
    return {"seen_hash": seen, "name": "Hawa Abdi", "post": "Director", "agree": "on", **more}


def test_a_link_signs_and_the_signature_stands_on_every_page(login, alice, client, document, link):
    url = f"/f/{link.token}/sign/?about=-:f_sign"
    assertContains(client.get(f"/f/{link.token}/done/"), f'href="{url}"')
    page = client.get(url)
    assertContains(page, "A visit")

    assertRedirects(client.post(url, sign_data(page)), f"/f/{link.token}/done/")

    code = Signature.objects.get().code
    for page in (client.get(f"/f/{link.token}/done/"), login(alice).get(document.get_absolute_url())):
        assertContains(page, "Hawa Abdi")
        assertContains(page, code)
        assertNotContains(page, "Not signed yet")
    accept_document(document, by=alice)
    own = login(alice)
    reopen = f"{document.get_absolute_url()}reopen/"
    own.post(reopen, {"seen": own.get(reopen).context["form"]["seen"].value(), "reason": "x"})
    page = own.get(document.get_absolute_url())
    assertContains(page, "<del><bdi>Hawa Abdi</bdi>")
    assertContains(page, "the document was reopened (Alice)")
    submission = Signature.objects.get().submission_id
    page = own.get(f"{document.get_absolute_url()}history/state/?at=s{submission}")
    assertContains(page, "Void: the document was reopened")
    assertNotContains(page, "Agreed electronically")


def test_a_signature_that_lacks_something_or_comes_too_late(alice, client, document, link):
    url = f"/f/{link.token}/sign/?about=-:f_sign"
    page = client.get(url)
    for more in ({"name": ""}, {"agree": ""}, {"post": "x" * 201}, {"seen_hash": ""}):
        assert client.post(url, sign_data(page, **more)).status_code == 400
    return_document(document, by=alice, reason="x")
    assertContains(client.post(url, sign_data(page)), "open for changes", status_code=409)
    assertRedirects(client.get(url), f"/f/{link.token}/done/")
    assert not Signature.objects.exists()


def test_a_scan_is_given_back_as_a_download_to_those_who_read_the_answer(login, alice, bob, client, document, link):
    own, url = login(alice), f"{document.get_absolute_url()}sign/?about=-:f_sign"
    page = own.get(url)
    scan = SimpleUploadedFile("signed.pdf", PDF, "application/pdf")
    response = own.post(url, sign_data(page, scan=scan, on=timezone.localdate().isoformat()))
    assertRedirects(response, document.get_absolute_url())

    signature = Signature.objects.get()
    for found in (
        own.get(f"{document.get_absolute_url()}scans/{signature.public_id}/"),
        client.get(f"/f/{link.token}/scans/{signature.public_id}/"),
    ):
        assert found.status_code == 200
        assert found["Content-Disposition"].startswith("attachment")
        assert found["X-Content-Type-Options"] == "nosniff"
        assert b"".join(found) == PDF
    other = make_link(make_document(partnership=document.partnership, version=document.version))
    assert client.get(f"/f/{other.token}/scans/{signature.public_id}/").status_code == 404
    assert login(bob).get(f"{document.get_absolute_url()}scans/{signature.public_id}/").status_code == 404


def test_signing_is_refused_to_the_other_side_and_to_readers(client, alice):
    version = make_tool(
        form=FORM.replace("type: signature,", "type: signature, side: resource,"), mode="joint", languages="en, fr"
    )
    document = make_document(partnership=make_partnership(coordinator=alice), version=version)
    response = only_response(document)
    save_answers(response, {"f_title": "A"}, {}, by=HOST)
    for side in ("host", "resource"):
        submit_part(response, by=make_writer(side))
    for fields in ({"side": "host"}, {"side": "resource", "scope": "read"}):
        link = make_link(document, **fields)
        assert client.get(f"/f/{link.token}/sign/?about=-:f_sign").status_code == 403
        assertNotContains(client.get(f"/f/{link.token}/done/"), "Read and sign")
    assert client.get(f"/f/{make_link(document, side='resource').token}/sign/?about=-:f_sign").status_code == 200


def test_a_page_with_comments_and_signatures_stays_cheap(
    login, alice, client, document, link, django_assert_max_num_queries
):
    writer = writer_for_link(link)
    for number in range(12):
        add_field_comment(only_response(document), ("f_title", "f_days")[number % 2], f"Word {number}", by=writer)
    page = client.get(f"/f/{link.token}/sign/?about=-:f_sign")
    client.post(f"/f/{link.token}/sign/?about=-:f_sign", sign_data(page))
    own = login(alice)
    pages = ((own, document.get_absolute_url(), 15), (client, f"/f/{link.token}/done/", 12))
    pages += ((own, f"{document.get_absolute_url()}comments/", 10), (own, f"{document.get_absolute_url()}return/", 10))
    for who, url, most in pages:
        who.get(url)
        with django_assert_max_num_queries(most):
            assert who.get(url).status_code == 200


@pytest.mark.parametrize("n", [2, 30])
def test_pages_of_what_each_side_answered_ask_no_more_for_more_questions(
    login, alice, n, django_assert_max_num_queries
):
    items = "".join(f"\n  - {{id: f_{at}, name: q_{at}, type: text, label: {{en: Question {at}}}}}" for at in range(n))
    version = make_tool(form=f"{items}\n", mode="each")
    document = make_document(partnership=make_partnership(coordinator=alice), version=version)
    for response, side in zip(document.responses.order_by("side"), ("host", "resource"), strict=True):
        response.document = document
        save_answers(response, {"f_0": "A"}, {}, by=make_writer(side))
        submit_part(response, by=make_writer(side))
    client = login(alice)
    for page in ("", "comments/", "return/", "history/", "history/differences/"):
        client.get(document.get_absolute_url() + page)
        with django_assert_max_num_queries(12):
            assert client.get(document.get_absolute_url() + page).status_code == 200
