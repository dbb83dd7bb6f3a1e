"""Experiments: many points around one scenario, swept or analysed for what drives outcomes."""
