import json
import re
import time

from django.core.management.base import BaseCommand
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bench.forms import large_form
from bench.world import EMAIL
from toolkit.actions.drafting import edit_draft, new_library_tool

ITEMS, MOST_MS = 150, 100


class Command(BaseCommand):
    help = "Time the editor on a form of 150 questions: opening a part, and saving one change; CPU seconds as JSON."

    def add_arguments(self, parser):
        parser.add_argument("rounds", type=int)

    def handle(self, *args, rounds: int, **options):
        user = User.objects.get(email=EMAIL)
        draft = new_library_tool(title="Bench editor", section="monitor", kind="form", language="en", by=user)
        form = {key: value for key, value in large_form(ITEMS).items() if key not in ("tool", "number")}
        edit_draft(draft, lambda raw: raw | form, by=user)
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(user)
        here = reverse("toolkit:tool-edit", args=[draft.tool.slug]) + "?at=f_q4"
        floor = reverse("toolkit:tool-edit-add", args=[draft.tool.slug])
        times: dict[str, list[float]] = {"a page of the editor with one field (floor)": [], "open": [], "save": []}
        for number in range(rounds):
            times["a page of the editor with one field (floor)"].append(timed(lambda: client.get(floor))[0])
            spent, page = timed(lambda: client.get(here))
            times["open"].append(spent)
            data = sent(page.content.decode()) | {"hint": f"Hint number {number}"}
            spent, answer = timed(lambda data=data: client.post(here, data))
            if answer.status_code != 302:
                raise SystemExit(f"Saving was answered with {answer.status_code}.")
            times["save"].append(spent)
        limits = dict.fromkeys(times, 0) | {"save": MOST_MS}
        self.stdout.write(json.dumps({"times": times, "limits": limits}))


def timed(act):
    start = time.process_time()
    answer = act()
    return time.process_time() - start, answer


def sent(page: str) -> dict[str, str]:
    """What a save of the question sends at least; everything else stays as it is."""
    seen = re.search(r'name="seen" value="([^"]*)"', page)[1]
    parent = re.search(r'<option value="(g_[^"]*)" selected', page)[1]
    plain = {"label": "Question number 4", "type": "select_one", "name": "q_4", "parent": parent, "seen": seen}
    return plain | {"required-how": "yes", "relevant-how": "always", "constraint-how": "any"}
