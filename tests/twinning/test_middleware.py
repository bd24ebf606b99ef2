"""Every request on its way in and every page on its way out."""

import json
import logging
import sqlite3
from io import BytesIO

import psycopg2
import pytest
from django.core.exceptions import SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from twinning.logs import MaskSecretsFilter, mask, one_line, request_id
from twinning.middleware import (
    BodyLengthMiddleware,
    DatabaseBusyMiddleware,
    PageHeadersMiddleware,
    RequestIdMiddleware,
    is_busy,
)

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=XX"


class View:
    """Stands where a view stands and remembers what reached it."""

    def __init__(self):
        self.saw = []

    def __call__(self, request):
        self.saw.append(request.POST.dict() or request.body)
        return HttpResponse("fine")


@pytest.fixture
def view():
    return View()


def part(name: str, value: bytes, extra: bytes = b"") -> bytes:
    return (
        b'--XX\r\nContent-Disposition: form-data; name="' + name.encode() + b'"' + extra + b"\r\n\r\n" + value + b"\r\n"
    )


def send(view, body: bytes, *, kind: str = FORM, length: int | None = None, method: str = "POST", **headers):
    request = RequestFactory().generic(
        method,
        "/save",
        **{
            "CONTENT_TYPE": kind,
            "wsgi.input": BytesIO(body),
            "CONTENT_LENGTH": str(len(body) if length is None else length),
        }
        | headers,
    )
    return BodyLengthMiddleware(view)(request)


# --- Bodies ----------------------------------------------------------------------------------------------------------
WHOLE = {
    FORM: (b"a=1&b=%C3%A9", {"a": "1", "b": "é"}),
    MULTIPART: (part("a", b"1") + part("b", "é".encode()) + b"--XX--\r\n", {"a": "1", "b": "é"}),
    "application/json": (b'{"a": 1}', b'{"a": 1}'),
    "text/plain": (b"words", b"words"),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_whole_body_reaches_the_view(view, kind):
    body, seen = WHOLE[kind]

    response = send(view, body, kind=kind)

    assert response.status_code == 200
    assert view.saw == [seen]


@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.parametrize("missing", [1, 5])
def test_cut_off_body_does_not_reach_the_view(view, kind, missing):
    body = WHOLE[kind][0]

    response = send(view, body[:-missing], kind=kind, length=len(body))

    assert response.status_code == 400
    assert b"nothing was saved" in response.content
    assert view.saw == []


def test_cut_off_put_does_not_reach_the_view(view):
    assert send(view, b'{"a"', kind="application/json", length=8, method="PUT").status_code == 400
    assert view.saw == []


def test_refusal_is_json_for_a_program(view):
    response = send(view, b'{"a"', kind="application/json", length=8)

    assert response.status_code == 400
    told = json.loads(response.content)
    assert told["error"] == "cut_off"
    assert "nothing was saved" in told["message"]


def test_body_over_the_limit_is_refused_unread(view, settings):
    settings.MAX_BODY_BYTES = 100

    response = send(view, b"", length=101)

    assert response.status_code == 413
    assert view.saw == []


def test_body_at_the_limit_is_read(view, settings):
    settings.MAX_BODY_BYTES = 100

    assert send(view, b"a=" + b"b" * 98).status_code == 200


def test_form_larger_than_memory_may_hold_is_refused(view, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    assert send(view, b"a=" + b"b" * 200).status_code == 413
    assert send(view, part("a", b"b" * 200) + b"--XX--\r\n", kind=MULTIPART).status_code == 413
    assert view.saw == []


def test_too_many_fields_are_refused_with_what_to_do(view, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3

    response = send(view, b"a=1&a=2&a=3&a=4")

    assert response.status_code == 413
    assert b"Save a long table in parts" in response.content
    assert view.saw == []


def test_too_many_files_are_refused(view, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 1
    file = part("f", b"x", b'; filename="x.txt"')

    response = send(view, file + file + b"--XX--\r\n", kind=MULTIPART)

    assert response.status_code == 413
    assert b"Too many files" in response.content
    assert view.saw == []


@pytest.mark.parametrize("length", ["abc", "-1", "1e3", "٣"])
def test_length_that_is_no_number_is_refused(view, length):
    assert send(view, b"a=1", length=length).status_code == 400
    assert view.saw == []


def test_body_of_unknown_length_is_refused(view):
    assert send(view, b"", HTTP_TRANSFER_ENCODING="chunked").status_code == 411
    assert view.saw == []


def test_multipart_without_boundary_is_refused(view):
    assert send(view, b"a=1", kind="multipart/form-data").status_code == 400
    assert view.saw == []


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND"])
def test_unknown_method_is_refused(view, method):
    assert send(view, b"", method=method).status_code == 405
    assert view.saw == []


# --- Text ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("body", [b"a=%ff", b"a=\xff", b"a=%C3", b"a=%00", b"a%00=1", b"a=%ED%A0%80"])
def test_form_that_is_not_text_is_refused(view, body):
    assert send(view, body).status_code == 400
    assert view.saw == []


@pytest.mark.parametrize(
    "body",
    [
        part("a", b"\xff"),
        part("a", b"x\0y"),
        part("a\0b", b"1"),
        part("a", "\N{REPLACEMENT CHARACTER}".encode()) + part("b", b"\xff\xfe"),
    ],
)
def test_multipart_that_is_not_text_is_refused(view, body):
    assert send(view, body + b"--XX--\r\n", kind=MULTIPART).status_code == 400
    assert view.saw == []


def test_replacement_character_that_was_really_written_is_text(view):
    written = "garbled \N{REPLACEMENT CHARACTER}"

    assert send(view, part("a", written.encode()) + b"--XX--\r\n", kind=MULTIPART).status_code == 200
    assert view.saw == [{"a": written}]


def test_file_may_hold_any_bytes(view):
    body = part("f", bytes(range(256)), b'; filename="x.bin"') + part("a", b"1") + b"--XX--\r\n"

    assert send(view, body, kind=MULTIPART).status_code == 200
    assert view.saw == [{"a": "1"}]


@pytest.mark.parametrize("query", ["q=%ff", "q=%00", "%00=1", "q=\xff"])
def test_query_that_is_not_text_is_refused(view, query):
    request = RequestFactory().get("/list")
    request.META["QUERY_STRING"] = query

    assert BodyLengthMiddleware(view)(request).status_code == 400
    assert view.saw == []


def test_path_with_nul_is_refused(view):
    assert BodyLengthMiddleware(view)(RequestFactory().get("/list/%00/")).status_code == 400


@pytest.mark.parametrize("charset", ["rot13", "utf-16", "utf-7", "latin-1"])
def test_other_alphabet_than_utf8_is_refused(view, charset):
    assert send(view, b"a=1", kind=f"{FORM}; charset={charset}").status_code == 400
    assert send(view, part("a", b"1") + b"--XX--\r\n", kind=f"{MULTIPART}; charset={charset}").status_code == 400
    assert view.saw == []


def test_utf8_named_as_such_is_accepted(view):
    assert send(view, b"a=%C3%A9", kind=f"{FORM}; charset=UTF-8").status_code == 200


# --- Busy databases --------------------------------------------------------------------------------------------------
def raised(error: Exception, cause: Exception) -> OperationalError:
    try:
        raise error from cause
    except OperationalError as caught:
        return caught


def busy_error(cause: Exception) -> OperationalError:
    return raised(OperationalError(str(cause)), cause)


@pytest.mark.parametrize(
    ("error", "busy"),
    [
        (busy_error(sqlite3.OperationalError("database is locked")), True),
        (busy_error(sqlite3.OperationalError("database or disk is full")), True),
        (busy_error(sqlite3.OperationalError("unable to open database file")), True),
        (busy_error(sqlite3.OperationalError("no such table: x")), False),
        (busy_error(psycopg2.OperationalError("server closed the connection unexpectedly")), True),
        (busy_error(psycopg2.OperationalError("FATAL: sorry, too many clients already")), True),
        (ValueError("locked"), False),
        (None, False),
    ],
)
def test_is_busy_knows_a_passing_trouble_from_a_fault(error, busy):
    assert is_busy(error) is busy


def test_is_busy_looks_behind_what_was_raised_last():
    later = RuntimeError("while closing")
    later.__context__ = busy_error(sqlite3.OperationalError("database is locked"))

    assert is_busy(later)


def fail_with(error: Exception):
    """What Django does around a view that raises: it tells the signal, then answers 500."""

    def answer(request):
        try:
            raise error
        except Exception:
            got_request_exception.send(sender=None, request=request)
        return HttpResponse("technical page", status=500)

    return answer


def test_busy_database_is_503_with_when_to_come_back():
    failing = fail_with(busy_error(sqlite3.OperationalError("database is locked")))

    response = DatabaseBusyMiddleware(failing)(RequestFactory().post("/"))

    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert b"technical" not in response.content
    assert b"busy" in response.content


def test_busy_database_is_json_for_a_program():
    failing = fail_with(busy_error(sqlite3.OperationalError("database is locked")))

    response = DatabaseBusyMiddleware(failing)(RequestFactory().post("/", {}, content_type="application/json"))

    assert response.status_code == 503
    assert json.loads(response.content)["error"] == "busy"


def test_fault_of_ours_stays_500():
    assert DatabaseBusyMiddleware(fail_with(KeyError("x")))(RequestFactory().get("/")).status_code == 500


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["accounts_user", "django_session"])
def test_busy_database_is_503_through_the_whole_site(client, alice, table):
    alice.set_password("a long enough phrase")
    alice.save()
    client.raise_request_exception = False

    def refuse_writing(execute, sql, params, many, context):
        if table in sql:
            raise busy_error(sqlite3.OperationalError("database is locked"))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse_writing):
        response = client.post(reverse("account_login"), {"login": alice.email, "password": "a long enough phrase"})

    assert response.status_code == 503
    assert response["Retry-After"]
    assert response["X-Request-ID"].encode() in response.content
    assert "sessionid" not in response.cookies


# --- Headers and numbers ---------------------------------------------------------------------------------------------
def test_pages_are_kept_by_nobody_and_use_no_sensor():
    response = PageHeadersMiddleware(lambda request: HttpResponse())(RequestFactory().get("/"))

    assert response["Cache-Control"] == "private, no-store"
    assert "camera=()" in response["Permissions-Policy"]


def test_view_may_say_for_itself_how_long_a_page_keeps():
    kept = HttpResponse(headers={"Cache-Control": "max-age=60"})

    assert PageHeadersMiddleware(lambda request: kept)(RequestFactory().get("/"))["Cache-Control"] == "max-age=60"


def test_each_request_has_a_number_that_its_log_lines_carry():
    numbers = []

    def view(request):
        numbers.append((request.id, request_id.get()))
        return HttpResponse()

    middleware = RequestIdMiddleware(view)
    first, second = (middleware(RequestFactory().get("/"))["X-Request-ID"] for _ in range(2))

    assert numbers == [(first, first), (second, second)]
    assert first != second
    assert request_id.get() == "-"


# --- Logs ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("/f/abc-DEF_1/", "/f/***/"),
        ("Not Found: /f/abc/save", "Not Found: /f/***/save"),
        ("http://x/f/abc?y=1", "http://x/f/***?y=1"),
        ("/accounts/invite/abc/", "/accounts/invite/***/"),
        ("/accounts/password/reset/key/2-abc-def/", "/accounts/password/reset/key/***/"),
        ("/accounts/password/reset/key/done/", "/accounts/password/reset/key/done/"),
        ("/x?token=abc&page=2", "/x?token=***&page=2"),
        ("/partnerships/f/x/", "/partnerships/f/***/"),
        ("/partnerships/kampala-lyon/", "/partnerships/kampala-lyon/"),
    ],
)
def test_mask_hides_what_opens_doors(text, masked):
    assert mask(text) == masked


def test_one_line_leaves_no_line_break_and_no_escape():
    assert one_line("a\r\nb\x1b[31m\u2028c") == r"a\x0d\nb\x1b[31m\x2028c"


def test_filter_masks_message_arguments_and_traceback():
    try:
        raise SuspiciousOperation("refused /f/topsecret/")
    except SuspiciousOperation:
        record = logging.getLogger("t").makeRecord(
            "t", logging.ERROR, "f", 1, "Bad: %s", ("/f/topsecret/",), sys_exc_info()
        )

    MaskSecretsFilter().filter(record)

    text = logging.Formatter("%(message)s %(request_id)s").format(record)
    assert "topsecret" not in text
    assert "/f/***/" in text


def sys_exc_info():
    import sys

    return sys.exc_info()
