"""Agreements: MoUs, pacts, declarations and treaties, their parties and signatures."""

from agreements.models.agreement import (
    Agreement,
    AgreementKind,
    AgreementQuerySet,
    AgreementStatus,
    Binding,
    Renewal,
    Scope,
)
from agreements.models.document import AgreementDocument
from agreements.models.gaps import AGREEMENT_GAPS, PRESSING_GAPS
from agreements.models.party import AgreementParty
from agreements.models.signature import Signature

__all__ = [
    "AGREEMENT_GAPS",
    "PRESSING_GAPS",
    "Agreement",
    "AgreementDocument",
    "AgreementKind",
    "AgreementParty",
    "AgreementQuerySet",
    "AgreementStatus",
    "Binding",
    "Renewal",
    "Scope",
    "Signature",
]
