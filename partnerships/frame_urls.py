"""Addresses of what partnerships stand in: programmes, archived organizations, awards and their reports, handovers."""

from django.urls import path

from partnerships.views import archive, award, figures, handover, phase, phase_model, programme, team

AWARD = "awards/<int:pk>/"
MODEL = "phase-models/<slug:slug>/"
TEAM = "partnerships/<slug:slug>/team/"
PROGRAMME = "programmes/<slug:slug>/"

urlpatterns = [
    path("organizations/<slug:slug>/archive/", archive.organization_archive, name="organization-archive"),
    path("programmes/", programme.programme_list, name="programme-list"),
    path("programmes/new/", programme.programme_create, name="programme-create"),
    path(PROGRAMME, programme.programme_detail, name="programme-detail"),
    path(f"{PROGRAMME}edit/", programme.programme_edit, name="programme-edit"),
    path(f"{PROGRAMME}staff/", programme.programme_staff_add, name="programme-staff-add"),
    path(f"{PROGRAMME}staff/<int:pk>/end/", programme.programme_staff_end, name="programme-staff-end"),
    path(f"{PROGRAMME}awards/new/", award.programme_award_create, name="programme-award-create"),
    path("partnerships/<slug:slug>/funding/", award.partnership_funding, name="partnership-funding"),
    path("partnerships/<slug:slug>/funding/new/", award.partnership_award_create, name="partnership-award-create"),
    path("partnerships/<slug:slug>/phases/<int:pk>/reopen/", phase.phase_reopen, name="phase-reopen"),
    path("phase-models/", phase_model.phase_model_list, name="phase-model-list"),
    path(MODEL, phase_model.phase_model_detail, name="phase-model-detail"),
    path(f"{MODEL}copy/", phase_model.phase_model_copy, name="phase-model-copy"),
    path(f"{MODEL}phases/new/", phase_model.definition_create, name="definition-create"),
    path(f"{MODEL}phases/<int:pk>/", phase_model.definition_edit, name="definition-edit"),
    path(f"{MODEL}phases/<int:pk>/shift/", phase_model.definition_shift, name="definition-shift"),
    path(f"{MODEL}phases/<int:pk>/remove/", phase_model.definition_remove, name="definition-remove"),
    path(f"{TEAM}organizations/<int:pk>/lead/", team.participation_lead, name="participation-lead"),
    path(f"{TEAM}people/<int:pk>/hand-over/", handover.handover_create, name="handover-create"),
    path(f"{TEAM}handovers/<int:pk>/", handover.handover_detail, name="handover-detail"),
    path(AWARD, award.award_detail, name="award-detail"),
    path(f"{AWARD}edit/", award.award_edit, name="award-edit"),
    path(f"{AWARD}partnerships/", award.award_share_add, name="award-share-add"),
    path(f"{AWARD}partnerships/<int:share_pk>/end/", award.award_share_end, name="award-share-end"),
    path(f"{AWARD}reports/<int:number>/", award.period_move, name="period-move"),
    path(f"{AWARD}reports/<int:number>/figures/", figures.period_figures, name="period-figures"),
]
