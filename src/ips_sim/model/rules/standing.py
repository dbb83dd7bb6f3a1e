"""Where people stand, as the plain numbers that fields hold.

Rules that everyone meets every week compare with these.  They are the members of the enumerations
in :mod:`ips_sim.model.entities`; but before Python 3.12 looking up a member takes the interpreter
longer than everything else in a comparison, and a week asks some forty times.
"""

from __future__ import annotations

from ips_sim.model.entities import Benefit, Ending, Problem, Service, Tier, Work

NOT_YET_REFERRED = Service.NOT_YET_REFERRED.value
WAITING = Service.WAITING.value
PREPARING = Service.PREPARING.value
SERVED = Service.SERVED.value
NOT_ADMITTED = Service.NOT_ADMITTED.value
DISENGAGED = Service.DISENGAGED.value
TRANSFERRED = Service.TRANSFERRED.value
GONE = Service.GONE.value

NO_WORK = Work.NONE.value
SHELTERED = Work.SHELTERED.value
TRANSITIONAL = Work.TRANSITIONAL.value
COMPETITIVE = Work.COMPETITIVE.value

NO_BENEFIT = Benefit.NONE.value
TAPERED = Benefit.TAPERED.value
CLIFF = Benefit.CLIFF.value

NO_PROBLEM = Problem.NONE.value
SOMETHING_BETTER = Problem.SOMETHING_BETTER.value
NO_ENDING = Ending.NONE.value
QUIT = Ending.QUIT.value

TROUBLE = Tier.TROUBLE.value
NEW_JOB = Tier.NEW_JOB.value
SEARCH = Tier.SEARCH.value
KEEP_IN_TOUCH = Tier.KEEP_IN_TOUCH.value

NOBODY = -1
"""The row of no person, specialist or employer."""
