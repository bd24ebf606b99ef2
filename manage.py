#!/usr/bin/env python
"""Django's command line for Twinning."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twinning.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        _ = settings.INSTALLED_APPS  # reads the environment
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
