"""How well and how fast search finds organisations under any of their names.

    python -m bench.search organisations.csv queries.csv [--organisations 50000] [--contacts 200000]

Takes a file of organisations (columns name, labels, aliases, acronyms; several separated by " | ") and one of queries
(columns query, expected_name). Works in the database of the settings, which must be migrated and empty. Prints, with
those organisations alone and then among so many made-up ones, how many queries find theirs first and among the first
ten, and how long one search takes, in the database and in all: as typed, for a fragment, and with a typing error.
"""

import argparse
import csv
import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection, models
from django.utils import timezone

from accounts.models import User
from dashboard.models.search import search
from dashboard.models.search_index import rebuild
from partners.models import Contact, Organisation, OrganisationName

KINDS = """
Institut Laboratoire Centre Fédération Agence Université Ministère Chambre Instituut Centrum Universiteit
Agentschap Federatie Kamer Institute Laboratory Agency University Ministry Federation Council Office Museum
Hôpital Société
""".split()
SUBJECTS = """
énergie santé recherche culture technologie innovation transport eau climat agriculture gezondheid onderzoek
cultuur landbouw economie onderwijs haven industrie health energy research trade education materials chemistry
physics marine biotechnologie électronique numérique mobilité patrimoine environnement sociologie linguistics
robotics photonique
""".split()
PLACES = """
Lille Lyon Paris Gent Antwerpen Brussel Leuven Namur Liège Rotterdam Utrecht Köln Berlin Hamburg Milano Torino
Madrid Bilbao Porto Dublin Leeds Oslo Malmö Tartu Vilnius Kraków Praha Wien Zürich Grenoble Nantes Rennes Brest
Dunkerque
""".split()
GIVEN = """
An Bart Claire David Els François Greet Hélène Jan Karin Luc Marie Noor Olivier Pauline Raf Sofie Tom
""".split()
SYLLABLES = """
de van cos ter mar lin ber ge wil hau vers brou lam pee jans clae dubo mor thi lef rou gar per nik
""".split()


def main() -> None:
    """Loads, measures, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("organisations_file", type=Path)
    parser.add_argument("queries_file", type=Path)
    parser.add_argument("--organisations", type=int, default=50_000)
    parser.add_argument("--contacts", type=int, default=200_000)
    asked = parser.parse_args()
    if Organisation.objects.exists():
        parser.error("the database holds organisations already; give an empty one")
    user = User.objects.create_user("bench", None, role="staff")
    queries = [(row["query"], row["expected_name"]) for row in read(asked.queries_file)]
    chance = random.Random(2024)  # noqa: S311 -- the same names each time
    real = [(row["name"], other_names(row)) for row in read(asked.organisations_file)]
    store(real)
    report(f"{len(real)} organisations of the file alone", queries, user)
    store(list(made_up(asked.organisations - len(real), chance)), [person(chance) for _ in range(asked.contacts)])
    report(f"among {asked.organisations} organisations and {asked.contacts} contacts", queries, user)


def read(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def other_names(row: dict[str, str]) -> list[tuple[str, str]]:
    """The other names of an organisation, each with its kind."""
    columns = (("labels", "translation"), ("aliases", "alias"), ("acronyms", "acronym"))
    return [(name.strip(), kind) for column, kind in columns for name in row[column].split("|") if name.strip()]


def made_up(count: int, chance: random.Random) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """So many organisations, each with an acronym and half of them with an alias."""
    for number in range(count):
        words = [chance.choice(KINDS), chance.choice(SUBJECTS), chance.choice(SUBJECTS), chance.choice(PLACES)]
        others = [("".join(word[0] for word in words).upper() + str(number % 997), "acronym")]
        if number % 2:
            others.append((f"{words[3]} {words[1]} {chance.choice(KINDS).lower()} {number}", "alias"))
        yield f"{words[0]} {words[1]} & {words[2]} {words[3]} {number}", others


def person(chance: random.Random) -> tuple[str, str]:
    """A given name and a family name."""
    return chance.choice(GIVEN), "".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))).capitalize()


def store(bodies: list[tuple[str, list[tuple[str, str]]]], people: list[tuple[str, str]] | None = None) -> None:
    """Rows past the history, which is not measured here, and the index made anew."""
    now = {"created_at": timezone.now(), "updated_at": timezone.now()}
    rows = [Organisation(name=name[:300], side="partner", country="FR", **now) for name, _others in bodies]
    rows = models.QuerySet(Organisation).bulk_create(indexed(rows), batch_size=1000)
    names = [
        OrganisationName(organisation=row, name=name[:300], kind=kind)
        for row, (_name, others) in zip(rows, bodies, strict=True)
        for name, kind in dict.fromkeys(others)
    ]
    models.QuerySet(OrganisationName).bulk_create(names, batch_size=1000, ignore_conflicts=True)
    contacts = [Contact(given_name=given, family_name=family, **now) for given, family in people or ()]
    models.QuerySet(Contact).bulk_create(indexed(contacts), batch_size=1000)
    started = time.perf_counter()
    count = sum(rebuild().values())
    print(f"index made anew: {count} entries in {time.perf_counter() - started:.0f} s", flush=True)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def indexed(rows: list[Any]) -> list[Any]:
    """The rows, each with the texts that saving would compute."""
    for row in rows:
        row.index()
    return rows


def report(title: str, queries: list[tuple[str, str]], user: User) -> None:
    """One table."""
    print(f"\n{connection.vendor}, {title}")
    first = within = 0
    missed = []
    for query, expected in queries:
        names = [str(hit.record) for group in search(query, user, most=10) for hit in group.hits][:10]
        first += names[:1] == [expected]
        within += expected in names
        if names[:1] != [expected]:
            missed.append(f"{query} → {names[:1]} instead of {expected}")
    print(
        f"first: {first / len(queries):.2%}   in the first ten: {within / len(queries):.2%}   of {len(queries)} queries"
    )
    for line in missed[:10] if os.environ.get("SHOW_MISSED") else ():
        print(f"  {line}")
    for name, change in (("as typed", str), ("a fragment", fragment), ("with an error", with_error)):
        print(f"{name:14} {times(queries, change, user)}")


def times(queries: list[tuple[str, str]], change: Callable[[str], str], user: User) -> str:
    """Milliseconds of a search: in the database, and with the building of its statements and the ranking."""
    in_database, in_all = [], []
    for query, _expected in queries:
        text, clock = change(query), Clock()
        started = time.perf_counter()
        with connection.execute_wrapper(clock):
            search(text, user, most=5)
        in_all.append((time.perf_counter() - started) * 1000)
        in_database.append(clock.milliseconds)
    return f"database {percentiles(in_database)}   in all {percentiles(in_all)}"


class Clock:
    """Adds up what the database takes; a first row is found after all rows are ranked, so that is nearly all of it."""

    milliseconds = 0.0

    def __call__(self, execute: Callable[..., Any], *args: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(*args)
        finally:
            self.milliseconds += (time.perf_counter() - started) * 1000


def percentiles(taken: list[float]) -> str:
    """Median, 95th percentile and worst."""
    taken = sorted(taken)
    return f"median {taken[len(taken) // 2]:.1f} p95 {taken[len(taken) * 95 // 100]:.1f} worst {taken[-1]:.1f} ms"


def fragment(query: str) -> str:
    """The middle of it, at least three letters."""
    return query[len(query) // 4 :][: max(3, len(query) // 3)]


def with_error(query: str) -> str:
    """Two letters in the middle swapped."""
    middle = len(query) // 2
    return query[: middle - 1] + query[middle - 1 : middle + 1][::-1] + query[middle + 1 :]


if __name__ == "__main__":
    main()
