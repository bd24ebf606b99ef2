"""Every address of the site. Whatever is not named public in tests/test_access.py asks for a login."""

from allauth.account import views as allauth
from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path

from twinning import errors, health, search, styleguide, views
from twinning.signing_out import sign_out

account = [
    path("login/", allauth.login, name="account_login"),
    path("logout/", sign_out, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("signup/", allauth.signup, name="account_signup"),
    path("confirm/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/set/", allauth.password_set, name="account_set_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    path("password/reset/key/done/", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("waiting/", views.waiting_list, name="waiting"),
    path("search/", search.search, name="search"),
    path("theme/", views.set_theme, name="set-theme"),
    path("healthz", health.healthz, name="healthz"),
    path("accounts/", include(account)),
    path("accounts/", include("accounts.urls")),
    path("", include("partnerships.urls")),
    path("", include("toolkit.urls")),
    path("", include("twinning.bulk.urls")),
    path("admin/", admin.site.urls),
]

if settings.DEBUG:
    urlpatterns += [path("styleguide/", styleguide.styleguide, name="styleguide")]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
