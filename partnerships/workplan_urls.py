"""Addresses of work plans, below the partnership they belong to."""

from django.urls import path

from partnerships.views import plan_grid, plan_parts, plan_read, risk, workplan

PLAN = "partnerships/<slug:slug>/plan/"

urlpatterns = [
    path(PLAN, workplan.workplan_detail, name="workplan-detail"),
    path(f"{PLAN}start/", workplan.workplan_start, name="workplan-start"),
    path(f"{PLAN}edit/", workplan.workplan_edit, name="workplan-edit"),
    path(f"{PLAN}grid/", plan_grid.workplan_grid, name="workplan-grid"),
    path(f"{PLAN}quarters/", plan_read.workplan_quarters, name="workplan-quarters"),
    path(f"{PLAN}timeline/", plan_read.workplan_timeline, name="workplan-timeline"),
    # From a draft to what both sides approved, and to the next draft
    path(f"{PLAN}propose/", workplan.workplan_propose, name="workplan-propose"),
    path(f"{PLAN}take-back/", workplan.workplan_take_back, name="workplan-take-back"),
    path(f"{PLAN}approve/", workplan.workplan_approve, name="workplan-approve"),
    path(f"{PLAN}return/", workplan.workplan_return, name="workplan-return"),
    path(f"{PLAN}amend/", workplan.workplan_amend, name="workplan-amend"),
    path(f"{PLAN}amend/end/", workplan.workplan_end_amendment, name="workplan-end-amendment"),
    path(f"{PLAN}donor/", workplan.workplan_donor, name="workplan-donor"),
    path(f"{PLAN}versions/", plan_read.workplan_versions, name="workplan-versions"),
    path(f"{PLAN}versions/compare/", plan_read.workplan_compare, name="workplan-compare"),
    path(f"{PLAN}versions/<int:number>/", plan_read.workplan_version, name="workplan-version"),
    # Objectives and activities one by one
    path(f"{PLAN}objectives/new/", plan_parts.objective_create, name="objective-create"),
    path(f"{PLAN}objectives/<int:number>/", plan_parts.objective_edit, name="objective-edit"),
    path(f"{PLAN}objectives/<int:number>/move/", plan_parts.objective_move, name="objective-move"),
    path(f"{PLAN}objectives/<int:number>/shift/", plan_parts.objective_shift, name="objective-shift"),
    path(f"{PLAN}objectives/<int:number>/remove/", plan_parts.objective_remove, name="objective-remove"),
    path(f"{PLAN}activities/<int:number>/", plan_parts.activity_detail, name="activity-detail"),
    path(f"{PLAN}activities/<int:number>/edit/", plan_parts.activity_edit, name="activity-edit"),
    path(f"{PLAN}activities/<int:number>/move/", plan_parts.activity_move, name="activity-move"),
    # The risk register
    path(f"{PLAN}risks/", risk.risk_list, name="risk-list"),
    path(f"{PLAN}risks/new/", risk.risk_create, name="risk-create"),
    path(f"{PLAN}risks/<int:number>/", risk.risk_edit, name="risk-edit"),
    path(f"{PLAN}risks/<int:number>/move/", risk.risk_move, name="risk-move"),
]
