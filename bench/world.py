"""What the bench adds to the world of seed_scale: a document with a hundred fields, a link, and very many tools."""

from __future__ import annotations

from itertools import cycle

from django.utils import timezone

from accounts.models import User
from partnerships.models import Partnership
from toolkit.actions.documents import start_document
from toolkit.actions.links import create_share_link
from toolkit.actions.saving import save_answers
from toolkit.models import Document, ShareLink, Tool, ToolVersion
from toolkit.permissions import Writer
from toolkit.schema.parsing import read_yaml, to_json
from toolkit.states import VersionState

FIELDS, TOOLS = 100, 500
COPIED = ("definition", "titles", "purposes", "mode", "minutes", "languages", "words")
EMAIL, PASSWORD = "bench@example.org", "measure twice, cut once"


def administrator() -> User:
    """Whoever opens the pages; made once."""
    user = User.objects.filter(email=EMAIL).first() or User(email=EMAIL, name="Bench", is_admin=True)
    user.set_password(PASSWORD)
    user.save()
    return user


def build() -> tuple[Partnership, Document, ShareLink]:
    """What the world of seed_scale has not; the partnership, the document and the link that pages are opened with."""
    user = administrator()
    partnership = Partnership.objects.open().order_by("pk").first()
    document = start_document(partnership, hundred_fields(), by=user)
    many_tools()
    save_answers(document.responses.get(), _answers(), {}, by=Writer(name="Hawa", parts=frozenset({"host"})))
    return partnership, document, create_share_link(document, side="host", days=30, by=user, recipient_name="Hawa")


def hundred_fields() -> ToolVersion:
    """A published tool with a hundred questions of every common kind in ten groups."""
    lines = [
        "tool: bench-form",
        'number: "9.1"',
        "section: monitor",
        "kind: form",
        "title: {en: A hundred questions}",
        "purpose: {en: For measuring.}",
        "subject: partnership",
        "mode: single",
        "minutes: 30",
        "languages: [en]",
        "choices:",
        "  level: [{name: low, label: {en: Low}}, {name: mid, label: {en: Middle}}, {name: high, label: {en: High}}]",
        "form:",
    ]
    kinds = ["text", "integer", "date", "yes_no", "select_one level", "long_text", "money", "rating", "text", "decimal"]
    for group in range(10):
        lines += [f"  - group: group_{group}", f"    label: {{en: Group {group}}}", "    items:"]
        for position, kind in enumerate(kinds):
            n = group * 10 + position
            condition = f", relevant: \"${{q_{n - 1}}} != ''\"" if position == 5 else ""
            lines.append(
                f"      - {{id: f_q{n}, name: q_{n}, type: {kind}, label: {{en: Question number {n}}}, "
                f"hint: {{en: A short hint}}{', currency: EUR' if kind == 'money' else ''}{condition}}}"
            )
    definition = read_yaml("\n".join(lines) + "\n", name="bench-form.yaml")
    tool = Tool.objects.create(slug="bench-form", section_id="monitor", number="9.1", kind="form")
    version = ToolVersion(tool=tool, number=1, state=VersionState.PUBLISHED, published_at=timezone.now())
    version.set_definition(to_json(definition))
    version.save()
    return version


def many_tools() -> None:
    """As many tools as a large programme may gather: the shipped ones again and again, under other names."""
    shipped = list(ToolVersion.objects.published().select_related("tool"))
    n_more = TOOLS - len(shipped)
    tools = Tool.objects.bulk_create(
        Tool(
            slug=f"{model.tool.slug}-{n}"[:80],
            section_id=model.tool.section_id,
            number=f"9.{n}",
            position=1000 + n,
            kind=model.tool.kind,
        )
        for n, model in zip(range(n_more), cycle(shipped), strict=False)
    )
    ToolVersion.objects.bulk_create(
        ToolVersion(
            tool=tool,
            number=1,
            state=VersionState.PUBLISHED,
            published_at=timezone.now(),
            content_hash=f"{n:064}",
            **{name: getattr(model, name) for name in COPIED},
        )
        for n, (tool, model) in enumerate(zip(tools, cycle(shipped), strict=False))
    )


def _answers() -> dict[str, object]:
    values = ["Some words", "12", "2026-03-04", "yes", "mid", "Several words.\n\nAnd more.", None, "4", "Words", "1.5"]
    answers = {f"f_q{n}": values[n % 10] for n in range(FIELDS) if values[n % 10] is not None}
    return answers | {f"f_q{n}": {"amount": "100", "currency": "EUR"} for n in range(6, FIELDS, 10)}
