"""Addresses of workshops. Those of people without an account are short enough to type from paper."""

from django.urls import path

from partnerships.views import attendance, registration, workshop, workshop_parts, workshop_public, workshop_results

SHOP = "workshops/<slug:reference>/"

urlpatterns = [
    path("partnerships/<slug:slug>/workshops/", workshop.workshop_list, name="workshop-list"),
    path("partnerships/<slug:slug>/workshops/new/", workshop.workshop_create, name="workshop-create"),
    path(SHOP, workshop.workshop_detail, name="workshop-detail"),
    path(f"{SHOP}edit/", workshop.workshop_edit, name="workshop-edit"),
    path(f"{SHOP}move/", workshop.workshop_move, name="workshop-move"),
    path(f"{SHOP}sessions/new/", workshop_parts.session_add, name="session-add"),
    path(f"{SHOP}sessions/<int:pk>/", workshop_parts.session_edit, name="session-edit"),
    path(f"{SHOP}sessions/<int:pk>/remove/", workshop_parts.session_remove, name="session-remove"),
    path(f"{SHOP}trainers/new/", workshop_parts.trainer_add, name="trainer-add"),
    path(f"{SHOP}trainers/<int:pk>/remove/", workshop_parts.trainer_remove, name="trainer-remove"),
    # The list of people
    path(f"{SHOP}people/", registration.registration_list, name="registration-list"),
    path(f"{SHOP}people/new/", registration.registration_add, name="registration-add"),
    path(f"{SHOP}people/<int:pk>/", registration.registration_edit, name="registration-edit"),
    path(f"{SHOP}people/<int:pk>/leave/", registration.registration_leave, name="registration-leave"),
    path(f"{SHOP}people/<int:pk>/seat/", registration.registration_seat, name="registration-seat"),
    path(f"{SHOP}link/", registration.registration_link, name="registration-link"),
    path(f"{SHOP}link/end/", registration.registration_link_end, name="registration-link-end"),
    # Who was there
    path(f"{SHOP}attendance/", attendance.attendance_sheet, name="attendance-sheet"),
    path(f"{SHOP}sign-in-sheet/", attendance.sign_in_sheet, name="sign-in-sheet"),
    path(f"{SHOP}sessions/<int:pk>/code/", attendance.session_code, name="session-code"),
    path(f"{SHOP}sessions/<int:pk>/participant-list/", attendance.participant_list, name="participant-list"),
    # What came of it
    path(f"{SHOP}results/", workshop_results.workshop_results, name="workshop-results"),
    path(f"{SHOP}results/tests/<str:moment>/", workshop_results.test_entry, name="test-entry"),
    path(f"{SHOP}results/no-tests/", workshop_results.no_tests, name="no-tests"),
    path(f"{SHOP}results/evaluation/", workshop_results.evaluation_edit, name="evaluation-edit"),
    path(f"{SHOP}results/report/", workshop_results.report_edit, name="report-edit"),
    path(f"{SHOP}certificates/issue/", workshop_results.certificates_issue, name="certificates-issue"),
    path(f"{SHOP}certificates/<int:pk>/revoke/", workshop_results.certificate_revoke, name="certificate-revoke"),
    path(f"{SHOP}people/<int:pk>/certificate/", workshop_results.certificate_another, name="certificate-another"),
    # Without an account
    path("register/<str:token>/", workshop_public.register_page, name="register"),
    path("my-registration/<str:token>/", workshop_public.registration_own, name="registration-own"),
    path("here/<int:pk>/", workshop_public.check_in_page, name="check-in"),
    path("verify/<str:code>/", workshop_public.certificate_verify, name="certificate-verify"),
]
