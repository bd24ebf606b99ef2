"""What a form says about a clash, for every kind of field that our rows have."""

from datetime import date

import pytest
from django import forms

from partnerships.models import Organization, Partnership, Topic
from tests.factories import make_organization, make_topic
from twinning.stale import VersionedForm, shown


class OrganizationForm(VersionedForm):
    class Meta:
        model = Organization
        fields = ["name", "type", "country", "year_founded", "topics"]


def sent(organization, **changes):
    data = {"name": organization.name, "type": organization.type, "country": "KE", "version": organization.version}
    return data | {"topics": [t.pk for t in organization.topics.all()]} | changes


def test_a_new_row_has_no_version():
    assert "version" not in OrganizationForm().fields


def test_a_clash_tells_the_fields_that_differ_in_words(db):
    organization = make_organization(name="Hospital")
    clean_water, oxygen = make_topic(name="Clean water"), make_topic(name="Oxygen")
    organization.topics.set([clean_water])
    form = OrganizationForm(
        sent(organization, country="NO", type="ngo", year_founded="1950", topics=[clean_water.pk, oxygen.pk]),
        instance=Organization.objects.get(pk=organization.pk),
    )
    assert form.is_valid()
    assert form.seen_version == 1
    Organization.objects.update(name="Clinic", version=5)

    rows = form.clash(Organization.objects.get())

    assert rows == [
        {"label": "Legal name", "mine": "Hospital", "theirs": "Clinic"},
        {"label": "Type", "mine": "Non-governmental organization", "theirs": "Health care provider"},
        {"label": "Country", "mine": "Norway", "theirs": "Kenya"},
        {"label": "Year founded", "mine": "1950", "theirs": ""},
        {"label": "Topics", "mine": "Clean water, Oxygen", "theirs": "Clean water"},
    ]
    assert (form["version"].value(), form["name"].value()) == ("5", "Hospital")


def test_a_clash_without_a_difference_is_empty(db):
    organization = make_organization(name="Hospital")
    form = OrganizationForm(sent(organization), instance=organization)
    assert form.is_valid()

    assert form.clash(Organization.objects.get()) == []


@pytest.mark.parametrize("version", ["", "x", "0", "-1", "1.5"])
def test_a_version_that_is_none_is_refused(db, version):
    organization = make_organization()
    form = OrganizationForm(sent(organization, version=version), instance=organization)

    assert not form.is_valid()


def test_a_row_behind_a_key_is_named_though_it_is_no_choice_any_more(db):
    topic = make_topic(name="Oxygen")
    field = forms.ModelChoiceField(Topic.objects.none())

    assert shown(field, topic) == shown(field, topic.pk) == "Oxygen"
    assert shown(field, 987654) == shown(field, None) == ""


def test_dates_and_yes_and_no():
    assert shown(Partnership._meta.get_field("starts_on").formfield(), date(2026, 5, 1)) == "2026-05-01"
    assert (shown(forms.BooleanField(), True), shown(forms.BooleanField(), False)) == ("Yes", "No")


def test_nothing_ticked_reads_the_same_whether_it_was_written_or_not():
    box, many = forms.BooleanField(required=False), forms.MultipleChoiceField(choices=[("a", "One"), ("b", "Two")])

    assert shown(box, None) == shown(box, False) == "No"
    assert shown(many, []) == shown(many, None) == ""
    assert shown(many, ["a", "b"]) == "One, Two"
