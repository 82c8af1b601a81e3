"""The web courier: a notice becomes a line of the visitor's chat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from petitions.case.notices import Outcome
from petitions.errors import PetitionError, StoreAway
from petitions.message import FileRef, Message, Of
from petitions.telling.ports import Delivery, LogEntry, Tried, Vault, Visitors


class WebCourier:
    """Carries notices to the web chat (`petitions.ports.Courier`)."""

    def __init__(
        self, visitors: Visitors, vault: Vault, qr: Callable[[str, str], Awaitable[bytes]]
    ) -> None:
        self._visitors = visitors
        self._vault = vault
        self._qr = qr

    async def deliver(self, delivery: Delivery) -> Tried:
        """Write the line, or replace the one that holds the card."""
        chat = int(delivery.chat.address)
        of = _of(delivery)
        try:
            if delivery.replaces:
                line = await self._visitors.edit(
                    chat, int(delivery.replaces), await self._entry(delivery.message, ""), of
                )
                if line is None:
                    return Tried(Outcome.FAILED, reason="the card is gone")
                return Tried(Outcome.SENT, str(line.id))
            # The key makes a second try of the same notices the same line.
            key = "notice:" + "-".join(str(n.id) for n in delivery.notices[:20])
            line = await self._visitors.append(chat, await self._entry(delivery.message, key), of)
            return Tried(Outcome.SENT, str(line.id))
        except StoreAway:
            return Tried(Outcome.RETRY, reason="store")
        except PetitionError as error:
            return Tried(Outcome.FAILED, reason=error.key)

    async def _entry(self, message: Message, key: str) -> LogEntry:
        files = list(message.files)
        if message.qr:
            png = await self._qr("web", message.qr)
            files.append(await self._vault.keep(png, "qr.png", "image/png"))
        return LogEntry(
            who="office",
            text=message.text,
            buttons=[[_button(b.text, b.data, b.url) for b in row] for row in message.rows],
            files=[_file(f) for f in files],
            key=key,
        )


def _of(delivery: Delivery) -> Of:
    """The cases and forms that its notices are of."""
    cases = {delivery.message.case, *(n.case for n in delivery.notices)} - {0}
    drafts = {int(n.facts["draft"]) for n in delivery.notices if "draft" in n.facts}
    return Of(tuple(sorted(cases)), tuple(sorted(drafts)))


def _button(text: str, data: str, url: str) -> dict[str, str]:
    return {"text": text, "url": url} if url else {"text": text, "data": data}


def _file(file: FileRef) -> dict[str, object]:
    return {"id": file.id, "name": file.name, "mime": file.mime, "size": file.size}
