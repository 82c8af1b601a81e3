"""The stand-in as a process of its own."""

from __future__ import annotations

import argparse
import asyncio

from standins.botapi.common import TOKEN
from standins.botapi.server import BotApi


async def serve_alone(port: int, token: str, history: int) -> None:
    """Run until stopped, remembering little."""
    api = BotApi(token, keep_calls=False, history=history)
    await api.start(port)
    print(f"listening on {api.url}", flush=True)
    await asyncio.Event().wait()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="A stand-in for Telegram's Bot API server.")
    parser.add_argument("--port", type=int, default=8081, help="0: any free one")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--history", type=int, default=20, help="messages kept in each chat")
    given = parser.parse_args()
    try:
        asyncio.run(serve_alone(given.port, given.token, given.history))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
