"""The yardstick for ratings: a bare aiogram bot without a database. It sends a question with
three buttons to many chats and says what was tapped.

Run: python benchmarks/tap_bot.py API_ADDRESS TOKEN FIRST_CHAT COUNT
"""

import asyncio
import sys

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

dispatcher = Dispatcher()
LEVELS = ("满意", "基本满意", "不满意")
SIDE_BY_SIDE = 30
"""Messages under way at once, as the office's courier has."""


def keyboard() -> InlineKeyboardMarkup:
    """Three buttons in a row."""
    row = [InlineKeyboardButton(text=level, callback_data=level) for level in LEVELS]
    return InlineKeyboardMarkup(inline_keyboard=[row])


@dispatcher.message()
async def hello(message: Message) -> None:
    """An answer, so that the start is seen."""
    await message.answer("-")


@dispatcher.callback_query()
async def tapped(query: CallbackQuery) -> None:
    """Acknowledge, and say what is saved."""
    await query.answer()
    if query.message:
        await query.message.answer(f"已保存：{query.data}", reply_markup=keyboard())


async def ask(bot: Bot, first: int, count: int) -> None:
    """The question, to everybody."""
    side_by_side = asyncio.Semaphore(SIDE_BY_SIDE)

    async def one(chat: int) -> None:
        async with side_by_side:
            await bot.send_message(chat, "您满意吗？", reply_markup=keyboard())

    await asyncio.gather(*(one(chat) for chat in range(first, first + count)))


async def main(api: str, token: str, first: str, count: str) -> None:
    """Poll until stopped, asking meanwhile."""
    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    asking = asyncio.create_task(ask(bot, int(first), int(count)))
    await dispatcher.start_polling(bot)
    await asking


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
