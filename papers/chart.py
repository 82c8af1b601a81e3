"""A rising share beside its targets, as a picture in Chinese type."""

from __future__ import annotations

import io
from datetime import date

from PIL import Image, ImageDraw, ImageFont

from papers.pdf import FONT
from petitions.message import Chart

SIZE = (1000, 560)
LEFT, RIGHT, TOP, BOTTOM = 90, 960, 90, 470
INK, SOFT, GREEN, WARM, PAPER = "#24302e", "#5a6663", "#1f5c57", "#9a4423", "#fbf9f5"


def png(chart: Chart) -> bytes:
    """Percent over time: the line is what was reached, the dashed steps what was wanted."""
    image = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(image)
    title, small = ImageFont.truetype(str(FONT), 28), ImageFont.truetype(str(FONT), 18)
    first, last = date.fromisoformat(chart.first), date.fromisoformat(chart.last)
    days = max(1, (last - first).days)

    def at(day: str, percent: float) -> tuple[float, float]:
        share = (date.fromisoformat(day) - first).days / days
        x = LEFT + (RIGHT - LEFT) * min(1.0, max(0.0, share))
        return x, BOTTOM - (BOTTOM - TOP) * percent / 100

    draw.text((LEFT, 24), chart.title, INK, title)
    for mark in (0, 25, 50, 75, 100):
        y = at(chart.first, mark)[1]
        draw.line((LEFT, y, RIGHT, y), "#ded7ca", 1)
        draw.text((LEFT - 12, y), f"{mark}%", SOFT, small, anchor="rm")
    before = chart.first
    for day, wanted in chart.targets:
        (x0, y), (x1, _) = at(before, wanted), at(day, wanted)
        for dash in range(int(x0), int(x1), 14):
            draw.line((dash, y, min(dash + 8, x1), y), WARM, 3)
        label = f"{wanted}% · {day}"
        ends = max(x1, LEFT + 8 + draw.textlength(label, small))
        draw.text((ends, y - 8), label, WARM, small, anchor="rb")
        before = day
    points = [at(chart.first, 0.0)]
    for day, percent in chart.rose:
        x, y = at(day, percent)
        points += [(x, points[-1][1]), (x, y)]
    if chart.rose:
        draw.line(points, GREEN, 5, joint="curve")
        draw.text((points[-1][0] + 6, points[-1][1]), f"{chart.rose[-1][1]:.0f}%", GREEN, small,
                  anchor="lb")  # fmt: skip
    draw.text((LEFT, BOTTOM + 12), chart.first, SOFT, small)
    draw.text((RIGHT, BOTTOM + 12), chart.last, SOFT, small, anchor="ra")
    draw.line((LEFT, SIZE[1] - 34, LEFT + 40, SIZE[1] - 34), GREEN, 5)
    draw.text((LEFT + 50, SIZE[1] - 34), chart.reached, INK, small, anchor="lm")
    draw.line((LEFT + 420, SIZE[1] - 34, LEFT + 460, SIZE[1] - 34), WARM, 3)
    draw.text((LEFT + 470, SIZE[1] - 34), chart.wanted, INK, small, anchor="lm")
    held = io.BytesIO()
    image.save(held, "PNG")
    return held.getvalue()
