"""The command line: `petition-bot …`."""

from __future__ import annotations

import io
import sys

from bot.cli.base import app
from storage.own import keep_from_others

# Each adds its commands; `--help` shows them in this order.
from bot.cli import running, keeping, desks, rules, telling  # isort: skip

__all__ = ["app", "desks", "keeping", "main", "rules", "running", "telling"]


def main() -> None:
    """The program: what it makes is its owner's alone, and what a terminal can't show stops
    nothing."""
    keep_from_others()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    app()
