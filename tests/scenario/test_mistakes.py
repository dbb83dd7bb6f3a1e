"""Every kind of mistake in a file has its message, with line, finding, range and suggestion."""

from pathlib import Path

import pytest

from ips_sim.evidence.parameters import load_parameters
from ips_sim.scenario import ScenarioError, load_scenario
from ips_sim.scenario.reader import LARGEST_FILE_BYTES

START = "title: Mine\nbased_on: ips.yaml\n"

KEY_OF_PROGRAMME = "allowed: a key of programme, see `ips-sim show schema`."
IN_FOLDER = "allowed: a file in the folder of mine.yaml or below, or a shipped scenario."
ANYTHING = (
    "title, summary, based_on, drop, programme, staff, people, place, design, variant, parameters, "
    "prices, budget, changes"
)
PRINCIPLES = (
    "zero_exclusion, preferences, benefits_planning, integration, rapid_search, "
    "competitive_employment, employer_relationships, time_unlimited_support"
)


@pytest.mark.parametrize(
    ("added", "message"),
    [
        # Unknown keys and units
        (
            "programme:\n  caseload_limits: 30",
            f"4: programme.caseload_limits: found an unknown key; {KEY_OF_PROGRAMME} "
            "Did you mean caseload_limit (people)?",
        ),
        (
            "programme:\n  preparation_months: 4",
            f"4: programme.preparation_months: found an unknown key; {KEY_OF_PROGRAMME} "
            "Did you mean preparation_weeks (weeks)?",
        ),
        (
            "programme:\n  sheltered_percent: 40",
            f"4: programme.sheltered_percent: found an unknown key; {KEY_OF_PROGRAMME} "
            "Did you mean sheltered_share (share)?",
        ),
        (
            "place:\n  minimum_wage_eur_per_hour: 9",
            "4: place.minimum_wage_eur_per_hour: found an unknown key; allowed: a key of place, "
            "see `ips-sim show schema`. "
            "Did you mean minimum_wage_usd_per_hour (US dollars an hour)?",
        ),
        (
            "staff:\n  caseload_limit: 20",
            "4: staff.caseload_limit: found an unknown key; allowed: a key of staff, see "
            "`ips-sim show schema`. Did you mean programme.caseload_limit (people)?",
        ),
        (
            "programme:\n  xyzzy: 20",
            f"4: programme.xyzzy: found an unknown key; {KEY_OF_PROGRAMME}",
        ),
        (
            "caseload_limit: 20",
            f"3: caseload_limit: found an unknown key; allowed: {ANYTHING}. "
            "Did you mean programme.caseload_limit (people)?",
        ),
        (
            "program: {}",
            f"3: program: found an unknown key; allowed: {ANYTHING}. Did you mean programme?",
        ),
        # Wrong types
        (
            "programme:\n  caseload_limit: thirty",
            "4: programme.caseload_limit: found the text 'thirty'; allowed: a whole number from 0 "
            "to 200 (people).",
        ),
        (
            "programme:\n  caseload_limit: '30'",
            "4: programme.caseload_limit: found the text '30'; allowed: a whole number from 0 to "
            "200 (people). Did you mean 30?",
        ),
        (
            "programme:\n  caseload_limit: 30.5",
            "4: programme.caseload_limit: found 30.5; allowed: a whole number from 0 to 200 "
            "(people).",
        ),
        (
            "programme:\n  caseload_limit: true",
            "4: programme.caseload_limit: found true; allowed: a whole number from 0 to 200 "
            "(people).",
        ),
        (
            "programme:\n  caseload_limit:",
            "4: programme.caseload_limit: found nothing; allowed: a whole number from 0 to 200 "
            "(people).",
        ),
        (
            "programme:\n  caseload_limit: [30]",
            "4: programme.caseload_limit: found a list; allowed: a whole number from 0 to 200 "
            "(people).",
        ),
        (
            "programme:\n  caseload_limit: {mean: 30}",
            "4: programme.caseload_limit: found a mapping; allowed: a whole number from 0 to 200 "
            "(people).",
        ),
        (
            "programme:\n  preparation_weeks: 4 months",
            "4: programme.preparation_weeks: found the text '4 months'; allowed: a whole number "
            "from 0 to 520 (weeks).",
        ),
        (
            "programme:\n  split_roles: yes",
            "4: programme.split_roles: found the text 'yes'; allowed: true or false. "
            "Did you mean true?",
        ),
        (
            "programme:\n  split_roles: 1",
            "4: programme.split_roles: found 1; allowed: true or false.",
        ),
        (
            "programme:\n  support_limit_weeks: Unlimited",
            "4: programme.support_limit_weeks: found the text 'Unlimited'; allowed: a whole number "
            "from 0 (weeks) or unlimited. Did you mean unlimited?",
        ),
        (
            "programme:\n  preparation_weeks: unlimited",
            "4: programme.preparation_weeks: found the text 'unlimited'; allowed: a whole number "
            "from 0 to 520 (weeks).",
        ),
        (
            "design:\n  kind: open_program",
            "4: design.kind: found the text 'open_program'; allowed: cohort or open_programme. "
            "Did you mean open_programme?",
        ),
        (
            "staff: [1, 2]",
            "3: staff: found a list; allowed: a mapping with skill_mean, skill_sd, "
            "programme_age_weeks, turnover_per_year, post_vacant_weeks, first_leaves_in_week.",
        ),
        (
            "staff: 3",
            "3: staff: found 3; allowed: a mapping with skill_mean, skill_sd, "
            "programme_age_weeks, turnover_per_year, post_vacant_weeks, first_leaves_in_week.",
        ),
        (
            "parameters: 3",
            "3: parameters: found 3; allowed: a mapping of parameters to numbers, see "
            "`ips-sim show parameters`.",
        ),
        ("summary: [a]", "3: summary: found a list; allowed: a text."),
        # Out of range
        (
            "programme:\n  office_share: 1.01",
            "4: programme.office_share: found 1.01; allowed: a number from 0 to 1 (share).",
        ),
        (
            "programme:\n  office_share: -0.01",
            "4: programme.office_share: found -0.01; allowed: a number from 0 to 1 (share).",
        ),
        (
            "programme:\n  office_share: .nan",
            "4: programme.office_share: found nan; allowed: a number from 0 to 1 (share).",
        ),
        (
            "programme:\n  office_share: -.inf",
            "4: programme.office_share: found -inf; allowed: a number from 0 to 1 (share).",
        ),
        (
            "programme:\n  office_share: 1e999",
            "4: programme.office_share: found inf; allowed: a number from 0 to 1 (share).",
        ),
        (
            "design:\n  people: 1" + 5000 * "0",
            "4: design.people: found inf; allowed: a whole number from 1 to 10,000,000 (people).",
        ),
        (
            "design:\n  people: 0x1" + 5000 * "0",
            f"4: design.people: found the number 0x1{34 * '0'}..., which is not decimal; allowed: "
            "decimal digits.",
        ),
        # drop
        (
            "drop: [preference]",
            f"3: drop: found the text 'preference'; allowed: a list of principles: {PRINCIPLES}. "
            "Did you mean preferences?",
        ),
        (
            "drop:\n  - integration\n  - 3",
            f"5: drop: found 3; allowed: a list of principles: {PRINCIPLES}.",
        ),
        (
            "drop:\n  - integration\n  - integration",
            "5: drop: found integration a second time; allowed: each principle once.",
        ),
        (
            "drop: integration",
            f"3: drop: found the text 'integration'; allowed: a list of principles: {PRINCIPLES}. "
            "Did you mean [integration]?",
        ),
        (
            "drop: [rapid_search]\nprogramme:\n  preparation_weeks: 3",
            "5: programme.preparation_weeks: found 3, while `drop` leaves out rapid_search; "
            "allowed: one of the two: `drop` sets preparation_weeks itself.",
        ),
        # What YAML offers and a scenario does not
        (
            "staff:\n  skill_sd: 0.1\n  skill_sd: 0.2",
            "5: staff.skill_sd: found the key a second time (first on line 4); allowed: once.",
        ),
        ("title: Other", "3: title: found the key a second time (first on line 1); allowed: once."),
        (
            "staff: &anchor\n  skill_sd: 0.1",
            "3: staff: found an anchor (&anchor); allowed: each value written out, without anchors "
            "and aliases.",
        ),
        (
            "staff:\n  skill_sd: *other",
            "4: staff.skill_sd: found an alias (*other); allowed: each value written out, without "
            "anchors and aliases.",
        ),
        (
            "staff:\n  skill_sd: !!float 0.1",
            "4: staff.skill_sd: found a tag (tag:yaml.org,2002:float); allowed: values without "
            "tags.",
        ),
        ("---\ntitle: Other", "3: found a second document; allowed: one document in a file."),
        (
            '"a\\nb": 1',
            f"3: a b: found an unknown key; allowed: {ANYTHING}.",
        ),
        (
            "a" * 200 + ": 1",
            "3: " + "a" * 77 + f"...: found an unknown key; allowed: {ANYTHING}.",
        ),
        ("1: one", "3: found 1 as a key; allowed: a name as a key."),
        ("[a, b]: one", "3: found a list as a key; allowed: a name as a key."),
        (
            "staff: [[[[[[[[[1]]]]]]]]]",
            "3: staff: found more than 8 levels of nesting; allowed: two levels.",
        ),
        (
            'summary: "bell \\a"',
            "3: summary: found the character U+0007; allowed: text that prints.",
        ),
        (
            'summary: "half \\ud800"',
            "3: summary: found the character U+D800; allowed: text that prints.",
        ),
        (
            "staff: &mine {skill_sd: 0.1}\nplace:\n  <<: *mine\n  taper_share: *mine",
            "3: staff: found an anchor (&mine); allowed: each value written out, without anchors "
            "and aliases.",
        ),
        (
            "staff:\n\tskill_sd: 0.1",
            "4: found a tab at the start; allowed: spaces before a key.",
        ),
        (
            "staff:\n\u00a0 skill_sd: 0.1\n\u00a0 skill_mean: 1",
            "4: found a space that is none of the plain ones (such as U+00A0) at the start, and on "
            "1 more lines; allowed: plain spaces before a key.",
        ),
        (
            "summary: IPS: our town",
            "3: found a second colon on the line; allowed: a text with a colon in it in quotation "
            'marks. Did you mean "IPS: our town"?',
        ),
        (
            "design:\n  weeks: 0x34",
            "4: design.weeks: found the number 0x34, which is not decimal; allowed: decimal "
            "digits. Did you mean 52?",
        ),
        (
            "place:\n  unemployment_share: 7",
            "4: place.unemployment_share: found 7; allowed: a number from 0.005 to 0.4 (share). "
            "Did you mean 0.07?",
        ),
        (
            "place:\n  unemployment_share: 7 %",
            "4: place.unemployment_share: found the text '7 %'; allowed: a number from 0.005 to "
            "0.4 (share). Did you mean 0.07?",
        ),
        (
            "design:\n  years: 3",
            "4: design.years: found an unknown key; allowed: a key of design, see `ips-sim show "
            "schema`. Did you mean weeks (weeks)?",
        ),
        (
            "staff: {skill_sd: 0.1",
            "4: found text that is not YAML (expected ',' or '}', but got '<stream end>'); "
            "allowed: YAML 1.2, with `key: value` on each line.",
        ),
    ],
)
def test_one_mistake_one_message(messages, added: str, message: str):
    assert messages(f"{START}{added}\n") == [f"mine.yaml:{message}"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "",
            "mine.yaml: found an empty file; allowed: a scenario, as `ips-sim new FILE` writes "
            "one to start from.",
        ),
        (
            "# only a comment\n",
            "mine.yaml: found an empty file; allowed: a scenario, as `ips-sim new FILE` writes "
            "one to start from.",
        ),
        ("- title\n- drop\n", f"mine.yaml:1: found a list; allowed: a mapping with {ANYTHING}."),
        (
            "caseload 30\n",
            f"mine.yaml:1: found the text 'caseload 30'; allowed: a mapping with {ANYTHING}.",
        ),
        (
            "based_on: ips.yaml\n",
            "mine.yaml:1: title: found nothing; allowed: a title in each file, since tables use "
            "it.",
        ),
        (
            "title:\nbased_on: ips.yaml\n",
            "mine.yaml:1: title: found nothing; allowed: one line of 1 to 120 characters.",
        ),
        (
            "title: 2026\nbased_on: ips.yaml\n",
            "mine.yaml:1: title: found 2026; allowed: one line of 1 to 120 characters. Did you "
            'mean "2026", in quotation marks?',
        ),
        (
            "title: |\n  Two\n  lines\nbased_on: ips.yaml\n",
            "mine.yaml:1: title: found the text 'Two\\nlines\\n'; allowed: one line of 1 to 120 "
            "characters.",
        ),
        (
            "%YAML 1.1\n---\n" + START,
            "mine.yaml:2: found a directive (%); allowed: YAML 1.2 without directives.",
        ),
        (
            '"\\U00110000": 1\n',
            "mine.yaml: found text that is not YAML (chr() arg not in range(0x110000)); allowed: "
            "YAML 1.2.",
        ),
        (
            b"title: x\nsummary: caf\xe9\n",
            "mine.yaml:2: found a byte that is not UTF-8 (0xe9, which is é in Windows-1252); "
            "allowed: text in UTF-8.",
        ),
        (
            b"\xef\xbb\xbftitle: x\nsummary: f\xfcr\n",
            "mine.yaml:2: found a byte that is not UTF-8 (0xfc, which is ü in Windows-1252); "
            "allowed: text in UTF-8.",
        ),
        (
            "title: x\n".encode("utf-16-le"),
            "mine.yaml: found text in UTF-16; allowed: text in UTF-8.",
        ),
        (
            b"PK\x03\x04title: x\n",
            "mine.yaml: found a workbook (such as .xlsx) or another zip file; allowed: text in "
            "UTF-8.",
        ),
        (
            "title: x\n".encode("utf-16"),
            "mine.yaml: found text in UTF-16; allowed: text in UTF-8.",
        ),
        (
            b"\x7fELF\x02\x01\x01\0\0\0\0",
            "mine.yaml:1: found binary data; allowed: text in UTF-8.",
        ),
        (
            "title: x\nsummary: a\x1b[31mred\n",
            "mine.yaml:2: found the character U+001B; allowed: text that prints.",
        ),
        (
            START + "# " + LARGEST_FILE_BYTES * "x",
            "mine.yaml: found a file of more than 100,000 bytes; allowed: at most 100,000 bytes.",
        ),
    ],
)
def test_file_that_says_nothing_usable(messages, content: str | bytes, message: str):
    assert messages(content) == [message]


def test_all_mistakes_of_a_file_at_once_in_the_order_of_its_lines(messages):
    told = messages(
        "title: Mine\n"
        "based_on: nowhere.yaml\n"
        "drop: [foo]\n"
        "programme:\n"
        "  caseload_limit: 20\n"
        "  caseload_limit: many\n"
        "  office_share: 2\n"
        "stuff: 3\n"
        "design: {weeks: 0, sites: *a, people: 'x'}\n"
    )
    assert [line.split(": found")[0] for line in told] == [
        "mine.yaml:2: based_on",
        "mine.yaml:3: drop",
        "mine.yaml:6: programme.caseload_limit",
        "mine.yaml:7: programme.office_share",
        "mine.yaml:8: stuff",
        "mine.yaml:9: design.sites",
        "mine.yaml:9: design.weeks",
        "mine.yaml:9: design.people",
    ]


def test_syntax_mistake_does_not_hide_what_came_before_it(messages):
    told = messages("title: Mine\nstaff:\n  skill_sd: &a 1\n  skill_sd: [\n")
    assert [line.split(": found")[0] for line in told] == [
        "mine.yaml:3: staff.skill_sd",
        "mine.yaml:5",
    ]


def test_mistakes_of_a_base_are_told_under_its_own_name(messages):
    Path("base.yaml").write_text("title: Base\nbased_on: ips.yaml\nstaff:\n  skill_sd: 9\n")
    assert messages("title: Mine\nbased_on: base.yaml\ndesign:\n  weeks: 0\n") == [
        "mine.yaml:4: design.weeks: found 0; allowed: a whole number from 1 to 1,040 (weeks).",
        "base.yaml:4: staff.skill_sd: found 9; allowed: a number from 0 to 0.6 (ratio to a trial's "
        "specialists).",
    ]


@pytest.mark.parametrize(
    ("base", "finding"),
    [
        ("ips.yml", f"the text 'ips.yml', which is not there; {IN_FOLDER} Did you mean ips.yaml?"),
        ("other/deep.yaml", f"the text 'other/deep.yaml', which is not there; {IN_FOLDER}"),
        ("../up.yaml", f"the text '../up.yaml', which lies outside the folder; {IN_FOLDER}"),
        ("linked.yaml", f"the text 'linked.yaml', which lies outside the folder; {IN_FOLDER}"),
        ("/up.yaml", f"the text '/up.yaml', which lies outside the folder; {IN_FOLDER}"),
        (
            "mine.yaml",
            "a circle (mine.yaml -> mine.yaml); allowed: a base that is not based on this file.",
        ),
        (
            "loop.yaml",
            "a circle (mine.yaml -> loop.yaml -> mine.yaml); allowed: a base that is not based on "
            "this file.",
        ),
        ("3", "3; allowed: the name of a scenario file, or a list of names."),
        ("[]", "an empty list; allowed: the name of a scenario file, or a list of names."),
        ("[[]]", "an empty list; allowed: the name of a scenario file, or a list of names."),
    ],
)
def test_base_that_can_not_be_used(
    tmp_path_factory: pytest.TempPathFactory, messages, base: str, finding: str
):
    outside = tmp_path_factory.mktemp("outside") / "up.yaml"
    outside.write_text(START)
    Path("../up.yaml").write_text(START)
    Path("linked.yaml").symlink_to(outside)
    Path("loop.yaml").write_text("title: Loop\nbased_on: mine.yaml\n")
    (told,) = messages(f"title: Mine\nbased_on: {base}\n")
    assert told.startswith(("mine.yaml:2: based_on: ", "loop.yaml:2: based_on: "))
    assert told.split(": found ", 1)[1] == finding


def test_base_that_is_a_folder_or_a_loop_of_links(messages):
    Path("folder.yaml").mkdir()
    assert messages("title: Mine\nbased_on: folder.yaml\n") == [
        "folder.yaml: found a folder; allowed: a scenario file (YAML)."
    ]
    Path("round.yaml").symlink_to("round.yaml")
    (told,) = messages("title: Mine\nbased_on: round.yaml\n")
    assert told.startswith("mine.yaml:2: based_on: found the text 'round.yaml', which can't be ")
    (told,) = messages(f"title: Mine\nbased_on: {300 * 'x'}.yaml\n")
    assert told.startswith("mine.yaml:2: based_on: found the text ")


def test_chain_of_bases_has_an_end(messages):
    for number in range(30):
        text = f"title: T\nbased_on: base{number + 1}.yaml\n"
        Path(f"base{number}.yaml").write_text(text)
    assert messages("title: Mine\nbased_on: base0.yaml\n") == [
        "base18.yaml:2: based_on: found more than 20 files based on each other; allowed: fewer."
    ]


def test_what_is_missing_is_told_by_section(messages, repository: Path):
    complete = (repository / "scenarios" / "ips.yaml").read_text()
    without = complete.replace("  skill_sd:", "  # skill_sd:").replace("  weeks: 78", "")
    without = without.replace("  sites: 1", "")
    rest = "allowed: every key, or `based_on: ips.yaml` to inherit the rest."
    lines = without.splitlines()
    assert messages(without) == [
        f"mine.yaml:{lines.index('staff:') + 1}: staff: found no skill_sd; {rest}",
        f"mine.yaml:{lines.index('design:') + 1}: design: found no weeks, sites; {rest}",
    ]
    assert messages("title: Mine\n") == [
        f"mine.yaml: {section}: found nothing; {rest}"
        for section in ("programme", "staff", "people", "place", "design")
    ]


def test_parameters_are_known_by_name_and_kept_in_their_range(messages):
    info = next(one for one in load_parameters().values() if one.low < one.high)
    allowed = f"allowed: a number from {info.low:g} to {info.high:g} ({info.unit})."
    assert messages(f"{START}parameters:\n  {info.name}: {info.high + 1}\n  {info.name}s: 1\n") == [
        f"mine.yaml:4: parameters.{info.name}: found {info.high + 1}; {allowed}",
        f"mine.yaml:5: parameters.{info.name}s: found an unknown parameter; allowed: a parameter, "
        f"see `ips-sim show parameters`. Did you mean {info.name} ({info.unit})?",
    ]
    for wrong, found in [(".nan", "nan"), ("true", "true"), ("x", "the text 'x'"), ("", "nothing")]:
        assert messages(f"{START}parameters:\n  {info.name}: {wrong}\n") == [
            f"mine.yaml:4: parameters.{info.name}: found {found}; {allowed}"
        ]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (".", ".: found a folder; allowed: a scenario file (YAML)."),
        ("pipe", "pipe: found something that is not a file; allowed: a scenario file (YAML)."),
    ],
)
def test_place_where_no_file_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, message: str
):
    import os

    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(name)
    assert str(caught.value) == message


@pytest.mark.parametrize("name", ["ipz", "ipz.yaml", "no/such/file.yaml", "a\0b", 400 * "x"])
def test_name_of_nothing(name: str):
    with pytest.raises(ScenarioError, match="found nothing of this name") as caught:
        load_scenario(name)
    meant = caught.value.mistakes[0].suggestion
    assert meant == ("ips" if name.startswith("ipz") else "")
