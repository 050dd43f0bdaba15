"""Search over everything: every name finds its record, the best first, and nothing hidden is found or counted."""

import io
import json
import re

from django.core.management import call_command
from django.db import connection, models
from django.test import TestCase
from django.urls import reverse
from django.utils import translation

from accounts.rights import Role
from core.models import SearchEntry
from core.typing_errors import distance, pieces
from dashboard.models.search import search
from partners.models import Organisation
from tests import factories


def hits(content: str) -> list[str]:
    return re.findall(r'data-hit="([^"]+)"', content)


class SearchTest(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.staff = factories.user(Role.STAFF)
        cls.reader = factories.user(Role.READER)
        cls.manager = factories.user(Role.MANAGER)

    def found(self, text: str, user=None, most: int = 10) -> list[str]:
        groups = search(text, user or self.staff, most=most)
        with translation.override("nl"):
            return [str(hit.record) for group in groups for hit in group.hits]


class ARecord(SearchTest):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.region = factories.organisation("Hauts-de-France", country="FR")
        factories.other_name(cls.region, "Région des Hauts de France", kind="alias")
        factories.other_name(cls.region, "HDF", kind="acronym")
        factories.other_name(cls.region, "Nord-Pas-de-Calais-Picardie", kind="former")
        cls.institute = factories.organisation("CEA-Leti")
        cls.place = factories.place("Rijsel", name_fr="Lille", name_en="Lille")
        cls.person = factories.contact("Decoster", given_name="François")
        cls.pact = factories.agreement("Toekomstpact voor de Vlaamse Industrie")
        cls.visit = factories.meeting(
            "Werkbezoek", outcome="Gesproken over waterstof in de haven.", venue="Hôtel de Région"
        )
        cls.mission = factories.mission("Industriemissie", other_titles="Mission industrielle")
        cls.promise = factories.follow_up("Brief sturen", details="Met het jaarverslag", partner=cls.institute)

    def test_is_found_first_under_each_of_its_names(self) -> None:
        for text, name in (
            ("Hauts-de-France", "Hauts-de-France"),
            ("hauts de france", "Hauts-de-France"),
            ("REGION DES HAUTS", "Hauts-de-France"),
            ("hdf", "Hauts-de-France"),
            ("picardie", "Hauts-de-France"),
            ("cea leti", "CEA-Leti"),
            ("Lille", "Rijsel"),
            ("rijsel", "Rijsel"),
            ("francois decoster", "François Decoster"),
            ("Decoster François", "François Decoster"),
            ("decos", "François Decoster"),
            ("mission industrielle", "Industriemissie"),
            ("waterstof haven", "Werkbezoek"),
            ("hotel de region", "Werkbezoek"),
            ("jaarverslag", "Brief sturen"),
        ):
            with self.subTest(text):
                self.assertEqual(self.found(text)[0], name)

    def test_is_found_through_small_typing_errors(self) -> None:
        for text, name in (
            ("toekomstpakt", "Toekomstpact voor de Vlaamse Industrie"),
            ("decsoter", "François Decoster"),
            ("francois decostr", "François Decoster"),
            ("hauts de frnace", "Hauts-de-France"),
            ("Rijsl", "Rijsel"),
            ("industriemisie", "Industriemissie"),
        ):
            with self.subTest(text):
                self.assertEqual(self.found(text)[0], name)

    def test_is_not_found_by_what_it_does_not_say(self) -> None:
        for text in ("zzzzzz", "decoster waterstof", "hauts de belgique", "d", "", "…", "brussel"):
            with self.subTest(text):
                self.assertEqual(self.found(text), [])

    def test_is_found_under_a_name_from_the_moment_it_has_it(self) -> None:
        self.assertEqual(self.found("Valenciennes"), [])
        name = factories.other_name(self.region, "Valenciennes Métropole")
        self.assertEqual(self.found("Valenciennes"), ["Hauts-de-France"])
        name.delete(by=self.staff)
        self.assertEqual(self.found("Valenciennes"), [])
        self.institute.name = "Leti Grenoble"
        self.institute.save(by=self.staff)
        self.assertEqual(self.found("cea-leti"), [])
        self.assertEqual(self.found("grenoble"), ["Leti Grenoble"])

    def test_is_not_found_while_it_is_archived_nor_when_it_is_gone(self) -> None:
        self.institute.archive("double", by=self.manager)
        self.assertEqual(self.found("cea leti"), [])
        self.institute.restore(by=self.manager)
        self.assertEqual(self.found("cea leti"), ["CEA-Leti"])
        self.visit.delete(by=self.manager)
        self.assertEqual(self.found("waterstof"), [])

    def test_is_found_by_no_text_that_some_of_its_readers_may_not_see(self) -> None:
        factories.contact("Peeters", private_notes="kanarie", mobile="+32 470 00 00 00")
        factories.meeting("Overleg", internal_note="kanarie")
        self.assertEqual(self.found("kanarie", self.manager), [])
        self.assertEqual(self.found("470", self.manager), [])


class TheOrderOfHits(SearchTest):
    def test_is_exact_name_other_name_beginning_words_fragments_texts(self) -> None:
        text = factories.organisation("Vergadering")
        factories.meeting("Overleg", outcome="Over agoria gesproken")
        fragment = factories.organisation("Subagoriana")
        words = factories.organisation("Vlaanderen Agoria Club")
        beginning = factories.organisation("Agoria Vlaanderen")
        other = factories.organisation("Technologiefederatie")
        factories.other_name(other, "Agoria", kind="acronym")
        exact = factories.organisation("AGORIA")
        expected = [exact, other, beginning, words, fragment]
        self.assertEqual(self.found("agoria"), [*map(str, expected), "Overleg"])
        self.assertNotIn(str(text), self.found("agoria"))

    def test_of_groups_is_that_of_their_best_hits(self) -> None:
        factories.organisation("Vrienden van Gent")
        factories.place("Gent", name_fr="Gand")
        groups = search("gent", self.staff, most=5)
        self.assertEqual([group.noun.kind for group in groups], ["place", "organisation"])
        factories.organisation("Gent")
        groups = search("gent", self.staff, most=5)
        self.assertEqual([group.noun.kind for group in groups], ["organisation", "place"])

    def test_shows_at_most_so_many_of_each_and_counts_all(self) -> None:
        for number in range(7):
            factories.organisation(f"Haven {number}")
        factories.contact("Havenaar")
        groups = search("haven", self.staff, most=3)
        self.assertEqual([(group.count, len(group.hits)) for group in groups], [(7, 3), (1, 1)])


class WhatIsHidden(SearchTest):
    def test_is_neither_found_nor_counted_as_typed_or_nearly(self) -> None:
        factories.mission("Zilvermeer bezoek", level=1)
        factories.mission("Zilvermeer geheim", level=4)
        factories.agreement("Zilvermeer akkoord", level=3)
        factories.follow_up("Zilvermeer nakijken", level=4, owner=self.staff)
        everything = ["Zilvermeer akkoord", "Zilvermeer bezoek", "Zilvermeer geheim", "Zilvermeer nakijken"]
        for text in ("zilvermeer", "zilvremeer"):
            for user, names in (
                (self.manager, everything),
                (self.staff, ["Zilvermeer akkoord", "Zilvermeer bezoek", "Zilvermeer nakijken"]),
                (self.reader, ["Zilvermeer bezoek"]),
            ):
                with self.subTest(text=text, user=user.role):
                    groups = search(text, user, most=1)
                    self.assertEqual(sum(group.count for group in groups), len(names))
                    self.assertEqual(sorted(self.found(text, user)), names)

    def test_does_not_show_through_a_meeting_of_a_hidden_mission(self) -> None:
        mission = factories.mission("Verborgen reis", level=4)
        factories.meeting("Openbaar overleg", mission=mission, level=4)
        factories.meeting("Los overleg")
        self.client.force_login(self.staff)
        content = self.client.get("/search/?q=overleg").content.decode()
        self.assertEqual(len(hits(content)), 1)
        self.assertNotIn("Verborgen reis", content)


class ThePage(SearchTest):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        for number in range(8):
            factories.organisation(f"Haven {number}", country="BE")
        cls.former = factories.organisation("Port of Antwerp-Bruges")
        factories.other_name(cls.former, "Havenbedrijf Antwerpen", kind="former")

    def setUp(self) -> None:
        self.client.force_login(self.staff)

    def page(self, query: str) -> str:
        return self.client.get(f"/search/{query}", headers={"accept-language": "en"}).content.decode()

    def test_groups_its_hits_and_leads_to_all_of_a_group(self) -> None:
        content = self.page("?q=haven")
        self.assertEqual(len(hits(content)), 5)
        self.assertIn('id="result-count" data-count="9"', content)
        self.assertIn('href="/search/?q=haven&amp;kind=organisation"', content)
        self.assertEqual(len(hits(self.page("?q=haven&kind=organisation"))), 9)
        self.assertEqual(hits(self.page("?q=haven&kind=mission")), [])

    def test_says_under_which_other_name_a_record_is_found(self) -> None:
        content = self.page("?q=havenbedrijf")
        self.assertEqual(hits(content), [f"organisation:{self.former.pk}"])
        self.assertIn("Havenbedrijf Antwerpen", content)

    def test_explains_itself_when_nothing_is_asked_or_found(self) -> None:
        self.assertIn("What are you looking for?", self.page(""))
        self.assertIn("Nothing is found", self.page("?q=zzzzzz"))
        self.assertIn("Nothing is found", self.page("?q=haven&kind=nonsense"))

    def test_asks_as_many_queries_whatever_it_finds(self) -> None:
        for text in ("haven", "port of antwerp"):
            with self.subTest(text), self.assertNumQueries(5):  # Session, user, entries, organisations, their names.
                self.page(f"?q={text}")

    def test_survives_what_search_engines_have_a_grammar_for(self) -> None:
        for text in (
            '"',
            '""',
            "*",
            "NEAR(a b)",
            "haven AND",
            "-haven",
            "^haven",
            "text:haven",
            "%",
            "_",
            "\\",
            "a" * 300,
        ):
            with self.subTest(text):
                self.assertEqual(self.client.get("/search/", {"q": text}).status_code, 200)
                self.assertEqual(self.client.get("/search/options/", {"q": text}).status_code, 200)

    def test_offers_the_best_hits_while_one_types(self) -> None:
        found = json.loads(self.client.get("/search/options/?q=port+of").content)["results"]
        self.assertEqual([one["id"] for one in found], [f"organisation:{self.former.pk}"])
        self.assertEqual(found[0]["url"], reverse("organisation", args=[self.former.pk]))
        self.assertEqual(len(json.loads(self.client.get("/search/options/?q=haven").content)["results"]), 8)
        self.assertEqual(json.loads(self.client.get("/search/options/?q=h").content)["results"], [])

    def test_offers_a_few_of_every_group_each_once(self) -> None:
        factories.contact("Havenaar")
        for number in range(5):
            factories.meeting(f"Havenoverleg {number}")
        found = json.loads(self.client.get("/search/options/?q=haven").content)["results"]
        self.assertEqual(
            [one["id"].split(":")[0] for one in found], ["organisation"] * 2 + ["contact"] + ["meeting"] * 2
        )
        self.assertEqual(len({one["id"] for one in found}), 5)


class TheIndex(SearchTest):
    def test_is_made_anew_by_one_command(self) -> None:
        institute = factories.organisation("Imec")
        factories.other_name(institute, "Interuniversitair Micro-Elektronica Centrum", kind="translation")
        archived = factories.organisation("Oud instituut")
        archived.archive("weg", by=self.manager)
        before = sorted(SearchEntry.objects.values_list("kind", "record_id", "name", "names", "text"))
        SearchEntry.objects.filter(record_id=institute.pk).delete()
        SearchEntry.store([SearchEntry.of("organisation", archived.pk, ["Oud instituut"], [])])
        models.QuerySet(Organisation).update(search_text="")
        self.assertEqual(self.found("imec"), [])
        call_command("rebuild_search", stdout=io.StringIO())
        self.assertEqual(sorted(SearchEntry.objects.values_list("kind", "record_id", "name", "names", "text")), before)
        self.assertEqual(self.found("micro elektronica"), ["Imec"])
        institute.refresh_from_db()
        self.assertEqual(institute.search_text, "imec\ninteruniversitair micro elektronica centrum")

    def test_of_trigrams_follows_every_write_of_an_entry(self) -> None:
        institute = factories.organisation("Imec")
        SearchEntry.objects.filter(kind="organisation", record_id=institute.pk).update(text=" soitec ")
        self.assertEqual(list(SearchEntry.objects.containing(["imec"])), [])
        self.assertEqual(SearchEntry.objects.containing(["soitec"]).get().record_id, institute.pk)
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:  # The index says itself whether it is in step with its rows.
                cursor.execute(
                    "INSERT INTO core_searchentry_trigrams (core_searchentry_trigrams, rank) "
                    "VALUES ('integrity-check', 1)"
                )


class ATypingError(TestCase):
    def test_leaves_a_piece_of_the_word_unharmed(self) -> None:
        for word, meant in (("toekomstpakt", "toekomstpact"), ("decsoter", "decoster"), ("lilel", "lille")):
            self.assertTrue(any(piece in f" {meant} " for piece in pieces(word)), word)
            self.assertTrue(all(len(piece) >= 3 for piece in pieces(word)))

    def test_is_counted_in_letters_and_forgiven_by_length(self) -> None:
        self.assertEqual(distance(["toekomstpakt"], "toekomstpact voor de industrie"), 1)
        self.assertEqual(distance(["imce"], "imec"), 1)
        self.assertIsNone(distance(["ime"], "imc"))
        self.assertIsNone(distance(["parijs"], "madrid"))
        self.assertEqual(distance(["frnace", "hauts"], "hauts de france"), 1)
