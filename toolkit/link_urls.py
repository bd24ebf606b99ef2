"""Addresses of links, of inviting people and of the door for those who have none."""

from django.urls import path

from toolkit.views import invite, link, link_mail, link_page, link_print, passed_on, short_link

urlpatterns = [
    path("documents/<slug:reference>/invite/", invite.document_invite, name="document-invite"),
    path("documents/<slug:reference>/links/", link.document_links, name="document-links"),
    path("documents/<slug:reference>/links/<slug:public_id>/", link_page.link_detail, name="link-detail"),
    path("documents/<slug:reference>/links/<slug:public_id>/change/", link_page.link_change, name="link-change"),
    path("documents/<slug:reference>/links/<slug:public_id>/seats/", link_page.link_seats, name="link-seats"),
    path("documents/<slug:reference>/links/<slug:public_id>/revoke/", link.link_revoke, name="link-revoke"),
    path("documents/<slug:reference>/links/<slug:public_id>/send/", link.link_send, name="link-send"),
    path("documents/<slug:reference>/links/<slug:public_id>/mail/", link_mail.link_mail, name="link-mail"),
    path("documents/<slug:reference>/links/<slug:public_id>/remind/", link_mail.link_remind, name="link-remind"),
    path("documents/<slug:reference>/links/<slug:public_id>/code/", link_print.link_code, name="link-code"),
    path("documents/<slug:reference>/links/<slug:public_id>/print/", link_print.link_print, name="link-print"),
    path("documents/<slug:reference>/links/<slug:public_id>/print.pdf", link_print.link_pdf, name="link-pdf"),
    path("f/<str:token>/open/", passed_on.shared_open, name="shared-open"),
    path("f/<str:token>/forwarded/", passed_on.shared_forwarded, name="shared-forwarded"),
    path("l/", short_link.short_door, name="short-door"),
    path("l/<str:code>/", short_link.short_link, name="short-link"),
]
