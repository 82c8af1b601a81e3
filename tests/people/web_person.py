"""Somebody with the page, over its own routes."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import aiohttp

from bot.app import App
from people.chat import Refused, best, more, with_reason


class WebPerson:
    """Somebody with the page, over its own routes; a browser without the pictures."""

    channel = "web"
    silent = False

    def __init__(self, app: App, pane: str = "me") -> None:
        self.app = app
        self.base = f"http://127.0.0.1:{app.port}/api/{pane}"
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.lines: dict[int, dict[str, Any]] = {}
        self.entered: dict[str, Any] = {}

    async def enter(self, lang: str = "zh", start: str = "") -> None:
        self.entered = await self.post(
            "enter", {"lang": lang, "start": start, "key": uuid.uuid4().hex}
        )
        await self.refresh()

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        async with self.http.post(f"{self.base}/{path}", json=body) as response:
            found = await response.json()
            if response.status >= 400:
                raise Refused(response.status, found)
            return dict(found)

    async def refresh(self) -> None:
        async with self.http.get(f"{self.base}/log") as response:
            if response.status == 401:  # the session is over, or its login: the page shows nothing
                self.lines.clear()
                return
            for line in (await response.json())["lines"]:
                self.lines[line["id"]] = line

    async def say(self, text: str) -> str:
        said = await self._done("say", {"key": uuid.uuid4().hex, "text": text})
        return await with_reason(self, said)

    async def _done(self, path: str, body: dict[str, Any]) -> str:
        before = {id: line["seq"] for id, line in self.lines.items()}
        try:
            answer = await self.post(path, body)
        except Refused as refused:
            if refused.status != 401 or path != "say":
                raise
            self.lines.clear()  # the session was ended: as the page does, begin anew, then say it
            await self.enter()
            before = {id: line["seq"] for id, line in self.lines.items()}
            answer = await self.post(path, body)
        await self.refresh()
        fresh = [x for x in self._said() if before.get(x["id"]) != x["seq"]]
        return "\n".join([*(x["text"] for x in fresh), answer.get("toast") or ""])

    def _said(self) -> list[dict[str, Any]]:
        return [self.lines[id] for id in sorted(self.lines) if self.lines[id]["who"] == "office"]

    async def press(self, label: str) -> str:
        shown = [[b["text"] for row in x["buttons"] for b in row] for x in self._said()]
        if hidden := more(label, shown):
            await self._press(hidden)
        return await with_reason(self, await self._press(label))

    async def _press(self, label: str) -> str:
        shown = [
            (line["id"], b) for line in self._said() for row in line["buttons"] for b in row
            if "data" in b
        ]  # fmt: skip
        wanted = best(label, [b["text"] for _, b in shown])
        id, button = [s for s in shown if s[1]["text"] == wanted][-1]
        body = {"key": uuid.uuid4().hex, "message": id, "data": button["data"]}
        return await self._done("press", body)

    def buttons(self) -> list[str]:
        return [b["text"] for line in self._said() for row in line["buttons"] for b in row]

    async def expect(self, text: str) -> str:
        for _ in range(2400):
            await self.refresh()
            for line in reversed(self._said()):
                if text in line["text"]:
                    return str(line["text"])
            await asyncio.sleep(0.05)
        raise AssertionError(f"{text!r} not said; tail: {[x['text'] for x in self._said()[-4:]]}")

    async def send_file(self, content: bytes, name: str, mime: str, caption: str = "") -> str:
        form = aiohttp.FormData()
        form.add_field("key", uuid.uuid4().hex)
        form.add_field("caption", caption)
        form.add_field("kind", "document")
        form.add_field("file", content, filename=name, content_type=mime)
        before = {id: line["seq"] for id, line in self.lines.items()}
        async with self.http.post(f"{self.base}/file", data=form) as response:
            found = await response.json()
            if response.status >= 400:
                raise Refused(response.status, found)
        await self.refresh()
        fresh = [x for x in self._said() if before.get(x["id"]) != x["seq"]]
        return "\n".join(x["text"] for x in fresh)

    async def close(self) -> None:
        await self.http.close()
