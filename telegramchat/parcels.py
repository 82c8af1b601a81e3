"""Files sent beside the words, by either of the two libraries. A file that can't be sent is named,
and stops no other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import structlog

from petitions import words
from petitions.errors import PetitionError, StoreAway
from petitions.hearing import Parcel, Zip
from petitions.telling.ports import OutOfReach

log = structlog.get_logger()


class RefusedFile(Exception):
    """Telegram has read a file and won't have it in this form, whatever is done again."""


class Post(Protocol):
    """One chat, by one of the libraries."""

    @property
    def down(self) -> tuple[type[Exception], ...]:
        """The errors it raises when the line is down, whatever was to be sent."""
        ...

    async def say(self, text: str) -> None:
        """Send a text."""
        ...

    async def send(self, way: str, name: str, content: bytes | Zip) -> None:
        """Send a file in one of the ways `photo`, `voice`, `document`. Raises Refused."""
        ...


async def send_all(parcels: Iterable[Parcel], post: Post, lang: str) -> None:
    """Make and send parcels one after the other, each for itself."""
    for parcel in parcels:
        try:
            content = await opened(parcel, lang)
        except StoreAway as error:
            content = error.sentence(lang)
        await pass_on(parcel, content, post, lang)


async def opened(parcel: Parcel, lang: str) -> bytes | str:
    """A parcel's bytes; of one that can't be made, what is said of it. Raises StoreAway,
    OutOfReach."""
    if parcel.zips:
        return b""
    try:
        return await parcel.make()
    except (StoreAway, OutOfReach):
        raise
    except Exception as error:
        return _why(error, lang)


async def pass_on(parcel: Parcel, content: bytes | str, post: Post, lang: str) -> None:
    """Send a parcel that was opened, or the words why it can't be had."""
    said = content if isinstance(content, str) else await _sent(parcel, content, post, lang)
    if said:
        await post.say(f"{parcel.name}\n{said}")


async def _sent(parcel: Parcel, content: bytes, post: Post, lang: str) -> str:
    """Send it; empty, or why it can't be had."""
    try:
        if not parcel.zips:
            await _as_suits(parcel, content, post)
            return ""
        async with parcel.zips() as zips:
            for one in zips:
                await post.send("document", one.name, one)
        return ""
    except RefusedFile as error:
        log.warning("parcel.refused", why=str(error))
        return words.say(lang, "bad.file_refused")
    except Exception as error:
        if isinstance(error, (*post.down, OutOfReach)):
            raise  # the line is down, not this file
        return _why(error, lang)


async def _as_suits(parcel: Parcel, content: bytes, post: Post) -> None:
    """The way that suits it; where Telegram won't have it so, as it is. Raises Refused."""
    if parcel.way != "document":
        try:
            await post.send(parcel.way, parcel.name, content)
            return
        except RefusedFile as error:
            log.info("parcel.as_document", way=parcel.way, why=str(error))
    await post.send("document", parcel.name, content)


def _why(error: Exception, lang: str) -> str:
    if isinstance(error, PetitionError):
        return error.sentence(lang)
    log.error("parcel.not_made", error=type(error).__name__, exc_info=error)
    return words.say(lang, "bad.file_not_made")
