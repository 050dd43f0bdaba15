"""What is still unknown about organisations and contacts."""

from django.utils.translation import gettext_lazy as _

from core.gap_rules import GapRule

ORGANISATION_GAPS = (
    GapRule(
        "manager", _("No relationship manager"), "id_relationship_manager", lambda rows, user: rows.without_manager()
    ),
    GapRule("kind", _("Kind of organisation not recorded"), "id_kind", lambda rows, user: rows.without_kind()),
    GapRule("country", _("Country not recorded"), "id_country", lambda rows, user: rows.without_country()),
    GapRule("tier", _("Tier not recorded"), "id_tier", lambda rows, user: rows.without_tier()),
    GapRule("people", _("Nobody recorded as in post"), "", lambda rows, user: rows.without_people()),
)

CONTACT_GAPS = (
    GapRule("position", _("No position recorded"), "positions-group", lambda rows, user: rows.without_position()),
    GapRule(
        "standing",
        _("Not recorded whether every position is still held"),
        "positions-group",
        lambda rows, user: rows.with_unsure_posts(),
    ),
    GapRule(
        "start",
        _("Start of a position not recorded"),
        "positions-group",
        lambda rows, user: rows.without_start_of_post(),
    ),
    GapRule("address", _("No e-mail or phone number"), "id_email", lambda rows, user: rows.unreachable()),
    GapRule(
        "language",
        _("Preferred language not recorded"),
        "id_preferred_language",
        lambda rows, user: rows.without_language(),
    ),
)
