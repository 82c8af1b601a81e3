"""An office that was lived in, and its command line."""

from __future__ import annotations

from pathlib import Path

from people import Office, Town, accepted, does, file_petition
from samples.traces import photo
from typer.testing import CliRunner, Result

from bot.cli import base
from files import traces
from offices import template

PHOTO = traces.without(photo())


async def lived_in(here: Town) -> None:
    """Cases, an attachment, an open form."""
    office = Office(here, "telegram")
    citizen = await here.citizen("telegram")
    await accepted(office, await file_petition(citizen))
    number = await file_petition(await here.citizen("telegram"))
    clerk = await office.at("city", "clerk")
    await does(clerk, number, "登记", "登记")
    await citizen.say("/my")
    await citizen.send_file(PHOTO, "now.jpg", "image/jpeg")


def bot(folder: Path, *args: str, lang: str = "zh", database: str = "") -> Result:
    """Run `petition-bot` as an operator who speaks this language."""
    url = database or template.known(folder / "petitions.sqlite3")
    env = {"PETITION_DATA_DIR": str(folder), "LANG": lang, "PETITION_DATABASE_URL": url}
    return CliRunner().invoke(base.app, list(args), env=env)
