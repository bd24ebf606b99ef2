import io
import os
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from toolkit.actions.exchanging import pack_of, tool_file
from toolkit.models import Tool, ToolVersion, WorkedExample
from toolkit.rendering.pdf import PdfUnavailable, RenderFailed

PACK = "pack"
# What people ask for, and as what a tool's file is made and named. An XLSForm holds all languages of its tool.
FORMATS = {"xlsform": ("xlsform", "xlsx"), "docx": ("docx", "docx"), "blank-pdf": ("pdf", "pdf")}


class Command(BaseCommand):
    help = "Write the published tools of the library as files for others. All files are written, or none."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, metavar="DIR", help="where the files go; made when it is not there")
        parser.add_argument("slugs", nargs="*", metavar="tool", help="the tools to export (default: all)")
        parser.add_argument("--format", choices=[PACK, *FORMATS], default=PACK, dest="form", help="default: pack")
        # Else names of tools could not stand behind --format.
        parser.parse_args = parser.parse_intermixed_args

    def handle(self, *args, folder: Path, slugs: list[str], form: str, **options):
        self.verbosity = options["verbosity"]
        if folder.exists() and not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        tools = self.chosen(slugs)
        files = self.pack(tools) if form == PACK else self.each(tools, *FORMATS[form])
        try:
            write_all(folder, files)
        except OSError as error:
            raise CommandError(f"The files could not be written to {folder}: {error.strerror}.") from error
        counted = f"{len(files)} {'file' if len(files) == 1 else 'files'}"
        self.stdout.write(f"Wrote {counted} to {folder}, of {len(tools)} {'tool' if len(tools) == 1 else 'tools'}.")

    def chosen(self, slugs: list[str]) -> list[Tool]:
        tools = list(Tool.objects.library().published().for_list())
        if unknown := sorted(set(slugs) - {tool.slug for tool in tools}):
            raise CommandError(f"The library has no published tool {', '.join(unknown)}.")
        if not tools:
            raise CommandError("The library has no published tool. Run manage.py load_toolkit first.")
        return [tool for tool in tools if not slugs or tool.slug in slugs]

    def pack(self, tools: list[Tool]) -> dict[str, bytes]:
        made = pack_of(tools)
        with zipfile.ZipFile(io.BytesIO(made.content)) as packed:
            names = set(packed.namelist())
        for slug in WorkedExample.objects.filter(tool__in=tools).values_list("tool__slug", flat=True):
            if f"examples/{slug}.yaml" not in names:
                self.note(slug, "The worked example no longer fits the form and stays behind.")
        return {made.name: made.content}

    def each(self, tools: list[Tool], wanted: str, ending: str) -> dict[str, bytes]:
        files: dict[str, bytes] = {}
        for version in ToolVersion.objects.published().filter(tool__in=tools).select_related("tool").order_by("tool"):
            if wanted == "xlsform" and not version.form.items:
                self.note(version.tool.slug, "There is nothing to fill in, so there is no XLSForm.")
                continue
            for name, lang in names_of(version, ending, by_language=wanted != "xlsform"):
                try:
                    with override(lang):
                        made = tool_file(version, wanted, language=lang)
                except (PdfUnavailable, RenderFailed) as problem:
                    raise CommandError(f"{version.tool.slug}: {problem}") from problem
                files[name] = made.content
                self.told(version.tool.slug, made.notes)
        return files

    def told(self, slug: str, notes: Sequence[str]) -> None:
        """How much could not be taken along as it is; what, only for those who ask."""
        if self.verbosity > 1:
            for note in notes:
                self.note(slug, str(note))
        elif notes:
            n = len(notes)
            counted = "1 thing could" if n == 1 else f"{n} things could"
            self.note(slug, f"{counted} not be taken along unchanged (-v 2 says what).")

    def note(self, slug: str, text: str) -> None:
        self.stdout.write(f"{slug}: {text}")


def names_of(version: ToolVersion, ending: str, *, by_language: bool) -> Iterator[tuple[str, str]]:
    """``4.1-trip-report.docx``, or ``5.3-patient-satisfaction-survey.fr.docx`` where there are several languages."""
    stem = version.form.file_stem
    languages = version.form.languages
    if not by_language or len(languages) == 1:
        yield f"{stem}.{ending}", languages[0]
        return
    for lang in languages:
        yield f"{stem}.{lang}.{ending}", lang


def write_all(folder: Path, files: dict[str, bytes]) -> None:
    """Write every file under a name of its own first, so that nobody ever finds half of one."""
    folder.mkdir(parents=True, exist_ok=True)
    if blocked := sorted(name for name in files if (folder / name).is_dir()):
        raise CommandError(f"There are folders in {folder} that are called as a file should be: {', '.join(blocked)}.")
    with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as waiting:
        for name, content in files.items():
            (Path(waiting) / name).write_bytes(content)
        for name in files:
            os.replace(Path(waiting) / name, folder / name)
