"""The one wiring: settings → an office that only has to be started. The tests use it too."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from aiogram import Bot, Dispatcher
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import web
from sqlalchemy import Connection, update

import telegramchat
import webchat
from bot.app import App
from bot.clock import OfficeClock
from bot.demo import SampleDesks
from bot.desk import OfficeDesk
from bot.logins import Logins
from bot.metrics import CountedCourier
from bot.office_files import load_office, load_seals
from bot.opening import open_attachments, open_database
from bot.public import PublicFigures
from bot.publishing import Publisher
from bot.settings import PARTS, ROLES, Settings
from handlers.converse import House
from handlers.routes import COMMANDS
from papers.dressing import Dressing
from papers.packing import Packing
from papers.printer import Printer
from petitions.telling.ports import Courier
from petitions.values.passkeys import site_of
from petitions.verbs import seating
from petitions.verbs.units import units_now
from reminders.round import Reminders
from storage import addresses, logins, mark, staffing
from storage.apart import Apart
from storage.binding import Binder
from storage.disk import Disk
from storage.filekeys import FileBinder
from storage.finder import Finder
from storage.inbox import SqlInbox
from storage.index import Indexer
from storage.journal import Counter
from storage.ledger import SqlLedger
from storage.migrate import check_schema
from storage.peers import PostgresPeers, hold, peers_of
from storage.records import Records
from storage.recount import Recount
from storage.retention import Retention
from storage.scanner import Scanner
from storage.seal import KeyRing
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
from webchat.courier import WebCourier
from webchat.limits import Rates
from webchat.menus import Menus
from webchat.mouth import Mouth as PageMouth
from webchat.pages import application
from webchat.room import OfficeInfo, WebChat
from webchat.streams import Streams


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
        staffing.begin_all(connection, database.ring, clock.now())
        if settings.secure and not book.setting(HOST_COOKIES):
            book.set_setting(HOST_COOKIES, clock.now().isoformat())

    database.write_now(prepare)
    addresses.seal(database.engine, database.ring)
    alone = settings.parts == PARTS
    peers = peers_of(database.engine, settings.data_dir / "processes", alone)
    disk = Disk(settings.disks, settings.disk_floor)
    attachments = open_attachments(settings)
    vault = SealedVault(
        database, attachments, clock, settings.files_a_day,
        settings.address_files_a_day, disk, Scanner(settings.clamav),
    )  # fmt: skip
    visitors = SqlVisitors(database, clock, peers, webchat.CHANNEL)
    ledger = SqlLedger(database, office)
    house = House(office, f"{settings.page_url}/chat?start=")

    couriers: dict[str, Courier] = {}
    recount = Recount(database, office, clock)
    binder = Binder(database, settings.key_place)
    behind = (binder, FileBinder(database, attachments), Indexer(database),
              Counter(database, office.zone))  # fmt: skip
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
    couriers[webchat.CHANNEL] = CountedCourier(page, webchat.CHANNEL)
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
    app.reminders.couriers[channel] = CountedCourier(answering, channel)
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
    """The secrets that Telegram sends with its calls: the one it is told now, and those it was
    told before a pepper that was renewed so lately. They follow from the keys: every process knows
    them, and no setting can leak them."""
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
