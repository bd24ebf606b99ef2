"""Addresses of exchanges: the list below the partnership, each exchange under its reference."""

from django.urls import path

from partnerships.views import exchange, exchange_parts, exchange_steps, travel_data, traveller

ONE = "exchanges/<slug:reference>/"
PERSON = f"{ONE}travellers/<int:pk>/"

urlpatterns = [
    path("partnerships/<slug:slug>/exchanges/", exchange.exchange_list, name="exchange-list"),
    path("partnerships/<slug:slug>/exchanges/new/", exchange.exchange_create, name="exchange-create"),
    path(ONE, exchange.exchange_detail, name="exchange-detail"),
    path(f"{ONE}edit/", exchange.exchange_edit, name="exchange-edit"),
    path(f"{ONE}move/", exchange_steps.exchange_move, name="exchange-move"),
    path(f"{ONE}answer/", exchange_steps.exchange_answer, name="exchange-answer"),
    path(f"{ONE}agenda/", exchange_parts.exchange_agenda, name="exchange-agenda"),
    path(f"{ONE}agenda/<int:pk>/", exchange_parts.agenda_item_edit, name="agenda-item-edit"),
    path(f"{ONE}agenda/<int:pk>/remove/", exchange_parts.agenda_item_remove, name="agenda-item-remove"),
    path(f"{ONE}costs/", exchange_parts.exchange_costs, name="exchange-costs"),
    path(f"{ONE}costs/none/", exchange_parts.exchange_no_costs, name="exchange-no-costs"),
    path(f"{ONE}costs/<int:pk>/", exchange_parts.cost_edit, name="cost-edit"),
    path(f"{ONE}costs/<int:pk>/remove/", exchange_parts.cost_remove, name="cost-remove"),
    path(f"{ONE}checklist/", exchange_parts.host_checklist, name="host-checklist"),
    # One person
    path(f"{ONE}travellers/new/", traveller.traveller_add, name="traveller-add"),
    path(PERSON, traveller.traveller_detail, name="traveller-detail"),
    path(f"{PERSON}move/", traveller.traveller_move, name="traveller-move"),
    path(f"{PERSON}remove/", traveller.traveller_remove, name="traveller-remove"),
    path(f"{PERSON}undertake/", traveller.traveller_undertake, name="traveller-undertake"),
    path(f"{PERSON}checklist/", exchange_parts.traveller_checklist, name="traveller-checklist"),
    path(f"{PERSON}judge/", traveller.traveller_judge, name="traveller-judge"),
    path(f"{PERSON}days/", traveller.traveller_days, name="traveller-days"),
    path(f"{PERSON}waive/", traveller.traveller_waive, name="traveller-waive"),
    # Passport, insurance, emergency contact and health: the traveller and the people named
    path(f"{PERSON}data/", travel_data.travel_data, name="travel-data"),
    path(f"{PERSON}data/erase/", travel_data.travel_data_erase, name="travel-data-erase"),
    path(f"{PERSON}data/readers/", travel_data.data_readers, name="data-readers"),
    path(f"{PERSON}data/readers/<int:reader_pk>/remove/", travel_data.data_reader_remove, name="data-reader-remove"),
]
