from partnerships.views.calendar import calendar_end, calendar_feed, calendar_list, calendar_make
from partnerships.views.contact import contact_create, contact_detail, contact_edit, contact_invite, contact_list
from partnerships.views.follow_up import (
    follow_up_add,
    follow_up_detail,
    follow_up_edit,
    follow_up_export,
    follow_up_list,
    follow_up_move,
    partnership_follow_ups,
    partnership_follow_ups_export,
)
from partnerships.views.history import partnership_history
from partnerships.views.notification import notification_list, notification_open, notifications_read
from partnerships.views.organization import (
    organization_create,
    organization_detail,
    organization_edit,
    organization_list,
)
from partnerships.views.partnership import (
    partnership_create,
    partnership_detail,
    partnership_edit,
    partnership_list,
)
from partnerships.views.phase import criterion_check, cycle_start, phase_detail, phase_move
from partnerships.views.programme import programme_create, programme_edit, programme_list
from partnerships.views.status import partnership_status
from partnerships.views.talk import comment_add, comment_edit, comment_remove, partnership_comments, thing_talk
from partnerships.views.team import member_add, member_end, participation_add, participation_end, partnership_team

__all__ = [
    "calendar_end",
    "calendar_feed",
    "calendar_list",
    "calendar_make",
    "comment_add",
    "comment_edit",
    "comment_remove",
    "contact_create",
    "contact_detail",
    "contact_edit",
    "contact_invite",
    "contact_list",
    "criterion_check",
    "cycle_start",
    "follow_up_add",
    "follow_up_detail",
    "follow_up_edit",
    "follow_up_export",
    "follow_up_list",
    "follow_up_move",
    "member_add",
    "member_end",
    "notification_list",
    "notification_open",
    "notifications_read",
    "organization_create",
    "organization_detail",
    "organization_edit",
    "organization_list",
    "participation_add",
    "participation_end",
    "partnership_comments",
    "partnership_create",
    "partnership_detail",
    "partnership_edit",
    "partnership_follow_ups",
    "partnership_follow_ups_export",
    "partnership_history",
    "partnership_list",
    "partnership_status",
    "partnership_team",
    "phase_detail",
    "phase_move",
    "programme_create",
    "programme_edit",
    "programme_list",
    "thing_talk",
]
