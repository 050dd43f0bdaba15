"""Digests by mail: queued from the day's state, written at the moment they leave, sent one by one."""

import datetime
import logging
import smtplib
from dataclasses import dataclass
from email.utils import formataddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext, ngettext

from accounts.models import Mail, User
from accounts.models.mail import MailState
from core.outside import may_travel, named_outside, whole_address
from core.text import clean_line
from follow_ups.models.digest import DIGEST, Digest, Section, digest_of, period_of
from follow_ups.models.follow_up import OPEN, FollowUp

MOST_OF_A_NAME = 60  # characters of a name in a header

logger = logging.getLogger(__name__)


class ServerAway(Exception):
    """The mail server does not answer; what was not sent waits."""


@dataclass
class Tally:
    """What a run did."""

    queued: int = 0
    sent: int = 0
    empty: int = 0
    refused: int = 0


def queue_digests(*, now: datetime.datetime) -> int:
    """One mail for everyone who reads digests and has none yet for the running period; gives how many."""
    periods = {user.pk: period_of(user, now) for user in User.objects.who_read_digests()}
    return Mail.queue(DIGEST, periods, now=now)


def send_waiting(tally: Tally, *, now: datetime.datetime) -> None:
    """Sends what is due. An address that is refused holds up no other. Raises ServerAway."""
    connection = get_connection()
    try:
        for mail in Mail.objects.due(now).filter(kind=DIGEST).select_related("to").order_by("try_at", "pk"):
            tried_at = mail.try_at
            if mail.take(now):
                _send(mail, connection, tried_at, tally)
    finally:
        connection.close()


def _send(mail: Mail, connection: Any, tried_at: datetime.datetime, tally: Tally) -> None:
    """One mail that was taken: sent, settled without sending, or put back."""
    try:
        if not User.objects.who_read_digests().filter(pk=mail.to_id).exists():
            mail.settle(MailState.WITHDRAWN, now=timezone.now())
            return
        digest = due_digest(mail.to)
        if not digest.sections:
            mail.settle(MailState.EMPTY, told=digest.told, now=timezone.now())
            tally.empty += 1
            return
        message = write(mail, digest)
        _open(connection)
        connection.send_messages([message])
    except ServerAway:
        mail.give_back(tried_at)
        raise
    except Exception as error:  # Whatever is wrong with one mail, the others leave.
        connection.close()
        mail.put_back(said_by(error), timezone.now())
        tally.refused += 1
        logger.warning("Mail %s did not leave: %s", mail.pk, said_by(error))
    else:
        mail.settle(MailState.SENT, told=digest.told, now=timezone.now())
        tally.sent += 1


def _open(connection: Any) -> None:
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise ServerAway(said_by(error)) from error


def said_by(error: Exception) -> str:
    """What went wrong, without the addresses that a server repeats in its answer."""
    codes = [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _words in error.recipients.values()]
    return " ".join([type(error).__name__, *map(str, codes)])


def due_digest(user: User) -> Digest:
    """What this user is told at this moment."""
    before = Mail.told_before(DIGEST, user)
    return digest_of(user, on=timezone.localdate(), told=before.told if before else None)


def write(mail: Mail, digest: Digest) -> EmailMultiAlternatives:
    """The mail, in its reader's language, as text and as HTML; titles of what is confidential stay here."""
    reader = mail.to
    with translation.override(reader.language or settings.LANGUAGE_CODE):
        language = translation.get_language() or settings.LANGUAGE_CODE
        context = {
            "reader": reader,
            "digest": digest,
            "parts": [Part.of(section, digest, reader) for section in digest.sections],
            "site_url": whole_address("/"),
            "settings_url": whole_address(reverse("settings")),
            "language": language,
        }
        name = clean_line(str(reader))[:MOST_OF_A_NAME].strip()
        message = EmailMultiAlternatives(
            subject=subject_of(digest),
            body=render_to_string("follow_ups/digest.txt", context),
            to=[formataddr((name, reader.email))],
            headers={
                "Message-ID": f"<{mail.kind}-{mail.pk}-{int(mail.made_at.timestamp())}@{_host()}>",
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",
                "Content-Language": language,
            },
        )
        message.attach_alternative(render_to_string("follow_ups/digest.html", context), "text/html")
    return message


def _host() -> str:
    return urlsplit(settings.ENTENTE_URL).hostname or "localhost"


def subject_of(digest: Digest) -> str:
    """Figures alone: a subject shows on locked screens."""
    figures = [phrase_of(section.key, section.count) for section in digest.sections]
    return f"Entente: {', '.join(figures)}"


def phrase_of(key: str, count: int) -> str:
    """How many, in words."""
    words = {
        "late": ngettext("%(count)s late", "%(count)s late", count),
        "soon": ngettext("%(count)s due soon", "%(count)s due soon", count),
        "new": ngettext("%(count)s new", "%(count)s new", count),
        "decide": ngettext("%(count)s agreement to decide on", "%(count)s agreements to decide on", count),
        "elsewhere": ngettext("%(count)s late with colleagues", "%(count)s late with colleagues", count),
    }
    return words[key] % {"count": count}


@dataclass(frozen=True)
class Line:
    """A follow-up or agreement as the mail names it; of an agreement `due_on` is its last day of notice."""

    title: str
    url: str
    due_on: datetime.date | None
    partner: str
    owner: str
    is_news: bool


@dataclass(frozen=True)
class Part:
    """A section as the mail prints it."""

    key: str
    heading: str
    count: int
    others: int
    all_url: str
    lines: list[Line]

    @classmethod
    def of(cls, section: Section, digest: Digest, reader: User) -> "Part":
        """With whole addresses."""
        day = formats.date_format(digest.until, "SHORT_DATE_FORMAT")
        days = reader.escalate_after
        headings = {
            "late": gettext("Late"),
            "soon": gettext("Due until %(day)s") % {"day": day},
            "new": gettext("New for you"),
            "decide": gettext("Agreements to decide on"),
            "elsewhere": gettext("Late with colleagues for %(days)s days or more") % {"days": days},
        }
        patience = datetime.timedelta(days=reader.escalate_after or 0)
        open_ones = "&".join(f"status={status.value}" for status in OPEN)
        asked = {
            "late": "mine=1&overdue=1",
            "soon": f"mine=1&due_from={digest.on}&due_to={digest.until}&{open_ones}",
            "new": f"mine=1&{open_ones}",
            "elsewhere": f"overdue=1&due_to={digest.on - patience}",
        }
        if section.key == "decide":
            all_url = whole_address(f"{reverse('agreements')}?to_decide=1")
            lines = [line_of_agreement(row) for row in section.rows]
            return cls(section.key, headings[section.key], section.count, section.others, all_url, lines)
        all_url = whole_address(f"{reverse('follow-ups')}?{asked[section.key]}")
        lines = [line_of(row, digest, with_owner=section.key == "elsewhere") for row in section.rows]
        return cls(section.key, headings[section.key], section.count, section.others, all_url, lines)


def line_of(row: FollowUp, digest: Digest, *, with_owner: bool) -> Line:
    """One follow-up; of a confidential one only that it is there."""
    title = named_outside(row, gettext("Confidential follow-up %(number)s") % {"number": row.pk})
    owner = ""
    if with_owner:
        owner = f"{gettext('Owner')}: {row.owner}" if row.owner else gettext("nobody owns it")
    return Line(
        title=title,
        url=whole_address(reverse("follow-up", args=[row.pk])),
        due_on=row.due_on,
        partner=str(row.partner) if row.partner and may_travel(row) else "",
        owner=owner,
        is_news=row.pk in digest.news,
    )


def line_of_agreement(row: Any) -> Line:
    """One agreement whose notice deadline asks for a decision; it says its `reminder`."""
    return Line(
        title=named_outside(row, gettext("Confidential agreement %(number)s") % {"number": row.pk}),
        url=whole_address(f"{reverse('agreement', args=[row.pk])}#decide"),
        due_on=row.reminder.last_notice_on,
        partner=str(row.reminder.state.label),
        owner="",
        is_news=False,
    )
