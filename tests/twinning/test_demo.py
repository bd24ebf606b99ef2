"""The demonstration world: loaded once for this file, for it is large."""

import re
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from partnerships.models import Organization, Partnership
from toolkit.actions.adapting import newer_base
from toolkit.models import Document, Feedback, PartSubmission, Proposal, ShareLink, Tool
from toolkit.states import DELIVERED, DocumentState, ProposalState
from twinning.demo.world import COORDINATOR, PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(module_db):
    for command in ("load_toolkit", "load_phase_models"):
        call_command(command, verbosity=0, stdout=StringIO())
    call_command("seed_demo", "--force", stdout=StringIO())


def logins() -> str:
    told = StringIO()
    call_command("demo_logins", stdout=told)
    return told.getvalue()


def test_world_is_large_and_in_many_states(world):
    assert Partnership.objects.count() >= 8
    assert Organization.objects.count() >= 20
    assert Organization.objects.values("country").distinct().count() >= 15
    assert len(set(Partnership.objects.values_list("status", flat=True))) >= 6
    assert set(Document.objects.values_list("state", flat=True)) == set(DocumentState.values)
    assert Document.objects.values("version__tool").distinct().count() == 12
    assert mail.outbox == []


def test_the_fullest_partnership_shows_every_part(world):
    fullest = Partnership.objects.get(slug="mwanga-hill-fjordlys")

    for name in ("agreements", "exchanges", "workshops", "meetings", "contributions", "award_shares", "followups"):
        assert getattr(fullest, name).exists(), name
    assert fullest.work_plan.current_version is not None


def test_every_submitted_document_went_through_its_submission(world):
    for document in Document.objects.filter(state__in=DELIVERED):
        assert all(response.submissions.exists() for response in document.responses.all()), document


def test_the_toolkit_is_in_use(world):
    copies = Tool.objects.filter(base__isnull=False)

    assert {bool(newer_base(copy)) for copy in copies} == {True, False}
    assert all(copy.versions.published().exists() for copy in copies)
    assert set(Proposal.objects.values_list("state", flat=True)) == set(ProposalState.values)
    assert Feedback.objects.exclude(answer="").exists()


@pytest.mark.parametrize("script", ["[Ѐ-ӿ]", "[؀-ۿ]", "[ሀ-፿]", "[ạ-ỹ]"])
def test_people_answer_in_their_own_scripts(world, script):
    answers = [str(response.answers) for document in Document.objects.all() for response in document.responses.all()]

    assert any(re.search(script, text) for text in answers)


def test_story_is_told_on_the_days_it_happened(world):
    partnership = Partnership.objects.get(slug="mwanga-hill-fjordlys")
    moments = list(partnership.entries.order_by("pk").values_list("at", flat=True))

    assert moments == sorted(moments)
    assert len({moment.date() for moment in moments}) > 10


def test_accounts_may_sign_in_and_see_their_world(world):
    for row in User.objects.filter(email__endswith="@demo.example"):
        assert row.check_password(PASSWORD)
    client = Client()
    client.force_login(User.objects.get(email=COORDINATOR))

    waiting = client.get("/waiting/").context["page"]

    assert {one.kind for one in waiting} >= {"accept", "fill", "link", "overdue"}


def test_partners_of_both_sides_have_something_to_fill_in(world):
    for email, side in (("host@demo.example", "host"), ("resource@demo.example", "resource")):
        client = Client()
        client.force_login(User.objects.get(email=email))
        response = client.get("/")
        assert any(one.action == "Fill in" for one in response.context["waiting"]), side


def test_logins_name_accounts_password_and_a_live_link_for_each_side(world, settings):
    settings.SITE_URL = "http://localhost:9000"

    told = logins()

    assert PASSWORD in told
    for email in ("coordinator", "host", "resource", "curator", "admin"):
        assert f"{email}@demo.example" in told
    addresses = re.findall(r"http://localhost:9000(/f/\S+)", told)
    assert len(addresses) == 2
    for address, side in zip(addresses, ("host", "resource"), strict=True):
        link = ShareLink.objects.from_token(address.split("/")[2])
        assert (link.side, link.is_live) == (side, True)
        assert not PartSubmission.objects.filter(response__document=link.document, part=side).exists()
        assert Client().get(address).status_code == 200


def test_loading_twice_changes_nothing(world):
    before = (User.objects.count(), Document.objects.count())
    told = StringIO()

    call_command("seed_demo", stdout=told)

    assert "nothing was changed" in told.getvalue()
    assert (User.objects.count(), Document.objects.count()) == before
