"""Addresses of the toolkit, of documents and of share links. The name of a view is the name of its address."""

from django.urls import path

from toolkit import views

app_name = "toolkit"

urlpatterns = [
    path("toolkit/", views.tool_list, name="tool-list"),
    path("toolkit/<slug:slug>/", views.tool_detail, name="tool-detail"),
    path("toolkit/<slug:slug>/blank.pdf", views.tool_blank_pdf, name="tool-blank-pdf"),
    path("documents/", views.document_list, name="document-list"),
    path("partnerships/<slug:slug>/documents/new/", views.document_start, name="document-start"),
    path("documents/<slug:reference>/", views.document_detail, name="document-detail"),
    path("documents/<slug:reference>/pdf", views.document_pdf, name="document-pdf"),
    path("documents/<slug:reference>/fill/", views.document_fill, name="document-fill"),
    path("documents/<slug:reference>/files/<slug:public_id>/", views.document_file, name="document-file"),
    path("documents/<slug:reference>/return/", views.document_return, name="document-return"),
    path("documents/<slug:reference>/finish/", views.document_finish, name="document-finish"),
    path("documents/<slug:reference>/accept/", views.document_accept, name="document-accept"),
    path("documents/<slug:reference>/withdraw/", views.document_withdraw, name="document-withdraw"),
    path("documents/<slug:reference>/links/", views.document_links, name="document-links"),
    path("documents/<slug:reference>/links/<slug:public_id>/revoke/", views.link_revoke, name="link-revoke"),
    path("documents/<slug:reference>/links/<slug:public_id>/send/", views.link_send, name="link-send"),
    # No account is needed for these; a token that cannot be one is answered as kindly as a wrong one.
    path("f/<str:token>/", views.shared_fill, name="shared-fill"),
    path("f/<str:token>/done/", views.shared_done, name="shared-done"),
    path("f/<str:token>/pdf", views.shared_pdf, name="shared-pdf"),
    path("f/<str:token>/files/<slug:public_id>/", views.shared_file, name="shared-file"),
]
