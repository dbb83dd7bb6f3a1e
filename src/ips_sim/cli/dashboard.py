"""The command that serves pages to a browser: dashboard."""

from __future__ import annotations

from typing import Annotated

import typer


def dashboard(
    host: Annotated[
        str,
        typer.Option(
            help="Where to listen; anything but the default lets other machines in, without a "
            "password and unencrypted."
        ),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes one that is free.")] = 8765,
    browser: Annotated[bool, typer.Option(help="Open the first page.")] = True,
) -> None:
    """Try, watch, compare and price scenarios in a browser, without a network."""
    from ips_sim.dashboard.server import serve

    serve(host, port, open_browser=browser, say=typer.echo)
