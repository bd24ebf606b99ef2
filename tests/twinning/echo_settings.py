"""The real settings with two addresses of the test's own, so that the server can be tried without a database."""

from twinning.settings import *  # noqa: F403

ROOT_URLCONF = "tests.twinning.echo_urls"
