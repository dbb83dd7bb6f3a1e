"""What a scenario may say: every section, every key, with unit, range and meaning.

The sections hold plain numbers, so the same objects are read by the rules of the Mesa driver and,
copied field by field into records, by the compiled driver. A key that names a quantity names its
unit too (``_weeks``, ``_hours_per_week``, ``_usd_per_hour``); shares and scores lie between 0
and 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

UNLIMITED_WEEKS = 1_000_000
"""How an unlimited number of weeks is written in the arrays; files say ``unlimited``."""

PRINCIPLES = (
    "zero_exclusion",
    "preferences",
    "benefits_planning",
    "integration",
    "rapid_search",
    "competitive_employment",
    "employer_relationships",
    "time_unlimited_support",
)
"""The eight practice principles of IPS, in the order of the IPS Employment Center."""


@dataclass(frozen=True)
class Unit:
    """The unit of a quantity, for messages, documentation and the published JSON Schema."""

    name: str

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Add the unit to the JSON Schema of the quantity."""
        return {**handler(core_schema), "unit": self.name}


@dataclass(frozen=True)
class Allowed:
    """What may stand somewhere in words, where type and bounds alone don't say it well."""

    words: str


@dataclass(frozen=True)
class OneOf:
    """One of some names that are known once the evidence or the model is; it annotates a text.

    Attributes
    ----------
    names
        The names.
    allowed
        What they are, in words.
    meant
        From another text, the name that was perhaps meant; the one most like it without.
    """

    names: tuple[str, ...]
    allowed: str
    meant: Callable[[str], str] | None = None

    def __get_pydantic_core_schema__(
        self, source: type, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Let no other text pass."""
        return core_schema.literal_schema(list(self.names))


@dataclass(frozen=True)
class Once:
    """A list that holds nothing twice."""

    allowed: str

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Say so in the JSON Schema of the list."""
        return {**handler(core_schema), "uniqueItems": True}


def _weeks_or_unlimited(value: Any) -> Any:
    return UNLIMITED_WEEKS if value == "unlimited" else whole_number(value)


def whole_number(value: Any) -> Any:
    """A number with nothing after the point as a whole number; all else as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(whole_number)]
"""A whole number, which may be written ``20.0`` or ``1e3``."""
Title = Annotated[
    str,
    Field(min_length=1, max_length=120, pattern=r"^\S.*$"),
    Allowed("one line of 1 to 120 characters"),
]

Share = Annotated[float, Field(ge=0, le=1), Unit("share")]
Score = Annotated[float, Field(ge=0, le=1), Unit("score")]
Weeks = Annotated[Whole, Unit("weeks")]
WeeksOrUnlimited = Annotated[
    int,
    BeforeValidator(_weeks_or_unlimited, json_schema_input_type=int | Literal["unlimited"]),
    Field(ge=0, le=UNLIMITED_WEEKS),
    Unit("weeks"),
]
HoursPerWeek = Annotated[float, Unit("hours a week")]
TimesPerWeek = Annotated[float, Unit("times a week")]
TimesPerYear = Annotated[float, Unit("times a year")]
Years = Annotated[float, Unit("years")]
UsdPerHour = Annotated[float, Unit("US dollars an hour")]
UsdPerMonth = Annotated[float, Unit("US dollars a month")]
NumberOfPeople = Annotated[Whole, Unit("people")]


class Section(BaseModel):
    """One section of a scenario: numbers only, frozen, no unknown keys, no text for numbers."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Levers(Section):
    """What a programme decides (section ``programme``)."""

    # Zero exclusion
    screened_out_above_symptoms: Score = Field(
        description="People whose symptoms score higher are not admitted; 1 excludes nobody."
    )
    screened_out_for_substance_use: bool = Field(
        description="People with a substance use disorder are not admitted."
    )
    screened_out_for_legal_history: bool = Field(
        description="People with a criminal record are not admitted."
    )
    # Preferences
    preference_weight: Score = Field(
        description="Weight of the person's preferences, against where a vacancy is easiest to "
        "get, when the specialist chooses which employer to visit."
    )
    # Benefits planning
    benefits_planning_share: Share = Field(
        description="Share of people on benefits who get an individual plan from a trained planner."
    )
    benefits_follow_up_share: Share = Field(
        description="Share of changes in hours or pay that the planner helps to report and rework."
    )
    # Integration
    team_contact_share: Share = Field(
        description="How much of the mental health team's work is shared with the specialist: "
        "meetings, records, decisions; 0 separate services, 1 one team."
    )
    team_meeting_hours_per_week: HoursPerWeek = Field(
        ge=0,
        le=20,
        description="Hours a full-time specialist spends with the mental health team in a week.",
    )
    family_contact_share: Share = Field(
        description="Share of people whose family or friends are met and take part, as they wish."
    )
    vr_contact_share: Share = Field(
        description="How regularly the vocational rehabilitation counsellor is met, who pays for "
        "transport, clothes and tools: 1 each month for everyone."
    )
    # Rapid search
    preparation_weeks: Weeks = Field(
        ge=0,
        le=520,
        description="Weeks of assessment and prevocational training before search for a job.",
    )
    # Competitive employment
    sheltered_share: Share = Field(
        description="Share of people steered to a sheltered workshop before competitive work."
    )
    sheltered_weeks: Weeks = Field(
        ge=0, le=1040, description="Mean weeks that a steered person stays in sheltered work."
    )
    transitional_share: Share = Field(
        description="Share of people steered to a transitional job, owned by the agency."
    )
    transitional_weeks: Weeks = Field(
        ge=0, le=520, description="Weeks that a transitional job lasts."
    )
    # Employer relationships
    employer_contacts_per_week: TimesPerWeek = Field(
        ge=0,
        le=20,
        description="Face-to-face employer contacts that a full-time specialist aims at in a week.",
    )
    visits_before_asking: Annotated[Whole, Unit("visits")] = Field(
        ge=1,
        le=6,
        description="The visit to an employer at which a specialist first speaks of a job seeker; "
        "the earlier ones introduce and learn about the business.",
    )
    # Time-unlimited support
    trouble_support_hours_per_week: HoursPerWeek = Field(
        ge=0, le=10, description="Hours a week for a person with a problem at work."
    )
    new_job_support_hours_per_week: HoursPerWeek = Field(
        ge=0, le=10, description="Hours a week for a person new in a job."
    )
    support_limit_weeks: WeeksOrUnlimited = Field(
        description="Weeks after a job's start at which follow-along support ends; or unlimited."
    )
    close_after_weeks_without_work: WeeksOrUnlimited = Field(
        description="Weeks on the caseload without a job after which the place is given up; "
        "unlimited means never."
    )
    transfer_after_weeks_worked: WeeksOrUnlimited = Field(
        description="Weeks of steady work after which the treatment team takes over support; "
        "unlimited means never."
    )
    return_without_referral: bool = Field(
        description="A person who was transferred and loses the job comes back without a new "
        "referral."
    )
    # Levers that belong to no principle
    enrolment_share: Share = Field(
        description="Share of people referred who are enrolled at all; 0 is no service."
    )
    caseload_limit: NumberOfPeople = Field(
        ge=0, le=200, description="People on the caseload of a full-time specialist at most."
    )
    specialist_hours_per_week: HoursPerWeek = Field(
        ge=0, le=60, description="Paid hours of a full-time specialist in a week."
    )
    office_share: Share = Field(
        description="Share of paid hours that goes to records and supervision in the office."
    )
    community_share: Share = Field(
        description="Share of the hours with people and employers that is spent where they are, "
        "outside the office; each such hour brings travel along."
    )
    supervision_share: Share = Field(
        description="How fully specialists are supervised as a unit: weekly meetings, review of "
        "outcomes, field mentoring; 0 not at all. A unit has at least two."
    )
    review_every_weeks: Weeks = Field(
        ge=1,
        le=104,
        description="Weeks between reviews of a person on the caseload; a place is given up by "
        "agreement or by the closing rule at a review only.",
    )
    early_care_share: Share = Field(
        description="How early the mental health team responds to relapses without a specialist: "
        "0 as usual care does, 1 as early as with shared care."
    )
    search_hours_per_week: HoursPerWeek = Field(
        ge=0,
        le=10,
        description="Hours a week for a person in search, employer contacts not counted: "
        "applications, interviews, planning.",
    )
    keep_in_touch_hours_per_week: HoursPerWeek = Field(
        ge=0, le=10, description="Hours a week for everyone else on the caseload."
    )
    education_hours_per_week: HoursPerWeek = Field(
        ge=0,
        le=10,
        description="Hours a week, besides those for work, for a person whose goal is school: "
        "choosing and applying, and support while enrolled; 0 is no supported education.",
    )
    outreach_share: Share = Field(
        description="How assertively people who miss appointments are sought out; 0 not at all."
    )
    split_roles: bool = Field(
        description="One worker finds the job and another supports it, so that people change "
        "workers when they start."
    )
    offered_unasked: bool = Field(
        description="People are offered the service without having asked, and join by their "
        "interest in work; false enrols whoever is referred."
    )
    day_programme_hours_per_week: HoursPerWeek = Field(
        ge=0,
        le=40,
        description="Hours a week that people in preparation spend in groups at the programme's "
        "own place, as in day treatment.",
    )
    # What some settings bring
    child_care_help_share: Share = Field(
        description="Share of people admitted who care for children without child care and get "
        "it through the programme."
    )
    stable_weeks_before_search: Weeks = Field(
        ge=0,
        le=104,
        description="Weeks in a row without use, as tests show, that a person with a substance "
        "use disorder needs before search for a job; 0 asks for none.",
    )
    approval_weeks: Weeks = Field(
        ge=0,
        le=104,
        description="Weeks until a funder has found a referred person eligible and approved a "
        "plan; until then nobody gets a place.",
    )
    milestone_after_weeks: Weeks = Field(
        ge=0,
        le=104,
        description="Weeks in one job, with support, after which a funder pays the last of three "
        "milestones; the first is a place, the second a job. 0 where nobody pays by milestones.",
    )


class Staff(Section):
    """Who the specialists are, as far as a programme does not decide it (section ``staff``)."""

    skill_mean: Annotated[float, Unit("ratio to a trial's specialists")] = Field(
        ge=0.2, le=2, description="Mean skill of specialists; 1 is a trial's."
    )
    skill_sd: Annotated[float, Unit("ratio to a trial's specialists")] = Field(
        ge=0, le=0.6, description="Standard deviation of skill between specialists."
    )
    programme_age_weeks: Weeks = Field(
        ge=0,
        le=1040,
        description="Weeks that the team has worked before the first person enters: experience "
        "and relationships with employers at the start.",
    )
    turnover_per_year: TimesPerYear = Field(
        ge=0, le=3, description="Specialists who leave in a year, per post."
    )
    post_vacant_weeks: Weeks = Field(
        ge=0, le=104, description="Weeks that a post stays empty after a specialist leaves."
    )
    first_leaves_in_week: Weeks = Field(
        ge=0,
        le=2080,
        description="Week in which the first specialist of each site leaves, whatever chance "
        "does; 0 is none.",
    )


class People(Section):
    """Who is referred: distributions over the fields of a job seeker (section ``people``)."""

    age_mean_years: Years = Field(ge=16, le=75, description="Mean age.")
    age_sd_years: Years = Field(ge=0, le=20, description="Standard deviation of age.")
    no_recent_work_share: Share = Field(
        description="Share without any community job in the last five years."
    )
    work_history_mean_weeks: Annotated[float, Unit("weeks")] = Field(
        ge=0,
        le=260,
        description="Mean weeks in community jobs in the last five years, among those with any.",
    )
    worked_before_share: Share = Field(
        description="Share who have ever worked, among those without a job in the last five years."
    )
    worked_past_year_share: Share = Field(
        description="Share who worked in the past year, among those who did in the last five."
    )
    studied_past_year_share: Share = Field(
        description="Share who were in school or training in the past year."
    )
    years_ill_mean: Years = Field(ge=0, le=40, description="Mean years since the illness began.")
    psychotic_share: Share = Field(
        description="Share with a psychotic illness, against mood and other disorders."
    )
    physical_limits_share: Share = Field(
        description="Share whose body limits what work they can do."
    )
    cognitive_limits_share: Share = Field(
        description="Share with marked limits of attention, memory or planning."
    )
    symptoms_mean: Score = Field(description="Mean severity of symptoms, 0 none to 1 extreme.")
    symptoms_sd: Annotated[float, Unit("score")] = Field(
        ge=0, le=0.4, description="Standard deviation of the lasting severity between people."
    )
    relapses_per_year: TimesPerYear = Field(
        ge=0, le=6, description="Relapses a year of a person with mean symptoms."
    )
    substance_use_share: Share = Field(description="Share with a substance use disorder.")
    remission_share: Share = Field(
        description="Share in remission, among those with a substance use disorder."
    )
    cares_for_children_share: Share = Field(description="Share who care for children.")
    legal_history_share: Share = Field(description="Share with a criminal record.")
    months_served_mean: Annotated[float, Unit("months")] = Field(
        ge=0, le=120, description="Mean months in prison, among those with a criminal record."
    )
    homeless_share: Share = Field(description="Share without stable housing.")
    no_transport_share: Share = Field(
        description="Share without a car or public transport that takes them to most jobs."
    )
    tapered_benefit_share: Share = Field(
        description="Share on a benefit that is reduced as earnings rise (in the US: SSI)."
    )
    cliff_benefit_share: Share = Field(
        description="Share on a benefit that stops above an earnings limit (in the US: SSDI)."
    )
    benefit_fear_mean: Score = Field(
        description="Mean fear of losing benefits among people who get any: 0 they expect what the "
        "rules take, 1 they expect earnings that count to cost all of it."
    )
    interest_mean: Score = Field(description="Mean interest in work among all people.")
    interest_sd: Annotated[float, Unit("score")] = Field(
        ge=0, le=0.5, description="Standard deviation of interest in work between people."
    )
    preferred_hours_mean: HoursPerWeek = Field(
        ge=5, le=45, description="Mean weekly hours that people would like to work."
    )
    preferred_hours_sd: HoursPerWeek = Field(
        ge=0, le=15, description="Standard deviation of the hours that people would like."
    )
    discloses_share: Share = Field(
        description="Share willing to let an employer know of their illness."
    )
    # What sets some groups apart
    assistance_share: Share = Field(
        description="Share on assistance, a second benefit beside those for disability: cash aid "
        "to families, a rent subsidy. Section place has its rules."
    )
    assistance_required_share: Share = Field(
        description="Share who must take part in work or services, among those on assistance; "
        "the others are exempt."
    )
    assistance_months_used_mean: Annotated[float, Unit("months")] = Field(
        ge=0,
        le=240,
        description="Mean months of assistance drawn before entry, which count for its limit.",
    )
    child_care_share: Share = Field(
        description="Share with child care in working hours, among those who care for children; "
        "the others take jobs by day only, of the hours that school leaves."
    )
    duties_share: Share = Field(
        description="Share under duties that take time and can hold up work: treatment with "
        "appointments and tests, supervision after release."
    )
    duty_hours_per_week: HoursPerWeek = Field(
        ge=0, le=40, description="Hours a week that these duties take."
    )
    duty_weeks_mean: Annotated[float, Unit("weeks")] = Field(
        ge=0, le=1040, description="Mean weeks from entry until these duties end."
    )
    hold_ups_per_year: TimesPerYear = Field(
        ge=0,
        le=26,
        description="Times a year that somebody under duties is held up: a positive test or a "
        "breach, answered by a stay in custody or in treatment.",
    )
    hold_up_weeks_mean: Annotated[float, Unit("weeks")] = Field(
        ge=0, le=52, description="Mean weeks that a hold-up lasts, beyond its first."
    )
    held_share: Share = Field(
        description="Share not free to take a job at entry: still in prison, or in residential "
        "treatment."
    )
    held_weeks_mean: Annotated[float, Unit("weeks")] = Field(
        ge=0, le=520, description="Mean weeks from entry until they are free."
    )
    use_relapses_per_year: TimesPerYear = Field(
        ge=0, le=12, description="Times a year that remission of a substance use disorder ends."
    )
    use_remissions_per_year: TimesPerYear = Field(
        ge=0, le=12, description="Times a year that a substance use disorder goes into remission."
    )
    homes_lost_per_year: TimesPerYear = Field(
        ge=0, le=12, description="Times a year that somebody with stable housing loses it."
    )
    homes_found_per_year: TimesPerYear = Field(
        ge=0, le=12, description="Times a year that somebody without stable housing finds it."
    )
    on_leave_share: Share = Field(description="Share on leave from a job that they may go back to.")
    leave_weeks_mean: Annotated[float, Unit("weeks")] = Field(
        ge=0, le=260, description="Mean weeks from entry for which that job is kept."
    )
    school_goal_share: Share = Field(
        description="Share of people of mean age whose goal is school or training, with work or "
        "without; younger people name it more often. Nobody is enrolled at entry."
    )
    school_only_share: Share = Field(
        description="Share who do not look for a competitive job until they have finished school, "
        "among those whose goal is school."
    )


class PersonRow(Section):
    """One of a user's own people: what is known of them; the rest is drawn from the margins."""

    age_years: Years | None = Field(default=None, ge=16, le=75, description="Age.")
    work_history_weeks: Annotated[float, Unit("weeks")] | None = Field(
        default=None,
        ge=0,
        le=260,
        description="Weeks in community jobs in the last five years.",
    )
    ever_worked: bool | None = Field(default=None, description="Whether they have ever worked.")
    worked_past_year: bool | None = Field(
        default=None, description="Whether they worked in the past year."
    )
    studied_past_year: bool | None = Field(
        default=None, description="Whether they were in school or training in the past year."
    )
    years_ill: Years | None = Field(
        default=None, ge=0, le=60, description="Years since the illness began."
    )
    psychotic: bool | None = Field(default=None, description="Whether the illness is psychotic.")
    physical_limits: bool | None = Field(
        default=None, description="Whether their body limits what work they can do."
    )
    cognitive_limits: bool | None = Field(
        default=None,
        description="Whether attention, memory or planning is markedly limited.",
    )
    symptoms: Annotated[float, Unit("score")] | None = Field(
        default=None, ge=0, le=1, description="Lasting severity of symptoms, 0 none to 1 extreme."
    )
    substance_use: bool | None = Field(
        default=None, description="Whether there is a substance use disorder."
    )
    in_remission: bool | None = Field(
        default=None, description="Whether the substance use disorder is in remission."
    )
    cares_for_children: bool | None = Field(
        default=None, description="Whether they care for children."
    )
    legal_history: bool | None = Field(
        default=None, description="Whether there is a criminal record."
    )
    months_served: Annotated[float, Unit("months")] | None = Field(
        default=None, ge=0, le=600, description="Months in prison."
    )
    housed: bool | None = Field(default=None, description="Whether they have stable housing.")
    has_transport: bool | None = Field(
        default=None, description="Whether a car or public transport takes them to most jobs."
    )
    benefit: Literal["none", "tapered", "cliff"] | None = Field(
        default=None,
        description="Disability benefit: tapered is reduced as earnings rise (in the US: SSI), "
        "cliff stops above an earnings limit (in the US: SSDI).",
    )
    benefit_fear: Annotated[float, Unit("score")] | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Fear of losing the benefit, 0 none to 1 decisive; without a benefit it does "
        "not count.",
    )
    interest: Annotated[float, Unit("score")] | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Interest in work at entry; it counts as it stands, also where a work goal is "
        "required.",
    )
    preferred_hours: HoursPerWeek | None = Field(
        default=None, ge=5, le=45, description="Weekly hours that the person would like to work."
    )
    discloses: bool | None = Field(
        default=None, description="Whether they are willing to let an employer know of the illness."
    )


PEOPLE_ROWS_MEANING = (
    "People given one by one, taken in order and again from the first; what is not said of a "
    "person is drawn from the keys of this section."
)
"""What the key ``rows`` of section ``people`` says."""


class Place(Section):
    """Where it happens: labour market and benefit rules (section ``place``)."""

    employers_per_100_people: Annotated[float, Unit("employers per 100 people")] = Field(
        ge=0, le=200, description="Employers within reach, per 100 people at the site."
    )
    vacancies_per_employer_per_year: TimesPerYear = Field(
        ge=0, le=50, description="Entry-level vacancies that an employer opens in a year."
    )
    filled_by_others_per_week: Annotated[float, Field(ge=0, le=1), Unit("share a week")] = Field(
        description="Chance that a vacancy is filled by somebody else within a week."
    )
    hidden_share: Share = Field(
        description="Share of vacancies that are never advertised and open only to a visitor."
    )
    unemployment_share: Annotated[float, Unit("share")] = Field(
        ge=0.005,
        le=0.4,
        description="Unemployed share of the labour force; moves how many vacancies open, and how "
        "many rivals an applicant has.",
    )
    temporary_share: Share = Field(description="Share of entry-level jobs that are temporary.")
    made_job_fills_share: Share = Field(
        description="How much of the room that an average employer has for jobs made for a person "
        "each such job takes while somebody is in it: 1 leaves none for a second, 0 has no end."
    )
    credential_jobs_share: Share = Field(
        description="Share of employers whose jobs ask for the credential that school ends with."
    )
    credential_jobs_wage_ratio: Annotated[float, Unit("ratio to other wages")] = Field(
        ge=1, le=3, description="Wages at those employers over what others pay."
    )
    dismissal_protection_index: Annotated[float, Unit("OECD index")] = Field(
        ge=0,
        le=4,
        description="Protection against dismissal on the OECD scale, 0 weak to 4 strong.",
    )
    minimum_wage_usd_per_hour: UsdPerHour = Field(
        ge=0, le=60, description="Lowest legal wage, in US dollars of the price year."
    )
    wage_over_minimum_mean: Annotated[float, Unit("ratio to the minimum wage")] = Field(
        ge=1, le=3, description="Mean ratio of entry-level wages to the minimum."
    )
    employee_tax_share: Share = Field(description="Payroll and income tax on these wages.")
    tapered_benefit_usd_per_month: UsdPerMonth = Field(
        ge=0, le=5000, description="Full tapered benefit (in the US: SSI)."
    )
    taper_disregard_usd_per_month: UsdPerMonth = Field(
        ge=0, le=5000, description="Earnings that leave the tapered benefit untouched."
    )
    taper_share: Share = Field(
        description="Benefit lost for every dollar earned above the disregard."
    )
    cliff_benefit_usd_per_month: UsdPerMonth = Field(
        ge=0, le=5000, description="Full benefit with an earnings limit (in the US: SSDI)."
    )
    months_until_benefit_ends: Annotated[int, Unit("months")] = Field(
        ge=0,
        le=240,
        description="Months in a row without any benefit because of earnings after which a person "
        "has left benefits for good.",
    )
    cliff_earnings_usd_per_month: UsdPerMonth = Field(
        ge=0, le=20000, description="Earnings above which that benefit stops (in the US: SGA)."
    )
    trial_work_usd_per_month: UsdPerMonth = Field(
        ge=0, le=20000, description="Earnings that use up one trial work month."
    )
    trial_work_months: Annotated[Whole, Unit("months")] = Field(
        ge=0, le=120, description="Months of trial work before the earnings limit applies."
    )
    assistance_usd_per_month: UsdPerMonth = Field(
        ge=0,
        le=5000,
        description="Full assistance, for those who get it beside disability benefits (in the US: "
        "cash aid to families, TANF).",
    )
    assistance_disregard_usd_per_month: UsdPerMonth = Field(
        ge=0, le=5000, description="Earnings that leave assistance untouched."
    )
    assistance_taper_share: Share = Field(
        description="Assistance lost for every dollar earned above the disregard."
    )
    assistance_earnings_limit_usd_per_month: UsdPerMonth = Field(
        ge=0, le=20000, description="Earnings above which assistance stops altogether."
    )
    assistance_limit_months: Annotated[Whole, Unit("months")] = Field(
        ge=1,
        le=1200,
        description="Months of assistance in a lifetime after which it ends; 1200 is no limit.",
    )
    assistance_required_hours_per_week: HoursPerWeek = Field(
        ge=0,
        le=60,
        description="Hours of work a week that count as taking part, for those who must; waiting "
        "for a service and being served count too.",
    )
    conciliation_months: Annotated[Whole, Unit("months")] = Field(
        ge=0,
        le=60,
        description="Months without taking part in which an agreement is sought before assistance "
        "is cut.",
    )
    sanction_share: Share = Field(
        description="Share of assistance that is withheld from somebody who must take part and "
        "does not, after conciliation."
    )
    school_term_weeks: Weeks = Field(ge=1, le=52, description="Weeks that a school term lasts.")
    weeks_between_school_terms: Weeks = Field(
        ge=1,
        le=104,
        description="Weeks from the start of one school term to the start of the next.",
    )


class Design(Section):
    """How it is observed (section ``design``)."""

    kind: Literal["cohort", "open_programme"] = Field(
        description="cohort: everyone enters in the first weeks, as in a trial; open_programme: "
        "referrals arrive week by week."
    )
    weeks: Weeks = Field(
        ge=1,
        le=1040,
        description="Weeks of follow-up from each person's own entry (cohort), or weeks observed "
        "after the warm-up (open programme).",
    )
    people: NumberOfPeople = Field(
        ge=1, le=10_000_000, description="People referred, over all sites, in one replicate."
    )
    sites: Annotated[Whole, Unit("sites")] = Field(
        ge=1, le=100_000, description="Sites over which the people are spread."
    )
    sites_per_area: Annotated[Whole, Unit("sites")] = Field(
        ge=1,
        le=50,
        description="Sites in a row that share one labour market: the employers of all of them, "
        "which more people then ask. 1 gives each site its own.",
    )
    entry_weeks: Weeks = Field(
        ge=1, le=520, description="Weeks over which a cohort enters; not used by open programmes."
    )
    warm_up_weeks: Weeks = Field(
        ge=0, le=1040, description="Weeks that an open programme runs before anything is counted."
    )
    specialists_per_site: Annotated[float, Unit("full-time posts")] = Field(
        ge=0,
        le=8,
        description="Full-time posts at each site of an open programme; a cohort is staffed to "
        "its size by the caseload limit.",
    )
    staffed_share: Share = Field(
        description="Share of a cohort for whom there are places on caseloads; not used by open "
        "programmes, which have their posts."
    )
    free_places_refilled: bool = Field(
        description="Places that people leave go to others, whose share of the post's cost is "
        "theirs; false pays the posts for these people alone, used or idle."
    )
    work_goal_required: bool = Field(
        description="Only people who want to work now take part, as in most trials."
    )
    jobless_at_entry: bool = Field(
        description="Only people without a job are referred, as in trials and most programmes; "
        "false takes everybody as they come."
    )


class Price(BaseModel):
    """What a unit costs or is worth, as the person who knows says it.

    Attributes
    ----------
    value
        In units of `currency` and prices of `price_year`, where it is money.
    price_year
        None is the year in which results are reported.
    usd_per_unit
        US dollars of the price year for a unit of the currency.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    value: float = Field(description="What a unit costs or is worth.")
    price_year: Whole | None = Field(
        default=None, description="Year of the money; the year of results without."
    )
    currency: Annotated[
        str, Field(pattern=r"^[A-Z]{3}$"), Allowed("a currency by its three letters, such as EUR")
    ] = Field(default="USD", description="Currency by its three letters.")
    usd_per_unit: float = Field(
        default=1.0,
        gt=0,
        description="US dollars of the price year for a unit of the currency.",
    )


class Budget(BaseModel):
    """What a programme has to spend, and the posts it is (section ``budget``)."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    posts: (
        Annotated[float, Field(ge=0.1, le=100_000), Allowed("a number from 0.1 to 100,000 (posts)")]
        | None
    ) = Field(
        default=None,
        description="Full-time posts of specialists of a cohort, over all sites; without it a "
        "cohort is staffed to its size by the caseload limit.",
    )
    usd_per_year: (
        Annotated[float, Field(ge=0, le=1e12), Allowed("US dollars a year, from 0")] | None
    ) = Field(
        default=None,
        description="What there is to spend on the programme in a year, in US dollars of the year "
        "of results; budgets say what is left or missing.",
    )


class Change(Section):
    """What changes in a week of a scenario; people and employers stay who they are."""

    week: Weeks = Field(
        ge=1,
        le=2080,
        description="First week in which it holds, from 1: of a cohort since the first person "
        "entered, of an open programme after the warm-up.",
    )
    programme: dict[str, Any] = Field(default_factory=dict, description="Levers from then on.")
    staff: dict[str, Any] = Field(
        default_factory=dict, description="Keys of section staff from then on."
    )
    place: dict[str, Any] = Field(
        default_factory=dict, description="Keys of section place from then on."
    )
    specialists_per_site: Annotated[float, Unit("full-time posts")] | None = Field(
        default=None,
        ge=0,
        le=8,
        description="Full-time posts at each site of an open programme from then on; a cohort is "
        "staffed to its size by the caseload limit.",
    )
    referred_anew: bool = Field(
        default=False,
        description="Everybody on a caseload or waiting gives up the place, and is referred to "
        "what there is from then on.",
    )
    staff_begin_anew: bool = Field(
        default=False,
        description="Specialists are new to the work: they keep their skill, but neither "
        "experience nor employers who know them.",
    )


CHANGES_TO_PROGRAMME = (
    "A scenario file beside this one or a shipped one, whose whole programme holds from then on; "
    "keys of programme count on top."
)
"""What the key ``programme_of`` of a change says."""


class Scenario(Section):
    """A full configuration: one programme in one place, and how it is observed."""

    title: Title = Field(description="Short name on one line, used in tables.")
    summary: str = Field(default="", description="What this scenario stands for.")
    programme: Levers
    staff: Staff
    people: People
    place: Place
    design: Design
    parameters: dict[str, float] = Field(
        default_factory=dict,
        description="Parameters of the model to set for this scenario alone; see "
        "`ips-sim show parameters`.",
    )
    variant: Literal["none", "people_differ", "interest_fades"] = Field(
        default="none",
        description="Structural variant of the model whose fit counts: in people_differ people "
        "differ much and interest in work hardly fades, in interest_fades they are much alike and "
        "it fades; both fit the evidence. none is the fit itself, which leaves that open.",
    )
    prices: dict[str, Price] = Field(
        default_factory=dict,
        description="Own prices, by key of the table of unit costs, each with price year and "
        "currency; they change what things cost and nothing that happens.",
    )
    budget: Budget = Field(
        default=Budget(), description="Posts, and what there is to spend in a year."
    )
    people_rows: tuple[PersonRow, ...] = Field(
        default=(),
        description=PEOPLE_ROWS_MEANING,
    )
    changes: tuple[Change, ...] = Field(
        default=(),
        description="What changes over time, by week: levers, staff, place and posts; people keep "
        "their identity.",
    )

    @property
    def fitted_variant(self) -> str:
        """Name of the variant as the evidence names its draws; empty for the fit itself."""
        return "" if self.variant == "none" else self.variant
