"""Every parser of what comes from outside, with what it is given."""

from __future__ import annotations

import atexit
import base64
import functools
import io
import itertools
import json
import tempfile
import tomllib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from offices.template import copy_empty

from bot import importing, replay
from bot.app import App
from bot.office_files import SAMPLE, load_office
from bot.rules import read_pauses
from bot.settings import Settings, load_settings
from bot.simulate import read_day
from bot.wiring import build
from files.uploads import kind_of
from handlers import forms
from handlers.converse import converse
from handlers.officer.campaign import _read_phases, _read_targets
from handlers.routes import COMMANDS, PRESSES
from handlers.talk import Talk
from petitions import message, words
from petitions.case import receipt  # fmt: skip
from petitions.errors import PetitionError
from petitions.hearing import Incoming
from petitions.law import calendar, clocks, office_file, periods, regulation, units
from petitions.matters import gate
from petitions.message.stored import from_json, to_json
from petitions.values import categories, checks, codes, danger, search, titles
from petitions.values.channels import Channel
from petitions.verbs import bulk
from samples.damage import ANYTHING, WORDS, damaged, texts
from storage import backup
from storage.keyfile import load_keys
from storage.records import Records
from storage.seal import KeyRing, signed
from webchat import asked, files

TODAY = date(2026, 11, 21)


NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


NUMBER = codes.case_number("6409", Channel.WEB, TODAY, 1)


ROOT = Path(calendar.__file__).parent


PLACE = tempfile.TemporaryDirectory()


OFFICE = load_office(None)


@dataclass(frozen=True)
class Parser:
    """Something that reads, what it is given, and what must hold of what it gives."""

    read: Callable[[Any], Any]
    given: st.SearchStrategy[Any]
    kind: type | tuple[type, ...] = str
    holds: Callable[[Any], bool] = lambda found: True


def again(read: Callable[[str], str], *seeds: str) -> Parser:
    """A check of a typed answer: what it took it takes again, unchanged; people edit it."""
    return Parser(read, texts(*seeds), str, lambda found: read(found) == found)


def in_file(read: Callable[[Path], Any], name: str) -> Callable[[str | bytes], Any]:
    """A reader of files, given their content."""

    def work(content: str | bytes) -> Any:
        path = Path(PLACE.name) / name
        raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        path.write_bytes(raw)
        return read(path)

    return work


CALENDAR = calendar.calendar("cn")


LIST_2026 = (ROOT / "calendars" / "cn-2026.toml").read_text("utf-8")


RULES = tomllib.loads((ROOT / "regulation" / "cn-2022.toml").read_text("utf-8"))


SAMPLE_OFFICE = tomllib.loads(SAMPLE.read_text("utf-8"))


DEEP = "x = " + "[" * 3000 + "]" * 3000


BAD_TOML = [DEEP, "year = inf\nholiday = []", "year = 2026\nholiday = 5", "a.b.c = 1\na.b = 2"]


def usable(office: units.Office) -> bool:
    """An office that was taken can be lived in."""
    office.name("zh"), office.superior(office.bureau), office.calendar()
    return all(u.name("en") and office.below(id) for id, u in office.units.items())


def spoken_of(found: calendar.YearList) -> bool:
    """Each day of a list that was taken has a name to be told by."""
    names = [*found.off.values(), *found.work.values()]
    return all(isinstance(text, str) for one in names for text in one.values()) and all(
        one.get("zh") for one in names
    )


HEAD = "来源,收到日期,姓名,住址,电话,反映内容,请求,发生地点,不能让谁看到\n"


CSV = HEAD + '信件,2026-11-01,测试甲,和平路3号,13800138000,"夜里，\n施工",请停工,和平路,\n'


@functools.cache
def spreadsheet() -> dict[str, bytes]:
    """The parts of a good spreadsheet."""
    from openpyxl import Workbook

    book, held = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEAD.strip().split(","))
    sheet.append(["来访", TODAY, "测试乙", "", 13800138000, "=1+1 夜里施工", "请停工", 1.5, True])
    book.save(held)
    with zipfile.ZipFile(held) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


@st.composite
def spreadsheets(draw: st.DrawFn) -> bytes:
    """A spreadsheet with one of its parts damaged or gone, or its bytes cut."""
    parts = dict(spreadsheet())
    name = draw(st.sampled_from([*parts]))
    if draw(st.booleans()):
        text = draw(texts(parts[name].decode(), "<a/>", "&lol;", "<!DOCTYPE x>", '<c t="s"/>'))
        parts[name] = text.encode("utf-8", "surrogatepass")
    elif draw(st.booleans()):
        del parts[name]
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as out:
        for name, content in parts.items():
            out.writestr(name, content)
    return draw(cut(held.getvalue()))


@st.composite
def cut(draw: st.DrawFn, content: bytes) -> bytes:
    """Bytes as they are, or some of them gone or others."""
    how = draw(st.sampled_from(["whole", "whole", "short", "other"]))
    place = draw(st.integers(0, len(content)))
    if how == "short":
        return content[:place]
    other = draw(st.binary(max_size=4)) if how == "other" else b""
    return content[:place] + other + content[place + len(other) :]


ROWS = st.dictionaries(
    st.sampled_from([*bulk.COLUMNS]),
    texts("信件", "2026-11-01", "测试甲", "13800138000", "和平路"), max_size=9,
)  # fmt: skip


KEYS = f'pepper = "{base64.b64encode(bytes(32)).decode()}"\n[key]\n1 = "{"A" * 43}="\n'


RING = KeyRing.fresh()


SAID = {"office": "云川市信访局", "number": NUMBER, "received_on": "2026-11-21",
        "registered_at": "2026-11-21T11:00:00+08:00", "history": "ab" * 32}  # fmt: skip


def slip(said: dict[str, str]) -> dict[str, str]:
    """A receipt with a true signature."""
    content = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    raw = {"key": RING.public, "signature": RING.sign(content.encode())}
    return said | {name: base64.b64encode(one).decode() for name, one in raw.items()}


RECEIPT = slip(SAID)


def true(found: receipt.Signed) -> bool:
    """Only what the office said is signed by it."""
    holds = found.key == RING.public and signed(found.key, found.content, found.signature)
    return holds == (found.said == SAID and found.signature == receipt.read(
        json.dumps(RECEIPT)).signature and found.key == RING.public)  # fmt: skip


MANIFEST = {"made_at": "2026-11-21T03:00:00+00:00", "schema": "0019", "missing": ["ab/x"],
            "tables": {"petition": [1, "ab"]}, "files": {"ab/cd": "ef"}}  # fmt: skip


def inside(found: backup.Manifest) -> bool:
    """No attachment that is read lies outside the backup, and each that would is named."""
    place = Path("/backup/attachments")
    held = all((place / path).resolve().is_relative_to(place) for path in found.within)
    return held and len(found.within) + len(found.astray) >= len(found.files)


def kept(found: backup.Manifest) -> bool:
    """Of the types that `backup.json` is written with, too."""
    return inside(found) and all(isinstance(one, str) for one in found.files.values())


NUMBERS = itertools.count(1)


@functools.cache
def app() -> App:
    """An office without network."""
    folder = Path(PLACE.name) / "office"
    folder.mkdir()
    copy_empty(folder / "petitions.sqlite3")
    made = build(load_settings(data_dir=folder, telegram_token=""))
    atexit.register(made.database.close)
    return made


def heard(kind: str, text: str) -> list[message.Message]:
    """What a stranger hears. Raises PetitionError for a refusal."""
    here = app()
    incoming = Incoming("telegram", "1", str(next(NUMBERS)), kind, lang="zh", text=text)
    return here.database.write_now(
        lambda c: converse(Records(c, here.database.ring), here.desk.house, incoming, NOW)
    )


def answered(given: tuple[tuple[str, str], str]) -> str:
    """A typed answer to any question of any form. Raises BadAnswer."""
    (form, step), text = given
    here = app()
    check = forms.FORMS[form].step(step).check
    assert check

    def work(connection: Any) -> str:
        book = Records(connection, here.database.ring)
        chat = book.chat("telegram", "0") or book.new_chat("telegram", "0", "zh", NOW)
        return check(Talk(book, here.office, NOW, chat, Incoming("", "", "", "")), text)

    return str(here.database.write_now(work))


QUESTIONS = [(f.name, s.name) for f in forms.FORMS.values() for s in f.steps if s.check]


ANSWERS = texts(
    "13800138000", "2026-11-20", "2026-11", "09:30", "10", "120", "测试甲", NUMBER, "ABCDE-FGHJK",
    "转送 2d", "2026-12-01 50%", "第一阶段 2026-11-01 2026-11-30", "https://x.cn/y", "0101、0102",
    "north-land", "1234", "11010519491231002X", LIST_2026, *BAD_TOML,
)  # fmt: skip


BUTTONS = st.builds(message.Button, WORDS, WORDS, WORDS)


CHARTS = st.one_of(
    st.builds(message.Rise, WORDS, st.just((("2026-01-01", 1.5),)), st.just((("x", 1),)), WORDS,
              WORDS, WORDS, WORDS),
    st.builds(message.Bars, WORDS, st.tuples(WORDS), st.just((("a", (1.0, None)),))),
    st.builds(message.Curve, WORDS, st.tuples(WORDS), st.tuples(st.integers())),
)  # fmt: skip


PAGES = st.builds(message.Page, WORDS, st.tuples(WORDS),
                  st.tuples(st.tuples(WORDS, st.integers(), st.none())))  # fmt: skip


MESSAGES = st.builds(
    message.Message, WORDS, st.tuples(st.tuples(BUTTONS), st.tuples(BUTTONS, BUTTONS)),
    st.tuples(st.builds(message.FileRef, st.integers(), WORDS, WORDS, st.integers())), WORDS,
    st.booleans(), st.integers(), archive=st.none() | st.just(message.Archive(1, 2, 0, 3)),
    notes=st.tuples(st.tuples(WORDS, WORDS)),
    sheets=st.tuples(st.builds(message.Sheet, WORDS, WORDS, WORDS, st.tuples(WORDS))),
    chart=st.none() | CHARTS, find=st.none() | st.tuples(st.integers(), st.integers()),
    table=st.none() | st.builds(message.Table, WORDS, st.tuples(PAGES), WORDS),
    event=st.none() | st.builds(message.Event, WORDS, WORDS, WORDS, st.integers()),
)  # fmt: skip


def stored(given: message.Message) -> bool:
    """Whether a message comes back as it was stored."""
    assert from_json(to_json([given])) == [given]
    return True


def counted_again(found: periods.Period) -> bool:
    """A period is read again from its key, and has neighbours and names."""
    assert periods.read(found.key, TODAY) == found
    near = (found.before(), found.after(), found.year_ago())
    return all(one.key and one.name("zh") and one.name("en") for one in (found, *near))


def whole(pieces: list[str]) -> bool:
    """Pieces of a text that Telegram takes, which counts in units of UTF-16."""
    return all(
        len(piece.encode("utf-16-le", "surrogatepass")) <= 2 * message.MAX_TEXT for piece in pieces
    )


TABLE: dict[str, Parser] = {
    "start payload": Parser(
        lambda text: heard("text", f"/start {text}"),
        texts("i_abcDEF-_123", "j_abc", "p_housing", "c_" + NUMBER, NUMBER, "web"), list,
    ),
    "command": Parser(
        lambda text: heard("text", f"/{text}"),
        texts(*COMMANDS, "track " + NUMBER, "lang en", "figures 2026-10"), list,
    ),
    "callback data": Parser(
        lambda text: heard("press", text),
        texts(*PRESSES, "f:1:0:pick:1", "m:1:card", "d:1:0:accept", "new:resume:1"), list,
    ),
    "parts of callback data": Parser(message.unpacked, texts("f:1:0:pick:1"), list),
    "words somebody wrote": Parser(lambda text: heard("text", text), ANSWERS, list),
    "an answer of a form": Parser(answered, st.tuples(st.sampled_from(QUESTIONS), ANSWERS)),
    "case number": Parser(
        codes.read_number, texts(NUMBER, NUMBER.replace("-", " "), "６４０９－Ｔ２６１１２１"),
        (str, type(None)), lambda found: found is None or codes.read_number(found) == found,
    ),
    "whether a number": Parser(codes.is_number, texts(NUMBER), bool),
    "query code": Parser(
        codes.read_code, texts("ABCDE-FGHJK", "ａｂｃｄｅ　ｆｇｈｊｋ"), str,
        lambda found: codes.read_code(found) == found,
    ),
    "clean": again(checks.clean, "夜里施工\u202e", "a\r\n\r\n\r\n\r\nb", "e\u200b\u0301", "\x1c x"),
    "words": again(checks.words, "夜里施工，请解决。"),
    "line": again(checks.line, "云川市 和平路\n3号"),
    "title": again(checks.title, "夜间施工扰民"),
    "name": again(checks.name, "测试甲", "O'Neil-Smith"),
    "telephone": again(checks.phone, "13800138000", "+86 138 0013 8000", "0951-5550100", "１３８"),
    "identity number": again(checks.id_number, "11010519491231002X", "11010519491231002x "),
    "people": again(checks.people, "3", "12人", "１０ 位"),
    "day": again(checks.day, "2026-11-21", "2026年3月5日", "5/3/2026", "２０２６．１．２"),
    "hour": again(checks.clock, "9:30", "9点", "09：30", "23时59分"),
    "since": again(lambda text: checks.since(text, TODAY), "2026-03", "2026年3月5日", "1949.10"),
    "PIN": again(checks.pin, "1234", "１２３４ ５６", "٣٤٥٦"),
    "voice written down": again(lambda text: checks.spoken("contact", text), "13800138000"),
    "period": Parser(
        lambda text: periods.read(text, TODAY),
        texts("2026", "2026-W41", "2026-10", "2026-Q4", "2026-10-05", "2026-10-05~2026-10-20",
              "2026年10月", "20261005~20261020", "2020 至 2060"),
        periods.Period, counted_again,
    ),
    "length": Parser(
        clocks.length, texts("15d", "5wd", " 30 D", "３d"), clocks.Length,
        lambda found: clocks.length(str(found)) == found,
    ),
    "day of the command line": Parser(read_day, texts("2026-02-02", "2026"), date),
    "pauses": Parser(
        read_pauses, st.lists(texts("--pause", "2026-02-02", "2026-02-03"), max_size=7), list
    ),
    "targets": Parser(
        _read_targets, texts("2026-12-01 50%", "2026-12-01 50％；2027-01-01 100"), tuple,
        lambda found: all(0 < percent <= 100 for _, percent in found),
    ),
    "phases": Parser(_read_phases, texts("摸底 2026-11-01 2026-11-30"), tuple),
    "search words": Parser(search.asked, texts("夜间 施工 noise", "工资"), list),
    "terms": Parser(search.terms, texts("夜间施工 noise 2026"), list),
    "danger": Parser(danger.look, texts("我不想活了", "煤气泄漏"), (danger.Danger, type(None))),
    "suggested title": Parser(titles.suggest_title, texts("尊敬的领导：小区楼下夜里施工。")),
    "suggested categories": Parser(categories.suggest, texts("拖欠工资", "夜间施工"), list),
    "category": Parser(
        categories.by_name, texts("农村农业", "0101"), (categories.Category, type(None))
    ),
    "answer looked over": Parser(
        lambda text: gate.hints(gate.Outgoing(text, text, text, others=[(NUMBER, text)])),
        texts("您好，来信收悉，已转有关部门办理。", "一、同意。二、不同意。"), list,
    ),
    "result": Parser(gate.no_result, texts("已转住建局办理，请耐心等待。"), bool),
    "language": Parser(words.language, texts("zh-hans", "en"), str),
    "pieces": Parser(
        message.split, texts("甲" * 4096, "😀" * 4096, ("乙" * 99 + "\n") * 90), list, whole
    ),
    "file": Parser(
        kind_of, st.one_of(st.binary(max_size=300), cut(b"%PDF-1.7 " + b"x" * 300),
                           cut(b"PK\3\4" + bytes(300)), cut(b"RIFF....WEBPVP8 " + bytes(99))),
    ),
    "file name": Parser(
        checks.file_name, texts("a.pdf", "../../etc/passwd", "C:\\x\\照片.JPG", "." * 9), str,
        lambda found: bool(found) and len(found) <= 120 and not set(found) & set("/\\\0\n"),
    ),
    "media type": Parser(files.clean_mime, texts("image/png; charset=x", "text/html")),
    "number of an address": Parser(asked.count, texts("12", "9" * 18), int),
    "list of days off": Parser(
        lambda text: calendar.read_list(CALENDAR, text, "x.toml"), texts(LIST_2026, *BAD_TOML),
        calendar.YearList, spoken_of,
    ),
    "rules": Parser(
        lambda raw: regulation.read_regulation(raw, "x.toml"), damaged(st.just(RULES)),
        regulation.Regulation,
    ),
    "shorter limits": Parser(
        lambda given: OFFICE.law.shortened(given, "x"),
        st.dictionaries(st.sampled_from([*OFFICE.law.editions[0].clocks, "x"]),
                        st.one_of(texts("2d", "1wd"), ANYTHING), max_size=3),
        regulation.Law,
    ),
    "office": Parser(
        lambda raw: office_file.read_office(raw, "x.toml"), damaged(st.just(SAMPLE_OFFICE)),
        units.Office, usable,
    ),
    "office file": Parser(
        in_file(load_office, "office.toml"), texts(SAMPLE.read_text("utf-8"), *BAD_TOML),
        units.Office,
    ),
    "changed units": Parser(
        lambda changes: units.Changes.read(changes.text),
        st.builds(units.Changes, st.dictionaries(WORDS, st.none() | st.builds(
            units.Unit, WORDS, WORDS, st.dictionaries(WORDS, WORDS), WORDS, st.just({}),
            st.just({}), WORDS, st.tuples(WORDS), st.tuples(WORDS)), max_size=2)),
        units.Changes,
    ),
    "settings": Parser(
        lambda given: load_settings(**given),
        st.dictionaries(
            st.sampled_from([*Settings.model_fields]),
            st.one_of(texts("123456:ABCDEFGH", "https://x.cn", "web", "8080", "/x"), ANYTHING),
            max_size=3,
        ),
        Settings,
    ),
    "table": Parser(
        in_file(lambda path: importing.checked(path, TODAY), "x.csv"),
        st.one_of(texts(CSV, CSV + CSV, '"'), st.binary(max_size=60),
                  texts(CSV).map(lambda text: text.encode("gb18030", "replace"))), tuple,
    ),
    "spreadsheet": Parser(
        in_file(lambda path: importing.checked(path, TODAY), "x.xlsx"), spreadsheets(), tuple
    ),
    "line of a table": Parser(
        lambda cells: bulk.read(2, cells, TODAY), ROWS, (bulk.TableLine, bulk.Problem)
    ),
    "headings": Parser(
        bulk.headings, st.lists(texts(*HEAD.strip().split(",")), max_size=12), dict
    ),
    "messages to be replayed": Parser(
        in_file(lambda path: replay.read(path, 0), "x.jsonl"),
        texts('{"id": 1, "subject": "a", "text": "b", "reply": "c"}\n', "[1]\n", "[" * 9999), tuple,
    ),
    "key file": Parser(
        in_file(lambda path: load_keys(path)[0], "keys.toml"),
        texts(KEYS, KEYS.replace("[key]", "key = 5"), "pepper = 5\n[key]\n", *BAD_TOML), KeyRing,
        lambda ring: ring.open(ring.seal("字", "x"), "x") == "字" and bool(ring.public),
    ),
    "sealed value": Parser(
        lambda raw: RING.open_bytes(raw, "x"), cut(RING.seal_bytes("字".encode(), "x")), bytes,
        lambda found: found == "字".encode(),
    ),
    "receipt": Parser(
        receipt.read,
        st.one_of(texts(json.dumps(RECEIPT)), damaged(st.just(RECEIPT)).map(json.dumps),
                  ANYTHING.map(json.dumps), st.just("[" * 9000)),
        receipt.Signed, true,
    ),
    "backup.json": Parser(
        in_file(lambda path: backup.read(path.parent), backup.MANIFEST),
        st.one_of(texts(json.dumps(MANIFEST)), damaged(st.just(MANIFEST)).map(json.dumps),
                  ANYTHING.map(json.dumps), st.sampled_from(["[" * 9000, "null"]),
                  st.sampled_from(["../../x", "/etc/passwd", "a/../../../x"]).map(
                      lambda path: json.dumps(MANIFEST | {"files": {path: "ef"}}))),
        backup.Manifest, kept,
    ),
    "stored message": Parser(lambda given: given, MESSAGES, message.Message, stored),
}  # fmt: skip


def tried(parser: Parser, given: Any) -> None:
    """Let it read; nothing but a value of its kind or a refusal may come of it."""
    try:
        found = parser.read(given)
    except PetitionError as refusal:
        told = [refusal.sentence(lang) for lang in words.LANGUAGES]
    else:
        told = []
        assert isinstance(found, parser.kind)
        assert parser.holds(found)
    assert all(told)


HEARD = ("start payload", "command", "callback data", "words somebody wrote")
"""Over the whole office: what a channel lets through is enough."""
