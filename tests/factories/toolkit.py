from itertools import count
from textwrap import dedent

from django.utils import timezone

from accounts.models import User
from partnerships.models import Partnership
from toolkit.actions.collecting import begin_answers, new_key
from toolkit.actions.documents import start_document
from toolkit.actions.links import create_share_link
from toolkit.actions.saving import save_answers
from toolkit.actions.submitting import submit_part
from toolkit.models import Document, Response, Section, ShareLink, Tool, ToolVersion
from toolkit.permissions import Writer, writer_for_respondent
from toolkit.schema.parsing import read_yaml, to_json
from toolkit.states import VersionState

number = count(1)

# A small form with one of what matters most: text, number, condition, table with a total, calculation, a side's own.
FORM = """
  - group: visit
    label: {en: The visit}
    items:
      - {id: f_title, name: title, type: text, required: true, label: {en: Title}}
      - {id: f_days, name: days, type: integer, min: 0, max: 366, label: {en: Working days}}
      - {id: f_late, name: late, type: yes_no, label: {en: "Was it late?"}}
      - {id: f_why, name: why, type: long_text, required: true, relevant: "${late} = 'yes'", label: {en: "Why late?"}}
  - repeat: costs
    id: r_costs
    label: {en: Costs}
    max: 3
    totals: [amount]
    items:
      - {id: f_item, name: item, type: text, required: true, label: {en: Item}}
      - {id: f_amount, name: amount, type: decimal, label: {en: Amount}}
  - {id: c_total, name: total, type: calculate, calculation: "sum(${amount})", label: {en: Total cost}}
"""
SIDES = """
  - group: hosts
    side: host
    label: {en: "The host's part"}
    items:
      - {id: f_host, name: host_word, type: text, required: true, label: {en: "The host's word"}}
  - group: guests
    side: resource
    label: {en: "The resource side's part"}
    items:
      - {id: f_guest, name: guest_word, type: text, required: true, label: {en: "The resource side's word"}}
  - group: shared
    label: {en: Shared}
    items:
      - {id: f_shared, name: shared_word, type: text, label: {en: A shared word}}
"""


def make_tool(
    *,
    slug: str = "",
    form: str = FORM,
    mode: str = "single",
    subject: str = "partnership",
    kind: str = "form",
    section: str = "monitor",
    title: str = "",
    extra: str = "",
    languages: str = "en",
) -> ToolVersion:
    """A published version of a tool whose ``form`` is YAML; ``extra`` is more YAML at the top level."""
    n = next(number)
    slug = slug or f"tool-{n}"
    text = dedent(f"""\
        tool: {slug}
        number: "9.{n % 90 + 1}"
        section: {section}
        kind: {kind}
        title: {{en: "{title or f"Tool {n}"}"}}
        purpose: {{en: What this tool is for.}}
        filled_by: {{en: a coordinator}}
        subject: {subject}
        mode: {mode}
        repeats: once
        minutes: 10
        languages: [{languages}]
        """)
    definition = read_yaml(f"{text}{extra}form:{form}", name=f"{slug}.yaml")
    row, _made = Section.objects.get_or_create(
        slug=section, defaults={"number": n + 10, "titles": {"en": section}, "purposes": {"en": "What it is for."}}
    )
    tool = Tool.objects.create(slug=slug, section=row, number=f"9.{n % 90 + 1}", position=n, kind=kind)
    version = ToolVersion(tool=tool, number=1, state=VersionState.PUBLISHED, published_at=timezone.now())
    version.set_definition(to_json(definition))
    version.save()
    return version


def make_document(
    *, partnership: Partnership, version: ToolVersion | None = None, by: User | None = None, **fields
) -> Document:
    return start_document(partnership, version or make_tool(), by=by or partnership.coordinator, **fields)


def make_link(document: Document, *, side: str = "host", days: int = 30, **fields) -> ShareLink:
    return create_share_link(document, side=side, days=days, by=document.started_by, **fields)


def make_writer(*parts: str, name: str = "Writer") -> Writer:
    """Somebody who writes for ``parts``, without an account."""
    return Writer(name=name, parts=frozenset(parts))


def only_response(document: Document) -> Response:
    """The response of a document that has one, as the database holds it."""
    response = Response.objects.get(document=document)
    response.document = document
    return response


def make_answers(document: Document, *, name: str = "Somebody", submit: bool = False, **answers) -> Response:
    """What one of many people answers by a link to an open ``document``; ``submit`` sends it."""
    link = document.links.first() or make_link(document)
    response = begin_answers(link, new_key(link), name=name)
    writer = writer_for_respondent(response, link)
    cells = {key.replace("__", "/"): value for key, value in answers.items()}
    result = save_answers(response, cells, response.revisions, by=writer)
    assert result.is_clean, result
    if submit:
        submit_part(response, by=writer)
    response.refresh_from_db()
    return response
