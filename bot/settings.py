"""The settings: environment variables with the prefix PETITION_, or a file of them."""

from __future__ import annotations

import re
import tomllib
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from petitions.errors import BadSetting
from petitions.law.units import Office, read_office

Network = IPv4Network | IPv6Network
PARTS = frozenset({"dialogs", "web", "reminders"})
"""Conversations on Telegram, the page, what the office says by itself."""
ROLES = {"dialogs": "poller", "reminders": "reminders"}
"""Part of the office → what one process does for all that have it."""
BUCKET = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._/-]*)?")
SAMPLE = Path(__file__).with_name("sample-office.toml")


class Settings(BaseSettings):
    """Everything that can be set; `docs/settings.md` says it in a table."""

    model_config = SettingsConfigDict(
        env_prefix="PETITION_", env_file="petition.env", extra="ignore", hide_input_in_errors=True
    )

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
    s3_endpoint: str = ""
    """Base address of an S3-compatible store; empty: AWS."""
    s3_region: str = ""
    keys: Path | None = None
    """The key file; not given: keys.toml in the data folder."""
    web_host: str = "127.0.0.1"
    web_port: int = Field(default=8080, ge=0, le=65535)
    public_url: str = ""
    """How people reach the page, for links and QR codes."""
    visitor_rate: int = Field(default=60, ge=1)
    """What one visitor of the page may send in a minute."""
    address_rate: int = Field(default=1200, ge=1)
    """What all visitors of one address may send in a minute."""
    address_visitors: int = Field(default=600, ge=1)
    """New visitors of one address in an hour."""
    streams: int = Field(default=5000, ge=1)
    """Pages that hear of news at once; further ones ask from time to time."""
    proxies: str = ""
    """Addresses or networks of our own proxies, with commas between them."""
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

    @field_validator("proxies")
    @classmethod
    def _proxies(cls, value: str) -> str:
        try:
            _networks(value)
        except ValueError:
            raise ValueError("must be addresses or networks: 127.0.0.1, 10.0.0.0/8") from None
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

    @property
    def database(self) -> str:
        """The database's address."""
        return self.database_url or f"sqlite:///{self.data_dir / 'petitions.sqlite3'}"

    @property
    def attachments_place(self) -> str:
        """Where attachments lie."""
        return self.attachments or str(self.data_dir / "attachments")

    @property
    def own_proxies(self) -> tuple[Network, ...]:
        """The proxies whose word on where a request comes from is believed."""
        return _networks(self.proxies)

    @property
    def parts(self) -> frozenset[str]:
        """What this process does."""
        return frozenset({self.only}) if self.only else PARTS

    @property
    def key_file(self) -> Path:
        """Where the keys are."""
        return self.keys or self.data_dir / "keys.toml"

    @property
    def page_url(self) -> str:
        """How people reach the page."""
        return self.public_url or f"http://{self.web_host}:{self.web_port}"


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ip_network(one.strip()) for one in text.split(",") if one.strip())


def load_settings(**given: object) -> Settings:
    """The settings. Raises BadSetting naming the first wrong one and what it should be."""
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "PETITION_" + "_".join(str(p) for p in first["loc"]).upper()
        raise BadSetting("bad.setting", name=name, must=first["msg"]) from None


def load_office(path: Path | None) -> Office:
    """The office of a file; of none: the sample office. Raises BadSetting."""
    source = path or SAMPLE
    try:
        raw = tomllib.loads(source.read_text("utf-8"))
    except OSError as error:
        raise BadSetting(
            "bad.office_file", source=source, where=error.strerror, must="TOML"
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadSetting("bad.office_file", source=source, where=error, must="TOML") from error
    return read_office(raw, str(source))
