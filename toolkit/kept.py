"""Counts over hundreds of thousands of rows, worked out once in a while and not at every visit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.core.cache import cache
from django.utils import timezone

T = TypeVar("T")
KEPT_SECONDS = 15 * 60


@dataclass(frozen=True)
class Kept(Generic[T]):
    """What was counted, and when."""

    value: T
    at: datetime


def kept(key: str, count: Callable[[], T]) -> Kept[T]:
    """What ``count`` says, not older than KEPT_SECONDS. ``key`` names what is counted and, of words, their language."""
    found = cache.get(key)
    if found is None:
        found = Kept(value=count(), at=timezone.now())
        cache.set(key, found, KEPT_SECONDS)
    return found
