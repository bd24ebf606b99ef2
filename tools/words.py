"""The product's own words on forms and papers, and their catalogues in ``locale/``.

    .venv/bin/python -m tools.words          what the catalogues lack
    .venv/bin/python -m tools.words --write  bring them up to date: new words come empty, old ones go, .mo is compiled

No gettext programs are needed: sentences are found by reading Python and templates, catalogues are Babel's.
"""

from __future__ import annotations

import ast
import io
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
CATALOGUES = BASE / "locale"
HEADER = """\
# The product's own words on forms and their papers.
# Brought up to date by: python -m tools.words --write
"""

# What a partner sees of a form: pages and papers that are made in the language of the form. What these include or
# build on is followed.
TEMPLATES = (
    "emails/comments.txt",
    "emails/invite.txt",
    "emails/moved.txt",
    "emails/reopened.txt",
    "emails/returned.txt",
    "layouts/print.html",
    "toolkit/_languages.html",
    "toolkit/fill/whole.html",
    "toolkit/fill_closed.html",
    "toolkit/pdf_refused.html",
    "toolkit/shared/begin.html",
    "toolkit/shared/busy.html",
    "toolkit/shared/comments.html",
    "toolkit/shared/done.html",
    "toolkit/shared/door.html",
    "toolkit/shared/fill.html",
    "toolkit/shared/forwarded.html",
    "toolkit/shared/over.html",
    "toolkit/shared/respond.html",
    "toolkit/shared/sent.html",
    "toolkit/shared/sign.html",
    "toolkit/taking/handed.html",
    "toolkit/taking/take.html",
    "toolkit/try/form.html",
)
FOLDERS = ("toolkit/read",)
# Papers of the records, which are made in the language of whoever asks for them.
OF_THE_SITE = frozenset(
    f"toolkit/read/{name}.html" for name in ("agreement", "certificates", "exchange_paper", "plan", "sign_in")
)
# Modules whose sentences are meant; after a colon the classes and functions, where not all of them are.
MODULES = (
    "partnerships/states.py:Status,Side",
    "toolkit/actions/attachments.py",
    "toolkit/actions/field_comments.py",
    "toolkit/actions/handing_in.py",
    "toolkit/actions/saving.py",
    "toolkit/actions/signing.py",
    "toolkit/actions/submitting.py:NotReadyError,submit_part,refuse_unless_place_is_left",
    "toolkit/actions/trying.py",
    "toolkit/actions/visits.py",
    "toolkit/actions/window.py",
    "toolkit/emails.py:send_comments,send_returned,send_reopened,send_moved",
    "toolkit/exchange/filled_workbook.py",
    "toolkit/exchange/filled_workbook_in.py",
    "toolkit/exchange/frame.py",
    "toolkit/exchange/shapes.py",
    "toolkit/exchange/word.py",
    "toolkit/exchange/workbook_looks.py",
    "toolkit/exchange/workbook_section.py",
    "toolkit/forms/drawing.py",
    "toolkit/forms/example.py",
    "toolkit/forms/news.py",
    "toolkit/forms/options.py",
    "toolkit/forms/page.py",
    "toolkit/forms/passed_on.py",
    "toolkit/forms/question.py",
    "toolkit/forms/review.py:CommentForm,SignForm",
    "toolkit/forms/taking.py:HandInForm",
    "toolkit/forms/words.py",
    "toolkit/rendering/blank.py",
    "toolkit/rendering/brackets.py",
    "toolkit/rendering/comparing.py",
    "toolkit/rendering/conditions.py",
    "toolkit/rendering/display.py",
    "toolkit/rendering/gaps.py",
    "toolkit/mail_words.py:_subject",
    "toolkit/rendering/head.py",
    "toolkit/rendering/html.py",
    "toolkit/rendering/link_paper.py",
    "toolkit/rendering/paper.py",
    "toolkit/rendering/pdf.py",
    "toolkit/rendering/reading.py",
    "toolkit/rendering/sample.py",
    "toolkit/rendering/spaces.py",
    "toolkit/returned.py",
    "toolkit/schema/answers.py",
    "toolkit/schema/clean_choice.py",
    "toolkit/schema/clean_date.py",
    "toolkit/schema/clean_number.py",
    "toolkit/schema/clean_record.py",
    "toolkit/schema/clean_text.py",
    "toolkit/schema/returning.py",
    "toolkit/states.py:ToolKind,DocumentState,ResponseState,Part,SignedHow,VoidedBy,HandedState",
    "toolkit/views/comments.py",
    "toolkit/views/autosave.py",
    "toolkit/views/filling.py",
    "toolkit/views/handed.py",
    "toolkit/views/passed_on.py",
    "toolkit/views/shared.py",
    "toolkit/views/taking.py",
    "toolkit/views/trying.py",
    "twinning/uploads.py",
)

# Lines of a catalogue that would make each writing a change, and what nobody keeps.
DATED = tuple(f'"{name}' for name in ("POT-Cre", "PO-Rev", "Last-Tr", "Language-Team", "Report-Msgid", "Generated-By"))
DAY = datetime(2026, 1, 1, tzinfo=UTC)
# How many of the first arguments of a call are context, singular, plural.
CALLS = {
    "_": "m", "gettext": "m", "gettext_lazy": "m", "gettext_noop": "m",
    "ngettext": "mp", "ngettext_lazy": "mp", "pgettext": "cm", "pgettext_lazy": "cm",
    "npgettext": "cmp", "npgettext_lazy": "cmp",
}  # fmt: skip


@dataclass(frozen=True, order=True)
class Words:
    """One sentence: what gettext is asked for."""

    text: str
    context: str = ""
    plural: str = ""


def wanted() -> dict[Words, str]:
    """Every sentence that reaches a form or its papers, with the file in which it is met first."""
    found: dict[Words, str] = {}
    for name in template_names():
        for words in _in_template(name):
            found.setdefault(words, f"templates/{name}")
    for module in MODULES:
        path, _colon, names = module.partition(":")
        for words in _in_module(BASE / path, names.split(",") if names else ()):
            found.setdefault(words, path)
    return found


def template_names() -> list[str]:
    """The templates of forms and papers, with those they include and build on."""
    folders = (path for folder in FOLDERS for path in sorted((BASE / "templates" / folder).glob("*.html")))
    waiting = [*TEMPLATES, *(path.relative_to(BASE / "templates").as_posix() for path in folders)]
    known: list[str] = []
    while waiting:
        name = waiting.pop(0)
        if name not in known and name not in OF_THE_SITE:
            known.append(name)
            waiting += [each for each in _beside(name) if (BASE / "templates" / each).is_file()]
    return sorted(known)


# In templates


def _nodes(name: str) -> Iterator:
    from django.template import Node
    from django.template.loader import get_template

    return iter(get_template(name).template.nodelist.get_nodes_by_type(Node))


def _beside(name: str) -> Iterator[str]:
    for node in _nodes(name):
        for part in (getattr(node, "template", None), getattr(node, "parent_name", None)):
            plain = getattr(part, "var", None)
            if isinstance(plain, str):
                yield plain + ""  # no longer a SafeString, which no path takes


def _in_template(name: str) -> Iterator[Words]:
    from django.templatetags.i18n import BlockTranslateNode, TranslateNode
    from django.utils.translation import trim_whitespace

    for node in _nodes(name):
        context = _literal(getattr(node, "message_context", None))
        if isinstance(node, TranslateNode):
            yield Words(node.filter_expression.var.literal + "", context)
        elif isinstance(node, BlockTranslateNode):
            texts = [node.render_token_list(tokens)[0] for tokens in (node.singular, node.plural) if tokens]
            if node.trimmed:
                texts = [trim_whitespace(text) for text in texts]
            yield Words(texts[0], context, texts[1] if len(texts) > 1 else "")


def _literal(expression) -> str:
    return str(expression.var) if expression is not None else ""


# In Python


def _in_module(path: Path, names: Iterable[str]) -> Iterator[Words]:
    tree = ast.parse(path.read_text())
    parts = [_part(tree, name, path) for name in names] or [tree]
    for node in (node for part in parts for node in ast.walk(part)):
        shape = CALLS.get(getattr(node.func, "id", ""), "") if isinstance(node, ast.Call) else ""
        said = (
            [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args[: len(shape)]] if shape else []
        )
        if shape and all(isinstance(each, str) for each in said):
            told = dict(zip(shape, said, strict=True))
            yield Words(told["m"], told.get("c", ""), told.get("p", ""))


def _part(tree: ast.AST, name: str, path: Path) -> ast.AST:
    for step in name.split("."):
        found = [node for node in ast.iter_child_nodes(tree) if getattr(node, "name", "") == step]
        if not found:
            raise LookupError(f"{path} has no {name}: see MODULES in {__file__}")
        tree = found[0]
    return tree


# Catalogues


def languages() -> list[str]:
    return sorted(path.parent.parent.name for path in CATALOGUES.glob("*/LC_MESSAGES/django.po"))


def po_of(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / "django.po"


def read(language: str):
    from babel.messages.pofile import read_po

    with po_of(language).open("rb") as file:
        return read_po(file, locale=language)


def compiled(language: str) -> bytes:
    """What the .mo of ``language`` holds: the words that are translated."""
    from babel.messages.mofile import write_mo

    out = io.BytesIO()
    catalogue = read(language)
    # The same words give the same bytes, whenever they are compiled.
    catalogue.creation_date = catalogue.revision_date = DAY
    write_mo(out, catalogue)
    return out.getvalue()


def lacking(language: str, found: Iterable[Words]) -> list[Words]:
    """Those of ``found`` that the catalogue of ``language`` does not say."""
    catalogue = read(language)
    return [words for words in found if not _said(catalogue.get(words.text, words.context or None))]


def _said(message) -> bool:
    if message is None or message.fuzzy:
        return False
    texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(texts) and all(texts)


def write(language: str, found: dict[Words, str], translations: dict[Words, tuple[str, ...]] | None = None) -> None:
    """The catalogue with exactly the words ``found``: what it said of them is kept."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    old = read(language) if po_of(language).is_file() else Catalog(locale=language)
    new = Catalog(locale=language, project="Twinning", header_comment=HEADER.strip(), fuzzy=False)
    for words, place in sorted(found.items(), key=lambda pair: (pair[1], pair[0])):
        id_ = (words.text, words.plural) if words.plural else words.text
        kept = old.get(words.text, words.context or None)
        said = (translations or {}).get(words) or (kept.string if kept else "")
        new.add(id_, _shaped(said, words, new.num_plurals), locations=[(place, None)], context=words.context or None)
    po_of(language).parent.mkdir(parents=True, exist_ok=True)
    out = io.BytesIO()
    write_po(out, new, width=120, omit_header=False, sort_by_file=False)
    lines = out.getvalue().decode().splitlines(keepends=True)
    po_of(language).write_text("".join(line for line in lines if not line.startswith(DATED)))
    po_of(language).with_suffix(".mo").write_bytes(compiled(language))


def _shaped(said, words: Words, n_plurals: int):
    if not words.plural:
        return said if isinstance(said, str) else "".join(said[:1])
    texts = tuple(said) if isinstance(said, tuple | list) else ()
    return texts if len(texts) == n_plurals else ("",) * n_plurals


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twinning.settings")
    import django

    django.setup()
    found = wanted()
    if "--write" in arguments:
        for language in languages():
            write(language, found)
    missing = {language: lacking(language, found) for language in languages()}
    for language, words in missing.items():
        print(f"{language}: {len(found) - len(words)} of {len(found)}")
        for each in words:
            print(f"  {each.text!r} ({found[each]})")
    return 1 if any(missing.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
