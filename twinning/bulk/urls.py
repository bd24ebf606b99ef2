from django.urls import path, re_path

from twinning.bulk import views

urlpatterns = [
    path("import/<slug:kind>/", views.bulk_import, name="bulk-import"),
    path("import/<slug:kind>/take/", views.bulk_take, name="bulk-take"),
    path("import/<slug:kind>/faults/", views.bulk_faults, name="bulk-faults"),
    path("import/<slug:kind>/template/", views.bulk_template, name="bulk-template"),
    re_path(r"^export/(?P<kind>[a-z]+)\.(?P<ending>csv|xlsx)$", views.bulk_export, name="bulk-export"),
]
