"""The administrator's desk and the command line, as tests use them."""

from __future__ import annotations

from typing import Any

from typer.testing import CliRunner, Result

from bot.cli import base
from people.town import Town


async def invited(administrator: Any, unit: str, role: str) -> str:
    """Invite somebody from the chat; gives what they are to send."""
    await administrator.say("/staff")
    await administrator.press("邀请新岗位")
    await administrator.press(unit)
    await administrator.press(role)
    await administrator.press("跳过")
    text = await administrator.press("发出邀请")
    return "/start i_" + text.split("/start i_")[1].split()[0]


async def edit(administrator: Any, unit: str, field: str, answer: str) -> str:
    """Change one field of a unit from the chat; gives what is said to it."""
    await administrator.say("/staff")
    await administrator.press("单位")
    await administrator.press(unit)
    await administrator.press("修改")
    await administrator.press(f"改：{field}")
    shown = answer in administrator.buttons()
    await (administrator.press(answer) if shown else administrator.say(answer))
    return str(await administrator.press("保存"))


async def add(administrator: Any, id: str, name: str, parent: str, kind: str = "承办单位") -> str:
    """Add a unit from the chat; gives what is said to it."""
    await administrator.say("/staff")
    await administrator.press("单位")
    await administrator.press("新增单位")
    for field, answer in (("代号", id), ("名称", name), ("类别", kind), ("上级", parent)):
        await administrator.press(f"改：{field}")
        shown = answer in administrator.buttons()
        await (administrator.press(answer) if shown else administrator.say(answer))
    return str(await administrator.press("保存"))


async def close(administrator: Any, unit: str) -> str:
    """Close a unit of the list's second page from the chat; gives what is said to it."""
    await administrator.say("/staff")
    for step in ("单位", "下一页", unit, "停用"):
        await administrator.press(step)
    return str(await administrator.press("确认停用"))


def bot(here: Town, *args: str) -> Result:
    """Run `petition-bot` for this office."""
    settings = here.app.settings
    env = {"PETITION_DATA_DIR": str(settings.data_dir), "PETITION_KEYS": str(settings.keys),
           "PETITION_DATABASE_URL": settings.database_url, "LANG": "zh"}  # fmt: skip
    return CliRunner().invoke(base.app, list(args), env=env)
