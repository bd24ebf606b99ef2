"""Twenty people save while the server is killed at random moments: what it acknowledged is there afterwards."""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from bench.server import Server, hidden_fields

pytestmark = pytest.mark.server

PEOPLE = 20
KILLS = int(os.environ.get("KILLS", "2"))
SEED = 20


class KilledServer(Server):
    """The server of the bench on SQLite, which can be killed and started again."""

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "-c", "python:twinning.gunicorn_conf", "twinning.wsgi"]
        self.process = subprocess.Popen(
            command,
            cwd=Path(__file__).resolve().parents[2],
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._wait()

    def __enter__(self):
        self.env["SECRET_KEY"] = ""  # as on a machine that tries it out: static files are served as they lie
        self.manage("migrate", "-v0")
        self.start()
        return self

    def kill(self) -> None:
        """Every process of it at once, without a word."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Person(threading.Thread):
    """Saves one answer after the other through an own link, each until it is acknowledged."""

    def __init__(self, server: KilledServer, path: str, over: threading.Event):
        super().__init__(daemon=True)
        self.server, self.path, self.over = server, path, over
        self.acknowledged: list[str] = []
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    def run(self) -> None:
        token = self.open_page()
        revision, number = 0, 0
        while not self.over.is_set():
            number += 1
            text = f"answer {number}"
            fields = {"f_title": text, "_key": f"k{number}", "_seen": json.dumps({"f_title": revision}), "_end": "1"}
            while not (saved := self.post(fields | {"csrfmiddlewaretoken": token})) and not self.over.is_set():
                time.sleep(0.1)
            if saved:
                revision = saved["f_title"]
                self.acknowledged.append(text)

    def open_page(self) -> str:
        """The token of the page, which also may take more than one try."""
        while True:
            try:
                page = self.opener.open(self.server.base + self.path, timeout=30).read().decode()
                return hidden_fields(page)["csrfmiddlewaretoken"]
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)

    def post(self, fields: dict) -> dict | None:
        body = urllib.parse.urlencode(fields).encode()
        try:
            answer = self.opener.open(f"{self.server.base}{self.path}save/", data=body, timeout=30)
            return json.loads(answer.read())["saved"]
        except (OSError, http.client.HTTPException, ValueError, KeyError):
            return None


MAKE = """
from tests.factories import make_partnership
from tests.factories.toolkit import make_document, make_link, make_tool
version = make_tool()
partnership = make_partnership()
for _n in range({n}):
    print("LINK", make_link(make_document(partnership=partnership, version=version)).token)
"""
READ = """
import json
from toolkit.models import AnswerChange, ShareLink
for link in ShareLink.objects.all():
    texts = AnswerChange.objects.filter(link=link).order_by("pk").values_list("after", flat=True)
    print("KEPT", json.dumps([link.token, list(texts)]))
"""


def told(server: KilledServer, script: str, word: str) -> list[str]:
    lines = server.manage("shell", "-c", script).splitlines()
    return [line.partition(" ")[2] for line in lines if line.startswith(word)]


def test_what_was_acknowledged_is_there_after_the_server_was_killed(tmp_path):
    chance = random.Random(SEED)
    with KilledServer(f"sqlite:///{tmp_path}/killed.sqlite3", tmp_path) as server:
        tokens = told(server, MAKE.format(n=PEOPLE), "LINK")
        over = threading.Event()
        people = [Person(server, f"/f/{token}/", over) for token in tokens]
        for person in people:
            person.start()
        for _kill in range(KILLS):
            time.sleep(chance.uniform(0.5, 2))
            server.kill()
            server.start()
        time.sleep(1)
        over.set()
        for person in people:
            person.join(40)
        kept = dict(json.loads(line) for line in told(server, READ, "KEPT"))

    assert sum(len(person.acknowledged) for person in people) > PEOPLE
    for token, person in zip(tokens, people, strict=True):
        assert [text for text in kept[token] if text in person.acknowledged] == person.acknowledged
        assert len(kept[token]) == len(set(kept[token]))
