"""./run says clearly what it cannot do, before it changes anything."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*words: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["sh", "run", *words],
        cwd=ROOT,
        env=os.environ | {"PYTHON": sys.executable} | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_help_lists_what_there_is():
    told = run("help")

    assert told.returncode == 0
    assert [line.split()[1] for line in told.stdout.splitlines() if line.startswith("./run ")][1:] == [
        "--empty",
        "test",
        "manage",
        "bench",
    ]


def test_unknown_word_is_refused_with_the_list():
    told = run("sevre")

    assert told.returncode == 2
    assert "“./run sevre” is not known" in told.stderr
    assert "./run test" in told.stderr


def test_taken_port_is_named_with_another_to_try():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        told = run(PORT=str(port))

    assert told.returncode == 1
    assert f"Port {port} is taken" in told.stderr
    assert f"PORT={port + 1} ./run" in told.stderr


@pytest.mark.parametrize("port", ["none", "0", "70000"])
def test_port_that_is_none_is_refused(port):
    told = run(PORT=port)

    assert told.returncode == 1
    assert "PORT must be a number" in told.stderr


def test_address_of_another_machine_is_refused():
    told = run(BIND="203.0.113.7", PORT="8123")

    assert told.returncode == 1
    assert "203.0.113.7" in told.stderr


def test_too_old_python_is_refused(tmp_path):
    old = tmp_path / "python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)

    told = run(PYTHON=str(old))

    assert told.returncode == 1
    assert "not a Python 3.11 or newer" in told.stderr


def manage(*words: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "url", ["rubbish", "mysql://someone:secret@db/twinning", "postgres://db:port/x", "postgres://"]
)
def test_database_of_another_kind_is_refused_in_one_sentence(url, tmp_path):
    told = manage("check", DATABASE_URL=url, VAR_DIR=str(tmp_path))

    assert told.returncode == 1
    assert told.stderr.startswith("DATABASE_URL must name PostgreSQL")
    assert "secret" not in told.stderr
    assert len(told.stderr.splitlines()) == 1


def test_faulty_setting_is_refused_in_one_sentence(tmp_path):
    told = manage("check", PAPER="A3", VAR_DIR=str(tmp_path))

    assert (told.returncode, told.stderr) == (1, "PAPER must be A4 or Letter, not “A3”.\n")


def test_database_that_does_not_answer_is_told_before_any_work(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"postgres://someone:secret@127.0.0.1:{port}/twinning"

    told = manage("prepare", DATABASE_URL=url, VAR_DIR=str(tmp_path))

    assert told.returncode == 1
    assert told.stderr.startswith("CommandError: The database that DATABASE_URL names cannot be opened:")
    assert "refused" in told.stderr
    assert "secret" not in told.stderr
    assert "Traceback" not in told.stderr


def test_empty_port_is_the_usual_one(tmp_path):
    told = manage(
        "shell", "-c", "from django.conf import settings; print(settings.SITE_URL)", PORT="", VAR_DIR=str(tmp_path)
    )

    assert told.stdout.strip().endswith("http://localhost:8000")
