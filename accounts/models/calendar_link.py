"""The secret address of somebody's calendar feed."""

import hashlib
import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User

BYTES_OF_SECRET = 32  # 256 bits: nobody guesses it, so looking for its fingerprint tells nothing by its time


class CalendarLink(models.Model):
    """One address per user. What is stored is a fingerprint of the secret; the secret itself is shown once.

    Whoever has the address reads the calendar without signing in. A new link, or none, ends the old one at once.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_link", verbose_name=_("user")
    )
    fingerprint = models.CharField(_("fingerprint"), max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)

    objects: ClassVar["models.Manager[CalendarLink]"] = models.Manager()

    class Meta:
        verbose_name = _("calendar link")
        verbose_name_plural = _("calendar links")

    def __str__(self) -> str:
        return str(self.user)

    @classmethod
    def make(cls, user: User) -> str:
        """A new secret in the place of the old one, if there was one. It cannot be read back later."""
        secret = secrets.token_urlsafe(BYTES_OF_SECRET)
        values = {"fingerprint": fingerprint_of(secret), "made_at": timezone.now()}
        cls.objects.update_or_create(user=user, defaults=values)
        return secret

    @classmethod
    def revoke(cls, user: User) -> None:
        """No link any more."""
        cls.objects.filter(user=user).delete()

    @classmethod
    def of(cls, user: User) -> "CalendarLink | None":
        """The link of this user."""
        return cls.objects.filter(user=user).first()

    @classmethod
    def reader(cls, secret: str) -> User | None:
        """Whose calendar this secret opens; None when it is wrong, old, or its user is switched off."""
        link = cls.objects.filter(fingerprint=fingerprint_of(secret), user__is_active=True).select_related("user")
        found = link.first()
        return found.user if found else None


def fingerprint_of(secret: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
