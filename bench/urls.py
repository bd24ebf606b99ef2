from django.urls import include, path

from bench.views import bare_list
from twinning.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500"]

urlpatterns = [path("bench/bare/", bare_list), path("", include("twinning.urls"))]
