"""Plots of a backtest as plain SVG: no scripts, readable in print, with words for who cannot see them."""

from collections.abc import Sequence
from html import escape

INK, GREY, PALE, STRONG = "#0b0c0c", "#505a5f", "#d3d8da", "#17505e"
LINES = ("#17505e", "#ca3535", "#505a5f", "#b58840")
"""Colours of lines; each line has its own dashes as well, so that none is told by colour alone."""
DASHES = ("", "7 4", "2 3", "10 3 2 3")
WIDTH = 640
Points = Sequence[tuple[float, float]]


def bars(title: str, rows: Sequence[tuple[str, float | None, bool]]) -> str:
    """Horizontal bars of shares: name, share (None: too few to say), and whether it is the one looked at."""
    left, right, step = 270, WIDTH - 70, 30
    most = max([share for _, share, _ in rows if share is not None] + [0.01])
    drawn = []
    for number, (name, share, main) in enumerate(rows):
        y = 8 + number * step
        weight = ' font-weight="bold"' if main else ""
        drawn.append(f'<text x="{left - 8}" y="{y + 16}" text-anchor="end"{weight}>{escape(name)}</text>')
        width = (right - left) * (share or 0.0) / most
        fill = STRONG if main else "#8ba3a9"
        drawn.append(f'<rect x="{left}" y="{y}" width="{width:.1f}" height="22" fill="{fill}"/>')
        said = "too few to say" if share is None else percent(share)
        drawn.append(f'<text x="{left + width + 6:.1f}" y="{y + 16}"{weight}>{said}</text>')
    words = "; ".join(f"{name}: {'too few to say' if s is None else percent(s)}" for name, s, _ in rows)
    return _svg(title, words, 16 + step * len(rows), drawn)


def lines(title: str, x_words: str, lines: Sequence[tuple[str, Points]], ticks: Sequence[float]) -> str:
    """Shares over a number: each line has a name, and points from left to right."""
    left, right, top, bottom = 56, WIDTH - 12, 14, 236
    most = _round_up(max([y for _, points in lines for _, y in points] + [0.01]))
    low, high = min(ticks), max(ticks)

    def place(point: tuple[float, float]) -> str:
        x = left + (right - left) * (point[0] - low) / (high - low or 1)
        return f"{x:.1f},{bottom - (bottom - top) * point[1] / most:.1f}"

    drawn = [_grid(left, right, bottom - (bottom - top) * n / 4, percent(most * n / 4)) for n in range(5)]
    for tick in ticks:
        x = place((tick, 0)).split(",")[0]
        drawn.append(f'<text x="{x}" y="{bottom + 20}" text-anchor="middle">{tick:g}</text>')
    drawn.append(
        f'<text x="{right}" y="{bottom + 42}" text-anchor="end" fill="{GREY}">{escape(x_words)}</text>'
    )
    for number, (name, points) in enumerate(lines):
        colour, dash = LINES[number % 4], DASHES[number % 4]
        path = " ".join(map(place, points))
        look = f'stroke="{colour}" stroke-width="2.5" stroke-dasharray="{dash}"'
        drawn.append(f'<polyline points="{path}" fill="none" {look}/>')
        drawn += [_dot(place(point), colour) for point in points if len(points) <= 8]
        y = bottom + 62 + 22 * number
        drawn.append(f'<line x1="{left}" x2="{left + 40}" y1="{y - 5}" y2="{y - 5}" {look}/>')
        drawn.append(f'<text x="{left + 50}" y="{y}">{escape(name)}</text>')
    words = "; ".join(f"{name}: {_ends(points)}" for name, points in lines if points)
    return _svg(title, words, bottom + 52 + 22 * len(lines), drawn)


def percent(share: float) -> str:
    """0.123 is 12%, 0.023 is 2.3%."""
    return f"{share:.0%}" if share >= 0.1 or share == 0 else f"{share:.1%}"


def _svg(title: str, words: str, height: float, drawn: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img"'
    font = f'font-family="Arial, Helvetica, sans-serif" font-size="14" fill="{INK}"'
    label = escape(f"{title}. {words}", quote=True)
    return f'{head} aria-label="{label}" {font}>\n' + "\n".join(drawn) + "\n</svg>"


def _grid(left: float, right: float, y: float, label: str) -> str:
    line = f'<line x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="{PALE}"/>'
    return f'{line}<text x="{left - 6}" y="{y + 5:.1f}" text-anchor="end">{label}</text>'


def _dot(place: str, colour: str) -> str:
    x, y = place.split(",")
    return f'<circle cx="{x}" cy="{y}" r="4" fill="{colour}"/>'


def _ends(points: Points) -> str:
    (x0, y0), (x1, y1) = points[0], points[-1]
    return f"{percent(y0)} at {x0:g}, {percent(y1)} at {x1:g}"


def _round_up(share: float) -> float:
    """The next round top of an axis of shares."""
    return next(top for top in (0.02, 0.04, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, share) if top >= share)
