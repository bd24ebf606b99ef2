"""Rules of the house that a machine can hold. Each says what it wants and why, where it is not plain."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = settings.BASE_DIR
APPS = ("accounts", "partnerships", "toolkit", "twinning")
PYTHON = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
HTML = [path for path in TEMPLATES if path.suffix == ".html"]
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))

PUBLIC = {
    "account_confirm_email",
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_signup",
    "accounts:invitation",
    # The address at the end of a mail: tests/accounts/test_digests.py
    "accounts:mail-stop",
    "admin:login",
    "healthz",
    # A calendar program cannot sign in; the address is the key: tests/partnerships/test_calendar.py
    "partnerships:calendar-feed",
    # Participants have no account: tests/partnerships/test_workshop_public.py
    "partnerships:certificate-verify",
    "partnerships:check-in",
    "partnerships:register",
    "partnerships:registration-own",
    "set-theme",
    # A form in a browser is told in JSON that nobody is signed in: tests/toolkit/views/test_autosave.py
    "toolkit:document-save",
    # A traveller writes the trip report: tests/toolkit/test_trip_reports.py
    "toolkit:trip-report-door",
    "toolkit:shared-comments",
    # Choosing what both sides agree on, and where many people answer by one link: tests/toolkit/modes
    "toolkit:shared-agree",
    "toolkit:shared-begin",
    "toolkit:shared-respond",
    "toolkit:shared-respond-done",
    "toolkit:shared-respond-file",
    "toolkit:fill-worker",
    "toolkit:shared-done",
    "toolkit:shared-file",
    "toolkit:shared-fill",
    "toolkit:shared-pdf",
    "toolkit:shared-scan",
    "toolkit:shared-sign",
    # Taken along and brought back by whoever holds a link: tests/toolkit/views/test_taking.py
    "toolkit:shared-fillable",
    "toolkit:shared-handed",
    "toolkit:shared-handed-file",
    "toolkit:shared-paper",
    "toolkit:shared-take",
    "toolkit:shared-workbook",
    # tests/toolkit/views/test_passed_on.py, tests/toolkit/views/test_short_links.py
    "toolkit:shared-forwarded",
    "toolkit:shared-open",
    "toolkit:short-door",
    "toolkit:short-link",
    "toolkit:shared-save",
    # What anybody may offer and say, and the secret address of what they sent: tests/toolkit/contributing
    "toolkit:proposal-new",
    "toolkit:proposal-own-file",
    "toolkit:proposal-status",
    "toolkit:proposal-thanks",
    "toolkit:tool-feedback",
    # The published library, unless the installation keeps it to itself: tests/toolkit/library/test_public.py
    "toolkit:tool-blank",
    "toolkit:tool-blank-pdf",
    "toolkit:tool-detail",
    "toolkit:tool-example",
    "toolkit:tool-example-pdf",
    "toolkit:tool-export",
    "toolkit:tool-list",
    "toolkit:tool-try",
}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def routes(patterns=None, namespace: str = "") -> Iterator[tuple[str, object]]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", pattern.callback


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_only_the_named_views_are_public():
    public = {name for name, view in routes() if not getattr(view, "login_required", True)}

    assert public - PUBLIC == set()
    assert public >= {name for name in PUBLIC if name.startswith(("toolkit:", "accounts:", "partnerships:"))}


def test_our_views_are_functions():
    ours = [(name, view) for name, view in routes() if view.__module__.partition(".")[0] in APPS]

    assert [name for name, view in ours if hasattr(view, "view_class")] == []
    assert len(ours) > 40


def test_python_file_is_short(subtests):
    for path in [*PYTHON, *TESTS]:
        with subtests.test(file=name_of(path)):
            assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_template_is_short(subtests):
    for path in HTML:
        with subtests.test(file=name_of(path)):
            assert len(path.read_text(encoding="utf-8").splitlines()) <= 150


def test_function_is_short(subtests):
    """Forty lines, the docstring not counted."""
    for path in PYTHON:
        with subtests.test(file=name_of(path)):
            long = []
            for node in functions(path):
                first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
                if node.end_lineno - first.lineno + 1 > 40:
                    long.append(f"{node.name}: {node.end_lineno - first.lineno + 1}")
            assert long == []


def test_rules_know_nothing_of_http(subtests):
    for path in [p for p in PYTHON if p.parent.name in ("models", "actions", "schema")]:
        with subtests.test(file=name_of(path)):
            imported = {
                node.module for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom) and node.module
            }
            imported |= {
                name.name for node in ast.walk(tree(path)) if isinstance(node, ast.Import) for name in node.names
            }

            assert {
                name
                for name in imported
                if name.startswith(("django.http", "django.shortcuts", "django.contrib.messages"))
            } == set()


def test_booleans_are_named_where_they_are_passed(subtests):
    """``save(user, True)`` says nothing: a parameter with a truth value is keyword-only."""
    for path in PYTHON:
        with subtests.test(file=name_of(path)):
            loose = []
            for node in functions(path):
                arguments = node.args.posonlyargs + node.args.args
                defaults = node.args.defaults
                for argument, default in zip(arguments[len(arguments) - len(defaults) :], defaults, strict=True):
                    if isinstance(default, ast.Constant) and isinstance(default.value, bool):
                        loose.append(f"{node.name}({argument.arg})")
            assert [found for found in loose if not found.startswith(("find(", "__init__(app_names"))] == []


def test_source_keeps_out_of_trouble(subtests):
    for path in PYTHON:
        with subtests.test(file=name_of(path)):
            text = path.read_text(encoding="utf-8")

            assert not re.search(r"\bcsrf_exempt\b", text)
            assert not re.search(r"^\s*(import random|from random)\b", text, re.M), (
                "secrets come from the secrets module"
            )
            assert not re.search(r"\.(raw|extra)\(", text)
            assert not re.search(r"(?<![\w.])(eval|exec)\(", text)
            assert "select_for_update()" not in text, "name the rows to lock: of=('self',)"
            assert not re.search(r"\b(TODO|FIXME|XXX)\b", text)


SAFE = {  # where text becomes HTML on purpose, and each of them sanitises or escapes it first
    "toolkit/rendering/body.py",
    "toolkit/rendering/html.py",
    "twinning/markdown.py",
    "twinning/templatetags/ui.py",
}


def test_no_text_is_declared_safe(subtests):
    for path in [p for p in PYTHON if name_of(p) not in SAFE]:
        with subtests.test(file=name_of(path)):
            assert "mark_safe" not in path.read_text(encoding="utf-8")


# No browser ever sees the print layout: it goes to the PDF door, which takes the size of the paper this way.
SEEN = [path for path in HTML if name_of(path) != "templates/layouts/print.html"]


def test_template_has_nothing_inline(subtests):
    for path in SEEN:
        with subtests.test(file=name_of(path)):
            text = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.S)

            assert not re.search(r"<style[\s>]", text)
            assert not re.search(r"\sstyle=", text)
            assert not re.search(r"\son[a-z]+=", text)
            assert not re.search(r"<script(?![^>]*\ssrc=)", text)
            assert "|safe" not in text
            assert "autoescape off" not in text
            assert not re.search(r"(?:src|href)=[\"']https?://", text)


def test_every_component_names_its_parameters():
    nameless = [
        name_of(path) for path in HTML if path.parent.name == "components" and not first_line(path).startswith("{#")
    ]

    assert nameless == []


def test_every_partial_is_included():
    """A template that nothing names is dead."""
    everything = "\n".join(path.read_text(encoding="utf-8") for path in [*TEMPLATES, *PYTHON])
    # allauth and Django look these up by name; fields of a form are named after their kind.
    looked_up = (
        "account/",
        "toolkit/fill/",
        "toolkit/read/",
        "400",
        "403",
        "404",
        "405",
        "409",
        "410",
        "411",
        "413",
        "422",
        "429",
        "500",
        "503",
        "django/",
        "simple_history/",
    )
    names = [str(path.relative_to(ROOT / "templates")) for path in TEMPLATES]
    dead = [name for name in names if name not in everything and not name.startswith(looked_up)]

    assert dead == []


def test_script_writes_no_html_and_evaluates_nothing(subtests):
    for path in SCRIPTS:
        with subtests.test(file=name_of(path)):
            text = path.read_text(encoding="utf-8")

            assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)


def first_line(path: Path) -> str:
    return path.read_text(encoding="utf-8").lstrip().partition("\n")[0]
