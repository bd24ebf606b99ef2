"""Addresses of organizations, contacts, partnerships and programmes. The name of a view is the name of its address."""

from django.urls import path

from partnerships import views, workplan_urls

app_name = "partnerships"

urlpatterns = [
    path("organizations/", views.organization_list, name="organization-list"),
    path("organizations/new/", views.organization_create, name="organization-create"),
    path("organizations/<slug:slug>/", views.organization_detail, name="organization-detail"),
    path("organizations/<slug:slug>/edit/", views.organization_edit, name="organization-edit"),
    path("contacts/", views.contact_list, name="contact-list"),
    path("contacts/new/", views.contact_create, name="contact-create"),
    path("contacts/<int:pk>/", views.contact_detail, name="contact-detail"),
    path("contacts/<int:pk>/edit/", views.contact_edit, name="contact-edit"),
    path("contacts/<int:pk>/invite/", views.contact_invite, name="contact-invite"),
    path("programmes/", views.programme_list, name="programme-list"),
    path("programmes/new/", views.programme_create, name="programme-create"),
    path("programmes/<slug:slug>/edit/", views.programme_edit, name="programme-edit"),
    path("partnerships/", views.partnership_list, name="partnership-list"),
    path("partnerships/new/", views.partnership_create, name="partnership-create"),
    path("partnerships/<slug:slug>/", views.partnership_detail, name="partnership-detail"),
    path("partnerships/<slug:slug>/edit/", views.partnership_edit, name="partnership-edit"),
    path("partnerships/<slug:slug>/status/", views.partnership_status, name="partnership-status"),
    path("partnerships/<slug:slug>/history/", views.partnership_history, name="partnership-history"),
    path("partnerships/<slug:slug>/cycle/", views.cycle_start, name="cycle-start"),
    path("partnerships/<slug:slug>/phases/<int:pk>/", views.phase_detail, name="phase-detail"),
    path("partnerships/<slug:slug>/phases/<int:pk>/move/", views.phase_move, name="phase-move"),
    path(
        "partnerships/<slug:slug>/phases/<int:pk>/criteria/<int:criterion_pk>/",
        views.criterion_check,
        name="criterion-check",
    ),
    path("partnerships/<slug:slug>/team/", views.partnership_team, name="partnership-team"),
    path("partnerships/<slug:slug>/team/organizations/", views.participation_add, name="participation-add"),
    path(
        "partnerships/<slug:slug>/team/organizations/<int:pk>/end/", views.participation_end, name="participation-end"
    ),
    path("partnerships/<slug:slug>/team/people/", views.member_add, name="member-add"),
    path("partnerships/<slug:slug>/team/people/<int:pk>/end/", views.member_end, name="member-end"),
    path("partnerships/<slug:slug>/agreements/", views.agreement_list, name="agreement-list"),
    path("partnerships/<slug:slug>/agreements/new/", views.agreement_create, name="agreement-create"),
    path("agreements/<slug:reference>/", views.agreement_detail, name="agreement-detail"),
    path("agreements/<slug:reference>/edit/", views.agreement_edit, name="agreement-edit"),
    path("agreements/<slug:reference>/text/", views.agreement_text, name="agreement-text"),
    path("agreements/<slug:reference>/text/upload/", views.agreement_upload, name="agreement-upload"),
    path("agreements/<slug:reference>/text/remove/", views.agreement_text_remove, name="agreement-text-remove"),
    path("agreements/<slug:reference>/versions/", views.agreement_versions, name="agreement-versions"),
    path("agreements/<slug:reference>/move/", views.agreement_move, name="agreement-move"),
    path("agreements/<slug:reference>/accept/<int:pk>/", views.agreement_accept, name="agreement-accept"),
    path("agreements/<slug:reference>/enter/<int:pk>/", views.agreement_enter, name="agreement-enter"),
    path("agreements/<slug:reference>/follow/<slug:relation>/", views.agreement_follow, name="agreement-follow"),
    path("agreements/<slug:reference>/terminate/", views.agreement_terminate, name="agreement-terminate"),
    path("agreements/<slug:reference>/delete/", views.agreement_delete, name="agreement-delete"),
    path("agreements/<slug:reference>/files/<slug:public_id>/", views.agreement_file, name="agreement-file"),
    *workplan_urls.urlpatterns,
]
