"""No select of ours begins with a line of dashes."""

import pytest

from partnerships.forms.contribution import ContributionForm
from partnerships.forms.organization import OrganizationForm
from partnerships.forms.phase_model import DefinitionForm
from partnerships.forms.risk import RiskForm
from partnerships.models import PhaseDefinition
from tests.factories import make_partnership, make_phase_model
from tests.factories.workplan import make_plan

pytestmark = pytest.mark.django_db


def test_selects_begin_with_words(alice, subtests):
    partnership = make_partnership(coordinator=alice)
    definition = PhaseDefinition(model=make_phase_model())
    for form in (
        OrganizationForm(),
        DefinitionForm(instance=definition),
        RiskForm(plan=make_plan(partnership)),
        ContributionForm(partnership=partnership),
    ):
        with subtests.test(type(form).__name__):
            assert "-----" not in form.as_p()
