"""What people offer to the toolkit and say of it, and the answers that let strangers post."""

import time

from django.core import signing

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
