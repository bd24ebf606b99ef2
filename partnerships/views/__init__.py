from partnerships.views.agreement import (
    agreement_create,
    agreement_delete,
    agreement_detail,
    agreement_edit,
    agreement_file,
    agreement_list,
    agreement_versions,
)
from partnerships.views.agreement_sign import agreement_accept, agreement_enter
from partnerships.views.agreement_steps import agreement_follow, agreement_move, agreement_terminate
from partnerships.views.agreement_text import agreement_text, agreement_text_remove, agreement_upload
from partnerships.views.calendar import calendar_end, calendar_feed, calendar_list, calendar_make
from partnerships.views.contact import contact_create, contact_detail, contact_edit, contact_invite, contact_list
from partnerships.views.follow_up import (
    follow_up_add,
    follow_up_detail,
    follow_up_edit,
    follow_up_list,
    follow_up_move,
    partnership_follow_ups,
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
from partnerships.views.status import partnership_status, status_agree, status_withdraw
from partnerships.views.talk import comment_add, comment_edit, comment_remove, partnership_comments, thing_talk
from partnerships.views.team import (
    member_add,
    member_end,
    participation_add,
    participation_end,
    partnership_team,
)

__all__ = [
    "agreement_accept",
    "agreement_create",
    "agreement_delete",
    "agreement_detail",
    "agreement_edit",
    "agreement_enter",
    "agreement_file",
    "agreement_follow",
    "agreement_list",
    "agreement_move",
    "agreement_terminate",
    "agreement_text",
    "agreement_text_remove",
    "agreement_upload",
    "agreement_versions",
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
    "partnership_history",
    "partnership_list",
    "partnership_status",
    "partnership_team",
    "phase_detail",
    "phase_move",
    "status_agree",
    "status_withdraw",
    "thing_talk",
]
