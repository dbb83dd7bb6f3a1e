"""Prices and perspectives over the quantities that the model counted.

`prices` holds unit costs in one price year, `costs` turns quantities per person into
``programme_cost_usd``, ``health_cost_usd`` and ``qalys``, `perspectives` sets one programme against
another.  Nothing here needs another run.
"""
