"""The web server's worker: it collects a request first and spends a thread on it afterwards.

Gunicorn's threaded worker reads a body in the thread that answers it, without a time limit: eight people on a bad
line, or one with bad manners, hold all eight threads. Here the bytes of a request gather in the worker's event loop,
in memory while it is small and in a file when it is not. A thread starts once the request is whole, too large, or
late; in the last two cases the application says so and the connection closes. A proxy that buffers does the same
(docs/deployment.md).
"""

import errno
import re
import socket
import struct
import time
from functools import partial
from selectors import EVENT_READ
from tempfile import SpooledTemporaryFile

from django.conf import settings
from gunicorn.workers.gthread import TConn, ThreadWorker

from twinning import env

IDLE_SECONDS = env.whole("REQUEST_IDLE_SECONDS", 15)  # a request that brings nothing for this long is given up
TOTAL_SECONDS = 60  # and so is one that takes longer than this…
BYTES_A_SECOND = 512  # …plus a second for each so many bytes it announced
ANSWER_IDLE_SECONDS = 20  # a browser that reads nothing of its answer for this long is given up
PART_IDLE_SECONDS, PART_SECONDS = 2, 20  # how long the unread rest of a refused request is taken off the line
HEAD_BYTES = 64 * 1024
MEMORY_BYTES = 256 * 1024
RECEIVE_BYTES = 64 * 1024

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*(?=\r\n)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*(?=\r\n)", re.IGNORECASE)


class Intake:
    """One request on its way in. ``ready`` once a thread can answer it, ``whole`` if nothing of it is missing."""

    def __init__(self, *, max_body: int, now: float):
        self.max_body = max_body
        self.expected: int | None = None  # bytes of head and body together, known once the head is here
        self.received = 0
        self.rest = b""  # what came after it: the start of the next request
        self.wants_go_ahead = False
        self.refused = False  # too large or of unknown length: the application answers from the head alone
        self.cut = False
        self.started = now
        self.deadline = now + IDLE_SECONDS
        self._head = b""
        self._spool = SpooledTemporaryFile(max_size=MEMORY_BYTES)  # noqa: SIM115 - closed by close()

    @property
    def whole(self) -> bool:
        return not (self.cut or self.refused) and self.received == self.expected

    @property
    def ready(self) -> bool:
        return self.cut or self.refused or self.whole

    def feed(self, data: bytes, *, now: float) -> None:
        if self.expected is None:
            self._head += data
            self._read_head()
        if self.expected is not None and not self.refused:
            room = self.expected - self.received
            data, self.rest = data[:room], data[room:]
        self.received += len(data)
        self._spool.write(data)
        self.deadline = min(now + IDLE_SECONDS, self.started + TOTAL_SECONDS + (self.expected or 0) / BYTES_A_SECOND)

    def _read_head(self) -> None:
        end = self._head.find(b"\r\n\r\n")
        if end < 0:
            self.refused = len(self._head) > HEAD_BYTES
            return
        head = self._head[: end + 2]
        self._head = b""
        lengths = _LENGTH.findall(head)
        length = int(lengths[0]) if lengths else 0
        self.refused = bool(_CHUNKED.search(head)) or len(lengths) > 1 or length > self.max_body
        self.expected = end + 4 + length
        self.wants_go_ahead = bool(_EXPECTS.search(head)) and not self.refused

    def rewind(self) -> None:
        self._spool.seek(0)

    def recv(self, size: int) -> bytes:
        """As a socket would give it to gunicorn's parser; at the end the connection seems closed."""
        return self._spool.read(size)

    def close(self) -> None:
        self._spool.close()


class PatientWorker(ThreadWorker):
    """A threaded worker whose threads never wait for a request to arrive."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.arriving: set[TConn] = set()
        self.parting: set[TConn] = set()

    @classmethod
    def check_config(cls, cfg, log):
        super().check_config(cfg, log)
        if cfg.is_ssl:
            raise RuntimeError("TLS ends at the proxy: this server speaks plain HTTP (docs/deployment.md).")

    def accept(self, listener):
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        # The kernel's own limit counts from the last byte that left, where Python's would count the whole answer.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", ANSWER_IDLE_SECONDS, 0))
        self._await_request(TConn(self.cfg, client, address, listener.getsockname()))

    def on_client_socket_readable(self, conn, client):
        """The next request on a connection that was kept open."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._await_request(conn, conn.intake.rest)

    def _await_request(self, conn, already: bytes = b"") -> None:
        now = time.monotonic()
        conn.sock.setblocking(False)
        conn.intake = Intake(max_body=settings.MAX_BODY_BYTES, now=now)
        self.arriving.add(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self._receive, conn))
        if already:
            conn.intake.feed(already, now=now)
            self._start_if_ready(conn)

    def _receive(self, conn, client) -> None:
        try:
            data = client.recv(RECEIVE_BYTES)
            if data:
                conn.intake.feed(data, now=time.monotonic())
            else:
                conn.intake.cut = True
            if conn.intake.wants_go_ahead and not conn.intake.ready:
                conn.intake.wants_go_ahead = False
                client.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        except (BlockingIOError, InterruptedError):
            return
        except OSError:  # the link broke, or the disk has no room for the spool
            conn.intake.cut, conn.intake.received = True, 0
        self._start_if_ready(conn)

    def _start_if_ready(self, conn) -> None:
        intake = conn.intake
        if not intake.ready:
            return
        self.arriving.discard(conn)
        self.poller.unregister(conn.sock)
        if not intake.received:
            intake.close()
            self._close(conn)
            return
        intake.rewind()
        conn.data_ready = True
        self.enqueue_req(conn)

    def handle(self, conn):
        conn.init()
        conn.parser.unreader.sock = conn.intake
        try:
            return super().handle(conn) and conn.intake.whole
        finally:
            conn.intake.close()

    def handle_request(self, req, conn):
        if not conn.intake.whole:
            # What is still on the line is the rest of this request; it must not be read as another one.
            req.force_close()
        return super().handle_request(req, conn)

    def finish_request(self, conn, fs):
        try:
            kept_open = not fs.cancelled() and fs.result()
        except Exception:
            kept_open = False
        if not kept_open:
            self._part(conn)
            return
        super().finish_request(conn, fs)
        if conn.intake.rest and conn in self.keepalived_conns:
            self.on_client_socket_readable(conn, conn.sock)

    def _part(self, conn) -> None:
        """Close a connection without cutting off the answer, and without waiting for the other side to agree.

        A socket closed with unread bytes tells the sender "reset", and the browser shows that instead of our page.
        Gunicorn lingers too, but up to two seconds for each connection in the one loop that serves them all.
        """
        conn.sock.setblocking(False)
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(conn)
            return
        conn.parting_since = time.monotonic()
        conn.deadline = conn.parting_since + PART_IDLE_SECONDS
        self.parting.add(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self._drain, conn))

    def _drain(self, conn, client) -> None:
        try:
            data = client.recv(RECEIVE_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if data:
            conn.deadline = min(time.monotonic() + PART_IDLE_SECONDS, conn.parting_since + PART_SECONDS)
        else:
            self._parted(conn)

    def _parted(self, conn) -> None:
        self.parting.discard(conn)
        self.poller.unregister(conn.sock)
        self._close(conn)

    def _close(self, conn) -> None:
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self):
        super().murder_pending()
        now = time.monotonic()
        for conn in [conn for conn in self.arriving if conn.intake.deadline < now]:
            conn.intake.cut = True
            self._start_if_ready(conn)
        for conn in [conn for conn in self.parting if conn.deadline < now]:
            self._parted(conn)

    def _cap_keepalive(self, deadline):
        """On the way down: connections on which nothing was said yet are not waited for."""
        super()._cap_keepalive(deadline)
        for conn in self.arriving:
            if not conn.intake.received:
                conn.intake.deadline = min(conn.intake.deadline, deadline)
