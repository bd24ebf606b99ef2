"""Lists of the toolkit as files: documents, tools, drafts; and what curators look after."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from partnerships.states import ToolkitSection
from toolkit.contribution_filters import FeedbackFilterSet, ProposalFilterSet
from toolkit.filters import DocumentFilterSet, ToolFilterSet
from toolkit.models import Document, Feedback, Proposal, ToolVersion
from toolkit.permissions import can_curate, editable_tools
from toolkit.schema.definition import tr
from toolkit.shelf import Entry
from toolkit.states import ToolKind
from toolkit.views.contribute import title_of
from toolkit.views.learning import rows_of_use
from twinning.bulk.listing import Asked, Export, Found, by, label, said


def _tools(asked: Asked, rows) -> Found:
    """In the order of the library, as the page has them."""
    found = ToolFilterSet(asked.query, rows, user=asked.user)
    return Found(qs=found.entries(), status=found.status)


def _section(entry: Entry) -> str:
    return dict(ToolkitSection.choices).get(entry.section, entry.section)


TOOLKIT = {
    "documents": Export(
        title=_("Documents"),
        page="toolkit:document-list",
        rows=lambda asked: Document.objects.visible_to(asked.user).for_list(),
        narrowed=by(DocumentFilterSet),
        cells=(
            (_("Reference"), said("reference")),
            (_("Title"), said("title")),
            (_("Number of the tool"), said("version.tool.number")),
            (_("Tool"), said("version.title")),
            (_("Partnership"), said("partnership.name")),
            (_("About this organization"), said("organization.name")),
            (_("Mode"), label("mode")),
            (_("Language"), said("language")),
            (_("State"), label("state")),
            (_("Due date"), said("due_on")),
            (_("Started on"), lambda row: row.started_at.date()),
            (_("Parts"), said("n_responses")),
            (_("Parts submitted"), said("n_submitted")),
        ),
    ),
    "tools": Export(
        title=_("Tools"),
        page="toolkit:tool-list",
        rows=lambda asked: ToolVersion.objects.offered_to(asked.user),
        narrowed=_tools,
        cells=(
            (_("Number"), said("number")),
            (_("Title"), said("title")),
            (_("Section"), _section),
            (_("Kind"), lambda entry: ToolKind(entry.kind).label),
            (_("What it is for"), lambda entry: tr(entry.purposes, get_language() or "en")),
            (_("Languages"), lambda entry: ", ".join(entry.languages)),
            (_("Minutes"), said("minutes")),
            (_("Adapted copy"), lambda entry: _now("yes") if entry.is_copy else ""),
        ),
    ),
    "drafts": Export(
        title=_("Drafts"),
        page="toolkit:tool-drafts",
        rows=lambda asked: (
            ToolVersion.objects.open()
            .filter(tool__in=editable_tools(asked.user))
            .select_related("tool__section", "tool__programme", "tool__partnership", "created_by")
            .defer("definition", "words")
            .order_by("-created_at", "-pk")
        ),
        cells=(
            (_("Tool"), said("title")),
            (_("Version"), said("number")),
            (_("State"), label("state")),
            (_("Partnership"), said("tool.partnership.name")),
            (_("Written down by"), said("created_by")),
            (_("Written down on"), lambda row: row.created_at.date()),
        ),
    ),
}
OF_CURATORS = {
    "offers": Export(
        title=_("Proposals to the toolkit"),
        page="toolkit:proposal-list",
        may=can_curate,
        rows=lambda asked: Proposal.objects.visible_to(asked.user).for_list().defer(None),
        narrowed=by(ProposalFilterSet),
        cells=(
            (_("Title"), said("title")),
            (_("What was offered"), label("kind")),
            (_("Tool"), lambda row: title_of(row.tool)),
            (_("What it is and why it helps"), said("text")),
            (_("File"), said("file_name")),
            (_("Licence"), label("licence")),
            (_("Credit"), said("credit")),
            (_("E-mail"), said("email")),
            (_("State"), label("state")),
            (_("Answer"), said("answer")),
            (_("Sent on"), lambda row: row.created_at.date()),
        ),
    ),
    "feedback": Export(
        title=_("Feedback on tools"),
        page="toolkit:feedback-list",
        may=can_curate,
        rows=lambda asked: Feedback.objects.visible_to(asked.user).for_list(),
        narrowed=by(FeedbackFilterSet),
        cells=(
            (_("Tool"), lambda row: title_of(row.tool)),
            (_("Version"), said("version_number")),
            (_("Rating"), said("rating")),
            (_("What was said"), said("text")),
            (_("By"), lambda row: row.name or row.user or ""),
            (_("Answer"), said("answer")),
            (_("Hidden"), lambda row: _now("yes") if row.is_hidden else ""),
            (_("On"), lambda row: row.created_at.date()),
        ),
    ),
    "use": Export(
        title=_("Use of the toolkit"),
        page="toolkit:toolkit-learn",
        may=can_curate,
        # Small numbers are told as “< 5” here too.
        rows=lambda asked: rows_of_use(asked.query.get("by", "")),
        cells=(
            (_("Number"), lambda row: row["entry"].number),
            (_("Tool"), lambda row: row["entry"].title),
            (_("Opened"), lambda row: row["opened"]),
            (_("Tried"), lambda row: row["tried"]),
            (_("Started"), lambda row: row["started"]),
            (_("Submitted"), lambda row: row["submitted"]),
            (_("Accepted"), lambda row: row["accepted"]),
            (_("Partnerships"), lambda row: row["partnerships"]),
            (_("Copies"), lambda row: row["copies"]),
            (_("Rating"), lambda row: row["rating"]),
        ),
    ),
}
