import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from toolkit.exchange.pack import write_pack
from toolkit.exchange.published import docx_files, notes_for_pack, packed, pdf_files, xlsform_files
from toolkit.models import Tool, ToolVersion
from toolkit.rendering.pdf import PdfUnavailable, RenderFailed

PACK = "pack"
MAKERS: dict[str, Callable] = {"xlsform": xlsform_files, "docx": docx_files, "blank-pdf": pdf_files}


class Command(BaseCommand):
    help = "Write the published tools of the library as files for others. All files are written, or none."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, metavar="DIR", help="where the files go; made when it is not there")
        parser.add_argument("slugs", nargs="*", metavar="tool", help="the tools to export (default: all)")
        parser.add_argument("--format", choices=[PACK, *MAKERS], default=PACK, dest="form", help="default: pack")

    def handle(self, *args, folder: Path, slugs: list[str], form: str, **options):
        if folder.exists() and not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        versions = self.chosen(slugs)
        files = self.pack(versions) if form == PACK else self.each(versions, MAKERS[form])
        try:
            write_all(folder, files)
        except OSError as error:
            raise CommandError(f"Nothing was written to {folder}: {error.strerror}.") from error
        self.stdout.write(f"Wrote {len(files)} {'file' if len(files) == 1 else 'files'} to {folder}.")

    def chosen(self, slugs: list[str]) -> list[ToolVersion]:
        tools = Tool.objects.library().published().for_list()
        unknown = sorted(set(slugs) - set(tools.values_list("slug", flat=True)))
        if unknown:
            raise CommandError(f"The library has no published tool {', '.join(unknown)}.")
        if slugs:
            tools = tools.filter(slug__in=slugs)
        versions = ToolVersion.objects.published().filter(tool__in=tools.values("pk")).select_related("tool")
        if not versions:
            raise CommandError("The library has no published tool. Run manage.py load_toolkit first.")
        return sorted(versions, key=lambda version: version.tool.slug)

    def pack(self, versions: list[ToolVersion]) -> dict[str, bytes]:
        for version in versions:
            self.tell(version, notes_for_pack(version))
        source = getattr(settings, "SITE_URL", "")
        return {"toolkit.zip": write_pack(map(packed, versions), source=source, exported_at=timezone.now())}

    def each(self, versions: list[ToolVersion], make: Callable) -> dict[str, bytes]:
        files: dict[str, bytes] = {}
        for version in versions:
            try:
                made, notes = make(version)
            except (PdfUnavailable, RenderFailed) as problem:
                raise CommandError(f"{version.tool.slug}: {problem}") from problem
            files |= dict(made)
            self.tell(version, notes)
        return files

    def tell(self, version: ToolVersion, notes) -> None:
        for note in notes:
            self.stdout.write(f"{version.tool.slug}: {note}")


def write_all(folder: Path, files: dict[str, bytes]) -> None:
    """Write every file under a name of its own first, so that nobody ever finds half of one."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as waiting:
        for name, content in files.items():
            (Path(waiting) / name).write_bytes(content)
        for name in files:
            os.replace(Path(waiting) / name, folder / name)
