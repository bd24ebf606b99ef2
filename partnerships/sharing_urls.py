"""Addresses of shared resources and of transfers of equipment, below the partnership they belong to."""

from django.urls import path

from partnerships.views import resource, transfer, transfer_steps

RESOURCES = "partnerships/<slug:slug>/resources/"
ONE = f"{RESOURCES}<int:number>/"
TRANSFERS = "partnerships/<slug:slug>/transfers/"
TRANSFER = f"{TRANSFERS}<int:number>/"
ITEM = f"{TRANSFER}items/<int:item>/"

urlpatterns = [
    path(RESOURCES, resource.resource_list, name="resource-list"),
    path(f"{RESOURCES}new/", resource.resource_create, name="resource-create"),
    path(ONE, resource.resource_detail, name="resource-detail"),
    path(f"{ONE}edit/", resource.resource_edit, name="resource-edit"),
    path(f"{ONE}review/", resource.resource_review, name="resource-review"),
    path(f"{ONE}publish/", resource.resource_publish, name="resource-publish"),
    path(f"{ONE}archive/", resource.resource_archive, name="resource-archive"),
    path(f"{ONE}files/new/", resource.resource_file_add, name="resource-file-add"),
    path(f"{ONE}files/<slug:public_id>/", resource.resource_file, name="resource-file"),
    path(TRANSFERS, transfer.transfer_list, name="transfer-list"),
    path(f"{TRANSFERS}new/", transfer.transfer_create, name="transfer-create"),
    path(TRANSFER, transfer.transfer_detail, name="transfer-detail"),
    path(f"{TRANSFER}edit/", transfer.transfer_edit, name="transfer-edit"),
    path(f"{TRANSFER}costs/", transfer.transfer_costs, name="transfer-costs"),
    path(f"{TRANSFER}items/new/", transfer.item_add, name="item-add"),
    path(f"{ITEM}edit/", transfer.item_edit, name="item-edit"),
    path(f"{ITEM}remove/", transfer.item_remove, name="item-remove"),
    # From the need to a year of use
    path(f"{TRANSFER}answers/", transfer_steps.transfer_answers, name="transfer-answers"),
    path(f"{TRANSFER}receipt/", transfer_steps.transfer_receipt, name="transfer-receipt"),
    path(f"{TRANSFER}checks/<int:months>/", transfer_steps.transfer_check, name="transfer-check"),
    path(f"{TRANSFER}move/<slug:step>/", transfer_steps.transfer_move, name="transfer-move"),
    path(f"{ITEM}use/", transfer_steps.item_use, name="item-use"),
]
