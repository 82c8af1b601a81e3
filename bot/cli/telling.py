"""Figures, and what the office says by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.base import app, console, lang, spoken

shown = typer.Typer(no_args_is_help=True, help="Figures, from the history alone.")
app.add_typer(shown, name="figures")
told = typer.Typer(no_args_is_help=True, help="What the office says by itself.")
app.add_typer(told, name="reminders")


def _operator() -> Any:
    from bot.reminding import Operator

    return Operator(lang(), console)


@shown.command("rebuild")
@spoken
def figures_rebuild(
    check: Annotated[
        bool, typer.Option("--check", help="Compare only; fails where anything differs.")
    ] = False,
) -> None:
    """Count everything anew from the history, and hold what was published against it."""
    from bot.figuring import rebuild

    raise typer.Exit(rebuild(check, lang(), console))


@shown.command("report")
@spoken
def figures_report(
    period: Annotated[str, typer.Argument(help="2026, 2026-Q3, 2026-10, 2026-W41, a day.")],
    folder: Annotated[Path, typer.Argument(file_okay=False, help="Where to.")] = Path(),
) -> None:
    """A period's bulletin as files, whether it was published or not: text, picture, table; of a
    year the annual report (art. 41)."""
    from bot.figuring import report

    report(period, folder, lang(), console)


@told.command("due")
@spoken
def reminders_due(
    hours: Annotated[int, typer.Option(min=0, max=24 * 400, help="How far ahead.")] = 24,
) -> None:
    """The notices that wait to be said, the overdue first."""
    _operator().due(hours)


@told.command("plan")
@spoken
def reminders_plan(case: Annotated[str, typer.Argument(help="The case's number.")]) -> None:
    """Everything said and to be said of a case, and the coming rungs of its clocks."""
    _operator().plan(case)


@told.command("retry")
@spoken
def reminders_retry(notice: Annotated[int, typer.Argument(help="Its number.")]) -> None:
    """Say a notice again that failed, was blocked, cancelled, or whose outcome is unknown."""
    _operator().retry(notice)


@told.command("cancel")
@spoken
def reminders_cancel(notice: Annotated[int, typer.Argument(help="Its number.")]) -> None:
    """Don't say a notice that waits."""
    _operator().cancel(notice)


@told.command("check")
@spoken
def reminders_check() -> None:
    """The self-check: everything must be 0; fails otherwise."""
    raise typer.Exit(_operator().check())


@told.command("ladder")
@spoken
def reminders_ladder() -> None:
    """The reminders for limits of six lengths: for whom, and when (docs/alerts.md)."""
    from petitions.law.calendar import calendar as days_of
    from petitions.law.regulation import regulation as rules
    from petitions.printed.alert_doc import document

    found = rules()
    print(document(found, days_of(found.calendar)), end="")
