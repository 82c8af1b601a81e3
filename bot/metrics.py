"""What a monitor may ask: Prometheus metrics on 127.0.0.1, numbers only."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import REGISTRY, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from reminders.round import Reminders


class SelfCheck(Collector):
    """What the last self-check of the reminders found; each must be 0."""

    def __init__(self, reminders: Reminders) -> None:
        self._reminders = reminders

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The figures as they stand."""
        found = self._reminders.last_check
        gauge = GaugeMetricFamily(
            "petition_reminders_forgotten", "The self-check: each must be 0.", labels=["what"]
        )
        if found:
            for what in ("silent", "untouched", "stuck", "nobody"):
                gauge.add_metric([what], getattr(found, what))
        yield gauge


def serve_metrics(port: int, reminders: Reminders) -> None:
    """Answer on 127.0.0.1. Raises OSError when the port is taken."""
    REGISTRY.register(SelfCheck(reminders))
    start_http_server(port, addr="127.0.0.1")
