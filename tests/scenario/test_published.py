"""Schema, published JSON Schema and shipped files say the same."""

from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from ips_sim.scenario import load_scenario, shipped
from ips_sim.scenario.catalogue import keys, keys_of, sections
from ips_sim.scenario.published import file_schema
from ips_sim.scenario.schema import Scenario

# The unit that the end of a key stands for; a key may name it without one of these endings.
ENDINGS = {
    "_usd_per_hour": "US dollars an hour",
    "_usd_per_month": "US dollars a month",
    "_hours_per_week": "hours a week",
    "_weeks": "weeks",
    "_months": "months",
    "_years": "years",
    "_share": "share",
    "_index": "OECD index",
    "_per_year": "times a year",
}


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(file_schema())
    return jsonschema.Draft202012Validator(file_schema())


def plain(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def test_every_key_has_a_meaning_and_every_number_a_unit_and_a_range():
    for key in keys().values():
        assert key.meaning.endswith("."), key.dotted
        if key.kind in {"number", "whole number"}:
            assert key.unit, key.dotted
            assert key.low is not None
            assert key.high is not None
            assert key.low < key.high


def test_key_and_unit_agree():
    for key in keys().values():
        for ending, unit in ENDINGS.items():
            if f"_{key.name}".endswith(ending) and key.unit:
                assert key.unit == unit, key.dotted
                break


def test_facts_are_those_that_pydantic_checks():
    schemas = Scenario.model_json_schema()["$defs"]
    for section, model in sections().items():
        properties = schemas[model.__name__]["properties"]
        assert list(properties) == [key.name for key in keys_of(section)]
        for key in keys_of(section):
            said = properties[key.name]
            assert key.meaning == said["description"]
            assert key.low == said.get("minimum", said.get("ge"))
            assert key.high == said.get("maximum", said.get("le"))
            assert key.unit == said.get("unit", "")
            assert list(key.choices) == said.get("enum", [])


@pytest.mark.parametrize("name", list(shipped()))
def test_shipped_scenarios_obey_the_published_schema(
    validator: jsonschema.Draft202012Validator, name: str
):
    assert list(validator.iter_errors(plain(shipped()[name].read_text()))) == []


@pytest.mark.parametrize(
    "text",
    [
        "based_on: ips.yaml",
        "title: A",
        "title: ''\nbased_on: ips.yaml",
        "{title: A, based_on: ips.yaml, drop: [preference]}",
        "{title: A, based_on: ips.yaml, drop: [preferences, preferences]}",
        "{title: A, based_on: ips.yaml, programme: {caseload: 3}}",
        "{title: A, based_on: ips.yaml, programme: {caseload_limit: 201}}",
        "{title: A, based_on: ips.yaml, programme: {split_roles: yes}}",
        "{title: A, based_on: ips.yaml, programme: {support_limit_weeks: forever}}",
        "{title: A, based_on: ips.yaml, design: {kind: open}}",
        "{title: A, based_on: ips.yaml, staff: []}",
        "{title: A, based_on: ips.yaml, parameters: {x: y}}",
        "{title: A, based_on: []}",
        "{title: A, based_on: [ips.yaml, ips.yaml]}",
        "{title: A, based_on: [3]}",
        "{title: A, based_on: ips.yaml, people: {rows: 3}}",
        "{title: A, based_on: ips.yaml, people: {rows: [{}]}}",
        "{title: A, based_on: ips.yaml, people: {rows: [{age: 31}]}}",
        "{title: A, based_on: ips.yaml, people: {rows: [{age_years: 9}]}}",
        "{title: A, based_on: ips.yaml, people: {rows: [{benefit: SSDI}]}}",
    ],
)
def test_editors_mark_what_the_reader_refuses(
    validator: jsonschema.Draft202012Validator, text: str
):
    assert list(validator.iter_errors(plain(text))) != []


def test_editors_let_through_what_the_reader_takes(
    validator: jsonschema.Draft202012Validator,
):
    said = {
        "title": "A",
        "based_on": ["ips.yaml", "places/denmark.yaml"],
        "drop": None,
        "programme": None,
        "staff": {"skill_mean": 1},
        "people": {"rows": [{"age_years": 31, "benefit": "none", "discloses": True}]},
        "parameters": None,
    }
    assert list(validator.iter_errors(said)) == []
    assert load_scenario(said).staff.skill_mean == 1
