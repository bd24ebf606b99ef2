"""Organizations that are gone: archived when they have a past, deleted only when they have none."""

import pytest
from django.core.exceptions import ValidationError
from pytest_django.asserts import assertContains, assertNotContains

from partnerships.actions.archiving import archive_organization, delete_organization, restore_organization
from partnerships.actions.partnership import create_partnership
from partnerships.archiving import ties_of
from partnerships.models import Organization, Participation, Partnership
from tests.factories import make_contact, make_member, make_organization, make_partnership, make_phase_model
from tests.factories.funding import make_award


def page(organization) -> str:
    return f"{organization.get_absolute_url()}archive/"


@pytest.fixture
def gone(db):
    return make_organization(name="Old Clinic")


def test_one_without_a_past_is_deleted(login, alice, gone):
    assertContains(login(alice).get(page(gone)), "Nothing hangs on it")

    assert login(alice).post(page(gone), {"act": "delete"}).status_code == 302

    assert not Organization.objects.filter(pk=gone.pk).exists()


@pytest.mark.parametrize("past", ["participation", "contact", "award"])
def test_one_with_a_past_is_not_deleted(login, alice, gone, past):
    if past == "participation":
        make_partnership(coordinator=alice, host=gone, status="terminated")
    if past == "contact":
        make_contact(organization=gone)
    if past == "award":
        make_award(donor=gone)

    response = login(alice).post(page(gone), {"act": "delete"})

    assertContains(response, "Archive it instead", status_code=409)
    assert Organization.objects.filter(pk=gone.pk).exists()


@pytest.mark.parametrize("status", ["proposed", "forming", "active", "on_hold", "graduating"])
def test_one_at_work_is_not_archived(login, alice, gone, status):
    make_partnership(coordinator=alice, host=gone, status=status, name="Hill – Fjord")
    assertContains(login(alice).get(page(gone)), "must end first")

    response = login(alice).post(page(gone), {"act": "archive", "reason": "Closed"})

    assertContains(response, "takes part in Hill – Fjord", status_code=409)
    gone.refresh_from_db()
    assert not gone.is_archived


@pytest.mark.parametrize("status", ["graduated", "closed", "terminated", "declined"])
def test_one_whose_partnerships_are_over_is_archived(login, alice, gone, status):
    make_partnership(coordinator=alice, host=gone, status=status)
    assertContains(login(alice).post(page(gone), {"act": "archive"}), "say why", status_code=400)

    assert login(alice).post(page(gone), {"act": "archive", "reason": "The building was sold"}).status_code == 302

    gone.refresh_from_db()
    assert (gone.is_archived, gone.archive_reason, gone.version) == (True, "The building was sold", 2)
    assertContains(login(alice).get(gone.get_absolute_url()), "The building was sold")
    with pytest.raises(ValidationError, match="archived already"):
        archive_organization(gone, reason="Again", by=alice)


def test_running_award_and_programme_hold_it(alice, admin, gone):
    make_award(donor=gone)
    with pytest.raises(ValidationError, match="gives the award"):
        archive_organization(gone, reason="Closed", by=alice)
    with pytest.raises(ValidationError, match="gives the award"):
        delete_organization(gone, by=admin)


def test_archived_one_leaves_the_pickers_and_stays_in_the_past(login, alice, gone):
    partnership = make_partnership(coordinator=alice, host=gone, status="terminated")
    contact = make_contact(organization=gone)
    archive_organization(gone, reason="Closed", by=alice)
    client, other = login(alice), make_partnership(coordinator=alice)

    for address in ("/partnerships/new/", f"{other.get_absolute_url()}team/", "/contacts/new/"):
        assertNotContains(client.get(address), "Old Clinic –")
    assertNotContains(client.get("/organizations/"), "Old Clinic")
    assertContains(client.get("/organizations/?shown=archived"), "Old Clinic")
    assertContains(client.get("/organizations/?shown=all"), "Old Clinic")
    assertContains(client.get(partnership.get_absolute_url()), "Old Clinic")
    assertContains(client.get(f"/contacts/{contact.pk}/edit/"), "Old Clinic")
    data = {"side": "host", "organization": gone.pk}
    assert client.post(f"{other.get_absolute_url()}team/organizations/", data).status_code == 400
    with pytest.raises(ValidationError, match="is archived"):
        create_partnership(
            Partnership(name="New", phase_model=make_phase_model()), host=gone, resource=make_organization(), by=alice
        )


def test_restored_one_is_offered_again(login, alice, gone):
    archive_organization(gone, reason="Closed", by=alice)

    assert login(alice).post(page(gone), {"act": "restore"}).status_code == 302

    assertContains(login(alice).get("/organizations/"), "Old Clinic")
    with pytest.raises(ValidationError, match="in use"):
        restore_organization(gone, by=alice)


def test_partnerships_of_others_are_not_named(alice, bob, gone):
    partnership = make_partnership(coordinator=bob, host=gone, name="Secret")
    assert [tie.text for tie in ties_of(gone, alice)] == ["takes part in a partnership that you do not see"]

    Participation.objects.filter(organization=gone).update(left_on=partnership.created_at.date())
    assert [tie.text for tie in ties_of(gone, alice)] == ["took part in one partnership that you do not see"]
    assert "Secret" in ties_of(gone, bob)[0].text


def test_people_who_work_there_do_not_archive_it(login, carol, alice):
    partnership = make_partnership(coordinator=alice)
    make_member(partnership, user=carol)
    organization = partnership.participations.first().organization

    assert login(carol).get(page(organization)).status_code == 403
    assert login(carol).post(page(organization), {"act": "delete"}).status_code == 403
