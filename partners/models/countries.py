"""The countries that partners and places are in."""

from django_countries import countries

from partners.models.organisation import Organisation
from partners.models.place import Place


def countries_on_record() -> list[tuple[str, str]]:
    """Code and name, in the reader's language, of each country with an organisation or place (one query)."""
    places = Place.objects.order_by().values_list("country", flat=True)
    used = set(Organisation.objects.order_by().values_list("country", flat=True).union(places))
    return [(code, str(name)) for code, name in countries if code in used]
