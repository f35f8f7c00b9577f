"""Where pages end, so that rows that belong together are printed together.

A sheet is printed one page wide, hence smaller the wider it is; both Excel and LibreOffice keep
breaks that are set by hand then. Where a page would end inside a block, it ends before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

# A4 landscape without the margins of :meth:`tongket_xlsx.writer.book.Sheet.printed`, in points.
_WIDE, _HIGH = 777.0, 508.0
# Programs round the scale down and rows up: a page that is meant to be full would spill over.
_SPARE = 0.95
_POINTS_A_PIXEL = 0.75
_DEFAULT_HEIGHT = 15.0


def scale(widths: Sequence[float]) -> float:
    """Return how much smaller a sheet is printed that is one page wide; never larger than 1.

    Args:
        widths: of its columns, in characters; one is 7 pixels, and each column has 5 more.
    """
    points = sum(width * 7 + 5 for width in widths) * _POINTS_A_PIXEL
    return min(1.0, _WIDE / points) if points else 1.0


def breaks(
    widths: Sequence[float],
    heights: Mapping[int, float],
    heading: int,
    blocks: Iterable[tuple[int, int]],
) -> list[int]:
    """Return the rows before which a page ends.

    Args:
        heights: of rows, in points; a row that is not there has the default height.
        heading: the row that is repeated on every page.
        blocks: (first, last) of the rows that are to stay on one page, in order; all rows above
            the first stand on the first page.

    Example:
        ``breaks([100], {1: 300, 2: 300, 3: 300}, 0, [(1, 1), (2, 2), (3, 3)])`` → ``[2, 3]``.
    """
    room = _HIGH * _SPARE / scale(widths)
    found: list[int] = []
    used = None
    for first, last in blocks:
        tall = sum(heights.get(row, _DEFAULT_HEIGHT) for row in range(first, last + 1))
        if used is None:
            used = sum(heights.get(row, _DEFAULT_HEIGHT) for row in range(first))
        if used + tall > room and used > heights.get(heading, _DEFAULT_HEIGHT):
            found.append(first)
            used = heights.get(heading, _DEFAULT_HEIGHT)
        used += tall
    return found
