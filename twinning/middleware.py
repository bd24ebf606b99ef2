"""What happens to every request before and after its view. `settings.MIDDLEWARE` says in which order."""

import secrets
import sys
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.datastructures import MultiValueDict

from twinning import errors
from twinning.logs import request_id

Answer = Callable[[HttpRequest], HttpResponse]

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "autoplay", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer",
        "microphone", "midi", "payment", "usb",
    )
)  # fmt: skip
CHARSETS = {"utf-8", "utf8", "us-ascii"}
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
REPLACED = "\N{REPLACEMENT CHARACTER}"
DRAIN_STEP = 64 * 1024


class RequestIdMiddleware:
    """Numbers the request; the number stands in the answer, the access log and every log line written meanwhile."""

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = secrets.token_hex(8)
        token = request_id.set(request.id)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-ID"] = request.id
        return response


class PageHeadersMiddleware:
    """Pages are kept by nobody unless their view says otherwise, and may use no sensor of the device."""

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.setdefault("Cache-Control", "private, no-store")
        return response


class MethodMiddleware:
    """An address that only takes posts answers a look with a page, not with nothing at all."""

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return errors.not_allowed(request, response)
        return response


class DatabaseBusyMiddleware:
    """A database that cannot answer right now is 503 with Retry-After: the same request may succeed in a moment."""

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Not process_exception: saving the session on the way out fails outside of every view.
        if response.status_code == 500 and getattr(request, "database_was_busy", False):
            return errors.busy(request)
        return response


@receiver(got_request_exception, dispatch_uid="twinning.note_busy_database")
def note_busy_database(request: HttpRequest | None = None, **kwargs) -> None:
    if request is not None and is_busy(sys.exc_info()[1]):
        request.database_was_busy = True


# SQLite reports a missing table as OperationalError too; that one is a fault of ours and stays a 500.
SQLITE_BUSY = ("locked", "is full", "disk i/o error", "unable to open database file", "interrupted")


def is_busy(error: BaseException | None) -> bool:
    """Whether ``error`` says that the database is locked, full, restarting or out of connections."""
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError):
            cause = error.__cause__ or error
            if not type(cause).__module__.startswith("sqlite3"):
                return True
            return any(words in str(error).lower() for words in SQLITE_BUSY)
        error = error.__cause__ or error.__context__
    return False


class WholeStream:
    """The body of a request, which fails loudly where the connection ended before the announced length."""

    def __init__(self, stream, length: int):
        self._stream = stream
        self._left = length
        self.replaced = 0  # how often the sender really wrote U+FFFD
        self._tail = b""

    def read(self, size: int | None = -1, /) -> bytes:
        size = self._left if size is None or size < 0 else min(size, self._left)
        data = self._stream.read(size) if size else b""
        return self._seen(data, at_least=size)

    def readline(self, size: int | None = -1, /) -> bytes:
        size = self._left if size is None or size < 0 else min(size, self._left)
        data = self._stream.readline(size) if size else b""
        return self._seen(data, at_least=min(size, 1))

    def drain(self) -> None:
        while self.read(DRAIN_STEP):
            pass

    def close(self) -> None:
        """Nothing to close: the connection belongs to the server."""

    def _seen(self, data: bytes, *, at_least: int) -> bytes:
        if len(data) < at_least:
            raise UnreadablePostError("the body ended before its announced length")
        self._left -= len(data)
        window = self._tail + data
        self.replaced += window.count(REPLACED.encode())
        self._tail = window[-2:]
        return data


class BodyLengthMiddleware:
    """Lets a view see only whole bodies of bearable size, made of text.

    A web server hands on what arrived before the link dropped, and Django reads a cut-off form as if it were whole:
    the second half of an answer would be lost without a word. So the body is read here, before any view can act.
    """

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.refusal(request) or self.get_response(request)

    def refusal(self, request: HttpRequest) -> HttpResponse | None:
        if request.method not in METHODS:
            return HttpResponse(status=405, headers={"Allow": ", ".join(sorted(METHODS))})
        if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            return errors.refuse(request, 411, errors.NO_LENGTH, code="no_length")
        if request.content_params.get("charset", "utf-8").lower() not in CHARSETS:
            request.encoding = "utf-8"
            return errors.refuse(request, 400, errors.NOT_TEXT, code="not_text")
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdecimal()):
            return errors.refuse(request, 400, errors.UNCLEAR, code="unclear")
        if int(length) > settings.MAX_BODY_BYTES:
            return errors.refuse(request, 413, errors.TOO_LARGE, code="too_large")
        if not is_text(request.META.get("QUERY_STRING", "").encode("latin-1")) or "\0" in request.path_info:
            return errors.refuse(request, 400, errors.NOT_TEXT, code="not_text")
        return self.body_refusal(request, int(length)) if int(length) else None

    def body_refusal(self, request: HttpRequest, length: int) -> HttpResponse | None:
        request._stream = stream = WholeStream(request._stream, length)
        try:
            readable = self.read(request, stream)
        except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent) as error:
            request._mark_post_parse_error()
            return errors.bad_request(request, error)
        except OSError:  # UnreadablePostError among them
            request._mark_post_parse_error()
            return errors.refuse(request, 400, errors.CUT_OFF, code="cut_off")
        except MultiPartParserError:
            return errors.refuse(request, 400, errors.UNCLEAR, code="unclear")
        return None if readable else errors.refuse(request, 400, errors.NOT_TEXT, code="not_text")

    def read(self, request: HttpRequest, stream: WholeStream) -> bool:
        """Read the whole body, and say whether what it holds as text is text."""
        if request.method == "POST" and request.content_type == "multipart/form-data":
            words = all_words(request.POST) + [file.name for file in request.FILES.values()]
            stream.drain()
            # Django puts U+FFFD where bytes were no text; one that the sender wrote is in the body as itself.
            return not any("\0" in word for word in words) and sum(w.count(REPLACED) for w in words) <= stream.replaced
        body = request.body  # fails where the body is cut off: see WholeStream
        if request.method == "POST" and request.content_type == "application/x-www-form-urlencoded":
            _ = request.POST  # too many fields are refused here, not in the middle of a view
            return is_text(body)
        return True


def all_words(posted: MultiValueDict) -> list[str]:
    return [word for name, values in posted.lists() for word in (name, *values)]


def is_text(encoded: bytes) -> bool:
    """Whether form-encoded ``encoded`` is UTF-8 without NUL, which no database of ours can store."""
    decoded = unquote_to_bytes(encoded)
    try:
        decoded.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in decoded
