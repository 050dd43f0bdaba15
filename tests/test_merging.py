"""Two people edit the same record: what is put together, what stays a choice, and what nobody loses."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import TestCase
from django.urls import reverse

from accounts.rights import Role
from core.access import AccessLevel
from core.merging import Merge, Outcome
from core.models import Draft
from follow_ups.models import FollowUp
from missions.models import Delegate, Meeting, MeetingDocument, Mission, MissionDocument, Participant
from missions.models.participant import Attendance
from partners.models import Contact, Organisation, OrganisationName, Position
from tests import factories
from tests.admin_pages import add_row, admin_url, fields

pytestmark = pytest.mark.once

SECRET = "Zwijgplicht"


class TwoPeople(TestCase):
    """A staff member, who comes second, and a manager, who was first."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.staff = factories.user(Role.STAFF, language="en")
        cls.manager = factories.user(Role.MANAGER, language="en", first_name="Marc", last_name="Meester")

    def setUp(self) -> None:
        self.client.force_login(self.staff)

    def opened(self, row: Any, **changes: Any) -> dict[str, Any]:
        """What the second one sends from the page of the administration, opened now."""
        return fields(self.client.get(admin_url(row)), **changes)

    def send(self, row: Any, data: dict[str, Any]) -> Any:
        return self.client.post(admin_url(row), data)

    def first(self, row: Any, **values: Any) -> Any:
        """The first one stores these values."""
        stored = type(row)._base_manager.get(pk=row.pk)
        several = {name: values.pop(name) for name in [*values] if isinstance(values[name], list)}
        for name, value in values.items():
            setattr(stored, name, value)
        stored.save(by=self.manager)
        for name, rows in several.items():
            getattr(stored, name).set(rows)
        return stored

    def outcomes(self, response: Any) -> dict[str, str]:
        """What becomes of each field of the merge page."""
        self.assertEqual(response.status_code, 409)
        self.assertContains(response, 'id="merge"', status_code=409)
        merge: Merge = response.context["merge"]
        return {one.name or one.label: one.outcome for one in merge.differences}


class AMissionInTheAdministration(TwoPeople):
    def setUp(self) -> None:
        super().setUp()
        self.trip = factories.mission("Reis", objective="Doel")

    def test_takes_what_only_one_of_them_changed_from_each(self) -> None:
        data = self.opened(self.trip, title="Mijn titel")
        self.first(self.trip, objective="Hun doel")
        response = self.send(self.trip, data)
        self.assertEqual(self.outcomes(response), {"title": Outcome.OWN, "objective": Outcome.THEIRS})
        self.assertEqual(Mission.objects.get().title, "Reis")
        self.assertRedirects(self.send(self.trip, fields(response)), reverse("mission", args=[self.trip.pk]))
        stored = Mission.objects.get()
        self.assertEqual((stored.title, stored.objective, stored.version), ("Mijn titel", "Hun doel", 3))

    def test_keeps_ones_own_text_where_both_changed_it_and_offers_theirs(self) -> None:
        data = self.opened(self.trip, title="Mijn titel")
        self.first(self.trip, title="Hun titel")
        response = self.send(self.trip, data)
        self.assertEqual(self.outcomes(response), {"title": Outcome.BOTH})
        for words in ("Reis", "Hun titel", "Mijn titel", "Marc Meester changed this record"):
            self.assertContains(response, words, status_code=409)
        self.assertContains(response, '<input type="checkbox" name="take" value="title">', status_code=409)
        self.assertEqual(fields(response)["title"], ["Mijn titel"])
        self.assertEqual(self.send(self.trip, fields(response)).status_code, 302)
        self.assertEqual(Mission.objects.get().title, "Mijn titel")

    def test_takes_theirs_when_that_is_ticked(self) -> None:
        data = self.opened(self.trip, title="Mijn titel", objective="Mijn doel")
        self.first(self.trip, title="Hun titel", objective="Hun doel")
        again = fields(self.send(self.trip, data), take=["title"])
        self.assertEqual(self.send(self.trip, again).status_code, 302)
        stored = Mission.objects.get()
        self.assertEqual((stored.title, stored.objective), ("Hun titel", "Mijn doel"))

    def test_says_nothing_of_a_field_that_both_changed_alike(self) -> None:
        data = self.opened(self.trip, title="Zelfde", objective="Mijn doel")
        self.first(self.trip, title="Zelfde")
        self.assertEqual(self.outcomes(self.send(self.trip, data)), {"objective": Outcome.OWN})

    def test_is_compared_again_when_a_third_one_stored_it(self) -> None:
        data = self.opened(self.trip, title="Mijn titel")
        self.first(self.trip, title="Hun titel")
        again = fields(self.send(self.trip, data), take=["title"])
        self.first(self.trip, title="Derde titel")
        response = self.send(self.trip, again)
        self.assertEqual(self.outcomes(response), {"title": Outcome.BOTH})
        self.assertContains(response, 'value="title" checked', status_code=409)
        self.assertEqual(fields(response)["title"], ["Mijn titel"])
        self.assertEqual(Mission.objects.get().title, "Derde titel")

    def test_puts_together_choices_of_several(self) -> None:
        ours, theirs, old = factories.theme("Chips"), factories.theme("Waterstof"), factories.theme("Water")
        data = self.opened(self.trip, themes=[str(ours.pk)])
        self.first(self.trip, themes=[theirs])
        response = self.send(self.trip, data)
        self.assertEqual(self.outcomes(response), {"themes": Outcome.BOTH})
        one = response.context["merge"].differences[0]
        self.assertEqual((one.original, one.stored, one.own), ("", "Waterstof", "Chips"))
        data = fields(response, title="Nog een", themes=[str(ours.pk)], take=["themes"])
        self.assertEqual(self.send(self.trip, data).status_code, 302)
        self.assertEqual([*Mission.objects.get().themes.all()], [theirs])
        data = self.opened(self.trip, title="Laatste")
        self.first(self.trip, themes=[old])
        response = self.send(self.trip, data)
        self.assertEqual(self.outcomes(response), {"title": Outcome.OWN, "themes": Outcome.THEIRS})
        self.assertEqual(fields(response)["themes"], [str(old.pk)])

    def test_without_a_known_original_counts_what_differs_as_changed_by_both(self) -> None:
        data = self.opened(self.trip, title="Mijn titel")
        self.trip.history.all().delete()
        self.first(self.trip, objective="Hun doel")
        response = self.send(self.trip, data)
        self.assertEqual(self.outcomes(response), {"title": Outcome.BOTH, "objective": Outcome.BOTH})
        self.assertEqual([one.original for one in response.context["merge"].differences], [None, None])
        self.assertContains(response, "not recorded", status_code=409)

    def test_does_not_believe_a_version_that_never_was(self) -> None:
        for version in ("", "x", "999", "-1", "9" * 30):
            data = self.opened(self.trip, title="Mijn titel", version=version)
            self.assertEqual(self.outcomes(self.send(self.trip, data)), {"title": Outcome.BOTH})

    def test_shows_nobody_an_earlier_text_that_was_confidential(self) -> None:
        self.first(self.trip, level=AccessLevel.CONFIDENTIAL, objective=SECRET)
        self.first(self.trip, level=AccessLevel.AUTHORITIES, objective="Doel")
        data = self.opened(self.trip, title="Mijn titel", version="2")
        response = self.send(self.trip, data)
        self.assertNotContains(response, SECRET, status_code=409)
        self.assertIsNone(response.context["merge"].differences[0].original)

    def test_shows_no_reference_to_something_hidden(self) -> None:
        pact = factories.agreement(SECRET, level=AccessLevel.CONFIDENTIAL)
        data = self.opened(self.trip, title="Mijn titel")
        self.first(self.trip, builds_on=[pact])
        response = self.send(self.trip, data)
        self.assertNotContains(response, SECRET, status_code=409)
        self.assertEqual(self.outcomes(response), {"title": Outcome.OWN})
        self.assertEqual(self.send(self.trip, fields(response)).status_code, 302)
        self.assertEqual([*Mission.objects.get().builds_on.all()], [pact])


class Rows(TwoPeople):
    def setUp(self) -> None:
        super().setUp()
        self.trip = factories.mission("Reis")
        self.row = factories.delegate(self.trip, label="Bedrijven", order=1)

    def labels(self) -> list[str]:
        return [*Delegate.objects.order_by("order", "pk").values_list("label", flat=True)]

    def test_that_both_changed_are_put_together_field_by_field(self) -> None:
        data = self.opened(self.trip, **{"delegates-0-label": "Mijn bedrijven"})
        self.first(self.trip)
        self.first(self.row, label="Hun bedrijven", role="member")
        response = self.send(self.trip, data)
        self.assertEqual(
            self.outcomes(response), {"delegates-0-label": Outcome.BOTH, "delegates-0-role": Outcome.THEIRS}
        )
        again = fields(response)
        self.assertEqual((again["delegates-0-label"], again["delegates-0-role"]), (["Mijn bedrijven"], ["member"]))
        self.assertEqual(self.send(self.trip, {**again, "take": ["delegates-0-label"]}).status_code, 302)
        self.assertEqual(self.labels(), ["Hun bedrijven"])

    def test_that_they_added_appear_and_ones_own_new_ones_follow(self) -> None:
        data = add_row(self.opened(self.trip), "delegates", label="Mijn nieuwe", order="3")
        data["delegates-0-label"] = "Mijn bedrijven"
        self.first(self.trip)
        factories.delegate(self.trip, label="Hun nieuwe", order=0)
        response = self.send(self.trip, data)
        self.assertEqual(
            self.outcomes(response),
            {"Member of the delegation “Hun nieuwe”": Outcome.ADDED, "delegates-1-label": Outcome.OWN},
        )
        again = fields(response)
        self.assertEqual((again["delegates-TOTAL_FORMS"], again["delegates-INITIAL_FORMS"]), (["3"], ["2"]))
        self.assertEqual(self.send(self.trip, again).status_code, 302)
        self.assertEqual(self.labels(), ["Hun nieuwe", "Mijn bedrijven", "Mijn nieuwe"])

    def test_that_they_removed_come_back_only_when_one_changed_them(self) -> None:
        factories.delegate(self.trip, label="Universiteiten", order=2)
        data = self.opened(self.trip, **{"delegates-0-label": "Mijn bedrijven"})
        self.first(self.trip)
        for row in Delegate.objects.all():
            row.delete(by=self.manager)
        response = self.send(self.trip, data)
        self.assertEqual(
            self.outcomes(response),
            {
                "Member of the delegation “Bedrijven”": Outcome.RETURNED,
                "Member of the delegation “Universiteiten”": Outcome.REMOVED,
            },
        )
        self.assertContains(response, "it comes back as a new row", status_code=409)
        self.assertEqual(self.send(self.trip, fields(response)).status_code, 302)
        self.assertEqual(self.labels(), ["Mijn bedrijven"])

    def test_that_one_marked_to_be_removed_stay_marked(self) -> None:
        data = self.opened(self.trip, **{"delegates-0-DELETE": "on"})
        self.first(self.trip, title="Hun titel")
        self.first(self.row, label="Hun bedrijven")
        response = self.send(self.trip, data)
        self.assertEqual(fields(response)["delegates-0-DELETE"], ["on"])
        self.assertContains(response, "Hun bedrijven", status_code=409)
        self.assertEqual(self.send(self.trip, fields(response)).status_code, 302)
        self.assertEqual(self.labels(), [])

    def test_about_something_hidden_are_as_if_absent_and_stay(self) -> None:
        data = self.opened(self.trip, title="Mijn titel")
        self.first(self.trip)
        secret = factories.document(SECRET, level=AccessLevel.CONFIDENTIAL)
        MissionDocument.objects.create(by=self.manager, mission=self.trip, document=secret, role="report")
        response = self.send(self.trip, data)
        self.assertNotContains(response, SECRET, status_code=409)
        self.assertEqual(self.outcomes(response), {"title": Outcome.OWN})
        self.assertEqual(self.send(self.trip, fields(response)).status_code, 302)
        self.assertEqual(MissionDocument.objects.count(), 1)

    def test_about_something_hidden_that_went_are_not_named(self) -> None:
        secret = factories.document(SECRET)
        row = MissionDocument.objects.create(by=self.manager, mission=self.trip, document=secret, role="report")
        data = self.opened(self.trip, title="Mijn titel")
        self.first(self.trip)
        row.delete(by=self.manager)
        self.first(secret, level=AccessLevel.CONFIDENTIAL)
        self.assertNotContains(self.send(self.trip, data), SECRET, status_code=409)

    def test_that_are_records_of_their_own_have_their_own_version(self) -> None:
        talk = factories.meeting("Gesprek", mission=self.trip)
        data = self.opened(self.trip, **{"meetings-0-title": "Mijn gesprek"})
        self.first(talk, title="Hun gesprek", venue="Ambassade")
        response = self.send(self.trip, data)
        self.assertEqual(self.outcomes(response), {"meetings-0-title": Outcome.BOTH})
        again = fields(response)
        self.first(talk, title="Derde gesprek")
        self.assertEqual(self.outcomes(self.send(self.trip, again)), {"meetings-0-title": Outcome.BOTH})
        again = fields(self.send(self.trip, again))
        self.assertEqual(self.send(self.trip, again).status_code, 302)
        stored = Meeting.objects.get()
        self.assertEqual((stored.title, stored.venue), ("Mijn gesprek", "Ambassade"))

    def test_that_are_records_and_left_the_mission_are_named_and_not_made_anew(self) -> None:
        talk = factories.meeting("Gesprek", mission=self.trip, day=factories.today())
        data = self.opened(self.trip, **{"meetings-0-title": "Mijn gesprek"})
        self.first(talk, mission=None)
        response = self.send(self.trip, data)
        self.assertIn(Outcome.REMOVED, self.outcomes(response).values())
        self.assertContains(response, "Mijn gesprek", status_code=409)
        self.assertEqual(self.send(self.trip, fields(response)).status_code, 302)
        self.assertEqual(Meeting.objects.get().title, "Gesprek")


class AMeetingInTheAdministration(TwoPeople):
    def test_says_what_was_promised_there_since_as_far_as_one_may_read_it(self) -> None:
        talk = factories.meeting("Gesprek")
        data = self.opened(talk, title="Mijn gesprek")
        self.first(talk, outcome="Chips.")
        factories.follow_up("Lijst sturen", meeting=talk)
        factories.follow_up(SECRET, meeting=talk, level=AccessLevel.CONFIDENTIAL)
        response = self.send(talk, data)
        self.assertContains(response, "Promised there since: Lijst sturen.", status_code=409)
        self.assertNotContains(response, SECRET, status_code=409)

    def test_is_missing_for_who_may_no_longer_see_it(self) -> None:
        talk = factories.meeting("Gesprek")
        data = self.opened(talk, title="Mijn gesprek")
        self.first(talk, level=AccessLevel.CONFIDENTIAL)
        self.assertEqual(self.send(talk, data).status_code, 404)

    def test_shows_participants_that_went_with_ones_own_words_for_them(self) -> None:
        talk = factories.meeting("Gesprek")
        guest = factories.participant(talk, label="Een gast")
        data = self.opened(talk, **{"participants-0-label": "Een andere gast"})
        self.first(talk)
        guest.delete(by=self.manager)
        response = self.send(talk, data)
        self.assertContains(response, "Een andere gast", status_code=409)
        self.assertEqual(self.send(talk, fields(response)).status_code, 302)
        self.assertEqual(Participant.objects.get().label, "Een andere gast")

    def test_hides_a_document_from_who_may_not_read_it(self) -> None:
        talk = factories.meeting("Gesprek")
        data = self.opened(talk, title="Mijn gesprek")
        self.first(talk)
        secret = factories.document(SECRET, level=AccessLevel.CONFIDENTIAL)
        MeetingDocument.objects.create(by=self.manager, meeting=talk, document=secret)
        self.assertNotContains(self.send(talk, data), SECRET, status_code=409)


class APartOnAPageOfItsOwn(TwoPeople):
    def setUp(self) -> None:
        super().setUp()
        self.person = factories.contact("Leclerc")
        self.post = factories.position(self.person, factories.organisation("Soitec"), held_from=None)

    def test_gives_its_whole_a_new_version_and_a_writer(self) -> None:
        self.assertEqual(self.send(self.post, self.opened(self.post, title_en="mayor")).status_code, 302)
        person = Contact.objects.get()
        self.assertEqual((person.version, person.updated_by), (2, self.staff))

    def test_is_noticed_by_who_edits_the_whole(self) -> None:
        data = self.opened(self.person, **{"positions-0-title_nl": "burgemeester"})
        self.send(self.post, self.opened(self.post, title_nl="minister"))
        self.assertEqual(self.outcomes(self.send(self.person, data)), {"positions-0-title_nl": Outcome.BOTH})

    def test_notices_who_edited_the_whole(self) -> None:
        data = self.opened(self.post, title_nl="burgemeester", held_from="2020")
        other = self.opened(self.person, **{"positions-0-title_nl": "minister", "positions-0-title_en": "minister"})
        self.assertEqual(self.send(self.person, other).status_code, 302)
        response = self.send(self.post, data)
        self.assertEqual(
            self.outcomes(response),
            {"title_nl": Outcome.BOTH, "title_en": Outcome.THEIRS, "held_from": Outcome.OWN},
        )
        self.assertEqual(self.send(self.post, fields(response)).status_code, 302)
        stored = Position.objects.get()
        self.assertEqual(
            (stored.title_nl, stored.title_en, stored.held_from_precision), ("burgemeester", "minister", "year")
        )

    def test_puts_together_days_known_to_the_month_or_year(self) -> None:
        data = self.opened(self.post, held_from="2020")
        other = self.opened(self.post, held_from="04/2021")
        self.assertEqual(self.send(self.post, other).status_code, 302)
        response = self.send(self.post, data)
        one = response.context["merge"].differences[0]
        self.assertEqual((one.original, one.stored, one.own), ("", "04/2021", "2020"))
        self.assertEqual(self.send(self.post, fields(response, take=["held_from"])).status_code, 302)
        self.assertEqual(Position.objects.get().held_from_precision, "month")

    def test_that_is_deleted_gives_its_whole_a_new_version(self) -> None:
        self.client.force_login(self.manager)
        self.assertEqual(self.client.post(admin_url(self.post, "delete"), {"post": "yes"}).status_code, 302)
        self.assertEqual(Contact.objects.get().version, 2)

    def test_on_the_page_of_its_organisation_a_name_is_noticed(self) -> None:
        body = factories.organisation("Imec")
        data = add_row(self.opened(body), "names", name="Mijn naam", kind="alias")
        self.send(body, add_row(self.opened(body), "names", name="Hun naam", kind="alias"))
        response = self.send(body, data)
        self.assertIn(Outcome.ADDED, self.outcomes(response).values())
        self.assertEqual(self.send(body, fields(response)).status_code, 302)
        self.assertEqual({*OrganisationName.objects.values_list("name", flat=True)}, {"Hun naam", "Mijn naam"})


class AFollowUpOnItsPage(TwoPeople):
    def setUp(self) -> None:
        super().setUp()
        self.region, self.other = factories.organisation("Hauts-de-France"), factories.organisation("Occitanie")
        self.promise = factories.follow_up("Eerst", partner=self.region)
        self.path = reverse("follow-up-edit", args=[self.promise.pk])

    def form(self, **changes: Any) -> dict[str, Any]:
        return {
            "title": "Eerst", "direction": "ours", "kind": "commitment", "priority": "2", "level": "2",
            "partner": str(self.region.pk), "partner_text": "Hauts-de-France", "version": "1", **changes,
        }  # fmt: skip

    def test_finds_as_one_types_and_is_put_together_all_the_same(self) -> None:
        mine = self.form(partner_text="occitanie", title="Mijn titel")
        third = factories.organisation("Bretagne")
        self.first(self.promise, partner=third, details="Hun toelichting")
        response = self.client.post(self.path, mine)
        self.assertEqual(
            self.outcomes(response),
            {"title": Outcome.OWN, "partner": Outcome.BOTH, "details": Outcome.THEIRS},
        )
        one = next(one for one in response.context["merge"].differences if one.name == "partner")
        self.assertEqual((one.original, one.stored, one.own), ("Hauts-de-France", "Bretagne", "occitanie"))
        self.assertContains(response, "Hun toelichting</textarea>", status_code=409)
        again = {**mine, "version": "2", "details": "Hun toelichting"}
        self.assertEqual(self.client.post(self.path, again).status_code, 302)
        self.promise.refresh_from_db()
        self.assertEqual((self.promise.partner, self.promise.title), (self.other, "Mijn titel"))
        self.client.post(self.path, {**again, "version": "3", "partner_text": "Hauts", "take": ["partner"]})
        self.promise.refresh_from_db()
        self.assertEqual(self.promise.partner, self.other)

    def test_says_what_changed_that_is_not_on_this_page(self) -> None:
        self.promise.complete("Verstuurd", by=self.manager)
        response = self.client.post(self.path, self.form(title="Mijn titel"))
        found = self.outcomes(response)
        self.assertEqual((found["title"], found["Status"]), (Outcome.OWN, Outcome.ELSEWHERE))
        self.assertContains(response, "Verstuurd", status_code=409)

    def test_is_missing_for_who_may_no_longer_see_it(self) -> None:
        self.first(self.promise, level=AccessLevel.CONFIDENTIAL)
        self.assertEqual(self.client.post(self.path, self.form()).status_code, 404)


class WhatCameOfAMeeting(TwoPeople):
    def setUp(self) -> None:
        super().setUp()
        self.talk = factories.meeting("Gesprek")
        self.guest = factories.participant(self.talk, label="Een gast")
        self.path = f"/meetings/{self.talk.pk}/outcome/"

    def send_outcome(self, **fields_sent: Any) -> Any:
        sent = {"draft": f"meeting-outcome:{self.talk.pk}", "version": "1", "status": "held", "level": "2"}
        return self.client.post(self.path, {**sent, **fields_sent})

    def by_the_first(self, **fields_sent: Any) -> None:
        self.client.force_login(self.manager)
        self.assertEqual(self.send_outcome(**fields_sent).status_code, 302)
        self.client.force_login(self.staff)

    def test_is_put_together_with_the_attendance_and_what_was_promised(self) -> None:
        came = f"came-{self.guest.pk}-attendance"
        self.by_the_first(
            outcome="Hun verslag.",
            **{came: "excused", "organisations-0-organisation_text": "Soitec", "theirs-0-title": "Rapport sturen"},
        )
        response = self.send_outcome(outcome="Mijn verslag.", **{came: "", "ours-0-title": "Lijst sturen"})
        self.assertEqual(
            self.outcomes(response), {"outcome": Outcome.BOTH, came: Outcome.THEIRS, "Soitec": Outcome.ADDED}
        )
        self.assertContains(response, "Promised there since: Rapport sturen.", status_code=409)
        self.assertContains(response, 'value="Lijst sturen"', status_code=409)
        self.assertEqual(Meeting.objects.get().outcome, "Hun verslag.")
        again = {"outcome": "Mijn verslag.", "version": "2", came: "excused", "ours-0-title": "Lijst sturen"}
        self.assertEqual(self.send_outcome(**again, take=["outcome"]).status_code, 302)
        self.assertEqual(Meeting.objects.get().outcome, "Hun verslag.")
        self.guest.refresh_from_db()
        self.assertEqual(self.guest.attendance, Attendance.EXCUSED)
        self.assertEqual({*FollowUp.objects.values_list("title", flat=True)}, {"Rapport sturen", "Lijst sturen"})

    def test_keeps_a_draft_for_who_may_no_longer_see_the_meeting(self) -> None:
        self.first(self.talk, level=AccessLevel.CONFIDENTIAL)
        self.assertEqual(self.send_outcome(outcome="Mijn verslag.").status_code, 404)
        self.assertEqual(Draft.objects.get(user=self.staff).data["outcome"], ["Mijn verslag."])


class ASmallForm(TwoPeople):
    def test_shows_what_changed_since_and_goes_through_when_sent_once_more(self) -> None:
        promise = factories.follow_up("Doen", due_on=factories.today())
        promise.assign(self.manager, by=self.manager)
        path, sent = reverse("follow-up-drop", args=[promise.pk]), {"reason": "Mijn reden", "version": "1"}
        response = self.client.post(path, sent)
        self.assertEqual(self.outcomes(response), {"Owner": Outcome.ELSEWHERE})
        self.assertContains(response, "Mijn reden", status_code=409)
        self.assertNotContains(response, '<th scope="col">Yours</th>', status_code=409)
        self.assertEqual(self.client.post(path, {**sent, "version": "2"}).status_code, 302)

    def test_about_what_somebody_completed_meanwhile_gets_the_merge_page_too(self) -> None:
        promise = factories.follow_up("Doen")
        promise.complete("Van hen", by=self.manager)
        path = reverse("follow-up-complete", args=[promise.pk])
        response = self.client.post(path, {"result": "Van mij", "version": "1"})
        self.assertIn("Status", self.outcomes(response))
        self.assertContains(response, "Van mij", status_code=409)

    def test_about_a_meeting_does_the_same(self) -> None:
        talk = factories.meeting("Gesprek", status="on_programme")
        self.first(talk, outcome="Chips.")
        sent = {"status": "cancelled", "status_why": "staking", "version": "1"}
        response = self.client.post(reverse("meeting-status", args=[talk.pk]), sent)
        self.assertEqual(self.outcomes(response), {"Outcome": Outcome.ELSEWHERE})
        self.assertContains(response, "staking", status_code=409)


class ManyAtOnce(TwoPeople):
    def setUp(self) -> None:
        super().setUp()
        self.client.force_login(self.manager)
        self.one, self.other = factories.organisation("Een"), factories.organisation("Twee")

    def archive(self, **sent: Any) -> Any:
        chosen = {"action": "archive_selected", "_selected_action": [self.one.pk, self.other.pk], "index": 0}
        return self.client.post(admin_url(Organisation, "changelist"), {**chosen, **sent})

    def test_are_archived_but_those_that_changed_since_the_question(self) -> None:
        asked = self.archive()
        for row in (self.one, self.other):
            self.assertContains(asked, f'name="version-{row.pk}" value="1"')
        self.first(self.other, note="Hun nota")
        versions = {f"version-{row.pk}": "1" for row in (self.one, self.other)}
        response = self.archive(post="yes", why="opgeheven", **versions)
        self.assertEqual([one.name for one in Organisation.objects.archived()], ["Een"])
        said = [str(one) for one in get_messages(response.wsgi_request)]
        self.assertEqual(
            said,
            ["1 record changed.", "1 record was changed by somebody else meanwhile and left alone: “Twee”."],
        )

    def test_are_left_alone_when_nobody_says_what_was_shown(self) -> None:
        self.archive(post="yes", why="opgeheven")
        self.assertFalse(Organisation.objects.archived().exists())
