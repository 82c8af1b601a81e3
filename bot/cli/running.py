"""`run` and `demo`: the office at work until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import resource
import signal
from typing import Annotated, Any

import structlog
import typer

from bot.cli.base import app, console, lang, spoken
from bot.logs import set_up_logs
from petitions.errors import NotYet


@app.command()
@spoken
def run(
    only: Annotated[str, typer.Option(help="dialogs, web or reminders: this part alone.")] = "",
) -> None:
    """Start the office: the web page, and Telegram when a token is set."""
    from bot.settings import load_settings

    settings = load_settings(**({"only": only} if only else {}))
    set_up_logs(settings.log_json)
    serve(settings)


@app.command()
@spoken
def demo(port: Annotated[int, typer.Option(help="Port of the page.")] = 8080) -> None:
    """The sample office in the browser: a citizen beside an officer, a clock to move."""
    from bot.settings import load_settings

    settings = load_settings(demo=True, web_port=port, telegram_token="")
    set_up_logs(settings.log_json)
    serve(settings)


def serve(settings: Any) -> None:
    from bot.wiring import build

    _more_open_files()
    asyncio.run(_until_stopped(build(settings)))


def _more_open_files() -> None:
    """Each open page is an open file, and systems begin with few."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def _until_stopped(office: Any) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    try:
        await office.start()
    except OSError as error:
        port = office.settings.web_port
        raise NotYet("bad.port", port=port, why=error.strerror or error) from None
    where = f"http://{office.settings.web_host}:{office.port}/" if office.port else "…"
    if office.settings.log_json:
        structlog.get_logger().info("office.open", url=where)
    else:
        console.print(f"{office.office.name(lang())}  {where}")
    settle_memory()
    await stop.wait()
    await office.stop()


def settle_memory() -> None:
    """Take what was loaded for good out of the collector's rounds, and let them be rarer:
    walking it again and again costs a seventh of the processor under load."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
