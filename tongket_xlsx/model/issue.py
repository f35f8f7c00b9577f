"""What every workbook of one campaign says alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tongket_xlsx.model.form_words import Period
from tongket_xlsx.text.messages import say


@dataclass(frozen=True, slots=True)
class Issue:
    """What every workbook of one campaign says alike.

    ``notice`` is a line nobody may overlook, such as that the figures are invented.
    """

    collector: str = ""
    deadline: date | None = None
    deadline_counts: bool = True
    notice: str = ""


def reference_of(period: Period, lang: str) -> str:
    """Return when the figures of a period are to be taken, and whether that is confirmed."""
    if period.school_year:
        year, school_year = str(period.ends.year), period.school_year
        text = say("cover.reference_year", lang, year=year, school_year=school_year)
    else:
        text = say("cover.reference_plain", lang, starts=period.starts, ends=period.ends)
    return text if period.confirmed else f"{text} {say('cover.unconfirmed', lang)}"
