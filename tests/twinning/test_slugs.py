"""Names in any script have addresses that can be read out."""

from twinning.slugs import latin_slug


def test_every_script_is_told_in_latin_letters():
    told = {
        "Żółty Łaś — Київ": "zolty-las-kiiv",
        "አዲስ አበባ Hospital": "adis-abeba-hospital",
        "Straße nº 3": "strasse-no-3",
        "İstanbul Çocuk": "istanbul-cocuk",
        "مستشفى": "mstshfa",
    }

    assert {name: latin_slug(name) for name in told} == told


def test_signs_alone_say_nothing():
    assert latin_slug(" ??? — ") == ""
