"""Files that are not what they say, too large, empty or named to harm: refused in words, leaving no file and no row."""

import io
import zipfile
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, TestCase, TransactionTestCase
from django.utils import translation

from accounts.rights import Role
from documents.models import Document
from documents.models.document import LARGEST_FILE
from tests import factories
from tests.admin_pages import admin_url, fields

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
PHP = b"<?php system($_GET['c']); ?>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def archive(**parts: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return packed.getvalue()


def word(**more: bytes) -> bytes:
    return archive(**{"[Content_Types]_dot_xml": b"<x/>", "word__document_dot_xml": b"<x/>"}, **more)


def open_document(kind: bytes = b"application/vnd.oasis.opendocument.text") -> bytes:
    return archive(mimetype=kind, content_dot_xml=b"<x/>")


REFUSED = {
    "an empty file": ("leeg.pdf", b""),
    "a program with the name of a PDF": ("x.pdf", b"MZ\x90\x00" + bytes(2000)),
    "a page with the name of a PDF": ("x.pdf", b"<html><script>alert(1)</script>"),
    "a script for a server": ("x.pHp", PHP),
    "a script behind two endings": ("x.pdf.pHp", PHP),
    "a script that begins as a picture": ("x.gif.php", b"GIF89a" + PHP),
    "a drawing with a script": ("x.svg", SVG),
    "a drawing with the name of a picture": ("x.png", SVG),
    "a page": ("x.html", b"<p>"),
    "a macro": ("x.docx", word(word__vbaProject_dot_bin=b"x")),
    "an archive with the name of a text": ("x.docx", archive(x=b"x")),
    "a sheet with the name of a text": ("x.odt", open_document(b"application/vnd.oasis.opendocument.spreadsheet")),
    "a PDF with the name of a text": ("x.docx", PDF),
    "a picture with the name of a text": ("x.txt", b"\x89PNG\r\n\x1a\n\x00"),
    "an archive cut off": ("x.docx", word()[:40]),
    "a name without an ending": ("verdrag", PDF),
    "a name of 300 characters": ("a" * 296 + ".pdf", PDF),
}
TAKEN = {
    "a PDF": ("Verdrag.PDF", PDF),
    "a text of Word": ("verdrag.docx", word()),
    "an OpenDocument text": ("verdrag.odt", open_document()),
    "a plain text": ("verdrag.txt", "Tekst – één\r\n".encode()),
    "a plain text of long ago": ("verdrag.txt", "één".encode("cp1252")),
    "a photo": ("scan.jpeg", b"\xff\xd8\xff\xe0" + bytes(20)),
    "a scan": ("scan.tif", b"II*\x00" + bytes(20)),
    "a name that climbs": ("../../etc/cron.d/verdrag.pdf", PDF),
}


def files() -> set[Path]:
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


class Uploading(TestCase):
    def setUp(self) -> None:
        self.staff = factories.user(Role.STAFF, language="en")
        self.client.force_login(self.staff)
        self.before = files()

    def upload(self, name: str, content: bytes) -> Any:
        url = admin_url(Document, "add")
        data = {**fields(self.client.get(url)), "title": "Verdrag", "file": SimpleUploadedFile(name, content)}
        return self.client.post(url, data)

    def assert_refused(self, response: Any, *codes: str) -> None:
        self.assertEqual(response.status_code, 200)
        errors = response.context["adminform"].form.errors.as_data()["file"]
        if codes:
            self.assertEqual([one.code for one in errors], [*codes])
        self.assertEqual((Document.objects.count(), files() - self.before), (0, set()))


class AFile(Uploading):
    def test_that_is_not_what_it_says_is_refused(self) -> None:
        for said, (name, content) in REFUSED.items():
            with self.subTest(said):
                self.assert_refused(self.upload(name, content))

    def test_of_every_kind_that_people_keep_is_taken_under_a_neutral_name(self) -> None:
        for said, (name, content) in TAKEN.items():
            with self.subTest(said):
                self.assertEqual(self.upload(name, content).status_code, 302)
                stored = Document.objects.latest("pk")
                self.assertRegex(stored.file.name, r"^documents/[0-9a-f]{32}$")
                self.assertEqual(stored.file.read(), content)
                self.assertNotIn("/", stored.file_name)

    def test_over_the_limit_is_refused(self) -> None:
        self.assert_refused(self.upload("groot.pdf", PDF + bytes(LARGEST_FILE)), "large_file")

    def test_that_unpacks_to_an_absurd_size_is_refused_without_unpacking_it(self) -> None:
        self.assert_refused(self.upload("bom.docx", word(word__media_dot_bin=bytes(60 * 1024 * 1024))), "file_bomb")

    def test_of_too_many_parts_is_refused(self) -> None:
        parts = {f"p{number}": b"" for number in range(5_001)}
        self.assert_refused(self.upload("delen.docx", word(**parts)), "file_bomb")

    def test_says_what_is_wrong_in_the_readers_language(self) -> None:
        with translation.override("nl"):
            self.staff.language = "nl"
            self.staff.save(update_fields=["language"])
            page = self.upload("x.pdf", b"MZ")
        self.assertContains(page, "Dit bestand is niet wat de naam zegt")


@pytest.mark.once
class TwentyAtOnce(TransactionTestCase):
    def test_are_each_refused_and_leave_nothing(self) -> None:
        staff, before, answers = factories.user(Role.STAFF), files(), []
        url = admin_url(Document, "add")

        def send(number: int) -> None:
            client = Client()
            client.force_login(staff)
            name, content = [*REFUSED.values()][number % len(REFUSED)]
            data = {**fields(client.get(url)), "title": "x", "file": SimpleUploadedFile(name, content)}
            answers.append(client.post(url, data).status_code)
            connection.close()

        threads = [Thread(target=send, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((answers, Document.objects.count(), files() - before), ([200] * 20, 0, set()))
