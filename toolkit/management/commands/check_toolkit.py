from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from toolkit.actions.checking import check_tool
from toolkit.actions.library import LIBRARY, LibraryError, read_all


class Command(BaseCommand):
    help = "Prove each tool's text file: it parses, every expression works, every question can be reached, it prints."

    def add_arguments(self, parser):
        parser.add_argument("slugs", nargs="*", metavar="tool", help="the tools to check (default: all)")
        parser.add_argument(
            "--folder", type=Path, default=LIBRARY, help="where the tools lie (default: the shipped ones)"
        )

    def handle(self, *args, slugs: list[str], folder: Path, **options):
        try:
            tools = read_all(folder)
        except LibraryError as error:
            raise CommandError("Faulty files:\n" + "\n".join(error.problems)) from None
        if unknown := sorted(set(slugs) - {form.tool for form, _example in tools}):
            raise CommandError(f"There is no tool {', '.join(unknown)}.")
        chosen = [(form, example) for form, example in tools if not slugs or form.tool in slugs]
        faults = [
            f"{form.section}/{form.tool}: {told}" for form, example in chosen for told in check_tool(form, example)
        ]
        if faults:
            raise CommandError("\n".join(faults))
        n_examples = sum(example is not None for _form, example in chosen)
        self.stdout.write(f"Toolkit: {len(chosen)} tools and {n_examples} worked examples are sound.")
