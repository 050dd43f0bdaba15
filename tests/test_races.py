"""Two people, or one hand twice, at the same moment: through the server that production runs, over HTTP."""

import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db.models import Model

from accounts.models import Pin, SavedView
from accounts.rights import Role
from core.models import Submission
from follow_ups.models import BulkChange, FollowUp, FollowUpUpdate
from missions.models import Meeting, Mission
from tests import factories
from tests.admin_pages import admin_url, fields_in
from tests.served import Answer, Server, Visitor, a_number, at_once, server

__all__ = ["server"]

pytestmark = pytest.mark.django_db(transaction=True)
long = pytest.mark.long

PAIRS, MIXED, TIMES = 100, 40, 50  # in the long run
A_FEW = 2
AT_ONCE = 10
Fields = dict[str, object]


@dataclass(frozen=True)
class Door:
    """A way to write to a meeting: the page with its form, that form, and the field in which text is typed."""

    path: Callable[[Meeting], str]
    form: Callable[[str, Meeting], Fields]
    field: str
    stored_in: str

    def opened(self, by: Visitor, meeting: Meeting) -> Fields:
        """The form as this visitor sees it."""
        page = by.get(self.path(meeting))
        assert page.status == 200, page.text[:500]
        return self.form(page.text, meeting)


def captured(page: str, meeting: Meeting) -> Fields:
    return {
        "draft": f"meeting-outcome:{meeting.pk}", "version": meeting.version, "status": "held", "level": meeting.level,
        "submission": a_number(), "ours-0-title": "", "outcome": "",
    }  # fmt: skip


PAGE = Door(lambda meeting: f"/meetings/{meeting.pk}/outcome/", captured, "outcome", "outcome")
ADMIN = Door(admin_url, lambda page, meeting: fields_in(page, Meeting), "outcome", "outcome")
INLINE = Door(
    lambda meeting: admin_url(meeting.mission), lambda page, meeting: fields_in(page, Mission), "meetings-0-title", "title"
)  # fmt: skip
DOORS = {"page": PAGE, "admin": ADMIN, "inline": INLINE}


def is_asked_to_merge(answer: Answer, own_text: str) -> bool:
    """Whether this is the page with both versions, on which one's own text is kept."""
    return answer.status == 409 and 'id="merge"' in answer.text and own_text in answer.text


EVERYDAY = ("page", "admin")
PAIRS_OF_DOORS = [
    pytest.param(doors, marks=() if doors == EVERYDAY else long, id=" and ".join(doors))
    for doors in itertools.combinations_with_replacement(DOORS, 2)
]


@pytest.mark.parametrize("doors", PAIRS_OF_DOORS)
def test_of_two_saves_at_once_one_is_stored_and_the_other_is_asked(
    server: Server, doors: tuple[str, str], long_run: bool
) -> None:
    people = [Visitor(server, factories.user(Role.STAFF, language="en")) for _ in doors]
    trip = factories.mission("To France", status="held")
    meeting = factories.meeting("Talk", mission=trip, status="held", outcome="nothing yet")
    came: Counter[int] = Counter()
    pairs = A_FEW if not long_run else PAIRS if len({*doors}) == 1 else MIXED
    for number in range(pairs):
        meeting.refresh_from_db()
        before = meeting.version
        texts = [f"Text {number} of {one}." for one in ("one", "another")]
        hands = [*zip([DOORS[name] for name in doors], people, texts, strict=True)]
        forms = at_once([lambda door=door, who=who: door.opened(who, meeting) for door, who, _text in hands])
        sent = [
            (who, door.path(meeting), {**form, door.field: text})
            for (door, who, text), form in zip(hands, forms, strict=True)
        ]
        answers = at_once([lambda one=one: one[0].post(one[1], one[2]) for one in sent])
        came.update(answer.status for answer in answers)
        assert sorted(answer.status == 302 for answer in answers) == [False, True], (number, answers)
        first = 0 if answers[0].status == 302 else 1
        meeting.refresh_from_db()
        assert getattr(meeting, DOORS[doors[first]].stored_in) == texts[first]
        assert meeting.version == before + 1
        assert texts[1 - first] not in (meeting.title, meeting.outcome)
        assert is_asked_to_merge(answers[1 - first], texts[1 - first]), (number, answers[1 - first])
    assert (came[302], came.total()) == (pairs, 2 * pairs)


@long
def test_a_promise_from_the_page_and_a_title_from_the_mission_wait_for_each_other(server: Server) -> None:
    people = [Visitor(server, factories.user(Role.STAFF, language="en")) for _ in range(2)]
    trip = factories.mission("To France", status="held")
    meetings = [factories.meeting(f"Talk {number}", mission=trip, status="held", order=number) for number in range(2)]
    for number in range(MIXED):
        captured_one, renamed = Meeting.objects.get(pk=meetings[0].pk), Meeting.objects.get(pk=meetings[1].pk)
        form = INLINE.opened(people[1], renamed)
        row = next(name for name in form if form[name] == [renamed.title])
        outcome = {**captured("", captured_one), "outcome": f"Text {number}.", "ours-0-title": f"Promise {number}"}
        sent = [
            (people[0], PAGE.path(meetings[0]), outcome),
            (people[1], INLINE.path(renamed), {**form, row: f"Name {number}"}),
        ]
        answers = at_once([lambda one=one: one[0].post(one[1], one[2]) for one in sent])
        assert answers[0].status == 302
        assert answers[1].status == 302 or is_asked_to_merge(answers[1], f"Name {number}"), answers[1]
    assert FollowUp.objects.count() == MIXED


@dataclass(frozen=True)
class Sending:
    """A form that is sent: where, and what; and what it makes."""

    path: str
    fields: Fields
    makes: type[Model]


def a_contact_moment(who: Visitor) -> Sending:
    fields = {"draft": "meeting-new", "status": "held", "level": 2, "day": str(factories.today()), "title": "Coffee"}
    return Sending("/meetings/new/", {**fields, "outcome": "They call back.", "ours-0-title": "Call"}, Meeting)


def a_follow_up(who: Visitor) -> Sending:
    partner = factories.organisation("Soitec")
    fields = {"title": "Letter", "partner": partner.pk, "partner_text": "Soitec", "level": 2, "priority": 2}
    return Sending("/follow-ups/new/", {**fields, "kind": "commitment"}, FollowUp)


def an_item(who: Visitor) -> Sending:
    trip = factories.mission("To France")
    return Sending(f"/missions/{trip.pk}/items/new/", {"item-title": "Lunch", "item-strand": "group"}, Meeting)


def an_update_line(who: Visitor) -> Sending:
    row = factories.follow_up("Letter", owner=who.user)
    return Sending(f"/follow-ups/{row.pk}/update/", {"text": "They called.", "version": row.version}, FollowUpUpdate)


def a_next_one(who: Visitor) -> Sending:
    row = factories.follow_up("Letter", owner=who.user)
    fields = {"result": "Sent.", "next_title": "Ask for an answer", "next_due_on": "+2w", "version": row.version}
    return Sending(f"/follow-ups/{row.pk}/complete/", fields, FollowUp)


@long
@pytest.mark.parametrize("kind", [a_contact_moment, a_follow_up, an_item, an_update_line, a_next_one])
def test_ten_identical_posts_make_one_record(server: Server, kind: Callable[[Visitor], Sending]) -> None:
    who = Visitor(server, factories.user(Role.STAFF, language="en"))
    for _ in range(TIMES):
        one = kind(who)
        before, fields = one.makes._default_manager.count(), {**one.fields, "submission": a_number()}
        answers = at_once([lambda one=one, fields=fields: who.post(one.path, fields)] * AT_ONCE)
        assert one.makes._default_manager.count() == before + 1
        statuses = {answer.status for answer in answers}
        assert 302 in statuses
        assert max(statuses) < 500, answers
        if kind is not a_next_one:  # Who completes what is complete is told so.
            assert {(answer.status, answer.location) for answer in answers} == {(302, answers[0].location)}
    assert Submission.objects.filter(answer="").count() == 0


def test_a_filter_that_is_kept_ten_times_at_once_is_kept_once(server: Server) -> None:
    who = Visitor(server, factories.user(Role.STAFF, language="en"))
    fields: Fields = {"name": "Late", "sharing": "private", "is_pinned": 1}
    answers = at_once([lambda: who.post("/views/?noun=follow-ups&query=overdue%3D1", fields)] * AT_ONCE)
    assert {answer.status for answer in answers} == {302}
    assert (SavedView.objects.count(), Pin.objects.count()) == (1, 1)


def test_two_changes_of_many_and_one_of_each_row_wait_for_each_other(server: Server) -> None:
    managers = [Visitor(server, factories.user(Role.MANAGER, language="en")) for _ in range(2)]
    partner = factories.organisation("Soitec")
    rows = [factories.follow_up(f"Letter {number}", partner=partner) for number in range(6)]
    for number in range(A_FEW):
        bulk = {"action": "prioritise", "priority": 1 + 2 * (number % 2), "confirm": 1, "count": len(rows)}
        said = {"action": "postpone", "due_on": f"+{number + 1}w", "text": "Later.", "confirm": 1, "count": len(rows)}
        sent = [
            (managers[0], "/follow-ups/bulk/?all=1", bulk),
            (managers[1], "/follow-ups/bulk/?all=1&o=-due", said),
            *[(managers[0], f"/follow-ups/{row.pk}/update/", {"text": "They called."}) for row in reversed(rows)],
        ]
        answers = at_once([lambda one=one: one[0].post(one[1], one[2]) for one in sent])
        assert max(answer.status for answer in answers) < 500, answers
        assert [answer.status for answer in answers[:2]] == [302, 302], answers
    change = BulkChange.objects.latest("pk")
    who = next(one for one in managers if one.user == change.by)
    undone = at_once([lambda: who.post(f"/follow-ups/bulk/{change.pk}/", {})] * AT_ONCE)
    assert Counter(answer.status for answer in undone) == {200: 1, 422: AT_ONCE - 1}
