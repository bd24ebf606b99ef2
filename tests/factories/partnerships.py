from itertools import count

from accounts.models import User
from partnerships.actions.partnership import create_partnership
from partnerships.models import (
    Contact,
    ExitCriterion,
    Organization,
    Partnership,
    PhaseDefinition,
    PhaseModel,
    Programme,
    TeamMember,
    Topic,
)
from partnerships.states import Side, TeamRole, ToolkitSection
from tests.factories.people import make_contact, make_user

number = count(1)


def make_topic(*, name: str = "") -> Topic:
    n = next(number)
    return Topic.objects.create(slug=f"topic-{n}", name=name or f"Topic {n}")


def make_organization(*, name: str = "", country: str = "KE", **fields) -> Organization:
    n = next(number)
    fields.setdefault("type", "delivery")
    return Organization.objects.create(
        name=name or f"Organization {n}", slug=f"organization-{n}", country=country, **fields
    )


def make_phase_model(*, phases: int = 6, criteria: int = 1, facts: tuple[str, ...] = ()) -> PhaseModel:
    """A model whose phases follow the six sections; each phase has manual ``criteria``, the first also ``facts``."""
    n = next(number)
    model = PhaseModel.objects.create(slug=f"model-{n}", name=f"Model {n}", summary="How we work.")
    sections = list(ToolkitSection)
    for index in range(phases):
        definition = PhaseDefinition.objects.create(
            model=model,
            slug=f"phase-{index + 1}",
            number=index + 1,
            title=f"Phase {index + 1}",
            purpose="What this phase is for.",
            section=sections[index % 6],
        )
        texts = [("", f"Criterion {c + 1}") for c in range(criteria)]
        texts += [(fact, f"Fact {fact}") for fact in facts] if index == 0 else []
        for position, (fact, text) in enumerate(texts, start=1):
            ExitCriterion.objects.create(phase=definition, slug=f"c{position}", number=position, text=text, fact=fact)
    return model


def make_programme(*, name: str = "", phase_model: PhaseModel | None = None, **fields) -> Programme:
    n = next(number)
    return Programme.objects.create(
        name=name or f"Programme {n}", slug=f"programme-{n}", phase_model=phase_model or make_phase_model(), **fields
    )


def make_partnership(
    *,
    name: str = "",
    coordinator: User | None = None,
    host: Organization | None = None,
    resource: Organization | None = None,
    phase_model: PhaseModel | None = None,
    status: str = "proposed",
    **fields,
) -> Partnership:
    """A partnership with an organization on each side and its phases, the first of them open."""
    coordinator = coordinator or make_user(is_coordinator=True)
    partnership = create_partnership(
        Partnership(
            name=name or f"Partnership {next(number)}",
            phase_model=phase_model or make_phase_model(),
            coordinator=coordinator,
            **fields,
        ),
        host=host or make_organization(country="KE"),
        resource=resource or make_organization(country="NO"),
        by=coordinator,
    )
    if status != "proposed":
        Partnership.objects.filter(pk=partnership.pk).update(status=status)
        partnership.refresh_from_db()
    return partnership


def make_member(
    partnership: Partnership,
    *,
    side: str = Side.HOST,
    role: str = TeamRole.TECHNICAL,
    contact: Contact | None = None,
    user: User | None = None,
    **fields,
) -> TeamMember:
    return TeamMember.objects.create(
        partnership=partnership, side=side, role=role, contact=contact or make_contact(user=user), **fields
    )
