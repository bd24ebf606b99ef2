"""Loads the shipped phase models and topics; faulty files are refused whole."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from partnerships.actions.library import load_library
from partnerships.reading import LibraryError, read_phase_models, read_topics

LIBRARY = Path(__file__).resolve().parents[2] / "library"


class Command(BaseCommand):
    help = "Load the phase models and topics of partnerships/library. Loading twice changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--phase-models", type=Path, default=LIBRARY / "phase_models.yaml")
        parser.add_argument("--topics", type=Path, default=LIBRARY / "topics.yaml")

    def handle(self, *, phase_models: Path, topics: Path, **_options):
        problems: list[str] = []
        models = self._read(phase_models, read_phase_models, problems)
        topic_rows = self._read(topics, read_topics, problems)
        if problems:
            raise CommandError("Nothing was loaded.\n" + "\n".join(problems))
        try:
            loaded = load_library(models, topic_rows)
        except ValidationError as error:
            raise CommandError("Nothing was loaded.\n" + "\n".join(error.messages)) from None
        self.stdout.write(
            f"{len(models)} phase models and {len(topic_rows)} topics: "
            f"{loaded.added} rows added, {loaded.changed} changed, {loaded.removed} removed."
        )
        for name in loaded.kept:
            self.stdout.write(f"Kept, because partnerships use it: {name}")

    def _read(self, path: Path, read, problems: list[str]) -> list:
        try:
            return read(path.read_text(encoding="utf-8"), name=path.name)
        except LibraryError as error:
            problems += error.problems
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{path.name}:1: The file cannot be read: {error}")
        return []
