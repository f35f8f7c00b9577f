"""What changed between two consolidations, told to people and to programs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from tongket_xlsx.cli.json_documents import (
    DifferencesDocument,
)
from tongket_xlsx.model.figure_status import HELD_MARK
from tongket_xlsx.model.form import Form
from tongket_xlsx.text.messages import VIETNAMESE, say, written

if TYPE_CHECKING:
    from tongket_xlsx.tasks.compare import Difference
from tongket_xlsx.cli.output import document

# A number as it is stored, and not as somebody typed it.
_STORED = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def differences_text(form: Form, found: Sequence[Difference], lang: str) -> Iterator[str]:
    """Yield each figure that changed, and below it whose return changed it."""
    for d in found:
        indicator = form.indicators[d.indicator]
        label = indicator.plain_label if lang == VIETNAMESE else indicator.label.to(lang)
        before, after = (
            "…" if v is None else written(v.normalize(), lang) for v in (d.before, d.after)
        )
        yield say(
            "compare.line",
            lang,
            code=d.indicator,
            label=label,
            period=d.period,
            before=before,
            after=after,
        )
        for cause in d.causes:
            yield "  " + say(
                "compare.cause",
                lang,
                unit=cause.unit,
                before=_as_read(cause.before, lang),
                after=_as_read(cause.after, lang),
                file=cause.file,
            )
    yield say("compare.count", lang, count=len(found))


def _as_read(text: str, lang: str) -> str:
    """Write a stored number as the language writes it; a text as it stands in the return."""
    figure = text.removesuffix(HELD_MARK)
    shown = written(Decimal(figure), lang) if _STORED.fullmatch(figure) else figure
    return shown if figure == text else say("compare.held", lang, found=shown)


def differences_json(found: Sequence[Difference]) -> str:
    """Return the JSON document of a comparison of two consolidations."""
    told: DifferencesDocument = {
        "differences": [
            {
                "indicator": d.indicator,
                "period": d.period,
                "before": None if d.before is None else float(d.before),
                "after": None if d.after is None else float(d.after),
                "causes": [
                    {"unit": c.unit, "before": c.before, "after": c.after, "file": c.file}
                    for c in d.causes
                ],
            }
            for d in found
        ]
    }
    return document(told)
