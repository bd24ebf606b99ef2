"""How the web server runs: ``gunicorn -c python:twinning.gunicorn_conf twinning.wsgi``. Read from the environment."""

import ctypes
import sys
from pathlib import Path

from twinning import env

# glibc's mallopt(3): M_TRIM_THRESHOLD, M_MMAP_THRESHOLD (bytes), M_ARENA_MAX. Eight threads would otherwise keep what
# their largest page took once: 213 MB instead of 188 MB after 350 pages. Other C libraries have no such settings.
MALLOC = {-1: 65_536, -3: 65_536, -8: 1}
mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
for setting, value in MALLOC.items() if mallopt else ():
    mallopt(setting, value)

# As settings.TRYING_OUT and settings.DEBUG, which need all of Django to be read.
_trying_out = env.truth("DEBUG", default=not env.text("SECRET_KEY"))
_debug = env.truth("DEBUG", default=False)
_host, _port = env.text("BIND") or "127.0.0.1", env.whole("PORT", 8000)

bind = f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}"
# One process where people try things out; threads share its memory, and SQLite has one writer anyway.
workers = env.whole("WEB_WORKERS", 1 if _trying_out else 2)
threads = env.whole("WEB_THREADS", 8)
worker_class = "twinning.server.PatientWorker"
worker_connections = 1000
keepalive = 15
timeout = 60
graceful_timeout = 30
limit_request_line = 8190

# Who may say X-Forwarded-Proto and the like: the proxy's addresses, by commas.
forwarded_allow_ips = env.text("FORWARDED_ALLOW_IPS", "127.0.0.1")

logger_class = "twinning.logs.AccessLogger"
accesslog = env.text("ACCESS_LOG", "-") or None
access_log_format = '%(t)s %(i)s %(h)s "%(m)s %(U)s" %(s)s %(B)s bytes %(M)s ms'
errorlog = "-"
loglevel = "warning"

# The control socket would be one more door, in the home folder of whoever started the server.
control_socket_disable = True
if Path("/dev/shm").is_dir():  # noqa: S108 - a heartbeat that never waits for the disk
    worker_tmp_dir = "/dev/shm"  # noqa: S108


def when_ready(server):
    """Say where the pages are, once they are really there."""
    everywhere = _host in {"0.0.0.0", "::"}  # noqa: S104 - read here, not bound
    shown = "localhost" if everywhere or _host in {"127.0.0.1", "::1"} else _host
    sys.stdout.write(f"\n  Twinning is ready: http://{shown}:{_port}/    (Ctrl-C stops it)\n\n")
    if _trying_out and (everywhere or shown != "localhost"):
        what = "Debug pages are on" if _debug else "This is only for trying things out"
        sys.stdout.write(f"  {what}, and other machines can reach it: set SECRET_KEY before real use.\n\n")
    sys.stdout.flush()
