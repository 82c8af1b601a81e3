"""A stand-in for Telegram's Bot API server: real HTTP, small, fast, and as strict.

In a test, with any library that may be pointed at another server:

    async with BotApi() as api:
        phone = api.phone(1001, "Citizen")      # a person with the app
        ...                                     # start the bot on api.url with api.token
        await phone.say("/start")
        await phone.expect("Welcome")
        await phone.press("File a petition")

The server keeps what every chat shows (`Chat.messages`, dicts as the Bot API sends them), the
files, and a log of all calls; `BotApi.fault` makes it fail as the real one does at times.

For benchmarks it runs in a process of its own, `python -m standins.botapi --port 8081` in
`tests/`, steered over HTTP: see `Control`.

Where the real server's limits aren't known exactly, the stricter reading is taken: text is
counted in UTF-16 units. Plain text only: a `parse_mode` is refused, loudly.
"""

from __future__ import annotations

from standins.botapi.chats import Chat as Chat
from standins.botapi.chats import buttons_of as buttons_of
from standins.botapi.common import LONG as LONG
from standins.botapi.common import TOKEN as TOKEN
from standins.botapi.common import Json as Json
from standins.botapi.phone import Phone as Phone
from standins.botapi.server import BotApi as BotApi
