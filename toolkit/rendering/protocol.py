"""How the web process and a PDF worker talk: frames over a pair of pipes.

A frame is a short JSON header and any number of byte blobs. The header is for what is
said, the blobs for what is carried (HTML, images, the PDF), so that nothing is encoded twice.
"""

import json
import os
import select
import struct
import time
from collections.abc import Iterable
from typing import Any

PREFIX = struct.Struct(">4sIQ")
MAGIC = b"TWN1"
HEADER_LIMIT = 1_000_000
CHUNK = 1 << 18

Frame = tuple[dict[str, Any], list[bytes]]


class ProtocolError(Exception):
    """The other side said something that is not a frame, or one that is too large."""


def send(fd: int, header: dict[str, Any], blobs: Iterable[bytes] = (), *, deadline: float | None = None) -> None:
    """Write one frame. Raises TimeoutError past ``deadline``, an OSError when the other side is gone."""
    blobs = list(blobs)
    head = json.dumps({**header, "blobs": [len(blob) for blob in blobs]}).encode()
    _write(fd, PREFIX.pack(MAGIC, len(head), sum(map(len, blobs))) + head, deadline)
    for blob in blobs:
        _write(fd, blob, deadline)


def receive(fd: int, *, limit: int, deadline: float | None = None) -> Frame:
    """Read one frame whose blobs hold ``limit`` bytes at most. Raises EOFError when the other side is gone."""
    magic, head_size, body_size = PREFIX.unpack(_read(fd, PREFIX.size, deadline))
    if magic != MAGIC or head_size > HEADER_LIMIT or body_size > limit:
        raise ProtocolError("not a frame, or too large")
    header = json.loads(_read(fd, head_size, deadline))
    sizes = header.pop("blobs")
    if sum(sizes) != body_size:
        raise ProtocolError("the blobs do not fill the frame")
    return header, [_read(fd, size, deadline) for size in sizes]


def _write(fd: int, data: bytes, deadline: float | None) -> None:
    view = memoryview(data)
    while view:
        _wait(fd, select.POLLOUT, deadline)
        try:
            # A pipe that is ready takes this much without blocking.
            view = view[os.write(fd, view[: select.PIPE_BUF]) :]
        except BlockingIOError:
            continue


def _read(fd: int, size: int, deadline: float | None) -> bytes:
    parts = []
    while size:
        _wait(fd, select.POLLIN, deadline)
        try:
            part = os.read(fd, min(size, CHUNK))
        except BlockingIOError:
            continue
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _wait(fd: int, event: int, deadline: float | None) -> None:
    poll = select.poll()
    poll.register(fd, event)
    timeout = None if deadline is None else max(0, deadline - time.monotonic()) * 1000
    if not poll.poll(timeout):
        raise TimeoutError
