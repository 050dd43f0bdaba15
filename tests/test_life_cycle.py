"""The life of an agreement: every step leaves a decision that stays, and a step out of order is warned about."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.test import TestCase
from django.utils import formats, timezone

from accounts.rights import Role
from agreements.actions import Taken, take_step
from agreements.models import Agreement, AgreementDecision, Step
from agreements.models.agreement import ChangedWithoutStep
from agreements.models.step import STEPS
from agreements.views.steps import SLUGS
from core.months import months_later
from tests import factories as make
from tests.factories import days, today

WORDS = {"why": "because it works", "status": "negotiation"}


class Steps(TestCase):
    def setUp(self) -> None:
        self.staff = make.user(Role.STAFF, language="en")
        self.client.force_login(self.staff)

    def take(self, agreement: Agreement, step: Step, *, answered: int = 302, **said: Any) -> Any:
        page = self.client.get(self.address(agreement, step))
        version = page.context["form"].initial["version"]
        response = self.client.post(self.address(agreement, step), {"version": version, **said})
        self.assertEqual(response.status_code, answered, response.context and response.context["form"].errors)
        agreement.refresh_from_db()
        return response

    def address(self, agreement: Agreement, step: Step) -> str:
        return f"/agreements/{agreement.pk}/steps/{SLUGS[step]}/"

    def last(self, agreement: Agreement) -> AgreementDecision:
        return agreement.decisions.latest("pk")

    def in_effect(self, title: str = "", **fields: Any) -> Agreement:
        terms = {"effective_on": today() - days(400), "effective_on_precision": "day", "signed_on": today() - days(410)}
        return make.agreement(title, status="signed", signed_on_precision="day", **{**terms, **fields})


class FromIdeaToEnd(Steps):
    def test_goes_step_by_step_and_each_is_told(self) -> None:
        agreement = make.agreement("MoU on ports")
        ours, theirs = make.party(agreement, make.organisation()), make.party(agreement, make.organisation())
        self.take(agreement, Step.NEGOTIATE, decided_on="2024")
        self.assertEqual(agreement.status, "negotiation")
        approved = {
            f"approved_on_{ours.pk}": "2024-03-01",
            f"approval_reference_{ours.pk}": "VR 2024 0103",
            f"approved_on_{theirs.pk}": "",
            f"approval_reference_{theirs.pk}": "",
        }
        self.take(agreement, Step.APPROVE, decided_on="01/03/2024", **approved)
        ours.refresh_from_db(), theirs.refresh_from_db()
        self.assertEqual((str(ours.approved_on), ours.approval_reference), ("2024-03-01", "VR 2024 0103"))
        self.assertIsNone(theirs.approved_on)
        signatory, place = make.contact("Decoster"), make.place()
        self.take(
            agreement,
            Step.SIGN,
            signed_on="23/04/2024",
            signed_at_place=str(place.pk),
            signed_at_place_text=str(place),
            language="fr, nl",
            originals="2",
            signatory_0_text="Decoster",
            capacity_0="vice-président",
            on_behalf_of_0=str(theirs.organisation_id),
        )
        signature = agreement.signatures.get()
        self.assertEqual(
            (signature.contact, signature.capacity, signature.on_behalf_of),
            (signatory, "vice-président", theirs.organisation),
        )
        self.assertEqual((agreement.signed_at_place, agreement.language, agreement.originals), (place, "fr, nl", 2))
        self.take(
            agreement,
            Step.TAKE_EFFECT,
            effective_on="01/05/2024",
            term_months="36",
            renewal="tacit",
            renewal_months="12",
            notice_months="3",
        )
        self.take(agreement, Step.EVALUATE, why="went well", evaluate_on="2027-01-01")
        self.take(agreement, Step.TERMINATE, why="the region withdrew", ends_on="2025-06-01", decided_on="2025-02")
        story = [
            (one.step, one.status_from, one.status_to, one.by) for one in agreement.decisions.order_by("pk")
        ]  # fmt: skip
        self.assertEqual(
            story,
            [
                ("negotiate", "idea", "negotiation", self.staff),
                ("approve", "negotiation", "approved", self.staff),
                ("sign", "approved", "signed", self.staff),
                ("take_effect", "signed", "signed", self.staff),
                ("evaluate", "signed", "signed", self.staff),
                ("terminate", "signed", "terminated", self.staff),
            ],
        )
        page = self.client.get(f"/agreements/{agreement.pk}/steps/")
        self.assertContains(page, "the region withdrew")
        self.assertContains(page, "February 2025")
        self.assertContains(page, str(self.staff))

    def test_keeps_who_and_when_in_the_history_too(self) -> None:
        agreement = make.agreement(status="negotiation")
        self.take(agreement, Step.WITHDRAW, why="no money")
        line = agreement.history.latest()
        self.assertEqual(
            (line.status, line.history_user, line.history_change_reason), ("withdrawn", self.staff, "no money")
        )


class AStep(Steps):
    def test_out_of_order_is_warned_about_and_taken_all_the_same(self) -> None:
        agreement = make.agreement()
        page = self.client.get(self.address(agreement, Step.TAKE_EFFECT))
        self.assertContains(page, 'id="out-of-order"')
        self.take(agreement, Step.TAKE_EFFECT, effective_on="01/01/2020", renewal="unknown")
        self.take(agreement, Step.SIGN, signed_on="01/06/2020")
        self.assertEqual(agreement.status, "signed")
        page = self.client.get(f"/agreements/{agreement.pk}/")
        self.assertContains(page, "It took effect (1 January 2020) before it was signed (1 June 2020).")

    def test_that_leads_on_is_offered_before_one_that_completes_the_stage(self) -> None:
        for status, offered in (("approved", ["sign", "approve", "withdraw"]), ("signed", ["take-effect", "sign"])):
            page = self.client.get(f"/agreements/{make.agreement(status=status).pk}/steps/")
            shown = [one["url_name"].removeprefix("agreement-step-") for one in page.context["next_steps"]]
            self.assertEqual(shown[: len(offered)], offered)

    def test_that_records_an_end_is_not_offered_again(self) -> None:
        agreement = self.in_effect(ends_on=today() - days(5))
        page = self.client.get(f"/agreements/{agreement.pk}/steps/")
        self.assertIn(Step.EXPIRE, [one["step"] for one in page.context["next_steps"]])
        self.take(agreement, Step.EXPIRE, why="it ran its course", ends_on=str(agreement.ends_on))
        page = self.client.get(f"/agreements/{agreement.pk}/steps/")
        self.assertNotIn(Step.EXPIRE, [one["step"] for one in page.context["next_steps"]])
        self.assertIn(Step.RENEW, [one["step"] for one in page.context["next_steps"]])

    def test_in_its_usual_order_is_not(self) -> None:
        page = self.client.get(self.address(make.agreement(), Step.NEGOTIATE))
        self.assertNotContains(page, 'id="out-of-order"')

    def test_that_needs_a_reason_is_refused_without_one_and_keeps_the_rest(self) -> None:
        agreement = self.in_effect()
        page = self.take(agreement, Step.TERMINATE, answered=422, why=" ", reference="letter 12")
        self.assertContains(page, "letter 12", status_code=422)
        self.assertFalse(agreement.decisions.exists())
        self.assertEqual(agreement.status, "signed")

    def test_sent_twice_leaves_one_decision(self) -> None:
        agreement = self.in_effect()
        page = self.client.get(self.address(agreement, Step.EVALUATE))
        said = {"version": agreement.version, "submission": page.context["submission"], "why": "well"}
        for _time in range(2):
            self.assertEqual(self.client.post(self.address(agreement, Step.EVALUATE), said).status_code, 302)
        self.assertEqual(agreement.decisions.count(), 1)

    def test_on_a_text_that_somebody_else_changed_meanwhile_shows_what_changed(self) -> None:
        agreement = self.in_effect()
        said = {"version": agreement.version, "why": "well"}
        agreement.objective = "ports and rails"
        agreement.save(by=self.staff)
        page = self.client.post(self.address(agreement, Step.EVALUATE), said)
        self.assertContains(page, "ports and rails", status_code=409)
        self.assertFalse(agreement.decisions.exists())

    def test_asks_who_signed_when_a_capacity_is_given(self) -> None:
        agreement = make.agreement(status="approved")
        page = self.take(agreement, Step.SIGN, answered=422, capacity_0="minister")
        self.assertContains(page, "Say who signed.", status_code=422)

    def test_by_a_reader_is_refused(self) -> None:
        agreement = make.agreement()
        self.client.force_login(make.user(Role.READER))
        for step in Step:
            self.assertEqual(self.client.post(self.address(agreement, step), WORDS).status_code, 403)
        self.assertFalse(AgreementDecision.objects.exists())
        self.assertNotContains(self.client.get(f"/agreements/{agreement.pk}/steps/"), "steps/negotiate/")


class Renewing(Steps):
    def test_by_hand_asks_until_when(self) -> None:
        agreement = self.in_effect(ends_on=today() + days(30), renewal="explicit")
        self.take(agreement, Step.RENEW, answered=422, why="useful")
        self.take(agreement, Step.RENEW, answered=422, why="useful", ends_on=today().isoformat())
        later = today() + days(1000)
        self.take(agreement, Step.RENEW, why="useful", ends_on=later.isoformat())
        self.assertEqual(agreement.ends_on, later)
        self.assertEqual(self.last(agreement).ends_from, today() + days(30))
        self.assertEqual(self.last(agreement).ends_to, later)

    def test_by_itself_asks_only_why(self) -> None:
        agreement = self.in_effect(ends_on=today() + days(30), renewal="tacit", renewal_months=12, notice_months=1)
        self.take(agreement, Step.RENEW, why="useful")
        self.assertEqual(agreement.ends_on, today() + days(30))

    def test_stops_when_it_is_let_lapse(self) -> None:
        agreement = self.in_effect(
            effective_on=today() - days(400), term_months=12, renewal="tacit", renewal_months=12, notice_months=1
        )
        end = months_later(agreement.effective_on, 24)
        page = self.client.get(self.address(agreement, Step.LAPSE))
        self.assertContains(page, f'value="{end.isoformat()}"')
        self.take(agreement, Step.LAPSE, why="nobody uses it", ends_on=end.isoformat())
        self.assertEqual((agreement.renewal, agreement.ends_on, agreement.status), ("none", end, "signed"))
        self.assertNotIn(agreement, Agreement.objects.all().in_force(on=end))

    def test_of_a_text_without_end_is_never_an_invented_date(self) -> None:
        agreement = self.in_effect(is_indefinite=True)
        self.take(agreement, Step.RENEW, why="useful")
        self.assertIsNone(agreement.ends_on)


class Ending(Steps):
    def test_a_text_of_indefinite_duration_gives_it_an_end(self) -> None:
        agreement = self.in_effect(is_indefinite=True, notice_months=6)
        end = months_later(today(), 6)
        self.take(agreement, Step.TERMINATE, why="over", ends_on=end.isoformat())
        self.assertEqual((agreement.status, agreement.ends_on, agreement.is_indefinite), ("terminated", end, False))
        self.assertIn(agreement, Agreement.objects.all().in_force(on=today()))
        self.assertNotIn(agreement, Agreement.objects.all().in_force(on=end))

    def test_by_a_successor_names_it_on_both_pages(self) -> None:
        old, new = self.in_effect("Old accord"), self.in_effect("New accord")
        self.take(old, Step.REPLACE, why="outdated", replaced_by_text="New accord")
        self.assertEqual((old.status, old.replaced_by), ("replaced", new))
        self.assertContains(self.client.get(f"/agreements/{old.pk}/"), "New accord")
        self.assertContains(self.client.get(f"/agreements/{new.pk}/"), "Old accord")

    def test_in_a_circle_of_successors_is_refused(self) -> None:
        old, new = self.in_effect("Old accord"), self.in_effect("New accord")
        self.take(old, Step.REPLACE, why="outdated", replaced_by_text="New accord")
        page = self.take(new, Step.REPLACE, answered=422, why="back", replaced_by_text="Old accord")
        self.assertContains(page, "its own successor", status_code=422)
        self.assertFalse(new.decisions.exists())

    def test_by_a_hidden_successor_shows_none(self) -> None:
        hidden = make.agreement("Hidden accord", status="signed", level=4)
        old = self.in_effect("Old accord")
        manager = make.user(Role.MANAGER)
        take_step(
            agreement=old, step=Step.REPLACE, taken=Taken(why="outdated", facts={"replaced_by": hidden}), by=manager
        )
        for page in ("", "steps/", "steps/replace/"):
            self.assertNotContains(self.client.get(f"/agreements/{old.pk}/{page}"), "Hidden accord")


class AnAmendment(Steps):
    def test_belongs_from_then_on_to_the_text_it_amends(self) -> None:
        agreement, amendment = self.in_effect("Accord"), make.agreement("Avenant 1", kind="amendment")
        self.take(agreement, Step.AMEND, why="more budget", other_text="Avenant 1")
        amendment.refresh_from_db()
        self.assertEqual(amendment.parent, agreement)
        self.assertEqual(self.last(agreement).other, amendment)

    def test_of_another_text_stays_there(self) -> None:
        first = self.in_effect("First")
        agreement, amendment = self.in_effect("Accord"), make.agreement("Avenant 1", kind="amendment", parent=first)
        self.take(agreement, Step.AMEND, why="more budget", other_text="Avenant 1")
        amendment.refresh_from_db()
        self.assertEqual(amendment.parent, first)


class ADecision(Steps):
    def setUp(self) -> None:
        super().setUp()
        self.agreement = self.in_effect()
        self.take(self.agreement, Step.EVALUATE, why="went well")
        self.decision = self.last(self.agreement)

    def test_is_neither_altered_nor_removed(self) -> None:
        self.decision.why = "went badly"
        decisions = AgreementDecision.objects.filter(pk=self.decision.pk)
        for write in (
            lambda: self.decision.save(by=self.staff),
            lambda: self.decision.delete(),
            lambda: decisions.update(why="went badly"),
            lambda: decisions.delete(),
            lambda: AgreementDecision.objects.bulk_update([self.decision], ["why"]),
            lambda: AgreementDecision.objects.bulk_create([self.decision]),
            lambda: AgreementDecision.objects.update_or_create(pk=self.decision.pk, defaults={"why": "went badly"}),
        ):
            with self.assertRaises(TypeError), transaction.atomic():
                write()
        self.assertEqual(AgreementDecision.objects.get().why, "went well")

    def test_keeps_its_agreement_from_being_deleted(self) -> None:
        agreement = make.agreement(by=self.staff)
        take_step(agreement=agreement, step=Step.NEGOTIATE, taken=Taken(), by=self.staff)
        take_step(
            agreement=agreement, step=Step.CORRECT, taken=Taken(why="wrong", facts={"status": "idea"}), by=self.staff
        )
        page = self.client.post(f"/admin/agreements/agreement/{agreement.pk}/delete/", {"post": "yes"})
        self.assertNotEqual(page.status_code, 500)
        with self.assertRaises(models.ProtectedError):
            agreement.delete(by=self.staff)
        self.assertTrue(Agreement.objects.filter(pk=agreement.pk).exists())

    def test_has_no_page_where_it_could_be_changed(self) -> None:
        for user in (make.user(Role.MANAGER), make.user(Role.ADMINISTRATOR)):
            self.client.force_login(user)
            for page in ("", "add/", f"{self.decision.pk}/change/", f"{self.decision.pk}/delete/"):
                self.assertEqual(self.client.get(f"/admin/agreements/agreementdecision/{page}").status_code, 404)
            form = self.client.get(f"/admin/agreements/agreement/{self.agreement.pk}/change/")
            self.assertNotContains(form, 'name="decisions')

    def test_is_seen_by_whoever_sees_its_agreement_and_nobody_else(self) -> None:
        self.agreement.level = 4
        self.agreement.save(by=make.user(Role.MANAGER))
        outsider = make.user(Role.STAFF)
        self.assertFalse(AgreementDecision.objects.all().visible_to(outsider).exists())
        self.client.force_login(outsider)
        self.assertEqual(self.client.get(f"/agreements/{self.agreement.pk}/steps/").status_code, 404)


class TheStatus(Steps):
    def test_of_a_stored_agreement_changes_by_a_step_only(self) -> None:
        agreement = make.agreement()
        agreement.status = "signed"
        with self.assertRaises(ChangedWithoutStep):
            agreement.save(by=self.staff)
        self.assertEqual(Agreement.objects.get(pk=agreement.pk).status, "idea")

    def test_is_only_read_in_the_administration(self) -> None:
        agreement = make.agreement()
        form = self.client.get(f"/admin/agreements/agreement/{agreement.pk}/change/")
        self.assertNotContains(form, 'name="status"')
        self.assertContains(form, f"/agreements/{agreement.pk}/steps/")
        self.assertContains(self.client.get("/admin/agreements/agreement/add/"), 'name="status"')

    def test_is_put_right_with_a_reason(self) -> None:
        agreement = self.in_effect()
        self.take(agreement, Step.CORRECT, answered=422, status="negotiation")
        self.take(agreement, Step.CORRECT, **WORDS)
        self.assertEqual(agreement.status, "negotiation")


@pytest.mark.once
class EveryStep(Steps):
    def test_of_every_stage_has_a_page_that_keeps_what_was_typed(self) -> None:
        for status in ("idea", "negotiation", "approved", "signed", "terminated", "replaced", "withdrawn"):
            agreement = make.agreement(status=status)
            for step in Step:
                page = self.client.get(self.address(agreement, step))
                self.assertEqual(page.status_code, 200, (status, step))
                for name in STEPS[step].needs:
                    self.assertTrue(page.context["form"].fields[name].required, (step, name))

    def test_in_the_year_1703_is_recorded(self) -> None:
        agreement = make.agreement(status="approved")
        self.take(agreement, Step.SIGN, signed_on="16/05/1703")
        self.assertEqual(agreement.signed_on.year, 1703)
        with self.assertRaises(ValidationError):
            take_step(
                agreement=agreement, step=Step.RENEW, taken=Taken(why="x", facts={"ends_on": today().replace(year=2400)}),
                by=self.staff,
            )  # fmt: skip
        self.assertEqual(formats.date_format(agreement.signed_on, "Y"), "1703")
        self.assertLess(agreement.decisions.get().at, timezone.now())


class TheDayOfSignature(TestCase):
    def setUp(self) -> None:
        self.text = make.agreement("MoU", status="signed")
        self.bodies = [make.organisation(), make.organisation()]
        for body in self.bodies:
            make.party(self.text, body)

    def sign(self, body: Any, day: str, precision: str = "day") -> None:
        make.signature(self.text, make.contact(), on_behalf_of=body, signed_on=day, signed_on_precision=precision)

    def shown(self) -> Any:
        return Agreement.objects.all().saying_last_signature().get(pk=self.text.pk).signed

    def test_is_that_of_the_last_party_when_the_text_has_none_of_its_own(self) -> None:
        self.sign(self.bodies[0], "2024-04-23")
        self.assertIsNone(self.shown())
        self.assertIn(self.text, Agreement.objects.all().without_signing_day())
        self.sign(self.bodies[1], "2024-06-01", "month")
        self.assertEqual((str(self.shown().date), self.shown().precision), ("2024-06-01", "month"))
        self.assertNotIn(self.text, Agreement.objects.all().without_signing_day())
        self.assertIn(self.text, Agreement.objects.all().concluded(on=today() - days(1)))

    def test_is_its_own_when_it_has_one(self) -> None:
        self.sign(self.bodies[0], "2024-04-23")
        self.sign(self.bodies[1], "2024-06-01")
        self.text.signed_on, self.text.signed_on_precision = today(), "day"
        self.text.save(by=make.user())
        self.assertEqual(self.shown().date, today())

    def test_stands_on_the_page_in_the_list_and_in_the_export(self) -> None:
        for body in self.bodies:
            self.sign(body, "2024-04-23")
        self.client.force_login(make.user(Role.STAFF, language="en"))
        for page in (f"/agreements/{self.text.pk}/", "/agreements/"):
            self.assertContains(self.client.get(page), "23 April 2024")
        self.assertIn("2024-04-23", self.client.get("/agreements/export.csv?format=plain").getvalue().decode())

    def test_is_asked_of_parties_only(self) -> None:
        witness = make.organisation()
        make.party(self.text, witness, role="witness")
        for body in self.bodies:
            self.sign(body, "2024-04-23")
        self.sign(witness, "2025-01-01")
        self.assertEqual(str(self.shown().date), "2024-04-23")


class WhatIsRecordedLate(Steps):
    def test_an_approval_of_a_text_in_effect_leaves_it_in_force(self) -> None:
        agreement = self.in_effect()
        party = make.party(agreement, make.organisation())
        self.take(agreement, Step.APPROVE, **{f"approved_on_{party.pk}": "2024-01-05"})
        self.assertEqual(agreement.status, "signed")
        self.assertIn(agreement, Agreement.objects.all().in_force(on=today()))

    def test_an_approval_keeps_what_somebody_else_recorded_meanwhile(self) -> None:
        agreement = make.agreement(status="negotiation")
        party = make.party(agreement, make.organisation(), approved_on=today(), approval_reference="VR 1")
        self.take(agreement, Step.APPROVE, **{f"approved_on_{party.pk}": "", f"approval_reference_{party.pk}": ""})
        party.refresh_from_db()
        self.assertEqual((party.approved_on, party.approval_reference), (today(), "VR 1"))

    def test_a_signature_of_a_terminated_text_does_not_revive_it(self) -> None:
        agreement = self.in_effect()
        self.take(agreement, Step.TERMINATE, why="over")
        self.take(agreement, Step.SIGN, signed_on="01/02/2020")
        self.assertEqual(agreement.status, "terminated")

    def test_a_renewal_of_a_terminated_text_does(self) -> None:
        agreement = self.in_effect(ends_on=today() - days(1), renewal="explicit")
        self.take(agreement, Step.TERMINATE, why="over")
        self.take(agreement, Step.RENEW, why="not over", ends_on=(today() + days(900)).isoformat())
        self.assertEqual(agreement.status, "signed")

    def test_a_signature_twice_is_said_and_nothing_is_stored(self) -> None:
        agreement, signatory = make.agreement(status="approved"), make.contact("Decoster")
        said = {"signatory_0_text": "Decoster", "signatory_1_text": "Decoster"}
        page = self.take(agreement, Step.SIGN, answered=422, **said)
        self.assertContains(page, f"{signatory}: This signature is already in the list.", status_code=422)
        self.assertEqual((agreement.status, agreement.signatures.count()), ("approved", 0))

    def test_an_evaluation_in_between_keeps_the_one_that_is_planned(self) -> None:
        planned = today() + days(1000)
        agreement = self.in_effect(evaluate_on=planned)
        self.assertContains(self.client.get(self.address(agreement, Step.EVALUATE)), f'value="{planned.isoformat()}"')

    def test_a_place_that_is_no_longer_used_stays(self) -> None:
        place = make.place(name_nl="Rijsel", name_en="Lille")
        agreement = self.in_effect(signed_at_place=place)
        place.is_active = False
        place.save(by=self.staff)
        page = self.client.get(self.address(agreement, Step.SIGN))
        self.assertContains(page, 'value="Lille"')

    def test_a_renewal_that_can_no_longer_be_stopped_is_warned_about(self) -> None:
        agreement = self.in_effect(ends_on=today() + days(20), renewal="tacit", renewal_months=12, notice_months=2)
        self.assertContains(self.client.get(self.address(agreement, Step.LAPSE)), "renews itself once more")

    def test_a_term_that_ends_beyond_the_years_that_are_kept_stops_no_step(self) -> None:
        agreement = self.in_effect(effective_on=today().replace(year=2150), term_months=1200)
        self.take(agreement, Step.EVALUATE, why="well")
        self.assertIsNone(self.last(agreement).ends_to)


class WhatTouchesAnotherText(Steps):
    def test_never_closes_it_for_who_reads_it_today(self) -> None:
        secret = self.in_effect("Secret", level=3)
        amendment = make.agreement("Avenant 1", kind="amendment", level=1)
        page = self.take(secret, Step.AMEND, answered=422, why="more", other_text="Avenant 1")
        self.assertContains(page, "raise its access level first", status_code=422)
        amendment.refresh_from_db()
        self.assertEqual((amendment.level, amendment.parent), (1, None))

    def test_takes_in_what_is_made_to_belong_only(self) -> None:
        agreement, treaty = self.in_effect("Accord"), make.agreement("Treaty", kind="treaty")
        self.take(agreement, Step.AMEND, why="more", other_text="Treaty")
        treaty.refresh_from_db()
        self.assertIsNone(treaty.parent)

    def test_makes_no_circle_of_what_two_people_read_before(self) -> None:
        one, other = self.in_effect("One"), self.in_effect("Other")
        read = Agreement.objects.get(pk=other.pk), Agreement.objects.get(pk=one.pk)
        take_step(agreement=one, step=Step.REPLACE, taken=Taken(why="x", facts={"replaced_by": other}), by=self.staff)
        with self.assertRaises(ValidationError):
            taken = Taken(why="x", facts={"replaced_by": read[1]})
            take_step(agreement=read[0], step=Step.REPLACE, taken=taken, by=self.staff)


class AMissingText(TestCase):
    def test_leads_to_the_page_where_it_is_put_on_file(self) -> None:
        text = make.agreement("MoU", status="signed")
        self.client.force_login(make.user(Role.STAFF, language="en"))
        page = self.client.get(f"/agreements/{text.pk}/")
        self.assertRegex(
            page.content.decode(), rf'href="/agreements/{text.pk}/documents/new/"[^\n]*The text is not on file'
        )
        self.client.force_login(make.user(Role.READER, language="en"))
        self.assertNotContains(self.client.get(f"/agreements/{text.pk}/"), "documents/new")
