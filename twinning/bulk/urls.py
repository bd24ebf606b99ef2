from django.urls import path, re_path

from twinning.bulk import views

urlpatterns = [
    path("import/<slug:kind>/", views.bulk_import, name="bulk-import"),
    path("import/<slug:kind>/take/", views.bulk_take, name="bulk-take"),
    path("import/<slug:kind>/faults/", views.bulk_faults, name="bulk-faults"),
    path("import/<slug:kind>/template/", views.bulk_template, name="bulk-template"),
    # Into a workshop or a partnership
    path("import/<slug:kind>/into/<slug:into>/", views.bulk_import, name="bulk-import-into"),
    path("import/<slug:kind>/into/<slug:into>/take/", views.bulk_take, name="bulk-take-into"),
    path("import/<slug:kind>/into/<slug:into>/faults/", views.bulk_faults, name="bulk-faults-into"),
    path("import/<slug:kind>/into/<slug:into>/template/", views.bulk_template, name="bulk-template-into"),
    re_path(r"^export/(?P<kind>[a-z-]+)\.(?P<ending>csv|xlsx)$", views.bulk_export, name="bulk-export"),
    re_path(
        r"^export/(?P<kind>[a-z-]+)/(?P<of>[-\w]+)\.(?P<ending>csv|xlsx)$", views.bulk_export, name="bulk-export-of"
    ),
]
