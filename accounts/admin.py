"""People in Django's administration: to look at. They are changed on the pages of accounts, which keep the rules."""

# Imported for its registrations, so that they can be undone below: a second table of addresses to sign in with,
# which nobody here uses, would be a side door.
import allauth.account.admin  # noqa: F401
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.contrib import admin

from accounts.models import Invitation, User

admin.site.unregister(EmailAddress)
# Django's own login page knows no limit of attempts; ours does.
admin.site.login = secure_admin_login(admin.site.login)


class ReadOnlyAdmin(admin.ModelAdmin):
    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ["name", "email", "is_coordinator", "is_curator", "is_admin", "is_active"]
    list_filter = ["is_coordinator", "is_curator", "is_admin", "is_active"]
    search_fields = ["name", "email"]
    exclude = ["password"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["user", "invited_by", "created_at", "expires_at", "sent_at", "accepted_at"]
    list_select_related = ["user", "invited_by"]
    exclude = ["token_hash"]
