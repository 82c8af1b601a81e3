"""Updates and their delivery: asked for, or by a webhook."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter, deque
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp

from standins.botapi.common import AT_ONCE, BEYOND, MAX_POLL, UNASKED, Json, Refused

if TYPE_CHECKING:
    from standins.botapi.stats import Stats
    from standins.botapi.wire import Wire


def chat_of(update: Json) -> int:
    """The chat an update comes from; 0: none."""
    for what in update.values():
        if isinstance(what, dict):
            found = what.get("chat") or what.get("message", {}).get("chat") or {}
            return int(found.get("id", 0))
    return 0


class Updates:
    """What the bot has yet to confirm, in order, and the one call waiting for more."""

    def __init__(self, stats: Stats) -> None:
        self._stats = stats
        self._waiting: deque[tuple[Json, float]] = deque()
        self._next_id = 870_000_001
        self.forgets = True
        """Whether what was confirmed isn't sent again; a faulty server or a proxy's cache may."""
        self._allowed: list[str] = []
        self.hook: Hook | None = None
        self.posted: list[Json] = []
        """What was given to the webhook."""
        self._poll: tuple[Wire, int] | None = None
        self._timer: asyncio.Handle | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, content: Json) -> Json:
        """Queue an update under a new id, unless the bot has asked for others only."""
        update = {"update_id": 0, **content} | {"update_id": self._next_id}
        self._next_id += 1
        self.again(update)
        return update

    def again(self, update: Json) -> None:
        """Queue an update under the id it has."""
        if self.hook:
            self.posted.append(update)
        kind = next((key for key in update if key != "update_id"), "")
        if kind in self._allowed or (not self._allowed and kind not in UNASKED):
            if self.hook:
                self._stats.served(chat_of(update), time.perf_counter())
                self.hook.post(update)
                return
            self._waiting.append((update, time.perf_counter()))
            if self._poll:
                self._wake(0)

    def clear(self) -> None:
        self._waiting.clear()

    @property
    def is_asked(self) -> bool:
        """Whether a getUpdates call waits for something to tell."""
        return self._poll is not None

    def renumber(self, first: int) -> None:
        """The next update gets this number, and the following ones those after it: what Telegram
        does after a week without updates, when all has been fetched."""
        self._waiting.clear()
        self._next_id = first

    def hang_on(self, hook: Hook | None, allowed: list[str] | None = None) -> None:
        """Post updates from now on, or keep them for the asking again."""
        if self.hook:
            left = self.hook.stop()
            self._waiting.extend((update, time.perf_counter()) for update in left)
        self.hook = hook
        if hook:
            self._allowed = allowed or self._allowed
            for update, _ in self._waiting:
                hook.post(update)
            self._waiting.clear()

    def poll(self, wire: Wire, params: Json) -> None:
        """Answer a getUpdates call, now or when there is something to tell."""
        if not wire.open:
            return
        if self.hook:
            reason = "Conflict: can't use getUpdates method while webhook is active"
            wire.reply_json(409, Refused(409, reason).body)
            return
        if self._poll:
            self._refuse_older()
        if "allowed_updates" in params:
            self._allowed = list(params["allowed_updates"] or ())
        self._confirm(int(params.get("offset") or 0))
        self._poll = wire, min(max(int(params.get("limit") or 100), 1), 100)
        wait = min(int(params.get("timeout") or 0), MAX_POLL)
        if self._waiting or not wait:
            self._deliver()
        else:
            self._wake(wait)

    def hang_up(self, wire: Wire) -> None:
        """The caller has gone; what it would have been told stays here."""
        if self._poll and self._poll[0] is wire:
            self._poll = None
            if self._timer:
                self._timer.cancel()

    def _confirm(self, offset: int) -> None:
        """Forget what lies before the offset, unless that is none of these numbers: beyond the
        next ones, as it was before they began anew."""
        if offset < 0:
            offset = self._next_id + offset
        if not self.forgets or offset > self._next_id + BEYOND:
            return
        while self._waiting and self._waiting[0][0]["update_id"] < offset:
            self._waiting.popleft()

    def _wake(self, after: float) -> None:
        """Deliver after some seconds; after 0, with all that comes in the same moment."""
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(after, self._deliver)

    def _deliver(self) -> None:
        if self._timer:
            self._timer.cancel()
        if self._poll is None:
            return
        (wire, limit), self._poll = self._poll, None
        batch = [item for _, item in zip(range(limit), self._waiting, strict=False)]
        for update, since in batch:
            self._stats.served(chat_of(update), since)
        wire.reply_json(200, {"ok": True, "result": [update for update, _ in batch]})

    def _refuse_older(self) -> None:
        older, self._poll = self._poll, None
        if older:
            reason = "terminated by other getUpdates request; "
            reason += "make sure that only one bot instance is running"
            older[0].reply_json(409, Refused(409, f"Conflict: {reason}").body)


class Hook:
    """A webhook: each update is posted until it is taken, several at once."""

    def __init__(self, url: str, secret: str, doors: list[str], at_once: int = AT_ONCE) -> None:
        self.url = url
        self.secret = secret
        self.at_once = at_once
        """Calls under way at most; the others wait in the order of their updates."""
        self._free = asyncio.Semaphore(at_once)
        self.doors = doors
        """Addresses behind the one that was set, used in turn, as a reverse proxy would."""
        self.refused: Counter[int] = Counter()
        """Answers that weren't 2xx, by status; 0: nobody there."""
        self._turn = 0
        self._tasks: dict[asyncio.Task[None], Json] = {}
        head = {"X-Telegram-Bot-Api-Secret-Token": secret}
        self._http = aiohttp.ClientSession(headers=head)

    def post(self, update: Json) -> None:
        task = asyncio.create_task(self._post(update))
        self._tasks[task] = update
        task.add_done_callback(self._tasks.pop)

    async def _post(self, update: Json) -> None:
        for wait in itertools.count(1):
            async with self._free:
                if 200 <= await self._try(update) < 300:
                    return
            await asyncio.sleep(min(0.1 * wait, 1))

    async def _try(self, update: Json) -> int:
        self._turn += 1
        door = self.doors[self._turn % len(self.doors)]
        try:
            async with self._http.post(door + urlsplit(self.url).path, json=update) as answer:
                status = answer.status
        except aiohttp.ClientError:
            status = 0
        if not 200 <= status < 300:
            self.refused[status] += 1
        return status

    def stop(self) -> list[Json]:
        """End; gives what wasn't taken."""
        left = sorted(self._tasks.values(), key=lambda update: int(update["update_id"]))
        for task in self._tasks:
            task.cancel()
        self._closing = asyncio.create_task(self._http.close())
        return left
