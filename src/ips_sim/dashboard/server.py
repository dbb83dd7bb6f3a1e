"""Serving the pages: this machine alone unless told otherwise, and never anything fetched."""

from __future__ import annotations

import os
import threading
import warnings
import webbrowser
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ips_sim.dashboard.jobs import file_of, forget_all
from ips_sim.runs.errors import RunError

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.types import ASGIApp, Receive, Scope, Send

APP = "ips_sim.dashboard.pages"
"""The module whose routes are served."""
_NAMES_OF_LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")
MOST_MESSAGE_BYTES = 2_000_000
"""Of what a browser may send at once; an upload is smaller still."""
_LIBRARIES = ("solara", "solara_assets", "uvicorn")
_TITLE = "ips-sim"
_NO_SUCH_PAGE = (
    '<!DOCTYPE html><html lang="en"><meta name="viewport" content="width=device-width">'
    '<title>ips-sim</title><p>There is no such page; <a href="/">What if</a> is the first one.</p>'
)

# Set before Solara is loaded, which reads them then.
_SETTINGS = {
    "SOLARA_APP": APP,
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
    "SOLARA_ASSETS_PROXY": "true",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "false",
    "SOLARA_THEME_LOADER": "plain",
    "SOLARA_THEME_SHOW_BANNER": "false",
    "SOLARA_THEME_TITLE": _TITLE,
    "SOLARA_KERNEL_CULL_TIMEOUT": "1h",
    "SOLARA_KERNEL_MAX_COUNT": "60",
    "SOLARA_KERNEL_MAX_PER_SESSION": "20",
    "SOLARA_SESSION_HTTP_ONLY": "true",
    "SOLARA_CHECK_HOOKS": "off",
}


def check_installed() -> None:
    """Refuse to start without the extra's libraries.

    Raises
    ------
    RunError
        With the command that installs them.
    """
    if not all(map(find_spec, _LIBRARIES)):
        raise RunError(
            "the dashboard needs libraries that are not installed: install ips-sim with its extra, "
            "as in `pip install '.[dashboard]'`"
        )


def made_app(hosts: Sequence[str] = ()) -> Starlette:
    """Make the web application: Solara's own pages and files from this machine's disk.

    Parameters
    ----------
    hosts
        Names under which the pages may be asked for; any, if there are none.
    """
    os.environ.update(_SETTINGS)
    warnings.filterwarnings("ignore", "Cookies with samesite=none")  # on loopback there is no need
    from solara.server import settings
    from solara.server import starlette as theirs
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.gzip import GZipMiddleware
    from starlette.requests import Request
    from starlette.responses import FileResponse, HTMLResponse, Response
    from starlette.routing import Mount, Route
    from starlette.staticfiles import StaticFiles

    if not (settings.assets.proxy_cache_dir / "@widgetti").is_dir():
        raise RunError(
            f"{settings.assets.proxy_cache_dir} has no files for the pages: install solara-assets "
            "once more"
        )
    look = Path(__file__).with_name("look.css").read_text(encoding="utf-8")

    async def page(request: Request) -> Response:
        """Let Solara write the page, and people enlarge it and hear its language."""
        response: Response = await theirs.root(request)
        text = bytes(response.body).decode()
        text = text.replace("<html>", '<html lang="en">', 1)
        text = text.replace("</head>", f"<style>{look}</style></head>", 1)
        text = text.replace(", maximum-scale=1, user-scalable=no, minimal-ui", "", 1)
        made = HTMLResponse(text, response.status_code)
        made.raw_headers += [one for one in response.raw_headers if one[0] == b"set-cookie"]
        return made

    async def result(request: Request) -> Response:
        """Hand out a file of a visitor's own result."""
        path = file_of(request.path_params["token"], request.path_params["name"])
        return FileResponse(path) if path else HTMLResponse("There is no such result.", 404)

    async def nowhere(request: Request, error: Exception) -> Response:
        return HTMLResponse(_NO_SUCH_PAGE, HTTPStatus.NOT_FOUND)

    # Solara would fetch a file that is not there from the internet; here it is not found.
    own = {"/": page, "/{fullpath}": page, "/{fullpath:path}": page}
    left_out = ("/resourcez", "/_solara/api/evict/{kernel_id}")
    routes: list[Any] = [
        Route("/results/{token}/{name}", result),
        Route("/favicon.ico", lambda _: Response(status_code=204)),  # reports ask for it
    ]
    for route in theirs.routes:
        path = route.path
        if path in left_out:
            continue
        if path == "/_solara/cdn":
            files = StaticFiles(directory=settings.assets.proxy_cache_dir)
            routes.append(Mount(path, app=files))
        else:
            routes.append(Route(path, own[path]) if path in own else route)
    guard = Middleware(_SameOrigin, hosts=hosts)
    # On this machine, making things smaller takes longer than handing them over.
    theirs_kept = [one for one in theirs.middleware if not (hosts and one.cls is GZipMiddleware)]

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with theirs.lifespan(app):
            # Not before: while it starts, Solara can't bear that others import.
            threading.Thread(target=_warm_up, daemon=True).start()
            yield

    return Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[guard, *theirs_kept],
        exception_handlers={HTTPStatus.NOT_FOUND: nowhere},
    )


class _SameOrigin:
    """Refuses what other pages make a browser ask for, and names that only look like this machine.

    Parameters
    ----------
    app
        What is guarded.
    hosts
        Names under which the pages may be asked for; any, if there are none.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and not self._is_ours(scope):
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
                return
            head = {"type": "http.response.start", "status": 403, "headers": []}
            await send(head)
            await send({"type": "http.response.body", "body": b"Not from this page."})
            return
        await self._app(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        said = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host, origin = said.get(b"host", ""), said.get(b"origin")
        name = host.rpartition(":")[0] or host
        if self._hosts and name not in self._hosts:
            return False
        return origin is None or origin.partition("://")[2] == host


def serve(host: str, port: int, *, open_browser: bool, say: Callable[[str], None]) -> None:
    """Serve the pages until Ctrl-C.

    Parameters
    ----------
    host
        The address to listen at; other machines reach only one that is not loopback.
    port
        0 for one that is free.
    open_browser
        Whether to show the first page.
    say
        Told where the pages are.

    Raises
    ------
    RunError
        If libraries are missing, or the address can't be listened at.
    """
    check_installed()
    # Solara would otherwise keep a folder in that of the user.
    with TemporaryDirectory(prefix="ips-sim-") as home:
        os.environ["SOLARA_HOME"] = home
        try:
            _served(host, port, open_browser, say)
        finally:
            forget_all()


def _served(host: str, port: int, open_browser: bool, say: Callable[[str], None]) -> None:
    import uvicorn

    is_local = host in _NAMES_OF_LOOPBACK
    config = uvicorn.Config(
        made_app(_NAMES_OF_LOOPBACK if is_local else ()),
        host=host,
        port=port,
        log_level="warning",
        ws_max_size=MOST_MESSAGE_BYTES,
        ws_per_message_deflate=not is_local,
        timeout_graceful_shutdown=2,
    )
    try:
        socket = _listening(host, port)
    except OSError as error:
        raise RunError(
            f"nothing can be served at {host}, port {port}: {error.strerror or error}"
        ) from None
    name = host if ":" not in host else f"[{host}]"
    address = f"http://{name}:{socket.getsockname()[1]}/"
    say(f"The dashboard is at {address} until Ctrl-C.")
    if open_browser:
        threading.Timer(1.0, webbrowser.open, [address]).start()
    uvicorn.Server(config).run(sockets=[socket])


def _listening(host: str, port: int) -> Any:
    import socket

    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind(address)
        made.listen()  # so that who is told the address waits, and is not refused
    except OSError:
        made.close()
        raise
    return made


def _warm_up() -> None:
    """Compile the rules and draw the first picture before anybody asks for it."""
    from ips_sim.dashboard.asked import Asked
    from ips_sim.dashboard.visitor import AGAINST_FIRST
    from ips_sim.dashboard.worlds import seen

    seen((Asked().text(), Asked().beside(Asked(AGAINST_FIRST))))
