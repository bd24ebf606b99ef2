"""Who may open programmes, awards, teams, handovers and phases: rows of the table in test_access.py."""

from accounts.models import User
from partnerships.models import Partnership, TeamMember
from tests.access.roles import LOGIN
from tests.factories import make_phase_model, make_programme
from tests.factories.funding import make_award, make_handover, make_locked, make_staff

GET = {
    "partnerships:organization-archive": (LOGIN, 200, 200, 403, 403, 404, 200),
    "partnerships:programme-list": (LOGIN, 200, 200, 200, 200, 200, 200),
    "partnerships:programme-create": (LOGIN, 403, 403, 403, 403, 403, 200),
    "partnerships:programme-edit": (LOGIN, 403, 403, 403, 403, 403, 200),
    "partnerships:programme-detail": (LOGIN, 404, 404, 404, 404, 404, 200),  # nobody works for it, none is in it
    "partnerships:programme-award-create": (LOGIN, 404, 404, 404, 404, 404, 200),
    "partnerships:partnership-funding": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:partnership-award-create": (LOGIN, 200, 404, 403, 403, 404, 200),
    "partnerships:participation-end": (LOGIN, 200, 404, 403, 403, 404, 200),
    "partnerships:handover-create": (LOGIN, 200, 404, 403, 403, 404, 200),
    "partnerships:handover-detail": (LOGIN, 200, 404, 200, 200, 404, 200),
    **dict.fromkeys(
        (
            f"partnerships:{page}"
            for page in ("phase-model-list", "phase-model-detail", "definition-create", "definition-edit")
        ),
        (LOGIN, 403, 403, 403, 403, 403, 200),
    ),
    "partnerships:award-detail": (LOGIN, 200, 404, 200, 200, 404, 200),
    "partnerships:award-edit": (LOGIN, 200, 404, 403, 403, 404, 200),
    "partnerships:period-figures": (LOGIN, 200, 404, 200, 200, 404, 200),
}
POST = {
    "partnerships:status-agree": (LOGIN, 403, 404, 403, 403, 404, 403),
    "partnerships:status-withdraw": (LOGIN, 403, 404, 403, 403, 404, 403),
    "partnerships:cycle-start": (LOGIN, 409, 404, 403, 403, 404, 409),
    "partnerships:phase-move": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:criterion-check": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:participation-add": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:member-add": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:member-end": (LOGIN, 302, 404, 403, 403, 404, 302),
    "partnerships:phase-reopen": (LOGIN, 409, 404, 403, 403, 404, 409),
    "partnerships:phase-model-copy": (LOGIN, 403, 403, 403, 403, 403, 400),
    "partnerships:definition-shift": (LOGIN, 403, 403, 403, 403, 403, 302),
    "partnerships:definition-remove": (LOGIN, 403, 403, 403, 403, 403, 302),
    "partnerships:participation-lead": (LOGIN, 409, 404, 403, 403, 404, 409),
    "partnerships:programme-staff-add": (LOGIN, 403, 403, 403, 403, 403, 400),
    "partnerships:programme-staff-end": (LOGIN, 403, 403, 403, 403, 403, 302),
    "partnerships:award-share-add": (LOGIN, 400, 404, 403, 403, 404, 400),
    "partnerships:award-share-end": (LOGIN, 302, 404, 403, 403, 404, 302),
    "partnerships:period-move": (LOGIN, 400, 404, 403, 403, 404, 400),
}


def arguments_of(partnership: Partnership, member: TeamMember, *, alice: User) -> dict[str, list]:
    programme, award = make_programme(), make_award(partnership, responsible=alice)
    slug, phase = [partnership.slug], partnership.phases.first()
    definition = make_phase_model().phases.last()
    party = partnership.participations.first()
    pages = ("detail", "edit", "award-create", "staff-add")
    return {
        **{
            f"partnerships:{act}": slug
            for act in ("cycle-start", "status-agree", "status-withdraw", "participation-add", "member-add")
        },
        **{f"partnerships:phase-model-{page}": [phase.definition.model.slug] for page in ("detail", "copy")},
        "partnerships:definition-create": [phase.definition.model.slug],
        **{
            f"partnerships:definition-{act}": [definition.model.slug, definition.pk]
            for act in ("edit", "shift", "remove")
        },
        "partnerships:phase-reopen": [*slug, phase.pk],
        "partnerships:phase-move": [*slug, phase.pk],
        "partnerships:criterion-check": [*slug, phase.pk, phase.definition.criteria.first().pk],
        "partnerships:organization-archive": [party.organization.slug],
        "partnerships:member-end": [*slug, member.pk],
        **{f"partnerships:programme-{page}": [programme.slug] for page in pages},
        "partnerships:programme-staff-end": [programme.slug, make_staff(programme).pk],
        **{f"partnerships:award-{page}": [award.pk] for page in ("detail", "edit", "share-add")},
        "partnerships:award-share-end": [award.pk, award.shares.get().pk],
        "partnerships:period-move": [award.pk, 1],
        "partnerships:period-figures": [award.pk, make_locked(award.periods.all()[1]).number],
        **{f"partnerships:participation-{act}": [*slug, party.pk] for act in ("end", "lead")},
        "partnerships:handover-create": [*slug, member.pk],
        "partnerships:handover-detail": [*slug, make_handover(member, by=alice).pk],
    }
