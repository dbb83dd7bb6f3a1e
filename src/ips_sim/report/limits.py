"""What the model can't answer, said to everyone who reads a result."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """One question that a reader may have and the model does not answer."""

    question: str
    answer: str


LIMITS = (
    Limit(
        "What will happen to this person, or at this agency?",
        "The people here are made up: a crowd like the one described, not anyone's clients. "
        "Averages over many of them say something, one of them does not.",
    ),
    Limit(
        "Which principle of IPS does the work?",
        "Trials switch all of them at once and can't tell them apart. How strong each mechanism "
        "is here rests on single-principle studies where there are any and on judgement "
        "otherwise. Take what one principle brings as a hypothesis.",
    ),
    Limit(
        "Are the numbers true?",
        "Ranges of work hold luck, sites, parameters and how far the model missed trials that it "
        "had not seen. How far it misses health, costs, ways out and the time to a first job "
        "nobody has measured; there a mechanism that is missing or wrong is in no range.",
    ),
    Limit(
        "What comes after the follow-up?",
        "Nothing is said about careers, pensions or savings after the last week shown.",
    ),
    Limit(
        "Does work make people healthier?",
        "Work does not act on symptoms, relapse or admissions here, since the evidence is "
        "mixed. Hospital days differ only because mental health care responds earlier to "
        "relapses, and by how much is assumed. Quality-adjusted life years give work that a "
        "person likes a small value of its own, which is assumed and may be zero.",
    ),
    Limit(
        "What about everyone else's costs?",
        "Outcomes count specialists, training and workshop places, benefits plans, hospital days, "
        "benefits and taxes; a budget counts supervisors, overhead, travel, hiring, start-up and "
        "reviews besides. Community care is taken to be equal; housing, courts and family care are "
        "left out.",
    ),
    Limit(
        "What would it cost at our prices?",
        "Unit costs are defaults from published sources of the United States unless a scenario has "
        "its own. The commands budget and value keep quantities, so that other prices need "
        "no other run.",
    ),
    Limit(
        "What does a large programme do to the labour market?",
        "Jobs taken are jobs that others might have had, which is counted, but wages and the "
        "number of vacancies do not answer to it.",
    ),
    Limit(
        "Who is left behind?",
        "People differ in age, work and school history, illness and its length, limits of body "
        "and mind, substance use, criminal record, children, housing, transport, benefits, "
        "interest and preferences; how much most of these change is assumed. Gender, ethnicity, "
        "degrees and distance to care are not in the model, so nothing is said about them.",
    ),
    Limit(
        "How does one get a team to work like this?",
        "Fidelity is taken as given by the levers. Hiring, training and keeping a team at that "
        "quality is outside the model, except that specialists learn, leave and are replaced.",
    ),
)
