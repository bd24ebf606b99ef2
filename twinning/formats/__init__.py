"""How dates are written (settings.FORMAT_MODULE_PATH): the day first and the month in letters, as on our papers."""
