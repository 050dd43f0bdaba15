"""The public register of agreements: what is public and concluded, with the columns one chooses and what they mean."""

import csv
import datetime
import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from accounts.rights import Role
from agreements.models import AgreementDocument
from core.actors import SYSTEM
from core.models import ExportRecord
from tests import factories as make
from tests.factories import days, today

pytestmark = pytest.mark.once

CSV, JSON, DICTIONARY, PAGE = (f"/agreements/register{ending}" for ending in (".csv", ".json", "-dictionary.csv", "/"))


class Register(TestCase):
    def setUp(self) -> None:
        self.staff = make.user(Role.STAFF, language="en")
        self.client.force_login(self.staff)

    def concluded(self, title: str = "Canals", **fields: Any) -> Any:
        return make.agreement(title, **{"status": "signed", "level": 1, **fields})

    def csv(self, query: str = "") -> list[dict[str, str]]:
        response = self.client.get(f"{CSV}{query}")
        self.assertEqual(response.status_code, 200)
        text = b"".join(response.streaming_content).decode("utf-8")
        self.assertEqual(int(response["Content-Length"]), len(text.encode()))
        return list(csv.DictReader(io.StringIO(text)))

    def json(self, query: str = "") -> dict[str, Any]:
        response = self.client.get(f"{JSON}{query}")
        body = b"".join(response.streaming_content)
        self.assertEqual(int(response["Content-Length"]), len(body))
        return json.loads(body)

    def both(self, column: str) -> tuple[list[str], list[Any]]:
        query = f"?column={column}"
        return [row[column] for row in self.csv(query)], [row[column] for row in self.json(query)["rows"]]


class TheRows(Register):
    def test_are_public_concluded_and_in_use_whoever_asks(self) -> None:
        for status in ("signed", "terminated", "replaced"):
            self.concluded(status, status=status)
        for status in ("idea", "negotiation", "approved", "withdrawn"):
            self.concluded(status, status=status)
        for level in (2, 3, 4):
            self.concluded(f"level {level}", level=level, by=self.staff)
        self.concluded("archived").archive("Twice on record", by=SYSTEM)
        for role in (Role.STAFF, Role.MANAGER, Role.ADMINISTRATOR):
            self.client.force_login(make.user(role))
            self.assertEqual(self.both("title"), (["replaced", "signed", "terminated"],) * 2)

    def test_refer_to_nothing_that_is_not_among_them(self) -> None:
        head, hidden = self.concluded("A"), self.concluded("Hidden", level=2)
        archived = self.concluded("Archived")
        archived.archive("Twice on record", by=SYSTEM)
        self.concluded("B", parent=head, replaced_by=hidden)
        self.concluded("C", parent=archived, replaced_by=head)
        self.assertEqual(self.both("belongs_to"), (["", str(head.pk), ""], [None, head.pk, None]))
        self.assertEqual(self.both("replaced_by"), (["", "", str(head.pk)], [None, None, head.pk]))

    def test_link_to_public_documents_only(self) -> None:
        agreement = self.concluded()
        for level, name in ((1, "text"), (1, "annex"), (2, "note")):
            document = make.document(name, level=level, link=f"https://example.org/{name}")
            AgreementDocument.objects.create(by=SYSTEM, agreement=agreement, document=document)
        gone = make.document("gone", level=1, link="https://example.org/gone")
        AgreementDocument.objects.create(by=SYSTEM, agreement=agreement, document=gone)
        gone.archive("Withdrawn", by=SYSTEM)
        said, listed = self.both("documents")
        self.assertEqual(sorted(listed[0]), ["https://example.org/annex", "https://example.org/text"])
        self.assertEqual(said, ["; ".join(listed[0])])

    def test_name_who_signed_only_when_asked_and_only_in_a_capacity(self) -> None:
        agreement, minister = self.concluded(), make.contact("Jambon", given_name="Jan")
        post = make.position(minister, make.organisation(), title_nl="minister-president")
        make.signature(agreement, minister, position=post)
        make.signature(agreement, make.contact("Printed"), capacity="Vice-président")
        make.signature(agreement, make.contact("Nameless"))
        self.assertNotIn("signatories", self.csv()[0])
        said, listed = self.both("signatories")
        self.assertEqual(sorted(listed[0]), ["Jan Jambon (minister-president)", "Printed (Vice-président)"])
        self.assertNotIn("Nameless", said[0])


class ACell(Register):
    def test_says_whether_the_text_is_in_force_today(self) -> None:
        day = {"effective_on_precision": "day"}
        this_year = {"effective_on": today().replace(month=1, day=1), "effective_on_precision": "year"}
        texts = {
            "a yes": {"effective_on": today(), **day},
            "b not yet": {"effective_on": today() + days(1), **day},
            "c not recorded": {},
            "d some day this year": this_year,
            "e over": {"effective_on": today() - days(9), **day, "ends_on": today()},
            "f terminated": {"effective_on": today() - days(9), **day, "status": "terminated"},
            "g ends soon": {
                "effective_on": today() - days(9),
                **day,
                "status": "replaced",
                "ends_on": today() + days(1),
            },
            "h over, effect unknown": {"ends_on": today()},
            "i renewed": {"effective_on": today() - days(99), **day, "ends_on": today() - days(9), "renewal": "tacit"},
        }
        for title, fields in texts.items():
            self.concluded(title, **fields)
        is_over = (today().month, today().day) == (12, 31)
        said = ["yes", "no", "unknown", "yes" if is_over else "unknown", "no", "no", "yes", "no", "yes"]
        self.assertEqual(self.both("in_force"), (said, said))

    def test_of_a_date_known_to_the_year_comes_with_how_exactly_it_is_known(self) -> None:
        self.concluded(signed_on=datetime.date(2024, 1, 1), signed_on_precision="year")
        self.assertEqual(self.csv("?column=signed_on"), [{"signed_on": "2024-01-01", "signed_on_precision": "year"}])

    def test_of_signature_is_that_of_the_last_party_when_each_signed_on_a_day_of_its_own(self) -> None:
        agreement = self.concluded()
        for day in (datetime.date(2024, 4, 22), datetime.date(2024, 5, 3)):
            body = make.organisation()
            make.party(agreement, body)
            known = {"signed_on": day, "signed_on_precision": "day"}
            make.signature(agreement, make.contact(), on_behalf_of=body, **known)
        self.assertEqual(self.both("signed_on"), (["2024-05-03"], ["2024-05-03"]))

    def test_is_nothing_in_json_when_nothing_is_recorded(self) -> None:
        self.concluded()
        row = self.json()["rows"][0]
        for key in (
            "signed_on",
            "signed_on_precision",
            "kind",
            "term_months",
            "official_title",
            "place_nl",
            "belongs_to",
        ):
            self.assertIsNone(row[key], key)
        self.assertEqual((row["parties"], row["documents"], row["is_indefinite"]), ([], [], False))

    def test_is_no_formula_in_csv_and_as_written_in_json(self) -> None:
        self.concluded("=1+1; “é”")
        self.assertEqual(self.both("title"), (["'=1+1; “é”"], ["=1+1; “é”"]))

    def test_with_several_names_keeps_them_apart(self) -> None:
        agreement = self.concluded()
        for name in ("Soitec; Lyon", "Imec"):
            make.party(agreement, make.organisation(name))
        make.party(agreement, make.organisation("Only a witness"), role="witness")
        said, listed = self.both("parties")
        self.assertEqual(sorted(listed[0]), ["Imec", "Soitec; Lyon"])
        self.assertEqual(sorted(said[0]), sorted("Imec; Soitec; Lyon"))

    def test_says_the_same_in_every_language_of_its_reader(self) -> None:
        place = make.place()
        agreement = self.concluded(
            kind="mou", signed_at_place=place, lead_department=make.department(name_fr="Affaires")
        )
        agreement.themes.add(make.theme())
        files = []
        for language in ("nl", "fr", "en"):
            self.client.force_login(make.user(Role.STAFF, language=language))
            files.append(
                self.csv("?column=kind&column=place_fr&column=place_en&column=lead_department_fr&column=themes_nl")
            )
        self.assertEqual(
            files[0],
            [{"kind": "mou", "place_fr": "Lille", "place_en": "", "lead_department_fr": "Affaires", "themes_nl": "Digitalisering"}],
        )  # fmt: skip
        self.assertEqual(files, files[:1] * 3)


class TheColumns(Register):
    def test_are_the_usual_ones_unless_some_are_chosen(self) -> None:
        self.concluded()
        usual = list(self.csv()[0])
        self.assertIn("parties", usual)
        self.assertNotIn("notice_months", usual)
        self.assertEqual(list(self.csv("?column=status&column=id&column=status")[0]), ["id", "status"])

    def test_that_do_not_exist_are_refused_in_words(self) -> None:
        for path in (CSV, JSON, DICTIONARY):
            response = self.client.get(f"{path}?column=title&column=owner&level=4")
            self.assertEqual(response.status_code, 400)
            self.assertEqual(
                response.content.decode(),
                "“level” is not understood here.\n“owner” is not a column of this register.\n",
            )
        page = self.client.get(f"{PAGE}?column=owner")
        self.assertContains(page, "“owner” is not a column of this register.")
        self.assertFalse(ExportRecord.objects.exists())

    def test_are_explained_on_the_page_in_the_file_and_apart(self) -> None:
        query = "?column=kind&column=signed_on"
        described = {one["key"]: one for one in self.json(query)["columns"]}
        self.assertEqual(list(described), ["kind", "signed_on", "signed_on_precision"])
        self.assertEqual(described["kind"]["values"]["mou"], "memorandum of understanding (MoU)")
        apart = list(csv.DictReader(io.StringIO(self.client.get(f"{DICTIONARY}{query}").content.decode())))
        self.assertEqual([one["key"] for one in apart], list(described))
        self.assertEqual(apart[1]["description"], described["signed_on"]["description"])
        self.assertContains(self.client.get(f"{PAGE}{query}"), described["signed_on"]["description"])

    def test_have_words_for_every_value_that_stands_in_them(self) -> None:
        self.concluded(kind="pact", scope="domestic", signed_on=today(), signed_on_precision="day")
        self.concluded("Over", status="replaced", renewal="explicit")
        file = self.json("".join(f"&column={key}" for key in ("kind", "scope", "status", "in_force", "renewal", "binding", "signed_on")).replace("&", "?", 1))  # fmt: skip
        words = {one["key"]: one["values"] for one in file["columns"] if one["type"] == "word"}
        self.assertEqual(len(words), 7)
        for row in file["rows"]:
            for key, known in words.items():
                self.assertIn(row[key], [None, *known], key)


class TheFile(Register):
    def test_in_json_says_what_it_is_and_how_many_rows_it_holds(self) -> None:
        self.concluded("One"), self.concluded("Two")
        file = self.json("?column=title")
        self.assertEqual(list(file), ["title", "generated_at", "language", "columns", "rows", "count"])
        self.assertEqual((file["title"], file["language"], file["count"]), ("Register of agreements", "en", 2))
        self.assertIsNotNone(datetime.datetime.fromisoformat(file["generated_at"]).tzinfo)

    def test_without_rows_is_a_good_file(self) -> None:
        self.assertEqual((self.json()["rows"], self.json()["count"], self.csv()), ([], 0, []))

    def test_is_written_down_with_its_columns(self) -> None:
        self.concluded()
        self.csv("?column=title&column=signed_on"), self.json()
        first, second = ExportRecord.objects.order_by("pk")
        self.assertEqual(
            (first.by, first.noun, first.query, first.row_count, first.format),
            (self.staff, "agreements-register", "column=title&column=signed_on&column=signed_on_precision", 1, "csv"),
        )
        self.assertEqual((second.format, second.query.startswith("column=id&column=title&")), ("json", True))

    def test_is_not_for_readers(self) -> None:
        self.client.force_login(make.user(Role.READER))
        self.assertNotContains(self.client.get("/agreements/"), PAGE)
        for path in (PAGE, CSV, JSON, DICTIONARY):
            self.assertEqual(self.client.get(path).status_code, 403)
        self.assertFalse(ExportRecord.objects.exists())


class ThePage(Register):
    def test_counts_what_is_left_out_and_says_why(self) -> None:
        self.concluded("In"), self.concluded("Idea", status="idea"), self.concluded("Internal", level=2)
        self.concluded("Hidden", level=4)
        self.concluded("Gone").archive("Twice on record", by=SYSTEM)
        page = self.client.get(PAGE)
        self.assertContains(page, 'data-count="1"')
        self.assertEqual(page.context["counts"], {"on_register": 1, "not_public": 1, "archived": 1, "not_concluded": 1})

    def test_shows_the_first_rows_with_the_chosen_columns(self) -> None:
        for number in range(9):
            self.concluded(f"Text {number}")
        page = self.client.get(f"{PAGE}?column=title")
        self.assertEqual(page.context["preview"], [[f"Text {number}"] for number in range(5)])
        self.assertContains(page, 'value="title" checked')
        self.assertNotContains(page, 'value="status" checked')

    def test_and_its_files_ask_as_often_whatever_they_hold(self) -> None:
        asked = []
        for _round in range(2):
            for number in range(3):
                agreement = self.concluded(f"{number}", lead_department=make.department())
                make.party(agreement, make.organisation())
            for path in (PAGE, CSV, JSON):
                with CaptureQueriesContext(connection) as captured:
                    b"".join(self.client.get(path))
                asked.append(len(captured))
        self.assertEqual(asked[:3], asked[3:])
        self.assertLessEqual(max(asked), 8)
