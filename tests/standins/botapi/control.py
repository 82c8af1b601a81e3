"""Benchmarks: many people, steered over HTTP."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from typing import TYPE_CHECKING

from standins.botapi.chats import Chat, find_button
from standins.botapi.phone import press_update
from standins.botapi.texts import written

if TYPE_CHECKING:
    from standins.botapi.common import Json
    from standins.botapi.server import BotApi
    from standins.botapi.wire import Request, Wire


class Flood:
    """Many people going through the same steps, each waiting for the bot's answer.

    A step is a text (`{chat}` and `{n}` become the chat's id and the update's number) or
    `{"press": label or data}`; `*` presses the first button of the newest message. A chat whose
    button isn't there yet waits for the next message or edit. After the last step it begins
    again, or is done (`once`), until `updates` updates have been made.
    """

    def __init__(self, api: BotApi, plan: Json) -> None:
        self._api = api
        self._steps: list[str | Json] = plan["steps"]
        self._left = int(plan["updates"])
        self._limit = int(plan.get("outstanding", 0)) or 1 << 60
        self._once = bool(plan.get("once"))
        """Whether a chat that has taken all its steps is done."""
        self._mixed = bool(plan.get("mixed"))
        """Whether who has begun goes on before others begin: all steps are under way at any time,
        where otherwise everybody takes the first, then everybody the second."""
        self._rate = float(plan.get("rate", 0))
        """Updates a second, at most; 0: as fast as the answers come."""
        self._done = 0
        self._began = time.perf_counter()
        first = int(plan.get("first_chat", 10_000_000))
        users = [
            {"id": first + i, "is_bot": False, "first_name": "Citizen", "language_code": "zh-hans"}
            for i in range(int(plan["chats"]))
        ]
        self._ready = deque((user, api.private(user)) for user in users)
        self._step: Counter[int] = Counter()
        self._busy: dict[int, tuple[Json, Chat]] = {}
        self._stalled: dict[int, tuple[Json, Chat]] = {}
        self._timer: asyncio.Handle | None = None

    def report(self) -> Json:
        return {
            "made": self._done,
            "left": self._left,
            "outstanding": len(self._busy),
            "without_button": len(self._stalled),
            "waiting_in_queue": len(self._api.updates),
        }

    def start(self) -> None:
        self._api.on_sent = self.answered
        self.pump()

    def answered(self, chat: Chat) -> None:
        """The bot said something in a chat: its next step may come."""
        person = self._busy.pop(chat.id, None) or self._stalled.pop(chat.id, None)
        if person and not (self._once and self._step[chat.id] >= len(self._steps)):
            (self._ready.appendleft if self._mixed else self._ready.append)(person)
        if person:
            self.pump()

    def pump(self) -> None:
        """Make as many updates as may be made now."""
        while self._left and self._ready and len(self._busy) < self._limit:
            if self._rate and self._done >= self._rate * (time.perf_counter() - self._began):
                self._come_back()
                return
            self._take_step(*self._ready.popleft())

    def _come_back(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(0.002, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self.pump()

    def _take_step(self, user: Json, chat: Chat) -> None:
        update = self._update(self._steps[self._step[chat.id] % len(self._steps)], user, chat)
        if update is None:
            self._stalled[chat.id] = user, chat
            return
        self._step[chat.id] += 1
        self._left -= 1
        self._done += 1
        self._busy[chat.id] = user, chat
        self._api.updates.add(update)

    def _update(self, step: str | Json, user: Json, chat: Chat) -> Json | None:
        if isinstance(step, str):
            text = step.replace("{chat}", str(chat.id)).replace("{n}", str(self._done))
            return {"message": self._api.add_message(chat, user, written(text))}
        found = find_button(chat.messages.values(), step["press"])
        if found is None:
            return None
        number, data = found[0]["message_id"], found[1].get("callback_data", "")
        return press_update(self._api, user, chat, number, data)


class Control:
    """The routes for benchmarks, below `/control/`.

    - POST flood: `{"updates": [...]}`, queued as they are, or `{"updates": N, "chats": M,
      "steps": [...], "outstanding": K, "rate": a second, "once": …, "mixed": …, "first_chat": id}`
      (see `Flood`)
    - POST fault: the arguments of `BotApi.fault`
    - POST people: `{"first": id, "count": N}`: they and their chats exist from now on
    - POST doors: `{"doors": [...]}`, where a webhook's calls go in turn
    - POST reset: count from zero again
    - GET stats: calls by method, first and last send, latencies, progress of the flood
    - GET chat?chat_id=N: what that chat shows
    """

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._flood: Flood | None = None

    def serve(self, wire: Wire, route: str, request: Request) -> None:
        work = {
            "flood": self._start, "fault": self._fault, "reset": self._reset,
            "stats": self._stats, "chat": self._chat, "people": self._people,
            "doors": self._doors,
        }.get(route)  # fmt: skip
        try:
            body = work(request.params()) if work else None
        except (KeyError, TypeError, ValueError) as error:
            wire.reply_json(400, {"ok": False, "description": repr(error)})
            return
        wire.reply_json(404 if body is None else 200, body or {"ok": False})

    def _start(self, params: Json) -> Json:
        given = params["updates"]
        if isinstance(given, list):
            for update in given:
                self._know(update)
                self._api.updates.add(update)
            return {"ok": True, "queued": len(given)}
        self._flood = Flood(self._api, params)
        self._flood.start()
        return {"ok": True}

    def _know(self, update: Json) -> None:
        """The people and chats of updates made elsewhere exist from now on."""
        for what in update.values():
            if isinstance(what, dict):
                card = (what.get("message") or what).get("chat")
                if card:
                    self._api.chats.setdefault(card["id"], Chat(card))

    def _people(self, params: Json) -> Json:
        for i in range(params["first"], params["first"] + params["count"]):
            self._api.private({"id": i, "is_bot": False, "first_name": "Citizen"})
        return {"ok": True}

    def _fault(self, params: Json) -> Json:
        self._api.fault(**params)
        return {"ok": True}

    def _doors(self, params: Json) -> Json:
        self._api.doors = list(params["doors"])
        return {"ok": True}

    def _reset(self, params: Json) -> Json:
        self._api.stats.reset()
        return {"ok": True}

    def _stats(self, params: Json) -> Json:
        progress = {"flood": self._flood.report()} if self._flood else {}
        return {"ok": True, **self._api.stats.report(), **progress}

    def _chat(self, params: Json) -> Json:
        return {"ok": True, "messages": list(self._api.chats[params["chat_id"]].messages.values())}
