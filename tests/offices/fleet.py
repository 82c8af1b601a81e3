"""Offices of several real processes, forked from a warm parent: starting one takes no second."""

from __future__ import annotations

import multiprocessing
import os
import socket
import sys
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import typer

AWAY = 3
"""How a process ends whose database is away when it starts; a service manager starts it again."""
WARM = ["bot.wiring", "bot.cli", "telegramchat.courier", "offices.fleet"]
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(WARM)


def serve(given: dict[str, Any]) -> None:
    """One process of an office, until it is stopped."""
    from bot import logs
    from bot.cli import base, running
    from bot.settings import load_settings

    sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - as long as the process
    try:
        base.spoken(lambda: logs.set_up_logs(False) or running.serve(load_settings(**given)))()
    except typer.Exit as refused:
        sys.exit(refused.exit_code)


class Fleet:
    """Processes that share a data folder, a database and a bot."""

    def __init__(self, folder: Path, **given: Any) -> None:
        self.given = {"data_dir": folder, "web_port": 0, **given}
        self.running: list[ForkServerProcess] = []

    def start(self, **given: Any) -> ForkServerProcess:
        """One more process."""
        process = CONTEXT.Process(target=serve, args=(self.given | given,))
        process.start()
        self.running.append(process)
        return process

    def kill(self, process: ForkServerProcess) -> None:
        """`kill -9`."""
        process.kill()
        process.join()
        self.running.remove(process)

    def stop(self) -> None:
        """End all, the way an office is stopped."""
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.join(15)
        self.running.clear()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])
