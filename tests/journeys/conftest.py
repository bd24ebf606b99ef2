"""A real browser against the real site: console errors, blocked resources and accessibility faults fail the test."""

import os
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

# Playwright's own loop runs in the test's thread; the rows that tests make are made between its steps.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
expect.set_options(timeout=10_000)

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# In the dark the same elements stand in the same places; what may differ is what these two look at.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
SIZES = [{"width": 320, "height": 800}, {"width": 1280, "height": 900}]


@pytest.fixture(autouse=True)
def own_address(settings, live_server):
    settings.SITE_URL = live_server.url
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Visitor:
    """One person's browser: own cookies, own page, and every complaint of the browser kept."""

    def __init__(self, browser: Browser, base: str, **options):
        self.context: BrowserContext = browser.new_context(base_url=base, viewport=SIZES[1], **options)
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.expected_statuses: set[int] = set()
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("console", self._listen)

    def _listen(self, message) -> None:
        if message.type != "error":
            return
        # Threads of a test share one database in memory, which does not wait for a lock; the open form tries again.
        if "status of 503" in message.text and message.location["url"].partition("?")[0].endswith("/save/"):
            return
        # The browser also reports the status of a page that a test asks for on purpose.
        if any(f"status of {status}" in message.text for status in self.expected_statuses):
            return
        self.complaints.append(f"console: {message.text}")

    def sign_in(self, email: str, password: str) -> None:
        self.page.goto("/accounts/login/")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url("**/")

    def check(self) -> None:
        """This page holds no accessibility fault and fits, narrow and wide, light and dark."""
        # A page that is only on its way has no document yet that could be looked at.
        self.page.wait_for_load_state("load")
        for size in SIZES:
            for scheme in ("light", "dark"):
                self.page.set_viewport_size(size)
                self.page.emulate_media(color_scheme=scheme)
                found = Axe().run(self.page, options={"runOnly": WCAG if scheme == "light" else COLOURS})
                faults = [
                    f"{fault['id']}: {node['html'][:120]}"
                    for fault in found.response["violations"]
                    for node in fault["nodes"]
                ]
                place = f"{self.page.url} at {size['width']} px, {scheme}"
                assert not faults, f"{place}:\n" + "\n".join(faults)
                wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                assert wide <= 0, f"{place} is {wide} px wider than the screen"
        self.page.set_viewport_size(SIZES[1])
        self.page.emulate_media(color_scheme="light")


@pytest.fixture
def visitor(browser, live_server) -> Iterator:
    """A maker of visitors; when the test is over, none of them may have complaints."""
    visitors: list[Visitor] = []

    def _visitor(**options) -> Visitor:
        visitors.append(Visitor(browser, live_server.url, **options))
        return visitors[-1]

    yield _visitor
    complaints = [complaint for each in visitors for complaint in each.complaints]
    for each in visitors:
        each.context.close()
    assert not complaints, "\n".join(complaints)
