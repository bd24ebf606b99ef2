"""Writing an agreement: every edit is a version, and what is missing has a name."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from partnerships.actions.agreement import (
    PartyChoice,
    change_terms,
    delete_agreement,
    remove_text,
    save_text,
    save_text_file,
)
from partnerships.actions.agreement_steps import move_agreement
from partnerships.actions.team import add_participation, end_participation
from partnerships.agreement_content import content_of, hash_of
from partnerships.agreement_guards import missing_for
from partnerships.models import Agreement, AgreementText, Participation
from tests.factories import make_contact, make_member, make_organization, make_partnership, make_user
from tests.factories.agreements import TEXT, make_agreement, sign, today
from twinning.locking import StaleError

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


# Versions


def test_a_new_agreement_has_a_reference_a_first_version_and_a_story(partnership):
    agreement = make_agreement(partnership, body="")

    assert agreement.reference == f"{partnership.reference}-A1"
    assert [revision.number for revision in agreement.revisions.all()] == [1]
    assert agreement.content_hash == hash_of(content_of(agreement))
    assert partnership.entries.first().verb == "agreement.created"


def test_every_edit_is_a_version_and_saving_the_same_is_none(alice, partnership):
    agreement = make_agreement(partnership)
    before = agreement.content_hash

    edit(agreement, TEXT + "\n\nAnd nurses.", by=alice)
    edit(agreement, (TEXT + "\n\nAnd nurses.\n").replace("\n", "\r\n"), by=alice)

    agreement.refresh_from_db()
    assert [revision.number for revision in agreement.revisions.all()] == [3, 2, 1]
    assert agreement.content_hash != before
    assert agreement.content_hash == hash_of(content_of(agreement))
    assert partnership.entries.filter(verb="agreement.changed").count() == 2


def test_a_version_never_changes(partnership):
    revision = make_agreement(partnership).revisions.first()

    with pytest.raises(TypeError):
        revision.save()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "Another"),
        ("kind", "contract"),
        ("starts_on", today(3)),
        ("ends_on", today(400)),
        ("review_on", today(100)),
        ("notice_days", 30),
    ],
)
def test_each_term_is_part_of_what_is_accepted(alice, partnership, field, value):
    agreement = make_agreement(partnership)
    before = agreement.content_hash
    setattr(agreement, field, value)

    change_terms(agreement, parties=choices(agreement), seen_version=agreement.version, by=alice)

    agreement.refresh_from_db()
    assert agreement.content_hash != before


def test_who_signs_is_no_part_of_what_is_accepted(alice, out):
    sign(out, party_of(out, "host"))
    out.refresh_from_db()
    parties = {
        party.participation: PartyChoice(is_required=True, signatory=make_contact()) for party in out.parties.all()
    }

    change_terms(out, parties=parties, seen_version=out.version, by=alice)

    out.refresh_from_db()
    assert out.state == "partly_signed"
    assert out.acceptances.live().count() == 1


def test_an_edit_that_somebody_overtook_is_refused(alice, partnership):
    agreement = make_agreement(partnership)
    seen = agreement.version
    edit(agreement, "Mine", by=alice)

    with pytest.raises(StaleError):
        save_text(agreement, language="en", body="Theirs", prevails=False, seen_version=seen, by=alice)

    assert agreement.texts.get().body == "Mine"


def test_an_acceptance_between_opening_and_saving_is_noticed(alice, out):
    seen = out.version
    sign(out, party_of(out, "host"))

    with pytest.raises(StaleError):
        save_text(out, language="en", body="Other words", prevails=False, seen_version=seen, by=alice)

    assert out.acceptances.live().count() == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"starts_on": today(5), "ends_on": today(5)}, "after the start"),
        ({"starts_on": today(5), "review_on": today(4)}, "review date must be after"),
        ({"ends_on": today(50), "review_on": today(60)}, "before the end"),
    ],
)
def test_dates_stand_in_order(alice, partnership, fields, message):
    agreement = make_agreement(partnership)
    for name, value in fields.items():
        setattr(agreement, name, value)

    with pytest.raises(ValidationError, match=message):
        change_terms(agreement, parties=choices(agreement), seen_version=agreement.version, by=alice)


def test_a_party_of_another_partnership_is_refused(alice, partnership):
    agreement = make_agreement(partnership)
    other = make_partnership().participations.first()

    with pytest.raises(ValidationError, match="must take part"):
        change_terms(agreement, parties={other: PartyChoice()}, seen_version=agreement.version, by=alice)


# What is missing


def test_what_is_missing_is_named(alice, partnership):
    agreement = make_agreement(partnership, body="", ends_on=None, parties={})

    assert missing_for(agreement, "in_negotiation") == ["a text, typed here or uploaded as a file"]
    assert missing_for(agreement, "final_text") == [
        "a text, typed here or uploaded as a file",
        "an end date, or a review date when it has no end",
        "a party of the Host side that must sign",
        "a party of the Resource side that must sign",
    ]
    with pytest.raises(ValidationError, match="still missing"):
        move_agreement(agreement, "in_negotiation", by=alice)


def test_a_letter_may_come_from_one_side_alone(partnership):
    host = partnership.participations.get(side="host")
    letter = make_agreement(partnership, kind="commitment", parties={host: PartyChoice()})
    nobody = make_agreement(partnership, kind="commitment", parties={host: PartyChoice(is_required=False)})

    assert missing_for(letter, "final_text") == []
    assert missing_for(nobody, "final_text") == ["a party that must sign"]


def test_an_open_ended_agreement_needs_a_review_date(alice, partnership):
    agreement = make_agreement(partnership, ends_on=None)
    assert missing_for(agreement, "final_text") == ["an end date, or a review date when it has no end"]
    agreement.review_on = today(365)

    change_terms(agreement, parties=choices(agreement), seen_version=agreement.version, by=alice)

    agreement.refresh_from_db()
    assert missing_for(agreement, "final_text") == []


def test_an_end_in_the_past_is_missing(partnership):
    agreement = make_agreement(partnership, ends_on=today(-1))

    assert missing_for(agreement, "final_text") == ["an end date that is still to come"]


def test_two_languages_need_one_that_prevails(alice, partnership):
    agreement = make_agreement(partnership)
    save_text(agreement, language="fr", body="Bonjour", prevails=False, seen_version=agreement.version, by=alice)
    agreement.refresh_from_db()
    assert missing_for(agreement, "final_text") == ["which language version prevails"]

    save_text(agreement, language="fr", body="Bonjour", prevails=True, seen_version=agreement.version, by=alice)

    agreement.refresh_from_db()
    assert missing_for(agreement, "final_text") == []
    save_text(agreement, language="en", body=TEXT, prevails=True, seen_version=agreement.version, by=alice)
    assert agreement.texts.get(prevails=True).language == "en"


def test_a_party_that_left_must_be_taken_off(alice, partnership):
    extra = add_participation(
        Participation(partnership=partnership, organization=make_organization(name="Gone"), side="host"), by=alice
    )
    agreement = make_agreement(partnership, state="final_text")
    end_participation(extra, by=alice)

    with pytest.raises(ValidationError, match="Gone takes part no longer"):
        move_agreement(agreement, "out_for_signature", by=alice)


# Files


def test_an_uploaded_file_is_the_text_and_its_content_counts(alice, partnership):
    agreement = make_agreement(partnership)
    take = {"language": "en", "prevails": False, "by": alice}

    save_text_file(agreement, upload=pdf("MoU.pdf"), seen_version=agreement.version, **take)
    agreement.refresh_from_db()
    first = agreement.content_hash
    save_text_file(agreement, upload=pdf("MoU.pdf"), seen_version=agreement.version, **take)
    agreement.refresh_from_db()
    assert agreement.content_hash == first
    save_text_file(agreement, upload=pdf("MoU.pdf", PDF + b"x"), seen_version=agreement.version, **take)

    agreement.refresh_from_db()
    assert agreement.content_hash != first
    text = agreement.texts.get()
    assert (text.body, text.file.name, text.file.size) == ("", "MoU.pdf", len(PDF) + 1)
    assert "MoU" not in text.file.file.name


@pytest.mark.parametrize(
    ("name", "content"), [("page.pdf", b"<html>"), ("page.html", b"<p>"), ("empty.pdf", b""), ("photo.png", PNG)]
)
def test_what_is_no_text_file_is_refused(alice, partnership, name, content):
    agreement = make_agreement(partnership)

    with pytest.raises(ValidationError):
        save_text_file(
            agreement,
            language="en",
            upload=pdf(name, content),
            prevails=False,
            seen_version=agreement.version,
            by=alice,
        )

    assert agreement.texts.get().body == TEXT


def test_the_last_text_goes_only_from_a_draft(alice, partnership):
    agreement = make_agreement(partnership, state="in_negotiation")

    with pytest.raises(ValidationError, match="only text"):
        remove_text(agreement, "en", seen_version=agreement.version, by=alice)

    draft = make_agreement(partnership)
    remove_text(draft, "en", seen_version=draft.version, by=alice)
    assert not draft.texts.exists()


def test_a_text_is_typed_or_uploaded_and_the_database_holds_it(partnership):
    agreement = make_agreement(partnership)

    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementText.objects.create(agreement=agreement, language="fr")


# Deleting


def test_what_somebody_accepted_is_not_deleted(alice, out):
    sign(out, party_of(out, "host"))
    edit(out, "Other words", by=alice)  # even when the acceptance is void by now

    with pytest.raises(ValidationError, match="stays on record"):
        delete_agreement(out, by=alice)

    with pytest.raises(TypeError):
        out.acceptances.first().delete()


def test_what_nobody_accepted_goes_with_its_files(alice, partnership, settings, django_capture_on_commit_callbacks):
    agreement = make_agreement(partnership)
    save_text_file(agreement, language="fr", upload=pdf(), prevails=False, seen_version=agreement.version, by=alice)
    stored = [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert len(stored) == 1

    with django_capture_on_commit_callbacks(execute=True):
        delete_agreement(agreement, by=alice)

    assert not Agreement.objects.exists()
    assert not stored[0].exists()
    assert partnership.entries.first().verb == "agreement.deleted"
    assert make_agreement(partnership).reference.endswith("-A2")
