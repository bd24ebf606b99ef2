"""Published tools as files for others: what `manage.py export_toolkit` writes and pages offer."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import override

from toolkit.exchange.pack import PackedTool, fitting_example
from toolkit.exchange.word import to_docx
from toolkit.exchange.xlsform_out import to_xlsform
from toolkit.models import ToolVersion, WorkedExample
from toolkit.rendering.html import blank_pdf
from toolkit.schema.examples import Example
from toolkit.schema.words import Message, _

File = tuple[str, bytes]


def packed(version: ToolVersion, *, blank: bytes | None = None) -> PackedTool:
    """``version`` with its terms and its worked example, ready for a pack."""
    return PackedTool(
        definition=version.form,
        licence=version.tool.licence,
        credit=version.credit,
        version=version.number,
        example=example_of(version),
        blank_pdf=blank,
    )


def example_of(version: ToolVersion) -> Example | None:
    """The worked example of a tool, unless it no longer fits this version."""
    kept = WorkedExample.objects.filter(tool=version.tool).first()
    if kept is None:
        return None
    example = Example(title=kept.titles, about=kept.abouts, language=kept.language, answers=kept.answers)
    return example if fitting_example(version.form, example) else None


def notes_for_pack(version: ToolVersion) -> tuple[Message, ...]:
    """What of a tool stays behind when it is packed."""
    has_example = WorkedExample.objects.filter(tool=version.tool).exists()
    if has_example and example_of(version) is None:
        return (_("The worked example no longer fits the form and stays behind."),)
    return ()


def xlsform_files(version: ToolVersion) -> tuple[list[File], tuple[Message, ...]]:
    if not version.form.items:
        return [], (_("There is nothing to fill in, so there is no XLSForm."),)
    exported = to_xlsform(version.form)
    return [(f"{version.tool.slug}.xlsx", exported.content)], exported.notes


def docx_files(version: ToolVersion) -> tuple[list[File], tuple[Message, ...]]:
    return [
        (name, to_docx(version.form, lang, version=version.number)) for name, lang in _by_language(version, "docx")
    ], ()


def pdf_files(version: ToolVersion) -> tuple[list[File], tuple[Message, ...]]:
    """Raises what html_to_pdf() raises."""
    files = []
    for name, lang in _by_language(version, "pdf"):
        with override(lang):
            files.append((name, blank_pdf(version)[0]))
    return files, ()


def _by_language(version: ToolVersion, ending: str) -> Iterator[tuple[str, str]]:
    """A file for each language: ``trip-report.docx``, or ``trip-report.fr.docx`` where there are several."""
    languages = version.form.languages
    for lang in languages:
        middle = f".{lang}" if len(languages) > 1 else ""
        yield f"{version.tool.slug}{middle}.{ending}", lang
