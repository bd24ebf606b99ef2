"""Settings that are lists of whole numbers."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from twinning import env


@pytest.mark.parametrize(
    ("value", "expected"), [(None, [7, 1]), ("", [7, 1]), ("3", [3]), ("3, 10,20", [3, 10, 20]), ("none", [])]
)
def test_whole_numbers_are_read(monkeypatch, value, expected):
    monkeypatch.delenv("REMIND_BEFORE", raising=False)
    if value is not None:
        monkeypatch.setenv("REMIND_BEFORE", value)

    assert env.wholes("REMIND_BEFORE", "7,1") == expected


@pytest.mark.parametrize("value", ["seven", "7;1", "-1", "1.5", "1000", "7,none"])
def test_what_is_no_number_is_refused(monkeypatch, value):
    monkeypatch.setenv("REMIND_BEFORE", value)

    with pytest.raises(ImproperlyConfigured, match="REMIND_BEFORE"):
        env.wholes("REMIND_BEFORE", "7,1")
