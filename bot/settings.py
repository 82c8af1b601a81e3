"""The settings: environment variables with the prefix PETITION_, or a file of them."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from petitions.errors import BadSetting
from petitions.units import Office, read_office

PARTS = frozenset({"dialogs", "web", "reminders"})
"""Conversations on Telegram, the page, what the office says by itself."""
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
    """Notices a second at most; conversations share Telegram's own limit of 30."""
    database_url: str = ""
    """Empty: SQLite in the data folder."""
    data_dir: Path = Path("data")
    keys: Path | None = None
    """The key file; not given: keys.toml in the data folder."""
    web_host: str = "127.0.0.1"
    web_port: int = Field(default=8080, ge=0, le=65535)
    public_url: str = ""
    """How people reach the page, for links and QR codes."""
    office: Path | None = None
    """The office file; not given: the sample office."""
    demo: bool = False
    """The sample office's page for trying out: two panes and a clock that can be moved."""
    only: str = ""
    """Of the parts of the office this process is: `dialogs`, `web`, `reminders`; empty: all."""
    metrics_port: int = Field(default=0, ge=0, le=65535)
    """Prometheus metrics on 127.0.0.1; 0: none."""
    log_json: bool = False

    @field_validator("telegram_api", "public_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

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
