"""What people offer to the toolkit and say of it, and the answers that let strangers post."""

import time
from unittest.mock import patch

from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile

from toolkit.actions.contributing import propose
from toolkit.models import Feedback, Proposal, Tool
from twinning import challenge


def answered(*, age: int = 60) -> tuple[str, str]:
    """A token that was made ``age`` seconds ago, and the answer to its question."""

    class Earlier(signing.TimestampSigner):
        def timestamp(self) -> str:
            return signing.b62_encode(int(time.time()) - age)

    nonce = challenge._nonce(challenge.new_challenge().token)
    token = Earlier(salt=challenge.SALT).sign(nonce)
    return token, answer_to(token)


def answer_to(token: str) -> str:
    return challenge._asked(challenge._nonce(token)).right[0]


def make_proposal(*, tool: Tool | None = None, file: tuple[str, bytes] | None = None, **fields) -> Proposal:
    """A proposal that waits: of a new tool, or of a change to ``tool``. Its file may be faulty by now."""
    offer = Proposal(
        tool=tool,
        **{"title": "A better form", "text": "Because it helps.", "credit": "Hawa Njeri, Nyeri", "email": ""} | fields,
    )
    with patch("toolkit.actions.contributing.refuse_faulty"):
        proposal, _is_new = propose(offer, file=SimpleUploadedFile(*file) if file else None)
    return proposal


def make_feedback(tool: Tool, **fields) -> Feedback:
    return Feedback.objects.create(tool=tool, **{"version_number": 1, "rating": 4, "text": "Helpful."} | fields)


def posted(*, user=None, age: int = 60, **fields) -> dict:
    """What a page sends: what is typed, and of somebody without an account an answered question."""
    if user is not None:
        return fields
    token, answer = answered(age=age)
    return {"challenge": token, "word": answer, "website": "", **fields}
