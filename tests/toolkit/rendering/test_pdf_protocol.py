"""The frames that a web process and a PDF worker exchange."""

import os
import threading
import time

import pytest

from toolkit.rendering import protocol


def test_frames_carry_what_they_were_given():
    ours, theirs = os.pipe()
    body = os.urandom(3_000_000)
    sender = threading.Thread(target=protocol.send, args=(theirs, {"word": "é"}, [b"", body, b"end"]))
    sender.start()
    header, blobs = protocol.receive(ours, limit=4_000_000)
    sender.join()
    os.close(theirs)

    assert header == {"word": "é"}
    assert blobs == [b"", body, b"end"]
    with pytest.raises(EOFError):
        protocol.receive(ours, limit=10)
    os.close(ours)


@pytest.mark.parametrize(
    "sent",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        protocol.PREFIX.pack(protocol.MAGIC, 2, 11),
        protocol.PREFIX.pack(protocol.MAGIC, protocol.HEADER_LIMIT + 1, 0),
        protocol.PREFIX.pack(protocol.MAGIC, 13, 5) + b'{"blobs":[4]}' + b"12345",
    ],
)
def test_anything_but_a_frame_is_refused(sent):
    ours, theirs = os.pipe()
    os.write(theirs, sent)

    with pytest.raises(protocol.ProtocolError):
        protocol.receive(ours, limit=10)
    os.close(ours)
    os.close(theirs)


def test_neither_side_waits_longer_than_agreed():
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    started = time.monotonic()

    with pytest.raises(TimeoutError):
        protocol.receive(ours, limit=10, deadline=started + 0.2)
    with pytest.raises(TimeoutError):
        protocol.send(theirs, {}, [bytes(1_000_000)], deadline=started + 0.4)
    assert time.monotonic() - started < 1
    os.close(ours)
    os.close(theirs)
