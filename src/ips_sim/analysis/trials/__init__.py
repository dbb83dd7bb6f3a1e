"""Virtual trials: all designs simulated, pooled figures computed, both held against evidence."""
