"""A person with the app."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from standins.botapi.chats import Chat, buttons_of, describe, find_button, in_topic, unnested
from standins.botapi.common import LONG, MAX_TEXT, Event, Json
from standins.botapi.texts import captioned, units, written

if TYPE_CHECKING:
    from standins.botapi.server import BotApi


class Phone:
    """A person with Telegram. What they do becomes an update for the bot, and is returned."""

    def __init__(self, api: BotApi, user: Json) -> None:
        self._api = api
        self.user = user
        self.chat = api.private(user)
        self.chat.watchers.append(self)
        self.answers: list[Json] = []
        """Answers to this person's presses, as the bot gave them."""
        self._news: list[Event] = []
        self._told = 0
        self._acted = 0
        self._bell = asyncio.Event()

    # What is seen

    @property
    def id(self) -> int:
        return int(self.user["id"])

    @property
    def messages(self) -> list[Json]:
        """What the chat with the bot shows now, oldest first: both sides, edits applied."""
        return list(self.chat.messages.values())

    @property
    def received(self) -> list[Json]:
        """What the chat shows of the bot's messages."""
        return [message for message in self.messages if message.get("from") is self._api.me]

    @property
    def last(self) -> Json:
        """The bot's newest message."""
        if not self.received:
            raise AssertionError(f"the bot has said nothing; the chat:\n{self.chat.tail()}")
        return self.received[-1]

    @property
    def alerts(self) -> list[str]:
        """The texts of answers to presses, those that had one."""
        return [answer["text"] for answer in self.answers if answer.get("text")]

    @property
    def spinning(self) -> list[str]:
        """This person's presses the bot has not answered: their buttons still show a clock."""
        mine = (q for q, (user, _) in self._api.pressed.items() if user == self.id)
        return [query for query in mine if query not in self._api.answers]

    def buttons(self, message: Json | None = None) -> list[str]:
        """The labels under a message; none given: under the newest one that has any."""
        if message is not None:
            return [button["text"] for button in buttons_of(message)]
        labelled = (self.buttons(message) for message in reversed(self.messages))
        return next((labels for labels in labelled if labels), [])

    def notice(self, kind: str, what: Json) -> None:
        """The server tells what changed in a chat this person follows."""
        if kind == "answer":
            self.answers.append(what)
        self._news.append((kind, what))
        self._bell.set()

    async def wait(self, n: int = 1, timeout: float = LONG) -> list[Event]:  # noqa: ASYNC109
        """All that came since the last `wait` or `expect`, when it is at least `n` messages,
        edits or answers to presses."""

        def enough() -> bool:
            return len(self._news) - self._told >= n

        await self._until(enough, timeout, lambda: f"only {len(self._news) - self._told} of {n}")
        news = self._news[self._told :]
        self._told = len(self._news)
        return news

    async def expect(
        self, substring: str, timeout: float = LONG,  # noqa: ASYNC109
        *, fresh: bool = False, chat: Chat | None = None,
    ) -> Json:  # fmt: skip
        """The bot's newest message (text or caption) that contains this, as soon as it is shown.

        `fresh`: only if it came or changed since this person last did something.
        """
        shown = chat or self.chat

        def found() -> Json | None:
            new = [what for _, what in self._news[self._acted :]] if fresh else None
            for message in reversed(shown.messages.values()):
                said = message.get("text") or message.get("caption") or ""
                by_bot = message.get("from", self._api.me) is self._api.me
                if by_bot and substring in said and (new is None or message in new):
                    return message
            return None

        await self._until(lambda: found() is not None, timeout, lambda: repr(substring), shown)
        self._told = len(self._news)
        message = found()
        assert message is not None
        return message

    async def _until(
        self, done: Callable[[], bool], patience: float, wanted: Callable[[], str],
        chat: Chat | None = None,
    ) -> None:  # fmt: skip
        end = time.perf_counter() + patience
        while not done():
            self._bell.clear()
            try:
                await asyncio.wait_for(self._bell.wait(), max(end - time.perf_counter(), 0))
            except TimeoutError:
                tail = (chat or self.chat).tail()
                reason = f"not seen in {patience} s: {wanted()}; the chat:\n{tail}"
                raise AssertionError(reason) from None

    # What is done

    async def say(self, text: str, reply_to: int | Json | None = None) -> Json:
        """Write to the bot."""
        return self._post(self.chat, self._words(text), reply_to)

    async def say_in_group(
        self, group: Chat | int, text: str, reply_to: int | Json | None = None, topic: int = 0
    ) -> Json:
        """Write in a group, or in a topic of a forum; from then on this person also notices what
        the bot says there."""
        chat = group if isinstance(group, Chat) else self._api.group(group)
        if self not in chat.watchers:
            chat.watchers.append(self)
        return self._post(chat, in_topic(chat, topic) | self._words(text), reply_to)

    async def press(self, wanted: str, message: Json | None = None) -> Json:
        """Press the button with this label or data: on the newest message that has it, or on
        the one given, as it is shown now. A button of the reply keyboard says its text."""
        chat = self._api.chats[message["chat"]["id"]] if message else self.chat
        shown = list(chat.messages.values())
        if message:
            shown = [m for m in shown if m["message_id"] == message["message_id"]]
        found = find_button(shown, wanted)
        if found is None:
            return await self._press_below(wanted, shown)
        if "callback_data" not in found[1]:
            raise AssertionError(f"{wanted!r} opens {found[1].get('url')!r}: no press to send")
        return await self.forge(found[1]["callback_data"], found[0]["message_id"], chat)

    async def _press_below(self, wanted: str, shown: list[Json]) -> Json:
        """Press on the reply keyboard."""
        below = [button["text"] for row in self.chat.keyboard for button in row]
        if wanted in below:
            return await self.say(wanted)
        lines = [describe(message) for message in shown if self.buttons(message)]
        seen = "\n".join([*lines, f"  keyboard: {below}"])
        raise AssertionError(f"no button {wanted!r} is shown; visible are:\n{seen}")

    async def forge(self, data: str, message_id: int, chat: Chat | None = None) -> Json:
        """Send any data as if a button had been pressed under a message, there or not."""
        chat = chat or self.chat
        return self._did(press_update(self._api, self.user, chat, message_id, data))

    async def send(self, content: Json, reply_to: int | Json | None = None) -> Json:
        """Send a message with these fields."""
        return self._post(self.chat, content, reply_to)

    async def send_photo(
        self, content: bytes, caption: str | None = None, group: str | None = None,
        size: int | None = None,
    ) -> Json:  # fmt: skip
        """Send a photo; those with the same `group` form an album. `size` claims a length."""
        stored = self._api.files.add("photo", content, "", "image/jpeg", size)
        album = {"media_group_id": group} if group else {}
        return await self.send({**album, **stored.shown({}), **captioned(caption)})

    async def send_document(
        self, content: bytes, name: str = "file.pdf", mime: str = "application/pdf",
        caption: str | None = None, group: str | None = None, size: int | None = None,
    ) -> Json:  # fmt: skip
        """Send a file."""
        stored = self._api.files.add("document", content, name, mime, size)
        album = {"media_group_id": group} if group else {}
        return await self.send({**album, **stored.shown({}), **captioned(caption)})

    async def send_voice(self, content: bytes, duration: int = 3) -> Json:
        """Send a voice message of so many seconds."""
        stored = self._api.files.add("voice", content, "", "audio/ogg")
        return await self.send(stored.shown({"duration": duration}))

    async def send_video(
        self, content: bytes, duration: int = 3, caption: str | None = None, size: int | None = None
    ) -> Json:
        """Send a video of so many seconds."""
        stored = self._api.files.add("video", content, "video.mp4", "video/mp4", size)
        return await self.send({**stored.shown({"duration": duration}), **captioned(caption)})

    async def send_sticker(self) -> Json:
        """Send a sticker."""
        return await self.send(self._api.files.add("sticker", b"RIFF").shown({}))

    async def send_contact(self, phone_number: str = "+8600000000000") -> Json:
        """Share a telephone number, as one's own."""
        name = self.user["first_name"]
        card = {"phone_number": phone_number, "first_name": name, "user_id": self.id}
        return await self.send({"contact": card})

    async def send_location(self, lat: float, lon: float) -> Json:
        """Share a place."""
        return await self.send({"location": {"latitude": lat, "longitude": lon}})

    async def share_live(self, lat: float, lon: float, period: int = 3600) -> Json:
        """Share where one is, for so many seconds."""
        spot = {"latitude": lat, "longitude": lon, "live_period": period}
        return await self.send({"location": spot})

    async def move(self, message_id: int, lat: float, lon: float, ends: bool = False) -> Json:
        """Be elsewhere, while that is shared; `ends`: it is shared no more."""
        spot = {"latitude": lat, "longitude": lon} | ({} if ends else {"live_period": 3600})
        new = {**self.chat.messages[message_id], "location": spot, "edit_date": int(time.time())}
        self.chat.messages[message_id] = new
        return self._did({"edited_message": new})

    async def send_poll(self, question: str = "?", options: tuple[str, ...] = ("1", "2")) -> Json:
        """Ask the bot, of all, to vote."""
        choices = [
            {"persistent_id": str(i), "text": text, "voter_count": 0}
            for i, text in enumerate(options)
        ]
        poll = {
            "id": f"5{self.id}", "question": question, "options": choices, "type": "regular",
            "total_voter_count": 0, "is_closed": False, "is_anonymous": True,
            "allows_multiple_answers": False, "allows_revoting": True, "members_only": False,
        }  # fmt: skip
        return await self.send({"poll": poll})

    async def edit(self, message_id: int, text: str) -> Json:
        """Change a message of one's own: its text, or its caption."""
        old = self.chat.messages[message_id]
        key = "text" if "text" in old else "caption"
        new = {**old, **written(text, key), "edit_date": int(time.time())}
        self.chat.messages[message_id] = new
        return self._did({"edited_message": new})

    async def delete(self, message_id: int) -> None:
        """Delete a message for both sides. Telegram does not tell the bot."""
        del self.chat.messages[message_id]

    async def block(self) -> Json:
        """Stop the bot: from now on it is refused."""
        self.chat.blocked = True
        return self._membership("member", "kicked")

    async def unblock(self) -> Json:
        """Let the bot write again."""
        self.chat.blocked = False
        return self._membership("kicked", "member")

    async def repeat(self, update: Json) -> Json:
        """The same update once more, under the same update_id."""
        self._api.updates.again(update)
        return update

    def _membership(self, old: str, new: str) -> Json:
        def state(status: str) -> Json:
            return {"status": status, "user": self._api.me} | (
                {"until_date": 0} if status == "kicked" else {}
            )

        change = {"chat": self.chat.card, "from": self.user, "date": int(time.time())}
        change |= {"old_chat_member": state(old), "new_chat_member": state(new)}
        return self._did({"my_chat_member": change})

    def _words(self, text: str) -> Json:
        if not text or units(text) > MAX_TEXT:
            raise ValueError(f"the app sends 1 to {MAX_TEXT} characters a message, not {len(text)}")
        return written(text)

    def _post(self, chat: Chat, content: Json, reply_to: int | Json | None) -> Json:
        if chat.blocked:
            raise AssertionError("this person has blocked the bot: unblock() comes first")
        if reply_to is not None:
            number = reply_to if isinstance(reply_to, int) else reply_to["message_id"]
            content = {**content, "reply_to_message": unnested(chat.messages[number])}
        return self._did({"message": self._api.add_message(chat, self.user, content)})

    def _did(self, update: Json) -> Json:
        self._acted = len(self._news)
        return self._api.updates.add(update)


def press_update(api: BotApi, user: Json, chat: Chat, message_id: int, data: str) -> Json:
    """The update a press makes; a message that is gone is named, not shown."""
    query = str(4_000_000_000_000_000_000 + len(api.pressed))
    api.pressed[query] = (user["id"], chat.id)
    gone = {"chat": chat.card, "message_id": message_id, "date": 0}
    press = {"id": query, "from": user, "message": chat.messages.get(message_id, gone)}
    return {"callback_query": {**press, "chat_instance": str(chat.id * 7919), "data": data}}
