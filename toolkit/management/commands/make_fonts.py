"""Cut the fonts of the PDF files into the data folder."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from toolkit.rendering.fonts import FontsMissing, make_fonts


class Command(BaseCommand):
    help = "Make the fonts of the PDF files. Takes about a minute the first time, nothing afterwards."
    requires_system_checks = ()

    def handle(self, *args, **options):
        folder = settings.VAR_DIR / "fonts"
        try:
            made = make_fonts(folder)
        except FontsMissing as problem:
            raise CommandError(f"The fonts of PDF files cannot be made: {problem}.") from problem
        if made and options["verbosity"]:
            self.stdout.write(f"Made {len(made)} font files.")
