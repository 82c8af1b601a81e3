"""Desks and who sits at them; the poster."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.base import app, console, errors, lang, spoken
from petitions.errors import BadSetting

staff = typer.Typer(no_args_is_help=True, help="Desks of the office and who sits at them.")
app.add_typer(staff, name="staff")


@staff.command("list")
@spoken
def staff_list() -> None:
    """Every desk, its unit and role, and whether somebody sits at it."""
    from rich.table import Table

    from bot.office_files import load_office
    from bot.opening import open_current
    from bot.settings import load_settings
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

    from bot.office_files import load_office
    from bot.opening import open_current
    from bot.settings import load_settings
    from petitions.case import staffing
    from petitions.values.person import Role
    from petitions.verbs import seating
    from petitions.verbs.units import units_now
    from petitions.words import say
    from storage.records import Records

    settings = load_settings()
    if role not in list(Role):
        raise BadSetting("bad.role", role=role, roles=", ".join(Role))
    office, database = load_office(settings.office), open_current(settings)

    def invite(book: Records) -> tuple[str, bool]:
        office.reshape(*units_now(book))
        alone = not staffing.seconds(book, office)
        token = seating.invite(book, office, unit or office.bureau, Role(role), name,
                               datetime.now(UTC), alone=alone)  # fmt: skip
        return token, alone

    token, alone = database.write_now(lambda c: invite(Records(c, database.ring)))
    errors.print(say(lang(), "cli.staff_alone" if alone else "cli.staff_waits"), highlight=False)
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
    from bot.office_files import load_office
    from bot.settings import load_settings
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


@staff.command("history")
@spoken
def staff_history() -> None:
    """The desks that were given: to whom, by whom, who said yes, what was ended: oldest first."""
    from bot.office_files import load_office
    from bot.opening import open_current
    from bot.settings import load_settings
    from petitions.telling import staffing
    from petitions.verbs.units import units_now
    from storage.records import Records

    settings = load_settings()
    office, database = load_office(settings.office), open_current(settings)

    def lines(book: Records) -> list[str]:
        office.reshape(*units_now(book))
        return [staffing.line(book, office, one, lang()) for one in book.staff_history()[::-1]]

    for line in database.read_now(lambda c: lines(Records(c, database.ring))):
        console.print(line, highlight=False, soft_wrap=True)
    database.close()


@staff.command("revoke")
@spoken
def staff_revoke(id: Annotated[int, typer.Argument(help="Desk id from `staff list`.")]) -> None:
    """End a desk: its chat is a citizen's again, its open cases are the unit's."""
    from datetime import UTC, datetime

    from bot.office_files import load_office
    from bot.opening import open_current
    from bot.settings import load_settings
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
