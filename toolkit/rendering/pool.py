"""A few PDF workers, kept warm, each doing one job at a time; safe from several threads.

The pool belongs to one process. A fork starts with an empty pool of its own and leaves the
workers of its parent alone.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import protocol
from .fonts import ROOT, fonts_conf

START_SECONDS = 60
END_SECONDS = 10
UNAVAILABLE_SECONDS = 30
REPLY_SLACK = 1_000_000

# How a worker ends when memory cannot be had: killed by the system, or a C library giving up.
MEMORY_SIGNALS = {-signal.SIGKILL, -signal.SIGABRT, -signal.SIGTRAP}


class Unavailable(Exception):
    """No worker can run on this machine. ``reason``: library, start."""

    def __init__(self, reason: str, detail: str = ""):
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


class JobFailed(Exception):
    """This job has no PDF. ``reason``: time, memory, pages, size, content, busy."""

    def __init__(self, reason: str, detail: str = ""):
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What a worker is born with; workers of another setup are of no use."""

    workers: int
    memory_mb: int
    pages: int
    fonts: Path
    more_fonts: tuple[Path, ...]
    base_css: str


@dataclass(frozen=True, kw_only=True)
class Job:
    html: bytes
    sheet: str
    css: bytes
    assets: Mapping[str, tuple[bytes, str]]
    seconds: float
    output: int


@dataclass
class Tally:
    """What the pool has done so far, for the health page."""

    done: int = 0
    started: int = 0
    seconds: float = 0
    failed: Counter = field(default_factory=Counter)


class Worker:
    """One worker process and our ends of its pipes."""

    def __init__(self, setup: Setup):
        self.sheets: set[str] = set()
        self.about: dict[str, Any] = {}
        self.folder = Path(tempfile.mkdtemp(prefix="twinning-pdf-"))
        fonts_file = self.folder / "fonts.conf"
        fonts_file.write_text(fonts_conf(setup.fonts, setup.more_fonts), encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-s", "-m", f"{__package__}.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd=self.folder,
            # Everything it may know of the outside; no secret of ours is among it.
            env={
                "PATH": os.defpath,
                "LANG": "C.UTF-8",
                "HOME": str(self.folder),
                "TMPDIR": str(self.folder),
                "PYTHONPATH": str(ROOT),
                "PYTHONHASHSEED": "0",
                "FONTCONFIG_FILE": str(fonts_file),
            },
            # Ctrl-C in a terminal is for the server; we end when it closes our pipe.
            start_new_session=True,
        )
        self.requests, self.replies = self.process.stdin.fileno(), self.process.stdout.fileno()
        os.set_blocking(self.requests, False)
        os.set_blocking(self.replies, False)
        # Sent at once, so that the worker warms up before anyone waits for it.
        header = {"memory": setup.memory_mb, "pages": setup.pages}
        with contextlib.suppress(OSError):
            protocol.send(self.requests, header, [setup.base_css.encode()], deadline=time.monotonic() + START_SECONDS)

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def greet(self) -> None:
        """Wait until the worker is ready. Raises Unavailable."""
        if self.about:
            return
        try:
            reply, _ = protocol.receive(self.replies, limit=0, deadline=time.monotonic() + START_SECONDS)
        except TimeoutError:
            raise Unavailable("start", "the worker took too long to start") from None
        except (EOFError, OSError, protocol.ProtocolError):
            raise Unavailable("start", f"the worker ended at once (exit {self._ending()})") from None
        if not reply.pop("ready"):
            raise Unavailable(reply["reason"], reply["detail"])
        self.about = reply

    def do(self, job: Job) -> tuple[dict[str, Any], bytes]:
        """Have one job done. Raises JobFailed; the worker is then of no further use unless it said so itself."""
        deadline = time.monotonic() + job.seconds
        known = job.sheet in self.sheets
        header = {
            "sheet": job.sheet,
            "seconds": job.seconds,
            "output": job.output,
            "learn": not known,
            "assets": [(key, kind) for key, (_, kind) in job.assets.items()],
        }
        blobs = [job.html, b"" if known else job.css, *(body for body, _ in job.assets.values())]
        try:
            protocol.send(self.requests, header, blobs, deadline=deadline)
            reply, (pdf,) = protocol.receive(self.replies, limit=job.output + REPLY_SLACK, deadline=deadline)
        except TimeoutError:
            raise JobFailed("time", f"killed after {job.seconds} s") from None
        except (EOFError, OSError):
            raise JobFailed(*self._why_it_ended()) from None
        except (protocol.ProtocolError, ValueError) as error:
            raise JobFailed("content", str(error)) from None
        self.sheets.add(job.sheet)
        return reply, pdf

    def _ending(self) -> int | None:
        try:
            return self.process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return None

    def _why_it_ended(self) -> tuple[str, str]:
        code = self._ending()
        if code == -signal.SIGXCPU:
            return "time", "out of processor time"
        return ("memory" if code in MEMORY_SIGNALS else "content"), f"the worker ended ({code})"

    def end(self) -> None:
        """Kill the process, whatever it does, and clear up behind it."""
        self.process.kill()
        # The system may need its time to take a killed process apart; nobody waits for that longer than a moment.
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=END_SECONDS)
        self.let_go()
        shutil.rmtree(self.folder, ignore_errors=True)

    def let_go(self) -> None:
        """Close our ends of the pipes; an idle worker ends by itself then."""
        self.process.stdin.close()
        self.process.stdout.close()


class Pool:
    """Workers made when first needed, up to a number, and replaced when they fail or grow old."""

    def __init__(self, setup: Setup):
        self.setup = setup
        self.tally = Tally()
        self._changed = threading.Condition()
        self._idle: list[Worker] = []
        self._taken = 0
        self._closed = False
        self._down: tuple[float, Unavailable] | None = None

    def run(self, job: Job, *, patience: float) -> tuple[bytes, dict[str, Any]]:
        """Return the PDF and what the worker noted. Waits ``patience`` seconds at most for a free worker."""
        self._refuse_if_down()
        try:
            worker = self._take(patience)
        except JobFailed as failure:
            self._count(failure)
            raise
        except OSError as error:
            raise Unavailable("start", str(error)) from None
        try:
            worker.greet()
            started = time.monotonic()
            reply, pdf = worker.do(job)
        except Unavailable as problem:
            self._down = (time.monotonic() + UNAVAILABLE_SECONDS, problem)
            self._give_back(worker, spent=True, replace=False)
            raise
        except BaseException as failure:
            self._count(failure)
            self._give_back(worker, spent=True)
            raise
        # What is known of the worker is copied before another thread may have it.
        about = {**worker.about, "notes": reply.get("notes", [])}
        self._give_back(worker, spent=reply["last"])
        if "failed" in reply:
            failure = JobFailed(reply["failed"], reply.get("detail", ""))
            self._count(failure)
            raise failure
        self._count(None, time.monotonic() - started)
        return pdf, about

    def close(self) -> None:
        """End the idle workers; busy ones end with their job."""
        with self._changed:
            self._closed = True
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.end()

    def forget(self) -> None:
        """After a fork: the workers are our parent's. Close our copies of its pipes, touch nothing else."""
        for worker in self._idle:
            worker.let_go()

    def _refuse_if_down(self) -> None:
        if self._down and time.monotonic() < self._down[0]:
            raise self._down[1]

    def _take(self, patience: float) -> Worker:
        deadline = time.monotonic() + patience
        with self._changed:
            while not self._idle and self._taken >= self.setup.workers:
                if not self._changed.wait(deadline - time.monotonic()):
                    raise JobFailed("busy", f"no free worker within {patience} s")
            self._taken += 1
            worker = self._idle.pop() if self._idle else None
        try:
            if worker is not None and not worker.is_alive:
                worker.end()
                worker = None
            return worker or self._start()
        except BaseException:
            self._free(None)
            raise

    def _give_back(self, worker: Worker, *, spent: bool, replace: bool = True) -> None:
        successor = None if spent or self._closed else worker
        try:
            if successor is None:
                worker.end()
                if replace and not self._closed:
                    # Warms up while nobody waits for it. Should it not start, whoever needs it will hear.
                    with contextlib.suppress(OSError):
                        successor = self._start()
        finally:
            self._free(successor)

    def _free(self, worker: Worker | None) -> None:
        with self._changed:
            self._taken -= 1
            if worker is not None:
                self._idle.append(worker)
            self._changed.notify()

    def _start(self) -> Worker:
        self.tally.started += 1
        return Worker(self.setup)

    def _count(self, failure: BaseException | None, seconds: float = 0) -> None:
        with self._changed:
            if failure is None:
                self.tally.done += 1
                self.tally.seconds += seconds
            else:
                self.tally.failed[getattr(failure, "reason", "error")] += 1
