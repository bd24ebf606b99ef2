from django.contrib import admin

from accounts.models import Invitation, User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ["name", "email", "is_coordinator", "is_curator", "is_admin", "is_active"]
    list_filter = ["is_coordinator", "is_curator", "is_admin", "is_active"]
    search_fields = ["name", "email"]
    exclude = ["password"]
    readonly_fields = ["last_login", "joined_at", "version"]

    def has_add_permission(self, request) -> bool:
        # People are invited (accounts:user-invite), so that nobody sets a password for somebody else.
        return False


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):
    list_display = ["user", "invited_by", "created_at", "expires_at", "accepted_at"]
    exclude = ["token_hash"]

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False
