"""What the PDF renderer may load: the images of its own job and small inline images. Nothing else.

See also worker.py, where the process has no network left to reach anyway.
"""

import base64
import re
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from weasyprint.urls import URLFetcher, URLFetcherResponse

BASE_URL = "app:/"
INLINE_LIMIT = 1_000_000

Assets = Mapping[str, tuple[bytes, str]]

# The leading bytes decide, not the label: Pillow reads dozens of formats, we want five.
SIGNATURES = {
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/gif": re.compile(rb"GIF8[79]a"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "image/svg+xml": re.compile(rb"(\xef\xbb\xbf)?\s*<(svg|\?xml|!--|!DOCTYPE svg)"),
}


class LockedFetcher(URLFetcher):
    """Serves ``app:<key>`` from the job's assets and ``data:image/…``; refuses every other address."""

    def __init__(self, assets: Assets | None = None):
        # No protocol is left to the parent class; its own opener is never used.
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self.assets = assets or {}

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        scheme, _, rest = url.partition(":")
        if scheme.lower() == "app":
            return self._asset(url, rest)
        if scheme.lower() == "data":
            return self._inline(url, rest)
        raise ValueError("address refused")

    def _asset(self, url: str, key: str) -> URLFetcherResponse:
        if key not in self.assets:
            raise ValueError("no such asset")
        body, kind = self.assets[key]
        return _image(url, body, kind)

    def _inline(self, url: str, rest: str) -> URLFetcherResponse:
        if len(rest) > INLINE_LIMIT:
            raise ValueError("inline image too large")
        label, comma, data = rest.partition(",")
        kind, *parameters = label.split(";")
        if not comma:
            raise ValueError("broken inline image")
        body = unquote_to_bytes(data)
        if "base64" in (parameter.strip().lower() for parameter in parameters):
            body = base64.b64decode(body)
        return _image(url, body, kind)


def _image(url: str, body: bytes, kind: str) -> URLFetcherResponse:
    kind = kind.strip().lower()
    signature = SIGNATURES.get(kind)
    if signature is None or not signature.match(body):
        raise ValueError("not an image")
    # Without a Content-Type WeasyPrint guesses.
    return URLFetcherResponse(url, body, {"Content-Type": kind})
