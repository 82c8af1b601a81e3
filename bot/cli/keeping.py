"""Everything that is kept: backups, keys, receipts, the history, retention, the tables."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.base import app, console, lang, spoken
from bot.logs import set_up_logs

kept = typer.Typer(no_args_is_help=True, help="What happened, and proof that nobody changed it.")
app.add_typer(kept, name="history")
ring = typer.Typer(no_args_is_help=True, help="The keys that seal what people write.")
app.add_typer(ring, name="keys")
slips = typer.Typer(no_args_is_help=True, help="Signed receipts.")
app.add_typer(slips, name="receipt")


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
    """A new key; everything is sealed again with it, while the office runs. A sealing begun with
    the newest and not ended is gone on with; names everything that can't be opened, and fails."""
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
    """Data past their time, by rule; with --apply they are let go. May be stopped at any moment."""
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
    from bot.opening import open_database
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

    set_up_logs(False)
    quick = dict.fromkeys(("visitor_rate", "address_rate", "address_visitors"), 10**6)
    asyncio.run(play(load_settings(telegram_token="", **quick), file, limit, console))
