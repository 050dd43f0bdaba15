"""What the environment says, read once; a value that is wrong or missing stops the boot in one line."""

import os
import re
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formataddr
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import environ

T = TypeVar("T")

PRODUCTION_VARIABLES = tuple(
    f"{name}{suffix}" for name in ("DATABASE_URL", "SECRET_KEY", "ALLOWED_HOSTS") for suffix in ("", "_FILE")
)
SHORTEST_SECRET_KEY = 50  # characters, as `check --deploy` asks (security.W009)

SITE_ADDRESS = re.compile(r"https?://(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d+)?")
_ADDRESS = r"[^@\s<>(),;:\"\[\]\\]+@[\w.-]+"
MAIL_SENDER = re.compile(rf"(?P<name>[^<>\r\n\x00]+?)\s*<(?P<address>{_ADDRESS})>|(?P<bare>{_ADDRESS})")


class WrongEnvironment(SystemExit):
    """The environment cannot be used; printed as one line on standard error, exit code 1."""


@dataclass(frozen=True)
class Environment:
    """Reads named variables, each also from the file that `NAME_FILE` points to."""

    is_production: bool

    def text(self, name: str, default: str | None = None) -> str:
        """The variable as text; without a default it must be set. Raises WrongEnvironment."""
        file_name = os.environ.get(f"{name}_FILE")
        if file_name:
            try:
                return Path(file_name).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise WrongEnvironment(f"{name}_FILE: cannot read {file_name}: {error.strerror}") from None
            except UnicodeDecodeError:
                raise WrongEnvironment(f"{name}_FILE: {file_name} is not text (UTF-8).") from None
        value = os.environ.get(name)
        if value is not None:
            return value.strip()
        if default is None:
            raise WrongEnvironment(f"{name} is not set; production cannot start without it.")
        return default

    def parsed(self, name: str, default: str, parse: Callable[[str], T]) -> T:
        """The variable turned into a value by `parse`. Raises WrongEnvironment with the variable's name."""
        try:
            with warnings.catch_warnings(action="ignore"):  # The error below says it in one line.
                return parse(self.text(name, default))
        except (ValueError, KeyError, environ.ImproperlyConfigured):
            raise WrongEnvironment(f"{name}: the value cannot be understood.") from None

    def switch(self, name: str, *, default: bool) -> bool:
        """A yes-or-no variable: 1, true, yes, on or 0, false, no, off."""
        words = {
            "1": True,
            "true": True,
            "yes": True,
            "on": True,
            "0": False,
            "false": False,
            "no": False,
            "off": False,
        }
        return self.parsed(name, "yes" if default else "no", lambda text: words[text.lower()])

    def whole_number(self, name: str, default: int) -> int:
        """A variable that counts something, zero or more."""

        def parse(text: str) -> int:
            number = int(text)
            if number < 0:
                raise ValueError
            return number

        return self.parsed(name, str(default), parse)

    def words(self, name: str, default: str = "") -> list[str]:
        """A comma-separated variable as a list without blanks."""
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def site_address(self, hosts: list[str]) -> str:
        """The address under which people open Entente, for links in mail and calendars; without a path."""
        host = next(iter(hosts), "localhost").lstrip(".")
        default = f"https://{host}" if self.is_production else "http://127.0.0.1:8000"

        def parse(text: str) -> str:
            parts = urlsplit(text.rstrip("/"))
            is_whole = parts.scheme in ("http", "https") and parts.hostname and SITE_ADDRESS.fullmatch(text.rstrip("/"))
            if not is_whole or (parts.port or 1) < 1:  # `port` itself refuses what is no port.
                raise ValueError
            return parts.geturl()

        return self.parsed("ENTENTE_URL", default, parse)

    def mail_from(self, site_address: str) -> str:
        """The sender of mail: an address, or a name and an address."""
        host = urlsplit(site_address).hostname or ""
        default = f"Entente <entente@{'localhost' if ':' in host else host}>"

        def parse(text: str) -> str:
            found = MAIL_SENDER.fullmatch(text)
            if found is None:
                raise ValueError
            return formataddr((found["name"] or "", found["address"] or found["bare"]))

        return self.parsed("EMAIL_FROM", default, parse)

    def debug(self) -> bool:
        """On in development unless switched off; production refuses to start with it. Raises WrongEnvironment."""
        is_on = self.switch("DEBUG", default=not self.is_production)
        if is_on and self.is_production:
            raise WrongEnvironment("DEBUG: production does not start with it; it shows the inside to everyone.")
        return is_on

    def secret_key(self) -> str:
        """The signing key: long and secret in production, a fixed one in development."""
        if not self.is_production:
            return self.text("SECRET_KEY", "development-only-" + "x" * SHORTEST_SECRET_KEY)
        key = self.text("SECRET_KEY")
        if len(key) < SHORTEST_SECRET_KEY or len(set(key)) < 5 or key.startswith("django-insecure-"):
            raise WrongEnvironment(f"SECRET_KEY: use at least {SHORTEST_SECRET_KEY} random characters.")
        return key

    def allowed_hosts(self) -> list[str]:
        """The host names this server answers to; `*` is refused in production."""
        if not self.is_production:
            return self.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
        hosts = self.words("ALLOWED_HOSTS")
        if not hosts:
            raise WrongEnvironment("ALLOWED_HOSTS is empty; name the host people type.")
        if any("*" in host for host in hosts):
            raise WrongEnvironment("ALLOWED_HOSTS: '*' is not a host name.")
        return hosts


def read_environment() -> Environment:
    """Production when `wsgi` asks for it or a production variable is set; development otherwise, and say which."""
    asked = os.environ.get("ENTENTE_ENVIRONMENT")
    if asked not in (None, "production", "development"):
        raise WrongEnvironment("ENTENTE_ENVIRONMENT: say production or development.")
    found = next((name for name in PRODUCTION_VARIABLES if os.environ.get(name)), None)
    is_production = asked == "production" if asked else found is not None
    if Path(sys.argv[0]).name == "manage.py" and len(sys.argv) > 1 and os.environ.get("RUN_MAIN") != "true":
        reason = "ENTENTE_ENVIRONMENT" if asked else f"{found} is set" if found else "no production variable is set"
        print(f"Entente: {'production' if is_production else 'development'} settings ({reason}).", file=sys.stderr)
    return Environment(is_production=is_production)
