"""Charts as pictures, in Chinese type. matplotlib is loaded when the first one is drawn."""

from __future__ import annotations

import functools
import io
import threading
from datetime import date
from typing import Any

from papers.typeface import WHOLE, printable
from petitions.message import Bars, Chart, Curve, Rise

SIZE = (10.0, 5.6)
"""Inches, at 100 dots each."""
INK, SOFT, PAPER, LINES = "#24302e", "#5a6663", "#fbf9f5", "#ded7ca"
GREEN, WARM = "#1f5c57", "#9a4423"
COLOURS = (GREEN, "#8fb5ae", "#d9c7a8")
"""Now, before, a year ago: told apart by their lightness too."""

_one_at_a_time = threading.Lock()
"""The font is shared, and isn't made for several threads."""


def png(chart: Chart) -> bytes:
    """A chart as a picture."""
    with _one_at_a_time:
        figure, axes = _canvas(chart)
        if isinstance(chart, Rise):
            _rise(axes, chart)
        elif isinstance(chart, Bars):
            _bars(axes, chart)
        else:
            _curve(axes, chart)
        held = io.BytesIO()
        figure.savefig(held, format="png", facecolor=PAPER)
        return held.getvalue()


@functools.cache
def _type() -> str:
    """The name of the project's own type, once matplotlib knows it."""
    from matplotlib import font_manager

    font_manager.fontManager.addfont(str(WHOLE))
    return font_manager.FontProperties(fname=str(WHOLE)).get_name()


def _canvas(chart: Chart) -> tuple[Any, Any]:
    from matplotlib import rcParams
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    rcParams["font.family"] = _type()
    rcParams["axes.unicode_minus"] = False
    width, height = SIZE
    if isinstance(chart, Bars):
        height = max(3.2, 1.8 + 0.22 * len(chart.labels) * (len(chart.series) + 1))
    figure = Figure(figsize=(width, height), dpi=100, facecolor=PAPER,
                    layout=ConstrainedLayoutEngine(w_pad=0.15, h_pad=0.15))  # fmt: skip
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(facecolor=PAPER)
    axes.set_title(printable(chart.title), loc="left", fontsize=17, color=INK, pad=14)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(LINES)
    axes.tick_params(colors=SOFT, length=0, labelsize=11)
    return figure, axes


def _rise(axes: Any, chart: Rise) -> None:
    """Percent over time: the line is what was reached, the dashed steps what was wanted."""
    first, last = date.fromisoformat(chart.first), date.fromisoformat(chart.last)
    days = [first, *(date.fromisoformat(day) for day, _ in chart.rose)]
    reached = [0.0, *(percent for _, percent in chart.rose)]
    axes.step(days, reached, where="post", color=GREEN, linewidth=3, label=chart.reached)
    if chart.rose:
        axes.annotate(f"{reached[-1]:.0f}%", (days[-1], reached[-1]), (6, 6),
                      textcoords="offset points", color=GREEN, fontsize=12)  # fmt: skip
    before = first
    for number, (day, wanted) in enumerate(chart.targets):
        until = date.fromisoformat(day)
        axes.plot([before, until], [wanted, wanted], "--", color=WARM, linewidth=2,
                  label=chart.wanted if not number else None)  # fmt: skip
        axes.annotate(f"{wanted}% · {day}", (until, wanted), (0, 6), ha="right",
                      textcoords="offset points", color=WARM, fontsize=11)  # fmt: skip
        before = until
    axes.set_xlim(first, last)
    axes.set_xticks([first, last], [chart.first, chart.last])
    axes.set_ylim(0, 108)
    axes.set_yticks((0, 25, 50, 75, 100), [f"{n}%" for n in (0, 25, 50, 75, 100)])
    axes.grid(axis="y", color=LINES)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=2, frameon=False,
                labelcolor=INK, fontsize=11)  # fmt: skip


def _bars(axes: Any, chart: Bars) -> None:
    """Lying bars, one group a label, the first on top."""
    labels, count = chart.labels, len(chart.series)
    thick = 0.8 / count
    values = [v for _, all_ in chart.series for v in all_ if v is not None]
    top = 1.0 if chart.percent else max([*values, 1])
    for number, (name, given) in enumerate(chart.series):
        for row, value in enumerate(given):
            y = row + (number - (count - 1) / 2) * thick
            axes.barh(y, value or 0, thick * 0.92, color=COLOURS[number % len(COLOURS)],
                      label=name if not row else None)  # fmt: skip
            text = (
                chart.none if value is None else f"{value:.2%}" if chart.percent else f"{value:g}"
            )
            if number == 0 or value is not None:
                axes.annotate(text, (value or 0, y), (5, 0), textcoords="offset points",
                              va="center", color=INK if number == 0 else SOFT,
                              fontsize=11 if number == 0 else 9)  # fmt: skip
    axes.set_yticks(range(len(labels)), [printable(label) for label in labels])
    axes.tick_params(axis="y", labelcolor=INK, labelsize=12)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_xlim(0, top * 1.14)
    axes.set_xticks(())
    axes.spines["bottom"].set_visible(False)
    if count > 1:
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0), ncols=count, frameon=False,
                    labelcolor=INK, fontsize=11)  # fmt: skip
    if chart.note:
        axes.figure.supxlabel(chart.note, x=0.02, ha="left", fontsize=10, color=SOFT)


def _curve(axes: Any, chart: Curve) -> None:
    """How much there was by each day, all together, over what each day brought."""
    days = [date.fromisoformat(day) for day in chart.days]
    together, sums = 0, []
    for count in chart.counts:
        together += count
        sums.append(together)
    axes.bar(days, chart.counts, color=COLOURS[1], width=0.8)
    axes.plot(days, sums, color=GREEN, linewidth=3)
    axes.annotate(str(together), (days[-1], sums[-1]), (0, 6), ha="right",
                  textcoords="offset points", color=GREEN, fontsize=13)  # fmt: skip
    axes.set_xticks([days[0], days[-1]], [chart.days[0], chart.days[-1]])
    axes.set_ylim(0, max(together, 1) * 1.15)
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.grid(axis="y", color=LINES)
    if chart.note:
        axes.figure.supxlabel(chart.note, x=0.02, ha="left", fontsize=10, color=SOFT)
