"""The filters of the list of agreements: a contract with scripts and bookmarks."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from agreements.models import Agreement, AgreementKind, AgreementStatus, Binding, Scope
from agreements.models.attention import to_look_at
from agreements.models.phase import Phase, in_phase
from agreements.models.reminder import awaiting_decision
from agreements.models.terms import renewing_tacitly
from core.filters import Country, Day, Filters, Flag, Records, Words, pks
from core.languages import localised
from follow_ups.models.performance import Performance, idle, with_performance
from partners.models import Contact, Organisation, Place, Theme, countries_on_record


class AgreementFilters(Filters):
    """What agreements are asked by."""

    orderings = {
        "title": ("sort_key",),
        "kind": ("kind", "sort_key"),
        "status": ("status", "sort_key"),
        "signed": ("signed_on",),
        "effective": ("effective_on",),
        "end": ("ends_on",),
        "lead": (localised("lead_department__name"), "sort_key"),
        "evaluation": ("evaluate_on",),
        "updated": ("updated_at",),
        "level": ("level", "sort_key"),
    }

    running = Flag(_("Still running"), lambda rows, on, filters: rows.running(on=filters.today))
    to_decide = Flag(
        _("Notice deadline, nobody decided"), lambda rows, on, filters: awaiting_decision(rows, on=filters.today)
    )
    to_look_at = Flag(_("To look at"), lambda rows, on, filters: to_look_at(rows, on=filters.today))
    ready_to_sign = Flag(_("Ready to sign"), lambda rows, on, filters: rows.ready_to_sign())
    without_lead = Flag(_("Without lead department"), lambda rows, on, filters: rows.without_lead())
    without_evaluation = Flag(_("Without evaluation date"), lambda rows, on, filters: rows.without_evaluation())
    without_text = Flag(_("Without text"), lambda rows, on, filters: rows.without_text(user=filters.user))
    awaiting_effect = Flag(_("Signed, not in effect"), lambda rows, on, filters: rows.awaiting_effect(on=filters.today))
    idle = Flag(
        _("In effect, nothing done in 12 months"),
        lambda rows, on, filters: idle(rows, user=filters.user, on=filters.today),
    )
    renews_to = Day(
        _("Tacitly renewed by"), lambda rows, day, filters: renewing_tacitly(rows, on=filters.today, until=day)
    )
    in_force_on = Day(_("In force on"), lambda rows, day, filters: rows.in_force(on=day))
    concluded_until = Day(_("Signed until"), lambda rows, day, filters: rows.concluded(on=day))
    evaluate_to = Day(_("Evaluation due until"), lambda rows, day, filters: rows.to_evaluate(until=day))
    status = Words(
        _("Status"), lambda rows, words, filters: rows.filter(status__in=words), choices=AgreementStatus.choices
    )
    phase = Words(
        _("Where it stands"),
        lambda rows, words, filters: in_phase(rows, *words, on=filters.today),
        choices=Phase.choices,
    )
    performance = Words(
        _("Performance"),
        lambda rows, words, filters: with_performance(rows, user=filters.user, on=filters.today).filter(
            performance__in=words
        ),
        choices=Performance.choices,
    )
    scope = Words(_("Scope"), lambda rows, words, filters: rows.filter(scope__in=words), choices=Scope.choices)
    binding = Words(
        _("Legally binding"), lambda rows, words, filters: rows.filter(binding__in=words), choices=Binding.choices
    )
    kind = Words(_("Kind"), lambda rows, words, filters: rows.filter(kind__in=words), choices=AgreementKind.choices)
    party = Records(
        _("Party"),
        lambda rows, organisations, filters: rows.with_party(
            *pks(organisations), include_children=filters.form.cleaned_data["include_children"]
        ),
        rows=lambda user: Organisation.objects.all().visible_to(user),
        url_name="organisation-options",
    )
    include_children = Flag(_("with its sub-organisations"), lambda rows, on, filters: rows)
    signed_by = Records(
        _("Signed by"),
        lambda rows, contacts, filters: rows.signed_by(*pks(contacts)),
        rows=lambda user: Contact.objects.all().visible_to(user),
        url_name="contact-options",
    )
    lead = Records(
        _("Lead department"),
        lambda rows, departments, filters: rows.filter(lead_department__in=pks(departments)),
        rows=lambda user: Department.objects.all().visible_to(user),
    )
    theme = Records(
        _("Theme"),
        lambda rows, themes, filters: rows.having(themes__in=pks(themes)),
        rows=lambda user: Theme.objects.all().visible_to(user),
    )
    country = Country(lambda rows, codes, filters: rows.in_country(*codes), countries_on_record)
    place = Records(
        _("Place of signature"),
        lambda rows, places, filters: rows.signed_at(*pks(places)),
        rows=lambda user: Place.objects.all().visible_to(user),
        url_name="place-options",
    )

    class Meta:
        model = Agreement
        fields: list[str] = []
