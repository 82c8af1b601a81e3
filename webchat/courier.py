"""The web courier: a notice becomes lines of the visitor's chat."""

from __future__ import annotations

from dataclasses import replace

from petitions.case.notices import Outcome
from petitions.errors import PetitionError, StoreAway
from petitions.hearing import Dresser
from petitions.logged import ChatLog, LogEntry, LoggedEntry
from petitions.message import Of
from petitions.telling.ports import Delivery, Tried, Vault, Visitors
from webchat import CHANNEL
from webchat.mouth import entries, held


class WebCourier:
    """Carries notices to the web chat (`petitions.telling.ports.Courier`)."""

    def __init__(self, visitors: Visitors, vault: Vault, dresser: Dresser) -> None:
        self._visitors = visitors
        self._vault = vault
        self._dresser = dresser

    async def deliver(self, delivery: Delivery) -> Tried:
        """Write the lines, or replace the one that holds the card."""
        try:
            lines = await self._lines(delivery)
        except StoreAway:
            return Tried(Outcome.RETRY, reason="store")
        try:
            return await self._written(delivery, lines)
        except PetitionError as error:
            return Tried(Outcome.FAILED, reason=error.key)

    async def _lines(self, delivery: Delivery) -> list[LogEntry]:
        """The notice's words, its files beside the last of them, and what can't be had. The keys
        make a second try of the same notices the same lines."""
        lang = delivery.chat.lang
        key = "notice:" + "-".join(str(n.id) for n in delivery.notices[:20])
        dressed = self._dresser.dress(delivery.message, CHANNEL, lang)
        before = [f"{key}.{n}" for n in range(1, len(dressed.texts))]
        *first, last = entries(dressed, [*before, key])
        missing = []
        for n, parcel in enumerate(dressed.parcels):
            files, said = await held(self._vault, parcel, lang, _of(delivery).cases, patient=False)
            last.files.extend(files)
            missing += [LogEntry("office", said, key=f"{key}.f{n}")] if said else []
        return [*first, last, *missing]

    async def _written(self, delivery: Delivery, lines: list[LogEntry]) -> Tried:
        chat, of, shown = int(delivery.chat.address), _of(delivery), ""
        if delivery.replaces:
            card = replace(lines[0], key="")
            id = int(delivery.replaces)
            line = await self._visitors.within(lambda lines: _replaced(lines, chat, id, card, of))
            self._visitors.wake(chat)
            if line is None:
                return Tried(Outcome.FAILED, reason="the card is gone")
            return Tried(Outcome.SENT, str(line.id))
        for entry in lines:
            line = await self._visitors.append(chat, entry, of)
            shown = str(line.id) if entry.buttons or not shown else shown
        return Tried(Outcome.SENT, shown)


def _replaced(lines: ChatLog, chat: int, id: int, card: LogEntry, of: Of) -> LoggedEntry | None:
    """The card anew; None where it was taken from the chat while the notice was on its way."""
    line = lines.get(chat, id)
    return lines.edit(chat, id, card, of) if line and line.entry.text else None


def _of(delivery: Delivery) -> Of:
    """The cases and forms that its notices are of."""
    cases = {delivery.message.case, *(n.case for n in delivery.notices)} - {0}
    drafts = {int(n.facts["draft"]) for n in delivery.notices if "draft" in n.facts}
    return Of(tuple(sorted(cases)), tuple(sorted(drafts)))
