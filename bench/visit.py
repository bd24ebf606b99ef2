"""What a first visit costs on the wire, counted by a real browser with an empty cache."""

from __future__ import annotations

import os

from bench.server import Server


def first_visit(server: Server, path: str) -> tuple[int, int] | None:
    """Bytes on the wire and number of requests; None without a browser."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        context = browser.new_context()
        context.add_cookies(
            [{"name": cookie.name, "value": cookie.value, "url": server.base} for cookie in server.cookies]
        )
        page = context.new_page()
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        # Small pictures inside a stylesheet are announced like requests, though nothing is asked of the server.
        asked: set[str] = set()
        sizes: list[int] = []

        def note(event) -> None:
            if event["request"]["url"].startswith("http"):
                asked.add(event["requestId"])

        def count(event) -> None:
            if event["requestId"] in asked:
                sizes.append(int(event["encodedDataLength"]))

        wire.on("Network.requestWillBeSent", note)
        wire.on("Network.loadingFinished", count)
        page.goto(server.base + path, wait_until="networkidle")
        browser.close()
    return sum(sizes), len(sizes)
