"""A real mail server on this machine, that keeps what it gets, refuses whom it is told to, and can be switched off."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from typing import Any

from aiosmtpd.controller import Controller
from django.test import override_settings
from django.utils import timezone


@dataclass(frozen=True)
class Received:
    """A mail as it came in: the moment by the tests' clock, to which address, and what it says."""

    at: Any
    to: str
    raw: bytes

    @cached_property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)

    @cached_property
    def text(self) -> str:
        return self.message.get_body(("plain",)).get_content()

    @cached_property
    def html(self) -> str:
        return self.message.get_body(("html",)).get_content()

    @cached_property
    def everything(self) -> str:
        """Headers and both bodies, decoded."""
        return "\n".join([*(f"{name}: {value}" for name, value in self.message.items()), self.text, self.html])


@dataclass
class MailServer:
    """The server, and what it got."""

    port: int
    mails: list[Received] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    controller: Controller | None = None

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:  # noqa: N802  # aiosmtpd's name.
        if address in self.refused:
            return "550 5.1.1 nobody here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802  # The same.
        self.mails += [Received(timezone.now(), to, envelope.original_content) for to in envelope.rcpt_tos]
        return "250 OK"

    def up(self) -> None:
        """Answers."""
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def down(self) -> None:
        """Refuses connections."""
        if self.controller is not None:
            self.controller.stop()
        self.controller = None

    def to(self, address: str) -> list[Received]:
        return [mail for mail in self.mails if mail.to == address]


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server that is up, and Entente told to use it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = MailServer(port)
    smtp = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "127.0.0.1"}
    with override_settings(**smtp, EMAIL_PORT=port, ENTENTE_URL="https://entente.example"):
        server.up()
        try:
            yield server
        finally:
            server.down()
