"""A signature recorded and a renewal decided, by keyboard only and without JavaScript, from the list of agreements."""

import pytest
from playwright.sync_api import expect

from agreements.models import Agreement
from tests.test_core_tasks import Hands, hands, rows

__all__ = ["hands"]  # A fixture.

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def test_a_renewal_is_decided_and_the_reminder_goes(hands: Hands) -> None:
    page = hands.page
    hands.sign_in()
    hands.menu("/agreements/")
    hands.go(page.locator(".shortcuts a[href='?to_decide=1']"))
    page.wait_for_url("**to_decide=1")
    expect(rows(page)).to_have_count(1)
    number = rows(page).first.get_attribute("data-row").split(":")[1]
    hands.go(rows(page).first.locator("th a"))
    page.wait_for_url(f"**/agreements/{number}/")
    hands.go(page.locator(f"#decide a[href='/agreements/{number}/steps/renew/']"))
    page.wait_for_url("**/steps/renew/")
    hands.write(hands.field("decided_on"), "11/2026")
    hands.write(hands.field("why"), "Beide regio's gaan door.")
    hands.send()
    expect(page.locator("#decisions")).to_contain_text("Beide regio's gaan door.")
    expect(page.locator("#decide")).to_have_count(0)
    decision = Agreement.objects.get(pk=number).decisions.latest("pk")
    assert (decision.step, decision.decided_on_precision) == ("renew", "month")


@pytest.mark.long
def test_a_signature_is_recorded_with_who_signed_for_whom(hands: Hands) -> None:
    page = hands.page
    approved = Agreement.objects.get(status="approved")
    hands.sign_in()
    hands.menu("/agreements/")
    hands.go(page.locator(".shortcuts a[href='?ready_to_sign=1']"))
    page.wait_for_url("**ready_to_sign=1")
    hands.go(page.locator(f"#list th a[href='/agreements/{approved.pk}/']"))
    page.wait_for_url(f"**/agreements/{approved.pk}/")
    hands.go(page.locator("#life a[href$='/steps/sign/']"))
    page.wait_for_url("**/steps/sign/")
    hands.write(hands.field("signed_on"), "23/11/2026")
    hands.write(hands.field("originals"), "2")
    hands.write(hands.field("signatory_0_text"), "Example-Brandt")
    hands.write(hands.field("capacity_0"), "Ministerin")
    hands.send()
    expect(page.locator("#decisions")).to_contain_text("23")
    approved.refresh_from_db()
    signature = approved.signatures.select_related("contact").get()
    assert (approved.status, approved.originals, signature.capacity) == ("signed", 2, "Ministerin")
    assert signature.contact.family_name == "Example-Brandt"
