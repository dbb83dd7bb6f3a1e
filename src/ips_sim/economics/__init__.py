"""Prices over the quantities that the model counted.

`prices` holds unit costs in one price year, `costs` turns quantities per person into
``programme_cost_usd``, ``health_cost_usd`` and ``qalys``.  Nothing here needs another run.
"""
