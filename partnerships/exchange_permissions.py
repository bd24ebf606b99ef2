"""Who may do what with exchanges. What concerns partnerships as a whole is in permissions.py."""

from __future__ import annotations

from accounts.models import User
from partnerships.award_states import StaffRole
from partnerships.exchange_states import ASKS, BEFORE_DEPARTURE, OVER, OWN_MOVES, Step
from partnerships.models import Exchange, ProgrammeStaff, Traveller
from partnerships.permissions import approving_roles, can_edit_partnership, can_manage_programme


def is_own(user: User, traveller: Traveller) -> bool:
    return traveller.contact.user_id is not None and traveller.contact.user_id == user.pk


def may_answer(user: User, exchange: Exchange, step: str) -> bool:
    """A current lead or coordinator of the side that is asked; for the programme its managers and administrators.

    Where a partnership belongs to no programme, its responsible coordinator. Whether the person has a reason to step
    back – having asked, being the only traveller, having answered before – is for the guard to say.
    """
    # See also approval_rows() in exchange_wiring.py and who_clear()
    partnership = exchange.partnership
    if step == Step.PROGRAMME:
        if partnership.programme_id:
            return can_manage_programme(user, partnership.programme)
        return user.is_admin or (user.is_coordinator and partnership.coordinator_id == user.pk)
    asked = exchange.sending if step == Step.SENDING else exchange.receiving
    return asked.side in approving_roles(user, partnership)


def who_clear(exchange: Exchange) -> list[User]:
    """Whom the programme's step is brought to: those who may answer and did not ask; with none, administrators."""
    partnership = exchange.partnership
    if partnership.programme_id:
        managers = ProgrammeStaff.objects.current().filter(programme=partnership.programme_id, role=StaffRole.MANAGER)
        people = [each.user for each in managers.select_related("user")]
    else:
        people = [partnership.coordinator]
    others = [user for user in people if user.pk not in exchange.askers and user.is_active]
    return others or list(User.objects.admins().exclude(pk__in=exchange.askers))


def can_answer(user: User, exchange: Exchange) -> bool:
    """Whether the request waits for a person of this kind now."""
    step = ASKS.get(exchange.state)
    return step is not None and may_answer(user, exchange, step)


def can_move_traveller(user: User, traveller: Traveller, new: str) -> bool:
    """Those who may change the partnership; travellers say about themselves what they know best."""
    return can_edit_partnership(user, traveller.exchange.partnership) or (is_own(user, traveller) and new in OWN_MOVES)


def can_tick(user: User, traveller: Traveller | None, exchange: Exchange) -> bool:
    """Settle items of a checklist: coordinators; travellers on their own list."""
    own = traveller is not None and is_own(user, traveller)
    return own or can_edit_partnership(user, exchange.partnership)


def can_open_travel_data(user: User, traveller: Traveller) -> bool:
    """The traveller, and the people named for this traveller: nobody else, not even an administrator."""
    if not can_have_travel_data(traveller):
        return False
    return is_own(user, traveller) or any(reader.user_id == user.pk for reader in traveller.data_readers.all())


def can_have_travel_data(traveller: Traveller) -> bool:
    return traveller.exchange.state not in OVER


def can_read_log(user: User, traveller: Traveller) -> bool:
    """Who read the data, and that they were deleted: for those who named the readers, also when all is over."""
    if traveller.contact.user_id is not None:
        return is_own(user, traveller)
    return can_edit_partnership(user, traveller.exchange.partnership)


def can_erase_travel_data(user: User, traveller: Traveller) -> bool:
    """The people who can open them; the traveller also when they are closed and wait for their day."""
    return is_own(user, traveller) or can_open_travel_data(user, traveller)


def can_name_readers(user: User, traveller: Traveller) -> bool:
    """The traveller; for travellers without an account those who may change the partnership, and it stays on record."""
    return can_have_travel_data(traveller) and can_read_log(user, traveller)


def can_remove_traveller(user: User, traveller: Traveller) -> bool:
    return can_edit_partnership(user, traveller.exchange.partnership) and traveller.state in BEFORE_DEPARTURE
