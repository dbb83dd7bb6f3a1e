"""Result folders made up for the report's tests, with the tables that runs leave.

Nothing here calls the model: a few people live by coin tosses, and every figure of the tables is
counted from them.
"""

import csv
import json
from pathlib import Path

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
from pyarrow import parquet

from ips_sim.economics.costs import priced_outcomes
from ips_sim.economics.prices import default_prices
from ips_sim.model.outcomes import MEASURES, OUTCOMES, QUANTITIES
from ips_sim.model.rules.counting import Weekly
from ips_sim.scenario import as_mapping, load_scenario

PEOPLE, REPLICATES, WEEKS = 40, 6, 26
FINDING = {"IPS": 0.05, "Traditional services": 0.02}
"""Chance a week to find a job; other scenarios lie between."""

COLUMNS = [column.name.lower() for column in Weekly]


def scenario(title, **programme):
    """A resolved scenario of the made-up size."""
    overrides = {
        "design.weeks": WEEKS,
        "design.people": PEOPLE,
        **{f"programme.{name}": value for name, value in programme.items()},
    }
    return {**as_mapping(load_scenario("ips.yaml", overrides)), "title": title}


def live(chance, seed):
    """People of one scenario: outcomes and quantities of each, and the weekly table."""
    rng = np.random.default_rng(seed)
    shape = (REPLICATES, PEOPLE, WEEKS)
    luck = rng.random(shape)
    working = np.zeros(shape, dtype=bool)
    started = np.zeros(shape, dtype=bool)
    at_work = np.zeros(shape[:2], dtype=bool)
    for week in range(WEEKS):
        starts = ~at_work & (luck[..., week] < chance)
        at_work = starts | (at_work & (luck[..., week] < 0.93))
        working[..., week], started[..., week] = at_work, starts
    found = started.any(axis=2)
    first = np.where(found, started.argmax(axis=2), np.nan)
    ended = working & ~np.concatenate([working[..., 1:], np.zeros((*shape[:2], 1), bool)], axis=2)
    first_end = np.where(found, ended.argmax(axis=2), np.nan)
    jobs = started.sum(axis=2)
    zero = np.zeros(shape[:2])
    people = {one.name: zero for one in (*OUTCOMES, *QUANTITIES)} | {
        "employed_ever": found,
        "employed_at_end": working[..., -1],
        "weeks_to_first_job": first,
        "first_job_weeks": first_end - first + 1,
        "weeks_worked": working.sum(axis=2),
        "weeks_in_liked_jobs": working.sum(axis=2),
        "jobs_held": jobs,
        "longest_job_weeks": working.sum(axis=2) / np.maximum(jobs, 1),
        "hours_worked": 20.0 * working.sum(axis=2),
        "earnings_usd": 180.0 * working.sum(axis=2),
        "dropped_out": luck[..., 3] < 0.2,
        "employer_contacts": np.floor(10 * luck[..., 4]),
        "weeks_sheltered": np.floor(3 * luck[..., 5]),
        "paid_ever": found,
        "hospital_days": np.where(luck[..., 6] < 0.1, 14, 0),
        "staff_hours": zero + 1.5 * WEEKS,
        "benefits_plans": luck[..., 7] < 0.5,
        "weeks_observed": zero + WEEKS,
    }
    people |= priced_outcomes(people, default_prices())
    weekly = np.zeros((REPLICATES, WEEKS, len(Weekly)))
    weekly[..., Weekly.EMPLOYED_SUPPORTED] = working.sum(axis=1)
    # As in the model, a job's last week counts here although its holder ends the week without it.
    left = np.concatenate([np.zeros((*shape[:2], 1), bool), ended[..., :-1]], axis=2)
    weekly[..., Weekly.IN_COMPETITIVE_WORK] = (working | left).sum(axis=1)
    # Sheltered weeks come first, whoever works besides; hospital weeks in the middle.
    sheltered = people["weeks_sheltered"][..., None] > np.arange(WEEKS)
    weekly[..., Weekly.SET_ASIDE_WORK] = (sheltered & ~working).sum(axis=1)
    people["weeks_sheltered"] = (sheltered & ~working).sum(axis=2)
    people |= priced_outcomes(people, default_prices())
    admitted = (people["hospital_days"] > 0).sum(axis=1)
    weekly[:, 10:12, Weekly.IN_HOSPITAL] = admitted[:, None]
    weekly[..., Weekly.SEARCHING] = PEOPLE - weekly[..., : Weekly.IN_COMPETITIVE_WORK].sum(axis=2)
    weekly[..., Weekly.ON_CASELOAD] = PEOPLE
    weekly[..., Weekly.STAFF_HOURS] = 1.5 * PEOPLE
    weekly[..., Weekly.HOURS_SEARCH] = 0.4 * PEOPLE
    weekly[..., Weekly.HOURS_EMPLOYER_CONTACT] = 0.3 * PEOPLE
    weekly[..., Weekly.HOURS_TEAM] = 0.1 * PEOPLE
    weekly[..., Weekly.HOURS_TRAVEL] = 0.1 * PEOPLE
    weekly[..., Weekly.HOURS_OFFICE] = 0.3 * PEOPLE
    weekly[..., Weekly.HOURS_IDLE] = 0.3 * PEOPLE
    weekly[..., Weekly.EMPLOYER_CONTACTS] = 2
    weekly[..., Weekly.BOOK_VISITS] = 1
    weekly[..., Weekly.FIRST_JOBS] = (started & (np.cumsum(started, axis=2) == 1)).sum(axis=1)
    return people, weekly


def write_folder(folder, titles=("IPS", "Traditional services"), *, levers=None):
    """Write a finished result of some scenarios, all with the same luck; give its people."""
    folder.mkdir(parents=True)
    scenarios = {title: scenario(title, **(levers or {}).get(title, {})) for title in titles}
    chances = np.linspace(0.05, 0.02, len(titles))
    lives = {
        title: live(FINDING.get(title, chance), seed=5)
        for title, chance in zip(titles, chances, strict=True)
    }
    write_manifest(folder, scenarios)
    _write_people(folder, {title: people for title, (people, _) in lives.items()})
    _write_weekly(folder, {title: weekly for title, (_, weekly) in lives.items()})
    _write_estimates(folder, {title: people for title, (people, _) in lives.items()})
    return lives


def write_manifest(folder, scenarios):
    manifest = {
        "format": 1,
        "command": ["ips-sim", "compare", "a file.yaml", "--out", folder.name],
        "scenarios": scenarios,
        "reference": next(iter(scenarios)),
        "seed": 20,
        "replicates": REPLICATES,
        "draws": 1,
        "driver": "compiled",
        "source_hash": "f00d",
        "versions": {"ips_sim": "0.1.0", "python": "3.11.7"},
        "git": {"commit": "abc", "changed": True},
        "times": {"began": "2025-01-01T00:00:00+00:00"},
    }
    Path(folder, "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def _write_people(folder, people_of):
    parts = []
    for title, people in people_of.items():
        replicate, person = np.indices((REPLICATES, PEOPLE)).reshape(2, -1)
        columns = {
            "scenario": pa.repeat(title, replicate.size),
            "draw": pa.array(np.zeros(replicate.size, dtype=np.int64)),
            "replicate": pa.array(replicate),
            "site": pa.array(np.zeros(replicate.size, dtype=np.int64)),
            "person": pa.array(person),
        }
        for one in (*OUTCOMES, *QUANTITIES):
            values = np.ravel(people[one.name]).astype(np.float64)
            empty = np.isnan(values)
            if one.kind == "yes or no":
                columns[one.name] = pa.array(values > 0)
            elif one.kind == "whole number":
                whole = np.where(empty, 0, values).astype(np.int64)
                columns[one.name] = pa.array(whole, mask=empty)
            else:
                columns[one.name] = pa.array(values, mask=empty)
        parts.append(pa.table(columns))
    parquet.write_table(pa.concat_tables(parts), folder / "people.parquet", row_group_size=100)


def _write_weekly(folder, weekly_of):
    parts = []
    for title, weekly in weekly_of.items():
        replicate, week = np.indices((REPLICATES, WEEKS)).reshape(2, -1)
        flat = weekly.reshape(-1, len(Weekly))
        parts.append(
            pa.table(
                {
                    "scenario": pa.repeat(title, week.size),
                    "draw": pa.array(np.zeros(week.size, dtype=np.int64)),
                    "replicate": pa.array(replicate),
                    "week": pa.array(week + 1),
                    **{name: pa.array(flat[:, column]) for column, name in enumerate(COLUMNS)},
                }
            )
        )
    parquet.write_table(pa.concat_tables(parts), folder / "weekly.parquet", row_group_size=50)


def _write_estimates(folder, people_of):
    reference = next(iter(people_of))
    means: list[tuple] = []
    contrasts: list[tuple] = []
    for title, people in people_of.items():
        for one in OUTCOMES:
            values = np.asarray(people[one.name], dtype=np.float64)
            theirs = np.asarray(people_of[reference][one.name], dtype=np.float64)
            there = values[np.isfinite(values)]
            if not there.size:
                means.append((title, one.name, one.unit, 0, "", "", "", "", "predictive"))
                continue
            by_run = np.nanmean(values, axis=1)
            error = by_run.std(ddof=1) / REPLICATES**0.5
            for interval, spread in (
                ("predictive", by_run),
                ("luck", by_run),
                ("sites", by_run),
                ("model", []),
                ("people", there),
            ):
                ends = np.percentile(spread, (5, 95)) if len(spread) else ("", "")
                means.append(
                    (title, one.name, one.unit, there.size, there.mean(), error, *ends, interval)
                )
            if title != reference:
                apart = by_run - np.nanmean(theirs, axis=1)
                ends = np.percentile(apart, (5, 95))
                contrasts.append(
                    (title, reference, one.name, one.unit, REPLICATES)
                    + (there.mean() - np.nanmean(theirs), *ends, "", "", "", "predictive")
                )
        for number, measure in enumerate(MEASURES):
            means.append(
                (title, measure.name, measure.unit, 9, 0.1 + number / 50, 0, 0, 1, "predictive")
            )
    _write_rows(
        folder / "summary.csv", "scenario,outcome,unit,n,mean,mc_error,low,high,interval", means
    )
    if contrasts:
        _write_rows(
            folder / "contrasts.csv",
            "scenario,reference,outcome,unit,n,difference,low,high,ratio,ratio_low,ratio_high,"
            "interval",
            contrasts,
        )


def _write_rows(path, header, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        writer.writerows(rows)
