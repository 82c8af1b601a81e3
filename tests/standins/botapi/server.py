"""The server."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from standins.botapi.common import TOKEN, Json, Refused, bad, log
from standins.botapi.control import Control
from standins.botapi.methods import METHODS, Method, Methods
from standins.botapi.updates import Hook
from standins.botapi.wire import Request, Wire

if TYPE_CHECKING:
    from standins.botapi.faults import Fault


class BotApi(Methods):
    """The server. Start it with `async with`, or `start` and `stop` (state stays over a stop)."""

    def __init__(
        self, token: str = TOKEN, *, keep_calls: bool = True, history: int | None = None
    ) -> None:
        super().__init__(token, keep_calls=keep_calls, history=history)
        self._control = Control(self)

    async def __aenter__(self) -> BotApi:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int | None = None) -> None:
        """Listen on a port (none given: the same as before, at first a free one)."""
        if (before := self._hung) is not None:
            again = Hook(before.url, before.secret, before.doors, before.at_once)
            self.updates.hang_on(again)
            self._hung = None
        loop = asyncio.get_running_loop()
        chosen = self.port if port is None else port
        self._server = await loop.create_server(lambda: Wire(self), "127.0.0.1", chosen)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Close the port and every connection, also those waiting for updates; what people say
        meanwhile waits."""
        if self.updates.hook:
            self._hung = self.updates.hook
            self.updates.hang_on(None)
        if self._server:
            self._server.close()
            for wire in list(self.wires):
                wire.drop()
            await self._server.wait_closed()
            self._server = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self, wire: Wire, request: Request) -> None:
        """Answer one HTTP request."""
        root, _, rest = request.path.lstrip("/").partition("/")
        if root == "control":
            self._control.serve(wire, rest, request)
        elif root.startswith("bot") and self._known(wire, root[3:]):
            self._call(wire, rest, request)
        elif root == "file":
            bot, _, path = rest.partition("/")
            if self._known(wire, bot[3:]):
                self._download(wire, path)
        else:
            wire.reply_json(404, Refused(404, "Not Found").body)

    def _known(self, wire: Wire, token: str) -> bool:
        if token == self.token:
            return True
        shaped = re.fullmatch(r"\d+:.+", token)
        refusal = Refused(401, "Unauthorized") if shaped else Refused(404, "Not Found")
        wire.reply_json(refusal.code, refusal.body)
        return False

    def _call(self, wire: Wire, method: str, request: Request) -> None:
        name, work = METHODS.get(method.lower(), ("", None))
        try:
            if work is None:
                raise Refused(404, "Not Found: method not found")
            params = request.params()
        except Refused as refusal:
            self._reply(wire, refusal)
            return
        except ValueError:
            self._reply(wire, bad("can't parse the request"))
            return
        self.stats.calls[name] += 1
        if self._keep_calls:
            self.calls.append((name, params))
        fault = self._next_fault(name, self._chat_in(params)) if self.faults else None
        if fault is None or not self._fail(wire, fault):
            self._carry_out(wire, name, work, params, fault)

    def _fail(self, wire: Wire, fault: Fault) -> bool:
        """Answer with the fault; False when the call is to be carried out all the same."""
        if fault.kind == "drop":
            wire.drop()
        elif fault.kind == "502_html":
            wire.reply(502, b"<html><title>502 Bad Gateway</title></html>", "text/html")
        elif refusal := fault.refusal():
            self._reply(wire, refusal)
        else:
            return False
        return True

    def _carry_out(
        self, wire: Wire, name: str, work: Method, params: Json, fault: Fault | None
    ) -> None:
        loop = asyncio.get_running_loop()
        if name == "getUpdates":
            if fault and fault.kind == "drop_after":
                wire.drop()
            elif fault:
                loop.call_later(fault.seconds, self.updates.poll, wire, params)
            else:
                self.updates.poll(wire, params)
            return
        answer = self._answer(work, params)
        if fault is None:
            self._reply(wire, answer)
        elif fault.kind == "drop_after":
            wire.drop()
        elif fault.kind == "odd":
            self._reply(wire, {"ok": True, "result": {"odd": 1}})
        else:
            loop.call_later(fault.seconds, self._reply, wire, answer)

    def _answer(self, work: Method, params: Json) -> Json | Refused:
        try:
            return {"ok": True, "result": work(self, params)}
        except Refused as refusal:
            return refusal
        except Exception:
            log.exception("the stand-in itself failed")
            return Refused(500, "Internal Server Error: the stand-in failed, see its log")

    def _reply(self, wire: Wire, answer: Json | Refused) -> None:
        if isinstance(answer, Refused):
            self.stats.refused[answer.code] += 1
            wire.reply_json(answer.code, answer.body)
        else:
            wire.reply_json(200, answer)

    def _next_fault(self, method: str, chat_id: int | None) -> Fault | None:
        for fault in self.faults:
            if fault.fits(method, chat_id):
                fault.times -= 1
                return fault
        return None

    def _chat_in(self, params: Json) -> int | None:
        """The chat a call concerns, also when it names only a press made there."""
        pressed = self.pressed.get(params.get("callback_query_id", ""))
        return pressed[1] if pressed else params.get("chat_id")

    def _download(self, wire: Wire, path: str) -> None:
        self.stats.calls["download"] += 1
        fault = self._next_fault("download", None)
        if fault and self._fail(wire, fault):
            return
        stored = self.files.at(path)
        if stored is None:
            self._reply(wire, Refused(404, "Not Found"))
        elif fault and fault.kind == "late":
            loop = asyncio.get_running_loop()
            loop.call_later(fault.seconds, wire.reply, 200, stored.content, stored.mime)
        else:
            wire.reply(200, stored.content, stored.mime)
