"""A route is written down once: served, read, refused in words and described by it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web
from people import Refused, town

from petitions.words import LANGUAGES
from webchat import asked, description, shown
from webchat.routes import NOBODY, ROUTES, Given, route

pytestmark = pytest.mark.once


class Greeting(asked.Sent):
    """A greeting."""

    words: asked.Text
    """What is said."""
    times: asked.Whole = 1


@pytest.fixture
def greeting() -> Iterator[None]:
    """A route that exists for a test alone."""

    @route("POST", "/api/{pane}/greet", Given("Greeted.", shown.Pressed), asks=Greeting,
           session=NOBODY)  # fmt: skip
    async def greet(request: web.Request, asked: Greeting) -> web.Response:
        """Say a greeting.

        Not told to others.
        """
        return web.json_response({"said": asked.words * asked.times})

    description.described.cache_clear()
    yield
    del ROUTES["POST", "/api/{pane}/greet"]
    description.described.cache_clear()


async def test_a_new_route_is_one_place(tmp_path: Path, greeting: None) -> None:
    told = description.described()["paths"]["/api/{pane}/greet"]["post"]
    assert (told["operationId"], told["summary"]) == ("greet", "Say a greeting.")
    assert {"400", "401", "403", "413"} <= set(told["responses"])
    async with town(tmp_path, telegram=False) as here:
        person = await here.citizen("web")
        key = "a-greeting-of-a-test"
        said = {"key": key, "words": "  你好\ud83d ", "times": 2.0}
        assert await person.post("greet", said) == {"said": "你好你好"}
        for wrong, status in ((7, 400), (None, 400), ("x" * 9000, 413)):
            with pytest.raises(Refused) as refused:
                await person.post("greet", {"key": key, "words": wrong})
            assert refused.value.status == status
            assert set(refused.value.body["error"]) == set(LANGUAGES)
        person.http.cookie_jar.clear()
        with pytest.raises(Refused) as refused:
            await person.post("greet", {})
        assert refused.value.status == 401


def test_every_field_that_can_be_sent_is_told_with_its_limit() -> None:
    told = json.dumps(description.described()["components"]["schemas"])
    for name, limit in (("Say", 8000), ("Press", asked.LONGEST_DATA), ("Enter", 64)):
        model = description.described()["components"]["schemas"][name]
        assert limit in [one.get("maxLength") for one in model["properties"].values()], name
    assert '"title": "' not in told


def test_nothing_is_told_of_the_demo() -> None:
    assert not any(
        "demo" in path or "simulate" in path for path in description.described()["paths"]
    )
