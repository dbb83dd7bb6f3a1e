"""The compiled driver: the same rules over arrays, by numba."""
