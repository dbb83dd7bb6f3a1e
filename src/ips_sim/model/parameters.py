"""What nobody knows exactly: the parameters of the rules, one field each.

Values, units, ranges, origins and meanings are data (``evidence/data/model_parameters.csv``); a
test says that both lists agree.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parameters:
    """One value for each parameter; `ips_sim.evidence.parameters` says what each means."""

    site_spread_of_labour_market: float
    site_spread_of_finding: float
    site_spread_of_keeping: float
    site_spread_of_other_help: float
    site_spread_of_staff_skill: float
    reference_age_years: float
    reference_history_years: float
    reference_symptoms: float
    reference_unemployment_share: float
    reference_protection_index: float
    unemployment_floor_share: float
    history_tied_to_finding: float
    work_history_spread: float
    spread_of_finding: float
    spread_of_keeping: float
    history_on_work: float
    age_on_work: float
    substance_use_on_work: float
    legal_history_on_work: float
    interest_that_is_a_work_goal: float
    vacancies_at_start: float
    job_hours_mean: float
    job_hours_sd: float
    day_jobs_share: float
    jobs_with_people_share: float
    symptoms_return_per_week: float
    symptoms_noise: float
    symptoms_in_relapse: float
    symptoms_on_relapse: float
    substance_use_on_relapse: float
    recovery_per_week: float
    admission_per_relapse_week: float
    hospital_stay_mean_weeks: float
    early_response: float
    most_contacts_per_seeker: float
    hours_per_employer_contact: float
    new_job_weeks: float
    half_hours: float
    experience_half_weeks: float
    beginner_share_of_skill: float
    alliance_at_start: float
    alliance_half_hours: float
    alliance_per_week: float
    skill_per_training_week: float
    hope_per_training_week: float
    skill_per_working_week: float
    skill_on_finding: float
    skill_on_task: float
    symptoms_on_finding: float
    fear_on_finding: float
    own_search_odds: float
    help_on_own_search: float
    preparing_on_own_search: float
    set_aside_work_on_own_search: float
    own_offer_odds: float
    stigma_on_offer: float
    stigma_with_advocate: float
    protection_on_hiring: float
    protection_on_dismissal: float
    contact_offer_odds: float
    trust_on_offer: float
    trust_without_disclosure: float
    trust_gained_per_visit: float
    trust_lost_by_bad_ending: float
    visits_remembered: float
    finding_in_contacts: float
    staff_skill_on_offer: float
    interest_on_contact: float
    acceptance_base: float
    preferences_on_acceptance: float
    fear_on_acceptance: float
    wish_on_hours: float
    hours_near_wish_share: float
    fear_that_keeps_hours_down: float
    weeks_per_month: float
    temporary_job_mean_weeks: float
    newness_half_weeks: float
    newness_on_problems: float
    preferences_on_keeping: float
    symptoms_on_problems: float
    cut_on_problems: float
    cut_on_benefit_problems: float
    problem_odds: float
    weight_getting_there: float
    weight_task: float
    weight_people: float
    weight_symptoms: float
    weight_benefits: float
    weight_accommodation: float
    weight_something_better: float
    relapse_on_symptom_problems: float
    solving_odds: float
    support_on_solving: float
    team_on_solving: float
    plan_on_solving: float
    trust_on_solving: float
    problem_ends_job_per_week: float
    dismissed_over_performance: float
    dismissed_over_conduct: float
    lay_off_per_week: float
    better_offer_odds: float
    bad_ending_on_interest: float
    interest_fades_per_week: float
    interest_returns_per_week: float
    interest_floor_share: float
    plan_on_fear: float
    plan_on_reporting: float
    unreported_share: float
    months_until_overpayment_is_found: float
    cut_on_fear: float
    cut_shock_kept_per_month: float
    leaving_site_per_week: float
    dropout_odds: float
    alliance_on_dropout: float
    interest_on_dropout: float
    outreach_on_dropout: float
    symptoms_on_dropout: float
    team_on_dropout: float
    working_on_dropout: float
    agreed_closing_per_week: float
    coming_back_per_week: float
