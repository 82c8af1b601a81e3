"""The one wiring: settings → a running office. The tests use it too."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import web
from sqlalchemy import Connection, Engine, update

import telegramchat
import webchat
from bot.clock import OfficeClock
from bot.demo import SampleDesks
from bot.desk import OfficeDesk
from bot.health import Monitor
from bot.logins import Logins
from bot.metrics import Counted
from bot.public import PublicFigures
from bot.publishing import Publisher
from bot.settings import PAGE, PARTS, ROLES, Settings, load_office, load_seals
from handlers.converse import COMMANDS, House
from papers.dressing import Dressing
from papers.packing import Packing
from papers.printer import Printer
from petitions.errors import BadSetting
from petitions.law.units import Office
from petitions.telling.ports import Courier
from petitions.values.passkeys import site_of
from petitions.verbs import seating
from petitions.verbs.units import units_now
from reminders.clockwork import Clockwork
from reminders.round import Reminders
from storage import addresses, logins, mark
from storage.apart import Apart
from storage.binding import Binder
from storage.database import Database, make_engine
from storage.disk import Disk
from storage.finder import Finder
from storage.inbox import SqlInbox
from storage.index import Indexer
from storage.journal import Counter
from storage.keyfile import load_keys
from storage.ledger import SqlLedger
from storage.migrate import check_schema, must_be_current
from storage.own import shut
from storage.peers import FilePeers, PostgresPeers, hold, peers_of
from storage.records import Records
from storage.recount import Recount
from storage.retention import Retention
from storage.scanner import Scanner
from storage.seal import KeyRing
from storage.store import Store
from storage.stores import open_store
from storage.tables import CHAT
from storage.units import UnitsSeen
from storage.vault import SealedVault
from storage.visitors import SqlVisitors
from telegramchat.answering import Answering
from telegramchat.ear import Ear
from telegramchat.mouth import Mouth as TelegramMouth
from telegramchat.polling import Poller
from telegramchat.session import JsonSession
from telegramchat.webhook import Webhook
from webchat.connections import NAME, Door, Port
from webchat.courier import WebCourier
from webchat.limits import Rates
from webchat.menus import Menus
from webchat.mouth import Mouth as PageMouth
from webchat.pages import application
from webchat.room import OfficeInfo, WebChat
from webchat.streams import Streams

log = structlog.get_logger()


@dataclass
class App:
    """A wired office."""

    settings: Settings
    office: Office
    clock: OfficeClock
    database: Database
    peers: FilePeers | PostgresPeers
    vault: SealedVault
    visitors: SqlVisitors
    ledger: SqlLedger
    reminders: Reminders
    retention: Retention
    units: UnitsSeen
    desk: OfficeDesk
    dresser: Dressing
    page: web.Application
    room: WebChat | None = None
    telegram: Bot | None = None
    feed_telegram: Callable[[Any], Awaitable[Any]] | None = None
    """Takes an update of aiogram's."""
    poller: Poller | None = None
    webhook: Webhook | None = None
    sample: SampleDesks | None = None
    """The demo's desks and movable clock; None outside the demo."""
    port: int = 0
    """The port the page listens on, once started."""
    _clockwork: Clockwork | None = None
    monitor_port: int = 0
    """The port of health and metrics, once started."""
    hook_port: int = 0
    """The port Telegram's calls come to, once started."""
    _runners: list[web.AppRunner] = field(default_factory=list)
    _following: asyncio.Task[None] | None = None
    _hearing: asyncio.Task[None] | None = None
    _closers: list[Any] = field(default_factory=list)

    def marked(self, address: str) -> str:
        """A keyed mark of a network address."""
        return self.database.ring.hash_code(f"address:{address}".encode()).hex()[:20]

    @property
    def roles(self) -> frozenset[str]:
        """What this process may do for all: to ask for it is to be a candidate. Whoever has no ear
        isn't one for the asking."""
        mine = {ROLES[part] for part in self.settings.parts & ROLES.keys()}
        return frozenset(mine if self.poller else mine - {ROLES["dialogs"]})

    async def start(self, ticking: bool = True) -> None:
        """Open the page, begin to poll and to tick; of these only what the settings say."""
        parts = self.settings.parts
        if not self.office.login.required:
            log.warning("office.without_login", set="[login] required = true in the office file")
        for role in self.roles:
            self.peers.leads(role)  # a candidate from the first moment
        await self.peers.start()
        if self.sample:
            await self.clock.load(self.database)
            await self.sample.prepare()
        await self.vault.reachable()  # where it isn't, the log says so at once
        if self.telegram:
            await self._link_telegram()
        if PAGE in parts:
            await self._open_page()
        if "reminders" in parts:
            await self.ledger.tidy(self.clock.now())
            if ticking:
                self._clockwork = Clockwork(self.reminders)
                self._clockwork.start()
        if self.settings.metrics_port is not None:
            self.monitor_port = await self._serve(
                Monitor(self).application(), self.settings.metrics_port, self.settings.metrics_host
            )
        self._following = asyncio.create_task(self.units.run())
        await self._hear_telegram()

    async def _hear_telegram(self) -> None:
        """By calls of Telegram's to any process, or by one process that asks."""
        if self.webhook:
            port = self.settings.webhook_port
            self.hook_port = await self._serve(self.webhook.application(), port)
            self._hearing = asyncio.create_task(self.webhook.run(self.settings.webhook_url))
        elif self.poller:
            self._hearing = asyncio.create_task(self.poller.run())

    async def _serve(self, application: web.Application, port: int, host: str = "") -> int:
        """Answer on a port (0: a free one); gives it. Raises OSError when it is taken."""
        application.on_response_prepare.append(_nameless)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=5)
        await runner.setup()
        assert self.room is not None
        door = Door(self.room.limits, self.settings.address_lines)
        await Port(runner, host or self.settings.web_host, port, door).start()
        self._runners.append(runner)
        return int(runner.addresses[0][1])

    async def _open_page(self) -> None:
        self.port = await self._serve(self.page, self.settings.web_port)
        if not self.settings.public_url:
            page = f"http://{self.settings.web_host}:{self.port}/chat?start="
            self.desk.house.page = page

    async def _link_telegram(self) -> None:
        """Learn the bot's name, for links; without the network they stay without it."""
        assert self.telegram is not None
        try:
            me = await self.telegram.get_me()
            self.desk.house.links[telegramchat.CHANNEL] = f"https://t.me/{me.username}?start="
        except Exception as error:
            log.warning("telegram.unreachable", error=type(error).__name__)

    async def stop(self) -> None:
        """End everything in the order in which nothing is cut off."""
        for runner in self._runners:
            await runner.cleanup()
        if self._hearing:
            self._hearing.cancel()
            await asyncio.gather(self._hearing, return_exceptions=True)
            for ear in (self.poller, self.webhook):
                if ear:
                    await ear.stop()
        if self._following:
            self._following.cancel()
        if self._clockwork:
            await self._clockwork.stop()
        await self.reminders.stop()
        for closer in self._closers:
            await closer()
        await self.peers.stop()
        self.database.close()


async def _nameless(request: web.Request, response: web.StreamResponse) -> None:
    """No library and no version is named to whoever asks."""
    response.headers["Server"] = NAME


def open_database(settings: Settings) -> Database:
    """The database of the settings, with its keys. Raises BadSetting."""
    engine = make_engine(settings.database)
    shut(_kept(settings, engine))
    place = settings.key_place
    mark.must_have_keys(engine, place.exists(), place)
    ring, fresh = load_keys(place)
    if fresh:
        log.warning("keys.made", file=str(place), keep="a copy, apart from the database")
    if near := settings.keys_lie_beside:
        log.error("keys.beside_the_data", file=str(near), do="petition-bot keys move")
    return Database(engine, ring)


def _kept(settings: Settings, engine: Engine) -> list[Path]:
    """What holds the office, and may be of an older program that left it open to others."""
    locks = settings.data_dir / "processes"
    files = [*settings.key_files, settings.data_dir / "attachments", locks, *locks.glob("*")]
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    return files + [Path(f"{file}{end}") for end in ("", "-wal", "-shm") if file]


def must_be_an_office(settings: Settings) -> None:
    """Raises BadSetting where there is no key file, so no office yet, or not here."""
    if not settings.key_place.exists():
        raise BadSetting("bad.no_keys", keys=settings.key_place)


def open_current(settings: Settings) -> Database:
    """The same for a command beside the running office, which must not change its schema. Raises
    BadSetting; where the key file isn't, too: in a wrong folder no new office is made."""
    must_be_an_office(settings)
    database = open_database(settings)
    must_be_current(database.engine)
    return database


def open_attachments(settings: Settings) -> Store:
    """Where the settings say that attachments lie. Raises BadSetting."""
    return open_store(settings.attachments_place, settings.s3_endpoint, settings.s3_region)


def build(settings: Settings) -> App:
    """Wire everything; opens no port and talks to nobody. Raises BadSetting."""
    office = load_office(settings.office)
    database = open_database(settings)
    check_schema(database.engine)
    clock = OfficeClock()

    def prepare(connection: Connection) -> None:
        hold(connection, "start")  # several processes may start at once
        mark.check(connection, database.ring)
        connection.execute(update(CHAT).where(CHAT.c.channel == webchat.CHANNEL).values(menu=""))
        book = Records(connection, database.ring)
        office.reshape(*units_now(book))
        seating.set_desks(book, office, clock.now())
        logins.begin_all(connection, database.ring)
        if settings.secure and not book.setting(HOST_COOKIES):
            book.set_setting(HOST_COOKIES, clock.now().isoformat())

    database.write_now(prepare)
    addresses.seal(database.engine, database.ring)
    alone = settings.parts == PARTS
    peers = peers_of(database.engine, settings.data_dir / "processes", alone)
    disk = Disk(settings.disks, settings.disk_floor)
    vault = SealedVault(
        database, open_attachments(settings), clock, settings.files_a_day,
        settings.address_files_a_day, disk, Scanner(settings.clamav),
    )  # fmt: skip
    visitors = SqlVisitors(database, clock, peers, webchat.CHANNEL)
    ledger = SqlLedger(database, office)
    house = House(office, f"{settings.page_url}/chat?start=")

    couriers: dict[str, Courier] = {}
    recount = Recount(database, office, clock)
    binder = Binder(database, settings.key_place)
    behind = (binder, Indexer(database), Counter(database, office.zone))
    makers = (
        Apart(database, office, clock),
        Publisher(database, office, clock, vault),
        Finder(database, office, clock),
    )
    retention = Retention(database, office, clock, moved=settings.demo)
    leads = partial(peers.leads, ROLES["reminders"])
    reminders = Reminders(ledger, clock, couriers, vault, recount, behind, makers, retention, leads)
    desk = OfficeDesk(database, house, clock, reminders.wake, visitors.lines, visitors.told)
    printer = Printer(house.link, load_seals(office, settings.office))
    dresser = Dressing(Packing(desk, vault, clock, printer))
    page = WebCourier(visitors, vault, dresser)
    couriers[webchat.CHANNEL] = Counted(page, webchat.CHANNEL)
    app = App(
        settings, office, clock, database, peers, vault, visitors, ledger, reminders, retention,
        UnitsSeen(database, office), desk, dresser, web.Application(),
    )  # fmt: skip
    if settings.demo:
        app.sample = SampleDesks(office, database, clock, visitors, ledger, reminders)
    app.room = _web_chat(app)
    app.page = application(app.room)
    if isinstance(peers, PostgresPeers):
        peers.heard = visitors.told
    if settings.telegram_token:
        _add_telegram(app)
    return app


def _add_telegram(app: App) -> None:
    from telegramchat.courier import TelegramCourier

    settings = app.settings
    server = TelegramAPIServer.from_base(settings.telegram_api)
    app.telegram = Bot(settings.telegram_token, session=JsonSession(api=server))
    channel = telegramchat.CHANNEL
    mouth = TelegramMouth(app.desk, app.dresser)
    dispatcher = Dispatcher(disable_fsm=True)
    Ear(mouth, app.vault, COMMANDS).attach(dispatcher)
    app.feed_telegram = feed = partial(dispatcher.feed_update, app.telegram)
    courier = TelegramCourier(
        settings.telegram_token, settings.telegram_api, settings.telegram_rate, app.dresser
    )
    once = Bot(settings.telegram_token, session=JsonSession(again=False, api=server))
    answering = Answering(courier, mouth, once)
    app.reminders.couriers[channel] = Counted(answering, channel)
    app._closers += [courier.close, app.telegram.session.close, once.session.close]
    if "dialogs" not in settings.parts:
        return  # whoever has no ear must not be the one who asks for all
    if settings.webhook_url:
        inbox = SqlInbox(app.database, app.peers, app.clock, channel)
        both = timedelta(days=settings.pepper_days)
        secrets = partial(_secrets, app, both)
        path = app.database.ring.lasting(b"webhook path").hex()[:24]
        app.webhook = Webhook(app.telegram, inbox, feed, path, secrets)
    else:
        leads = partial(app.peers.leads, ROLES["dialogs"])
        app.poller = Poller(app.telegram, feed, leads)


def _secrets(app: App, both: timedelta) -> list[str]:
    """What Telegram sends with its calls: what it is told now, and what it was told before a pepper
    that was renewed so lately. They follow from the keys: every process knows them, and no setting
    can leak them."""
    ring, said = app.database.ring, b"webhook secret"
    before = ring.hashed_before(said, (app.clock.now() - both).date())
    return [one.hex() for one in (ring.hash_code(said), *before)]


HOST_COOKIES = "host_cookies"
"""The setting that holds since when cookies are the host's own."""


def _host_cookies(connection: Connection, ring: KeyRing) -> datetime | None:
    value = Records(connection, ring).setting(HOST_COOKIES)
    return datetime.fromisoformat(value) if value else None


def _web_chat(app: App) -> WebChat:
    front, given = app.office.front, app.settings
    rates = Rates(
        given.visitor_rate, given.address_rate, given.address_visitors, given.own_proxies
    )  # fmt: skip
    return WebChat(
        visitors=app.visitors,
        vault=app.vault,
        clock=app.clock,
        mouth=PageMouth(app.desk, app.visitors, app.vault, app.dresser, Menus()),
        marked=app.marked,
        office=OfficeInfo(
            names=app.office.names,
            addresses=front.address,
            hours=front.hours,
            phone=front.phone,
            zone=app.office.zone.key,
        ),
        secure=app.settings.secure,
        host_since=app.database.read_now(_host_cookies, app.database.ring),
        rates=rates,
        streams=Streams(given.streams),
        demo=app.sample,
        figures=PublicFigures(app.database, app.office) if app.office.open_figures else None,
        packing=app.dresser.packing,
        logins=Logins(
            app.database, app.office, app.clock, given.desks_from, site_of(given.public_url)
        ),
    )
