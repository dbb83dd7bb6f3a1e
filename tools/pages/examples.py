"""Python examples of the pages; each is run where its page is written."""

from __future__ import annotations

COMPARE = """\
import ips_sim

comparison = ips_sim.compare("ips", "traditional")
print(comparison)"""

PARAMETER = """\
import ips_sim

as_it_is = ips_sim.simulate("ips")
without = ips_sim.simulate("ips", overrides={"parameters.support_on_solving": 0.0})
for result in (as_it_is, without):
    print(f"{result.people['weeks_worked'].mean():.2f} weeks worked")"""

STEP = """\
import ips_sim

model = ips_sim.IPSModel(ips_sim.load_scenario("ips"), seed=1)
while model.week < 13:
    model.step()
person = max(model.seekers, key=lambda seeker: seeker.employer_contacts)
print(f"person {person.row}: {person.employer_contacts} employer contacts in {model.week} weeks")
print(f"interest in work was {person.interest_at_entry:.2f} and is {person.interest:.2f}")
print(model.datacollector.get_model_vars_dataframe()["work_competitive"].tail(1))"""

SUBCLASS = """\
import ips_sim


class Hesitant(ips_sim.JobSeeker):
    def search_alone(self):
        if self.model.week % 2 == 0:
            super().search_alone()


for kind in (ips_sim.JobSeeker, Hesitant):
    seekers = {"job_seeker": kind}
    result = ips_sim.simulate("ips", draws=1, replicates=2, driver="mesa", agents=seekers)
    print(kind.__name__, f"{result.people['employed_ever'].mean():.1%} found work")"""

SWEEP = """\
import ips_sim

made = ips_sim.sweep(
    {
        "title": "Caseloads",
        "base": "ips",
        "factors": {"programme.caseload_limit": [15, 25, 40]},
        "outcomes": ["employed_ever", "weeks_worked"],
        "replicates": 50,
    }
)
print(made)"""
