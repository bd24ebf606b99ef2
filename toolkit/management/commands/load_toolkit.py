from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from toolkit.actions.library import LIBRARY, LibraryError, load_library


class Command(BaseCommand):
    help = "Check the toolkit's text files and publish what changed. Faulty files are refused whole, with the reasons."

    def add_arguments(self, parser):
        parser.add_argument(
            "--folder", type=Path, default=LIBRARY, help="where the tools lie (default: the shipped ones)"
        )

    def handle(self, *args, folder: Path, **options):
        try:
            loaded = load_library(folder)
        except LibraryError as error:
            raise CommandError("Nothing was loaded:\n" + "\n".join(error.problems)) from None
        self.stdout.write(
            f"Toolkit: {len(loaded.added)} added, {len(loaded.updated)} updated, {len(loaded.unchanged)} unchanged."
        )
