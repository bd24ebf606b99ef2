"""To look things up. Tools come from files, documents from what people do; nothing is changed here."""

from django.contrib import admin

from toolkit.models import Document, ShareLink, Tool, ToolVersion


class ReadOnlyAdmin(admin.ModelAdmin):
    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Tool)
class ToolAdmin(ReadOnlyAdmin):
    list_display = ["number", "slug", "section", "kind"]
    list_filter = ["section", "kind"]
    list_select_related = ["section"]
    search_fields = ["slug", "number"]


@admin.register(ToolVersion)
class ToolVersionAdmin(ReadOnlyAdmin):
    list_display = ["title", "number", "state", "published_at", "content_hash"]
    list_filter = ["state"]
    exclude = ["definition"]


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    list_display = ["reference", "title", "partnership", "state", "due_on"]
    list_filter = ["state", "mode"]
    list_select_related = ["partnership"]
    search_fields = ["reference", "title"]


@admin.register(ShareLink)
class ShareLinkAdmin(ReadOnlyAdmin):
    """The address is not shown: whoever may see it finds it on the page of the document's links."""

    list_display = ["document", "side", "recipient_name", "created_at", "expires_at", "revoked_at", "n_opened"]
    list_select_related = ["document"]
    exclude = ["public_id"]
