"""Addresses of organizations, contacts, partnerships and programmes. The name of a view is the name of its address."""

from django.urls import path

from partnerships import views

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
    path("follow-ups/", views.follow_up_list, name="follow-up-list"),
    path("follow-ups/export/", views.follow_up_export, name="follow-up-export"),
    path("partnerships/<slug:slug>/follow-ups/", views.partnership_follow_ups, name="partnership-follow-ups"),
    path(
        "partnerships/<slug:slug>/follow-ups/export/",
        views.partnership_follow_ups_export,
        name="partnership-follow-ups-export",
    ),
    path("partnerships/<slug:slug>/follow-ups/new/", views.follow_up_add, name="follow-up-add"),
    path("partnerships/<slug:slug>/follow-ups/<int:pk>/", views.follow_up_detail, name="follow-up-detail"),
    path("partnerships/<slug:slug>/follow-ups/<int:pk>/edit/", views.follow_up_edit, name="follow-up-edit"),
    path("partnerships/<slug:slug>/follow-ups/<int:pk>/move/", views.follow_up_move, name="follow-up-move"),
    path("partnerships/<slug:slug>/comments/", views.partnership_comments, name="partnership-comments"),
    path("partnerships/<slug:slug>/about/<slug:kind>/<int:pk>/", views.thing_talk, name="thing-talk"),
    path("partnerships/<slug:slug>/about/<slug:kind>/<int:pk>/comment/", views.comment_add, name="comment-add"),
    path("comments/<int:pk>/edit/", views.comment_edit, name="comment-edit"),
    path("comments/<int:pk>/remove/", views.comment_remove, name="comment-remove"),
    path("notifications/", views.notification_list, name="notification-list"),
    path("notifications/read/", views.notifications_read, name="notifications-read"),
    path("notifications/<int:pk>/open/", views.notification_open, name="notification-open"),
    path("calendars/", views.calendar_list, name="calendar-list"),
    path("calendars/new/", views.calendar_make, name="calendar-make"),
    path("calendars/<int:pk>/end/", views.calendar_end, name="calendar-end"),
    path("calendar/<str:token>.ics", views.calendar_feed, name="calendar-feed"),
]
