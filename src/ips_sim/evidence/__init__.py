"""Every number from the literature, with unit, range, source and grade; trials; fidelity scale.

Tables ship as they were collected, in ``evidence/data``; importing this package reads none of them
and loads nothing beyond the standard library.
"""

from ips_sim.evidence.reading import EvidenceError
from ips_sim.evidence.tables import (
    EvidenceParameter,
    FidelityItem,
    Finding,
    MechanismStudy,
    ModelError,
    PriceIndexValue,
    Target,
    UnitCost,
    evidence_parameters,
    fidelity_scale,
    findings,
    mechanism_studies,
    model_error,
    package_data,
    price_index,
    targets,
    unit_costs,
)
from ips_sim.evidence.trials import (
    ControlAccess,
    SearchHelp,
    TrialBaseline,
    TrialDesign,
    TrialResult,
    fit_targets,
    trial_baselines,
    trial_behind,
    trial_designs,
    trial_results,
)
from ips_sim.evidence.units import WEEKS_PER_YEAR, months_to_weeks

__all__ = [
    "WEEKS_PER_YEAR",
    "ControlAccess",
    "EvidenceError",
    "EvidenceParameter",
    "FidelityItem",
    "Finding",
    "MechanismStudy",
    "ModelError",
    "PriceIndexValue",
    "SearchHelp",
    "Target",
    "TrialBaseline",
    "TrialDesign",
    "TrialResult",
    "UnitCost",
    "evidence_parameters",
    "fidelity_scale",
    "findings",
    "fit_targets",
    "mechanism_studies",
    "model_error",
    "months_to_weeks",
    "package_data",
    "price_index",
    "targets",
    "trial_baselines",
    "trial_behind",
    "trial_designs",
    "trial_results",
    "unit_costs",
]
