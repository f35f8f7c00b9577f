"""How charts look: legible in black and white as well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tongket_xlsx.model.form_words import Kind
from tongket_xlsx.model.targets import ChartKind, ChartPlan
from tongket_xlsx.summary.page import Pages

FILLS: Sequence[dict[str, Any]] = (
    {"fill": {"color": "#1F3864"}},
    {"pattern": {"pattern": "wide_upward_diagonal", "fg_color": "#2E75B6", "bg_color": "#FFFFFF"}},
    {"pattern": {"pattern": "percent_20", "fg_color": "#1F3864", "bg_color": "#FFFFFF"}},
    {"pattern": {"pattern": "dark_horizontal", "fg_color": "#7F7F7F", "bg_color": "#FFFFFF"}},
)


LINE = {"color": "#C00000", "width": 2.25, "dash_type": "dash"}


MARKER = {
    "type": "diamond",
    "size": 8,
    "fill": {"color": "#FFFFFF"},
    "border": {"color": "#C00000"},
}


CHART_FONT = {"name": "Times New Roman", "size": 10}


def labels_above() -> dict[str, Any]:
    """Return the look of figures above their columns."""
    return {"value": True, "font": {**CHART_FONT, "size": 9}}


def labels_inside() -> dict[str, Any]:
    """Return the look of figures at the foot of dark columns, out of the way of a line."""
    font = {**CHART_FONT, "size": 9, "color": "#FFFFFF", "bold": True}
    return {"value": True, "position": "inside_base", "font": font}


def top_of(p: Pages, plan: ChartPlan) -> int | None:
    """Return where the axis ends: at 100 where per cents come near it, else where Excel likes."""
    codes = plan.indicators[:1] if plan.kind is ChartKind.SHARE else plan.indicators
    found = [p.figures.province.get((c, y.code)) for c in codes for y in p.form.years]
    values = [total.value for total in found if total is not None and total.value is not None]
    percent = all(p.form.indicators[code].kind is Kind.PERCENT for code in codes)
    return 100 if percent and values and 75 < max(values) <= 100 else None


def second_axis(name: str) -> dict[str, Any]:
    """Return the axis at the right, of what is drawn as a line over columns."""
    return {"name": name, "name_font": CHART_FONT, "min": 0, "num_font": CHART_FONT}
