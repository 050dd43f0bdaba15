"""What is still unknown about agreements."""

from django.utils.translation import gettext_lazy as _

from core.gap_rules import GapRule

AGREEMENT_GAPS = (
    GapRule("lead", _("No lead department"), "id_lead_department", lambda rows, user: rows.without_lead()),
    GapRule("evaluation", _("No evaluation date"), "id_evaluate_on", lambda rows, user: rows.without_evaluation()),
    GapRule("text", _("The text is not on file"), "documents-group", lambda rows, user: rows.without_text(user=user)),
    GapRule(
        "official_title",
        _("Official title not recorded"),
        "id_official_title",
        lambda rows, user: rows.without_official_title(),
    ),
    GapRule("parties", _("Parties not recorded"), "parties-group", lambda rows, user: rows.without_parties()),
    GapRule(
        "signatures", _("Signatories not recorded"), "signatures-group", lambda rows, user: rows.without_signatures()
    ),
    GapRule(
        "capacity",
        _("Somebody signed in a capacity that is not recorded"),
        "signatures-group",
        lambda rows, user: rows.with_bare_signatures(),
    ),
    GapRule(
        "signed_on", _("Day of signature not recorded"), "id_signed_on", lambda rows, user: rows.without_signing_day()
    ),
    GapRule(
        "effective_on",
        _("Day it takes effect not recorded"),
        "id_effective_on",
        lambda rows, user: rows.without_effective_date(),
    ),
    GapRule("end", _("End or duration not recorded"), "id_ends_on", lambda rows, user: rows.without_end()),
)
# What makes an agreement drift: shown wherever it is mentioned as one of a partner's.
PRESSING_GAPS = AGREEMENT_GAPS[:3]
