"""Every page that is written from data and code, and writing them into a checkout."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ips_sim.analysis import published
from ips_sim.analysis.published import models
from ips_sim.analysis.trials.scores import CROSS_VALIDATED
from ips_sim.economics.prices import default_price_year, default_prices
from ips_sim.evidence.draws import posterior_draws
from ips_sim.evidence.parameters import load_parameters
from ips_sim.report.limits import LIMITS
from ips_sim.runs.counts import DEFAULT_DRAWS
from ips_sim.scenario import Scenario, load_scenario, principles
from ips_sim.scenario.catalogue import keys
from ips_sim.scenario.published import SCHEMA_FILE_NAME, schema_text
from tools.pages import examples, systems
from tools.pages.entity_tables import ENTITIES, entity_table, kinds_table
from tools.pages.images import digest, forest_plot, prior_and_posterior, small_png
from tools.pages.markdown import code, codes, table
from tools.pages.parameter_tables import (
    evidence_table,
    origins,
    parameter_groups,
    parameter_table,
    short_parameter_table,
    unit_cost_table,
)
from tools.pages.results_page import results_page
from tools.pages.rule_texts import module_text, rule_modules
from tools.pages.scenario_page import scenario_page
from tools.pages.services import service_files
from tools.pages.sessions import Session, session
from tools.pages.sources import short
from tools.pages.stamp import STAMP, stamped
from tools.pages.validation_files import cross_validation, learned, sampling

FIRST_LIMITS = 3
"""Limits that the README names; the description of the model has all."""
CORRELATIONS = 12
WORST_TRIALS = 3
HEADLINE_FIGURE = "work_by_week"
IMAGES = "docs/images"
WRITTEN = "<!-- Written by `make documents`"
"""How every page begins that has a template."""
SITE = "mkdocs.yml"
SUBMODELS = "explanation/odd/submodels"
"""Folder below ``docs`` with a page for each module of rules, and nothing else."""
SUBMODELS_BEGIN, SUBMODELS_END = "# submodels begin: `make documents`\n", "# submodels end\n"


@dataclass(frozen=True)
class Document:
    """A page and how it is made.

    Attributes
    ----------
    path
        In the repository.
    values
        Gives what the template needs; a page with examples runs them in the session.
    shared_template
        Name of the template that several pages share; by itself a page has one of its own name.
    """

    path: str
    values: Callable[[Session], Mapping[str, Any]]
    shared_template: str = ""

    @property
    def template(self) -> str:
        """Name of its template."""
        return self.shared_template or f"{Path(self.path).name}.j2"


def document_texts(repository: Path) -> dict[str, str | bytes]:
    """Write every page and picture in memory.

    Parameters
    ----------
    repository
        A checkout, for its scenarios.

    Returns
    -------
    dict
        Text or picture by path in the repository.
    """
    with session(repository) as opened:
        pages: dict[str, str | bytes] = {one.path: _text(one, opened) for one in PAGES}
        return pages | _images(opened)


def schemas() -> dict[str, str]:
    """Write in memory the JSON Schema of every kind of file, where files of that kind stand."""
    own = {f"experiments/{kind}.schema.json": published.schema_text(kind) for kind in models()}
    return {f"scenarios/{SCHEMA_FILE_NAME}": schema_text(), **own}


def file_texts(repository: Path) -> dict[str, str]:
    """Write in memory what no example has to run for: schemas, reference pages, services."""
    return {
        **schemas(),
        "docs/reference/scenario-files.md": scenario_page(),
        "docs/reference/results.md": results_page(),
        **service_files(repository),
        SITE: _site(repository),
    }


def left_over(repository: Path) -> list[Path]:
    """Find pages that were written for something that is no longer there, as a module of rules."""
    pages = {repository / one.path for one in PAGES}
    return [
        path
        for path in sorted((repository / "docs").rglob("*.md"))
        if path not in pages and path.read_text(encoding="utf-8").startswith(WRITTEN)
    ]


def write_documents(repository: Path) -> list[Path]:
    """Write everything that is generated into a checkout and say which files they are.

    Pages written before that nothing writes any more are removed.
    """
    written = []
    pages = _as_bytes(document_texts(repository))
    for name, content in (_as_bytes(file_texts(repository)) | pages).items():
        path = repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written.append(path)
    (repository / STAMP).write_text(stamped(pages, repository), encoding="utf-8")
    for path in left_over(repository):
        path.unlink()
    return written


def _as_bytes(contents: Mapping[str, str | bytes]) -> dict[str, bytes]:
    return {name: one if isinstance(one, bytes) else one.encode() for name, one in contents.items()}


def _site(repository: Path) -> str:
    """Put a page for each module of rules between the marks of the site's navigation."""
    text = (repository / SITE).read_text(encoding="utf-8")
    before, rest = text.split(SUBMODELS_BEGIN)
    _, after = rest.split(SUBMODELS_END)
    indent = before[before.rindex("\n") + 1 :]
    listed = "".join(
        f"{indent}- {one.title}: {SUBMODELS}/{one.name}.md\n" for one in rule_modules()
    )
    return f"{before}{SUBMODELS_BEGIN}{listed}{indent}{SUBMODELS_END}{after}"


def _text(document: Document, opened: Session) -> str:
    written = (
        f"{WRITTEN} from tools/pages/templates/{document.template} and the data: "
        "change those, not this page. -->\n"
    )
    template = _environment().get_template(document.template)
    text: str = template.render(written=written, **document.values(opened))
    return text.strip() + "\n"


@cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    environment.filters["fig"] = short
    return environment


def _ips() -> Scenario:
    return load_scenario("ips")


def _odd(_: Session) -> Mapping[str, Any]:
    from ips_sim.model.rules.counting import WEEKS_IN_QUARTER
    from ips_sim.model.world import MOST_EMPLOYERS, MOST_SPECIALISTS
    from tools.pages.validation_tables import patterns

    scenario = _ips()
    return {
        "pattern_count": len(patterns()),
        "quarter": WEEKS_IN_QUARTER,
        "most_specialists": MOST_SPECIALISTS,
        "most_employers": f"{MOST_EMPLOYERS:,}",
        "key": lambda dotted: _value(scenario, dotted),
        "module_count": len(rule_modules()),
        "limits": LIMITS,
    }


def _entities(_: Session) -> Mapping[str, Any]:
    return {
        "kinds": kinds_table(),
        "entities": {name: entity_table(name) for name in ENTITIES},
    }


def _design_concepts(_: Session) -> Mapping[str, Any]:
    return {
        "grade": lambda name: load_parameters()[name].origin,
        "value": lambda name: short(load_parameters()[name].value),
        "principles": {name: codes(one.levers) for name, one in principles().items()},
    }


def _submodel(name: str, _: Session) -> Mapping[str, Any]:
    module = module_text(name)
    return {
        "module": module,
        "about": _about_modules().get(name, "").strip(),
        "parameters": short_parameter_table(module.parameters) if module.parameters else "",
        "settings": _settings(module.keys) if module.keys else "",
    }


def _settings(names: Iterable[str]) -> str:
    """Write a table of keys of a scenario with their values in ``ips.yaml``."""
    scenario = _ips()
    rows = [
        (one.section, code(one.name), _value(scenario, name), one.unit, one.meaning)
        for name in names
        for one in [keys()[name]]
    ]
    return table(("section", "key", "value", "unit", "meaning"), rows)


def _value(scenario: Scenario, dotted: str) -> str:
    key = keys()[dotted]
    return key.shown(getattr(getattr(scenario, key.section), key.name))


@cache
def _about_modules() -> Mapping[str, str]:
    """Give what a module's numbers add up to, with figures from the data."""
    from ips_sim.model.rules import beginnings, labour_market, search

    parameters = {name: short(info.value) for name, info in load_parameters().items()}
    template = _environment().get_template("modules.md.j2").module
    return {
        name: getattr(template, name)(
            parameters,
            SimpleNamespace(
                kinds=beginnings.KINDS_OF_WORK,
                vacancies=labour_market.MOST_VACANCIES,
                wishes=int(search.WISHES),
            ),
        )
        for name in (one.name for one in rule_modules())
        if hasattr(template, name)
    }


def _parameters(_: Session) -> Mapping[str, Any]:
    count = len(posterior_draws())
    drawn = (
        f"{count} draws of the posterior ship with the package (`--draws`)."
        if count
        else "No draws ship with this version."
    )
    return {
        "count": len(load_parameters()),
        "draws_sentence": drawn,
        "fitted_count": len(learned()),
        "origins": origins(),
        "groups": [
            SimpleNamespace(name=name, title=module_text(name).title, table=parameter_table(names))
            for name, names in parameter_groups().items()
            if names
        ],
        "evidence": evidence_table(),
        "price_year": default_price_year(),
        "price_index": default_prices().price_index,
        "unit_costs": unit_cost_table(),
    }


def _calibration(opened: Session) -> Mapping[str, Any]:
    from ips_sim.analysis.calibration import statistics
    from tools.pages import validation_tables as tables

    goals = tables.goals()
    misses = [(one, tables.reason_of(one)) for one in tables.misses()]
    worst = list(tables.mean_error_by_trial().items())[:WORST_TRIALS]
    draws = len(posterior_draws())
    return {
        "sentence": tables.score_sentence(),
        "trials": tables.used_trials(),
        "fit_targets": len(statistics.fitted_targets()),
        "fitted": len(learned()),
        "points": tables.simulated_points(opened.folder),
        "variants": codes(tables.shipped_variants()),
        "replicates": statistics.TRIAL_REPLICATES,
        "dropout_trial": statistics.DROPOUT_TRIAL,
        "draw_count": draws,
        "largest_r_hat": f"{sampling()[0].largest_r_hat:.3f}" if sampling() else "",
        "goals": tables.goal_table() if goals else "",
        "layer": tables.layer_table(),
        "stand_in": tables.stand_in_sentence(),
        "all_reached": all(one.reached for one in goals),
        "cross_scores": tables.score_table(CROSS_VALIDATED),
        "cross_trials": tables.trial_table(cross_validation()),
        "uncovered": ", ".join(
            f"{one.trial_id} ({tables.ARMS[one.arm]})" for one in tables.uncovered()
        ),
        "worst": ", ".join(f"{trial} ({error:.0f} points)" for trial, error in worst),
        "forest": "forest.png" if cross_validation() else "",
        "fitted_scores": (tables.score_table("fitted") if tables.has_scores("fitted") else ""),
        "new_scores": tables.score_table("new") if tables.has_scores("new") else "",
        "check_draws": (
            f"{min(draws, tables.CHECK_DRAWS)} posterior draws"
            if draws
            else "the values of the data alone, since no draws ship,"
        ),
        "variant_fits": tables.variant_sentences(),
        "fit_table": tables.checked_table("fit"),
        "check_table": tables.checked_table("check"),
        "misses": misses,
        "unchecked": codes(tables.unchecked()),
        "kept_in_service": " and ".join(tables.kept_in_service()),
        "learned": tables.learned_table(),
        "learned_image": "learned.png" if learned() else "",
        "well_known": codes(tables.well_known()),
        "unidentified": codes(tables.unidentified()),
        "correlations": tables.correlation_table(CORRELATIONS),
        "patterns": tables.pattern_table(),
    }


def _doses(_: Session) -> Mapping[str, Any]:
    from tools.pages import doses

    return {
        "tables": doses.dose_tables(),
        "counts": doses.counts(),
        "against": doses.against(),
        "replicates": doses.REPLICATES,
        "key": lambda dotted: _value(_ips(), dotted),
    }


def _trial(_: Session) -> Mapping[str, Any]:
    from tools.pages import trial

    return trial.facts()


def _fidelity(_: Session) -> Mapping[str, Any]:
    from tools.pages import fidelity

    return fidelity.facts()


def _policy(_: Session) -> Mapping[str, Any]:
    from tools.pages import policy

    return policy.facts()


def _other_settings(_: Session) -> Mapping[str, Any]:
    from tools.pages import davis, settings

    return {**settings.facts(), "davis": davis.facts()}


def _other_people(_: Session) -> Mapping[str, Any]:
    from tools.pages import populations

    return populations.facts()


def _commands(_: Session) -> Mapping[str, Any]:
    from tools.pages.reference import command_texts

    return {"commands": command_texts()}


def _python_api(opened: Session) -> Mapping[str, Any]:
    import ips_sim
    from ips_sim.api import Analysis, Comparison, Result
    from tools.pages.reference import api_texts

    public = {name: getattr(ips_sim, name) for name in ips_sim.__all__ if name[0] != "_"}
    kinds = (Result, Comparison, Analysis)
    brought = {kind.__name__: kind for kind in kinds}
    return {
        "example": opened.python(examples.COMPARE),
        "things": api_texts({**public, **brought}),
    }


def _demo(opened: Session) -> Path:
    """Run the comparison of the README once and give its folder."""
    folder = opened.folder / "outputs" / "first"
    if not folder.exists():
        opened.output("ips-sim compare ips traditional --out outputs/first")
    return folder


def _readme(opened: Session) -> Mapping[str, Any]:
    from ips_sim.report.folder import read_result
    from ips_sim.report.headlines import headlines
    from tools.pages.validation_tables import score_sentence, used_trials

    result = read_result(_demo(opened))
    trust = (
        f"{score_sentence()} [Calibration and validation]"
        "(docs/explanation/calibration-and-validation.md) has every trial and every miss."
        if score_sentence()
        else "How well the model predicts trials that it has not seen is not on record yet, so "
        "take every number as an illustration."
    )
    return {
        "origins": origins(),
        "trials": len(used_trials()),
        "caption": headlines(result)[0].sentence,
        "draws": result.manifest["draws"],
        "replicates": result.manifest["replicates"],
        "people": _value(_ips(), "design.people"),
        "trust": trust,
        "limits": LIMITS[:FIRST_LIMITS],
    }


def _systems(opened: Session) -> dict[str, Any]:
    yearly = {
        "employed_share": "worked in the year, %",
        "hours_in_community_per_week": "hours in the community a week",
        "admissions_per_person_year": "admissions a person",
        "programme_cost_usd_per_person_year": "programme, $ a person",
    }
    quarterly = {
        "served": "served",
        "employed_served_share": "worked, %",
        "job_starts": "jobs started",
        "caseload": "caseload",
        "stay_weeks": "stay, weeks",
        "turnover_per_year": "turnover a year",
        "fidelity": "fidelity",
    }
    bands = {
        "sites_below_minimal_share": "below 31",
        "sites_minimal_share": "31 to 41",
        "sites_average_share": "41 to 50",
        "sites_excellent_share": "50 and more",
    }
    grown = {
        "served_share": "in IPS, %",
        "employed_with_programme_share": "worked, where there is IPS, %",
        "employed_without_programme_share": "where there is none, %",
        "employed_share": "of all, %",
        "others_hired_per_person_year": "vacancies filled by others, a person and year",
        "programme_cost_usd_per_person_year": "programme, $ a person",
    }
    words = {1: "first quarter", 3: "third", 6: "sixth", 7: "seventh", 11: "eleventh"}
    quarters = list(words.items())
    return {
        "day_treatment": systems.system_table(
            "day_treatment", yearly, [(2, "before"), (3, "after")], of_sites=True
        ),
        "community": systems.system_table("learning_community", quarterly, quarters, of_sites=True),
        "bands": systems.system_table("learning_community", bands, quarters),
        "saturation": systems.saturation_table(),
        "region": systems.system_table("region", grown, [(2, "")]),
        "few": systems.system_table("region_few_employers", grown, [(2, "")]),
    }


def _images(opened: Session) -> dict[str, str | bytes]:
    folder = _demo(opened)
    shows = digest((folder / "summary.csv").read_text(encoding="utf-8"))
    drawn = (folder / "figures" / f"{HEADLINE_FIGURE}.png").read_bytes()
    found: dict[str, str | bytes] = {f"{IMAGES}/{HEADLINE_FIGURE}.png": small_png(drawn, shows)}
    if cross_validation():
        found[f"{IMAGES}/forest.png"] = forest_plot(cross_validation())
    found[f"{IMAGES}/fidelity_and_work.png"] = _fidelity_picture()
    if learned():
        found[f"{IMAGES}/learned.png"] = prior_and_posterior(list(learned().values()))
    return found


def _fidelity_picture() -> bytes:
    from tools.pages import fidelity

    return fidelity.picture()


PAGES = (
    Document(
        "docs/tutorials/first-comparison.md",
        lambda opened: {
            "session": opened,
            "price_year": default_price_year(),
            "draws": DEFAULT_DRAWS,
        },
    ),
    Document("docs/tutorials/dropped-principle.md", lambda opened: {"session": opened}),
    Document(
        "docs/tutorials/model-from-python.md",
        lambda opened: {
            "session": opened,
            "compare_code": examples.COMPARE,
            "parameter_code": examples.PARAMETER,
            "step_code": examples.STEP,
            "subclass_code": examples.SUBCLASS,
            "sweep_code": examples.SWEEP,
        },
    ),
    Document("README.md", _readme),
    Document("docs/explanation/odd.md", _odd),
    Document("docs/explanation/fidelity-and-employment.md", _fidelity),
    Document("docs/explanation/odd/entities.md", _entities),
    Document("docs/explanation/odd/design-concepts.md", _design_concepts),
    Document("docs/explanation/odd/initialisation.md", lambda _: {"settings": _settings(keys())}),
    Document("docs/explanation/odd/submodels.md", lambda _: {"modules": rule_modules()}),
    *(
        Document(f"docs/{SUBMODELS}/{one.name}.md", partial(_submodel, one.name), "submodel.md.j2")
        for one in rule_modules()
    ),
    Document("docs/explanation/calibration-and-validation.md", _calibration),
    Document("docs/explanation/dose-responses.md", _doses),
    Document("docs/how-to/systems.md", _systems),
    Document("docs/explanation/factorial-trial.md", _trial),
    Document("docs/explanation/policy-pictures.md", _policy),
    Document("docs/explanation/settings.md", _other_settings),
    Document("docs/explanation/populations.md", _other_people),
    Document("docs/reference/parameters.md", _parameters),
    Document("docs/reference/commands.md", _commands),
    Document("docs/reference/python-api.md", _python_api),
)
"""Every page, in the order in which they are written: the README shows the tutorial's run."""
