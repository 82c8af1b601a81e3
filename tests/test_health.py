"""What a monitor asks, and the files an office is run by: each names only what exists."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import aiohttp
import pytest
from people import FILING, file_petition, town
from prometheus_client.parser import text_string_to_metric_families

from bot.health import NO_LOGIN
from bot.settings import Settings
from storage.peers import peers_of

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"


async def test_a_process_tells_that_it_lives_and_what_it_did(tmp_path: Path) -> None:
    async with town(tmp_path, metrics_port=0) as here, aiohttp.ClientSession() as http:
        base = f"http://127.0.0.1:{here.app.monitor_port}"

        async def asked(path: str) -> tuple[int, str]:
            async with http.get(base + path) as answer:
                return answer.status, await answer.text()

        def count(text: str, name: str) -> float:
            families = text_string_to_metric_families(text)
            return sum(s.value for f in families for s in f.samples if s.name == name)

        assert await asked("/live") == (200, "live\n")
        assert await asked("/ready") == (200, f"ready\n{NO_LOGIN}")
        before = (await asked("/metrics"))[1]
        number = await file_petition(await here.citizen())
        await here.app.reminders.tick()
        _, after = await asked("/metrics")
        grown = {
            name: count(after, name) - count(before, name)
            for name in ("petition_updates_total", "petition_update_seconds_count",
                         "petition_notices_total")
        }  # fmt: skip
        assert grown["petition_updates_total"] == grown["petition_update_seconds_count"] >= 9
        assert 'petition_leads{role="poller"} 1.0' in after
        assert "petition_notices_due 0.0" in after
        for told in (*FILING.values(), number):
            assert told not in after, "numbers only"
        everything = {s.name for f in text_string_to_metric_families(after) for s in f.samples}
        for name in re.findall(r"(?:petition|process)_\w+", (DEPLOY / "grafana.json").read_text()):
            assert name in everything or name in after, f"the dashboard shows {name}"


async def test_who_has_no_ear_never_asks_for_all(tmp_path: Path) -> None:
    """To be asked for its metrics makes no page the one that asks Telegram."""
    async with (
        town(tmp_path, metrics_port=0, only="web", ticking=False) as here,
        aiohttp.ClientSession() as http,
        http.get(f"http://127.0.0.1:{here.app.monitor_port}/metrics") as answer,
    ):
        assert answer.status == 200
        other = peers_of(here.app.database.engine, tmp_path / "processes", alone=False)
        await other.start()
        other.leads("poller")
        for _ in range(2400):
            if other.leads("poller"):
                break
            await asyncio.sleep(0.05)
        assert other.leads("poller"), "whoever has one can"
        await other.stop()


def test_the_dashboard_is_one() -> None:
    board = json.loads((DEPLOY / "grafana.json").read_text("utf-8"))
    assert all(panel["targets"][0]["expr"] for panel in board["panels"])


@pytest.mark.parametrize("name", ["Containerfile", "compose.yml", "petition-bot.service"])
def test_files_to_run_an_office_name_only_settings_that_exist(name: str) -> None:
    known = {f"PETITION_{field.upper()}" for field in Settings.model_fields}
    used = set(re.findall(r"PETITION_[A-Z_]+", (DEPLOY / name).read_text("utf-8")))
    assert used
    assert used <= known


def test_every_setting_is_in_the_table() -> None:
    told = (ROOT / "docs" / "settings.md").read_text("utf-8")
    for field in Settings.model_fields:
        assert f"`PETITION_{field.upper()}`" in told, field


def test_the_image_holds_every_package() -> None:
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    held = (DEPLOY / "Containerfile").read_text("utf-8")
    seen = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    for package in packages["tool"]["importlinter"]["root_packages"]:
        assert f"COPY {package} {package}" in held
        assert f"!{package}" in seen, "the build sees nothing else"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    unit = tmp_path / "petition-bot.service"
    text = (DEPLOY / "petition-bot.service").read_text("utf-8")
    unit.write_text(text.replace("/opt/petition-bot/.venv/bin/petition-bot", "/bin/true"))
    found = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
    assert not re.search("Unknown|Failed", found.stderr), found.stderr
