"""What every record keeps: who and when, versions, history, archive, levels, clean text and bounds."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test import TestCase

from accounts.rights import Role
from core.access import AccessLevel
from core.actors import SYSTEM, WriterUnknown
from core.models import NotRecorded, StaleVersion
from follow_ups.models import FollowUp
from missions.models import Mission
from partners.models import Organisation
from tests import factories


class AWrite(TestCase):
    def test_without_saying_who_is_refused(self) -> None:
        with self.assertRaises(WriterUnknown):
            Organisation(name="imec").save()
        with self.assertRaises(WriterUnknown):
            factories.organisation().delete()
        with self.assertRaises(WriterUnknown):
            Organisation.objects.create(name="imec")

    def test_by_somebody_not_signed_in_is_refused(self) -> None:
        with self.assertRaises(WriterUnknown):
            Organisation(name="imec").save(by=AnonymousUser())

    def test_keeps_who_and_when_and_a_line_of_history(self) -> None:
        maker, editor = factories.user(), factories.user()
        imec = factories.organisation("Imec", by=maker)
        imec.name = "imec"
        imec.save(by=editor)
        self.assertEqual((imec.created_by, imec.updated_by, imec.version), (maker, editor, 2))
        self.assertEqual(
            list(imec.history.values_list("name", "history_user")), [("imec", editor.pk), ("Imec", maker.pk)]
        )

    def test_that_passes_by_the_history_is_refused(self) -> None:
        factories.organisation()
        for write in (
            lambda: Organisation.objects.update(name="x"),
            lambda: Organisation.objects.bulk_create([Organisation(name="x")]),
            lambda: Organisation.objects.all().delete(),
        ):
            with self.assertRaises(NotRecorded):
                write()

    def test_of_what_somebody_else_changed_meanwhile_is_refused(self) -> None:
        mine = factories.organisation("imec")
        theirs = Organisation.objects.get(pk=mine.pk)
        theirs.name = "IMEC"
        theirs.save(by=factories.user(first_name="An", last_name="Peeters"))
        mine.name = "Imec"
        with self.assertRaisesMessage(StaleVersion, "An Peeters"):
            mine.save(by=SYSTEM)
        self.assertEqual(Organisation.objects.get(pk=mine.pk).name, "IMEC")

    def test_of_a_many_to_many_choice_is_in_the_history(self) -> None:
        mission, theme = factories.mission(), factories.theme()
        mission.themes.add(theme)
        self.assertEqual([row.theme_id for row in mission.history.first().themes.all()], [theme.pk])


class SearchText(TestCase):
    def test_of_an_organisation_holds_all_its_names_and_follows_them(self) -> None:
        region = factories.organisation("Région Hauts-de-France")
        name = factories.other_name(region, "HdF", kind="acronym")
        region.refresh_from_db()
        self.assertEqual(region.search_text, "region hauts de france\nhdf")
        self.assertEqual(region.version, 1)
        name.delete(by=SYSTEM)
        region.refresh_from_db()
        self.assertEqual(region.search_text, "region hauts de france")

    def test_finds_every_word_without_accents_or_case(self) -> None:
        decoster = factories.contact("Decoster", given_name="François")
        factories.contact("Ferrari", given_name="Marina")
        self.assertEqual(list(type(decoster).objects.all().matching("francois DECO")), [decoster])

    def test_does_not_hold_what_readers_may_not_see(self) -> None:
        person = factories.contact("Ferrari", private_notes="geheim", mobile="0470 12 34 56")
        meeting = factories.meeting(internal_note="geheim")
        self.assertNotIn("geheim", person.search_text + meeting.search_text)
        self.assertNotIn("0470", person.search_text)


class TextOnTheWayIn(TestCase):
    def test_is_cleaned_through_every_door(self) -> None:
        imec = factories.organisation(" im\x00ec\u202e\n ", note="a\x07b\nc")
        imec.refresh_from_db()
        self.assertEqual((imec.name, imec.note), ("imec", "ab\nc"))

    def test_that_is_too_long_is_refused_by_the_database(self) -> None:
        imec = factories.organisation()
        for column, length in (("name", 301), ("note", 4001)):
            with self.subTest(column=column), self.assertRaises(Exception) as caught, transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(
                        f"UPDATE partners_organisation SET {column} = %s WHERE id = %s",  # noqa: S608 -- a column of ours
                        ["x" * length, imec.pk],
                    )
            self.assertIn(type(caught.exception).__name__, ("IntegrityError", "DataError"))

    def test_that_is_too_long_is_refused_by_the_model(self) -> None:
        with self.assertRaises(ValidationError) as caught:
            Organisation(name="x" * 301, note="x" * 4001).full_clean()
        self.assertEqual({"name", "note"}, set(caught.exception.message_dict))


class Dates(TestCase):
    def test_outside_their_bounds_are_refused_by_model_and_database(self) -> None:
        for day in (datetime.date(1, 1, 1), datetime.date(1899, 12, 31), datetime.date(2101, 1, 1)):
            with self.subTest(day=day):
                with self.assertRaises(ValidationError):
                    Mission(title="x", starts_on=day).full_clean()
                with self.assertRaises(IntegrityError), transaction.atomic():
                    factories.mission(starts_on=day)

    def test_of_treaties_reach_back_to_1500(self) -> None:
        factories.agreement(signed_on=datetime.date(1703, 5, 16), signed_on_precision="day")
        with self.assertRaises(IntegrityError), transaction.atomic():
            factories.agreement(signed_on=datetime.date(1499, 12, 31), signed_on_precision="day")

    def test_come_with_their_precision(self) -> None:
        with self.assertRaises(IntegrityError), transaction.atomic():
            factories.agreement(signed_on=datetime.date(1703, 5, 16))


class Constraints(TestCase):
    """Each refuses in the database what the form refuses with a sentence."""

    def refused(self, make, *args, **fields) -> None:
        with self.assertRaises(IntegrityError), transaction.atomic():
            make(*args, **fields)

    def test_of_words_refuse_any_other(self) -> None:
        self.refused(factories.mission, status="finished")
        self.refused(factories.organisation, side="enemy")

    def test_of_levels_are_1_to_4(self) -> None:
        self.refused(factories.mission, level=5)

    def test_of_missions_refuse_an_end_before_the_start(self) -> None:
        self.refused(factories.mission, starts_on=datetime.date(2024, 4, 25), ends_on=datetime.date(2024, 4, 22))

    def test_of_meetings_ask_a_day_outside_a_mission(self) -> None:
        self.refused(factories.meeting, day=None)

    def test_of_participants_ask_somebody(self) -> None:
        self.refused(factories.participant, factories.meeting())

    def test_of_positions_ask_a_title(self) -> None:
        self.refused(factories.position, factories.contact(), factories.organisation(), title_nl="")

    def test_of_signatures_refuse_the_same_one_twice(self) -> None:
        agreement, person = factories.agreement(), factories.contact()
        factories.signature(agreement, person)
        self.refused(factories.signature, agreement, person)

    def test_of_agreements_refuse_an_end_of_indefinite_duration(self) -> None:
        self.refused(factories.agreement, is_indefinite=True, ends_on=datetime.date(2030, 1, 1))

    def test_of_follow_ups_ask_an_origin_or_a_partner(self) -> None:
        with self.assertRaises(IntegrityError), transaction.atomic():
            FollowUp.objects.create(by=SYSTEM, title="x")

    def test_of_follow_ups_tie_done_to_a_result(self) -> None:
        self.refused(factories.follow_up, status="done", result="")

    def test_of_organisations_refuse_their_own_ancestor(self) -> None:
        parent = factories.organisation()
        child = factories.organisation(parent=parent)
        parent.parent = child
        with self.assertRaises(ValidationError):
            parent.clean()
        parent.parent = parent
        with self.assertRaises(IntegrityError), transaction.atomic():
            parent.save(by=SYSTEM)

    def test_protect_what_is_referred_to(self) -> None:
        partner = factories.organisation()
        factories.follow_up(partner=partner)
        with self.assertRaises(ProtectedError):
            partner.delete(by=SYSTEM)


class AnArchivedRecord(TestCase):
    def test_says_why_and_can_be_put_back(self) -> None:
        imec, manager = factories.organisation(), factories.user(Role.MANAGER)
        with self.assertRaises(ValidationError):
            imec.archive(" ", by=manager)
        imec.archive("merged", by=manager)
        self.assertEqual((imec.archived_by, imec.archived_why), (manager, "merged"))
        self.assertEqual(list(Organisation.objects.all().current()), [])
        imec.restore(by=manager)
        self.assertEqual(list(Organisation.objects.all().current()), [imec])


class ALevel(TestCase):
    def setUp(self) -> None:
        self.mission = factories.mission(starts_on=datetime.date(2024, 4, 22), ends_on=datetime.date(2024, 4, 25))
        self.meeting = factories.meeting(mission=self.mission)
        self.follow_up = factories.follow_up(meeting=self.meeting)

    def levels(self) -> list[int]:
        for record in (self.mission, self.meeting, self.follow_up):
            record.refresh_from_db()
        return [self.mission.level, self.meeting.level, self.follow_up.level]

    def test_of_a_child_is_never_below_its_parents(self) -> None:
        self.mission.level = AccessLevel.GOVERNMENT
        self.mission.save(by=SYSTEM)
        self.assertEqual(factories.meeting(mission=self.mission, level=1).level, AccessLevel.GOVERNMENT)
        self.assertEqual(self.levels(), [3, 3, 3])

    def test_of_a_parent_is_read_anew_when_a_child_is_stored(self) -> None:
        as_read_before = type(self.mission).objects.get(pk=self.mission.pk)
        self.mission.level = AccessLevel.CONFIDENTIAL
        self.mission.save(by=SYSTEM)
        self.assertEqual(factories.meeting(mission=as_read_before).level, AccessLevel.CONFIDENTIAL)

    def test_that_is_lowered_leaves_the_children_as_they_are(self) -> None:
        self.mission.level = AccessLevel.CONFIDENTIAL
        self.mission.save(by=SYSTEM)
        self.mission.level = AccessLevel.PUBLIC
        self.mission.save(by=SYSTEM)
        self.assertEqual(self.levels(), [1, 4, 4])

    def test_opens_records_to_roles_and_named_colleagues(self) -> None:
        for level in AccessLevel:
            factories.mission(title=f"level {level}", level=level)
        staff = factories.user(Role.STAFF)
        Mission.objects.get(title="level 4").named.add(factories.user(Role.READER))
        seen = {
            role: sorted(Mission.objects.all().visible_to(factories.user(role)).values_list("level", flat=True))
            for role in Role
        }
        self.assertEqual(
            seen,
            {"reader": [1, 2, 2], "staff": [1, 2, 2, 3], "manager": [1, 2, 2, 3, 4], "administrator": [1, 2, 2, 3]},
        )
        for name in ("named", "team"):
            secret = factories.mission(level=4)
            getattr(secret, name).add(staff)
            self.assertTrue(secret.is_visible_to(staff))
        self.assertTrue(factories.mission(level=4, by=staff).is_visible_to(staff))

    def test_does_not_open_confidential_records_to_readers_even_when_named(self) -> None:
        reader = factories.user(Role.READER)
        secret = factories.mission(level=4)
        secret.named.add(reader)
        self.assertFalse(secret.is_visible_to(reader))

    def test_hides_everything_from_who_is_inactive_or_not_signed_in(self) -> None:
        gone = factories.user(Role.MANAGER, is_active=False)
        self.assertEqual(list(Mission.objects.all().visible_to(gone)), [])
        self.assertEqual(list(Mission.objects.all().visible_to(AnonymousUser())), [])

    def test_of_a_superuser_opens_no_more_than_the_role(self) -> None:
        superuser = factories.user(Role.READER, is_superuser=True)
        secret = factories.mission(level=3)
        self.assertFalse(secret.is_visible_to(superuser))
