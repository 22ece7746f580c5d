"""The states of a thread as a picture: SVG that is drawn from the model's table of moves.

Where the states stand is told here, and nothing else: which arrows there are, and what makes each,
is in `bluelet_spec.model.moves`. Colours are those of the page, light or dark. For those who do
not see it, the table of moves below it says the same.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from html import escape

from bluelet_spec.model.moves import MOVES, State

from bluelet_docs.markup import anchor, table

PLACES = {
    State.READY: (430, 50),
    State.SLEEPING: (60, 270),
    State.JOINING: (260, 270),
    State.ADRIFT: (600, 270),
    State.RECEIVING: (800, 270),
    State.OVER: (430, 460),
}
"""Where the middle of each state is, in pixels."""

SIZE = (860, 490)
HALF_WIDTH, HALF_HEIGHT = 52, 18
"""Half the size of a state."""

APART = 13
"""How far an arrow is off the line between two states if there is one back."""

TO_ROOT = "../"


@dataclass(frozen=True)
class Point:
    """A place in the picture."""

    x: float
    y: float

    def __str__(self) -> str:
        """Return it as SVG has it."""
        return f"{self.x:.0f},{self.y:.0f}"


def picture() -> str:
    """Return the picture, and the table of the moves, as HTML."""
    return "\n\n".join([_svg(), _table()])


def _svg() -> str:
    width, height = SIZE
    text = "; ".join(f"from {one} to {other}: {_makers(one, other)}" for one, other in MOVES)
    return "\n".join(
        [
            '<div class="wide" tabindex="0" role="region" aria-label="The states of a thread">',
            f'<svg class="states" viewBox="0 0 {width} {height}" role="img" '
            'aria-labelledby="states-title states-text">',
            '<title id="states-title">The states of a thread, and the moves between them</title>',
            f'<desc id="states-text">Moves {text}.</desc>',
            '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
            'markerHeight="7" orient="auto"><path d="M0 0 L10 5 L0 10 z"/></marker></defs>',
            *(_arrow(one, other) for one, other in MOVES),
            *(_label(one, other) for one, other in MOVES),
            *(_state(state) for state in State),
            "</svg></div>",
        ]
    )


def _table() -> str:
    rows = [
        f'<tr><th scope="row">{one}</th><td>{other}</td><td><code>{maker}</code></td>'
        f"<td>{anchor(clause, TO_ROOT)}</td></tr>"
        for (one, other), makers in MOVES.items()
        for maker, clause in makers.items()
    ]
    return table("Moves of a thread", ["from", "to", "by", "clause"], rows, "moves")


def _makers(one: State, other: State) -> str:
    return ", ".join(MOVES[one, other])


def _state(state: State) -> str:
    x, y = PLACES[state]
    return (
        f'<g class="state"><rect x="{x - HALF_WIDTH}" y="{y - HALF_HEIGHT}" '
        f'width="{2 * HALF_WIDTH}" height="{2 * HALF_HEIGHT}" rx="6"/>'
        f'<text x="{x}" y="{y + 5}">{state}</text></g>'
    )


def _arrow(one: State, other: State) -> str:
    """Return the arrow from one state to another, or back to itself."""
    if one is other:
        x, y = PLACES[one]
        path = f"M{x + HALF_WIDTH},{y - 8} c60,-34 60,50 2,16"
    else:
        begins, ends = _line(one, other)
        path = f"M{begins} L{ends}"
    return f'<path d="{path}" marker-end="url(#tip)"/>'


def _label(one: State, other: State) -> str:
    """Return what makes a move, on its arrow."""
    if one is other:
        x, y = PLACES[one]
        middle, lines = Point(x + HALF_WIDTH + 160, y - 3), textwrap.wrap(_makers(one, other), 34)
    else:
        begins, ends = _line(one, other)
        part = 0.32 if (other, one) in MOVES else 0.78 if one is State.READY else 0.5
        middle = Point(
            begins.x + part * (ends.x - begins.x), begins.y + part * (ends.y - begins.y) + 4
        )
        lines = textwrap.wrap(_makers(one, other), 13)
    first = middle.y - 7 * (len(lines) - 1)
    words = "".join(
        f'<tspan x="{middle.x:.0f}" y="{first + 14 * number:.0f}">{escape(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    return f'<text class="label">{words}</text>'


def _line(one: State, other: State) -> tuple[Point, Point]:
    """Return the ends of an arrow, on the edges of the two states."""
    begins, ends = Point(*PLACES[one]), Point(*PLACES[other])
    across, down = ends.x - begins.x, ends.y - begins.y
    length = (across**2 + down**2) ** 0.5
    apart = APART if (other, one) in MOVES else 0
    aside = Point(-down / length * apart, across / length * apart)
    leaves, arrives = _reach(across, down, aside), _reach(-across, -down, aside)
    return (
        Point(begins.x + across * leaves + aside.x, begins.y + down * leaves + aside.y),
        Point(ends.x - across * arrives + aside.x, ends.y - down * arrives + aside.y),
    )


def _reach(across: float, down: float, aside: Point) -> float:
    """Return which part of a line that begins beside the middle of a state is within it."""
    parts = [1.0]
    if across:
        parts.append((HALF_WIDTH - aside.x * (1 if across > 0 else -1)) / abs(across))
    if down:
        parts.append((HALF_HEIGHT - aside.y * (1 if down > 0 else -1)) / abs(down))
    return min(parts)
