"""Pages are compressed on their way; what must show its length is not."""

import gzip

from django.test import TestCase
from django.urls import reverse

from accounts.rights import Role
from tests import factories

TAKES_GZIP = {"Accept-Encoding": "gzip"}


class AnAnswer(TestCase):
    def setUp(self) -> None:
        self.client.force_login(factories.user(Role.STAFF))

    def test_that_is_a_page_is_compressed(self) -> None:
        response = self.client.get(reverse("follow-ups"), headers=TAKES_GZIP)
        self.assertEqual(response["Content-Encoding"], "gzip")
        self.assertIn(b'id="result-count"', gzip.decompress(response.content))
        self.assertIn("Accept-Encoding", response["Vary"])

    def test_to_who_cannot_read_it_so_is_plain(self) -> None:
        self.assertNotIn("Content-Encoding", self.client.get(reverse("follow-ups")))

    def test_that_is_an_export_says_its_length(self) -> None:
        response = self.client.get(reverse("follow-ups-export"), headers=TAKES_GZIP)
        self.assertNotIn("Content-Encoding", response)
        self.assertEqual(int(response["Content-Length"]), len(b"".join(response)))
