"""The evidence tables: complete, typed, and with a source and a range for each number."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest

from ips_sim.evidence import (
    PRICE_INDICES,
    evidence_parameters,
    fidelity_scale,
    findings,
    mechanism_studies,
    model_error,
    months_to_weeks,
    package_data,
    price_index,
    targets,
    unit_costs,
)


def test_every_row_of_every_table_is_read() -> None:
    assert len(targets()) == 42
    assert len(evidence_parameters()) == 123
    assert len(findings()) == 15
    assert len(mechanism_studies()) == 20
    assert [item.item for item in fidelity_scale()] == list(range(1, 26))


def test_rows_keep_what_was_published() -> None:
    quit_share = next(target for target in targets() if target.name == "job_end_quit")
    assert (quit_share.value, quit_share.low, quit_share.high) == (0.59, 0.54, 0.64)
    assert quit_share.role == "fit"
    contacts = evidence_parameters()["first_employer_contact_days_target"]
    assert (contacts.value, contacts.low, contacts.high) == (30, None, 30)
    assert findings()["audit_claim_rejected"].confidence == "none"
    remediation = mechanism_studies()["christensen_ipse"]
    assert (remediation.rate_a, remediation.rate_b, remediation.n) == (59.1, 59.9, 481)
    assert mechanism_studies()["lfs_return"].effect == "0.1679"
    assert mechanism_studies()["danish_predictors"].rate_a is None
    assert fidelity_scale()[0].anchors[4] == "20 or fewer"


def test_tables_are_read_only() -> None:
    with pytest.raises(TypeError):
        evidence_parameters()["base_employment"] = None  # type: ignore[index]
    with pytest.raises(AttributeError):
        targets()[0].value = 1.0  # type: ignore[misc]


def test_every_unit_cost_has_a_source_and_unless_it_is_a_choice_a_range() -> None:
    for cost in unit_costs().values():
        assert cost.source
        if cost.key != "report_price_year":
            assert cost.low is not None
            assert cost.high is not None
            assert cost.low < cost.high


def test_unit_costs_agree_with_the_evidence_they_name() -> None:
    parameters = evidence_parameters()
    compared = 0
    for cost in unit_costs().values():
        if not cost.parameter:
            continue
        parameter = parameters[cost.parameter]
        if cost.status != parameter.status or cost.source.startswith("assumed here"):
            # Rests on the figure without being it: the row must say how.
            assert cost.status == "assumed"
            assert cost.note
        else:
            assert cost.value == parameter.value
            assert (cost.low, cost.high) == (parameter.low, parameter.high)
            compared += 1
    assert compared == 7


def test_every_price_has_a_year_that_the_index_knows() -> None:
    index = price_index()
    for cost in unit_costs().values():
        if cost.unit.startswith("US dollars") and "willingness_to_pay" not in cost.key:
            assert cost.price_year in index
        else:
            assert cost.price_year is None
    assert unit_costs()["report_price_year"].value in index
    assert all(set(price_index(name)) == set(index) for name in PRICE_INDICES)


@pytest.mark.parametrize(
    ("months", "weeks"), [(6, 26), (12, 52), (15, 65), (18, 78), (24, 104), (30, 130), (1, 4)]
)
def test_months_become_weeks(months: int, weeks: int) -> None:
    assert months_to_weeks(months) == weeks


def test_negative_months_are_refused() -> None:
    with pytest.raises(ValueError, match="must not be negative"):
        months_to_weeks(-1)


def test_model_error_has_level_slope_and_a_middle_between_both_arms() -> None:
    error = model_error()
    assert 0.0 <= error.level_sd < 3.0
    assert 0.0 <= error.slope_sd < 3.0
    pooled = [
        math.log(one.value / (1 - one.value))
        for one in targets()
        if one.name == "employed_ever" and one.arm in ("ips", "control")
    ]
    assert len(pooled) == 2
    assert error.middle == pytest.approx(sum(pooled) / 2, abs=5e-4)


def test_package_data_names_the_tables_that_exist() -> None:
    assert package_data("targets.csv").is_file()
    with pytest.raises(FileNotFoundError, match=r"target\.csv is not among .*targets\.csv"):
        package_data("target.csv")


def test_evidence_and_prices_load_no_heavy_library() -> None:
    code = (
        "import sys, ips_sim.evidence, ips_sim.economics.prices as p; p.default_prices();"
        "print(sorted({'numpy','pandas','numba','mesa','pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
