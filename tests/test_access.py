"""Who may open what. Every address of the site stands here; one that is missing fails the suite.

Alice coordinates the partnership; Bob coordinates another one; Hana and Rolf are on the team, one on each side; the
curator and the administrator are on no team. A status is what each of them gets for a GET, or for an empty POST where
an address only takes posts: 405 there would mean that the view had let them in to be told so.
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
from tests import exchange_access
from tests.factories import make_member, make_partnership, make_programme, make_user
from tests.factories.agreements import make_agreement
from tests.factories.contributing import make_feedback, make_proposal
from tests.factories.following import make_comment, make_follow_up
from tests.factories.toolkit import make_document, make_link, make_tool
from tests.factories.workplan import make_activity, make_objective, make_plan, make_risk
from tests.test_conventions import routes
from tests.toolkit.versions.making import make_copy, make_draft, shorter
from toolkit.actions.exchanging import keep_incoming
from toolkit.exchange.yaml_out import to_yaml
from toolkit.models import WorkedExample

pytestmark = pytest.mark.django_db
ROLES = ("anonymous", "alice", "bob", "hana", "rolf", "curator", "admin")
LOGIN = 302

# name: statuses in the order of ROLES
GET = {
    "home": (LOGIN, 200, 200, 200, 200, 200, 200),
    "waiting": (LOGIN, 200, 200, 200, 200, 200, 200),
    "healthz": (200, 200, 200, 200, 200, 200, 200),
    "accounts:profile": (LOGIN, 200, 200, 200, 200, 200, 200),
    "accounts:user-list": (LOGIN, 403, 403, 403, 403, 403, 200),
    "accounts:user-invite": (LOGIN, 403, 403, 403, 403, 403, 200),
    "accounts:user-edit": (LOGIN, 403, 403, 403, 403, 403, 200),
    "accounts:invitation": (200, 200, 200, 200, 200, 200, 200),
    "accounts:mail-stop": (200, 200, 200, 200, 200, 200, 200),
    "partnerships:organization-list": (LOGIN, 200, 200, 200, 200, 200, 200),
    "partnerships:organization-create": (LOGIN, 200, 200, 403, 403, 403, 200),
    "partnerships:organization-detail": (LOGIN, 200, 200, 200, 200, 404, 200),
    "partnerships:organization-edit": (LOGIN, 200, 200, 403, 403, 404, 200),
    "partnerships:contact-list": (LOGIN, 200, 200, 200, 200, 200, 200),
    "partnerships:contact-create": (LOGIN, 200, 200, 403, 403, 403, 200),
    "partnerships:contact-detail": (LOGIN, 200, 200, 200, 200, 404, 200),
    "partnerships:contact-edit": (LOGIN, 200, 200, 200, 403, 404, 200),
    "partnerships:programme-list": (LOGIN, 403, 403, 403, 403, 403, 200),
    "partnerships:programme-create": (LOGIN, 403, 403, 403, 403, 403, 200),
    "partnerships:programme-edit": (LOGIN, 403, 403, 403, 403, 403, 200),
    "partnerships:partnership-list": (LOGIN, 200, 200, 200, 200, 200, 200),
    "partnerships:partnership-create": (LOGIN, 200, 200, 403, 403, 403, 200),
    "partnerships:partnership-detail": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:partnership-edit": (LOGIN, 200, 404, 403, 403, 404, 200),
    "partnerships:partnership-status": (LOGIN, 200, 404, 403, 403, 404, 200),
    "partnerships:partnership-history": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:phase-detail": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:partnership-team": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:agreement-list": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:agreement-create": (LOGIN, 200, 404, 403, 403, 404, 200),
    "partnerships:agreement-detail": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:agreement-edit": (LOGIN, 200, 404, 403, 403, 404, 200),
    "partnerships:agreement-text": (LOGIN, 200, 404, 403, 403, 404, 200),
    "partnerships:agreement-versions": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:agreement-accept": (LOGIN, 403, 404, 403, 403, 404, 403),  # only who signs for the party
    "partnerships:agreement-enter": (LOGIN, 200, 404, 403, 403, 404, 200),
    "partnerships:agreement-follow": (LOGIN, 200, 404, 403, 403, 404, 200),
    "partnerships:agreement-terminate": (LOGIN, 200, 404, 403, 403, 404, 200),
    "partnerships:agreement-file": (LOGIN, 404, 404, 404, 404, 404, 404),
    "toolkit:agreement-from-document": (LOGIN, 200, 404, 403, 403, 404, 200),
    **dict.fromkeys(
        (f"partnerships:workplan-{page}" for page in ("detail", "quarters", "timeline", "versions")),
        (LOGIN, 200, 404, 200, 200, 404, 200),
    ),
    **dict.fromkeys(
        (f"partnerships:{page}" for page in ("activity-detail", "risk-list")), (LOGIN, 200, 404, 200, 200, 404, 200)
    ),
    **dict.fromkeys(
        (
            f"partnerships:{page}"
            for page in (
                "workplan-edit",
                "workplan-grid",
                "objective-create",
                "objective-edit",
                "activity-edit",
                "risk-create",
                "risk-edit",
            )
        ),
        (LOGIN, 200, 404, 403, 403, 404, 200),
    ),
    # No version is approved yet: tests/partnerships/test_plan_pages.py opens them.
    "partnerships:workplan-version": (LOGIN, 404, 404, 404, 404, 404, 404),
    "partnerships:workplan-compare": (LOGIN, 404, 404, 404, 404, 404, 404),
    "toolkit:workplan-export": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:follow-up-list": (LOGIN, 200, 200, 200, 200, 200, 200),
    "partnerships:follow-up-export": (LOGIN, 200, 200, 200, 200, 200, 200),
    "partnerships:partnership-follow-ups": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:partnership-follow-ups-export": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:follow-up-add": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:follow-up-detail": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:follow-up-edit": (LOGIN, 200, 404, 403, 403, 404, 200),
    "partnerships:partnership-comments": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:thing-talk": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:comment-edit": (LOGIN, 200, 404, 403, 403, 404, 403),
    "partnerships:notification-list": (LOGIN, 200, 200, 200, 200, 200, 200),
    "partnerships:calendar-list": (LOGIN, 200, 200, 200, 200, 200, 200),
    "partnerships:calendar-feed": (200, 200, 200, 200, 200, 200, 200),
    "toolkit:tool-list": (200, 200, 200, 200, 200, 200, 200),
    "toolkit:tool-detail": (200, 200, 200, 200, 200, 200, 200),
    "toolkit:tool-blank": (200, 200, 200, 200, 200, 200, 200),
    "toolkit:tool-example": (200, 200, 200, 200, 200, 200, 200),
    "toolkit:tool-try": (200, 200, 200, 200, 200, 200, 200),
    "toolkit:tool-learn": (LOGIN, 403, 403, 403, 403, 200, 200),
    "toolkit:toolkit-learn": (LOGIN, 403, 403, 403, 403, 200, 200),
    "toolkit:tool-export": (200, 200, 200, 200, 200, 200, 200),
    "toolkit:pack-export": (LOGIN, 200, 200, 200, 200, 200, 200),
    "toolkit:pack-import": (LOGIN, 403, 403, 403, 403, 200, 200),
    "toolkit:incoming-detail": (LOGIN, 403, 403, 403, 403, 200, 404),
    "toolkit:tool-drafts": (LOGIN, 200, 200, 200, 200, 200, 200),
    "toolkit:tool-new": (LOGIN, 403, 403, 403, 403, 200, 200),
    "toolkit:tool-edit": (LOGIN, 403, 403, 403, 403, 200, 200),
    "toolkit:tool-edit-add": (LOGIN, 403, 403, 403, 403, 200, 200),
    "toolkit:tool-edit-delete": (LOGIN, 403, 403, 403, 403, 200, 200),
    "toolkit:tool-edit-texts": (LOGIN, 403, 403, 403, 403, 200, 200),
    "toolkit:tool-edit-about": (LOGIN, 403, 403, 403, 403, 200, 200),
    "toolkit:tool-edit-body": (LOGIN, 403, 403, 403, 403, 200, 200),
    "toolkit:tool-edit-preview": (LOGIN, 403, 403, 403, 403, 200, 200),
    "toolkit:tool-feedback": (200, 200, 200, 200, 200, 200, 200),
    "toolkit:proposal-new": (200, 200, 200, 200, 200, 200, 200),
    "toolkit:proposal-status": (200, 200, 200, 200, 200, 200, 200),
    "toolkit:proposal-thanks": (200, 200, 200, 200, 200, 200, 200),
    "toolkit:proposal-own-file": (404, 404, 404, 404, 404, 404, 404),
    "toolkit:proposal-list": (LOGIN, 403, 403, 403, 403, 200, 200),
    "toolkit:proposal-detail": (LOGIN, 403, 403, 403, 403, 200, 200),
    "toolkit:proposal-file": (LOGIN, 403, 403, 403, 403, 404, 404),
    "toolkit:feedback-list": (LOGIN, 403, 403, 403, 403, 200, 200),
    "toolkit:tool-versions": (LOGIN, 200, 200, 200, 200, 200, 200),
    "toolkit:version-compare": (LOGIN, 200, 200, 200, 200, 200, 200),
    "toolkit:version-detail": (LOGIN, 200, 200, 200, 200, 200, 200),
    "toolkit:version-publish": (LOGIN, 403, 403, 403, 403, 200, 200),
    "toolkit:version-review": (LOGIN, 403, 403, 403, 403, 302, 302),  # nothing is in review
    "toolkit:tool-withdraw": (LOGIN, 403, 403, 403, 403, 200, 200),
    "toolkit:tool-restore": (LOGIN, 403, 403, 403, 403, 200, 200),
    "toolkit:tool-copies": (LOGIN, 403, 403, 403, 403, 200, 200),
    "toolkit:tool-adapt": (LOGIN, 200, 200, 403, 403, 200, 200),
    "toolkit:adapt-switch": (LOGIN, 200, 404, 403, 403, 404, 200),
    "toolkit:adapt-merge": (LOGIN, 200, 404, 403, 403, 404, 200),
    "toolkit:document-move": (LOGIN, 200, 404, 403, 403, 404, 200),
    "toolkit:document-list": (LOGIN, 200, 200, 200, 200, 200, 200),
    "toolkit:document-start": (LOGIN, 200, 404, 403, 403, 404, 200),
    "toolkit:document-detail": (LOGIN, 200, 404, 200, 200, 404, 200),
    "toolkit:document-fill": (LOGIN, 200, 404, 200, 200, 404, 200),
    "toolkit:document-return": (LOGIN, 200, 404, 403, 403, 404, 200),
    "toolkit:document-accept": (LOGIN, 200, 404, 403, 403, 404, 200),
    "toolkit:document-finish": (LOGIN, 200, 404, 403, 403, 404, 200),
    "toolkit:document-withdraw": (LOGIN, 200, 404, 403, 403, 404, 200),
    "toolkit:document-links": (LOGIN, 200, 404, 403, 403, 404, 200),
    "toolkit:document-file": (LOGIN, 404, 404, 404, 404, 404, 404),
    "toolkit:shared-fill": (200, 200, 200, 200, 200, 200, 200),
    "toolkit:shared-done": (200, 200, 200, 200, 200, 200, 200),
    "toolkit:shared-file": (404, 404, 404, 404, 404, 404, 404),
    "account_login": (200, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN),
    "account_logout": (LOGIN, 200, 200, 200, 200, 200, 200),
    "account_inactive": (200, 200, 200, 200, 200, 200, 200),
    "account_signup": (200, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN),
    "account_reauthenticate": (LOGIN, 200, 200, 200, 200, 200, 200),
    "account_change_password": (LOGIN, 200, 200, 200, 200, 200, 200),
    "account_set_password": (LOGIN, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN),
    "account_reset_password": (200, 200, 200, 200, 200, 200, 200),
    "account_reset_password_done": (200, 200, 200, 200, 200, 200, 200),
    "account_reset_password_from_key": (200, 200, 200, 200, 200, 200, 200),
    "account_reset_password_from_key_done": (200, 200, 200, 200, 200, 200, 200),
}
POST = {
    "set-theme": (302, 302, 302, 302, 302, 302, 302),
    "accounts:user-invite-again": (LOGIN, 403, 403, 403, 403, 403, 302),
    "accounts:user-close": (LOGIN, 403, 403, 403, 403, 403, 302),
    "accounts:user-reopen": (LOGIN, 403, 403, 403, 403, 403, 302),
    "partnerships:contact-invite": (LOGIN, 409, 409, 403, 403, 404, 409),
    "partnerships:agreement-move": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:agreement-upload": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:agreement-text-remove": (LOGIN, 404, 404, 403, 403, 404, 404),
    "partnerships:agreement-delete": (LOGIN, 302, 404, 403, 403, 404, 302),
    "partnerships:cycle-start": (LOGIN, 409, 404, 403, 403, 404, 409),
    "partnerships:phase-move": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:criterion-check": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:participation-add": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:participation-end": (LOGIN, 409, 404, 403, 403, 404, 409),
    "partnerships:member-add": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:member-end": (LOGIN, 302, 404, 403, 403, 404, 302),
    "partnerships:workplan-start": (LOGIN, 302, 404, 403, 403, 404, 302),
    "partnerships:workplan-propose": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:workplan-take-back": (LOGIN, 409, 404, 403, 403, 404, 409),
    # Alice and the administrator stand for no side, Hana and Rolf are neither lead nor coordinator.
    "partnerships:workplan-approve": (LOGIN, 403, 404, 403, 403, 404, 403),
    "partnerships:workplan-return": (LOGIN, 403, 404, 403, 403, 404, 403),
    "partnerships:workplan-amend": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:workplan-end-amendment": (LOGIN, 409, 404, 403, 403, 404, 409),
    "partnerships:objective-move": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:objective-shift": (LOGIN, 302, 404, 403, 403, 404, 302),
    "partnerships:objective-remove": (LOGIN, 409, 404, 403, 403, 404, 409),
    "partnerships:activity-move": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:risk-move": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:follow-up-move": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:comment-add": (LOGIN, 400, 404, 400, 400, 404, 400),
    "partnerships:comment-remove": (LOGIN, 302, 404, 403, 403, 404, 302),
    "partnerships:notification-open": (LOGIN, 404, 404, 302, 404, 404, 404),
    "partnerships:notifications-read": (LOGIN, 302, 302, 302, 302, 302, 302),
    "partnerships:calendar-make": (LOGIN, 200, 200, 200, 200, 200, 200),
    "partnerships:calendar-end": (LOGIN, 404, 404, 404, 404, 404, 302),
    "toolkit:incoming-drop": (LOGIN, 403, 403, 403, 403, 302, 404),
    "toolkit:link-revoke": (LOGIN, 302, 404, 403, 403, 404, 302),
    "toolkit:link-send": (LOGIN, 409, 404, 403, 403, 404, 409),
    "toolkit:proposal-accept": (LOGIN, 403, 403, 403, 403, 400, 400),
    "toolkit:proposal-answer": (LOGIN, 403, 403, 403, 403, 400, 400),
    "toolkit:proposal-decline": (LOGIN, 403, 403, 403, 403, 400, 400),
    "toolkit:feedback-answer": (LOGIN, 403, 403, 403, 403, 302, 302),
    "toolkit:feedback-hide": (LOGIN, 403, 403, 403, 403, 302, 302),
    "toolkit:tool-edit-start": (LOGIN, 403, 403, 403, 403, 302, 302),
    "toolkit:tool-edit-discard": (LOGIN, 403, 403, 403, 403, 409, 409),
    "toolkit:tool-edit-outline": (LOGIN, 403, 403, 403, 403, 409, 409),
    "toolkit:tool-edit-languages": (LOGIN, 403, 403, 403, 403, 409, 409),
    "toolkit:tool-edit-body-preview": (LOGIN, 403, 403, 403, 403, 409, 409),
}
GET |= exchange_access.GET
POST |= exchange_access.POST
# Rendered by the PDF workers; test_papers.py and test_plan_paper.py, both in tests/toolkit, open them as each role.
PAPERS = {
    "toolkit:agreement-pdf",
    "toolkit:tool-blank-pdf",
    "toolkit:tool-example-pdf",
    "toolkit:document-pdf",
    "toolkit:shared-pdf",
}
PAPERS |= {"toolkit:exchange-bundle", "toolkit:workplan-pdf", "toolkit:workplan-version-pdf"}


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
    link = make_link(document)
    invited = make_user(name="Invited", is_active=False)
    invited.set_unusable_password()
    invited.save()
    _invitation, token = Invitation.issue(invited, by=admin)
    party = partnership.participations.first()
    slug, organization = [partnership.slug], [party.organization.slug]
    follow_up, comment = make_follow_up(partnership), make_comment(partnership, "@Hana")
    feed, feed_token = make_feed(admin)
    task = [*slug, follow_up.pk]
    reference = [document.reference]
    tool = [document.version.tool.slug]
    WorkedExample.objects.create(tool=document.version.tool, answers={"f_title": "A good one"})
    draft = make_draft(make_tool().tool, shorter, by=curator)
    copy = make_copy(partnership, by=alice, base=document.version.tool)
    versions = ("tool-versions", "version-compare", "version-publish", "version-review")
    tools = ("tool-withdraw", "tool-restore", "tool-copies", "tool-adapt")
    proposal, feedback = make_proposal(), make_feedback(document.version.tool)
    programme = make_programme()
    other = to_yaml({**document.version.raw, "tool": "another-visit"})
    incoming, _delivery = keep_incoming(other.encode(), "another-visit.yaml", by=curator)
    agreement = make_agreement(partnership, state="out_for_signature")
    agreed = [agreement.reference]
    agreement_pages = ("detail", "edit", "text", "versions", "terminate", "move", "upload", "text-remove", "delete")
    arguments = {
        **exchange_access.arguments_of(partnership, member),
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
        "partnerships:programme-edit": [programme.slug],
        "partnerships:phase-detail": [*slug, phase.pk],
        "partnerships:phase-move": [*slug, phase.pk],
        "partnerships:criterion-check": [*slug, phase.pk, phase.definition.criteria.first().pk],
        "partnerships:participation-end": [*slug, party.pk],
        "partnerships:member-end": [*slug, member.pk],
        **{f"partnerships:objective-{page}": [*slug, 1] for page in ("edit", "move", "shift", "remove")},
        **{f"partnerships:activity-{page}": [*slug, 1] for page in ("detail", "edit", "move")},
        **{f"partnerships:risk-{page}": [*slug, 1] for page in ("edit", "move")},
        **{f"partnerships:{page}": slug for page in ("objective-create", "risk-list", "risk-create")},
        "partnerships:workplan-version": [*slug, 1],
        "toolkit:workplan-export": [*slug, "csv"],
        **{f"partnerships:follow-up-{act}": task for act in ("detail", "edit", "move")},
        "partnerships:follow-up-add": slug,
        **{f"partnerships:{page}": [*slug, "phase", phase.pk] for page in ("thing-talk", "comment-add")},
        **{f"partnerships:comment-{act}": [comment.pk] for act in ("edit", "remove")},
        "partnerships:notification-open": [hana.notifications.get().pk],
        "partnerships:calendar-end": [feed.pk],
        "partnerships:calendar-feed": [feed_token],
        "accounts:mail-stop": [stop_url(alice).rstrip("/").rpartition("/")[2]],
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
        "toolkit:link-revoke": [*reference, link.public_id],
        "toolkit:link-send": [*reference, link.public_id],
        "toolkit:shared-fill": [link.token],
        "toolkit:shared-done": [link.token],
        "toolkit:shared-file": [link.token, "none"],
        "account_reset_password_from_key": ["x", "x"],
    }
    addresses = {}
    for name in (*GET, *POST):
        by_kind = slug if name.startswith(("partnerships:partnership-", "partnerships:workplan-")) else []
        by_kind = slug if name == "partnerships:cycle-start" else by_kind
        by_kind = reference if name.startswith("toolkit:document-") else by_kind
        by_kind = tool if name.startswith("toolkit:tool-edit") else by_kind
        by_kind = slug if name in ("partnerships:participation-add", "partnerships:member-add") else by_kind
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
