"""The known name that somebody may have meant."""

from collections.abc import Iterable
from difflib import get_close_matches
from heapq import nlargest
from itertools import islice

# A longer word is no slip of the pen
LONGEST = 80
MOST_KNOWN = 2000
COMPARED = 8

# Of a long list of names or choices the first few are told.
MOST_NAMED = 12


def nearest(name: str, known: Iterable[str]) -> str:
    """The one of ``known`` that is most like ``name``; empty when none is.

    Comparing letter by letter takes long where a form has a thousand names, so only those that share most pairs of
    letters with ``name`` are compared so.
    """
    if len(name) > LONGEST:
        return ""
    own = _pairs(name)
    alike = nlargest(COMPARED, islice(known, MOST_KNOWN), key=lambda each: _shared(own, _pairs(each)))
    return next(iter(get_close_matches(name, alike, n=1)), "")


def _pairs(name: str) -> set[str]:
    padded = f" {name[:LONGEST]} "
    return {padded[at : at + 2] for at in range(len(padded) - 1)}


def _shared(one: set[str], other: set[str]) -> float:
    return len(one & other) / (len(one) + len(other))
