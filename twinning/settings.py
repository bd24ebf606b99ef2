"""All settings, read from the environment (see docs/deployment.md).

Nothing set: a working installation to try out on this machine, with a database file in ``var/`` and without https.
SECRET_KEY set: a public installation; every cookie and link wants https. DEBUG=1: debug pages, for whoever builds it.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from twinning import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("VAR_DIR") or BASE_DIR / "var")

# --- Who we are -----------------------------------------------------------------------------------------------------
SECRET_KEY = env.text("SECRET_KEY")
# On this machine, by whoever wants to look: without https, static files as they lie, a demonstration where nobody is.
TRYING_OUT = env.truth("DEBUG", default=not SECRET_KEY)
# What goes wrong is told on the pages that everybody sees; tracebacks are for those who ask for them.
DEBUG = env.truth("DEBUG", default=False)
if not SECRET_KEY:
    SECRET_KEY = env.kept_secret(VAR_DIR / "secret_key")
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or LOCAL_HOSTS
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
# Links in mails and QR codes are built from this, never from what a client claims as Host.
SITE_URL = env.text("SITE_URL", f"http://localhost:{env.text('PORT') or '8000'}").rstrip("/")
SITE_NAME = env.text("SITE_NAME", "Twinning")

# HTTPS is expected of every public installation; INSECURE_HTTP=1 is for a closed network without certificates.
HTTPS = not TRYING_OUT and not env.truth("INSECURE_HTTP", default=False)

# --- Parts ----------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "twinning",
    "accounts",
    "partnerships",
    "toolkit",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_countries",
    "simple_history",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.forms",
    "twinning.assets.StaticFiles",
]
MIDDLEWARE = [
    "twinning.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "twinning.middleware.PageHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "twinning.middleware.DatabaseBusyMiddleware",
    "twinning.middleware.BodyLengthMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "twinning.middleware.MethodMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "accounts.middleware.UserLocaleMiddleware",
]
ROOT_URLCONF = "twinning.urls"
WSGI_APPLICATION = "twinning.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "twinning.context.site",
            ],
            "builtins": ["twinning.templatetags.ui"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
FORMS_URLFIELD_ASSUME_HTTPS = True  # the default of Django 6, where this line goes
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What hangs where without one app importing another to its right (docs/architecture.md, "Wiring").
FACT_PROVIDERS = ["partnerships.facts.partnership_facts", "toolkit.facts.document_facts"]
FACT_ROWS = [
    "partnerships.facts.agreement_fact_rows",
    "partnerships.facts.status_fact_rows",
    "partnerships.funding.award_fact_rows",
    "partnerships.exchange_wiring.exchange_fact_rows",
    "partnerships.workshop_ties.workshop_fact_rows",
    "partnerships.contribution_registry.contribution_fact_rows",
    "partnerships.sharing_registry.sharing_fact_rows",
    "toolkit.facts.document_fact_rows",
]
PARTNERSHIP_PREFETCH = ["toolkit.panels.documents_prefetch"]
PARTNERSHIP_PANELS = ["toolkit.panels.documents_panel"]
# What other apps show on the page of an exchange, of a workshop and of a traveller.
EXCHANGE_PANELS = ["toolkit.exchange_panels.bundle_panel", "toolkit.exchange_panels.exchange_papers"]
WORKSHOP_PANELS = ["toolkit.exchange_panels.workshop_papers"]
TRAVELLER_PANELS = ["toolkit.exchange_panels.report_panel"]
# Where the figures of a workshop's evaluation are proposed from.
EVALUATION_SOURCES = ["toolkit.evaluation.proposed_evaluation"]
# The points of the pre-departure tool, from which each traveller's checklist is made.
TRAVELLER_CHECKLIST = "toolkit.journey_checklist.traveller_lines"
# The address under which a traveller writes the trip report without an account.
REPORT_URL = "toolkit.report_links.report_url"
# What people write follow-ups and comments about.
THING_KINDS = [
    "partnerships.things.own_kinds",
    "partnerships.funding.award_kinds",
    "partnerships.exchange_wiring.exchange_kinds",
    "partnerships.workshop_ties.workshop_kinds",
    "partnerships.contribution_registry.contribution_kinds",
    "partnerships.sharing_registry.sharing_kinds",
    "toolkit.things.document_kinds",
]
# What waits for a person: rows that are found by one query.
WAITING_ROWS = [
    "partnerships.waiting_rows.step_rows",
    "partnerships.waiting_rows.follow_up_rows",
    "partnerships.waiting_rows.agreement_rows",
    "partnerships.waiting_rows.plan_rows",
    "partnerships.funding.report_rows",
    "partnerships.exchange_wiring.exchange_rows",
    "partnerships.exchange_wiring.approval_rows",
    "partnerships.workshop_ties.workshop_rows",
    "partnerships.contribution_registry.contribution_rows",
    "toolkit.waiting.invitation_rows",
    "partnerships.sharing_registry.sharing_rows",
]
# What stands in calendars.
CALENDAR_SOURCES = [
    "partnerships.calendars.partnership_events",
    "partnerships.funding.report_events",
    "partnerships.exchange_wiring.exchange_events",
    "partnerships.workshop_ties.workshop_events",
    "partnerships.contribution_registry.meeting_events",
    "partnerships.sharing_registry.sharing_events",
    "toolkit.calendars.document_events",
]
# The tools that a phase may expect, by their slugs.
TOOL_SLUGS = "toolkit.things.tool_slugs"
# What a person has in hand, for whoever takes over.
HANDOVER_SOURCES = ["partnerships.handing.own_items", "toolkit.handing.document_items"]
# What the records say was given: functions that take a partnership and give proposals for its ledger, each with a key.
# What a report to a donor is locked with (partnerships/locked_figures.py).
REPORT_FIGURES = "toolkit.figure_records.report_figures"
CONTRIBUTION_SOURCES = [
    "partnerships.meeting_time.time_in_meetings",
    "partnerships.given.days_of_exchanges",
    "partnerships.given.hours_of_workshops",
    "partnerships.sharing_registry.goods_of_transfers",
]
# What the nightly round (send_notices) sends beside the notices of agreements.
NOTICE_PROVIDERS = [
    "partnerships.actions.exchange_notices.send_exchange_notices",
    "toolkit.actions.reminding.send_reminders",
]

# --- Data -----------------------------------------------------------------------------------------------------------
DATABASE_URL = env.text("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'twinning.sqlite3'}"
DATABASES = {"default": env.database("DATABASE_URL", DATABASE_URL)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    # WAL with synchronous=FULL: what was acknowledged survives a power cut. Never mmap_size, and connections are kept
    # open: together with a connection per request it lost acknowledged commits (docs/security.md).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Each thread has a connection and each of these a cache: 1 MB; the system's own cache has the rest.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        " PRAGMA cache_size=-1024;",
    }
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
    # Rendered documents, by the hash of their content: a file is read faster than a row.
    "files": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = ""  # Uploads are served by views that ask who is asking; there is no address for the folder.
MAX_BODY_BYTES = env.whole("MAX_BODY_BYTES", 25 * 1024 * 1024)
MAX_UPLOAD_BYTES = env.whole("MAX_UPLOAD_BYTES", 10 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# The longest form of the shipped toolkit, every table full, posts some 24,000 fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 25_000
DATA_UPLOAD_MAX_NUMBER_FILES = 50
FILE_UPLOAD_PERMISSIONS = 0o600

# --- Static files ---------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "twinning.assets.VendorFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TRYING_OUT
        else "twinning.assets.HashedStorage"
    },
}
WHITENOISE_USE_FINDERS = TRYING_OUT
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# --- People ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "accounts.adapter.ClosedAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "reset_password": "accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "accounts.forms.NewPasswordForm",
    "change_password": "accounts.forms.ChangePasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # An invitation is only ever opened from the mailbox it went to.
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True  # whoever changes a password, its owner hears of it
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ALLAUTH_TRUSTED_PROXY_COUNT = env.whole("TRUSTED_PROXIES", 0)
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
}
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# --- Browsers -------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
# With "no-referrer" browsers send `Origin: null` and every form would fail its forgery check; "same-origin" tells
# other sites nothing either.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
if HTTPS:
    SECURE_SSL_REDIRECT = env.truth("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    if ALLAUTH_TRUSTED_PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_FAILURE_VIEW = "twinning.errors.csrf_failure"

# --- Words, time, mail ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["twinning.formats"]
USE_TZ = True
TIME_ZONE = env.text("TIME_ZONE", "UTC")
EMAIL_CONFIG = environ.Env.email_url_config(env.text("EMAIL_URL", "consolemail://"))
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("FROM_EMAIL", "Twinning <twinning@localhost>")
MAIL_BODY_DAYS = env.whole("MAIL_BODY_DAYS", 90)  # the outbox keeps the words of mails so long
# Where the secret address comes from that stands in a mail, by the first word of ``OutgoingMail.address_of``.
MAIL_ADDRESSES = {
    "link": "toolkit.mail_addresses.address_of_link",
    "reminder": "toolkit.mail_addresses.address_while_wanted",
    "report": "toolkit.mail_addresses.address_of_report",
}

# --- Share links ----------------------------------------------------------------------------------------------------
SHARE_LINK_DAYS = 30
SHARE_MISSES_PER_MINUTE = 30  # wrong tokens one address may try before it is asked to wait
PASSED_ON_PER_HOUR = 20  # people who say from one network that a link was passed on to them
# Short codes are typed by hand and guessed more easily: fewer wrong ones are taken, and then none at all for a while.
SHORT_MISSES_PER_MINUTE = 10
SHORT_MISSES_PER_HOUR = 60
# Reminders go out so many days before a document is due, on the day, and so many days after it; then no more.
REMIND_BEFORE = env.wholes("REMIND_BEFORE", "7,1")
REMIND_AFTER = env.wholes("REMIND_AFTER", "3,10,20")

# Where many people answer by one link, a whole hospital may stand behind one address.
OPEN_BEGINS_PER_MINUTE = 120
OPEN_SAVES_PER_MINUTE = 600

# --- Exchanges ------------------------------------------------------------------------------------------------------
# Days that a request should come before the journey: a number for all countries, then those of single ones.
EXCHANGE_LEAD_DAYS = env.days_by_country("EXCHANGE_LEAD_DAYS", "45,US=90")
# A planned cost above this is cleared by the programme too, where the programme says nothing else. Empty: never.
EXCHANGE_CLEARANCE_ABOVE = env.amount("EXCHANGE_CLEARANCE_ABOVE")
EXCHANGE_CLEARANCE_CURRENCY = env.text("EXCHANGE_CLEARANCE_CURRENCY", "USD")
# Whether somebody who owes a trip report may be on the next request.
LATE_REPORT_BLOCKS = env.truth("LATE_REPORT_BLOCKS", default=False)
TRIP_REPORT_DAYS = env.whole("TRIP_REPORT_DAYS", 14)
# Travel and health data are sealed with the first key; the others only open what they sealed once.
TRAVEL_DATA_KEYS = env.words("TRAVEL_DATA_KEYS")
TRAVEL_DATA_DAYS = env.whole("TRAVEL_DATA_DAYS", 30)  # days after closing on which they are deleted

# --- Paper ----------------------------------------------------------------------------------------------------------
# The published toolkit is meant to be shared: people without an account may read it.
TOOLKIT_IS_PUBLIC = env.truth("TOOLKIT_IS_PUBLIC", default=True)
# A second curator looks at a version before it is published; an installation with one curator has nobody to ask.
TOOLKIT_REVIEW = env.truth("TOOLKIT_REVIEW", default=True)

PAPER = env.text("PAPER", "A4")
if PAPER not in ("A4", "Letter"):
    raise ImproperlyConfigured(f"PAPER must be A4 or Letter, not “{PAPER}”.")
PDF_WALL_SECONDS = env.whole("PDF_WALL_SECONDS", 30)

# --- Records of what happened ---------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"mask": {"()": "twinning.logs.MaskSecretsFilter"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["mask"]}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "fontTools": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}
