"""The real web server over real sockets: what bad lines and bad manners may not do."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

pytestmark = pytest.mark.server

ROOT = Path(__file__).resolve().parents[2]
IDLE = 2
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=XX"


class Server:
    """A running gunicorn with one worker, and a client that says exactly what it is told."""

    def __init__(self, folder: Path):
        self.kept_dir = folder / "kept"
        self.kept_dir.mkdir()
        self.log, self.out = folder / "access.log", folder / "out.log"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        with self.out.open("wb") as out:
            self.process = self.start(folder, out)
        self.wait_until_ready()

    def start(self, folder: Path, out) -> subprocess.Popen:
        clean = {name: value for name, value in os.environ.items() if name not in {"DEBUG", "SECRET_KEY", "BIND"}}
        return subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "python:twinning.gunicorn_conf", "twinning.wsgi"],
            cwd=ROOT,
            env=clean
            | {
                "DJANGO_SETTINGS_MODULE": "tests.twinning.echo_settings",
                "PORT": str(self.port),
                "ACCESS_LOG": str(self.log),
                "ECHO_DIR": str(self.kept_dir),
                "VAR_DIR": str(folder),
                "REQUEST_IDLE_SECONDS": str(IDLE),
            },
            stdout=out,
            stderr=subprocess.STDOUT,
        )

    def wait_until_ready(self) -> None:
        for _ in range(200):
            if self.process.poll() is not None:
                break
            try:
                if b"200 OK" in self.say(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"):
                    return
            except ConnectionRefusedError:
                pass
            time.sleep(0.1)
        raise AssertionError(self.out.read_text())

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def say(self, data: bytes, *, hang_up: bool = False) -> bytes:
        with self.connect() as line:
            line.sendall(data)
            if hang_up:
                line.shutdown(socket.SHUT_WR)
            return read_all(line)

    def kept(self) -> list[dict]:
        return [json.loads(file.read_text()) for file in self.kept_dir.iterdir()]

    def worker_memory_mb(self) -> float:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        status = Path(f"/proc/{children[0]}/status").read_text()
        return next(int(row.split()[1]) for row in status.splitlines() if row.startswith("VmRSS")) / 1024


def read_all(line: socket.socket) -> bytes:
    answer = b""
    try:
        while data := line.recv(65536):
            answer += data
    except ConnectionResetError:
        pass
    return answer


def read_answer(line: socket.socket) -> bytes:
    """One answer on a connection that stays open."""
    answer = b""
    while b"\r\n\r\n" not in answer or not (answer.endswith(b"0\r\n\r\n") or b"kept" in answer):
        data = line.recv(65536)
        if not data:
            break
        answer += data
    return answer


def post(body: bytes, *, kind: str = FORM, length: int | None = None, close: bool = True, extra: str = "") -> bytes:
    head = (
        f"POST /save HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {len(body) if length is None else length}\r\n{extra}"
    )
    return (head + ("Connection: close\r\n" if close else "") + "\r\n").encode() + body


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("server"))
    yield server
    server.process.terminate()
    server.process.wait(timeout=20)


@pytest.fixture
def server(running):
    for file in running.kept_dir.iterdir():
        file.unlink()
    return running


WHOLE = {
    FORM: b"note=" + b"a" * 4000,
    MULTIPART: b'--XX\r\nContent-Disposition: form-data; name="note"\r\n\r\n' + b"a" * 4000 + b"\r\n--XX--\r\n",
    "application/json": b'{"note": "' + b"a" * 4000 + b'"}',
}


@pytest.mark.parametrize("kind", WHOLE)
def test_whole_body_is_kept(server, kind):
    answer = server.say(post(WHOLE[kind], kind=kind))

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert "a" * 4000 in json.dumps(server.kept())


@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.parametrize("share", [0.0, 0.5, 0.999])
def test_cut_off_body_is_refused_and_nothing_is_kept(server, kind, share):
    whole = WHOLE[kind]

    answer = server.say(post(whole[: int(len(whole) * share)], kind=kind, length=len(whole)), hang_up=True)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"did not arrive whole" in answer
    assert server.kept() == []


def test_body_that_comes_in_drops_is_kept_whole(server):
    body = b"note=" + b"b" * 60
    with server.connect() as line:
        for letter in post(body):
            line.sendall(bytes([letter]))
            time.sleep(0.002)
        answer = read_all(line)

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert server.kept()[0]["fields"] == {"note": ["b" * 60]}


def meanwhile(server: Server, half: bytes) -> tuple[bytes, float, list[bytes], float]:
    """Sixty people send ``half`` and stop; one asks for a page. Its answer and its wait; their answers and theirs."""
    with ExitStack() as stack:
        lines = [stack.enter_context(server.connect()) for _ in range(60)]
        for line in lines:
            line.sendall(half)
        started = time.monotonic()
        answer = server.say(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        waited = time.monotonic() - started
        ends = [read_all(line) for line in lines]
        return answer, waited, ends, time.monotonic() - started


def test_slow_bodies_hold_no_thread_and_are_given_up(server):
    answer, waited, ends, given_up = meanwhile(server, post(b"note=half", length=5000, close=False))

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert waited < 1
    assert all(end.startswith(b"HTTP/1.1 400 ") for end in ends)
    assert given_up < IDLE + 4
    assert server.kept() == []


def test_slow_heads_hold_no_thread_and_are_given_up(server):
    answer, waited, ends, given_up = meanwhile(server, b"GET / HTTP/1.1\r\nHost: loc")

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert waited < 1
    assert set(ends) == {b""}
    assert given_up < IDLE + 4


def test_fifty_megabytes_are_refused_without_being_read_into_memory(server):
    before = server.worker_memory_mb()
    size = 50 * 1024 * 1024
    with server.connect() as line:
        line.sendall(post(b"", kind=MULTIPART, length=size))
        for _ in range(size // 65536):
            line.sendall(b"x" * 65536)
        answer = read_all(line)

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert server.worker_memory_mb() < before + 15
    assert server.kept() == []


def test_too_large_body_is_answered_with_a_page_before_it_is_sent(server):
    answer = server.say(post(b"", kind=MULTIPART, length=50 * 1024 * 1024))

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"too large" in answer
    assert b"Connection: close" in answer


def test_twenty_megabytes_are_kept_and_leave_the_memory_as_it_was(server):
    file = b'--XX\r\nContent-Disposition: form-data; name="f"; filename="x.bin"\r\n\r\n' + b"y" * 20 * 1024**2
    before = server.worker_memory_mb()

    answer = server.say(post(file + b"\r\n--XX--\r\n", kind=MULTIPART))

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert server.kept()[0]["files"] == {"f": 20 * 1024**2}
    assert server.worker_memory_mb() < before + 15


def test_people_who_never_hang_up_keep_nobody_waiting(server):
    with ExitStack() as stack:
        started = time.monotonic()
        for _ in range(20):
            line = stack.enter_context(server.connect())
            line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert read_all(line).startswith(b"HTTP/1.1 200 ")

        assert time.monotonic() - started < 2


def test_requests_that_follow_each_other_on_one_line_are_each_answered(server):
    with server.connect() as line:
        line.sendall(post(b"note=first", close=False))
        first = read_answer(line)
        line.sendall(post(b"note=second", close=False) + post(b"note=third"))
        rest = read_all(line)

    assert first.count(b"200 OK") == 1
    assert rest.count(b"200 OK") == 2
    assert sorted(kept["fields"]["note"][0] for kept in server.kept()) == ["first", "second", "third"]


def test_rest_of_a_refused_body_is_not_taken_for_a_request(server):
    inner = post(b"note=smuggled")
    with server.connect() as line:
        line.sendall(post(b"", length=50 * 1024 * 1024, close=False) + inner)
        answer = read_all(line)

    assert answer.count(b"HTTP/1.1 ") == 1
    assert server.kept() == []


@pytest.mark.parametrize(
    ("extra", "status"),
    [
        ("Transfer-Encoding: chunked\r\n", b"400"),  # together with a length
        ("Content-Length: 4\r\n", b"400"),
        ("X-Long: " + "x" * 70_000 + "\r\n", b"431"),
    ],
)
def test_ambiguous_or_endless_head_is_refused(server, extra, status):
    answer = server.say(post(b"note=a", extra=extra))

    assert answer.startswith(b"HTTP/1.1 " + status)
    assert server.kept() == []


def test_body_of_unknown_length_is_refused(server):
    answer = server.say(
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nnote=a\r\n0\r\n\r\n"
    )

    assert answer.startswith(b"HTTP/1.1 411 ")
    assert server.kept() == []


def test_sender_that_asks_first_is_told_to_go_ahead(server):
    with server.connect() as line:
        line.sendall(post(b"", length=6, extra="Expect: 100-continue\r\n"))
        first = line.recv(100)
        line.sendall(b"note=a")
        rest = read_all(line)

    assert first == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert b"200 OK" in rest
    assert server.kept()[0]["fields"] == {"note": ["a"]}


def test_access_log_holds_no_token_and_no_line_of_a_visitor(server):
    token = "S3cretT0ken"
    for path in (
        f"/f/{token}/",
        f"/%66/{token}/save",
        f"/accounts/invite/{token}/",
        f"/accounts/password/reset/key/1-{token}/",
        f"/x?token={token}",
        "/x%0d%0a127.0.0.1%20forged%1b[31m",
    ):
        server.say(
            f"GET {path} HTTP/1.1\r\nHost: localhost\r\nReferer: http://localhost/f/{token}/\r\n"
            f"User-Agent: {token}\r\nConnection: close\r\n\r\n".encode()
        )

    lines = server.log.read_text().splitlines()
    assert token not in server.log.read_text()
    assert token not in server.out.read_text()
    assert '"GET /f/***/" 200' in lines[-6]
    assert r"/x\x0d\n127.0.0.1 forged\x1b[31m" in lines[-1]


def test_server_stops_soon_although_browsers_keep_lines_open(tmp_path):
    server = Server(tmp_path)
    with server.connect(), server.connect() as busy:
        busy.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        busy.recv(10)
        started = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(timeout=20)

    assert time.monotonic() - started < 6
    assert server.process.returncode == 0
