"""The compiled driver: the same rules over arrays, by numba.

Importing this package makes numba, imported later, compute the same everywhere.
"""

from ips_sim.model.compiled.cache import switch_svml_off

switch_svml_off()
