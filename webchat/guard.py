"""What stands before every route: plain refusals, safe headers, own-site posts only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from petitions.errors import PetitionError, StoreAway
from petitions.telling.ports import OutOfReach
from petitions.values.checks import LONG
from webchat.lines import dumps

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SECURE = web.AppKey("secure", bool)
"""People reach the page over HTTPS."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; "
        "require-trusted-types-for 'script'; trusted-types pasted"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HTTPS_ALONE = "max-age=31536000"
"""For a year browsers ask nothing of this host without HTTPS; of its neighbours nothing is said."""

SENTENCES: dict[str, tuple[int, str, str]] = {
    "foreign": (403, "请在本页面内操作。", "Please do this from the page itself."),
    "nobody": (
        401,
        "会话已失效，请刷新页面。",
        "Your session has ended. Please reload the page.",
    ),
    "broken": (400, "没有读懂这次请求，请重试。", "We couldn't read this. Please try again."),
    "empty": (400, "内容是空的，请写点什么再发送。", "There is nothing to send yet."),
    "long": (
        413,
        "文字太长：最多 {limit} 字。请删短些，或存成文件用“附件”发送。",
        "Too long: at most {limit} characters. Please shorten it, or save it as a file and "
        "attach it.",
    ),
    "large": (
        413,
        "文件太大：单个文件最多 {limit} MB。",
        "The file is too large: at most {limit} MB each.",
    ),
    "stale": (
        409,
        "这个按钮已经过期，请使用最新消息里的按钮。",
        "This button is no longer in use. Please use the buttons of the newest message.",
    ),
    "missing": (404, "没有找到。", "Not found."),
    "no_method": (405, "不支持这种请求方式。", "This address can't be used that way."),
    "busy": (
        503,
        "同时上传的人较多，稍后会自动重试。",
        "Many people are sending files now. We will try again shortly.",
    ),
    "hands": (
        429,
        "您前面的文件还在上传，传完后这个文件会自动接着上传。",
        "Your other files are still on their way. This one follows by itself.",
    ),
    "later": (
        503,
        "我们这边暂时记不下来，内容没有丢失，稍后会自动重试。",
        "We can't write this down right now. Nothing is lost; we will try again by ourselves.",
    ),
    "often": (
        429,
        "操作太快了，稍等片刻会自动重新发送，您写的内容不会丢失。",
        "That was a little fast. It is sent again by itself in a moment; nothing is lost.",
    ),
    "reads": (
        429,
        "读取太频繁，请稍等片刻再试，内容不会丢失。",
        "That was read a little often. Please try again in a moment; nothing is lost.",
    ),
    "crowd": (
        429,
        "此刻从这里打开页面的人很多，请稍等，页面会自动重试。",
        "Many people are opening the page from here. Please wait: it tries again by itself.",
    ),
    "full": (
        503,
        "现在在线的人很多，新消息会晚一点显示，发送不受影响。",
        "Many people are here now. News may show a little later; sending works as always.",
    ),
    "slow": (
        408,
        "网络太慢，文件没有传完。请换个网络再试，或发小一些的图片；文字照常可以发送。",
        "The line was too slow for the file. Please try another line or a smaller picture; you "
        "can go on writing.",
    ),
    "late": (
        408,
        "网络太慢，没有收完，会自动重新发送，内容不会丢失。",
        "The line was too slow. It is sent again by itself; nothing is lost.",
    ),
    "ours": (
        500,
        "我们这边出了问题，内容没有丢失，请稍后再试。",
        "Something went wrong on our side. Please try again in a while.",
    ),
}


class Refusal(Exception):
    """A request that is not carried out; it owns its status and the sentence to read. `wait`:
    seconds after which it may be sent again."""

    def __init__(self, key: str, wait: int = 0, **values: object) -> None:
        super().__init__(key)
        self.wait = wait
        self.status, zh, en = SENTENCES[key]
        self.zh = zh.format(**values)
        self.en = en.format(**values)

    def response(self) -> web.Response:
        """The refusal as the page reads it."""
        response = told(self.status, self.zh, self.en)
        if self.wait:
            response.headers["Retry-After"] = str(self.wait)
        return response


def told(status: int, zh: str, en: str) -> web.Response:
    """An error in both languages; the page shows the reader's."""
    response = web.json_response({"error": {"zh": zh, "en": en}}, status=status, dumps=dumps)
    response.headers["Cache-Control"] = "no-store"
    return response


@web.middleware
async def refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every error into a sentence; what happened goes to the log, without anyone's words."""
    try:
        return await handler(request)
    except Refusal as refusal:
        return refusal.response()
    except OutOfReach:
        log.error("records.out_of_reach")
        return Refusal("later").response()
    except StoreAway as error:  # 503: the page tries again by itself
        return told(503, error.sentence("zh"), error.sentence("en"))
    except PetitionError as error:
        return told(409, error.sentence("zh"), error.sentence("en"))
    except web.HTTPException as error:
        response = _http(error).response()
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except (HttpProcessingError, web.RequestPayloadError):  # no HTTP, or cut off half-way
        return Refusal("broken").response()
    except Exception as error:
        if isinstance(error, ConnectionError) and request.transport is None:
            return Refusal("broken").response()  # the sender has gone: nobody's fault, nobody reads
        # Only type and place: an exception's text may quote what a citizen wrote.
        log.error("web.failed", error=type(error).__name__, exc_info=error)
        return Refusal("ours").response()


def _http(error: web.HTTPException) -> Refusal:
    if error.status == 404:
        return Refusal("missing")
    if error.status == 405:
        return Refusal("no_method")
    if error.status == 413:
        return Refusal("long", limit=LONG)
    return Refusal("broken" if error.status < 500 else "ours")


@web.middleware
async def own_site(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a post that a browser sends from another site."""
    if request.method not in {"GET", "HEAD"} and _foreign(request):
        raise Refusal("foreign")
    return await handler(request)


def _foreign(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site != "same-origin"
    origin = request.headers.get("Origin")
    if origin is None:  # neither header: not a browser, so nobody's cookie is being borrowed
        return False
    try:
        return urlsplit(origin).netloc != request.host
    except ValueError:
        return True


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """The same safe headers on everything; a route may have set a stricter one. What a visitor
    reads is kept by no cache: a phone may be shared."""
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
    if request.path.startswith("/figures"):  # published: other sites may show them
        response.headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin")
    if request.app[SECURE]:
        response.headers.setdefault("Strict-Transport-Security", HTTPS_ALONE)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
