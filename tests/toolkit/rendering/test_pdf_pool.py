"""The processes behind the PDF door: what they know, how they end, and what happens when they do."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from toolkit.rendering import pdf as door
from toolkit.rendering import pool as pools
from toolkit.rendering import protocol
from toolkit.rendering.fonts import ROOT
from toolkit.rendering.pdf import INSTALL_LINE, PdfUnavailable, RenderFailed, html_to_pdf, pdf_status
from toolkit.rendering.worker import JOBS_IN_A_LIFE

from .pdfs import page, text_of

ENDLESS = page('<div style="display: flex">' * 12 + "x")


@pytest.fixture(autouse=True)
def one_worker(settings):
    """A fresh pool of one worker for each test."""
    door.close_pool()
    settings.PDF_WORKERS = 1
    yield
    door.close_pool()


def render() -> bytes:
    return html_to_pdf(page("fine"), stylesheet=None)


def worker() -> pools.Worker:
    return door._pool()._idle[0]


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def wait_until(condition, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def test_worker_is_born_with_no_secrets_and_stays_when_it_is_healthy(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "a-very-secret-key")
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere")
    render()
    process = worker().process
    render()

    assert worker().process is process
    names = {part.partition(b"=")[0] for part in Path(f"/proc/{process.pid}/environ").read_bytes().split(b"\0")}
    assert names - {b""} == {
        b"PATH", b"LANG", b"HOME", b"TMPDIR", b"PYTHONPATH", b"PYTHONHASHSEED", b"FONTCONFIG_FILE",
    }  # fmt: skip


def test_worker_sits_in_an_empty_folder_and_away_from_our_files_and_terminal():
    render()
    process, folder = worker().process, worker().folder
    inside = Path(f"/proc/{process.pid}")

    assert (inside / "cwd").readlink() == folder
    assert [path.name for path in folder.iterdir()] == ["fonts.conf"]
    assert {os.readlink(inside / "fd" / number) for number in "012"} == {os.devnull}
    limits = (inside / "limits").read_text()
    assert "Max file size             0" in limits
    assert f"Max address space         {1500 * 1024 * 1024}" in limits
    assert os.getsid(process.pid) != os.getsid(0)


def test_worker_has_a_network_of_its_own_where_the_system_allows_it():
    isolated = pdf_status()["isolated"]
    ours, its = (os.readlink(f"/proc/{who}/ns/net") for who in ("self", worker().process.pid))

    assert isolated == (ours != its)


def test_worker_does_not_import_django_or_anything_else_of_ours():
    code = (
        "import sys, toolkit.rendering.worker, toolkit.rendering.fetcher;"
        "print([name for name in sys.modules if name.partition('.')[0] in "
        "('django', 'twinning', 'accounts', 'partnerships')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    assert done.stdout.strip() == "[]"


def test_worker_that_died_in_its_sleep_is_replaced():
    render()
    dead = worker()
    dead.process.kill()
    dead.process.wait()

    assert text_of(render()) == "fine"
    assert worker() is not dead
    assert not dead.folder.exists()


@pytest.mark.parametrize(
    ("blow", "reason"),
    [(signal.SIGKILL, "memory"), (signal.SIGABRT, "memory"), (signal.SIGSEGV, "content"), (signal.SIGXCPU, "time")],
)
def test_worker_that_dies_at_work_fails_one_document_only(blow, reason):
    render()
    threading.Timer(0.3, worker().process.send_signal, [blow]).start()

    with pytest.raises(RenderFailed) as failed:
        html_to_pdf(ENDLESS, stylesheet=None)

    assert failed.value.reason == reason
    assert str(failed.value.message)
    assert text_of(render()) == "fine"


def test_worker_stops_by_itself_when_nobody_watches_the_clock():
    """The processor limit of a job ends it even if the watching process is frozen."""
    render()
    process = worker().process
    job = pools.Job(html=ENDLESS.encode(), sheet="s", css=b"", assets={}, seconds=1, output=10**6)
    header = {"sheet": "s", "learn": True, "seconds": job.seconds, "output": job.output, "assets": []}
    protocol.send(worker().requests, header, [job.html, job.css])

    assert process.wait(timeout=30) == -signal.SIGXCPU


def test_worker_is_replaced_when_it_grows_old():
    pids = set()
    for _number in range(JOBS_IN_A_LIFE):
        render()
        pids.add(worker().process.pid)

    assert len(pids) == 2
    assert text_of(render()) == "fine"
    assert pdf_status()["workers_started"] == 2
    assert pdf_status()["failed"] == {}


def test_busy_pool_says_so_after_a_while(settings):
    settings.PDF_BUSY_SECONDS = 0.3
    settings.PDF_WALL_SECONDS = 3
    render()
    outcome = []

    def work():
        with pytest.raises(RenderFailed) as failed:
            html_to_pdf(ENDLESS, stylesheet=None)
        outcome.append(failed.value.reason)

    thread = threading.Thread(target=work)
    thread.start()
    wait_until(lambda: not door._pool()._idle)
    started = time.monotonic()
    with pytest.raises(RenderFailed) as failed:
        render()
    waited = time.monotonic() - started
    thread.join()

    assert failed.value.reason == "busy"
    assert "in a minute" in str(failed.value.message)
    assert 0.3 <= waited < 2
    assert outcome == ["time"]
    assert text_of(render()) == "fine"


def test_closing_ends_workers_and_clears_up():
    render()
    gone = worker()
    door.close_pool()

    assert not is_running(gone.process.pid)
    assert not gone.folder.exists()
    assert text_of(render()) == "fine"


PARENT = """
import os, sys
from django.conf import settings
settings.configure(VAR_DIR={var!r}, PDF_WORKERS=1, PDF_WALL_SECONDS=60)
from toolkit.rendering import pdf as door
door.html_to_pdf({fine!r}, stylesheet=None)
worker = door._pool()._idle[0]
print(worker.process.pid, worker.folder, flush=True)
{then}
"""


def parent(settings, then: str, **names) -> subprocess.Popen:
    code = PARENT.format(var=str(settings.VAR_DIR), fine=page("fine"), then=then.format(**names))
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


@pytest.mark.parametrize("then", ["import time; time.sleep(60)", "door.html_to_pdf({endless!r}, stylesheet=None)"])
def test_no_worker_outlives_a_server_that_was_killed(settings, then):
    with parent(settings, then, endless=ENDLESS) as server:
        pid, folder = server.stdout.readline().split()
        time.sleep(0.5)
        assert is_running(int(pid))
        server.kill()

    assert wait_until(lambda: not is_running(int(pid)))
    assert wait_until(lambda: not Path(folder).exists())


def test_no_worker_outlives_a_server_that_ended(settings):
    with parent(settings, "pass") as server:
        pid, folder = server.stdout.readline().split()

    assert server.returncode == 0
    assert wait_until(lambda: not is_running(int(pid)))
    assert not Path(folder).exists()


def test_a_fork_has_workers_of_its_own(settings):
    then = """
child = os.fork()
made = door.html_to_pdf({fine!r}, stylesheet=None)
print(door._pool()._idle[0].process.pid, len(made), flush=True)
if child:
    assert os.waitpid(child, 0)[1] == 0
    made = door.html_to_pdf({fine!r}, stylesheet=None)
    print(door._pool()._idle[0].process.pid, len(made), flush=True)
"""
    with parent(settings, then, fine=page("fine")) as server:
        lines = server.stdout.read().splitlines()

    assert server.returncode == 0
    first, *both, last = (line.split()[0] for line in lines)
    assert first in both
    assert len(set(both)) == 2
    assert last == first


def test_a_thread_that_ends_does_not_take_the_worker_along():
    thread = threading.Thread(target=render)
    thread.start()
    thread.join()
    process = worker().process
    time.sleep(0.2)

    render()

    assert worker().process is process


@pytest.fixture
def broken_weasyprint(monkeypatch, tmp_path):
    """A place where WeasyPrint cannot be imported, or not in the usual way."""

    def put(code: str) -> None:
        (tmp_path / "toolkit").symlink_to(ROOT / "toolkit")
        (tmp_path / "weasyprint.py").write_text(code)
        monkeypatch.setattr(pools, "ROOT", tmp_path)

    return put


def test_missing_pango_names_the_line_to_install_it(broken_weasyprint):
    broken_weasyprint("raise OSError(\"cannot load library 'libpango-1.0-0'\")")

    with pytest.raises(PdfUnavailable) as missing:
        render()
    started = time.monotonic()
    status = pdf_status()

    assert missing.value.reason == "library"
    assert INSTALL_LINE in str(missing.value.message)
    assert "libpango-1.0-0" in missing.value.detail
    assert status == {"available": False, "reason": "library", "message": str(missing.value.message)}
    assert time.monotonic() - started < 0.5, "asking again at once does not start another worker"


@pytest.mark.parametrize(
    "code",
    ["import os; os._exit(3)", "import os; os.abort()", "raise RuntimeError('no')", "print('noise')\nraise SystemExit"],
)
def test_worker_that_cannot_start_is_said_so(broken_weasyprint, code):
    broken_weasyprint(code)

    with pytest.raises(PdfUnavailable) as broken:
        render()

    assert broken.value.reason == "start"
    assert "tell an administrator" in str(broken.value.message)


def test_worker_that_never_gets_ready_is_given_up(broken_weasyprint, monkeypatch):
    monkeypatch.setattr(pools, "START_SECONDS", 0.5)
    broken_weasyprint("import time; time.sleep(60)")

    with pytest.raises(PdfUnavailable) as broken:
        render()

    assert broken.value.reason == "start"


def test_machine_that_starts_no_process_is_said_so(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    for _again in range(3):
        with pytest.raises(PdfUnavailable) as broken:
            render()
        assert broken.value.reason == "start"

    monkeypatch.undo()
    assert text_of(render()) == "fine"


def test_document_is_not_lost_when_the_next_worker_cannot_start(monkeypatch):
    for _number in range(JOBS_IN_A_LIFE - 1):
        render()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", "/nowhere/python")
        assert text_of(render()) == "fine"

    assert text_of(render()) == "fine"


def test_pool_recovers_when_the_machine_does(broken_weasyprint, monkeypatch):
    monkeypatch.setattr(pools, "UNAVAILABLE_SECONDS", 0)
    broken_weasyprint("raise OSError('no')")
    with pytest.raises(PdfUnavailable):
        render()

    monkeypatch.setattr(pools, "ROOT", ROOT)

    assert text_of(render()) == "fine"


def test_fonts_that_cannot_be_made_are_said_so(settings, tmp_path):
    (tmp_path / "file").touch()
    settings.VAR_DIR = tmp_path / "file" / "var"

    with pytest.raises(PdfUnavailable) as missing:
        render()

    assert missing.value.reason == "fonts"
    assert "make_fonts" in str(missing.value.message)
