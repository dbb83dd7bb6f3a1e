"""Runs the command line as ``python -m ips_sim.cli``."""

from ips_sim.cli import main

if __name__ == "__main__":
    main()
