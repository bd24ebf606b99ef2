"""Every pair of states, written out: a test that read the tables would only agree with itself."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from partnerships.actions.partnership import change_status
from partnerships.actions.phase import move_phase
from partnerships.models import Phase
from partnerships.states import PhaseState, Status
from tests.factories import make_member, make_partnership

ALLOWED = {
    ("proposed", "forming"),
    ("proposed", "declined"),
    ("forming", "active"),
    ("forming", "declined"),
    ("forming", "terminated"),
    ("active", "graduating"),
    ("active", "on_hold"),
    ("active", "terminated"),
    ("on_hold", "active"),
    ("on_hold", "terminated"),
    ("graduating", "graduated"),
    ("graduating", "closed"),
    ("graduating", "active"),
    ("graduating", "terminated"),
}
FORBIDDEN = {(old, new) for old in Status.values for new in Status.values} - ALLOWED

# What some statuses ask for besides the reason.
SAID = {
    "on_hold": {"restart_on": timezone.localdate() + timedelta(days=60)},
    "terminated": {"obligations": "The last report to the ministry"},
}

PHASE_ALLOWED = {
    ("planned", "open"),
    ("planned", "skipped"),
    ("open", "done"),
    ("open", "planned"),
    ("done", "open"),
    ("skipped", "open"),
}
PHASE_FORBIDDEN = {(old, new) for old in PhaseState.values for new in PhaseState.values} - PHASE_ALLOWED


@pytest.mark.parametrize(("old", "new"), sorted(ALLOWED))
def test_allowed_status_is_saved_and_recorded(alice, old, new):
    partnership = make_partnership(coordinator=alice, status=old)

    change_status(partnership, new, by=alice, reason="Agreed on the phone", **SAID.get(new, {}))

    partnership.refresh_from_db()
    assert partnership.status == new
    assert partnership.version == 2
    entry = partnership.entries.first()
    assert (entry.verb, entry.actor) == ("partnership.status_changed", alice)
    assert (entry.data["old"], entry.data["new"], entry.data["reason"]) == (old, new, "Agreed on the phone")


@pytest.mark.parametrize(("old", "new"), sorted(FORBIDDEN))
def test_forbidden_status_changes_nothing(alice, old, new):
    partnership = make_partnership(coordinator=alice, status=old)

    with pytest.raises(ValidationError, match="cannot become"):
        change_status(partnership, new, by=alice, reason="All the same")

    partnership.refresh_from_db()
    assert (partnership.status, partnership.version) == (old, 1)
    assert partnership.entries.count() == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [("active", "on_hold"), ("active", "terminated"), ("proposed", "declined"), ("graduating", "closed")],
)
def test_some_moves_need_a_reason(alice, old, new):
    partnership = make_partnership(coordinator=alice, status=old)

    with pytest.raises(ValidationError, match="Please say why"):
        change_status(partnership, new, by=alice, reason="   ")

    partnership.refresh_from_db()
    assert partnership.status == old


def selected(partnership):
    return {"document:proposal-scoring-sheet:submitted"}


def test_a_complete_partnership_needs_no_reason(alice, settings):
    settings.FACT_PROVIDERS = [*settings.FACT_PROVIDERS, f"{__name__}.selected"]
    partnership = make_partnership(coordinator=alice)
    make_member(partnership, side="host", role="lead")
    make_member(partnership, side="resource", role="coordinator")

    change_status(partnership, "forming", by=alice)

    assert partnership.entries.first().data["waived"] == []


def test_what_was_set_aside_is_recorded(alice):
    partnership = make_partnership(coordinator=alice)

    change_status(partnership, "forming", by=alice, reason="Named next week")

    assert partnership.entries.first().data["waived"] == [
        "a lead or coordinator named on each side",
        "the decision that selected the partners (scoring or panel sheet), or why they were paired directly",
    ]


def test_an_empty_side_cannot_be_set_aside(alice):
    partnership = make_partnership(coordinator=alice)
    partnership.participations.filter(side="resource").delete()

    with pytest.raises(ValidationError, match="still missing: at least one organization on each side"):
        change_status(partnership, "forming", by=alice, reason="Soon")

    partnership.refresh_from_db()
    assert partnership.status == "proposed"


def put(phase: Phase, state: str) -> Phase:
    closed = "2026-03-01" if state in ("done", "skipped") else None
    Phase.objects.filter(pk=phase.pk).update(state=state, closed_on=closed)
    phase.refresh_from_db()
    return phase


@pytest.mark.parametrize(("old", "new"), sorted(PHASE_ALLOWED))
def test_allowed_phase_move_is_saved_and_recorded(alice, old, new):
    partnership = make_partnership(coordinator=alice)
    phase = put(partnership.phases.first(), old)

    move_phase(phase, new, by=alice, reason="Agreed")

    phase.refresh_from_db()
    assert phase.state == new
    assert (phase.closed_on is not None) == (new in ("done", "skipped"))
    entry = partnership.entries.first()
    assert (entry.verb, entry.data["old"], entry.data["new"]) == ("phase.moved", old, new)


@pytest.mark.parametrize(("old", "new"), sorted(PHASE_FORBIDDEN))
def test_forbidden_phase_move_changes_nothing(alice, old, new):
    partnership = make_partnership(coordinator=alice)
    phase = put(partnership.phases.first(), old)

    with pytest.raises(ValidationError, match="cannot become"):
        move_phase(phase, new, by=alice, reason="Agreed")

    phase.refresh_from_db()
    assert phase.state == old
    assert partnership.entries.count() == 1


@pytest.mark.parametrize("status", ["on_hold", "graduated", "closed", "terminated", "declined"])
def test_phases_rest_when_the_partnership_does(alice, status):
    partnership = make_partnership(coordinator=alice, status=status)
    phase = partnership.phases.first()

    with pytest.raises(ValidationError, match="nothing more can be changed"):
        move_phase(phase, "done", by=alice, reason="Agreed")

    phase.refresh_from_db()
    assert phase.state == "open"
