"""One answer to a question of a form, on the page: how far it goes through the program, how many
statements it needs, what it costs.

    python benchmarks/answer.py [--tree PATH] [--people 200]

`--tree`: another working copy of the program, an older one too. The client runs in the same
process, alike for every tree, so that differences are the program's.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

WORDS = {
    "facts": "小区楼下的工地每天夜里施工到两点，已经一个月，老人和孩子都睡不好。",
    "request": "请让工地夜里停工。",
    "place": "云川市和平路",
}
WRITES = ("INSERT", "UPDATE", "DELETE")


class Watch:
    """Calls of the program's own functions, and statements by transaction, while it is on."""

    def __init__(self, tree: Path) -> None:
        self._tree, self.on = f"{tree}/", False
        self.files: Counter[str] = Counter()
        self.transactions: list[list[str]] = []

    def call(self, frame: FrameType, event: str, arg: Any) -> None:
        if self.on and event == "call":
            file = frame.f_code.co_filename
            if file.startswith(self._tree) and "/.venv/" not in file and "/benchmarks/" not in file:
                self.files[file] += 1

    def told(self) -> dict[str, Any]:
        some = [one for one in self.transactions if one]
        return {
            "calls": sum(self.files.values()),
            "files": len(self.files),
            "transactions": len(some),
            "writing": sum(any(s.startswith(WRITES) for s in one) for one in some),
            "statements": sum(map(len, some)),
        }

    def begun(self, connection: Any) -> None:
        if self.on:
            self.transactions.append([])

    def statement(self, _connection: Any, _cursor: Any, statement: str, *more: Any) -> None:
        if self.on and not statement.startswith(("PRAGMA", "BEGIN", "SAVEPOINT", "RELEASE")):
            self.transactions[-1].append(statement)


async def visitor(http: Any, base: str) -> Any:
    """Somebody new on the page, at the first question of a petition."""

    async def post(path: str, **body: Any) -> dict[str, Any]:
        async with http.post(f"{base}/{path}", json={"key": uuid.uuid4().hex, **body}) as response:
            assert response.status == 200, await response.text()
            return dict(await response.json())

    await post("enter", lang="zh", start="")
    await post("say", text="/new")
    async with http.get(f"{base}/log") as response:
        lines = (await response.json())["lines"]
    for line in lines:
        for button in (b for row in line.get("buttons", ()) for b in row):
            if button["text"].startswith("同意"):
                await post("press", message=line["id"], data=button["data"])
                return post
    return post


async def measure(tree: Path, people: int) -> dict[str, Any]:
    """Without people the path of one answer; else the processor time of many."""
    import aiohttp
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    watch = Watch(tree)
    if not people:
        threading.setprofile(watch.call)
        sys.setprofile(watch.call)
        event.listen(Engine, "begin", watch.begun)
        event.listen(Engine, "before_cursor_execute", watch.statement)
    try:
        from bot.wiring import build
    except ImportError:  # an older tree
        from bot.app import build  # type: ignore[attr-defined,no-redef]
    from bot.settings import load_settings

    with tempfile.TemporaryDirectory() as folder:
        app = build(load_settings(data_dir=folder, web_port=0, visitor_rate=100000,
                                  address_rate=1000000, address_visitors=100000))  # fmt: skip
        await app.start(ticking=False)
        base = f"http://127.0.0.1:{app.port}/api/me"

        async def someone() -> tuple[Any, Any]:
            http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
            return http, await visitor(http, base)

        found = {"processor ms": await costs(someone, people)} if people else {}
        if not people:
            for _ in range(3):  # the last one counts: what is made once was made for the others
                http, post = await someone()
                await post("say", text=WORDS["facts"])
                watch.files.clear()
                watch.transactions.clear()
                watch.on = True
                await post("say", text=WORDS["request"])
                watch.on = False
                await http.close()
            sys.setprofile(None)
        await app.stop()
    return found if people else watch.told()


async def costs(someone: Any, people: int) -> float:
    """Processor time of one answer, client and server; the median of all people's."""
    spent = []
    for _ in range(people):
        http, post = await someone()
        began = time.process_time()
        for words in WORDS.values():
            await post("say", text=words)
        spent.append((time.process_time() - began) / len(WORDS) * 1000)
        await http.close()
    return round(statistics.median(spent), 2)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--tree", type=Path, default=Path(__file__).parent.parent)
    asked.add_argument("--people", type=int, default=200)
    asked.add_argument("--part", choices=("path", "cost"), help=argparse.SUPPRESS)
    given = asked.parse_args()
    tree = given.tree.resolve()
    if given.part is None:  # each in a process of its own: to watch calls costs time
        for part in ("path", "cost"):
            subprocess.run([sys.executable, __file__, "--tree", tree, "--people",
                            str(given.people), "--part", part], check=True)  # fmt: skip
        return
    sys.path.insert(0, str(tree))
    people = given.people if given.part == "cost" else 0
    print(json.dumps(asyncio.run(measure(tree, people))))


if __name__ == "__main__":
    main()
