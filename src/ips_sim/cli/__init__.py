"""The command line: one short function per command.

The module ``commands`` lists them all and names the module of each. A command imports what it
needs when it runs, so that ``--help`` and ``check`` stay light.
"""

from ips_sim.cli.commands import app, main

__all__ = ["app", "main"]
