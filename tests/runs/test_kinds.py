"""Every kind of result, and manifests of any shape."""

import json
import random
from pathlib import Path

import pytest

from ips_sim.runs.errors import RunError
from ips_sim.runs.folder import run_to_folder
from ips_sim.runs.kinds import KINDS, kind_named, plan_again
from ips_sim.runs.manifest import altered, read_manifest, refuse_altered
from ips_sim.scenario import ScenarioError


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from ips_sim.runs.plan import make_plan

    plan = make_plan(
        ["ips"], draws=1, replicates=2, overrides={"design.people": 4, "design.weeks": 4}
    )
    return run_to_folder(plan, tmp_path_factory.mktemp("kinds") / "out").folder


def test_each_kind_is_there_by_its_name():
    for name in KINDS:
        assert kind_named(name).name == name
    with pytest.raises(RunError, match="there are run, principles"):
        kind_named("running")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", [None, [], {}, 3, -1, "x", [None], {"a": []}])
def test_a_manifest_of_any_shape_gets_a_sentence(
    result: Path, tmp_path: Path, kind: str, value: object
):
    whole = json.loads((result / "manifest.json").read_text())
    for key in (*whole, "kind", "experiment", "scenario", "players", "trials", "free", "variants"):
        said = {**whole, "kind": kind, key: value}
        (tmp_path / "manifest.json").write_text(json.dumps(said))
        if kind == "run" and key not in ("scenarios", "reference", "seed", "draws", "driver"):
            continue  # what does not say how to run is not read
        if value == 3 and key in ("seed", "draws"):
            continue
        with pytest.raises((RunError, ScenarioError)):
            plan_again(tmp_path)


@pytest.mark.parametrize(
    "text", ["[]", "null", "3", '"x"', "{}", '{"format": 1}', "[" * 100_000, "{", "\xff"]
)
def test_what_is_no_manifest_gets_a_sentence(tmp_path: Path, text: str):
    (tmp_path / "manifest.json").write_text(text, encoding="latin-1")
    with pytest.raises(RunError, match="manifest|layout"):
        plan_again(tmp_path)


def test_an_unfinished_result_is_none(result: Path, tmp_path: Path):
    unfinished = tmp_path / "out.partial"
    unfinished.mkdir()
    (unfinished / "manifest.json").write_bytes((result / "manifest.json").read_bytes())
    with pytest.raises(RunError, match="unfinished"):
        read_manifest(unfinished)


def test_any_byte_of_any_table_is_vouched_for(result: Path, tmp_path: Path):
    manifest = read_manifest(result)
    assert altered(result, manifest) == {}
    for path in result.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    places = random.Random(1)
    for name in manifest["tables"]:
        whole = (tmp_path / name).read_bytes()
        changed = bytearray(whole)
        changed[places.randrange(len(whole))] ^= 1
        for content in (bytes(changed), whole[:-1], b""):
            (tmp_path / name).write_bytes(content)
            assert altered(tmp_path, manifest) == {name: "was changed since it was written"}
        (tmp_path / name).unlink()
        with pytest.raises(RunError, match=f"not as it was written: {name} is missing"):
            refuse_altered(tmp_path, manifest)
        (tmp_path / name).write_bytes(whole)
