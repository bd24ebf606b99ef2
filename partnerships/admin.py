from django.contrib import admin

from partnerships.models import (
    ExitCriterion,
    HistoryEntry,
    PhaseDefinition,
    PhaseModel,
    Programme,
    SharedResource,
    Topic,
    Transfer,
    TransferItem,
)


class PhaseDefinitionInline(admin.StackedInline):
    model = PhaseDefinition
    extra = 0
    show_change_link = True


class ExitCriterionInline(admin.TabularInline):
    model = ExitCriterion
    extra = 0


@admin.register(PhaseModel)
class PhaseModelAdmin(admin.ModelAdmin):
    list_display = ["name", "position", "is_cycle"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [PhaseDefinitionInline]


@admin.register(PhaseDefinition)
class PhaseDefinitionAdmin(admin.ModelAdmin):
    list_display = ["title", "number", "model", "section"]
    list_filter = ["model", "section"]
    list_select_related = ["model"]
    search_fields = ["title"]
    inlines = [ExitCriterionInline]


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Programme)
class ProgrammeAdmin(admin.ModelAdmin):
    """To look things up; programmes are edited on their own page, where nobody overwrites anybody."""

    list_display = ["name", "phase_model", "currency"]
    list_select_related = ["phase_model"]
    search_fields = ["name"]

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False


@admin.register(HistoryEntry)
class HistoryEntryAdmin(admin.ModelAdmin):
    """Read only: the story is added to by what people do."""

    list_display = ["at", "partnership", "actor_name", "verb"]
    list_filter = ["verb"]
    list_select_related = ["partnership"]
    date_hierarchy = "at"

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


class LookedUpAdmin(admin.ModelAdmin):
    """To look things up; their pages change them, where each step asks what is missing."""

    list_select_related = ["partnership"]

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(SharedResource)
class SharedResourceAdmin(LookedUpAdmin):
    list_display = ["title", "partnership", "kind", "licence", "state", "review_on"]
    list_filter = ["state", "kind", "licence"]
    search_fields = ["title", "authors"]


class TransferItemInline(admin.TabularInline):
    model = TransferItem
    fields = ["name", "kind", "quantity", "unit_value", "answer", "received_quantity", "use"]
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Transfer)
class TransferAdmin(LookedUpAdmin):
    list_display = ["title", "partnership", "giver", "receiver", "state", "received_on"]
    list_filter = ["state"]
    list_select_related = ["partnership", "giver__organization", "receiver__organization"]
    search_fields = ["title", "waybill"]
    inlines = [TransferItemInline]
