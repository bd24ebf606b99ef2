"""The pages of partnerships stand on their own: facts and panels of other apps are theirs to test."""

import pytest


@pytest.fixture(autouse=True)
def only_partnerships(settings):
    settings.FACT_PROVIDERS = ["partnerships.facts.partnership_facts"]
    settings.PARTNERSHIP_PANELS = settings.EXCHANGE_PANELS = settings.TRAVELLER_PANELS = []
