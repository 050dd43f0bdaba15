"""A password of one's own."""

from django.test import TestCase
from django.urls import reverse

from accounts.rights import Role
from tests import factories

OLD, NEW = "entente-demo", "a-quite-different-sentence"


class APassword(TestCase):
    def setUp(self) -> None:
        self.reader = factories.user(Role.READER)
        self.client.force_login(self.reader)

    def change(self, old: str, new: str):
        fields = {"old_password": old, "new_password1": new, "new_password2": new}
        return self.client.post(reverse("password-change"), fields)

    def test_is_changed_by_a_reader_who_stays_signed_in(self) -> None:
        self.assertRedirects(self.change(OLD, NEW), reverse("home"))
        self.reader.refresh_from_db()
        self.assertTrue(self.reader.check_password(NEW))

    def test_stays_when_the_old_one_is_wrong(self) -> None:
        response = self.change("not-this", NEW)
        self.assertContains(response, 'id="id_old_password_error"', status_code=422)
        self.reader.refresh_from_db()
        self.assertTrue(self.reader.check_password(OLD))

    def test_is_in_no_history(self) -> None:
        self.change(OLD, NEW)
        self.assertFalse(hasattr(self.reader.history.first(), "password"))
