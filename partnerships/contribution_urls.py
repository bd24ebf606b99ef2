"""Addresses of contributions and meetings, below the partnership they belong to, and of the tables of rates."""

from django.urls import path

from partnerships.views import contribution, contribution_steps, meeting, proposal, rate

LEDGER = "partnerships/<slug:slug>/contributions/"
MEETINGS = "partnerships/<slug:slug>/meetings/"
ONE = f"{LEDGER}<int:number>/"

urlpatterns = [
    path("rates/", rate.rate_list, name="rate-list"),
    path("rates/exchange/", rate.exchange_rate_list, name="exchange-rate-list"),
    path("rates/<slug:table>/<int:pk>/remove/", rate.rate_remove, name="rate-remove"),
    path(LEDGER, contribution.contribution_ledger, name="contribution-ledger"),
    path(f"{LEDGER}side/<slug:side>/", contribution.contribution_side, name="contribution-side"),
    path(f"{LEDGER}all/", contribution.contribution_list, name="contribution-list"),
    path(f"{LEDGER}new/", contribution.contribution_create, name="contribution-create"),
    path(f"{LEDGER}proposed/", proposal.contribution_proposed, name="contribution-proposed"),
    path(f"{LEDGER}proposed/take/", proposal.proposal_take, name="proposal-take"),
    path(f"{LEDGER}proposed/dismiss/", proposal.proposal_dismiss, name="proposal-dismiss"),
    path(ONE, contribution.contribution_detail, name="contribution-detail"),
    path(f"{ONE}edit/", contribution.contribution_edit, name="contribution-edit"),
    path(f"{ONE}files/new/", contribution.evidence_add, name="evidence-add"),
    path(f"{ONE}files/<slug:public_id>/", contribution.evidence_file, name="evidence-file"),
    path(f"{ONE}files/<slug:public_id>/remove/", contribution.evidence_remove, name="evidence-remove"),
    # From a draft to what is counted, and its correction
    path(f"{ONE}confirm/", contribution_steps.contribution_confirm, name="contribution-confirm"),
    path(f"{ONE}verify/", contribution_steps.contribution_verify, name="contribution-verify"),
    path(f"{ONE}count/", contribution_steps.contribution_count, name="contribution-count"),
    path(f"{ONE}reject/", contribution_steps.contribution_reject, name="contribution-reject"),
    path(f"{ONE}reverse/", contribution_steps.contribution_reverse, name="contribution-reverse"),
    path(f"{ONE}convert/", contribution_steps.contribution_convert, name="contribution-convert"),
    # Meetings, from which working time is proposed
    path(MEETINGS, meeting.meeting_list, name="meeting-list"),
    path(f"{MEETINGS}new/", meeting.meeting_create, name="meeting-create"),
    path(f"{MEETINGS}<int:pk>/", meeting.meeting_detail, name="meeting-detail"),
    path(f"{MEETINGS}<int:pk>/edit/", meeting.meeting_edit, name="meeting-edit"),
    path(f"{MEETINGS}<int:pk>/delete/", meeting.meeting_delete, name="meeting-delete"),
]
