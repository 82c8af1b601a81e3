"""aiogram's transport for the web: what a handler sends becomes a line of the visitor's log."""

from __future__ import annotations

import mimetypes
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    DeleteMyCommands,
    EditMessageCaption,
    EditMessageReplyMarkup,
    EditMessageText,
    GetFile,
    GetMe,
    SendChatAction,
    SendDocument,
    SendMessage,
    SendPhoto,
    SendVoice,
    SetMyCommands,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiogram.types import (
    BotCommandScopeChat,
    BotCommandScopeUnion,
    BufferedInputFile,
    File,
    InlineKeyboardMarkup,
    Message,
    ReplyParameters,
    User,
)

from petitions.errors import FileGone
from petitions.message import SPEAKING, Archive, FileRef
from petitions.telling.ports import LogEntry, LoggedEntry, Vault, Visitors
from webchat.lines import (
    OFFICE,
    OFFICE_ID,
    VAULT,
    ButtonRows,
    button_rows,
    message,
    packed_file,
    stored_file,
    vault_id,
)
from webchat.menus import EVERYBODY, Menus

Call = Callable[[Any], Awaitable[Any]]
Sending = SendPhoto | SendDocument | SendVoice


@dataclass(frozen=True, slots=True)
class Toast:
    """A passing word in answer to a press."""

    text: str = ""
    alert: bool = False
    """To be confirmed by the reader, not only to pass by."""


class WebSession(BaseSession):
    """Serves the bot methods the handlers use; any other is refused as a bad request.

    Refusals are aiogram's TelegramBadRequest, so that a handler sees one kind of error
    on both channels.
    """

    def __init__(self, visitors: Visitors, vault: Vault) -> None:
        super().__init__(api=TelegramAPIServer(base="web:{method}", file="{path}"))
        self.menus = Menus()
        self.bot = Bot(f"{OFFICE_ID}:web", session=self)
        """The bot whose words go to the page; hand it to the dispatcher with each update."""
        self._visitors = visitors
        self._vault = vault
        self._presses: dict[str, Toast] = {}
        self._calls: dict[type[Any], Call] = {
            GetMe: self._me,
            SendMessage: self._send_text,
            SendPhoto: self._send_file,
            SendDocument: self._send_file,
            SendVoice: self._send_file,
            EditMessageText: self._edit_text,
            EditMessageCaption: self._edit_caption,
            EditMessageReplyMarkup: self._edit_markup,
            DeleteMessage: self._delete,
            AnswerCallbackQuery: self._answer,
            SetMyCommands: self._set_menu,
            DeleteMyCommands: self._drop_menu,
            SendChatAction: self._done,
            GetFile: self._file,
        }

    async def close(self) -> None:
        """Nothing is held open."""

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        """Carry out one bot method. Raises TelegramBadRequest as Telegram would."""
        call = self._calls.get(type(method))
        if call is None:
            raise refused(method, f"{type(method).__name__} is not served on the web channel")
        return cast(TelegramType, await call(method))

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109 - aiogram's signature
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """The bytes of a file of the vault. Raises FileGone."""
        content = await self._vault.read(vault_id(url))
        for start in range(0, len(content), chunk_size):
            yield content[start : start + chunk_size]

    def press_opened(self, id: str) -> None:
        """From now on an answer to this press is kept for the page."""
        self._presses[id] = Toast()

    def press_closed(self, id: str) -> Toast:
        """What the handlers answered; a later answer goes nowhere."""
        return self._presses.pop(id, Toast())

    async def _me(self, method: GetMe) -> User:
        return User.model_validate(OFFICE)

    async def _done(self, method: SendChatAction) -> bool:
        return True

    async def _send_text(self, method: SendMessage) -> Message:
        if not method.text:
            raise refused(method, "message text is empty")
        entry = LogEntry(
            "office",
            method.text,
            rows_of(method, method.reply_markup),
            reply_to=replied(method.reply_parameters),
        )
        return await self._append(method.chat_id, entry)

    async def _send_file(self, method: Sending) -> Message:
        rows = rows_of(method, method.reply_markup)
        kind, content = content_of(method)
        if isinstance(content, str) and Archive.pointed(content):
            file = packed_file(content)
        else:
            file = stored_file(await self._held(method, content), kind)
        entry = LogEntry(
            "office",
            method.caption or "",
            rows,
            [file],
            replied(method.reply_parameters),
        )
        return await self._append(method.chat_id, entry)

    async def _held(self, method: Sending, content: object) -> FileRef:
        if isinstance(content, BufferedInputFile):
            name = content.filename or "file"
            mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
            return await self._vault.keep(content.data, name, mime)
        if isinstance(content, str):
            return await self._known(method, content)
        raise refused(method, "only bytes in memory or a file id can be sent on the web channel")

    async def _known(self, method: TelegramMethod[Any], file_id: str) -> FileRef:
        try:
            id, _, name = file_id.partition("/")
            ref = await self._vault.ref(vault_id(id))
            return replace(ref, name=name) if name else ref
        except (ValueError, FileGone):
            raise refused(method, "wrong file identifier") from None

    async def _append(self, chat_id: int | str, entry: LogEntry) -> Message:
        chat = int(chat_id)
        return self._message(await self._visitors.append(chat, entry, SPEAKING.get()), chat)

    def _message(self, line: LoggedEntry, chat: int) -> Message:
        return Message.model_validate(message(line, chat, OFFICE), context={"bot": self.bot})

    async def _edit_text(self, method: EditMessageText) -> Message:
        chat, line = await self._own(method, method.chat_id, method.message_id)
        if line.entry.files:
            raise refused(method, "there is no text in the message to edit")
        if not method.text:
            raise refused(method, "message text is empty")
        rows = rows_of(method, method.reply_markup)
        return await self._replace(method, chat, line, method.text, rows)

    async def _edit_caption(self, method: EditMessageCaption) -> Message:
        chat, line = await self._own(method, method.chat_id, method.message_id)
        if not line.entry.files:
            raise refused(method, "there is no caption in the message to edit")
        rows = rows_of(method, method.reply_markup)
        return await self._replace(method, chat, line, method.caption or "", rows)

    async def _edit_markup(self, method: EditMessageReplyMarkup) -> Message:
        chat, line = await self._own(method, method.chat_id, method.message_id)
        rows = rows_of(method, method.reply_markup)
        return await self._replace(method, chat, line, line.entry.text, rows)

    async def _replace(
        self,
        method: TelegramMethod[Any],
        chat: int,
        line: LoggedEntry,
        text: str,
        rows: ButtonRows,
    ) -> Message:
        entry = replace(line.entry, text=text, buttons=rows)
        if entry == line.entry:
            return self._message(line, chat)
        changed = await self._visitors.edit(chat, line.id, entry, SPEAKING.get())
        if changed is None:
            raise refused(method, "message to edit not found")
        return self._message(changed, chat)

    async def _own(
        self, method: TelegramMethod[Any], chat_id: int | str | None, id: int | None
    ) -> tuple[int, LoggedEntry]:
        """A line the office itself wrote and hasn't deleted."""
        if chat_id is None or id is None:
            raise refused(method, "message identifier is not specified")
        line = await self._visitors.get(int(chat_id), id)
        if line is None or not (line.entry.text or line.entry.files):
            raise refused(method, "message to edit not found")
        if line.entry.who != "office":
            raise refused(method, "message can't be edited")
        return int(chat_id), line

    async def _delete(self, method: DeleteMessage) -> bool:
        chat = int(method.chat_id)
        line = await self._visitors.get(chat, method.message_id)
        if line is None:
            raise refused(method, "message to delete not found")
        await self._visitors.edit(chat, line.id, LogEntry(line.entry.who, "", key=line.entry.key))
        return True

    async def _answer(self, method: AnswerCallbackQuery) -> bool:
        if method.callback_query_id in self._presses:
            toast = Toast(method.text or "", bool(method.show_alert))
            self._presses[method.callback_query_id] = toast
        return True

    async def _set_menu(self, method: SetMyCommands) -> bool:
        self.menus.put(menu_place(method.scope), method.language_code or "", method.commands)
        return True

    async def _drop_menu(self, method: DeleteMyCommands) -> bool:
        self.menus.drop(menu_place(method.scope), method.language_code or "")
        return True

    async def _file(self, method: GetFile) -> File:
        ref = await self._known(method, method.file_id)
        return File(
            file_id=method.file_id,
            file_unique_id=f"web{ref.id}",
            file_size=ref.size,
            file_path=f"{VAULT}{ref.id}",
        )


def refused(method: TelegramMethod[Any], why: str) -> TelegramBadRequest:
    """The error Telegram would answer with."""
    return TelegramBadRequest(method=method, message=f"Bad Request: {why}")


def rows_of(method: TelegramMethod[Any], markup: object) -> ButtonRows:
    """The buttons to show. Raises TelegramBadRequest for a kind the page doesn't have."""
    if isinstance(markup, InlineKeyboardMarkup):
        try:
            return button_rows(markup)
        except ValueError as error:
            raise refused(method, str(error)) from None
    return []


def content_of(method: Sending) -> tuple[str, object]:
    """How a file is sent, and what."""
    if isinstance(method, SendPhoto):
        return "photo", method.photo
    if isinstance(method, SendVoice):
        return "voice", method.voice
    return "document", method.document


def replied(parameters: ReplyParameters | None) -> int:
    """The line a message answers; 0: none."""
    return (parameters.message_id or 0) if parameters else 0


def menu_place(scope: BotCommandScopeUnion | None) -> int:
    """Whose menu a scope means; scopes other than one chat mean everybody here."""
    return int(scope.chat_id) if isinstance(scope, BotCommandScopeChat) else EVERYBODY
