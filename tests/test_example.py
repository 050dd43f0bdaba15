"""The example: the mission to France exactly as its report states it, and fictitious work that never touches it."""

import datetime
import io

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist
from django.core.management import call_command
from django.test import TestCase, override_settings

from accounts.models import User
from agreements.models import Agreement
from core.actors import SYSTEM
from core.models import Recorded
from dashboard.example.load_france import load_france
from documents.models import Citation
from follow_ups.models import FollowUp
from missions.models import Meeting, Mission
from partners.models import Contact, Organisation, Place, Theme
from tests.france_facts import EMPTY, LOCATORS, NO_FIELD, NOT_STORED, SENTENCES, STORED, other_than, read_facts, walk

OWN_WORDING = {"why"}  # Explanations say the same in our own words.
SENTENCE_AT = {place: SENTENCES[key] for key, place in LOCATORS.items()}


def is_stored(path, value, rows):
    """Whether Entente holds the fact; a row that cannot be found does not hold it."""
    try:
        return STORED[path](value, rows)
    except (LookupError, ObjectDoesNotExist, MultipleObjectsReturned):
        return False


def is_empty(path, rows):
    """Whether Entente holds nothing where the report says nothing."""
    try:
        return EMPTY[path](rows)
    except ObjectDoesNotExist:
        return False


def complaints(facts):
    """The facts that are not stored, and those that nobody said where to store."""
    found = []
    for path, value, rows in walk(facts):
        if value is None:
            if path not in EMPTY and path not in NO_FIELD:
                found.append(f"{path}: nobody says how it stays empty")
            elif path in EMPTY and not is_empty(path, rows):
                found.append(f"{path}: filled in, though the report does not say it")
        elif path in NOT_STORED:
            continue
        elif path not in STORED:
            found.append(f"{path}: nobody says where it is stored")
        elif not is_stored(path, value, rows):
            found.append(f"{path}: {value!r} is not stored")
    return found


def contents():
    """Every row of every table, history included."""
    return {model._meta.label: sorted(map(repr, model._base_manager.values_list())) for model in every_table()}


def every_table():
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label != "contenttypes"]


def records():
    """Every row of a model with a history, citations aside."""
    for model in apps.get_models():
        if issubclass(model, Recorded) and model is not Citation:
            yield from model._base_manager.all()


def load(**options):
    """The command, and what it says."""
    said = io.StringIO()
    call_command("load_example", stdout=said, **options)
    return said.getvalue()


class MissionToFrance(TestCase):
    """Loaded alone: what stands in the report, and nothing else."""

    @classmethod
    def setUpTestData(cls):
        load_france()

    def test_holds_every_fact_and_leaves_empty_what_is_not_said(self):
        self.assertEqual(complaints(read_facts()), [])

    def test_is_checked_by_questions_that_all_occur(self):
        leaves = list(walk(read_facts()))
        given = {path for path, value, _rows in leaves if value is not None}
        unknown = {path for path, value, _rows in leaves if value is None}
        sources = {"from", "quote", "provenance", "why", "id"}
        unasked = {path for path in STORED.keys() - given if path.rpartition(".")[2] not in sources}
        self.assertEqual(unasked, set())
        self.assertEqual(NOT_STORED.keys() - given, set())
        self.assertEqual((EMPTY.keys() | NO_FIELD) - unknown, set())

    def test_differs_from_any_altered_fact(self):
        believed = [
            f"{path}: {value!r}"
            for path, value, rows in walk(read_facts())
            if value is not None
            and path in STORED
            and path.rpartition(".")[2] not in OWN_WORDING
            and is_stored(path, other_than(value), rows)
        ]
        self.assertEqual(believed, [])

    def test_would_miss_a_new_fact(self):
        facts = read_facts()
        facts["people"][1]["spouse"] = "somebody"
        facts["agreements"][1]["budget"] = None
        self.assertEqual(
            complaints(facts),
            ["people.spouse: nobody says where it is stored", "agreements.budget: nobody says how it stays empty"],
        )

    def test_would_show_an_altered_record(self):
        for record, field, value, path in [
            (Mission.objects.get(), "ends_on", datetime.date(2024, 4, 26), "missions.end_date"),
            (Organisation.objects.get(name="Soitec"), "kind", "company", "organisations.kind"),
            (Contact.objects.get(family_name="Ferrari"), "email", "somebody@example.org", "people.email"),
            (Agreement.objects.get(kind="mou"), "binding", "no", "agreements.legally_binding"),
            (Place.objects.get(name_fr="Lille"), "name_nl", "Lille", "places.label_nl"),
        ]:
            setattr(record, field, value)
            record.save(by=SYSTEM)
            with self.subTest(path=path):
                self.assertIn(path, {complaint.partition(":")[0] for complaint in complaints(read_facts())})

    def test_cites_words_of_the_report_for_every_record(self):
        for record in records():
            kind = ContentType.objects.get_for_model(record)
            with self.subTest(record=f"{kind.model} {record}"):
                found = Citation.objects.filter(content_type=kind, object_id=record.pk, field_name="")
                self.assertTrue(found)

    def test_quotes_a_few_words_from_the_place_it_names(self):
        for citation in Citation.objects.all():
            with self.subTest(quote=citation.quote):
                self.assertTrue(citation.quote)
                self.assertIn(citation.quote, SENTENCE_AT[citation.locator])
                self.assertLessEqual(len(citation.quote.split()), 12)

    def test_explains_what_is_inferred_and_only_that(self):
        stated = Citation.objects.filter(certainty="stated")
        self.assertFalse(stated.exclude(explanation="").exists())
        self.assertFalse(Citation.objects.exclude(certainty="stated").filter(explanation="").exists())

    def test_cites_fields_that_exist(self):
        for citation in Citation.objects.exclude(field_name=""):
            self.assertTrue(hasattr(citation.record, citation.field_name), citation.field_name)

    def test_has_no_follow_up_and_no_user(self):
        self.assertEqual((FollowUp.objects.count(), User.objects.count()), (0, 0))

    def test_is_found_without_cedilla_and_in_either_language(self):
        self.assertEqual(Contact.objects.all().matching("francois decoster").count(), 1)
        self.assertEqual(Place.objects.get(search_text__contains="lille").name_nl, "Rijsel")
        self.assertEqual([str(found) for found in Organisation.objects.all().matching("imec")], ["Imec"])

    def test_keeps_its_undated_items_between_the_days_of_the_mission(self):
        days = set(Meeting.objects.filter(mission__isnull=False).values_list("day", "earliest_on", "latest_on"))
        self.assertEqual(days, {(None, datetime.date(2024, 4, 22), datetime.date(2024, 4, 25))})

    def test_is_not_loaded_over_what_people_corrected_since(self):
        mission = Mission.objects.get()
        mission.title = "Industriemissie"
        mission.save(by=SYSTEM)
        self.assertFalse(load_france())
        self.assertEqual(Mission.objects.get().title, "Industriemissie")


class LoadingTheReportAlone(TestCase):
    """`--only france`."""

    @override_settings(IS_PRODUCTION=True)
    def test_is_allowed_in_production_and_makes_no_user(self):
        self.assertEqual(load(only="france"), "Example: the mission to France loaded.\n")
        self.assertEqual((Mission.objects.count(), User.objects.count(), FollowUp.objects.count()), (1, 0, 0))

    def test_uses_themes_that_were_there(self):
        Theme.objects.create(name_nl="healthtech", name_en="health technology", by=SYSTEM)
        load(only="france")
        self.assertEqual(Theme.objects.get(name_nl="healthtech").name_en, "health technology")

    def test_changes_nothing_the_second_time(self):
        load(only="france")
        before = contents()
        self.assertEqual(load(only="france"), "Example: the mission to France was there already.\n")
        self.assertEqual(contents(), before)
