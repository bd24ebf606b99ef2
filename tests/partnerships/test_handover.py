"""One person hands over to the next: all that was ticked, or nothing."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from partnerships.actions.handover import hand_over
from partnerships.actions.workplan import amend_plan, end_amendment
from partnerships.handing import items_of
from partnerships.models import Activity, AgreementParty, Handover, Notification, TeamMember
from partnerships.story import tell
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.agreements import make_agreement
from tests.factories.following import make_follow_up
from tests.factories.funding import make_award
from tests.factories.workplan import make_activity, make_approved, make_objective, make_plan, make_proposal, make_risk


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active")


@pytest.fixture
def member(partnership):
    contact = make_contact(name="Grace", user=make_user(name="Grace"))
    return make_member(
        partnership, role="coordinator", contact=contact, starts_on=timezone.localdate() - timedelta(days=90)
    )


@pytest.fixture
def taker(partnership):
    contact = make_contact(name="Tomas", user=make_user(name="Tomas"))
    make_member(partnership, role="alternate", contact=contact)
    return contact


def note(taker, **fields) -> Handover:
    return Handover(taker=taker, **({"ends_role": True} | fields))


def page(partnership, member) -> str:
    return f"{partnership.get_absolute_url()}team/people/{member.pk}/hand-over/"


def full_hands(partnership, member) -> dict[str, object]:
    """One open thing of each kind in the hands of ``member``."""
    follow_up = make_follow_up(partnership, owner=member.contact, title="Book the flights")
    plan = make_plan(partnership)
    activity = make_activity(make_objective(plan), host_owner=member)
    risk = make_risk(plan, owner=member)
    agreement = make_agreement(partnership)
    party = agreement.parties.first()
    AgreementParty.objects.filter(pk=party.pk).update(signatory=member.contact)
    make_award(partnership, responsible=member.contact.user)
    return {"follow-up": follow_up, "activity": activity, "risk": risk, "signature": party}


def test_page_lists_all_that_is_open(login, alice, partnership, member):
    full_hands(partnership, member)
    make_follow_up(partnership, title="Of another person")

    response = login(alice).get(page(partnership, member))

    kinds = {item.kind for item in items_of(member)}
    assert kinds == {"follow-up", "activity", "risk", "signature", "award"}
    for words in ("Book the flights", "Train midwives", "Visas may come late", "Agreements to sign", "AW-"):
        assertContains(response, words)
    assert "Of another person" not in response.text


def test_everything_goes_at_once_and_the_note_stays(login, alice, partnership, member, taker):
    things = full_hands(partnership, member)
    keys = [item.key for item in items_of(member) if item.is_movable]
    words = {"people": "Dr Bello decides", "promises": "Two pumps by May", "files": "Blue folder"}

    response = login(alice).post(
        page(partnership, member), {"taker": taker.pk, "ends_role": "on", "given": keys, **words}
    )

    handover = Handover.objects.get()
    assertRedirects(response, handover.get_absolute_url())
    for row in things.values():
        row.refresh_from_db()
    successor = TeamMember.objects.get(contact=taker, role="coordinator")
    assert things["follow-up"].owner == taker
    assert things["activity"].host_owner == things["risk"].owner == successor
    assert things["signature"].signatory == taker
    member.refresh_from_db()
    assert not member.is_current
    assert Notification.objects.filter(user=taker.user, kind="assigned").count() == 1
    assert "Grace handed over to Tomas as coordinator" in {
        tell(entry).removeprefix("wrote down that ") for entry in partnership.entries.all()
    }
    for text in ("Book the flights", "taken over", "Dr Bello decides", "Two pumps by May", "Blue folder"):
        assertContains(login(alice).get(handover.get_absolute_url()), text)
    assertContains(login(alice).get(f"{partnership.get_absolute_url()}team/"), "Handover from Grace to Tomas")


def test_what_is_not_ticked_stays_and_is_told(alice, partnership, member, taker):
    things = full_hands(partnership, member)

    handover = hand_over(note(taker, ends_role=False), member=member, given=[], by=alice)

    things["follow-up"].refresh_from_db()
    assert things["follow-up"].owner == member.contact
    assert not any(row["is_given"] for group in handover.content for row in group["rows"])
    assert TeamMember.objects.get(pk=member.pk).is_current


def test_list_that_changed_meanwhile_is_shown_again(login, alice, partnership, member, taker):
    follow_up = make_follow_up(partnership, owner=member.contact)
    given = [f"follow-up:{follow_up.pk}", "activity:1"]

    response = login(alice).post(page(partnership, member), {"taker": taker.pk, "given": given, "people": "Dr Bello"})

    assertContains(response, "Dr Bello", status_code=400)
    with pytest.raises(ValidationError, match="given away meanwhile"):
        hand_over(note(taker), member=member, given=given, by=alice)
    assert not Handover.objects.exists()
    assert not TeamMember.objects.filter(contact=taker, role="coordinator").exists()


def test_refusals_change_nothing(alice, partnership, member, taker):
    with pytest.raises(ValidationError, match="to themselves"):
        hand_over(note(member.contact), member=member, given=[], by=alice)
    make_member(partnership, side="resource", role="coordinator", contact=taker)
    with pytest.raises(ValidationError, match="has this role on the Resource side"):
        hand_over(note(taker), member=member, given=[], by=alice)
    ended = make_member(partnership, role="finance", starts_on=date(2020, 1, 1), ends_on=date(2020, 2, 1))
    with pytest.raises(ValidationError, match="already ended"):
        hand_over(note(taker), member=ended, given=[], by=alice)
    partnership.status = "terminated"
    partnership.save()
    with pytest.raises(ValidationError, match="terminated"):
        hand_over(note(taker), member=member, given=[], by=alice)
    assert not Handover.objects.exists()
    assert TeamMember.objects.get(pk=member.pk).is_current


def test_taker_whose_role_was_to_end_keeps_it(alice, partnership, member, taker):
    held = make_member(partnership, role="coordinator", contact=taker, ends_on=timezone.localdate() + timedelta(days=5))

    hand_over(note(taker), member=member, given=[], by=alice)

    held.refresh_from_db()
    assert held.ends_on is None


def test_approved_plan_stays_approved_under_its_new_owner(alice, partnership, member, taker):
    plan = make_plan(partnership)
    make_activity(make_objective(plan), host_owner=member)
    version = make_approved(plan)
    plan.refresh_from_db()

    hand_over(note(taker), member=member, given=[f"activity:{Activity.objects.get().pk}"], by=alice)

    plan.refresh_from_db()
    version.refresh_from_db()
    assert plan.state == "approved"
    assert Activity.objects.get().host_owner.contact == taker
    assert version.content["objectives"][0]["activities"][0]["host_owner"]["name"] == "Grace"
    amend_plan(plan, reason="A look", by=alice)
    end_amendment(plan, by=alice)
    plan.refresh_from_db()
    assert plan.state == "approved"


def test_owner_changed_in_an_amendment_is_still_a_change(alice, partnership, member, taker):
    plan = make_plan(partnership)
    make_activity(make_objective(plan), host_owner=member)
    make_approved(plan)
    plan.refresh_from_db()
    amend_plan(plan, reason="A look", by=alice)
    Activity.objects.update(host_owner=TeamMember.objects.get(contact=taker))

    with pytest.raises(ValidationError, match="differs"):
        end_amendment(plan, by=alice)


def test_proposed_plan_is_taken_back(alice, partnership, member, taker):
    plan = make_plan(partnership)
    activity = make_activity(make_objective(plan), host_owner=member)
    make_proposal(plan)

    hand_over(note(taker), member=member, given=[f"activity:{activity.pk}"], by=alice)

    plan.refresh_from_db()
    assert plan.state == "draft"


def test_note_is_never_rewritten(alice, partnership, member, taker):
    handover = hand_over(note(taker, ends_role=False), member=member, given=[], by=alice)

    with pytest.raises(TypeError):
        handover.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Handover.objects.update(taker=handover.giver)


@pytest.mark.parametrize(("who", "create", "read"), [("bob", 404, 404), ("curator", 404, 404), ("carol", 403, 200)])
def test_who_may(login, request, alice, carol, partnership, member, taker, who, create, read):
    make_member(partnership, user=carol)
    handover = hand_over(note(taker, ends_role=False), member=member, given=[], by=alice)
    client = login(request.getfixturevalue(who))

    assert client.get(page(partnership, member)).status_code == create
    assert client.post(page(partnership, member), {"taker": taker.pk}).status_code == create
    assert client.get(handover.get_absolute_url()).status_code == read
    assert client.get(page(make_partnership(), member)).status_code == 404


def test_person_must_be_named(login, alice, partnership, member):
    response = login(alice).post(page(partnership, member), {"promises": "Two pumps"})

    assertContains(response, "Two pumps", status_code=400)
    assert "taker" in response.context["form"].errors
