"""Entente's settings, one file for every environment; see `environment.py` for how values are read."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF

from config.environment import WrongEnvironment, read_environment

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = read_environment()
IS_PRODUCTION = ENVIRONMENT.is_production
DEBUG = ENVIRONMENT.debug()
SECRET_KEY = ENVIRONMENT.secret_key()
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts()

INSTALLED_APPS = [
    "core.apps.CoreConfig",
    "accounts",
    "documents",
    "partners",
    "agreements",
    "missions",
    "follow_ups",
    "dashboard",
    "config.admin_site.EntenteAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_filters",
    "django_htmx",
    "django_countries",
    "simple_history",
    "csp",
]

MIDDLEWARE = [
    "core.middleware.RequestId",
    "core.uploads.NamesOfFiles",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",  # Its own refusals carry a number and the policy too.
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.CompressPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.UserLanguage",
    "accounts.middleware.KeepTypedText",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "core.middleware.NoStore",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
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
                "accounts.context.rights",
            ],
            "builtins": ["core.templatetags.entente", "django.templatetags.i18n"],
        },
    },
]

# Two databases, one behaviour. SQLite's options end "database is locked" under several workers:
# writes take their lock at once (IMMEDIATE) and readers do not wait for writers (WAL).
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,  # seconds
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}


def database() -> dict[str, Any]:
    """The one database, from DATABASE_URL; a SQLite file beside `manage.py` when that is not set."""
    default = f"sqlite:///{BASE_DIR / 'entente.sqlite3'}"
    settings = ENVIRONMENT.parsed("DATABASE_URL", default, environ.Env.db_url_config)
    if settings.get("ENGINE") == "django.db.backends.sqlite3":
        settings["OPTIONS"] = SQLITE_OPTIONS
    elif settings.get("ENGINE") == "django.db.backends.postgresql":
        settings["CONN_MAX_AGE"] = ENVIRONMENT.whole_number("CONN_MAX_AGE", 60)  # seconds; a new connection costs 6 ms
        # Compiling a statement first takes longer than any of ours: at a million follow-ups 22 s for one of 0.4 s.
        given = settings.get("OPTIONS", {})  # What the address asks for comes last, and wins.
        settings["OPTIONS"] = given | {"options": f"-c jit=off {given.get('options', '')}".strip()}
        settings["CONN_HEALTH_CHECKS"] = True  # or the first request after a database restart fails
    else:
        raise WrongEnvironment("DATABASE_URL: use postgres://… or sqlite:///….")
    return dict(settings)


DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backend.RightsBackend"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

FORMS_URLFIELD_ASSUME_HTTPS = True  # As Django 6 will; the setting goes with it.

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Brussels"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static-collected"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(ENVIRONMENT.text("MEDIA_ROOT", str(BASE_DIR / "media")))  # private: served only through views
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IS_PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
FILE_UPLOAD_PERMISSIONS = 0o640
# A mission's page in the administration sends some ten fields for each delegate and item of the programme.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

# No inline script, style or handler anywhere; nothing is fetched from another host.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds: one long working day
CSRF_FAILURE_VIEW = "core.views.csrf_failure"
if IS_PRODUCTION:
    SECURE_SSL_REDIRECT = ENVIRONMENT.switch("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = ENVIRONMENT.whole_number("SECURE_HSTS_SECONDS", 31_536_000)
    # These two bind a whole domain, also its other sites; a government decides that itself.
    SECURE_HSTS_INCLUDE_SUBDOMAINS = ENVIRONMENT.switch("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False)
    SECURE_HSTS_PRELOAD = ENVIRONMENT.switch("SECURE_HSTS_PRELOAD", default=False)
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    LANGUAGE_COOKIE_NAME = "__Host-language"
    CSRF_TRUSTED_ORIGINS = ENVIRONMENT.words("CSRF_TRUSTED_ORIGINS")
    if ENVIRONMENT.switch("BEHIND_TLS_PROXY", default=False):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
# W005 and W021 ask for the two switches above to be on; see docs/decisions/0006-hsts.md.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

EMAIL_CONFIG = ENVIRONMENT.parsed("EMAIL_URL", "consolemail://", environ.Env.email_url_config)
vars().update(EMAIL_CONFIG)
EMAIL_USE_LOCALTIME = True  # A mail says when it was sent with the hour of the office.
EMAIL_TIMEOUT = 20  # seconds; a server that hangs holds up nothing
ENTENTE_URL = ENVIRONMENT.site_address(ALLOWED_HOSTS)  # Begins every link in a mail or calendar.
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.mail_from(ENTENTE_URL)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "core.logs.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # Anyone can send a wrong host name; it is answered with a 400 and not worth a traceback.
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
        **({"django": {"handlers": ["console"], "level": "INFO", "propagate": False}} if IS_PRODUCTION else {}),
    },
}

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SIMPLE_HISTORY_REVERT_DISABLED = True
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
ENTENTE_CONTACT_FREQUENCY_MONTHS = {1: 6, 2: 12, 3: 24, None: 12}  # by tier; None when no tier is set
# What is temporary, and how long it is kept; `manage.py clean_up` removes the rest.
ENTENTE_DRAFTS_KEPT = timedelta(days=30)  # since the text was last touched
ENTENTE_SUBMISSIONS_KEPT = timedelta(days=7)  # in which a form that is sent again is known
