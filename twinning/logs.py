"""What may stand in a log: no key to anything, no line break that a visitor chose, and the number of the request."""

import logging
import re
from contextvars import ContextVar

from gunicorn.glogging import Logger

# The request being answered in this thread; "-" outside a request.
request_id: ContextVar[str] = ContextVar("request_id", default="-")

HIDDEN = "***"
# Addresses whose next part opens a door to whoever reads it. A percent sign may hide a letter of the first part, so
# what is logged is always the decoded path (see AccessLogger).
_SECRET_PATH = re.compile(
    r"(/f/|/l/|/calendar/|/toolkit/proposals/follow/|/accounts/invite/|/accounts/mail/|/accounts/password/reset/key/"
    r"|/accounts/confirm-email/|/register/|/my-registration/|/trip-report/)"
    r"(?!done\b)[^/\s?#\"'<>]+"
)
# The address of one of many people's own answers, below that of the link
_OWN_PATH = re.compile(r"(/f/[^/\s?#\"'<>]+/r/)[^/\s?#\"'<>]+")
_SECRET_PAIR = re.compile(r"\b(token|key|signature|password|csrfmiddlewaretoken)=[^&\s\"'<>]+", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def mask(text: str) -> str:
    """``text`` without share tokens, invitation keys and password-reset keys."""
    text = _SECRET_PATH.sub(rf"\1{HIDDEN}", text)
    return _SECRET_PAIR.sub(rf"\1={HIDDEN}", _OWN_PATH.sub(rf"\1{HIDDEN}", text))


def one_line(text: str) -> str:
    """``text`` with control characters spelled out, so that nobody can write a log line of their own."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text).replace("\n", "\\n").replace("\t", " ")


class MaskSecretsFilter(logging.Filter):
    """Masks every record that passes, its traceback included, and adds ``request_id`` to it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        record.msg, record.args = mask(record.getMessage()), None
        if record.exc_info:
            record.exc_text = mask(record.exc_text or logging.Formatter().formatException(record.exc_info))
        return True


class AccessLogger(Logger):
    """Gunicorn's access log: who, what, how long; neither queries nor referrers nor tokens."""

    def atoms(self, resp, req, environ, request_time) -> dict:
        path = one_line(mask(environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")))
        return {
            "h": environ.get("REMOTE_ADDR") or "-",
            "t": self.now(),
            "m": one_line(environ["REQUEST_METHOD"]),
            "U": path,
            "s": str(resp.status).split(" ", 1)[0],
            "B": getattr(resp, "sent", 0),
            "M": int(request_time.total_seconds() * 1000),
            "i": dict(resp.headers).get("X-Request-ID", "-"),
        }
