from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("people/", views.user_list, name="user-list"),
    path("people/invite/", views.user_invite, name="user-invite"),
    path("people/<int:pk>/", views.user_edit, name="user-edit"),
    path("people/<int:pk>/invite-again/", views.user_invite_again, name="user-invite-again"),
    path("people/<int:pk>/close/", views.user_close, name="user-close"),
    path("people/<int:pk>/reopen/", views.user_reopen, name="user-reopen"),
    path("mail/<str:token>/", views.mail_stop, name="mail-stop"),
    path("invite/<str:token>/", views.invitation, name="invitation"),
]
