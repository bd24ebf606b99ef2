"""A real server on loopback, driven one request at a time; its CPU time and memory are read from the kernel."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
BATCH = 5  # requests between two readings of the clock, which ticks only every 10 ms


@dataclass
class Row:
    """One page: seconds per request, CPU seconds of the server per request, queries, bytes."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    queries: int = 0
    plain: int = 0
    gzipped: int = 0


class StayHere(urllib.request.HTTPRedirectHandler):
    """Gives a redirect back instead of following it."""

    def redirect_request(self, *args) -> None:
        return None


class Server:
    """A production-like server (debug off, static files collected) on a database of its own."""

    def __init__(self, url: str, folder: Path):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        self.env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "DATABASE_URL": url,
            "SECRET_KEY": "bench-only-" + "k" * 50,
            "INSECURE_HTTP": "1",
            "ALLOWED_HOSTS": "127.0.0.1",
            "SITE_URL": self.base,
            "VAR_DIR": str(folder),
            "EMAIL_URL": "dummymail://",
            "LOG_LEVEL": "ERROR",
            "PORT": str(self.port),
            "WEB_WORKERS": "1",
        }
        self.folder = folder
        self.forget()

    def forget(self) -> None:
        """Be somebody who has never been here."""
        self.cookies = http.cookiejar.CookieJar()
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def __enter__(self) -> Server:
        for command in (["migrate", "-v0"], ["createcachetable"], ["load_phase_models"], ["load_toolkit"]):
            self.manage(*command)
        if not (self.folder / "static").exists():  # two servers may share a folder, but for their databases
            self.manage("make_fonts")
            self.manage("collectstatic", "--noinput", "-v0")
        command = [sys.executable, "-m", "gunicorn", "-c", "python:twinning.gunicorn_conf", "twinning.wsgi"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._wait()
        return self

    def __exit__(self, *error) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)

    def manage(self, *words: str) -> str:
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"manage.py {' '.join(words)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def _wait(self) -> None:
        for _try in range(200):
            try:
                urllib.request.urlopen(f"{self.base}/healthz", timeout=2).read()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise SystemExit("The server did not start.")

    def get(self, path: str, **headers: str) -> tuple[bytes, dict[str, str]]:
        request = urllib.request.Request(self.base + path, headers=headers)
        with self.browser.open(request, timeout=60) as answer:
            return answer.read(), dict(answer.headers)

    def pieces(self, path: str, size: int = 65_536) -> Iterator[bytes]:
        """The body as it comes over the line."""
        with self.browser.open(self.base + path, timeout=120) as answer:
            while piece := answer.read1(size):
                yield piece

    def post(self, path: str, fields: dict[str, str]) -> int:
        with self.browser.open(self._posted(path, fields), timeout=60) as answer:
            answer.read()
            return answer.status

    def queries_of_post(self, path: str, fields: dict[str, str]) -> int:
        """How many queries the post itself takes; where it leads is not looked at."""
        request = self._posted(path, fields, **{"X-Bench-Count": "1"})
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies), StayHere)
        try:
            answer = browser.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            if answer.status != 302:
                raise SystemExit(f"A post to {path} was answered with {answer.status}.")
            return int(answer.headers["X-Bench-Queries"])

    def _posted(self, path: str, fields: dict[str, str], **headers: str) -> urllib.request.Request:
        data = urllib.parse.urlencode(fields).encode()
        return urllib.request.Request(self.base + path, data=data, headers={"Referer": self.base + path, **headers})

    def sign_in(self, email: str, password: str) -> None:
        page, _headers = self.get("/accounts/login/")
        fields = hidden_fields(page.decode()) | {"login": email, "password": password}
        self.post("/accounts/login/", fields)
        if not any(cookie.name.endswith("sessionid") for cookie in self.cookies):
            raise SystemExit("Signing in failed.")

    def _family(self) -> list[int]:
        """The server's processes, without the renderers of PDFs."""
        found, waiting = [], [self.process.pid]
        while waiting:
            pid = waiting.pop()
            try:
                line = Path(f"/proc/{pid}/cmdline").read_bytes()
                children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            except OSError:
                continue
            if b"rendering.worker" not in line:
                found.append(pid)
                waiting += [int(child) for child in children]
        return found

    def cpu(self) -> float:
        total = 0
        for pid in self._family():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def memory(self) -> float:
        """Proportional set size of all server processes, in megabytes."""
        total = 0
        for pid in self._family():
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += int(re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)[1])
        return total / 1024

    def forms(self, rounds: int) -> dict[str, Any]:
        return json.loads(self.manage("bench_forms", str(max(9, rounds // 3))))

    def edits(self, rounds: int) -> dict[str, Any]:
        return json.loads(self.manage("bench_editor", str(max(9, rounds // 3))))

    def papers(self, rounds: int) -> dict[str, list[float]]:
        return json.loads(self.manage("bench_papers", str(max(9, rounds // 3))))


def hidden_fields(page: str) -> dict[str, str]:
    """Every hidden and text input of a page, as a browser would send it back."""
    import html

    fields = {}
    for tag in re.findall(r"<input[^>]*>", page):
        attributes = dict(re.findall(r'([\w:-]+)="([^"]*)"', tag))
        if attributes.get("type") in ("hidden", "text") and "name" in attributes:
            fields[attributes["name"]] = html.unescape(attributes.get("value", ""))
    return fields


def measure(server: Server, pages: dict[str, str], rounds: int, *, save: str) -> dict[str, Row]:
    """Every page in turn, round after round, so that a slow moment of the machine touches all alike."""
    rows = {label: Row() for label in pages} | {"save a draft by link": Row()}
    for label, path in pages.items():
        body, headers = server.get(path, **{"X-Bench-Count": "1"})
        rows[label].plain, rows[label].queries = len(body), int(headers.get("X-Bench-Queries", 0))
        rows[label].gzipped = len(server.get(path, **{"Accept-Encoding": "gzip"})[0])
    rows["save a draft by link"].queries = server.queries_of_post(save, _typed(server, save, "Before the rounds"))
    for number in range(rounds):
        for label, path in pages.items():
            _batch(server, rows[label], lambda path=path: server.get(path))
        _save(server, rows["save a draft by link"], save, number)
    return rows


def _batch(server: Server, row: Row, act) -> None:
    before = server.cpu()
    for _request in range(BATCH):
        start = time.perf_counter()
        act()
        row.wall.append(time.perf_counter() - start)
    row.cpu.append((server.cpu() - before) / BATCH)


def _save(server: Server, row: Row, path: str, number: int) -> None:
    """One field changed and the whole form sent, as a browser without scripts does; the redirect is followed."""
    fields = _typed(server, path, f"Round {number}")
    before = server.cpu()
    start = time.perf_counter()
    server.post(path, fields)
    row.wall.append(time.perf_counter() - start)
    row.cpu.append(server.cpu() - before)


def _typed(server: Server, path: str, answer: str) -> dict[str, str]:
    """The whole form of the page with ``answer`` to its first question."""
    page = server.get(path)[0].decode().partition('<form class="fill"')[2].partition("</form>")[0]
    return hidden_fields(page) | {"f_q0": answer, "_action": "save"}


def median(values: list[float]) -> float:
    return statistics.median(values) if values else 0.0


def p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)] if values else 0.0
