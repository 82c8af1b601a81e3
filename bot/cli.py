"""The command line: `petition-bot …`."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import io
import logging
import os
import re
import resource
import signal
import sys
import warnings
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer
from rich.console import Console
from sqlalchemy.exc import DBAPIError

from petitions.errors import BadSetting, NotYet, PetitionError
from petitions.telling.ports import OutOfReach
from petitions.words import APART, DEFAULT, known, say
from storage.database import out_of_reach
from storage.own import keep_from_others

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Petitions (信访事项) by chat.")
staff = typer.Typer(no_args_is_help=True, help="Desks of the office and who sits at them.")
app.add_typer(staff, name="staff")
days = typer.Typer(no_args_is_help=True, help="Lists of days off.")
app.add_typer(days, name="calendar")
kept = typer.Typer(no_args_is_help=True, help="What happened, and proof that nobody changed it.")
app.add_typer(kept, name="history")
ring = typer.Typer(no_args_is_help=True, help="The keys that seal what people write.")
app.add_typer(ring, name="keys")
slips = typer.Typer(no_args_is_help=True, help="Signed receipts.")
app.add_typer(slips, name="receipt")
shown = typer.Typer(no_args_is_help=True, help="Figures, from the history alone.")
app.add_typer(shown, name="figures")
told = typer.Typer(no_args_is_help=True, help="What the office says by itself.")
app.add_typer(told, name="reminders")
VALUES = re.compile(r"""[\n(<{\[%"'`]|: """)
"""Where the first value of a library's log line begins."""
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


def _logging(as_json: bool) -> None:
    """Log lines carry ids and codes, never what somebody wrote; those of libraries, too."""
    about = (
        structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso"),
        _short_error,
    )  # fmt: skip
    render: Any = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    )
    formatter = structlog.stdlib.ProcessorFormatter
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(
        processors=[formatter.remove_processors_meta, render],
        foreign_pre_chain=(_first_words, *about), use_get_message=False,
    ))  # fmt: skip
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    warnings.simplefilter("ignore")  # libraries quote in them what they were sent
    for name in ("aiogram", "apscheduler", "httpx"):
        logging.getLogger(name).setLevel(logging.ERROR)
    structlog.configure(
        processors=[*about, render], logger_factory=structlog.PrintLoggerFactory(sys.stderr)
    )


def _first_words(_logger: Any, _name: str, event: Any) -> Any:
    """What a library says, up to the first value it puts in: that may be what somebody wrote."""
    event["logger"] = event["_record"].name
    event["event"] = VALUES.split(event["event"], maxsplit=1)[0].strip()
    return event


def _short_error(_logger: Any, _name: str, event: Any) -> Any:
    """Where an error happened, without its text and the values of its frames: they may hold what
    somebody wrote."""
    error = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if isinstance(error, tuple):  # as libraries hand it on
        error = error[1]
        event["error"] = type(error).__name__
    if isinstance(error, BaseException):
        place = error.__traceback__
        while place and place.tb_next:
            place = place.tb_next
        if place:
            code = place.tb_frame.f_code
            event["at"] = f"{Path(code.co_filename).name}:{place.tb_lineno} {code.co_name}"
    return event


@app.command()
@spoken
def run(
    only: Annotated[str, typer.Option(help="dialogs, web or reminders: this part alone.")] = "",
) -> None:
    """Start the office: the web page, and Telegram when a token is set."""
    from bot.settings import load_settings

    settings = load_settings(**({"only": only} if only else {}))
    _logging(settings.log_json)
    _serve(settings)


@app.command()
@spoken
def demo(port: Annotated[int, typer.Option(help="Port of the page.")] = 8080) -> None:
    """The sample office in the browser: a citizen beside an officer, a clock to move."""
    from bot.settings import load_settings

    settings = load_settings(demo=True, web_port=port, telegram_token="")
    _logging(settings.log_json)
    _serve(settings)


def _serve(settings: Any) -> None:
    from bot.app import build

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


@app.command()
@spoken
def backup(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.")],
) -> None:
    """Back the office up while it runs: database and attachments, with check sums; keys apart."""
    from bot.keeping import back_up

    back_up(folder, lang(), console)


@app.command()
@spoken
def restore(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="A backup.")],
    drill: Annotated[bool, typer.Option("--drill", help="Only prove that it can be.")] = False,
) -> None:
    """Bring a backup back into an empty place, or prove it beside and throw that away; needs its
    keys, and fails where not all of it can be read."""
    from bot.keeping import bring_back

    raise typer.Exit(bring_back(folder, drill, lang(), console))


@ring.command("rotate")
@spoken
def keys_rotate(
    anew: Annotated[
        bool, typer.Option("--new", help="Another key, even where the last one isn't done.")
    ] = False,
) -> None:
    """A new key; everything is sealed again with it, while the office runs. What was begun with
    the newest and not ended is gone on with; names what can't be opened, and fails."""
    from bot.keeping import rotate

    raise typer.Exit(rotate(anew, lang(), console))


@ring.command("drop")
@spoken
def keys_drop(id: Annotated[int, typer.Argument(help="Its number.")]) -> None:
    """Take an old key out of the file, once nothing is sealed with it any more."""
    from bot.keeping import drop

    drop(id, lang(), console)


@ring.command("next")
@spoken
def keys_next() -> None:
    """Print the keys with a new one, to be put into a vault before `keys rotate`; secret."""
    from bot.keeping import next_keys

    next_keys(console)


@ring.command("move")
@spoken
def keys_move(
    to: Annotated[
        Path | None, typer.Argument(help="The new file; default: where it ought to lie.")
    ] = None,
) -> None:
    """Carry the key file out of the data folder; then start the office again."""
    from bot.keeping import move_keys

    move_keys(to, lang(), console)


@slips.command("verify")
@spoken
def receipt_verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The file.")],
    key: Annotated[str, typer.Option(help="The office's public key; default: this one's.")] = "",
) -> None:
    """Check a signed receipt, without network or database; fails where it doesn't hold."""
    from bot.keeping import check_receipt

    raise typer.Exit(check_receipt(file, key, lang(), console))


@slips.command("key")
@spoken
def receipt_key() -> None:
    """The public keys that receipts are checked with, the newest first: publish them."""
    from bot.keeping import public_keys

    for key, until in public_keys():
        console.print(f"{key}  {until}".rstrip(), soft_wrap=True)


@app.command()
@spoken
def retention(
    apply: Annotated[bool, typer.Option("--apply", help="Let it go; otherwise only say.")] = False,
    as_document: Annotated[
        bool, typer.Option("--document", help="Print docs/retention.md instead.")
    ] = False,
) -> None:
    """What has had its time, by rule; with --apply it is let go. May be stopped at any moment."""
    if as_document:
        from petitions.printed.retention_doc import document
        from storage.tables import fates_of_all

        print(document(fates_of_all()), end="")
        return
    from bot.retaining import retain

    retain(apply, lang(), console)


@kept.command("verify")
@spoken
def history_verify() -> None:
    """Hold every case's history, words and status against its hash chain; names what is broken,
    and fails."""
    from bot.keeping import verify

    raise typer.Exit(verify(lang(), console))


@app.command()
@spoken
def migrate(
    to: Annotated[
        str, typer.Option(help="Copy everything into this empty database, with check sums.")
    ] = "",
) -> None:
    """Bring the database's schema up to date; or move the office to another database."""
    if to:
        from bot.keeping import move

        move(to, lang(), console)
        return
    from bot.app import open_database
    from bot.settings import load_settings
    from storage import addresses
    from storage.migrate import current
    from storage.migrate import migrate as upgrade

    database = open_database(load_settings())
    before = current(database.engine)
    upgrade(database.engine)
    addresses.seal(database.engine, database.ring)
    console.print(f"{before or '-'} → {current(database.engine)}")
    database.close()


@app.command()
@spoken
def replay(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSON lines.")],
    limit: Annotated[int, typer.Option(help="How many at most; 0: all.")] = 0,
) -> None:
    """File real messages through the real handlers, answer and follow each one."""
    from bot.replay import replay as play
    from bot.settings import load_settings

    _logging(False)
    quick = dict.fromkeys(("visitor_rate", "address_rate", "address_visitors"), 10**6)
    asyncio.run(play(load_settings(telegram_token="", **quick), file, limit, console))


@staff.command("list")
@spoken
def staff_list() -> None:
    """Every desk, its unit and role, and whether somebody sits at it."""
    from rich.table import Table

    from bot.app import open_current
    from bot.settings import load_office, load_settings
    from storage.records import Records

    settings = load_settings()
    office, database = load_office(settings.office), open_current(settings)
    found = database.read_now(lambda c: list(Records(c, database.ring).officers()))
    table = Table("id", "unit", "role", "name", "chat")
    for officer in found:
        seat = str(officer.chat) if officer.chat else "—"
        unit = office.unit_name(officer.unit, lang())
        table.add_row(str(officer.id), unit, str(officer.role), officer.name, seat)
    console.print(table)
    database.close()


@staff.command("invite")
@spoken
def staff_invite(
    role: Annotated[str, typer.Option(help="clerk, handler, supervisor or administrator")],
    unit: Annotated[str, typer.Option(help="Unit id of the office file; default: bureau")] = "",
    name: Annotated[str, typer.Option(help="What colleagues call the desk.")] = "",
) -> None:
    """A one-time link that makes a chat this officer's."""
    from datetime import UTC, datetime

    from bot.app import open_current
    from bot.settings import load_office, load_settings
    from petitions.values.person import Role
    from petitions.verbs import seating
    from storage.records import Records

    settings = load_settings()
    if role not in list(Role):
        raise BadSetting("bad.role", role=role, roles=", ".join(Role))
    office, database = load_office(settings.office), open_current(settings)
    token = database.write_now(
        lambda c: seating.invite(
            Records(c, database.ring), office, unit or office.bureau, Role(role), name,
            datetime.now(UTC),
        )
    )  # fmt: skip
    console.print(f"{settings.page_url}/chat?start=i_{token}", soft_wrap=True)
    console.print(f"start=i_{token}", soft_wrap=True)
    if settings.telegram_token:
        console.print(f"Telegram: /start i_{token}", soft_wrap=True)
    database.close()


@app.command()
@spoken
def poster(
    unit: Annotated[str, typer.Argument(help="Unit id of the office file.")],
    file: Annotated[Path, typer.Argument(help="The PDF to write.")],
) -> None:
    """A poster whose QR code opens the form with this unit's place filled in (扫码自助登记)."""
    from bot.settings import load_office, load_settings
    from papers.pdf import pdf
    from petitions.message import Sheet
    from petitions.words import say

    settings = load_settings()
    office = load_office(settings.office)
    found, lang = office.unit(unit), office.languages[0]
    lines = (say(lang, "poster.how"), "", office.front.name(lang), office.front.phone)
    sheet = Sheet(file.name, say(lang, "poster.title"), found.name(lang), lines,
                  f"p_{found.id}", say(lang, "poster.scan"))  # fmt: skip
    file.write_bytes(pdf(sheet, f"{settings.page_url}/chat?start={sheet.qr}"))
    console.print(str(file), soft_wrap=True)


@staff.command("revoke")
@spoken
def staff_revoke(id: Annotated[int, typer.Argument(help="Desk id from `staff list`.")]) -> None:
    """End a desk: its chat is a citizen's again, its open cases are the unit's."""
    from datetime import UTC, datetime

    from bot.app import open_current
    from bot.settings import load_office, load_settings
    from petitions.case import parting
    from petitions.errors import Unknown
    from storage.records import Records

    settings = load_settings()
    office, database = load_office(settings.office), open_current(settings)

    def end(book: Records) -> None:
        one = book.officer(id)
        if one is None:
            raise Unknown("bad.no_desk")
        parting.unseat(book, office, one, "ended", datetime.now(UTC))

    database.write_now(lambda c: end(Records(c, database.ring)))
    database.close()


@app.command()
@spoken
def regulation(
    profile: Annotated[str, typer.Argument(help="cn-2022, town; default: the office's own.")] = "",
) -> None:
    """Every limit, reason, way and document of the rules, each with its article."""
    from bot.rules import show_regulation
    from bot.settings import load_office, load_settings
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
    """Who may do what, as a document (docs/rights.md)."""
    from bot.settings import load_office
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
    number: Annotated[int, typer.Option("--days", min=1, max=400)] = 90,
) -> None:
    """The next weeks of an imagined case, day by day: what falls due, who hears what."""
    from bot.rules import show_simulation

    asyncio.run(show_simulation(kind, start, late, number, lang(), console))


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
    """What waits to be said, the overdue first."""
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
    """Who is reminded when, for limits of six lengths (docs/alerts.md)."""
    from petitions.law.calendar import calendar as days_of
    from petitions.law.regulation import regulation as rules
    from petitions.printed.alert_doc import document

    found = rules()
    print(document(found, days_of(found.calendar)), end="")


def main() -> None:
    """The program: what it makes is its owner's alone, and what a terminal can't show stops
    nothing."""
    keep_from_others()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    app()


if __name__ == "__main__":
    main()
