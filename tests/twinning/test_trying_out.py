"""What the environment makes of an installation, and which pages people get who only try Twinning out."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEY = "k" * 60
# What the environment says → debug pages, somebody tries it out, https.
INSTALLATIONS = [
    ({}, (False, True, False)),
    ({"DEBUG": "1"}, (True, True, False)),
    ({"DEBUG": "0"}, (False, False, True)),
    ({"SECRET_KEY": KEY}, (False, False, True)),
    ({"SECRET_KEY": KEY, "INSECURE_HTTP": "1"}, (False, False, False)),
]
READ = "from django.conf import settings as s; print(json.dumps([s.DEBUG, s.TRYING_OUT, s.HTTPS]))"
# There are no tables: the library fails on our side, and the other pages ask the database nothing.
VISIT = """
import django
from django.test import Client
django.setup()
visitor = Client(raise_request_exception=False)
asked = [("/no/such/page/", "localhost"), ("/no/such/page/", "elsewhere.example")]
asked += [("/static/css/base.css", "localhost"), ("/toolkit/", "localhost")]
found = []
for path, host in asked:
    page = visitor.get(path, headers={"host": host})
    found.append([page.status_code, page.getvalue().decode()])
print(json.dumps(found))
"""


def told(code: str, folder: Path, **environment: str):
    """What ``code`` prints last, in a process whose environment says nothing but ``environment``."""
    clean = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "HOME") if name in os.environ}
    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", f"import json\n{code}"],
        cwd=ROOT,
        env=clean | {"DJANGO_SETTINGS_MODULE": "twinning.settings", "VAR_DIR": str(folder)} | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    return json.loads(said.stdout.splitlines()[-1])


def test_environment_says_what_kind_of_installation_this_is(tmp_path, subtests):
    for environment, expected in INSTALLATIONS:
        with subtests.test(str(environment)):
            assert tuple(told(READ, tmp_path, **environment)) == expected


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Without anything set, as ./run starts; the secret in the folder is its own."""
    folder = tmp_path_factory.mktemp("var")
    found = told(VISIT, folder)
    assert len((folder / "secret_key").read_text()) > 50
    return found


def test_missing_page_is_told_as_to_everybody(pages):
    (status, page), (bad_status, bad_page), *_rest = pages

    assert (status, bad_status) == (404, 400)
    assert "This page does not exist" in page
    assert "could not be understood" in bad_page
    for text in (page, bad_page):
        assert "urlconf" not in text.lower()
        assert "DEBUG" not in text


def test_broken_page_is_told_as_to_everybody(pages):
    status, page = pages[3]

    assert status == 500
    assert "Something went wrong on our side" in page
    assert "Traceback" not in page


def test_styles_are_served_as_they_lie(pages):
    status, sheet = pages[2]

    assert status == 200
    assert "--" in sheet
