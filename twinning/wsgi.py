"""The door for web servers: ``gunicorn -c python:twinning.gunicorn_conf``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twinning.settings")

application = get_wsgi_application()
