"""Who may open what. Every address of the site stands in tests/access/; one that is missing fails the suite.

Alice coordinates the partnership; Bob coordinates another one; Hana and Rolf are on the team, one on each side; the
curator and the administrator are on no team.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.digests import stop_url
from accounts.models import Invitation
from partnerships.actions.calendar import make_feed
from tests.access import GET, PAPERS, POST, contributions, exchanges, frame, modes, sharing, workshops
from tests.access.roles import ROLES
from tests.factories import make_member, make_partnership, make_user
from tests.factories.agreements import make_agreement
from tests.factories.contributing import make_feedback, make_proposal
from tests.factories.following import make_comment, make_follow_up
from tests.factories.mails import make_mail
from tests.factories.toolkit import make_document, make_link, make_tool
from tests.factories.workplan import make_activity, make_objective, make_plan, make_risk
from tests.test_conventions import routes
from tests.toolkit.versions.making import make_copy, make_draft, shorter
from toolkit.actions.exchanging import keep_incoming
from toolkit.actions.links import give_code
from toolkit.exchange.yaml_out import to_yaml
from toolkit.models import WorkedExample

pytestmark = pytest.mark.django_db
LINK_PAGES = ("detail", "change", "seats", "revoke", "send", "mail", "remind", "code", "print", "pdf")


@dataclass
class World:
    people: dict
    addresses: dict
    files: Path


@pytest.fixture(scope="module")
def world(module_db) -> World:
    alice, bob = (make_user(name=name, is_coordinator=True) for name in ("Alice", "Bob"))
    curator, admin = make_user(name="Cyril", is_curator=True), make_user(name="Ada", is_admin=True)
    hana, rolf = make_user(name="Hana"), make_user(name="Rolf")
    partnership = make_partnership(coordinator=alice)
    make_partnership(coordinator=bob)
    member = make_member(partnership, side="host", user=hana)
    make_member(partnership, side="resource", user=rolf)
    phase = partnership.phases.first()
    plan = make_plan(partnership)
    make_activity(make_objective(plan))
    make_risk(plan)
    document = make_document(partnership=partnership)
    link, mail = make_link(document), make_mail(partnership)
    invited = make_user(name="Invited", is_active=False)
    invited.set_unusable_password()
    invited.save()
    _invitation, token = Invitation.issue(invited, by=admin)
    party = partnership.participations.first()
    slug, organization = [partnership.slug], [party.organization.slug]
    follow_up, comment = make_follow_up(partnership), make_comment(partnership, "@Hana")
    feed, feed_token = make_feed(admin)
    workshop_arguments = workshops.arguments(partnership)
    task = [*slug, follow_up.pk]
    reference = [document.reference]
    tool = [document.version.tool.slug]
    WorkedExample.objects.create(tool=document.version.tool, answers={"f_title": "A good one"})
    draft = make_draft(make_tool().tool, shorter, by=curator)
    copy = make_copy(partnership, by=alice, base=document.version.tool)
    versions = ("tool-versions", "version-compare", "version-publish", "version-review")
    tools = ("tool-withdraw", "tool-restore", "tool-copies", "tool-adapt")
    proposal, feedback = make_proposal(), make_feedback(document.version.tool)
    other = to_yaml({**document.version.raw, "tool": "another-visit"})
    incoming, _delivery = keep_incoming(other.encode(), "another-visit.yaml", by=curator)
    agreement = make_agreement(partnership, state="out_for_signature")
    agreed = [agreement.reference]
    agreement_pages = ("detail", "edit", "text", "versions", "terminate", "move", "upload", "text-remove", "delete")
    arguments = {
        **{f"bulk-{page}": ["contacts"] for page in ("import", "take", "faults", "template")},
        "bulk-export": ["contacts", "csv"],
        **{f"bulk-{page}-into": ["exchanges", *slug] for page in ("import", "take", "faults", "template")},
        "bulk-export-of": ["exchanges", *slug, "csv"],
        **frame.arguments_of(partnership, member, alice=alice),
        **exchanges.arguments_of(partnership, member),
        **{f"partnerships:agreement-{page}": agreed for page in agreement_pages},
        **{f"partnerships:agreement-{page}": [*agreed, agreement.parties.first().pk] for page in ("accept", "enter")},
        **{f"partnerships:agreement-{page}": slug for page in ("list", "create")},
        "partnerships:agreement-follow": [*agreed, "amendment"],
        "partnerships:agreement-file": [*agreed, "none"],
        "toolkit:agreement-from-document": slug,
        "accounts:user-edit": [invited.pk],
        "accounts:user-invite-again": [invited.pk],
        "accounts:user-close": [curator.pk],
        "accounts:user-reopen": [curator.pk],
        "accounts:invitation": [token],
        "partnerships:organization-detail": organization,
        "partnerships:organization-edit": organization,
        "partnerships:contact-detail": [member.contact_id],
        "partnerships:contact-edit": [member.contact_id],
        "partnerships:contact-invite": [member.contact_id],
        "partnerships:phase-detail": [*slug, phase.pk],
        **{f"partnerships:objective-{page}": [*slug, 1] for page in ("edit", "move", "shift", "remove")},
        **{f"partnerships:activity-{page}": [*slug, 1] for page in ("detail", "edit", "move")},
        **{f"partnerships:risk-{page}": [*slug, 1] for page in ("edit", "move")},
        **{f"partnerships:{page}": slug for page in ("objective-create", "risk-list", "risk-create")},
        "partnerships:workplan-version": [*slug, 1],
        "toolkit:workplan-export": [*slug, "csv"],
        **{f"partnerships:follow-up-{act}": task for act in ("detail", "edit", "move")},
        "partnerships:follow-up-add": slug,
        **contributions.arguments(partnership),
        **sharing.arguments(partnership),
        **modes.arguments(partnership),
        **{f"partnerships:{page}": [*slug, "phase", phase.pk] for page in ("thing-talk", "comment-add")},
        **{f"partnerships:comment-{act}": [comment.pk] for act in ("edit", "remove")},
        "partnerships:notification-open": [hana.notifications.get().pk],
        "partnerships:calendar-end": [feed.pk],
        "partnerships:calendar-feed": [feed_token],
        "accounts:mail-stop": [stop_url(alice).rstrip("/").rpartition("/")[2]],
        **workshop_arguments,
        "toolkit:tool-export": [document.version.tool.slug],
        "toolkit:incoming-detail": [incoming.public_id],
        "toolkit:incoming-drop": [incoming.public_id],
        "toolkit:tool-detail": tool,
        "toolkit:tool-blank": tool,
        "toolkit:tool-example": tool,
        "toolkit:tool-try": tool,
        "toolkit:tool-learn": tool,
        "toolkit:tool-feedback": tool,
        **{f"toolkit:proposal-{page}": [proposal.pk] for page in ("detail", "file", "accept", "answer", "decline")},
        **{f"toolkit:proposal-{page}": [proposal.public_id] for page in ("status", "thanks", "own-file")},
        **{f"toolkit:feedback-{act}": [feedback.pk] for act in ("answer", "hide")},
        **{f"toolkit:{page}": [draft.tool.slug] for page in (*versions, *tools)},
        "toolkit:version-detail": [draft.tool.slug, 1],
        **{f"toolkit:adapt-{page}": [copy.tool.slug] for page in ("switch", "merge")},
        "toolkit:document-start": slug,
        "toolkit:document-file": [*reference, "none"],
        **{f"toolkit:{page}": [*reference, "none"] for page in ("handed-detail", "handed-file", "paper-fill")},
        "toolkit:paper-start": reference,
        **{f"toolkit:shared-{page}": [link.token] for page in ("take", "workbook")},
        **{f"toolkit:shared-{page}": [link.token, "none"] for page in ("handed", "handed-file")},
        **{f"toolkit:link-{page}": [*reference, link.public_id] for page in LINK_PAGES},
        **{f"partnerships:mail-{page}": [mail.pk] for page in ("detail", "again", "cancel")},
        "toolkit:shared-forwarded": [link.token],
        "toolkit:shared-open": [link.token],
        "toolkit:short-link": [give_code(link)],
        "toolkit:shared-fill": [link.token],
        "toolkit:shared-done": [link.token],
        "toolkit:shared-save": [link.token],
        "toolkit:shared-file": [link.token, "none"],
        "toolkit:shared-comments": [link.token],
        "toolkit:shared-sign": [link.token],
        "toolkit:shared-scan": [link.token, "none"],
        "toolkit:document-scan": [*reference, "none"],
        "account_reset_password_from_key": ["x", "x"],
    }
    addresses = {}
    for name in (*GET, *POST):
        by_kind = slug if name.startswith(("partnerships:partnership-", "partnerships:workplan-")) else []
        by_kind = reference if name.startswith("toolkit:document-") else by_kind
        by_kind = tool if name.startswith("toolkit:tool-edit") else by_kind
        if name in ("partnerships:partnership-list", "partnerships:partnership-create", "toolkit:document-list"):
            by_kind = []
        addresses[name] = reverse(name, args=arguments.get(name, by_kind))
    people = {"anonymous": None, "alice": alice, "bob": bob, "hana": hana, "rolf": rolf}
    people |= {"curator": curator, "admin": admin}
    return World(people=people, addresses=addresses, files=settings.MEDIA_ROOT)


@pytest.fixture(autouse=True)
def files_of_the_world(test_settings, settings, world):
    settings.MEDIA_ROOT = world.files


def client_of(world: World, role: str) -> Client:
    client = Client()
    if world.people[role]:
        client.force_login(world.people[role])
    return client


def test_every_address_stands_in_the_table():
    known = {*GET, *POST, *PAPERS}
    ours = {name for name, _view in routes() if not name.startswith(("admin:", "None"))}

    assert ours == known


@pytest.mark.parametrize("name", GET)
def test_who_may_open(world, name):
    found = tuple(client_of(world, role).get(world.addresses[name]).status_code for role in ROLES)

    assert dict(zip(ROLES, found, strict=True)) == dict(zip(ROLES, GET[name], strict=True))


@pytest.mark.parametrize(("name", "role"), [(name, role) for name in POST for role in ROLES])
def test_who_may_post(world, name, role):
    expected = POST[name][ROLES.index(role)]

    assert client_of(world, role).post(world.addresses[name]).status_code == expected


@pytest.mark.parametrize("name", [name for name in POST if name != "set-theme"])
def test_acts_are_never_done_by_a_get(world, name):
    response = client_of(world, "admin").get(world.addresses[name])

    assert response.status_code == 405


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_the_administration_pages_are_for_administrators(world, role):
    response = client_of(world, role).get(reverse("admin:index"))

    assert response.status_code == 302
    assert "/admin/login/" in response["Location"] or "/accounts/login/" in response["Location"]
