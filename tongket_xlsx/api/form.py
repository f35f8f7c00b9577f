"""A form for analysts: what is asked, as frames; and the workbook of a unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from numbers import Number
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongket_xlsx.api.arguments import language
from tongket_xlsx.campaign import campaign as campaigns
from tongket_xlsx.model import form as model
from tongket_xlsx.model import form_words, indicators, units
from tongket_xlsx.model.findings import Misuse
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.model.observations import Answer
from tongket_xlsx.text.messages import VIETNAMESE

if TYPE_CHECKING:
    import pandas as pd

    from tongket_xlsx.api.frames import Dtype


@dataclass(frozen=True, repr=False)
class Form:
    """Hold a form; ``inner`` is the value the rest of the package works with.

    Example:
        >>> form = tongket_xlsx.load_form("chi-thi-11")
        >>> form
        <Form chi-thi-11 2.1: 9 groups, ... indicators, 4 periods>
        >>> form.indicators["QK01"].unit.to("en")
        'million đồng'
    """

    inner: model.Form

    @property
    def id(self) -> str:
        """Return the identifier of the form."""
        return self.inner.id

    @property
    def version(self) -> str:
        """Return the version of the form."""
        return self.inner.version

    @property
    def indicators(self) -> Mapping[str, indicators.Indicator]:
        """Return every indicator by its code, in the order of the form."""
        return self.inner.indicators

    @property
    def periods(self) -> tuple[form_words.Period, ...]:
        """Return the periods, in their order."""
        return self.inner.periods

    def to_frame(self, *, lang: str = VIETNAMESE) -> pd.DataFrame:
        """Return the indicators as a frame.

        Returns:
            Index ``indicator`` (string, in the order of the form). Columns: ``group``, ``kind``,
            ``nature``, ``clock``, ``aggregation``, ``better`` (category), ``label``, ``unit``
            (unit of measure), ``periods``, ``respondents``, ``provider``, ``break_periods``,
            ``break_reason`` (string), ``hard_min``, ``hard_max`` (float64, in that unit),
            ``computed``, ``headline`` (bool).

        Raises:
            Misuse: there is no such language.

        Example:
            >>> frame = tongket_xlsx.load_form("chi-thi-11").to_frame(lang="en")
            >>> frame.loc["ML03", ["kind", "aggregation"]].tolist()
            ['percent', 'ratio']
        """
        from tongket_xlsx.api.frames import frame_of

        language(lang)
        rows = (_indicator(i, lang) for i in self.inner.indicators.values())
        return frame_of(rows, _columns(self.inner), ["indicator"])

    def rules_frame(self, *, lang: str = VIETNAMESE) -> pd.DataFrame:
        """Return the cross-checks as a frame, those between units at the end.

        Returns:
            Numbered rows. Columns: ``rule`` (code, string; the two bounds of a figure share one),
            ``severity`` (category), ``text`` (what must hold, string), ``message``, ``members``,
            ``only_for``, ``holds``, ``source`` (string), ``between_units`` (bool).

        Raises:
            Misuse: there is no such language.

        Example:
            >>> rules = tongket_xlsx.load_form("chi-thi-11").rules_frame()
            >>> sorted(rules["severity"].unique())
            ['error', 'warning']
        """
        from tongket_xlsx.api.frames import frame_of
        from tongket_xlsx.api.listed import SEVERITIES

        language(lang)
        columns: dict[str, Dtype] = {
            "rule": "string",
            "severity": SEVERITIES,
            "text": "string",
            "message": "string",
            "members": "string",
            "only_for": "string",
            "holds": "string",
            "source": "string",
            "between_units": "bool",
        }
        return frame_of(_rules(self.inner, lang), columns)

    def __repr__(self) -> str:
        """Return one line about the form."""
        f = self.inner
        counts = f"{len(f.groups)} groups, {len(f.indicators)} indicators, {len(f.periods)} periods"
        return f"<Form {f.id} {f.version}: {counts}>"

    def _repr_html_(self) -> str:
        from tongket_xlsx.api.notebook import titled

        return titled(repr(self).strip("<>"), self.to_frame())


def load_form(form: str | Path) -> Form:
    """Load the definition of a form.

    Args:
        form: the name of one that ships with the package, such as ``chi-thi-11``, or a folder.

    Raises:
        Misuse: there is no such folder.
        UnsoundDefinition: the definition has faults; ``findings`` holds all of them.

    Example:
        >>> tongket_xlsx.load_form("chi-thi-11").version
        '2.1'
        >>> tongket_xlsx.load_form("no-such-form")
        Traceback (most recent call last):
        ...
        tongket_xlsx.model.findings.Misuse: definition.not_found
    """
    return Form(campaigns.load_form(campaigns.form_folder(str(form))))


def build_template(
    form: Form,
    unit: units.Unit,
    *,
    answers: Mapping[tuple[str, str], Any] | pd.Series | None = None,
    lang: str = VIETNAMESE,
    collector: str = "",
    deadline: date | None = None,
    notice: str = "",
) -> bytes:
    """Build the workbook that a unit fills in.

    Args:
        unit: such as :meth:`Campaign.unit` returns.
        answers: what is known already: (indicator, period) → a number in the unit of measure of
            the form, or a text such as ``…``; what is missing stays empty. A column of a frame
            with these two levels as its index will do.
        lang: the language of the workbook, ``vi`` or ``en``.
        collector: who collects, on the cover; ``deadline`` the last day, ``notice`` a line that
            nobody may overlook.

    Returns:
        the bytes of an ``.xlsx`` file; the same for the same input.

    Raises:
        Misuse: an indicator or period that the form does not have, or no such language.

    Example:
        >>> campaign = tongket_xlsx.open_campaign("tongket-demo")
        >>> known = campaign.figures().loc["GL-622", "2017"]
        >>> data = tongket_xlsx.build_template(
        ...     campaign.form, campaign.unit("GL-622"), answers={("QK01", "2017"): 1250}
        ... )
        >>> data[:2]
        b'PK'
    """
    from tongket_xlsx.template import workbook

    issue = Issue(collector, deadline, notice=notice)
    given = dict(_answers(form.inner, {} if answers is None else answers))
    return workbook.build(form.inner, unit, issue, answers=given, lang=language(lang))


def _answers(
    form: model.Form, answers: Mapping[tuple[str, str], Any] | pd.Series
) -> Iterator[tuple[tuple[str, str, int], Answer]]:
    for key, value in answers.items():
        code, period = key if isinstance(key, tuple) and len(key) == 2 else (key, "")
        indicator = form.indicators.get(code)
        if indicator is None or period not in indicator.periods:
            raise Misuse("api.no_figure", found=f"{code}[{period}]", form=form.id)
        answer = _answer(value)
        if answer is not None and not indicator.computed:
            yield (code, period, 0), answer


def _answer(value: Any) -> Answer | None:
    """Return what is to stand in a cell; nothing for what is missing."""
    if value is None or value != value:  # noqa: PLR0124 - so NaN is told
        return None
    if isinstance(value, Number) and not isinstance(value, bool):
        return Answer(Decimal(str(value)))
    return Answer(text=str(value)) if str(value) not in ("", "<NA>") else None


def _columns(form: model.Form) -> dict[str, Dtype]:
    from tongket_xlsx.api.frames import Categories

    def words(kind: type[StrEnum]) -> Categories:
        return Categories(tuple(map(str, kind)))

    return {
        "indicator": "string",
        "group": Categories(tuple(g.code for g in form.groups)),
        "label": "string",
        "unit": "string",
        "kind": words(form_words.Kind),
        "nature": words(form_words.Nature),
        "clock": words(form_words.Clock),
        "aggregation": words(form_words.Aggregation),
        "better": words(form_words.Better),
        "periods": "string",
        "respondents": "string",
        "provider": "string",
        "hard_min": "float64",
        "hard_max": "float64",
        "computed": "bool",
        "headline": "bool",
        "break_periods": "string",
        "break_reason": "string",
    }


def _indicator(i: indicators.Indicator, lang: str) -> dict[str, Any]:
    broken = i.series_break
    return {
        "indicator": i.code,
        "group": i.group,
        "label": i.plain_label if lang == VIETNAMESE else i.plain_label_en or i.plain_label,
        "unit": i.unit.to(lang),
        "kind": i.kind,
        "nature": i.nature,
        "clock": i.clock,
        "aggregation": i.aggregation,
        "better": i.better,
        "periods": ", ".join(i.periods),
        "respondents": ", ".join(i.respondents),
        "provider": i.provider,
        "hard_min": i.hard_min,
        "hard_max": i.hard_max,
        "computed": i.computed,
        "headline": i.headline,
        "break_periods": ", ".join(broken.periods) if broken else "",
        "break_reason": broken.reason.to(lang) if broken else "",
    }


def _rules(form: model.Form, lang: str) -> Iterator[dict[str, Any]]:
    for rule in form.rules:
        yield {
            "rule": rule.code,
            "severity": rule.severity,
            "text": rule.text,
            "message": rule.message.to(lang),
            "members": ", ".join(rule.members),
            "only_for": ", ".join(rule.only_for),
            "holds": rule.holds,
            "source": rule.source,
            "between_units": False,
        }
    for outlier in form.outliers:
        yield {
            "rule": outlier.code,
            "severity": "warning",
            "text": f"|z({{code}} / {outlier.per})| <= {outlier.threshold}",
            "message": outlier.message.to(lang),
            "members": ", ".join(outlier.members),
            "only_for": "",
            "holds": "",
            "source": outlier.source,
            "between_units": True,
        }
