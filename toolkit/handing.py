"""Documents that wait for a person's side, for settings.HANDOVER_SOURCES."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from partnerships.handing import Item
from partnerships.models import TeamMember
from partnerships.permissions import EDITING_ROLES
from toolkit.models import Document, PartSubmission
from toolkit.states import FILLABLE, Mode


def document_items(member: TeamMember) -> Iterator[Item]:
    """Documents to be filled in by the member's side, or by one person. They stay with the side, so nothing moves."""
    rows = list(
        Document.objects.filter(partnership=member.partnership, state__in=FILLABLE)
        .select_related("version")
        .order_by("due_on", "pk")
    )
    done = set(
        PartSubmission.objects.filter(response__document__in=rows, part=member.side).values_list(
            "response__document", flat=True
        )
    )
    steers = member.role in EDITING_ROLES
    for row in rows:
        if row.pk in done or not (steers or row.mode == Mode.SINGLE or member.side in row.parts):
            continue
        yield Item(
            kind="document",
            label=_("Documents that wait"),
            pk=row.pk,
            title=f"{row.reference} · {row.title}",
            detail=_("Stays with the side: whoever is on its team fills it in."),
            due_on=row.due_on,
            url=row.get_absolute_url(),
            is_movable=False,
        )
