"""The parts that every command has: the program, its console, refusals in words."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from typing import Any

import typer
from rich.console import Console
from sqlalchemy.exc import DBAPIError

from petitions.errors import BadSetting, NotYet, PetitionError
from petitions.telling.ports import OutOfReach
from petitions.words import APART, DEFAULT, known, say
from storage.database import out_of_reach

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Petitions (信访事项) by chat.")
console = Console()
errors = Console(stderr=True)


def lang() -> str:
    """The operator's language."""
    return known(os.environ.get("LANG", "").split(".")[0]) or DEFAULT


def spoken(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command whose refusals are read as sentences, not as stack traces."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except (DBAPIError, OutOfReach) as error:
            if not out_of_reach(error):
                raise
            for one in APART:
                errors.print(say(one, "bad.database_away"), highlight=False)
            raise typer.Exit(3) from None
        except BadSetting as error:
            for one in APART:
                errors.print(error.sentence(one), highlight=False)
            raise typer.Exit(3 if isinstance(error, NotYet) else 2) from None
        except PetitionError as error:
            errors.print(error.sentence(lang()), highlight=False)
            raise typer.Exit(1) from None

    return run
