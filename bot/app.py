"""The one wiring: settings → a running office. The tests use it too."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Update
from aiohttp import web
from sqlalchemy import Connection, update

from bot.clock import OfficeClock
from bot.demo import SampleDesks
from bot.desk import OfficeDesk
from bot.polling import Poller
from bot.public import PublicFigures
from bot.publishing import Publisher
from bot.settings import PARTS, Settings, load_office
from bot.telegram_session import JsonSession
from handlers.converse import House
from handlers.edge import Edge
from papers import chart, ics, pdf, qr, xlsx
from petitions import office as verbs
from petitions.message import Sheet
from petitions.ports import Courier
from petitions.units import Office
from reminders.clockwork import Clockwork
from reminders.round import Reminders
from reminders.web_courier import WebCourier
from storage.database import Database, make_engine
from storage.finder import Finder
from storage.index import Indexer
from storage.journal import Counter
from storage.ledger import SqlLedger
from storage.migrate import check_schema
from storage.records import CHAT, Records
from storage.recount import Recount
from storage.retention import Retention
from storage.seal import load_keys
from storage.vault import FolderVault
from storage.visitors import SqlVisitors
from webchat.pages import application
from webchat.room import OfficeInfo, WebChat
from webchat.session import WebSession

log = structlog.get_logger()


@dataclass
class App:
    """A wired office."""

    settings: Settings
    office: Office
    clock: OfficeClock
    database: Database
    vault: FolderVault
    visitors: SqlVisitors
    ledger: SqlLedger
    reminders: Reminders
    desk: OfficeDesk
    edge: Edge
    dispatcher: Dispatcher
    web_bot: Bot
    page: web.Application
    telegram: Bot | None = None
    poller: Poller | None = None
    sample: SampleDesks | None = None
    """The demo's desks and movable clock; None outside the demo."""
    port: int = 0
    """The port the page listens on, once started."""
    _clockwork: Clockwork | None = None
    _runner: web.AppRunner | None = None
    _polling: asyncio.Task[None] | None = None
    _closers: list[Any] = field(default_factory=list)

    async def feed_web(self, event: Update, key: str) -> None:
        """An update from the page."""
        await self.dispatcher.feed_update(self.web_bot, event, key=key)

    async def feed_telegram(self, event: Update) -> None:
        """An update from Telegram."""
        assert self.telegram is not None
        await self.dispatcher.feed_update(self.telegram, event)

    async def start(self, ticking: bool = True) -> None:
        """Open the page, begin to poll and to tick; of these only what the settings say."""
        parts = self.settings.parts
        if self.sample:
            await self.clock.load(self.database)
            await self.sample.prepare()
        if self.telegram:
            await self._link_telegram()
        if "web" in parts:
            await self._open_page()
        if "reminders" in parts:
            await self.ledger.tidy(self.clock.now())
            if ticking:
                self._clockwork = Clockwork(self.reminders)
                self._clockwork.start()
        if self.settings.metrics_port:
            from bot.metrics import serve_metrics

            serve_metrics(self.settings.metrics_port, self.reminders)
        if self.poller and "dialogs" in parts:
            self._polling = asyncio.create_task(self.poller.run())

    async def _open_page(self) -> None:
        self._runner = web.AppRunner(self.page, access_log=None, shutdown_timeout=5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.settings.web_host, self.settings.web_port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        if not self.settings.public_url:
            self.desk.house.bot_links["web"] = (
                f"http://{self.settings.web_host}:{self.port}/chat?start="
            )

    async def _link_telegram(self) -> None:
        """Learn the bot's name, for links; without the network they stay without it."""
        assert self.telegram is not None
        try:
            me = await self.telegram.get_me()
            self.desk.house.bot_links["telegram"] = f"https://t.me/{me.username}?start="
        except Exception as error:
            log.warning("telegram.unreachable", error=type(error).__name__)

    async def stop(self) -> None:
        """End everything in the order in which nothing is cut off."""
        if self._polling:
            self._polling.cancel()
            await asyncio.gather(self._polling, return_exceptions=True)
        if self.poller and self._polling:
            await self.poller.stop()
        if self._runner:
            await self._runner.cleanup()
        if self._clockwork:
            await self._clockwork.stop()
        await self.reminders.stop()
        for closer in self._closers:
            await closer()
        self.database.close()


def open_database(settings: Settings) -> Database:
    """The database of the settings, with its keys. Raises BadSetting."""
    ring, fresh = load_keys(settings.key_file)
    if fresh:
        log.warning(
            "keys.made", file=str(settings.key_file), keep="a copy, apart from the database"
        )
    return Database(make_engine(settings.database), ring)


def build(settings: Settings) -> App:
    """Wire everything; opens no port and talks to nobody. Raises BadSetting."""
    office = load_office(settings.office)
    database = open_database(settings)
    check_schema(database.engine)
    database.write_now(
        lambda c: c.execute(update(CHAT).where(CHAT.c.channel == "web").values(menu=""))
    )
    clock = OfficeClock()

    def reshape(connection: Connection) -> None:
        book = Records(connection, database.ring)
        office.reshape(book.setting(verbs.UNITS), book.holding_units())

    database.write_now(reshape)
    database.write_now(lambda c: verbs.set_desks(Records(c, database.ring), office, clock.now()))
    vault = FolderVault(database, settings.data_dir / "attachments", clock)
    visitors = SqlVisitors(database, clock)
    ledger = SqlLedger(database, office)
    house = House(office, {"web": f"{settings.page_url}/chat?start="})

    async def draw_qr(channel: str, payload: str) -> bytes:
        link = house.bot_links.get(channel, house.bot_links["web"])
        return await asyncio.to_thread(qr.png, f"{link}{payload}")

    async def print_pdf(channel: str, sheet: Sheet) -> bytes:
        link = house.bot_links.get(channel, house.bot_links["web"])
        return await asyncio.to_thread(pdf.pdf, sheet, f"{link}{sheet.qr}")

    couriers: dict[str, Courier] = {"web": WebCourier(visitors, vault, draw_qr)}
    recount = Recount(database, office, clock)
    behind = (Indexer(database), Counter(database, office.zone))
    makers = (Publisher(database, office, clock, vault), Finder(database, office, clock))
    retention = Retention(database, office, clock)
    reminders = Reminders(ledger, clock, couriers, vault, recount, behind, makers, retention)
    desk = OfficeDesk(database, house, clock, reminders.wake)
    session = WebSession(visitors, vault)
    web_bot = session.bot
    dispatcher = Dispatcher(disable_fsm=True)
    edge = Edge(
        desk, vault, {web_bot.id: "web"}, draw_qr, qr.png, print_pdf, chart.png, xlsx.xlsx, ics.ics
    )
    edge.attach(dispatcher)
    app = App(
        settings, office, clock, database, vault, visitors, ledger, reminders, desk, edge,
        dispatcher, web_bot, web.Application(),
    )  # fmt: skip
    if settings.demo:
        app.sample = SampleDesks(office, database, clock, visitors, ledger, reminders)
    app.page = application(_web_chat(app, session))
    visitors.alone = settings.parts == PARTS
    if settings.telegram_token:
        _add_telegram(app, draw_qr)
    return app


def _add_telegram(app: App, draw_qr: Any) -> None:
    from reminders.telegram_courier import TelegramCourier

    settings = app.settings
    server = TelegramAPIServer.from_base(settings.telegram_api)
    app.telegram = Bot(settings.telegram_token, session=JsonSession(api=server))
    app.edge.channels[app.telegram.id] = "telegram"
    courier = TelegramCourier(
        settings.telegram_token, settings.telegram_api, settings.telegram_rate, app.vault, draw_qr
    )
    app.reminders.couriers["telegram"] = courier
    app.poller = Poller(app.telegram, app.feed_telegram)
    app._closers += [courier.close, app.telegram.session.close]


def _web_chat(app: App, session: WebSession) -> WebChat:
    front = app.office.front
    return WebChat(
        visitors=app.visitors,
        vault=app.vault,
        clock=app.clock,
        session=session,
        feed=app.feed_web,
        office=OfficeInfo(
            names=app.office.names,
            addresses=front.address,
            hours=front.hours,
            phone=front.phone,
            zone=app.office.zone.key,
        ),
        secure=app.settings.public_url.startswith("https://"),
        demo=app.sample,
        figures=PublicFigures(app.database, app.office) if app.office.open_figures else None,
    )
