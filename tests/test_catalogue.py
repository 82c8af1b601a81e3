"""The catalogue names commands that exist, and every command of an officer is somewhere in it."""

from __future__ import annotations

import re
from pathlib import Path

from typer.main import get_command

from bot.cli.base import app
from handlers.routes import COMMANDS

TEXT = (Path(__file__).parent.parent / "docs" / "catalogue.md").read_text("utf-8")
EVERYWHERE = {"start", "my", "cancel", "lang", "notices", "find"}
"""Commands that serve no single mechanism."""


def test_its_commands_exist() -> None:
    named = set(re.findall(r"`/([a-z]+)`", TEXT))
    assert named <= COMMANDS.keys()
    known = set(getattr(get_command(app), "commands", {}))
    assert set(re.findall(r"`petition-bot ([a-z]+)", TEXT)) <= known


def test_every_command_serves_something() -> None:
    named = set(re.findall(r"`/([a-z]+)`", TEXT))
    assert COMMANDS.keys() - EVERYWHERE <= named
