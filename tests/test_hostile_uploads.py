"""Files that are not what they say, too large, empty or named to harm: refused in words, leaving no file and no row.

Through the administration's form, and through the pages of agreements, missions and meetings.
"""

import io
import tempfile
import zipfile
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase, TransactionTestCase
from django.urls import reverse
from django.utils import translation

from accounts.rights import Role
from agreements.models import AgreementDocument
from core.models import Submission
from documents.models import Document
from documents.models.document import LARGEST_FILE
from missions.models import MeetingDocument, MissionDocument
from tests import factories
from tests.admin_pages import admin_url, fields
from tests.served import at_once

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


@pytest.mark.once
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

    def test_whose_name_climbs_is_refused(self) -> None:
        url = admin_url(Document, "add")
        for said, (name, content) in NAMES_REFUSED.items():
            with self.subTest(said):
                asked = {key: "".join(values) for key, values in fields(self.client.get(url)).items()}
                form = parts(name, content, **{**asked, "title": "Verdrag"})
                page = self.client.post(url, form, content_type="multipart/form-data; boundary=B")
                if name in (
                    "..",
                    "../",
                    "",
                ):  # Django reads no file there; a document without a file is one all the same.
                    self.assertEqual((page.status_code, files() - self.before), (302, set()))
                    Document.objects.get().delete(by=self.staff)
                else:
                    self.assert_refused(page)

    def test_says_what_is_wrong_in_the_readers_language(self) -> None:
        with translation.override("nl"):
            self.staff.language = "nl"
            self.staff.save(update_fields=["language"])
            page = self.upload("x.pdf", b"MZ")
        self.assertContains(page, "Dit bestand is niet wat de naam zegt")


PAGES = {"agreement": factories.agreement, "mission": factories.mission, "meeting": factories.meeting}
# As the disposition of a part says them; a browser sends none of these.
NAMES_REFUSED = {
    "a name that climbs": ("../../etc/cron.d/verdrag.pdf", PDF),
    "a name that climbs in Windows": ("..\\..\\verdrag.pdf", PDF),
    "a name that climbs in signs of a page": ("&#46;&#46;/verdrag.pdf", PDF),
    "a name that climbs to a script": ("../../../srv/x.php", PHP),
    "a name that climbs, of nothing": ("../../etc/passwd", b"root:x:0:0"),
    "two points": ("..", PDF),
    "a folder": ("../", PDF),
    "a name that climbs as in Windows": ("..\\..\\x.pHp", PHP),
    "a point in other signs": ("%2e%2e%2fx.php", PHP),
    "a name that is read backwards": ("verdrag\u202efdp.exe", PDF),
    "no name": ("", PDF),
}
NAMES_TAKEN = {
    "/srv/verdrag.pdf": "verdrag.pdf",
    "C:\\temp\\verdrag.pdf": "verdrag.pdf",
    "verdrag\u202e.pdf": "verdrag.pdf",
    "verdrag &amp; bijlage.pdf": "verdrag & bijlage.pdf",
    "<b>verdrag</b>.pdf": "b>.pdf",
}
TYPED = {"title": "Verdrag & zo", "reference": "VR 2024", "kind": "letter", "dated_on": "04/2024", "language": "fr"}


def parts(name: str, content: bytes, **typed: Any) -> bytes:
    """A form as it goes over the line, with the name of the file as it is written here."""
    said = [f'--B\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in typed.items()]
    file = f'--B\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n'
    return "".join(said).encode() + file.encode() + content + b"\r\n--B--\r\n"


def send(client: Client, url: str, name: str, content: bytes, **typed: Any) -> Any:
    """Sends a file to one of the pages."""
    sent = {"level": 2, **TYPED, "role": "other", **typed}
    return client.post(url, parts(name, content, **sent), content_type="multipart/form-data; boundary=B")


def stored() -> tuple[int, ...]:
    """How many documents, links and answered forms there are."""
    models = (Document, AgreementDocument, MissionDocument, MeetingDocument, Submission)
    return tuple(model.objects.count() for model in models)


@pytest.mark.once
class FromThePageOfARecord(TestCase):
    pages: Iterable[str] = ("agreement",)

    def setUp(self) -> None:
        self.staff = factories.user(Role.STAFF, language="en")
        self.client.force_login(self.staff)
        self.before = files()
        self.urls = {noun: reverse(f"{noun}-document-new", args=[PAGES[noun]().pk]) for noun in self.pages}
        self.waiting = tempfile.TemporaryDirectory()  # Where a large file waits for the end of the request.
        self.enterContext(self.waiting)
        self.enterContext(self.settings(FILE_UPLOAD_TEMP_DIR=self.waiting.name))

    def assert_refused(self, url: str, name: str, content: bytes, code: str = "") -> None:
        page = send(self.client, url, name, content)
        self.assertEqual(page.status_code, 422)
        form = page.context["form"]
        self.assertEqual([*form.errors], ["file"])
        if code:
            self.assertEqual([one.code for one in form.errors.as_data()["file"]], [code])
        said = escape(form.errors["file"][0], quote=False)
        self.assertContains(
            page, f'<ul class="errorlist" id="id_file_error"><li>{said}</li></ul>', html=True, status_code=422
        )
        for key, value in TYPED.items():
            self.assertEqual(form[key].value(), value)
        self.assertContains(page, 'value="Verdrag &amp; zo"', status_code=422)
        left = [*Path(self.waiting.name).iterdir()]
        self.assertEqual((stored(), files() - self.before, left), ((0, 0, 0, 0, 0), set(), []))

    def test_a_file_that_is_not_what_it_says_is_refused(self) -> None:
        for noun, url in self.urls.items():
            for said, (name, content) in {**REFUSED, **NAMES_REFUSED}.items():
                with self.subTest(said, page=noun):
                    self.assert_refused(url, name, content)

    def test_a_file_over_the_limit_is_refused(self) -> None:
        for url in self.urls.values():
            self.assert_refused(url, "groot.pdf", PDF + bytes(LARGEST_FILE), "large_file")

    def test_a_file_that_unpacks_to_an_absurd_size_is_refused(self) -> None:
        bombs = word(word__media_dot_bin=bytes(60 * 1024 * 1024)), word(**{f"p{one}": b"" for one in range(5_001)})
        for url in self.urls.values():
            for bomb in bombs:
                self.assert_refused(url, "bom.docx", bomb, "file_bomb")

    def test_a_file_of_every_kind_that_people_keep_is_taken_under_a_neutral_name(self) -> None:
        for noun, url in self.urls.items():
            for said, (name, content) in TAKEN.items():
                with self.subTest(said, page=noun):
                    self.assertEqual(send(self.client, url, name, content).status_code, 302)
                    kept = Document.objects.latest("pk")
                    self.assertRegex(kept.file.name, r"^documents/[0-9a-f]{32}$")
                    self.assertEqual(kept.file.read(), content)

    def test_of_a_name_the_last_part_is_kept_as_text(self) -> None:
        for url in self.urls.values():
            for name, kept in NAMES_TAKEN.items():
                self.assertEqual(send(self.client, url, name, PDF).status_code, 302, name)
                document = Document.objects.latest("pk")
                self.assertEqual(document.file_name, kept)
                self.assertRegex(document.file.name, r"^documents/[0-9a-f]{32}$")

    def test_a_file_is_neither_named_nor_sent_as_text(self) -> None:
        for url in self.urls.values():
            for typed in ({}, {"file": "/etc/passwd"}, {"file": "documents/x", "file_name": "x.pdf", "sha256": "0"}):
                page = self.client.post(url, {"level": 2, "role": "other", **typed})
                self.assertEqual((page.status_code, stored()), (422, (0, 0, 0, 0, 0)))


@pytest.mark.long
class FromThePageOfEachRecord(FromThePageOfARecord):
    pages = PAGES


@pytest.mark.once
class TwentyAtOnce(TransactionTestCase):
    def test_are_each_refused_by_the_administration_and_leave_nothing(self) -> None:
        staff, before = factories.user(Role.STAFF), files()
        url = admin_url(Document, "add")

        def post(number: int) -> int:
            client = Client()
            client.force_login(staff)
            name, content = [*REFUSED.values()][number % len(REFUSED)]
            data = {**fields(client.get(url)), "title": "x", "file": SimpleUploadedFile(name, content)}
            return int(client.post(url, data).status_code)

        answers = at_once([lambda number=number: post(number) for number in range(20)])
        self.assertEqual((answers, Document.objects.count(), files() - before), ([200] * 20, 0, set()))

    def test_are_each_refused_by_the_page_of_an_agreement_and_leave_nothing(self) -> None:
        staff, before = factories.user(Role.STAFF), files()
        url = reverse("agreement-document-new", args=[factories.agreement().pk])
        token = Submission.new_token()

        def post(number: int) -> int:
            client = Client()
            client.force_login(staff)
            name, content = [*REFUSED.values(), *NAMES_REFUSED.values()][number]
            return int(send(client, url, name, content, submission=token).status_code)

        answers = at_once([lambda number=number: post(number) for number in range(20)])
        self.assertEqual((answers, stored(), files() - before), ([422] * 20, (0, 0, 0, 0, 0), set()))


class TwentyTimesTheSame(TransactionTestCase):
    def test_make_one_document_and_one_file(self) -> None:
        staff, before = factories.user(Role.STAFF), files()
        agreement = factories.agreement()
        url, token = reverse("agreement-document-new", args=[agreement.pk]), Submission.new_token()

        def post() -> tuple[int, str | None]:
            client = Client()
            client.force_login(staff)
            answer = send(client, url, "verdrag.pdf", PDF, submission=token)
            return answer.status_code, answer.headers.get("Location")

        answers = at_once([post] * 20)
        self.assertEqual(answers, [(302, f"/agreements/{agreement.pk}/#documents")] * 20)
        self.assertEqual((stored(), len(files() - before)), ((1, 1, 0, 0, 1), 1))
