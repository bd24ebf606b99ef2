"""A question in words that people answer at once and simple scripts do not. For pages that strangers may post.

Nothing is asked of a third party and nothing is kept until an answer is taken. A token names its question only through
a keyed hash, so that whoever reads the page's source learns no more than whoever reads the page.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SALT = "twinning.challenge"
QUICKEST_SECONDS = 3
LONGEST_SECONDS = 2 * 60 * 60
LONGEST_ANSWER = 60
EMPTY = gettext_lazy("Please answer this question; it keeps machines away.")
TOO_QUICK = gettext_lazy("That was quicker than people usually write. Please send it once more.")
USED = gettext_lazy("This question was answered before. Please answer the new one.")

# Each list is one sentence for translators: the same number of words, between commas, none of them in another list.
NUMBERS = gettext_lazy(
    "zero, one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, thirteen, fourteen, fifteen, "
    "sixteen, seventeen, eighteen, nineteen, twenty"
)
GROUPS = (
    (gettext_lazy("Which of these words is a colour: %(words)s?"), gettext_lazy("green, blue, red, yellow, white")),
    (gettext_lazy("Which of these words is an animal: %(words)s?"), gettext_lazy("dog, horse, goat, elephant, lion")),
    (
        gettext_lazy("Which of these words is a part of the body: %(words)s?"),
        gettext_lazy("hand, foot, knee, nose, ear"),
    ),
    (
        gettext_lazy("Which of these words is found in a room: %(words)s?"),
        gettext_lazy("table, chair, door, bed, lamp"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """What to ask, and the token that must come back with the answer."""

    token: str
    question: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question in the present language: how it reads, what answers it, and what else it speaks of."""

    question: str
    right: tuple[str, ...]
    others: tuple[str, ...] = ()


def new_challenge() -> Challenge:
    token = signing.TimestampSigner(salt=SALT).sign(secrets.token_urlsafe(12))
    return Challenge(token=token, question=_asked(_nonce(token)).question)


def same_challenge(token: str) -> Challenge:
    """The question of a token that still stands, for a page that is shown again; otherwise a new one."""
    try:
        return Challenge(token=token, question=_asked(_nonce(token)).question)
    except signing.BadSignature:
        return new_challenge()


def refusal(token: str, answer: str) -> str:
    """Why ``answer`` is not taken, in a sentence; empty when it is right. Whether it was used before: ``spend``.

    TOO_QUICK says that it is right and may be sent again as it is.
    """
    try:
        nonce = _nonce(token)
        signing.TimestampSigner(salt=SALT).unsign(token, max_age=LONGEST_SECONDS)
    except signing.BadSignature:
        return _("This question was open for too long. Please answer the new one.")
    if not answer.strip():
        return str(EMPTY)
    if not _is_right(nonce, answer):
        return _("That is not the answer we expected. Here is another question.")
    if _is_younger(token, QUICKEST_SECONDS):
        return str(TOO_QUICK)
    return ""


def spend(token: str) -> bool:
    """Use ``token`` up. False when somebody did before: an answer opens the door once."""
    return cache.add(f"challenge:{_nonce(token)}", 1, timeout=LONGEST_SECONDS + 60)


def _nonce(token: str) -> str:
    return signing.TimestampSigner(salt=SALT).unsign(token)


def _is_younger(token: str, seconds: int) -> bool:
    try:
        signing.TimestampSigner(salt=SALT).unsign(token, max_age=seconds)
    except signing.SignatureExpired:
        return False
    return True


def _is_right(nonce: str, answer: str) -> bool:
    """In any language of the site: whoever changes it between page and answer is still a person."""
    given = plain(answer[:LONGEST_ANSWER])
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            asked = _asked(nonce)
            right = {plain(word) for word in asked.right}
            wrong = {plain(word) for word in asked.others}
        if given in right:
            return True
        said = set(given.split())
        if wrong and said & right and not said & wrong:
            return True
    return False


def plain(text: str) -> str:
    """``text`` as words to compare: small letters without accents and marks, digits of any script as ours."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = (letter for letter in letters if not unicodedata.combining(letter))
    return " ".join("".join(_readable(letter) for letter in kept).split())


def _readable(letter: str) -> str:
    digit = unicodedata.decimal(letter, None)
    if digit is not None:
        return str(digit)
    return letter if letter.isalpha() or unicodedata.category(letter)[0] == "M" else " "


def _asked(nonce: str) -> Asked:
    """The question that ``nonce`` stands for, always the same one."""
    digest = salted_hmac(SALT, nonce, algorithm="sha256").digest()
    dice = Dice(digest)
    return dice.one_of(KINDS)(dice)


class Dice:
    """Choices that follow from a digest."""

    def __init__(self, digest: bytes):
        self.rolls: Iterator[int] = iter(digest)

    def one_of(self, things):
        return things[next(self.rolls) % len(things)]

    def mixed(self, things: Iterable) -> list:
        left, mixed = list(things), []
        while left:
            mixed.append(left.pop(next(self.rolls) % len(left)))
        return mixed


def _words(listed: str) -> list[str]:
    return [word.strip() for word in str(listed).split(",")]


def _number(value: int, template: str, **numbers: int) -> Asked:
    spelled = _words(NUMBERS)
    words = {name: spelled[number] for name, number in numbers.items()}
    return Asked(question=template % words, right=(str(value), spelled[value]))


def _after(dice: Dice) -> Asked:
    number = dice.one_of(range(2, 19))
    return _number(number + 1, _("Which number comes after %(number)s?"), number=number)


def _before(dice: Dice) -> Asked:
    number = dice.one_of(range(3, 20))
    return _number(number - 1, _("Which number comes before %(number)s?"), number=number)


def _together(dice: Dice) -> Asked:
    first, second = dice.one_of(range(2, 10)), dice.one_of(range(1, 10))
    return _number(first + second, _("How much is %(first)s and %(second)s together?"), first=first, second=second)


def _largest(dice: Dice) -> Asked:
    numbers = dice.mixed((dice.one_of(range(1, 6)), dice.one_of(range(6, 11)), dice.one_of(range(11, 21))))
    spelled = _words(NUMBERS)
    words = ", ".join(spelled[number] for number in numbers)
    question = _("Which of these numbers is the largest: %(words)s?") % {"words": words}
    return Asked(question=question, right=(str(max(numbers)), spelled[max(numbers)]))


def _belongs(dice: Dice) -> Asked:
    question, group = dice.one_of(GROUPS)
    right = dice.one_of(_words(group))
    others = [dice.one_of(_words(words)) for _question, words in GROUPS if words is not group]
    shown = ", ".join(dice.mixed([right, *others]))
    return Asked(question=str(question) % {"words": shown}, right=(right,), others=tuple(others))


KINDS: tuple[Callable[[Dice], Asked], ...] = (_after, _before, _together, _largest, _belongs, _belongs)
