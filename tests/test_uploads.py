"""Texts put on file from the page of an agreement, a mission or a meeting; their versions; and who may fetch them."""

import hashlib
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, models, transaction
from django.db.models import ProtectedError
from django.test import Client, TestCase, TransactionTestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.rights import Role
from agreements.models import AgreementDocument
from core.actors import SYSTEM
from core.models import Submission
from documents.actions import attach, file_kept_with
from documents.models import Document
from documents.models.versions import latest_of
from missions.models import MeetingDocument, MissionDocument
from tests import factories
from tests.planted import READABLE, same_each_time
from tests.served import at_once

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
NOUNS = {
    "agreement": (factories.agreement, AgreementDocument),
    "mission": (factories.mission, MissionDocument),
    "meeting": (factories.meeting, MeetingDocument),
}


def files() -> set[Path]:
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def pdf(name: str = "verdrag.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def url_of(record: Any) -> str:
    return reverse(f"{record._meta.model_name}-document-new", args=[record.pk])


def on_file(record: Any, title: str = "", *, by: Any = SYSTEM, **fields: Any) -> Document:
    """A document of this record, with a file."""
    _make, link = NOUNS[record._meta.model_name]
    role = {"role": fields.pop("role")} if "role" in fields else {}
    document = factories.document(title, by=by, **{"file": ContentFile(PDF, name="verdrag.pdf"), **fields})
    link.objects.create(by=by, document=document, **{link.part_of: record}, **role)
    return document


def choices(form: Any, name: str) -> list[Any]:
    return [value for value, _label in form.fields[name].choices]


class Uploading(TestCase):
    def setUp(self) -> None:
        self.staff = factories.user(Role.STAFF, language="en")
        self.client.force_login(self.staff)
        self.agreement = factories.agreement("MoU Health")

    def send(self, record: Any = None, **typed: Any) -> Any:
        record = record or self.agreement
        sent = {"file": pdf(), "level": record.level, "role": "other", **typed}
        return self.client.post(url_of(record), {name: value for name, value in sent.items() if value is not None})

    def new(self, **asked: Any) -> Any:
        return self.client.get(url_of(self.agreement), asked).context["form"]


class TheForm(Uploading):
    @pytest.mark.once
    def test_says_which_files_it_takes_and_offers_no_more_to_the_browser(self) -> None:
        for make, _link in NOUNS.values():
            page = self.client.get(url_of(make()))
            self.assertContains(page, 'enctype="multipart/form-data"')
            self.assertContains(page, "PDF, Word (.docx), OpenDocument (.odt), plain text, or a scan or photo")
            self.assertContains(page, "at most 25 MB")
            accepted = page.context["form"].fields["file"].widget.attrs["accept"].split(",")
            self.assertEqual(accepted[:3], ["image/jpeg", "image/png", "image/tiff"])
            self.assertIn(".odt", accepted)
            self.assertNotContains(page, "capture")

    def test_takes_the_first_document_of_an_agreement_for_its_text(self) -> None:
        self.assertEqual(self.new().initial["role"], "text")
        on_file(self.agreement, role="annex")
        self.assertEqual(self.new().initial["role"], "text")
        on_file(self.agreement, role="text", level=4)  # Hidden from staff, as if absent.
        self.assertEqual(self.new().initial["role"], "text")
        on_file(self.agreement, role="text")
        self.assertEqual(self.new().initial["role"], "other")

    def test_offers_levels_from_that_of_the_record_upwards(self) -> None:
        for level in (1, 2, 3):
            form = self.client.get(url_of(factories.mission(level=level))).context["form"]
            self.assertEqual((form.initial["level"], choices(form, "level")), (level, [1, 2, 3, 4][level - 1 :]))

    def test_refuses_a_level_below_that_of_the_record(self) -> None:
        page = self.send(factories.mission(level=3), level=2)
        self.assertEqual((page.status_code, [*page.context["form"].errors]), (422, ["level"]))
        self.assertFalse(Document.objects.exists())

    def test_keeps_what_was_typed_and_asks_for_the_file_again(self) -> None:
        page = self.send(title="Verdrag", dated_on="2024-99", reference="VR 1")
        self.assertContains(page, "Choose the file again", status_code=422)
        form = page.context["form"]
        self.assertEqual([*form.errors], ["dated_on"])
        self.assertEqual(
            [form[name].value() for name in ("title", "dated_on", "reference")], ["Verdrag", "2024-99", "VR 1"]
        )

    def test_is_there_for_an_archived_record_too(self) -> None:
        self.agreement.archive("old", by=self.staff)
        self.assertEqual(self.send().status_code, 302)

    def test_is_for_who_may_write_and_sees_the_record(self) -> None:
        reader = factories.user(Role.READER)
        for make, _link in NOUNS.values():
            hidden, seen = make(level=4), make()
            for who, record, expected in ((self.staff, hidden, 404), (reader, hidden, 404), (reader, seen, 403)):
                self.client.force_login(who)
                self.assertEqual(self.client.get(url_of(record)).status_code, expected)
                self.assertEqual(self.send(record).status_code, expected)
        self.assertFalse(Document.objects.exists())

    @pytest.mark.once
    def test_says_nothing_of_a_hidden_version_that_the_address_names(self) -> None:
        on_file(self.agreement, "Getekend")
        hidden = on_file(self.agreement, "Geheim", level=4, pk=987_654)
        elsewhere = on_file(factories.agreement(), "Elders")
        url = url_of(self.agreement)

        def told(pk: Any) -> str:
            page = self.client.get(url, {"replaces": pk}).content.decode()
            return same_each_time(page).replace(f"?replaces={pk}", "?replaces=")

        self.assertNotIn("Geheim", told(hidden.pk))
        self.assertEqual({told(pk) for pk in (hidden.pk, elsewhere.pk, 987_655, "x", "9" * 40)}, {told("")})


class AText(Uploading):
    def test_is_kept_with_its_fingerprint_under_a_neutral_name(self) -> None:
        typed = {"title": "MoU", "role": "text", "kind": "agreement_text", "dated_on": "04/2024", "language": "nl"}
        answer = self.send(file=pdf("../MoU ondertekend.pdf"), reference="VR 1", **typed)
        self.assertRedirects(answer, f"/agreements/{self.agreement.pk}/#documents", fetch_redirect_response=False)
        link = self.agreement.documents.get()
        document = link.document
        self.assertEqual(
            (link.role, document.title, document.kind, str(document.dated), document.language, document.reference),
            ("text", "MoU", "agreement_text", "April 2024", "nl", "VR 1"),
        )
        self.assertEqual((document.sha256, document.size), (hashlib.sha256(PDF).hexdigest(), len(PDF)))
        self.assertEqual((document.file_name, document.level), ("MoU ondertekend.pdf", 2))
        self.assertRegex(document.file.name, r"^documents/[0-9a-f]{32}$")
        self.assertEqual((document.created_by, link.history.get().history_user), (self.staff, self.staff))

    def test_is_answered_with_its_name_size_and_fingerprint(self) -> None:
        page = self.client.get(self.send(file=pdf("MoU.pdf", PDF + bytes(2000))).url)
        begins = hashlib.sha256(PDF + bytes(2000)).hexdigest()[:12]
        self.assertEqual(
            [str(one) for one in page.context["messages"]], [f"“MoU.pdf” is on file: 2.0\xa0KB, SHA-256 {begins}…"]
        )

    def test_of_a_mission_or_a_meeting_is_attached_the_same_way(self) -> None:
        for make, link in list(NOUNS.values())[1:]:
            record = make()
            self.assertEqual(self.send(record).status_code, 302)
            self.assertEqual(link.objects.get(**{link.part_of: record}).document.file_name, "verdrag.pdf")

    def test_without_a_title_is_called_after_the_record_and_its_role(self) -> None:
        cases = (
            (self.agreement, {"role": "text"}, "MoU Health – the text itself"),
            (self.agreement, {"role": "text", "language": "nl"}, "MoU Health – de tekst zelf"),
            (self.agreement, {"role": "other", "kind": "letter"}, "MoU Health – letter"),
            (self.agreement, {"role": "other"}, "MoU Health"),
            (factories.meeting("Overleg"), {"kind": "minutes", "language": "fr"}, "Overleg – compte rendu"),
            (factories.agreement("x" * 600), {"role": "annex"}, f"{'x' * 592} – annex"),
        )
        for record, typed, title in cases:
            self.assertEqual(self.send(record, **typed).status_code, 302)
            self.assertEqual(Document.objects.latest("pk").title, title)

    def test_may_have_a_title_of_600_characters_and_no_longer(self) -> None:
        self.assertEqual(self.send(title="x" * 600).status_code, 302)
        self.assertEqual(self.send(title="x" * 601).status_code, 422)

    def test_confidential_is_read_by_who_put_it_there_and_by_managers(self) -> None:
        self.send(level=4, title="Geheim")
        url = reverse("agreement", args=[self.agreement.pk])
        for who, is_read in ((self.staff, True), (factories.user(Role.MANAGER), True), (factories.user(), False)):
            self.client.force_login(who)
            self.assertEqual("Geheim" in self.client.get(url).content.decode(), is_read)

    def test_sent_again_is_one_text_and_leads_there(self) -> None:
        token = Submission.new_token()
        urls = {self.send(submission=token).url for _ in range(3)}
        self.assertEqual((urls, Document.objects.count()), ({f"/agreements/{self.agreement.pk}/#documents"}, 1))
        self.send(submission=Submission.new_token())
        self.assertEqual(Document.objects.count(), 2)

    def test_is_no_longer_missing_from_the_agreement(self) -> None:
        lacking = type(self.agreement).objects.all().without_text(user=self.staff)
        self.send(role="annex")
        self.assertIn(self.agreement, lacking.all())
        self.send(role="text")
        self.assertNotIn(self.agreement, lacking.all())


class ANewVersion(Uploading):
    def setUp(self) -> None:
        super().setUp()
        self.draft = on_file(
            self.agreement, "Ontwerp", role="text", kind="note", language="nl", reference="VR 1", level=3
        )

    def shown(self, who: User | None = None) -> list[list[str]]:
        """The titles on the page of the agreement: each latest one with its earlier ones."""
        self.client.force_login(who or self.staff)
        page = self.client.get(reverse("agreement", args=[self.agreement.pk]))
        return [[str(link), *map(str, link.earlier)] for link in page.context["documents"]]

    def test_begins_with_what_the_earlier_one_says_but_not_its_date(self) -> None:
        initial = self.new(replaces=self.draft.pk).initial
        said = {name: initial[name] for name in ("title", "kind", "language", "reference", "role", "level", "replaces")}
        expected = {"title": "Ontwerp", "kind": "note", "language": "nl", "reference": "VR 1", "role": "text"}
        self.assertEqual(said, {**expected, "level": 3, "replaces": self.draft.pk})
        self.assertIsNone(initial["dated_on"])

    def test_stands_above_the_earlier_ones_which_can_still_be_fetched(self) -> None:
        self.send(title="Getekend", replaces=self.draft.pk)
        signed = Document.objects.get(title="Getekend")
        self.send(title="Gewijzigd", replaces=signed.pk, file=pdf(content=PDF + b"2"))
        self.assertEqual(self.shown(), [["Gewijzigd", "Getekend", "Ontwerp"]])
        page = self.client.get(reverse("agreement", args=[self.agreement.pk]))
        for document, who in ((signed, self.staff), (self.draft, "Entente")):
            self.assertContains(
                page, f"earlier version, put on file on {timezone.localtime(document.created_at):%-d %B %Y} by {who}"
            )
            self.assertContains(page, document.sha256)
            fetched = self.client.get(f"/agreements/{self.agreement.pk}/files/{document.pk}/")
            self.assertEqual(b"".join(fetched.streaming_content), PDF)

    def test_is_offered_for_the_latest_versions_in_use_on_this_record_that_one_sees(self) -> None:
        annex = on_file(self.agreement, "Bijlage")
        signed = on_file(self.agreement, "Getekend", replaces=self.draft)
        on_file(self.agreement, "Geheim", level=4)
        on_file(self.agreement, "Nog geheimer", level=4, replaces=annex)
        on_file(factories.agreement(), "Elders")
        on_file(self.agreement, "Vergeten").archive("old", by=self.staff)
        self.assertEqual({one.pk for one in self.new().fields["replaces"].queryset}, {annex.pk, signed.pk})
        for refused in Document.objects.exclude(pk__in=[annex.pk, signed.pk]):
            page = self.send(replaces=refused.pk)
            self.assertEqual((page.status_code, [*page.context["form"].errors]), (422, ["replaces"]))

    def test_that_is_hidden_leaves_the_earlier_one_as_it_was(self) -> None:
        on_file(self.agreement, "Geheim", level=4, replaces=self.draft)
        self.assertEqual(self.shown(), [["Ontwerp"]])
        self.assertEqual(self.shown(factories.user(Role.MANAGER)), [["Geheim", "Ontwerp"]])

    def test_of_what_is_hidden_stands_alone(self) -> None:
        on_file(self.agreement, "Openbaar", level=1, replaces=self.draft)
        self.assertEqual(self.shown(factories.user(Role.READER)), [["Openbaar"]])
        self.assertEqual(self.shown(), [["Openbaar", "Ontwerp"]])

    def test_on_another_record_changes_nothing_here(self) -> None:
        mission = factories.mission()
        MissionDocument.objects.create(by=SYSTEM, mission=mission, document=self.draft)
        self.send(mission, title="Getekend", level=3, replaces=self.draft.pk)
        self.assertEqual(self.shown(), [["Ontwerp"]])

    def test_is_not_put_beside_one_that_came_meanwhile(self) -> None:
        form_of_two = {"replaces": self.draft.pk, "title": "Mijn"}
        seen = Document(title="Mijn", file=pdf(), replaces=self.draft)
        self.send(title="Eerst", replaces=self.draft.pk)
        before = files()
        with self.assertRaises(ValidationError) as refused:
            attach(document=seen, link=AgreementDocument(agreement=self.agreement), by=self.staff)
        self.assertEqual(refused.exception.error_dict["replaces"][0].code, "replaced")
        self.assertEqual(self.send(**form_of_two).status_code, 422)
        self.assertEqual((self.shown(), files()), ([["Eerst", "Ontwerp"]], before))

    def test_sent_again_is_one_version(self) -> None:
        token = Submission.new_token()
        answers = [self.send(title="Getekend", replaces=self.draft.pk, submission=token) for _ in range(2)]
        self.assertEqual(
            {(one.status_code, one.url) for one in answers}, {(302, f"/agreements/{self.agreement.pk}/#documents")}
        )
        self.assertEqual(self.shown(), [["Getekend", "Ontwerp"]])

    def test_makes_no_circle(self) -> None:
        signed = on_file(self.agreement, "Getekend", replaces=self.draft)
        for replaces in (self.draft, signed):
            self.draft.replaces = replaces
            with self.assertRaises(ValidationError) as refused:
                self.draft.full_clean()
            self.assertEqual([*refused.exception.error_dict], ["replaces"])

    def test_of_two_hands_that_wrote_a_circle_is_still_shown(self) -> None:
        signed = on_file(self.agreement, "Getekend", replaces=self.draft)
        models.QuerySet(Document).filter(pk=self.draft.pk).update(replaces=signed)
        self.assertEqual(self.shown(), [["Ontwerp", "Getekend"]])

    def test_keeps_the_earlier_one_from_being_deleted(self) -> None:
        on_file(factories.agreement(), "Getekend", replaces=self.draft)
        AgreementDocument.objects.get(document=self.draft).delete(by=self.staff)
        with self.assertRaises(ProtectedError):
            self.draft.delete(by=self.staff)

    def test_is_offered_on_the_page_to_who_may_write(self) -> None:
        archived = on_file(self.agreement, "Vergeten")
        archived.archive("old", by=self.staff)
        url, here = url_of(self.agreement), reverse("agreement", args=[self.agreement.pk])
        page = self.client.get(here)
        self.assertContains(page, f'href="{url}"')
        self.assertContains(page, f'href="{url}?replaces={self.draft.pk}"')
        self.assertNotContains(page, f"replaces={archived.pk}")
        self.client.force_login(factories.user(Role.READER))
        self.assertNotContains(self.client.get(here), url)

    @pytest.mark.once
    def test_costs_the_page_no_query(self) -> None:
        def asked() -> list[int]:
            counts = []
            for noun, record in records.items():
                with CaptureQueriesContext(connection) as captured:
                    self.client.get(reverse(noun, args=[record.pk]))
                counts.append(len(captured))
            return counts

        records = {noun: make() for noun, (make, _link) in NOUNS.items()}
        first = {noun: on_file(record) for noun, record in records.items()}
        asked()
        before = asked()
        for noun, record in records.items():
            second = on_file(record, replaces=first[noun], by=self.staff)
            on_file(record, replaces=second, by=factories.user(Role.MANAGER))
        self.assertEqual(asked(), before)
        self.assertLessEqual(max(before), 12)

    def test_stays_in_the_order_of_the_latest(self) -> None:
        one, two = on_file(self.agreement, "Een"), on_file(self.agreement, "Twee")
        links = AgreementDocument.objects.filter(document__in=[one, two]).select_related("document")
        self.assertEqual([link.document for link in latest_of(links)], [one, two])


class TenNewVersionsAtOnce(TransactionTestCase):
    def test_are_one_and_the_others_are_asked_to_look_at_it(self) -> None:
        agreement = factories.agreement()
        draft, people, before = on_file(agreement), [factories.user() for _ in range(10)], files()

        def put(who: User) -> int:
            client = Client()
            client.force_login(who)
            sent = {"file": pdf(), "level": 2, "role": "text", "replaces": draft.pk}
            return int(client.post(url_of(agreement), sent).status_code)

        answers = at_once([lambda who=who: put(who) for who in people])
        self.assertEqual(sorted(answers), [302] + [422] * 9)
        left = draft.replaced_by.count(), agreement.documents.count(), Submission.objects.count(), len(files() - before)
        self.assertEqual(left, (1, 2, 1, 1))


@pytest.mark.once
class AStoredFile(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.people = {role: factories.user(role) for role in Role}

    def ask(self, who: User | None, path: str, **how: bool) -> tuple[int, bytes]:
        """The status and the body."""
        client = Client()
        if who is not None:
            client.force_login(who)
        response: Any = client.get(path, **how)
        return response.status_code, b"".join(response.streaming_content) if response.streaming else response.content

    def status(self, who: User | None, path: str) -> int:
        return self.ask(who, path)[0]

    def test_is_fetched_by_who_may_read_both_the_record_and_the_document(self) -> None:
        for (noun, (make, _link)), record_level, level in product(NOUNS.items(), (1, 2, 3, 4), (1, 2, 3, 4)):
            record = make(level=record_level)
            document = on_file(record, level=level)
            path = f"/{noun}s/{record.pk}/files/{document.pk}/"
            for role, who in self.people.items():
                may = {record_level, level} <= READABLE[role]
                self.assertEqual(self.status(who, path), 200 if may else 404, (path, record_level, level, role))
            self.assertEqual(self.status(None, path), 302)

    def test_is_not_fetched_under_the_number_of_another_record(self) -> None:
        agreement, other, mission, meeting = (
            factories.agreement(), factories.agreement(), factories.mission(), factories.meeting()
        )  # fmt: skip
        document = on_file(agreement)
        manager = self.people[Role.MANAGER]
        self.assertEqual(self.status(manager, f"/agreements/{agreement.pk}/files/{document.pk}/"), 200)
        for path in (f"agreements/{other.pk}", f"missions/{mission.pk}", f"meetings/{meeting.pk}", "agreements/999999"):
            self.assertEqual(self.status(manager, f"/{path}/files/{document.pk}/"), 404)

    def test_has_no_address_of_its_own(self) -> None:
        document = on_file(factories.agreement())
        name, plain = document.file.name, Path(document.file.name).name
        paths = [
            f"{start}{one}"
            for start in ("/", "/media/", "/static/", "/static/../media/", "/admin/")
            for one in (name, plain)
        ]
        paths += [f"/{settings.MEDIA_ROOT}/{name}", f"/documents/{document.pk}/", f"/static/%2e%2e/media/{name}"]
        for who, path in product((None, *self.people.values()), paths):
            self.assertIn(self.status(who, path), (301, 302, 403, 404), path)
            self.assertNotIn(PDF, self.ask(who, path, follow=True)[1])

    def test_goes_out_as_an_attachment_of_a_neutral_name(self) -> None:
        agreement = factories.agreement()
        document = on_file(agreement, file=ContentFile(b"<script>", name="x.html"))
        self.client.force_login(self.people[Role.READER])
        response = self.client.get(f"/agreements/{agreement.pk}/files/{document.pk}/")
        self.assertEqual(response["Content-Disposition"], f'attachment; filename="document-{document.pk}"')
        self.assertEqual(
            (response["X-Content-Type-Options"], b"".join(response.streaming_content)), ("nosniff", b"<script>")
        )


def refuse(table: str, event: str) -> None:
    """The database refuses this in this table, until the transaction of the test is undone."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"CREATE TRIGGER refuse BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, 'no'); END")
        else:
            cursor.execute("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$")
            cursor.execute(f"CREATE TRIGGER refuse BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()")


class AWriteThatFailsAfterTheFileWasWritten(Uploading):
    def assert_nothing_left(self, act: Callable[[], object]) -> None:
        before = files()
        with self.assertRaises(DatabaseError), transaction.atomic():
            act()
        left = Document.objects.count(), AgreementDocument.objects.count(), Submission.objects.count()
        self.assertEqual((left, files() - before), ((0, 0, 0), set()))

    def test_leaves_no_file_when_the_database_refuses_the_document(self) -> None:
        document = Document(title="x" * 601, file=pdf())
        link = AgreementDocument(agreement=self.agreement)
        self.assert_nothing_left(lambda: attach(document=document, link=link, by=self.staff))
        self.assertTrue(document.file._committed)  # It was written.

    def test_leaves_no_file_when_the_database_refuses_the_link(self) -> None:
        link = AgreementDocument(agreement=self.agreement, role="nonsense")
        self.assert_nothing_left(lambda: attach(document=Document(title="x", file=pdf()), link=link, by=self.staff))

    def test_leaves_no_file_when_anything_fails_on_the_page(self) -> None:
        for table, event in (
            ("documents_document", "INSERT"), ("agreements_agreementdocument", "INSERT"), ("core_submission", "UPDATE"),
        ):  # fmt: skip
            point = transaction.savepoint()
            refuse(table, event)
            self.assert_nothing_left(self.send)
            transaction.savepoint_rollback(point)
        self.assertEqual(self.send().status_code, 302)

    def test_keeps_the_file_of_a_document_that_was_stored_before(self) -> None:
        document = on_file(self.agreement)
        with self.assertRaises(ZeroDivisionError), file_kept_with(document):
            raise ZeroDivisionError
        self.assertEqual(document.file.read(), PDF)
