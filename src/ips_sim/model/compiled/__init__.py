"""The compiled driver: the same rules over arrays, by numba.

Importing this package imports numba, with its cache where :mod:`.cache` puts it.
"""

from ips_sim.model.compiled.cache import prepare

CACHE = prepare()
"""What was found where compiled code is kept; said before numba is imported."""
