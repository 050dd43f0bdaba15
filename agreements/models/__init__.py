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
from agreements.models.decision import AgreementDecision
from agreements.models.document import AgreementDocument
from agreements.models.gaps import AGREEMENT_GAPS, PRESSING_GAPS
from agreements.models.party import AgreementParty
from agreements.models.signature import Signature
from agreements.models.step import Stage, Step

__all__ = [
    "AGREEMENT_GAPS",
    "PRESSING_GAPS",
    "Agreement",
    "AgreementDecision",
    "AgreementDocument",
    "AgreementKind",
    "AgreementParty",
    "AgreementQuerySet",
    "AgreementStatus",
    "Binding",
    "Renewal",
    "Scope",
    "Signature",
    "Stage",
    "Step",
]
