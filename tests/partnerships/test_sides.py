"""Many organizations on two sides, and what a side must keep when somebody leaves."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from partnerships.actions.team import add_participation, end_participation, end_team_member, make_lead
from partnerships.facts import partnership_facts
from partnerships.models import Participation, Partnership, TeamMember, WorkPlan
from partnerships.planning.rows import read_rows
from partnerships.planning.snapshot import content_of, is_same_plan
from partnerships.sides import missing_to_end, missing_to_leave, sides_waiting
from partnerships.states import Status
from partnerships.story import tell
from tests.factories import make_contact, make_member, make_organization, make_partnership
from tests.factories.workplan import make_activity, make_approved, make_leads, make_objective, make_plan

STAFFED = {"proposed", "forming", "active", "on_hold", "graduating"}


def today(days=0):
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active")


def join(partnership, *, side="host", name="", **fields) -> Participation:
    fields.setdefault("joined_on", today(-30))
    party = Participation(
        partnership=partnership, organization=make_organization(name=name, country="ET"), side=side, **fields
    )
    return add_participation(party, by=partnership.coordinator)


def coordinator_of(partnership, side="host", **fields) -> TeamMember:
    return make_member(partnership, side=side, role="coordinator", starts_on=today(-60), **fields)


# --- A side keeps its coordinator -------------------------------------------------------------------------------------
@pytest.mark.parametrize("status", Status.values)
def test_last_coordinator_stays_while_the_partnership_works(alice, status):
    member = coordinator_of(make_partnership(coordinator=alice, status=status))
    make_member(member.partnership, role="alternate")

    if status in STAFFED:
        with pytest.raises(ValidationError, match="another coordinator on the Host side: hand over"):
            end_team_member(member, by=alice)
        assert TeamMember.objects.get(pk=member.pk).is_current
    else:
        end_team_member(member, by=alice)
        assert not TeamMember.objects.get(pk=member.pk).is_current


def test_a_role_of_today_that_owns_activities_stays_on_record(alice, partnership):
    """An approved plan is changed by people who change it, not by somebody's leaving."""
    leads = make_leads(partnership)
    plan = make_plan(partnership)
    owner = make_member(partnership, starts_on=today())
    activity = make_activity(make_objective(plan), host_owner=owner)
    version = make_approved(plan, leads=leads)
    mistake = make_member(partnership, starts_on=today())

    end_team_member(owner, by=alice)
    end_team_member(mistake, by=alice)

    activity.refresh_from_db()
    assert activity.host_owner == owner
    assert not TeamMember.objects.current().filter(pk=owner.pk).exists()
    assert not TeamMember.objects.filter(pk=mistake.pk).exists()
    plan = WorkPlan.objects.get(pk=plan.pk)
    assert is_same_plan(content_of(read_rows(plan)), version.content)


@pytest.mark.parametrize(
    ("ending", "others", "missing"),
    [
        ("coordinator", [], ["coordinator:host"]),
        ("coordinator", ["lead", "alternate"], ["coordinator:host"]),
        ("coordinator", ["coordinator"], []),
        ("lead", [], ["lead:host"]),
        ("lead", ["coordinator"], []),
        ("lead", ["lead"], []),
        ("alternate", [], []),
        ("finance", [], []),
    ],
)
def test_what_is_missing_before_a_role_ends(partnership, ending, others, missing):
    member = make_member(partnership, role=ending)
    for role in others:
        make_member(partnership, role=role)
    make_member(partnership, side="resource", role="coordinator")

    assert [requirement.fact for requirement in missing_to_end(partnership, [member])] == missing


def test_page_says_what_to_do(login, alice, partnership):
    member = coordinator_of(partnership)

    response = login(alice).post(f"{partnership.get_absolute_url()}team/people/{member.pk}/end/")

    assertContains(response, "hand over to somebody, or add one to the team first", status_code=409)
    assertContains(response, f"team/people/{member.pk}/hand-over/", status_code=409)


def test_roles_that_run_out_wait_for_the_coordinator(login, alice, bob, partnership):
    def waiting():
        return list(sides_waiting([Partnership.objects.get(pk=partnership.pk)]))

    member = coordinator_of(partnership, contact=make_contact(name="Grace"), ends_on=today(10))
    assert [(one.kind, one.is_late, one.due_on) for one in waiting()] == [("coordinator", False, today(10))]
    assertContains(login(alice).get("/waiting/"), "Grace is the last coordinator of the Host side")
    assertNotContains(login(bob).get("/waiting/"), "is the last coordinator")

    TeamMember.objects.filter(pk=member.pk).update(ends_on=today(-3))
    assert [one.is_late for one in waiting()] == [True]

    coordinator_of(partnership)
    assert waiting() == []


# --- Organizations join and leave -------------------------------------------------------------------------------------
def test_third_organization_joins_with_its_part(login, alice, partnership):
    third = make_organization(name="Nile Institute", country="EG")
    data = {"side": "resource", "organization": third.pk, "part": "Brings the two together", "joined_on": "2026-02-01"}

    response = login(alice).post(f"{partnership.get_absolute_url()}team/organizations/", data)

    assertRedirects(response, f"{partnership.get_absolute_url()}team/")
    party = partnership.participations.get(organization=third)
    assert (party.part, str(party.joined_on), party.is_lead) == ("Brings the two together", "2026-02-01", False)
    for address in (partnership.get_absolute_url(), f"{partnership.get_absolute_url()}team/"):
        assertContains(login(alice).get(address), "Brings the two together")
    assert "sides:two" in partnership_facts(Partnership.objects.get(pk=partnership.pk))


def test_nobody_joins_tomorrow(login, alice, partnership):
    data = {"side": "host", "organization": make_organization().pk, "joined_on": str(today(1))}

    response = login(alice).post(f"{partnership.get_absolute_url()}team/organizations/", data)

    assertContains(response, "not in the future", status_code=400)


def test_organization_leaves_with_its_people(login, alice, partnership):
    party = join(partnership, name="Third Hospital")
    own = make_member(
        partnership, contact=make_contact(organization=party.organization), role="finance", starts_on=today(-20)
    )
    other = make_member(partnership, role="technical", starts_on=today(-20))
    url = f"{partnership.get_absolute_url()}team/organizations/{party.pk}/end/"
    assertContains(login(alice).get(url), own.contact.name)

    response = login(alice).post(url, {"left_on": str(today(-1)), "reason": "The war"})

    assertRedirects(response, f"{partnership.get_absolute_url()}team/")
    party.refresh_from_db()
    assert (party.left_on, party.leave_reason) == (today(-1), "The war")
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.is_current, other.is_current) == (False, True)
    assertContains(login(alice).get(f"{partnership.get_absolute_url()}team/"), "The war")
    assert "left the host side" in tell(partnership.entries.first())
    assertContains(login(alice).get(url), "It left on")
    assert login(alice).post(url).status_code == 409


@pytest.mark.parametrize("day", [1, -31])
def test_day_of_leaving_is_told_at_its_field(login, alice, partnership, day):
    party = join(partnership)

    response = login(alice).post(
        f"{partnership.get_absolute_url()}team/organizations/{party.pk}/end/", {"left_on": str(today(day))}
    )

    assert response.status_code == 400
    assert response.context["form"].errors
    assert Participation.objects.get(pk=party.pk).left_on is None


def test_organization_of_the_last_coordinator_stays(alice, partnership):
    party = join(partnership)
    coordinator_of(partnership, contact=make_contact(organization=party.organization))

    assert [requirement.fact for requirement in missing_to_leave(party)] == ["coordinator:host"]
    with pytest.raises(ValidationError, match="another coordinator"):
        end_participation(party, by=alice)
    coordinator_of(partnership)
    assert missing_to_leave(party) == []
    end_participation(party, by=alice)


def test_lead_that_leaves_names_who_leads(login, alice, partnership):
    first = partnership.participations.get(side="host")
    Participation.objects.filter(pk=first.pk).update(joined_on=today(-60))
    second, third = join(partnership, name="Second"), join(partnership, name="Third")
    url = f"{partnership.get_absolute_url()}team/organizations/{first.pk}/end/"

    refused = login(alice).post(url, {"left_on": str(today())})
    assertContains(refused, "Say which organization leads", status_code=400)
    assert Participation.objects.get(pk=first.pk).left_on is None
    assert login(alice).post(url, {"left_on": str(today()), "successor": third.pk}).status_code == 302

    assert [party.is_lead for party in (second, third) if not party.refresh_from_db()] == [False, True]


def test_only_one_left_leads_without_asking(alice, partnership):
    first = partnership.participations.get(side="host")
    second = join(partnership)

    end_participation(first, by=alice)

    second.refresh_from_db()
    assert second.is_lead


def test_lead_moves(login, alice, partnership):
    second = join(partnership)
    url = f"{partnership.get_absolute_url()}team/organizations/{second.pk}/lead/"

    assert login(alice).post(url).status_code == 302
    assert login(alice).post(url).status_code == 409

    leads = partnership.participations.filter(side="host", is_lead=True)
    assert list(leads) == [second]
    end_participation(second, by=alice)
    with pytest.raises(ValidationError, match="already left"):
        make_lead(second, by=alice)


def test_team_page_tells_who_is_not_heard(login, alice, partnership):
    join(partnership, name="Quiet Clinic")
    page = login(alice).get(f"{partnership.get_absolute_url()}team/")
    assertContains(page, "Nobody on the team works at")
    assert "Quiet Clinic" in page.context["without_people"]
    assert "team:every-organization" not in partnership_facts(Partnership.objects.get(pk=partnership.pk))

    for party in partnership.participations.all():
        make_member(partnership, contact=make_contact(organization=party.organization), side=party.side)

    assertNotContains(login(alice).get(f"{partnership.get_absolute_url()}team/"), "Nobody on the team works at")
    assert "team:every-organization" in partnership_facts(Partnership.objects.get(pk=partnership.pk))
