"""How often one may ask: each visitor, each address. Counted in this process, in memory.

A village, an internet café, a whole telephone network may stand behind one address, so an address
may do far more than a visitor. A request beyond that isn't lost: it is told how long to wait, and
the page sends it again by itself.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import structlog
from aiohttp import web

from petitions.values.steady import Steady
from webchat.guard import Refusal

log = structlog.get_logger()

MINUTE, HOUR = 60.0, 3600.0
UPLOADS = 16
"""Files being received at once: each is held in memory until it is sealed …"""
OF_A_VISITOR, OF_AN_ADDRESS = 2, 4
"""… and of them those of one visitor, of one address: nobody takes all the places."""
READS = 5
"""Whoever may send once may read so often: an answer with pictures is read in several pieces."""
FOR = re.compile(r'(?i)(?:^|[;,\s])for=("[^"]*"|[^;,\s]*)')
AGAIN = 5
"""Seconds after which the page asks again for a place."""

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates that are allowed; the settings say them."""

    visitor: int = 60
    """Requests that one visitor sends in a minute."""
    address: int = 1200
    """Requests that all visitors of one address send in a minute."""
    visitors: int = 600
    """New visitors of one address in an hour."""
    proxies: tuple[Network, ...] = ()
    """Our own proxies: whom they name as the sender is believed."""


class UnderWay:
    """Files being received now."""

    def __init__(self) -> None:
        self._held: Counter[str] = Counter()

    @contextmanager
    def place(self, visitor: int, address: str) -> Iterator[None]:
        """A place for one more of this visitor, kept as long as the block runs. Raises Refusal."""
        mine = (f"visitor {visitor}", f"address {address}", "all")
        if self._held[mine[0]] >= OF_A_VISITOR:
            raise Refusal("hands", wait=AGAIN)
        if self._held[mine[1]] >= OF_AN_ADDRESS or self._held[mine[2]] >= UPLOADS:
            raise Refusal("busy", wait=AGAIN)
        self._held.update(mine)
        try:
            yield
        finally:
            self._held.subtract(mine)
            self._held += Counter()  # whoever has none is forgotten

    def __len__(self) -> int:
        return self._held["all"]


class Limits:
    """The limits of one page."""

    def __init__(self, rates: Rates) -> None:
        self._proxies = rates.proxies
        self._visitor = Steady(rates.visitor, MINUTE)
        self._address = Steady(rates.address, MINUTE)
        self._visitors = Steady(rates.visitors, HOUR)
        self._reader = Steady(rates.visitor * READS, MINUTE)
        self._readers = Steady(rates.address * READS, MINUTE)
        self.uploads = UnderWay()
        self._strangers = Steady(rates.address, MINUTE)
        self._warned = False
        self.unnamed = ""
        """A proxy of our own network that the settings don't name."""

    def sent(self, address: str, visitor: str, now: float) -> None:
        """Somebody sends something; `visitor`: "" without a living session: such posts take nothing
        of what the visitors of an address have together. Raises Refusal."""
        if not visitor:
            _hold("often", self._strangers.wait(address, now))
            return
        _hold("often", self._address.wait(address, now))
        _hold("often", self._visitor.wait(visitor, now))

    def read(self, address: str, visitor: str, now: float) -> None:
        """Somebody reads: their log, its news, a file of it. Raises Refusal."""
        if not visitor:
            _hold("reads", self._strangers.wait(address, now))
            return
        _hold("reads", self._readers.wait(address, now))
        _hold("reads", self._reader.wait(visitor, now))

    def came(self, address: str, now: float) -> None:
        """A new visitor. Raises Refusal."""
        _hold("crowd", self._visitors.wait(address, now))

    def address(self, request: web.Request) -> str:
        """Where a request comes from: the other end of the line; behind proxies of ours, the last
        one they name that is none of them. An IPv6 line is known by its network of 64 bits."""
        found = _read(request.remote or "")
        said = [names for names in (_forwarded_for(request), _forwarded(request)) if names]
        if said and not self._ours(found):
            self._unnamed(found)
        named = {_line(self._behind(found, names)) for names in said}
        # Where two headers differ one of them is the sender's own: neither is believed.
        return named.pop() if len(named) == 1 else _line(found)

    def line(self, peer: str) -> str:
        """The address that a line counts for; "" for a proxy of ours."""
        found = _read(peer)
        return "" if self._ours(found) else _line(found)

    def _behind(self, found: Address | None, names: list[str]) -> Address | None:
        for text in reversed(names):
            before = _read(text)
            if before is None or not self._ours(found):
                break
            found = before
        return found

    def _unnamed(self, found: Address | None) -> None:
        """Somebody who isn't named says for whom they ask. In our own network that is a proxy which
        was forgotten; elsewhere it may be anybody, whose address is no business of a log."""
        near = str(found) if found and found.is_private else ""
        if self.unnamed or (self._warned and not near):
            return
        self._warned, self.unnamed = True, near
        log.warning("proxy.unnamed", address=near or "elsewhere", set="PETITION_PROXIES")

    def _ours(self, address: Address | None) -> bool:
        return address is not None and any(address in one for one in self._proxies)


def _hold(key: str, seconds: float) -> None:
    if seconds:
        raise Refusal(key, wait=math.ceil(seconds))


def _forwarded_for(request: web.Request) -> list[str]:
    named = ",".join(request.headers.getall("X-Forwarded-For", ()))
    return named.split(",") if named else []


def _forwarded(request: web.Request) -> list[str]:
    """The same of RFC 7239."""
    return [name[1] for name in FOR.finditer(",".join(request.headers.getall("Forwarded", ())))]


def _read(text: str) -> Address | None:
    """An address, with a port behind it or not: 1.2.3.4:5, [2001:db8::1]:5."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _line(address: Address | None) -> str:
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address or "")
