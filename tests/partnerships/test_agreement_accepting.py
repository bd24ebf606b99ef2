"""An acceptance holds for the text that was shown and no other; an edit voids it."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from partnerships.actions.acceptance import accept_agreement, enter_acceptance
from partnerships.actions.agreement import (
    PartyChoice,
    change_terms,
    remove_text,
    save_text,
)
from partnerships.actions.agreement_steps import move_agreement
from partnerships.agreement_content import differences
from partnerships.models import Acceptance, Agreement, AgreementFile
from tests.factories import make_contact, make_member, make_organization, make_partnership, make_user
from tests.factories.agreements import TEXT, make_agreement, on_day, sign, sign_all, today

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def pdf(name: str = "signed.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice)


@pytest.fixture
def out(partnership):
    return make_agreement(partnership, state="out_for_signature")


def party_of(agreement, side):
    return agreement.parties.get(participation__side=side)


def signatory(agreement, side, *, role="lead"):
    """Somebody with an account who leads the side and works for its organization."""
    party = party_of(agreement, side)
    user = make_user()
    contact = make_contact(user=user, organization=party.participation.organization)
    make_member(agreement.partnership, side=side, role=role, contact=contact)
    return user


def edit(agreement, body, *, by):
    agreement.refresh_from_db()
    return save_text(agreement, language="en", body=body, prevails=False, seen_version=agreement.version, by=by)


def choices(agreement):
    return {party.participation: PartyChoice(is_required=party.is_required) for party in agreement.parties.all()}


# Accepting


def test_all_required_parties_bring_it_into_force(partnership, out):
    sign(out, party_of(out, "host"))
    out.refresh_from_db()
    assert (out.state, out.in_force_on) == ("partly_signed", None)

    sign(out, party_of(out, "resource"))

    out.refresh_from_db()
    assert (out.state, out.in_force_on, out.runs_until) == ("in_force", today(), out.ends_on)
    assert [entry.verb for entry in partnership.entries.all()[:2]] == ["agreement.in_force", "agreement.accepted"]


def test_a_later_start_makes_it_wait(partnership):
    agreement = make_agreement(partnership, state="signed", starts_on=today(10))

    assert (agreement.state, agreement.standing, agreement.in_force_on) == ("signed", "signed", today(10))
    assert agreement.days_left is None
    agreement = on_day(agreement, in_force_on=0)
    assert (agreement.state, agreement.standing) == ("signed", "in_force")


def test_it_is_in_force_from_the_last_signature_when_that_is_later_than_the_start(partnership):
    agreement = make_agreement(partnership, state="out_for_signature", starts_on=today(-100))
    sign(agreement, party_of(agreement, "host"), signed_on=today(-20))
    sign(agreement, party_of(agreement, "resource"), signed_on=today(-30))

    agreement.refresh_from_db()
    assert (agreement.state, agreement.in_force_on) == ("in_force", today(-20))


def test_a_party_that_need_not_sign_is_not_waited_for_and_may_join_later(partnership):
    parties = {each: PartyChoice(is_required=each.side == "host") for each in partnership.participations.all()}
    agreement = make_agreement(partnership, kind="commitment", state="in_force", parties=parties)
    assert agreement.state == "in_force"

    sign(agreement, party_of(agreement, "resource"))

    agreement.refresh_from_db()
    assert agreement.state == "in_force"
    assert agreement.acceptances.live().count() == 2


def test_the_signatory_accepts_with_the_account(out):
    user = signatory(out, "host")

    acceptance = accept_agreement(
        out, party_of(out, "host"), seen_hash=out.content_hash, name="Dr A", post="Director", by=user
    )

    assert (acceptance.mode, acceptance.by, acceptance.signed_on) == ("account", user, today())
    assert acceptance.content_hash == acceptance.revision.content_hash == out.content_hash
    assert acceptance.revision.content["texts"][0]["body"] == TEXT


@pytest.mark.parametrize("role", ["technical", "member", "alternate", "finance"])
def test_a_reader_accepts_for_nobody(out, role):
    with pytest.raises(PermissionDenied):
        accept_agreement(
            out,
            party_of(out, "host"),
            seen_hash=out.content_hash,
            name="X",
            by=signatory(out, "host", role=role),
        )


def test_nobody_accepts_for_another_organization(out, admin, alice):
    for somebody in (signatory(out, "resource"), admin, alice):
        with pytest.raises(PermissionDenied):
            accept_agreement(out, party_of(out, "host"), seen_hash=out.content_hash, name="X", by=somebody)

    assert not Acceptance.objects.exists()


def test_a_lead_of_another_organization_of_the_same_side_does_not_speak_for_it(out):
    user = make_user()
    contact = make_contact(user=user, organization=make_organization())
    make_member(out.partnership, side="host", role="lead", contact=contact)

    with pytest.raises(PermissionDenied):
        accept_agreement(out, party_of(out, "host"), seen_hash=out.content_hash, name="X", by=user)


def test_where_a_signatory_is_named_nobody_else_signs(out):
    lead, named = signatory(out, "host"), make_user()
    party = party_of(out, "host")
    party.signatory = make_contact(user=named)
    party.save()

    with pytest.raises(PermissionDenied):
        accept_agreement(out, party, seen_hash=out.content_hash, name="X", by=lead)
    accept_agreement(out, party, seen_hash=out.content_hash, name="X", by=named)

    assert out.acceptances.live().count() == 1


def test_a_role_that_ended_signs_nothing(out):
    user = signatory(out, "host")
    out.partnership.team.update(starts_on=today(-9), ends_on=today(-1))

    with pytest.raises(PermissionDenied):
        accept_agreement(out, party_of(out, "host"), seen_hash=out.content_hash, name="X", by=user)


def test_a_text_that_is_not_the_one_shown_is_not_accepted(alice, out):
    shown, user = out.content_hash, signatory(out, "host")
    edit(out, "Other words", by=alice)
    for step in ("final_text", "out_for_signature"):
        move_agreement(out, step, by=alice)

    with pytest.raises(ValidationError, match="changed after you opened"):
        accept_agreement(out, party_of(out, "host"), seen_hash=shown, name="X", by=user)

    assert not Acceptance.objects.exists()


def test_nobody_accepts_twice(out):
    sign(out, party_of(out, "host"))

    with pytest.raises(ValidationError, match="already accepted"):
        sign(out, party_of(out, "host"))

    accepted = out.acceptances.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Acceptance.objects.bulk_create(
            [Acceptance(**{f.attname: getattr(accepted, f.attname) for f in Acceptance._meta.fields if f.name != "id"})]
        )


@pytest.mark.parametrize("state", ["draft", "in_negotiation", "final_text"])
def test_only_what_is_out_for_signature_is_accepted(partnership, state):
    agreement = make_agreement(partnership, state=state)

    with pytest.raises(ValidationError, match="not out for signature"):
        sign(agreement, agreement.parties.first())


def test_an_end_that_passed_meanwhile_is_not_accepted(out):
    Agreement.objects.update(ends_on=today(-1))

    with pytest.raises(ValidationError, match="still to come"):
        sign(out, party_of(out, "host"))


def test_a_party_of_another_agreement_is_refused(partnership, out):
    other = make_agreement(partnership, state="out_for_signature")

    with pytest.raises(ValidationError, match="no party"):
        sign(out, other.parties.first())


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"mode": "ink"}, "scan or photo"),
        ({"mode": "email", "note": " "}, "who wrote what"),
        ({"mode": "email", "note": "x", "signed_on": today(1)}, "still to come"),
        ({"mode": "account", "note": "x"}, "how it was accepted"),
        ({"mode": "ink", "scan": b"<html>"}, "not a PDF file"),
    ],
)
def test_what_a_coordinator_enters_has_evidence(alice, out, fields, message):
    fields = {"signed_on": today(), **fields}
    if "scan" in fields:
        fields["scan"] = pdf(content=fields["scan"])

    with pytest.raises(ValidationError, match=message):
        enter_acceptance(out, party_of(out, "host"), seen_hash=out.content_hash, name="Dr A", by=alice, **fields)

    assert not Acceptance.objects.exists()
    assert not AgreementFile.objects.exists()


def test_a_scan_is_kept_with_the_acceptance(alice, out):
    acceptance = enter_acceptance(
        out,
        party_of(out, "host"),
        mode="ink",
        seen_hash=out.content_hash,
        name="Dr A",
        signed_on=today(-3),
        scan=pdf("scan.png", PNG),
        by=alice,
    )

    assert (acceptance.evidence.name, acceptance.evidence.content_type) == ("scan.png", "image/png")
    assert acceptance.signed_on == today(-3)


# Edits after acceptance


@pytest.mark.parametrize("state", ["partly_signed", "signed"])
def test_an_edit_voids_what_was_accepted_and_says_what_changed(
    alice, partnership, state, django_capture_on_commit_callbacks
):
    make_member(
        partnership,
        side="host",
        role="lead",
        contact=make_contact(organization=partnership.participations.get(side="host").organization, email="h@x.org"),
    )
    agreement = make_agreement(partnership, state=state, starts_on=today(5))
    accepted = agreement.acceptances.live().count()
    assert accepted == (1 if state == "partly_signed" else 2)

    with django_capture_on_commit_callbacks(execute=True):
        edit(agreement, TEXT.replace("midwives", "midwives and nurses"), by=alice)

    agreement.refresh_from_db()
    assert (agreement.state, agreement.in_force_on) == ("in_negotiation", None)
    assert agreement.acceptances.live().count() == 0
    voided = agreement.acceptances.first()
    assert voided.voided_by == agreement.revisions.first()
    [change] = differences(voided.revision.content, voided.voided_by.content)
    assert [(piece.op, piece.text) for piece in change.pieces if piece.op == "new"] == [("new", "and nurses ")]
    assert partnership.entries.first().verb == "agreement.voided"
    assert [letter.to for letter in mail.outbox] == [["h@x.org"]]
    assert "- Text in English" in mail.outbox[0].body


def test_after_an_edit_everybody_accepts_again(alice, out):
    sign(out, party_of(out, "host"))
    edit(out, "Other words", by=alice)
    for step in ("final_text", "out_for_signature"):
        move_agreement(out, step, by=alice)

    sign_all(out)

    assert out.state == "in_force"
    assert (out.acceptances.count(), out.acceptances.live().count()) == (3, 2)


def test_what_is_in_force_is_not_edited(alice, partnership):
    agreement = make_agreement(partnership, state="in_force")
    agreement.title = "Another"

    with pytest.raises(ValidationError, match="Make an amendment"):
        edit(agreement, "Other words", by=alice)
    with pytest.raises(ValidationError, match="Make an amendment"):
        change_terms(agreement, parties=choices(agreement), seen_version=agreement.version, by=alice)
    with pytest.raises(ValidationError, match="Make an amendment"):
        remove_text(agreement, "en", seen_version=agreement.version, by=alice)


def test_an_agreement_that_came_into_force_by_its_date_is_not_edited(alice, partnership):
    agreement = on_day(make_agreement(partnership, state="signed", starts_on=today(5)), in_force_on=0)

    with pytest.raises(ValidationError, match="Make an amendment"):
        edit(agreement, "Other words", by=alice)
