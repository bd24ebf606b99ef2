"""Choices that only have to differ, and come out the same each time. Nothing secret hangs on them."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any


class Dice:
    """A linear congruential generator with the constants of MMIX; the upper bits are the ones that vary well."""

    def __init__(self, seed: str):
        self._state = int.from_bytes(sha256(seed.encode()).digest()[:8], "big")

    def random(self) -> float:
        """From 0 to just below 1."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self._state >> 11) / 2**53

    def randrange(self, start: int, stop: int | None = None) -> int:
        """As that of the range: ``randrange(60)`` is 0 to 59."""
        low, high = (0, start) if stop is None else (start, stop)
        return low + int(self.random() * (high - low))

    def choice(self, things: Sequence[Any]) -> Any:
        return things[self.randrange(len(things))]
