"""What people see and do on the pages of agreements."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from partnerships.actions.agreement import save_text
from partnerships.actions.agreement_family import start_successor
from partnerships.models import Agreement
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.agreements import TEXT, make_agreement, on_day, sign, today

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice)


@pytest.fixture
def out(partnership):
    return make_agreement(partnership, state="out_for_signature", title="The MoU")


def url(name, agreement, *more):
    return reverse(f"partnerships:agreement-{name}", args=[agreement.reference, *more])


def leader(agreement, side="host"):
    party = agreement.parties.get(participation__side=side)
    user = make_user(name="Lea")
    contact = make_contact(user=user, organization=party.participation.organization, post="Director")
    make_member(agreement.partnership, side=side, role="lead", contact=contact)
    return user, party


def terms(partnership, **changes):
    data = {"kind": "memorandum", "title": "The MoU", "starts_on": "", "ends_on": today(400).isoformat()}
    data |= {f"party_{each.pk}": "must" for each in partnership.participations.all()}
    return data | {"review_on": "", "notice_days": ""} | changes


def test_an_agreement_is_started_written_and_sent_out(alice, login, partnership):
    client = login(alice)
    response = client.post(
        reverse("partnerships:agreement-create", args=[partnership.slug]), terms(partnership, notice_days="60")
    )
    agreement = Agreement.objects.get()
    assertRedirects(response, agreement.get_absolute_url())
    assert (agreement.notice_days, agreement.parties.count()) == (60, 2)
    assertContains(client.get(agreement.get_absolute_url()), "Write or upload the text")

    response = client.post(
        url("text", agreement), {"language": "en", "body": "# Why\r\n\r\nWe **train**.", "version": 1}
    )
    assertRedirects(response, agreement.get_absolute_url())
    for step in ("in_negotiation", "final_text", "out_for_signature"):
        assertRedirects(client.post(url("move", agreement), {"to": step}), agreement.get_absolute_url())

    page = client.get(agreement.get_absolute_url())
    assertContains(page, "<strong>train</strong>")
    assertContains(page, "Enter a signature", count=2)
    agreement.refresh_from_db()
    assert agreement.state == "out_for_signature"


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(alice, login, partnership):
    data = terms(partnership, title="Kept", starts_on=today(10).isoformat(), ends_on=today(5).isoformat())

    response = login(alice).post(reverse("partnerships:agreement-create", args=[partnership.slug]), data)

    assert response.status_code == 400
    assert response.context["form"].errors == {"ends_on": ["The end date must be after the start date."]}
    assertContains(response, 'value="Kept"', status_code=400)
    assert not Agreement.objects.exists()


def test_a_step_that_lacks_something_is_refused_with_what_is_missing(alice, login, partnership):
    agreement = make_agreement(partnership, body="")

    response = login(alice).post(url("move", agreement), {"to": "in_negotiation"})

    assertContains(response, "This is still missing: a text", status_code=409)


def test_steps_are_not_skipped(alice, login, partnership):
    response = login(alice).post(url("move", make_agreement(partnership)), {"to": "out_for_signature"})

    assertContains(response, "cannot become", status_code=409)


def test_an_overtaken_edit_shows_both_texts(alice, login, partnership):
    agreement = make_agreement(partnership)
    save_text(agreement, language="en", body="Theirs", prevails=False, seen_version=agreement.version, by=alice)

    response = login(alice).post(
        f"{url('text', agreement)}?language=en",
        {"language": "en", "body": "Mine", "version": agreement.version},
    )

    assert response.status_code == 409
    assertContains(response, "Somebody else changed this", status_code=409)
    assertContains(response, "Theirs", status_code=409)
    agreement.refresh_from_db()
    again = {"language": "en", "body": "Mine", "version": agreement.version}
    assert f'value="{agreement.version}"'.encode() in response.content
    assert login(alice).post(f"{url('text', agreement)}?language=en", again).status_code == 302


def test_a_new_language_does_not_write_over_another(alice, login, partnership):
    agreement = make_agreement(partnership)

    response = login(alice).post(
        url("text", agreement), {"language": "en", "body": "Mine", "version": agreement.version}
    )

    assert response.status_code == 400
    assert agreement.texts.get().body == TEXT


def test_a_file_is_uploaded_and_comes_back_as_a_download(alice, bob, login, partnership):
    agreement = make_agreement(partnership, body="")
    client = login(alice)
    data = {"language": "en", "file": SimpleUploadedFile("MoU.pdf", PDF), "version": agreement.version}

    assertRedirects(client.post(url("upload", agreement), data), agreement.get_absolute_url())

    file = agreement.texts.get().file
    address = url("file", agreement, file.public_id)
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert login(bob).get(address).status_code == 404
    other = make_agreement(make_partnership(coordinator=bob))
    assert login(bob).get(url("file", other, file.public_id)).status_code == 404


def test_a_file_that_is_not_what_it_says_is_refused_at_its_field(alice, login, partnership):
    agreement = make_agreement(partnership, body="")
    data = {"language": "en", "file": SimpleUploadedFile("MoU.pdf", b"<html>"), "version": agreement.version}

    response = login(alice).post(url("upload", agreement), data)

    assert response.status_code == 400
    assert list(response.context["upload_form"].errors) == ["file"]


def test_editing_warns_when_somebody_has_accepted(alice, login, out):
    sign(out, out.parties.first())

    assertContains(login(alice).get(url("text", out)), "1 party has accepted the present text")
    assertContains(login(alice).get(url("edit", out)), "1 party has accepted the present text")


def test_the_signatory_reads_and_accepts(login, out):
    user, party = leader(out)
    client = login(user)
    assertContains(client.get(out.get_absolute_url()), "Read and accept", count=1)
    page = client.get(url("accept", out, party.pk))
    assertContains(page, "The parties train midwives together.")
    assert page.context["form"]["post"].value() == "Director"

    data = {"seen_hash": out.content_hash, "name": "Lea", "post": "Director", "agree": "on"}
    assertRedirects(client.post(url("accept", out, party.pk), data), out.get_absolute_url())

    out.refresh_from_db()
    assert out.state == "partly_signed"
    assertContains(client.get(out.get_absolute_url()), "Accepted here by the signatory")


def test_without_the_tick_nothing_is_accepted(login, out):
    user, party = leader(out)

    response = login(user).post(url("accept", out, party.pk), {"seen_hash": out.content_hash, "name": "Lea"})

    assert response.status_code == 400
    assert not out.acceptances.exists()


def test_a_stale_page_accepts_nothing_and_says_what_changed(alice, login, out):
    user, party = leader(out)
    shown = out.content_hash
    save_text(
        out,
        language="en",
        body=TEXT.replace("midwives", "surgeons"),
        prevails=False,
        seen_version=out.version,
        by=alice,
    )

    response = login(user).post(url("accept", out, party.pk), {"seen_hash": shown, "name": "Lea", "agree": "on"})

    assertContains(response, "Nothing was accepted", status_code=409)
    assertContains(response, "<ins>surgeons</ins>", status_code=409)
    assert not out.acceptances.exists()


@pytest.mark.parametrize("name", ["accept", "enter"])
def test_nobody_signs_twice_from_a_second_tab(alice, login, out, name):
    user, party = leader(out)
    client = login(user if name == "accept" else alice)
    data = {"seen_hash": out.content_hash, "name": "Lea", "agree": "on"}
    data |= {"mode": "email", "note": "Yes", "signed_on": today().isoformat()}
    assert client.post(url(name, out, party.pk), data).status_code == 302

    assertContains(client.post(url(name, out, party.pk), data), "already accepted", status_code=409)
    assertContains(client.get(url(name, out, party.pk)), "already accepted")
    assert out.acceptances.count() == 1


@pytest.mark.parametrize("who", ["member", "other side", "administrator"])
def test_nobody_accepts_for_others(login, admin, out, who):
    user, party = leader(out)
    if who == "member":
        user = make_user()
        make_member(out.partnership, side="host", role="member", user=user)
    elif who == "other side":
        user, _party = leader(out, "resource")
    else:
        user = admin

    response = login(user).post(
        url("accept", out, party.pk), {"seen_hash": out.content_hash, "name": "X", "agree": "on"}
    )

    assert response.status_code == 403
    assert not out.acceptances.exists()


def test_a_signature_on_paper_is_entered_and_its_scan_kept_over_a_mistake(alice, login, out):
    party, client = out.parties.first(), login(alice)
    data = {"seen_hash": out.content_hash, "mode": "ink", "name": "", "signed_on": today().isoformat()}
    response = client.post(url("enter", out, party.pk), data | {"scan": SimpleUploadedFile("signed.pdf", PDF)})
    assert response.status_code == 400
    assertContains(response, "signed.pdf", status_code=400)

    held = response.context["form"]["held"].value()
    assert client.post(url("enter", out, party.pk), data | {"name": "Dr A", "held": held}).status_code == 302

    acceptance = out.acceptances.get()
    assert (acceptance.mode, acceptance.evidence.name) == ("ink", "signed.pdf")
    assert default_storage.exists(acceptance.evidence.file.name)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"signed_on": "2999-01-01"}, "signed_on"),
        ({"mode": "ink"}, "scan"),
        ({"mode": "email", "note": ""}, "note"),
        ({"mode": "account"}, "mode"),
    ],
)
def test_what_is_wrong_with_an_entry_is_said_at_its_field(alice, login, out, changes, field):
    data = {"seen_hash": out.content_hash, "mode": "email", "name": "Dr A", "signed_on": "2026-01-05", "note": "Yes"}

    response = login(alice).post(url("enter", out, out.parties.first().pk), data | changes)

    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]


def test_what_is_in_force_offers_what_can_follow(alice, login, partnership):
    agreement = on_day(make_agreement(partnership, state="in_force", starts_on=today(-5)), runs_until=74)
    client = login(alice)

    page = client.get(agreement.get_absolute_url())

    assertContains(page, "Expires in 74 days")
    assertContains(page, "Amend it")
    assertNotContains(page, "Change terms and parties")
    assertContains(client.get(url("edit", agreement)), "Make an amendment instead")
    assertContains(client.post(url("edit", agreement), {}), "Make an amendment instead", status_code=409)
    assertContains(client.post(url("text", agreement), {}), "Make an amendment instead", status_code=409)
    assertContains(client.post(url("delete", agreement)), "stays on record", status_code=409)
    response = client.post(url("follow", agreement, "amendment"))
    amendment = agreement.successors.get()
    assertRedirects(response, amendment.get_absolute_url())
    assertContains(client.get(amendment.get_absolute_url()), "What is different from")
    assertContains(client.post(url("follow", agreement, "amendment")), "under way already", status_code=409)
    assert client.get(url("follow", agreement, "sequel")).status_code == 404


def test_the_end_is_recorded_with_its_obligations(alice, login, partnership):
    agreement = make_agreement(partnership, state="in_force", notice_days=30)
    client = login(alice)
    page = client.get(url("terminate", agreement))
    assertContains(page, "30 days of notice")
    wrong = client.post(url("terminate", agreement), {"on": today(-1).isoformat(), "reason": "Why not"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (400, ["on"])

    data = {"on": today(30).isoformat(), "reason": "Funds ended", "obligations": "Return the drill kit"}
    assertRedirects(client.post(url("terminate", agreement), data), agreement.get_absolute_url())

    page = client.get(agreement.get_absolute_url())
    assertContains(page, "ends in 30 days")
    assertContains(page, "Return the drill kit")


def test_versions_tell_what_changed_and_whose_word_it_voided(alice, login, out):
    sign(out, out.parties.first())
    out.refresh_from_db()
    save_text(out, language="en", body="Else", prevails=False, seen_version=out.version, by=alice)

    page = login(alice).get(url("versions", out))

    assertContains(page, "This change voided what had been accepted")
    assertContains(page, "Dr Signatory for")
    assertContains(page, "<ins>Else</ins>")


def test_the_page_of_the_partnership_says_what_is_in_force_and_what_is_missing(alice, login, partnership):
    client = login(alice)
    assertContains(client.get(partnership.get_absolute_url()), "A memorandum of understanding that is in force")

    agreement = on_day(make_agreement(partnership, state="in_force", title="The MoU"), runs_until=74)

    page = client.get(partnership.get_absolute_url())
    assertNotContains(page, "A memorandum of understanding that is in force")
    assertContains(page, "expires in 74 days")
    assertContains(client.get(reverse("partnerships:agreement-list", args=[partnership.slug])), agreement.reference)


def test_a_text_is_data_and_never_markup(alice, login, partnership):
    agreement = make_agreement(partnership, body="<script>alert(1)</script> [x](javascript:alert(1))", title="<b>T</b>")

    page = login(alice).get(agreement.get_absolute_url())

    assertNotContains(page, "<script>alert")
    assertNotContains(page, 'href="javascript')
    assertContains(page, "&lt;b&gt;T&lt;/b&gt;")


def test_a_draft_is_deleted_with_one_confirmation(alice, login, partnership):
    agreement = make_agreement(partnership)

    response = login(alice).post(url("delete", agreement))

    assertRedirects(response, reverse("partnerships:agreement-list", args=[partnership.slug]))
    assert not Agreement.objects.exists()


def test_a_language_version_is_removed(alice, login, partnership):
    agreement = make_agreement(partnership)
    save_text(agreement, language="fr", body="Bonjour", prevails=True, seen_version=agreement.version, by=alice)
    client = login(alice)
    assertContains(client.get(agreement.get_absolute_url()), "The text in French")

    assert client.post(url("text-remove", agreement), {"language": "fr"}).status_code == 302

    assert agreement.texts.get().language == "en"
    assert client.post(url("text-remove", agreement), {"language": "fr"}).status_code == 404


@pytest.mark.parametrize("state", ["draft", "final_text", "partly_signed", "signed", "in_force"])
def test_everybody_on_the_team_reads_every_state(login, partnership, state):
    user = make_user()
    make_member(partnership, side="host", role="member", user=user)
    agreement = make_agreement(partnership, state=state, starts_on=today(3) if state == "signed" else None)

    page = login(user).get(agreement.get_absolute_url())

    assertContains(page, "The parties train midwives together.")
    assertNotContains(page, "Enter a signature")


def test_a_successor_leads_to_its_parent_and_back(alice, login, partnership):
    agreement = make_agreement(partnership, state="in_force", title="The MoU")
    renewal = start_successor(agreement, "renewal", by=alice)

    assertContains(login(alice).get(renewal.get_absolute_url()), agreement.get_absolute_url())
    assertContains(login(alice).get(agreement.get_absolute_url()), renewal.get_absolute_url())
