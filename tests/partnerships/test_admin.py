"""Django's own administration pages: they open, and the story cannot be rewritten there."""

import pytest
from django.urls import reverse

from partnerships.models import PhaseModel, Topic
from tests.factories import make_partnership, make_programme, make_topic


@pytest.mark.parametrize("model", ["phasemodel", "phasedefinition", "topic", "programme", "historyentry"])
def test_lists_open_for_administrators_only(login, admin, alice, model):
    make_partnership(coordinator=alice, programme=make_programme()).topics.add(make_topic())
    address = reverse(f"admin:partnerships_{model}_changelist")

    assert login(admin).get(address).status_code == 200
    assert login(alice).get(address).status_code == 302


def test_phase_model_is_shown_with_its_phases(login, admin):
    make_partnership()
    model = PhaseModel.objects.get()

    assert login(admin).get(reverse("admin:partnerships_phasemodel_change", args=[model.pk])).status_code == 200


def test_topic_is_added(login, admin):
    login(admin).post(reverse("admin:partnerships_topic_add"), {"name": "Nursing", "slug": "nursing"})

    assert Topic.objects.get().name == "Nursing"


@pytest.mark.parametrize("model", ["historyentry", "programme"])
def test_nothing_is_added_or_changed_behind_the_pages(login, admin, model):
    partnership = make_partnership(programme=make_programme())
    row = partnership.entries.get() if model == "historyentry" else partnership.programme
    change = reverse(f"admin:partnerships_{model}_change", args=[row.pk])

    assert login(admin).get(reverse(f"admin:partnerships_{model}_add")).status_code == 403
    assert login(admin).get(change).status_code == 200
    assert login(admin).post(change, {"name": "x", "verb": "x"}).status_code == 403


def test_history_cannot_be_deleted(login, admin):
    entry = make_partnership().entries.get()

    address = reverse("admin:partnerships_historyentry_delete", args=[entry.pk])

    assert login(admin).post(address, {"post": "yes"}).status_code == 403
