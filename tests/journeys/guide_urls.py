"""The site with the style guide, which is otherwise only routed while DEBUG is on."""

from django.urls import path

from twinning.styleguide import styleguide
from twinning.urls import handler400, handler403, handler404, handler500
from twinning.urls import urlpatterns as site

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [path("guide/", styleguide), *site]
