"""Who may open which page of a workshop, see tests/access/__init__.py."""

from partnerships.actions.registration import make_registration_link, register
from partnerships.models import Certificate, Partnership, Registration
from tests.access.roles import LOGIN
from tests.factories.workshops import make_session, make_trainer, make_workshop, put

READ, EDIT = (LOGIN, 200, 404, 200, 200, 404, 200), (LOGIN, 200, 404, 403, 403, 404, 200)
EVERYBODY = (200,) * 7


def does(status: int) -> tuple[int, ...]:
    """What an editor gets for an empty post; readers are refused, others find nothing."""
    return (LOGIN, status, 404, 403, 403, 404, status)


def named(names: str, statuses: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    return {f"partnerships:{name}": statuses for name in names.split()}


GET = (
    named("workshop-list workshop-detail registration-list attendance-sheet workshop-results", READ)
    | named("workshop-create workshop-edit session-add session-edit trainer-add registration-add", EDIT)
    | named("registration-edit sign-in-sheet session-code participant-list", EDIT)
    | named("test-entry evaluation-edit report-edit", EDIT)
    | named("register registration-own check-in certificate-verify", EVERYBODY)
)
POST = (
    named("workshop-move", does(400))
    | named("session-remove trainer-remove registration-leave registration-link registration-link-end", does(302))
    | named("registration-link", does(200))
    | named("trainer-remove", does(302))
    | named("no-tests certificates-issue certificate-another registration-seat", does(409))
    | named("certificate-revoke", does(400))
)
# Rendered by the PDF workers; tests/toolkit/rendering/test_workshop_paper.py opens them as each role.
PAPERS = {"toolkit:certificates-pdf", "toolkit:certificate-pdf", "toolkit:sign-in-sheet-pdf"}


def arguments(partnership: Partnership) -> dict[str, list]:
    """What the addresses are made with: a workshop that is open for registration, and all that hangs on it."""
    workshop = make_workshop(partnership)
    trainer, session = make_trainer(workshop), make_session(workshop)
    put(workshop, "registration_open")
    workshop, token = make_registration_link(workshop, by=workshop.created_by)
    person, own = register(
        Registration(workshop=workshop, name="Ann", email="ann@example.org", organization="Clinic", country="KE"),
        token=token,
    )
    other = Registration.objects.create(workshop=workshop, name="Ben")
    day = session.starts_at.date()
    certificate = Certificate.objects.create(
        registration=other,
        number="W1-001",
        name="Ben",
        workshop_title=workshop.title,
        starts_on=day,
        ends_on=day,
        minutes=60,
        issued_on=day,
        issued_by=workshop.created_by,
    )
    shop = [workshop.reference]
    plain = (
        "workshop-detail workshop-edit workshop-move session-add trainer-add registration-list "
        "registration-add registration-link registration-link-end attendance-sheet sign-in-sheet workshop-results "
        "no-tests evaluation-edit report-edit certificates-issue"
    )
    return {
        **{f"partnerships:{name}": shop for name in plain.split()},
        **{f"partnerships:workshop-{page}": [partnership.slug] for page in ("list", "create")},
        **{f"partnerships:session-{page}": [*shop, session.pk] for page in ("edit", "remove", "code")},
        "partnerships:trainer-remove": [*shop, trainer.pk],
        **{f"partnerships:registration-{page}": [*shop, person.pk] for page in ("edit", "leave", "seat")},
        "partnerships:participant-list": [*shop, session.pk],
        "partnerships:test-entry": [*shop, "pre"],
        "partnerships:certificate-another": [*shop, other.pk],
        "partnerships:certificate-revoke": [*shop, certificate.pk],
        "partnerships:register": [token],
        "partnerships:registration-own": [own],
        "partnerships:check-in": [session.pk],
        "partnerships:certificate-verify": [certificate.code],
    }
