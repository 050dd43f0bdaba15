"""The example: the mission to France exactly as its report states it, and fictitious work that never touches it."""

import datetime
import io

import pytest
import time_machine
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist
from django.core.management import CommandError, call_command
from django.test import TestCase, override_settings
from django.utils import timezone

from accounts.models import User
from agreements.models import Agreement
from core.actors import SYSTEM
from core.models import Recorded, Whole
from dashboard.example.load_fictitious import WHY
from dashboard.example.load_france import load_france
from documents.models import Citation, Document
from follow_ups.models import FollowUp, FollowUpUpdate
from missions.models import Meeting, Mission
from partners.models import Contact, Organisation, Place, Theme
from tests.france_facts import EMPTY, LOCATORS, NO_FIELD, NOT_STORED, SENTENCES, STORED, other_than, read_facts, walk

pytestmark = pytest.mark.once

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
        alterations = [
            ("missions.end_date", Mission.objects.get(), "ends_on", datetime.date(2024, 4, 26)),
            ("organisations.kind", Organisation.objects.get(name="Soitec"), "kind", "company"),
            ("people.email", Contact.objects.get(family_name="Ferrari"), "email", "somebody@example.org"),
            ("agreements.legally_binding", Agreement.objects.get(kind="mou"), "binding", "no"),
            ("places.label_nl", Place.objects.get(name_fr="Lille"), "name_nl", "Lille"),
            ("themes.label_en", Theme.objects.get(name_nl="healthtech"), "name_en", "health"),
        ]
        for _path, record, field, value in alterations:
            setattr(record, field, value)
            record.save(by=SYSTEM)
        shown = {complaint.partition(":")[0] for complaint in complaints(read_facts())}
        self.assertLessEqual({path for path, *_rest in alterations}, shown)

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


class FictitiousWork(TestCase):
    """The whole example: users and a made-up year that never looks like the report."""

    @classmethod
    def setUpTestData(cls):
        load(only="france")
        cls.facts = contents()
        cls.france = {(type(record), record.pk) for record in records()}
        cls.said = load()

    def made_up(self):
        return [record for record in records() if (type(record), record.pk) not in self.france]

    def test_says_how_to_sign_in(self):
        self.assertEqual(
            self.said,
            "Example: the mission to France was there already.\nExample: fictitious work loaded.\n"
            "Sign in as reader, staff, manager or admin; the password is entente-demo.\n",
        )
        for name, role in {
            "reader": "reader",
            "staff": "staff",
            "manager": "manager",
            "admin": "administrator",
        }.items():
            self.assertTrue(self.client.login(username=name, password="entente-demo"))
            self.assertEqual(User.objects.get(username=name).role, role)

    def test_leaves_every_row_of_the_report_as_it_was(self):
        after = contents()
        changed = {name for name, rows in self.facts.items() if set(rows) - set(after[name])}
        self.assertEqual(changed, set())

    def test_refers_to_nothing_of_the_report_but_its_themes(self):
        touched = []
        for record in self.made_up():
            for field in (*record._meta.fields, *record._meta.many_to_many):
                if field.is_relation and issubclass(field.related_model, Recorded) and field.related_model is not Theme:
                    value = getattr(record, field.name)
                    others = value.all() if field.many_to_many else [value]
                    touched += [
                        f"{record!r}.{field.name}"
                        for other in others
                        if (type(other), getattr(other, "pk", 0)) in self.france
                    ]
        self.assertEqual(touched, [])
        self.assertFalse(FollowUp.objects.all().in_country("FR", user=User.objects.get(username="manager")).exists())

    def test_has_no_citation(self):
        self.assertEqual({citation.document_id for citation in Citation.objects.all()}, {Document.objects.get().pk})
        for record in self.made_up():
            kind = ContentType.objects.get_for_model(record)
            self.assertFalse(Citation.objects.filter(content_type=kind, object_id=record.pk).exists())

    def test_is_marked_wherever_it_is_named(self):
        wholes = [record for record in self.made_up() if isinstance(record, Whole)]
        self.assertGreater(len(wholes), 100)
        self.assertEqual([str(record) for record in wholes if "Example" not in str(record)], [])
        facts = [model._base_manager.get(pk=pk) for model, pk in self.france]
        self.assertEqual([str(record) for record in facts if "Example" in str(record)], [])

    def test_changes_nothing_the_second_time_nor_the_day_after(self):
        before = contents()
        load()
        with time_machine.travel(timezone.now() + datetime.timedelta(days=1)):
            load()
        self.assertEqual(contents(), before)

    def test_is_not_loaded_again_over_the_work_of_people(self):
        follow_up, before = FollowUp.objects.first(), FollowUp.objects.count()
        follow_up.title = "Renamed"
        follow_up.save(by=User.objects.get(username="staff"))
        load()
        self.assertEqual(FollowUp.objects.count(), before)

    def test_fills_every_screen(self):
        today = timezone.localdate()
        rows = FollowUp.objects.all()
        for name in ("direction", "kind", "status", "priority", "level"):
            words = dict(FollowUp._meta.get_field(name).flatchoices)
            self.assertEqual(set(rows.values_list(name, flat=True)), set(words), name)
        self.assertGreaterEqual(rows.overdue(on=today).count(), 8)
        self.assertGreaterEqual(rows.due_between(today, today + datetime.timedelta(days=6)).count(), 5)
        self.assertGreaterEqual(rows.unassigned().count(), 5)
        self.assertGreaterEqual(rows.undated().count(), 5)
        self.assertEqual(Mission.objects.all().coming(on=today).count(), 1)
        for name in ("staff", "manager", "admin"):
            self.assertTrue(rows.open().owned_by(User.objects.get(username=name)).exists())

    def test_holds_confidential_work_that_names_staff_and_some_that_does_not(self):
        staff, manager, reader = (User.objects.get(username=name) for name in ("staff", "manager", "reader"))
        secret = FollowUp.objects.filter(level=4)
        self.assertEqual([secret.visible_to(user).count() for user in (manager, staff, reader)], [2, 1, 0])

    def test_spreads_its_history_over_the_past_year(self):
        now = timezone.now()
        year_ago = now - datetime.timedelta(days=366)
        for model in (FollowUp, Meeting, Mission, Agreement, Organisation, Contact):
            fresh = model.history.filter(history_change_reason=WHY)
            self.assertFalse(
                fresh.exclude(history_date__range=(year_ago, now - datetime.timedelta(days=1))).exists(), model
            )
        months = set(FollowUpUpdate.objects.values_list("at__year", "at__month"))
        self.assertGreaterEqual(len(months), 11)

    def test_tells_each_story_in_order(self):
        for follow_up in FollowUp.objects.all():
            with self.subTest(follow_up=follow_up.title):
                story = list(follow_up.updates.order_by("pk").values_list("at", flat=True))
                history = list(follow_up.history.order_by("history_id").values_list("history_date", flat=True))
                self.assertEqual((story, history), (sorted(story), sorted(history)))
                self.assertEqual((follow_up.created_at, follow_up.updated_at), (story[0], story[-1]))
                if not follow_up.is_open:
                    self.assertEqual(follow_up.closed_at, story[-1])

    def test_passes_the_checks_of_every_form(self):
        for record in self.made_up():
            record.full_clean()


class LoadingInProduction(TestCase):
    """Users with a known password have no place there."""

    @override_settings(IS_PRODUCTION=True)
    def test_is_refused_in_one_line_and_leaves_nothing(self):
        before = contents()
        with self.assertRaises(CommandError) as refused:
            load()
        self.assertEqual(
            str(refused.exception),
            "Example users and records are for development; here only: load_example --only france",
        )
        self.assertEqual(contents(), before)


class LoadingBesideColleagues(TestCase):
    """Somebody who has the name of an example user already."""

    def test_leaves_their_password_and_role(self):
        User.objects.create_user("manager", "something-else", role="reader")
        load()
        manager = User.objects.get(username="manager")
        self.assertEqual((manager.role, manager.check_password("something-else")), ("reader", True))
