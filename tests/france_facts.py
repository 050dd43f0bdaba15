"""Where each fact of the mission report is stored: a path in the facts file, and the question whether Entente holds it.

A path is the way to a fact without the list numbers: `organisations.aliases` is each alias of each organisation. A
question gets the value of the fact and the records of the file it stands in, innermost last.
"""

import datetime
from pathlib import Path

import yaml
from django.contrib.contenttypes.models import ContentType
from django.utils import translation
from django_countries import countries

from agreements.models import Agreement, AgreementParty, Signature
from documents.models import Citation, Document
from follow_ups.models import FollowUp
from missions.models import Delegate, Meeting, MeetingAgreement, Mission, Participant, Stop
from partners.models import Contact, Organisation, OrganisationLink, Place, Position, Theme

FILE = Path(__file__).with_name("facts") / "france-2024-facts.yaml"

LOCATORS = {
    "S01": "letterhead, line 1",
    "S02": "letterhead, line 2",
    "S03": "heading",
    "S04": "subject line",
    "S05": "paragraph 1, sentence 1",
    **{f"S{6 + n:02}": f"paragraph 2, sentence {1 + n}" for n in range(3)},
    "S09": "paragraph 3, sentence 1",
    **{f"S{10 + n}": f"paragraph 4, sentence {1 + n}" for n in range(4)},
    **{f"S{14 + n}": f"paragraph 5, sentence {1 + n}" for n in range(6)},
    **{f"S{20 + n}": f"signature, line {1 + n}" for n in range(3)},
}


def read_facts():
    """The file, read anew, so that a test may change it."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


SENTENCES = read_facts()["sentences"]
BY_ID = {row["id"]: row for rows in read_facts().values() if isinstance(rows, list) for row in rows if "id" in row}


def walk(facts):
    """Every leaf: its path, its value, and the records it stands in."""
    yield from _walk(facts, "", ())


def _walk(node, path, rows):
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _walk(value, f"{path}.{name}" if path else name, rows)
    elif isinstance(node, list):
        for item in node:
            if isinstance(item, dict):
                step = f"{path}.{item['predicate']}" if "predicate" in item else path
                yield from _walk(item, step, (*rows, item))
            else:
                yield from _walk(item, path, rows)
    else:
        yield path, node, rows


# --- From a record of the file to the row in the database ------------------------------------------------------------


def the_document():
    return Document.objects.get()


def row_of(key):
    """The row that a record of the file with this id became."""
    fact = BY_ID[key]
    match key.partition(":")[0]:
        case "place":
            return Place.objects.get(name_nl=fact["label_nl"])
        case "org":
            return Organisation.objects.get(name=fact["name_nl"])
        case "theme":
            return Theme.objects.get(name_nl=fact["label_nl"])
        case "person":
            return Contact.objects.get(given_name=fact["given_name"], family_name=fact["family_name"])
        case "office":
            return Position.objects.get(title_nl=fact["title_nl"])
        case "tenure":
            return Position.objects.get(contact=row_of(fact["person"]), title_nl=BY_ID[fact["office"]]["title_nl"])
        case "mission":
            return Mission.objects.get(title=fact["title_nl"])
        case "stop":
            return Stop.objects.get(place=row_of(fact["place"]))
        case "item":
            return Meeting.objects.get(title=fact["title_nl"])
        case "agreement":
            return Agreement.objects.get(title=fact["title_nl"] or fact["working_title_nl"])
        case "group":
            model = Delegate if fact["role"] == "delegation" else Participant
            return model.objects.get(label=fact["label_nl"])
    raise KeyError(key)


def row(rows):
    """The row for the innermost record of the file."""
    fact = rows[-1]
    if "id" in fact:
        return row_of(fact["id"])
    if "predicate" in fact:
        return relation(fact)
    agreement = row(rows[:-1])
    if "organisation" in fact:
        return AgreementParty.objects.get(agreement=agreement, organisation=row_of(fact["organisation"]))
    return Signature.objects.get(agreement=agreement, contact=row_of(fact["person"]))


LINKS = {"counterpart_of": "counterpart", "member_of": "member"}


def relation(fact):
    """The row that holds a relationship; its absence raises DoesNotExist."""
    subject, other = row_of(fact["subject"]), row_of(fact["object"])
    match fact["predicate"]:
        case "extends":
            return Mission.objects.get(pk=subject.pk, builds_on=other)
        case "signed_during":
            signed = MeetingAgreement.objects.filter(agreement=subject, meeting__mission=other, treatment="signed")
            return signed.get(meeting__kind="signing").agreement
        case "signed_in_margin_of":
            return Agreement.objects.get(pk=subject.pk, signed_at_event=other)
        case "accompanied":
            return Participant.objects.get(meeting=other, organisation=subject, side="own")
    return OrganisationLink.objects.get(organisation=subject, kind=LINKS[fact["predicate"]], other=other)


# --- Sources -----------------------------------------------------------------------------------------------------------


def citations(record):
    kind = ContentType.objects.get_for_model(record)
    return Citation.objects.filter(document=the_document(), content_type=kind, object_id=record.pk)


def is_france(rows):
    """France itself is a country code on its places, not a row."""
    return rows[-1].get("id") == "place:fr"


def is_cited(sentence, rows):
    record = Mission.objects.get() if is_france(rows) else row(rows)
    return any(cite.quote in SENTENCES[sentence] for cite in citations(record).filter(locator=LOCATORS[sentence]))


def is_quoted(words, rows):
    record = Mission.objects.get() if is_france(rows) else row(rows)
    return any(cite.quote in words or words in cite.quote for cite in citations(record))


def is_as_sure(certainty, rows, field=""):
    record = Mission.objects.get() if is_france(rows) else row(rows)
    found = set(citations(record).filter(field_name=field).values_list("certainty", flat=True))
    return found == {certainty}


def sure_of(*fields):
    return lambda certainty, rows: all(is_as_sure(certainty, rows, field) for field in fields)


def is_explained(why, rows):
    return citations(row(rows)).exclude(explanation="").exists()


# --- Values ------------------------------------------------------------------------------------------------------------


def holds(field, words=None):
    """The row's field holds the value, or the word of ours that stands for it."""
    return lambda value, rows: getattr(row(rows), field) == (words[value] if words else value)


def refers(field):
    """The row's field refers to the row that the value's id became."""
    return lambda key, rows: getattr(row(rows), field) == row_of(key)


def among(field):
    """The row that the value's id became is one of many in the row's field."""
    return lambda key, rows: getattr(row(rows), field).filter(pk=row_of(key).pk).exists()


def is_line_of(field):
    return lambda value, rows: value in getattr(row(rows), field).splitlines()


def is_named(kinds, language=None):
    """The organisation has the value as another name."""

    def question(value, rows):
        names = row(rows).names.filter(name=value, kind__in=kinds)
        return names.filter(language=language).exists() if language else names.exists()

    return question


def place_name(language):
    def question(value, rows):
        if is_france(rows):
            with translation.override(language):
                return countries.name("FR") == value
        return getattr(row(rows), f"name_{language}") == value

    return question


def takes_part(key, rows, **how):
    """The person, organisation or unnamed group is a participant of the meeting."""
    people = row(rows).participants.filter(**how)
    match key.partition(":")[0]:
        case "person":
            return people.filter(contact=row_of(key)).exists()
        case "org":
            return people.filter(organisation=row_of(key)).exists()
    return people.filter(label=BY_ID[key]["label_nl"]).exists()


def group_has_role(role, rows):
    record = row(rows)
    return {
        "delegation": lambda: isinstance(record, Delegate) and record.role == "member",
        "host": lambda: isinstance(record, Participant) and record.role == "host" and record.side == "partner",
        "counterpart": lambda: isinstance(record, Participant) and record.role == "" and record.side == "partner",
    }[role]()


def capacity_of_the_day(key, rows):
    position = row_of(key)
    other = row(rows).participants.get(contact=position.contact)
    return other.position == position and other.capacity == BY_ID[key]["title_nl"]


def is_printed(value, rows):
    position = row(rows)
    return value == position.title_printed or citations(position).filter(quote=value).exists()


def is_signed_there(key, rows):
    return all(item.agreement.signed_at_event == row_of(key) for item in row(rows).agreements.all())


COUNTS = {
    "missions": Mission.objects.count,
    "stops": Stop.objects.count,
    "programme_items": Meeting.objects.count,
    "people": Contact.objects.count,
    "offices": lambda: Position.objects.values("organisation", "title_nl").distinct().count(),
    "tenures": Position.objects.count,
    "organisations": Organisation.objects.count,
    "unnamed_groups": lambda: (
        Delegate.objects.exclude(label="").count() + Participant.objects.exclude(label="").count()
    ),
    "agreements": Agreement.objects.count,
    "agreement_parties": AgreementParty.objects.count,
    "relationships": lambda: (
        OrganisationLink.objects.count()
        + Mission.builds_on.through.objects.count()
        + Agreement.objects.filter(meetings__meeting__mission__isnull=False).distinct().count()
        + Agreement.objects.filter(signed_at_event__isnull=False).count()
        + Participant.objects.filter(side="own", organisation__isnull=False).count()
    ),
    "themes": Theme.objects.count,
    "follow_up_actions": FollowUp.objects.count,
    "commitments": FollowUp.objects.count,
    "sentences": lambda: Citation.objects.values("locator").distinct().count(),
}

SOURCED = {"from": is_cited, "quote": is_quoted, "provenance": is_as_sure, "why": is_explained}
ID = {"id": lambda key, rows: key == "place:fr" or row_of(key) is not None}
ORGANISATION_KINDS = {
    "own_government": "own_government",
    "consultation_platform": "consultation_platform",
    "sector_federation": "sector_federation",
    "event": "event",
    "research_institute": "research_institute",
    "foreign_region": "region",
    "foreign_national_government": "national_government",
}


def section(name, *, has_id=True, **questions):
    """The questions of one section, with those on its sources."""
    return {f"{name}.{path}": ask for path, ask in (SOURCED | (ID if has_id else {}) | questions).items()}


def relationship(predicate, **questions):
    """A relationship is there when its row is; its two ends are checked one by one, so that neither can change."""
    there = {
        "subject": lambda key, rows: relation({**rows[-1], "subject": key}) is not None,
        "object": lambda key, rows: relation({**rows[-1], "object": key}) is not None,
        "predicate": lambda word, rows: relation({**rows[-1], "predicate": word}) is not None,
    }
    return section(f"relationships.{predicate}", has_id=False, **there, **questions)


STORED = {
    "meta.document_kind": lambda kind, rows: the_document().kind == {"mededeling_verslag": "communication"}[kind],
    "meta.document_kind_nl": lambda words, rows: the_document().title.split(":")[0] == words.split(" (")[0],
    "meta.language": lambda code, rows: the_document().language == code,
    "meta.subject_nl": lambda words, rows: the_document().title.endswith(words),
    **{f"meta.counts.{name}": lambda number, rows, count=count: count() == number for name, count in COUNTS.items()},
    **{
        f"sentences.{key}": lambda words, rows, key=key: any(
            cite.quote in words for cite in Citation.objects.filter(locator=LOCATORS[key])
        )
        for key in LOCATORS
    },
    **section(
        "places",
        label_nl=place_name("nl"),
        label_fr=place_name("fr"),
        label_en=place_name("en"),
        iso=lambda code, rows: set(Place.objects.values_list("country", flat=True)) == {code},
        aliases=lambda name, rows: name in (row(rows).name_fr, row(rows).name_en),
        country=lambda key, rows: row(rows).country == BY_ID[key]["iso"],
    ),
    **section(
        "organisations",
        name_nl=holds("name"),
        name_en=is_named(["translation"], "en"),
        name_fr=is_named(["translation"], "fr"),
        aliases=is_named(["alias", "acronym"]),
        kind=holds("kind", ORGANISATION_KINDS),
        kind_provenance=sure_of("kind"),
        side=holds("side"),
        country=holds("country"),
        country_provenance=sure_of("country"),
    ),
    **section("unnamed_groups", label_nl=holds("label"), role=group_has_role),
    **section(
        "people",
        given_name=holds("given_name"),
        family_name=holds("family_name"),
        honorific_nl=holds("honorific"),
        side=lambda side, rows: {held.organisation.side for held in row(rows).positions.all()} == {side},
    ),
    **section(
        "offices",
        title_nl=holds("title_nl"),
        title_en=holds("title_en"),
        title_fr=holds("title_fr"),
        title_as_printed=is_printed,
        organisation=refers("organisation"),
        kind=holds("kind"),
        portfolio=lambda words, rows: words in row(rows).portfolio,
    ),
    **section("tenures", person=refers("contact"), office=lambda key, rows: row(rows) == row_of(key)),
    **section("themes", label_nl=holds("name_nl"), label_en=holds("name_en"), label_fr=holds("name_fr")),
    **section(
        "missions",
        title_nl=holds("title"),
        title_en=is_line_of("other_titles"),
        title_fr=is_line_of("other_titles"),
        kind=holds("kind"),
        direction=holds("direction", {"outgoing": "out"}),
        country=lambda key, rows: {stop.place.country for stop in row(rows).stops.all()} == {BY_ID[key]["iso"]},
        theme=among("themes"),
        lead_office=refers("lead_position"),
        lead_person=refers("lead"),
        start_date=holds("starts_on"),
        start_part_of_day=holds("starts_part"),
        end_date=holds("ends_on"),
        end_part_of_day=holds("ends_part"),
        year_provenance=sure_of("starts_on", "ends_on"),
        **{"with": lambda key, rows: row(rows).delegates.filter(organisation=row_of(key)).exists()},
        objective_nl=holds("objective"),
        occasion_nl=holds("occasion"),
        extends_agreement=among("builds_on"),
        group_programme_days=lambda days, rows: row(rows).programme.startswith({3: "Driedaags groepsprogramma"}[days]),
        report_document=lambda words, rows: (
            {"this document": the_document()}[words] == row(rows).documents.get(role="report").document
        ),
    ),
    **section(
        "stops",
        mission=refers("mission"),
        place=refers("place"),
        order=holds("order"),
        order_provenance=lambda words, rows: is_as_sure(words.split()[0], rows, "order"),
    ),
    **section(
        "programme_items",
        track=holds("strand", {"group": "group", "individual": "own"}),
        kind=holds("kind"),
        kind_provenance=sure_of("kind"),
        title_nl=holds("title"),
        hosts=lambda key, rows: takes_part(key, rows, side="partner", role="host"),
        counterparts=lambda key, rows: takes_part(key, rows, side="partner"),
        counterpart_capacity=capacity_of_the_day,
        own_participants=lambda key, rows: takes_part(key, rows, side="own"),
        signatories=lambda key, rows: takes_part(key, rows, role="signatory"),
        stop=lambda key, rows: row(rows).stop == row_of(key),
        stop_provenance=sure_of("stop"),
        date=holds("day"),
        at_event=is_signed_there,
        themes=among("themes"),
        status=holds("status"),
        discussed_nl=lambda words, rows: row(rows).outcome == f"Besproken: {words}.",
        agreements_signed=lambda key, rows: (
            row(rows).agreements.filter(agreement=row_of(key), treatment="signed").exists()
        ),
    ),
    **section(
        "agreements",
        title_nl=holds("title"),
        title_en=is_line_of("other_titles"),
        title_fr=is_line_of("other_titles"),
        working_title_nl=holds("title"),
        working_title_en=is_line_of("other_titles"),
        working_title_fr=is_line_of("other_titles"),
        kind=holds("kind"),
        scope=holds("scope"),
        signature_date=lambda day, rows: (row(rows).signed_on, row(rows).signed_on_precision) == (day, "day"),
        signed_at_event=refers("signed_at_event"),
        objective_nl=holds("objective"),
        subject=among("themes"),
        themes=among("themes"),
        signature_place=refers("signed_at_place"),
        signature_place_provenance=sure_of("signed_at_place"),
        signed_during_mission=lambda key, rows: all(
            item.meeting.mission == row_of(key) for item in row(rows).meetings.filter(treatment="signed")
        ),
    ),
    **section("agreements.parties", has_id=False, organisation=refers("organisation"), role=holds("role")),
    **section(
        "agreements.signatories",
        has_id=False,
        person=refers("contact"),
        capacity=lambda key, rows: (row(rows).position, row(rows).capacity) == (row_of(key), BY_ID[key]["title_nl"]),
    ),
    **relationship(
        "counterpart_of",
        label_nl=holds("note"),
        symmetric=lambda both, rows: (row(rows).read_backwards() == row(rows).get_kind_display()) is both,
    ),
    **relationship("member_of", label_nl=holds("note")),
    **relationship("extends", label_nl=lambda words, rows: row(rows).occasion.startswith(words)),
    **relationship("signed_during"),
    **relationship("signed_in_margin_of"),
    **relationship("accompanied", label_nl=lambda words, rows: words in row(rows).meeting.title),
}

ADVICE = "advice to whoever loads the facts, not a fact"
NOT_STORED = {
    "meta.author": "a document has no author field; the report's writer leads the mission",
    "places.kind": "places are cities; France is the country code on each of them",
    "organisations.note": ADVICE,
    "people.note": ADVICE,
    "offices.note": ADVICE,
    "offices.abbreviation_nl": "no field; the abbreviation stands in the mission's title",
    "tenures.held_on": "said in words; the position has no dates, and the meeting holds the position of that day",
    "programme_items.note": ADVICE,
    "agreements.note": ADVICE,
    "relationships.signed_during.label_nl": "the page says it in the reader's language, from the meeting's signature",
    "relationships.signed_in_margin_of.label_nl": "the page says it in the reader's language, from the field's name",
    "not_stated.id": ADVICE,
    "not_stated.what": ADVICE,
    "not_stated.use": ADVICE,
    "inconsistencies.id": ADVICE,
    "inconsistencies.what": ADVICE,
    "inconsistencies.from": ADVICE,
    "inconsistencies.handling": ADVICE,
}

# --- What the report does not say ------------------------------------------------------------------------------------


def empty(*fields):
    """These fields of the row hold nothing."""
    return lambda rows: all(getattr(row(rows), field) in (None, "") for field in fields)


def says_only_what_was_discussed(rows):
    discussed = rows[-1].get("discussed_nl")
    return row(rows).outcome == (f"Besproken: {discussed}." if discussed else "")


EMPTY = {
    "meta.document_date": lambda rows: (the_document().dated_on, the_document().dated_on_precision) == (None, ""),
    "meta.document_number": lambda rows: the_document().reference == "",
    "organisations.kind": empty("kind"),
    "organisations.country": lambda rows: str(row(rows).country) == "",
    "organisations.parent": empty("parent"),
    "organisations.city": empty("place"),
    "people.honorific_nl": empty("honorific"),
    "people.email": empty("email"),
    "people.phone": empty("phone", "mobile"),
    "offices.title_fr": empty("title_fr"),
    "tenures.start": empty("held_from", "held_from_precision"),
    "tenures.end": lambda rows: row(rows).held_until is None and row(rows).status == "unknown",
    "missions.report_date": empty("reported_on", "report_reference"),
    "missions.announcement_document": lambda rows: (
        row(rows).announced_on is None
        and row(rows).announcement_reference == ""
        and not row(rows).documents.filter(role="announcement").exists()
    ),
    "missions.substitute_minister": empty("substitute"),
    "stops.arrival": empty("arrives_on"),
    "stops.departure": empty("leaves_on"),
    "programme_items.track": empty("strand"),
    "programme_items.mission": empty("mission"),
    "programme_items.stop": empty("stop", "place"),
    "programme_items.place": empty("stop", "place"),
    "programme_items.date": empty("day", "starts_at", "ends_at"),
    "programme_items.venue": empty("venue"),
    "programme_items.people_met": lambda rows: (
        not row(rows).participants.filter(side="partner", contact__gt=0).exists()
    ),
    "programme_items.outcome": says_only_what_was_discussed,
    "agreements.title_nl": empty("official_title"),
    "agreements.legally_binding": lambda rows: row(rows).binding == "unknown",
    "agreements.signature_date": empty("signed_on", "signed_on_precision"),
    "agreements.signature_place": empty("signed_at_place"),
    "agreements.effect_date": empty("effective_on", "effective_on_precision"),
    "agreements.end_date": lambda rows: row(rows).ends_on is None and not row(rows).is_indefinite,
    "agreements.duration": empty("term_months"),
    "agreements.renewal": lambda rows: row(rows).renewal == "unknown" and row(rows).renewal_months is None,
    "agreements.notice_period": empty("notice_months"),
    "agreements.evaluation_date": empty("evaluate_on"),
    "agreements.lead_department": empty("lead_department", "owner"),
    "agreements.languages": empty("language"),
    "agreements.text_url": lambda rows: not row(rows).documents.exists(),
    "agreements.signatories": lambda rows: not row(rows).signatures.exists(),
    "agreements.signatories.capacity": empty("capacity", "position"),
}

NO_FIELD = {
    "meta.council_of_ministers_date",
    "organisations.sector",
    "unnamed_groups.count",
    "missions.delegation_size",
    "missions.budget",
    "programme_items.number_of_visits",
    "agreements.joint_committee",
}


def other_than(value):
    """A value of the same sort that the report does not give."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, datetime.date):
        return value + datetime.timedelta(days=1)
    return value[::-1]
