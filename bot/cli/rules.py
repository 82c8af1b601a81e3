"""The regulation, the table, what a day is; a case played through."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.base import app, console, lang, spoken

days = typer.Typer(no_args_is_help=True, help="Lists of days off.")
app.add_typer(days, name="calendar")


@app.command()
@spoken
def regulation(
    profile: Annotated[str, typer.Argument(help="cn-2022, town; default: the office's own.")] = "",
) -> None:
    """Every limit, reason, way and document of the rules, each with its article."""
    from bot.office_files import load_office
    from bot.rules import show_regulation
    from bot.settings import load_settings
    from petitions.law.regulation import law

    own = load_office(load_settings().office).law
    show_regulation(law(profile) if profile else own, lang(), console)


@app.command()
@spoken
def lifecycle() -> None:
    """The whole procedure as a document (docs/lifecycle.md)."""
    from petitions.law.regulation import law
    from petitions.printed.table_doc import document

    print(document(law()), end="")


@app.command("import")
@spoken
def import_(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX with headings.")],
    dry_run: Annotated[bool, typer.Option(help="Check every line, file none.")] = False,
    sheet: Annotated[list[str] | None, typer.Option(help="Read this sheet only.")] = None,
) -> None:
    """File petitions from a table, on behalf of their petitioners: all of its lines or none."""
    from bot.importing import command

    command(file, dry_run, sheet or ())


@app.command()
@spoken
def rights() -> None:
    """The rights matrix, as a document (docs/rights.md)."""
    from bot.office_files import load_office
    from petitions.printed.rights_doc import document

    print(document(load_office(None)), end="")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
@spoken
def deadline(
    context: typer.Context,
    start: Annotated[str, typer.Argument(help="The day of the event, such as 2026-02-02.")],
    limit: Annotated[str, typer.Argument(help="15d calendar days, 5wd working days.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="nominal, rolled, provisional, steps")
    ] = False,
    profile: Annotated[str, typer.Option(help="Whose days off: cn or weekends.")] = "cn",
) -> None:
    """When a limit ends, and why on that day. `--pause FROM TO` (repeatable): days that don't
    count, both included."""
    from bot.rules import read_pauses, show_deadline
    from bot.simulate import read_day
    from petitions.law.clocks import length

    show_deadline(
        read_day(start), length(limit), profile, read_pauses(context.args), as_json, lang(), console
    )


@app.command()
@spoken
def simulate(
    kind: Annotated[str, typer.Option(help="request, suggestion or accusation")] = "request",
    start: Annotated[str, typer.Option(help="The day of filing; default: today.")] = "",
    late: Annotated[
        str, typer.Option(help="A step nobody takes: pass_on, notify, answer, deliver")
    ] = "",
    end: Annotated[str, typer.Option(help="Another end of a request: refused, reviewed")] = "",
    number: Annotated[int, typer.Option("--days", min=1, max=400)] = 90,
    count: Annotated[bool, typer.Option("--count", help="Only how much is said.")] = False,
) -> None:
    """The next weeks of an imagined case, day by day: what falls due, who hears what."""
    from bot.rules import show_simulation

    asyncio.run(show_simulation(kind, start, late, end, number, count, lang(), console))


@days.command("import")
@spoken
def calendar_import(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="docs/calendar.md")],
) -> None:
    """Add a year's list of days off and count every running clock again."""
    from bot.rules import import_list

    import_list(file, lang(), console)


@days.command("check")
@spoken
def calendar_check() -> None:
    """Which years are known; fails when this one is missing, or the next from November on."""
    from bot.rules import check_lists

    raise typer.Exit(check_lists(lang(), console))
