"""The settings: environment variables with the prefix PETITION_, or a file of them."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable
from io import StringIO
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import structlog
from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from sqlalchemy import URL, make_url

from bot.plain import read_plain
from petitions.errors import BadSetting
from storage.database import sqlite_at
from storage.keyfile import KeyCommand, KeyFile
from storage.scanner import PLACE
from webchat.limits import Network

PAGE = "web"
"""The part that serves the page."""
PARTS = frozenset({"dialogs", PAGE, "reminders"})
"""Conversations on Telegram, the page, what the office says by itself."""
ROLES = {"dialogs": "poller", "reminders": "reminders"}
"""Part of the office → what one process does for all that have it."""
BUCKET = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._/-]*)?")
PREFIX = "PETITION_"
FILE = Path("petition.env")
"""Lines of settings, in the folder the program is started in; the environment goes before."""
QUOTES = ('""', "''", "“”", "‘’", "＂＂")
NEAR, VERY_NEAR = 0.7, 0.85
"""How like a known name one must be to be taken for it; without the prefix, and with it."""

log = structlog.get_logger()


class Settings(BaseSettings):
    """Everything that can be set; `docs/settings.md` says it in a table."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", hide_input_in_errors=True
    )  # fmt: skip

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource, *others: Any, **more: Any,
    ) -> tuple[PydanticBaseSettingsSource, ...]:  # fmt: skip
        """The values given, then the environment, then the file."""
        return init_settings, env_settings, InitSettingsSource(settings_cls, _lines())

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, given: Any) -> Any:
        """Without the spaces and quotes that some programs strip and some don't."""
        return {name: _bare(v) if isinstance(v, str) else v for name, v in given.items()}

    telegram_token: str = ""
    """From @BotFather; empty: the web channel alone."""
    telegram_api: str = "https://api.telegram.org"
    telegram_rate: int = Field(default=15, ge=1, le=100_000)
    """Notices a second at most, of each process; conversations share Telegram's own limit of 30."""
    webhook_url: str = ""
    """Where Telegram's calls come in (https, what stands before /telegram/…); empty: we ask."""
    webhook_port: int = Field(default=8081, ge=0, le=65535)
    """The port that a reverse proxy hands /telegram/… to."""
    database_url: str = ""
    """Empty: SQLite in the data folder."""
    data_dir: Path = Path("data")
    attachments: str = ""
    """A folder, or `s3://bucket/prefix`; empty: a folder in the data folder."""
    files_a_day: int = Field(default=1000, ge=20)
    """MB of files that one chat may send in a day; writing goes on."""
    address_files_a_day: int = Field(default=10_000, ge=20)
    """MB of files that may come from one network address in a day; writing goes on."""
    disk_floor: int = Field(default=500, ge=0)
    """MB that stay free on the disk: below it only text is taken; 0: none."""
    clamav: str = ""
    """ClamAV's daemon: a socket's path, or host:port; empty: nothing is scanned."""
    s3_endpoint: str = ""
    """Base address of an S3-compatible store; empty: AWS."""
    s3_region: str = ""
    keys: Path | None = None
    """The key file; not given: keys.toml in a folder of its own beside the data folder."""
    keys_command: str = ""
    """A command that says what a key file holds, for a vault or an HSM; empty: a file."""
    pepper_days: int = Field(default=7, ge=0, le=365)
    """Days for which Telegram's calls hold with the secret of before a new key."""
    web_host: str = "127.0.0.1"
    web_port: int = Field(default=8080, ge=0, le=65535)
    public_url: str = ""
    """How people reach the page, for links and QR codes."""
    visitor_rate: int = Field(default=60, ge=1)
    """Requests that one visitor of the page may send in a minute."""
    address_rate: int = Field(default=1200, ge=1)
    """Requests that all visitors of one address may send in a minute."""
    address_visitors: int = Field(default=600, ge=1)
    """New visitors of one address in an hour."""
    address_lines: int = Field(default=600, ge=1)
    """Connections of one address at once; never more than a fourth of all."""
    streams: int = Field(default=5000, ge=1)
    """Pages that hear of news at once; further ones ask from time to time."""
    proxies: str = ""
    """Addresses or networks of our own proxies, with commas between them."""
    officer_networks: str = ""
    """Networks from which officers work on the page, with commas between them; empty: from all."""
    office: Path | None = None
    """The office file; not given: the sample office."""
    demo: bool = False
    """The sample office's page for trying out: two panes and a clock that can be moved."""
    only: str = ""
    """Of the parts of the office this process is: `dialogs`, `web`, `reminders`; empty: all."""
    metrics_port: int | None = Field(default=None, ge=0, le=65535)
    """/live, /ready and Prometheus's /metrics; not given: none."""
    metrics_host: str = "127.0.0.1"
    log_json: bool = False

    @field_validator("telegram_api", "public_url", "webhook_url", "s3_endpoint")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @field_validator("attachments")
    @classmethod
    def _attachments(cls, value: str) -> str:
        if "://" in value and not BUCKET.fullmatch(value):
            raise ValueError("must be a folder or s3://bucket/prefix")
        return value

    @field_validator("clamav")
    @classmethod
    def _clamav(cls, value: str) -> str:
        if value and not PLACE.fullmatch(value):
            raise ValueError("must be a socket's path (/run/clamav/clamd.ctl) or host:port")
        return value

    @field_validator("proxies")
    @classmethod
    def _proxies(cls, value: str) -> str:
        try:
            _networks(value)
        except ValueError:
            raise ValueError("must be addresses or networks: 127.0.0.1, 10.0.0.0/8") from None
        return value

    @field_validator("officer_networks")
    @classmethod
    def _officer_networks(cls, value: str) -> str:
        try:
            narrow = [one for one in _networks(value) if one.version == 6 and one.prefixlen > 64]
        except ValueError:
            raise ValueError("must be networks: 10.0.0.0/8, 2001:db8::/32") from None
        if narrow:  # a line is known by its network of 64 bits
            raise ValueError("must be networks of at most 64 bits where they are IPv6")
        return value

    @field_validator("only")
    @classmethod
    def _only(cls, value: str) -> str:
        if value and value not in PARTS:
            raise ValueError(f"must be one of {', '.join(sorted(PARTS))}")
        return value

    @field_validator("telegram_token")
    @classmethod
    def _token(cls, value: str) -> str:
        value = value.strip()
        left, colon, right = value.partition(":")
        if value and not (colon and left.isdecimal() and len(right) >= 8):
            raise ValueError("must look like 123456:ABC… as given by @BotFather")
        return value

    @model_validator(mode="after")
    def _keys_from_one_place(self) -> Settings:
        if self.keys and self.keys_command:
            raise ValueError("PETITION_KEYS or PETITION_KEYS_COMMAND, not both")
        return self

    @property
    def database(self) -> str | URL:
        """The database's address."""
        return self.database_url or sqlite_at(self.data_dir / "petitions.sqlite3")

    @property
    def secure(self) -> bool:
        """Whether people reach the page over HTTPS."""
        return self.public_url.startswith("https://")

    @property
    def attachments_place(self) -> str:
        """Where attachments lie."""
        return self.attachments or str(self.data_dir / "attachments")

    @property
    def disks(self) -> tuple[Path, ...]:
        """Folders whose disks must have room."""
        here = () if BUCKET.fullmatch(self.attachments) else (Path(self.attachments_place),)
        return (self.data_dir, *here)

    @property
    def own_proxies(self) -> tuple[Network, ...]:
        """The proxies whose word on where a request comes from is believed."""
        return _networks(self.proxies)

    @property
    def desks_from(self) -> tuple[Network, ...]:
        """From where officers work on the page; none: from everywhere."""
        return _networks(self.officer_networks)

    @property
    def parts(self) -> frozenset[str]:
        """The parts of the office that this process runs."""
        return frozenset({self.only}) if self.only else PARTS

    @property
    def key_place(self) -> KeyFile | KeyCommand:
        """Where the keys are, or are made."""
        return KeyCommand(self.keys_command) if self.keys_command else KeyFile(self.key_file)

    @property
    def key_file(self) -> Path:
        """The key file: where the settings say, else outside the data folder; where an older
        program made it, if it lies there alone."""
        before = self.keys_of_before
        there = self.keys or self.keys_outside.exists() or not before.exists()
        return self.keys_to_be if there else before

    @property
    def keys_of_before(self) -> Path:
        """Where an older program made it."""
        return self.data_dir / "keys.toml"

    @property
    def keys_outside(self) -> Path:
        """Where it lies where the settings don't say it."""
        data = self.data_dir.absolute()
        return data.with_name(f"{data.name or 'petition-bot'}-keys") / "keys.toml"

    @property
    def keys_to_be(self) -> Path:
        """Where it ought to lie."""
        return self.keys or self.keys_outside

    @property
    def key_files(self) -> tuple[Path, ...]:
        """The key file, if there is to be one."""
        return () if self.keys_command else (self.key_file,)

    @property
    def keys_lie_beside(self) -> Path | None:
        """The key file, where it lies with what it seals."""
        return next(
            (file for file in self.key_files if file.exists() and self.is_beside(file)), None
        )

    def is_beside(self, file: Path) -> bool:
        """Whether a place is in the data folder, among the attachments, or beside the database."""
        where = file.resolve().parent
        folders = [self.data_dir.resolve()]
        if not BUCKET.fullmatch(self.attachments):
            folders.append(Path(self.attachments_place).resolve())
        url = make_url(self.database)
        beside = url.database if url.get_backend_name() == "sqlite" else None
        return any(where.is_relative_to(one) for one in folders) or bool(
            beside and where == Path(beside).resolve().parent
        )

    @property
    def page_url(self) -> str:
        """How people reach the page."""
        return self.public_url or f"http://{self.web_host}:{self.web_port}"


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ip_network(one.strip()) for one in text.split(",") if one.strip())


def _bare(value: str) -> str:
    value = value.strip("\ufeff \t\r\n\u3000")
    if len(value) > 1 and value[0] + value[-1] in QUOTES:
        return value[1:-1].strip()
    return value


def _said() -> dict[str, str | None]:
    """The settings in the file, by name. Raises BadSetting naming a line that can't be read."""
    if not FILE.is_file():
        return {}
    text = read_plain(FILE)
    for line in parse_stream(StringIO(text)):
        if line.error or (line.key and line.value is None):
            raise BadSetting("bad.setting_line", file=FILE, row=line.original.line)
    return dotenv_values(stream=StringIO(text))


def _lines() -> dict[str, Any]:
    """The same by field."""
    return {_field(name): value for name, value in _said().items() if _field(name) in FIELDS}


def _field(name: str) -> str:
    return name.upper().removeprefix(PREFIX).lower() if name.upper().startswith(PREFIX) else ""


def _all_known(names: Iterable[str], file: str, strict: bool) -> None:
    """Raises BadSetting for a name that is nearly one of ours; for any with our prefix if
    `strict`. Without that it is only in the log: others may use the prefix, too."""
    for name in sorted(names):
        ours, like = name.upper().startswith(PREFIX), NEAR if _field(name) else VERY_NEAR
        asked = _field(name) if ours else name.upper()
        among = FIELDS if ours else [PREFIX + field.upper() for field in FIELDS]
        if asked in among:
            continue
        if near := difflib.get_close_matches(asked, among, 1, like):
            nearest = PREFIX + near[0].upper() if ours else near[0]
            raise BadSetting("bad.setting_unknown", name=name, file=file, nearest=nearest)
        if ours and strict:
            raise BadSetting("bad.setting_strange", name=name, file=file)
        if ours:
            log.warning("setting.unknown", name=name)


FIELDS = sorted(Settings.model_fields)


def load_settings(**given: object) -> Settings:
    """The settings. Raises BadSetting naming the first wrong one and what it should be."""
    try:
        _all_known(_said(), str(FILE), strict=True)
        begins = (name for name in os.environ if name.upper().startswith(PREFIX[:3]))
        _all_known(begins, "environment", strict=False)
        return Settings(**given)  # type: ignore[arg-type]
    except OSError as error:
        raise BadSetting("bad.setting", name=FILE, must=error.strerror) from None
    except ValidationError as error:
        first = error.errors()[0]
        name = "PETITION_" + "_".join(str(p) for p in first["loc"]).upper()
        raise BadSetting("bad.setting", name=name, must=first["msg"]) from None
