"""Follow-ups and comments, made through the actions that people use."""

from itertools import count

from accounts.models import User
from partnerships.actions.commenting import add_comment
from partnerships.actions.follow_up import add_follow_up
from partnerships.models import Comment, Contact, FollowUp, Partnership
from partnerships.things import Thing, kinds, thing_of
from tests.factories.partnerships import make_member

number = count(1)


def thing(row, partnership: Partnership | None = None) -> Thing:
    """``row`` as something that people write about."""
    kind = next(kind for kind in kinds().values() if kind.model is type(row))
    return thing_of(kind, row, partnership or (row if isinstance(row, Partnership) else row.partnership))


def make_follow_up(
    partnership: Partnership,
    *,
    owner: Contact | None = None,
    about=None,
    by: User | None = None,
    title: str = "",
    **fields,
) -> FollowUp:
    owner = owner or make_member(partnership).contact
    follow_up = FollowUp(partnership=partnership, owner=owner, title=title or f"Task {next(number)}", **fields)
    return add_follow_up(follow_up, about=thing(about or partnership, partnership), by=by or partnership.coordinator)


def make_comment(
    partnership: Partnership, text: str = "", *, about=None, by: User | None = None, picked: tuple = ()
) -> Comment:
    comment, _unknown = add_comment(
        partnership,
        thing(about or partnership, partnership),
        text or f"Words {next(number)}",
        by=by or partnership.coordinator,
        picked=picked,
    )
    return comment
