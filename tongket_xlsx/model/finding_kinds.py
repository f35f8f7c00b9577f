"""Every kind of finding there is: its code, how grave it is, and what its sentence may name.

A code is stored in ledgers: it is never renamed, and one that is made no more stays here as a
former one. What is not listed here cannot be found.

Example:
    >>> kind_of("file.lock").severity
    <Severity.NOTE: 'note'>
    >>> new_finding("file.unreadable", Place(file="a.xlsx"), reason="in use").severity
    <Severity.ERROR: 'error'>
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tongket_xlsx.model.finding_kind import FindingGroup, FindingKind, Holds
from tongket_xlsx.model.findings import Finding, Parameter, Severity
from tongket_xlsx.model.places import Place

# The kinds of what the rules of a form find, whatever they are called there.
RULE, OUTLIER = "rule", "outlier"

# What is added to a finding about a figure: its code, its name and its period.
FIGURE = " indicator label period_label"

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


def _kind(
    code: str,
    severity: Severity,
    places: str = "",
    *,
    also: Severity | None = None,
    notes: str = "",
    holds: Holds = Holds.NOTHING,
    is_asked: bool = False,
    bars: bool = False,
    is_former: bool = False,
) -> FindingKind:
    return FindingKind(
        code,
        severity,
        frozenset(places.split()),
        also=frozenset(() if also is None else (also,)),
        notes=frozenset(notes.split()),
        holds=holds,
        is_asked=is_asked,
        bars=bars,
        is_former=is_former,
    )


# The code, how grave it is, and the names that its sentences fill in.
LISTED: Mapping[FindingGroup, tuple[FindingKind, ...]] = {
    FindingGroup.FILE: (
        _kind("file.empty", ERROR, also=NOTE),
        _kind("file.not_workbook", ERROR, also=NOTE, notes="program database mail media office"),
        _kind("file.word", NOTE),
        _kind("file.slides", NOTE),
        _kind("file.scan", NOTE),
        _kind("file.lock", NOTE),
        _kind("file.text", ERROR, also=NOTE, notes="json xml pointer"),
        _kind("file.web", ERROR),
        _kind("file.archive", ERROR),
        _kind("file.old_workbook", ERROR),
        _kind("file.password", ERROR, also=NOTE),
        _kind("file.broken", ERROR, "found"),
        _kind("file.too_large", ERROR, "found limit"),
        _kind("file.unsafe", ERROR, "found"),
        _kind("file.contradictory", ERROR, "found"),
        _kind("file.reader_failed", ERROR),
        _kind("file.directory", ERROR),
        _kind("file.special", NOTE),
        _kind("file.link", NOTE),
        _kind("file.unreadable", ERROR, "reason"),
        _kind("path.missing", ERROR, "path"),
        _kind("file.no_identity", ERROR),
        _kind("file.identity_differs", ERROR, "unit_cover unit_file"),
        _kind("file.identity_changed", ERROR, "found"),
        _kind("file.identity_by_cover", NOTE, "unit_file"),
        _kind("file.other_form", ERROR, "expected_form found"),
        _kind("file.other_version", NOTE, "expected_version found"),
        _kind("file.unknown_unit", ERROR, "found"),
        _kind("file.not_respondent", ERROR, "unit"),
        _kind("file.wrong_unit", ERROR, "unit_cover unit_file"),
        _kind("file.cover_unclear", WARNING, "found unit_file"),
        _kind("file.no_sheets", ERROR),
        _kind("file.formats_unread", NOTE),
        _kind("file.blank_form", NOTE, "unit"),
        _kind("file.duplicate", NOTE, "date found"),
        _kind("file.same_round", ERROR, "count found round unit"),
        _kind("file.superseded", NOTE, "round unit"),
        _kind("file.own_file", NOTE, "file found unit"),
    ),
    FindingGroup.COVER: (
        _kind("cover.blank", WARNING, "label"),
        _kind("cover.error", WARNING, "found label"),
    ),
    FindingGroup.SHEET: (
        _kind("return.blank", ERROR, "count"),
        _kind("rows.missing", ERROR, "count found group"),
        _kind("period.missing", ERROR, "found period_label", bars=True),
        _kind("period.twice", ERROR, "found period_label", bars=True),
        _kind("period.swapped", ERROR, "found reading_a reading_b", bars=True),
        _kind("rows.moved", NOTE, "count happened"),
        _kind("rows.by_label", NOTE, "count found"),
        _kind("rows.left_blank", NOTE, "count found"),
        _kind("code.formerly", NOTE, "count found"),
        _kind("sheet.renamed", NOTE, "expected_name found"),
        _kind("sheet.hidden", NOTE, "columns rows"),
        _kind("sheet.repeated", NOTE, "count found"),
        _kind("sheet.error_value", NOTE, "count found"),
        _kind("sheets.extra", NOTE, "count found"),
        _kind("sheets.other_kind", NOTE, "count found"),
        _kind("scratch.answers", WARNING, "count found name"),
        _kind("list.missing", WARNING, "found name"),
        _kind("list.elsewhere", WARNING, "count found"),
        _kind("cells.pasted", NOTE, "count found locked of"),
        _kind("cells.linked", NOTE, "count file found"),
        _kind("cells.computed_unread", NOTE, "count found"),
        _kind("overlay.text_box", NOTE, "cells found"),
        _kind("overlay.picture", NOTE, "cells"),
        _kind("overlay.chart", NOTE, "cells"),
        _kind("overlay.shape", NOTE, "cells"),
        _kind("overlay.comment", NOTE, "cells found"),
        _kind("overlay.more", NOTE, "count"),
    ),
    FindingGroup.ROW: (
        _kind("code.contradicts", ERROR, "found indicator other row", bars=True),
        _kind("code.twice", ERROR, "found indicator readings", bars=True),
        _kind("code.unknown", WARNING, "found"),
        _kind("code.not_asked", WARNING, "indicator"),
        _kind("row.no_code", WARNING, "row"),
        _kind("row.unit_changed", ERROR, "found indicator unit", bars=True),
        _kind("row.unit_differs", WARNING, "found indicator unit"),
        _kind("row.not_explanation", WARNING, "found indicator label"),
    ),
    FindingGroup.CELL: (
        _kind("cell.blank", ERROR, FIGURE),
        _kind("cell.blank_text", ERROR, "indicator label"),
        _kind("cell.not_founded", ERROR, "found indicator period_label unit"),
        _kind("cell.not_applicable", ERROR, "found indicator period_label"),
        _kind("cell.merged", ERROR, "indicator name period_label", also=WARNING),
        _kind("cell.error_value", ERROR, "found indicator period_label"),
        _kind("cell.error_text", ERROR, "found name", also=NOTE),
        _kind("cell.no_result", ERROR, "found indicator period_label"),
        _kind("cell.no_text_result", ERROR, "found name"),
        _kind("cell.text", ERROR, "found" + FIGURE),
        _kind("cell.yes_no", ERROR, "found indicator period_label"),
        _kind("cell.yes_x", ERROR, "indicator period_label", is_asked=True),
        _kind("cell.ambiguous", ERROR, "found reading_a reading_b" + FIGURE, is_asked=True),
        _kind("cell.range", ERROR, "found reading_a reading_b" + FIGURE, is_asked=True),
        _kind("cell.sign_unclear", ERROR, "found readings" + FIGURE, is_asked=True),
        _kind("cell.date_as_number", ERROR, "found indicator period_label"),
        _kind("cell.too_large", ERROR, "found" + FIGURE),
        _kind("cell.partly", ERROR, "found indicator period_label"),
        _kind("cell.below", ERROR, "found limit" + FIGURE, holds=Holds.OWN),
        _kind("cell.above", ERROR, "found limit" + FIGURE, holds=Holds.OWN),
        _kind("cell.integer", ERROR, "found proposal" + FIGURE, holds=Holds.OWN),
        _kind(
            "cell.money_thousand",
            ERROR,
            "found reading_a reading_b rounded" + FIGURE,
            holds=Holds.OWN,
            is_asked=True,
        ),
        _kind(
            "cell.money_whole",
            ERROR,
            "found proposal rounded" + FIGURE,
            holds=Holds.OWN,
            is_former=True,
        ),
        _kind("cell.money_fraction", NOTE, "found value" + FIGURE),
        _kind("cell.read", NOTE, "found indicator period_label value"),
        _kind("cell.percent_format", NOTE, "found indicator period_label value"),
        _kind("cell.recomputed", NOTE, "found indicator period_label value"),
        _kind("cell.fraction", WARNING, "found reading_a reading_b" + FIGURE),
        _kind("cell.estimated", WARNING, "found value" + FIGURE),
        _kind("cell.shown_otherwise", WARNING, "found shown" + FIGURE),
        _kind("cell.rescaled", WARNING, "found indicator period_label"),
        _kind("cell.struck", WARNING, "found indicator period_label"),
        _kind(
            "cell.stale",
            ERROR,
            "formula found name value" + FIGURE,
            also=WARNING,
            holds=Holds.NAMED,
        ),
        _kind("cell.computed_changed", WARNING, "found indicator period_label value"),
        _kind("cell.prefilled_changed", WARNING, "found indicator period_label value"),
        _kind("cell.too_long", NOTE, "found indicator limit"),
        _kind("cell.choice", WARNING, "choices found label"),
        _kind("cell.date", WARNING, "found label"),
    ),
    FindingGroup.TEXT: (
        _kind("text.damaged", WARNING, "found"),
        _kind("text.decoded", NOTE, "font found value"),
        _kind("text.font_unclear", WARNING, "found"),
        _kind("text.fonts_unread", WARNING, "format"),
    ),
    FindingGroup.RULE: (
        _kind("rule", ERROR, "code found text", also=WARNING, holds=Holds.NAMED),
        _kind("cell.plausible", WARNING, "found text" + FIGURE, holds=Holds.NAMED),
        _kind("outlier", WARNING, "found" + FIGURE, holds=Holds.NAMED),
    ),
    FindingGroup.PROVINCE: (
        _kind("province.part", WARNING, "found label limit parts period_label whole whole_label"),
        _kind("province.range", WARNING, "found least most" + FIGURE),
        _kind("province.share", WARNING, "found limit" + FIGURE),
        _kind("province.span", WARNING, "found limit years" + FIGURE),
        _kind("checks.failed", ERROR, "function line path problem"),
    ),
    FindingGroup.UNIT: (
        _kind("unit.unasked", WARNING, "count found"),
        _kind("unit.unlisted", WARNING, "file found"),
        _kind("unit.failed", ERROR, "found"),
    ),
    FindingGroup.COPY: (
        _kind("generate.kept", WARNING, "path"),
        _kind("mark.kept", WARNING, "path"),
        _kind("prefill.held", WARNING, "count found"),
        _kind("prefill.unknown", WARNING, "found"),
        _kind("prefill.value", WARNING, "found indicator"),
    ),
    FindingGroup.DECISION: (
        _kind("decide.unknown", ERROR),
        _kind("decide.verdict", ERROR, "found"),
        _kind("decide.no_reason", ERROR),
        _kind("decide.no_figure", ERROR, "code found where"),
        _kind("decide.twice", ERROR, "found"),
    ),
    FindingGroup.LEDGER: (
        _kind("verify.database", ERROR, "found"),
        _kind("verify.lost", ERROR, "path"),
        _kind("verify.altered", ERROR, "path"),
        _kind("verify.unrecorded", WARNING),
        _kind("verify.leftover", WARNING),
        _kind("verify.unread", ERROR),
        _kind("verify.sourceless", ERROR, "found"),
        _kind("verify.differs", ERROR, "file found value"),
        _kind("verify.reader_changed", WARNING, "file found program value"),
        _kind("verify.form_changed", WARNING),
        _kind("verify.locked", WARNING, "file"),
        _kind("verify.decision", WARNING, "found"),
        _kind("verify.copy", WARNING, "file"),
        _kind("verify.total", ERROR, "found indicator period value"),
    ),
    FindingGroup.UNITS: (
        _kind("units.csv", ERROR, "problem"),
        _kind("units.column", ERROR, "key names"),
        _kind("units.cell", ERROR, "key"),
        _kind("units.too_long", ERROR, "key limit"),
        _kind("units.code_case", ERROR, "code found"),
        _kind("units.number", ERROR, "key value"),
        _kind("units.date", ERROR, "key value"),
        _kind("units.parent", ERROR, "value"),
    ),
    FindingGroup.DEFINITION: (
        _kind("definition.encoding", ERROR),
        _kind("definition.yaml", ERROR, "problem"),
        _kind("definition.key_twice", ERROR, "key"),
        _kind("definition.missing", ERROR, "key"),
        _kind("definition.unknown_key", ERROR, "key"),
        _kind("definition.value", ERROR, "expected key value"),
        _kind("definition.no_file", ERROR, "file"),
        _kind("definition.group_not_listed", ERROR, "file"),
        _kind("definition.code_twice", ERROR, "code other"),
        _kind("definition.unknown", ERROR, "choices value"),
        _kind("definition.no_period", ERROR, "choices code period"),
        _kind("definition.computed_needs", ERROR, "code"),
        _kind("definition.input_with_operands", ERROR, "code"),
        _kind("definition.computed_core", ERROR, "code"),
        _kind("definition.not_a_sum", ERROR, "text"),
        _kind("definition.not_a_test", ERROR, "text"),
        _kind("definition.test_as_bound", ERROR, "text"),
        _kind("definition.cycle", ERROR, "code"),
        _kind("definition.choices", ERROR, "count value"),
        _kind("definition.beta", ERROR, "code"),
        _kind("definition.family", ERROR, "code"),
        _kind("definition.family_empty", ERROR, "code"),
        _kind("definition.never_applies", ERROR, "code"),
        _kind("definition.scale", ERROR, "code"),
        _kind("definition.count_twice", ERROR, "code"),
        _kind("definition.count_groups", ERROR, "code groups"),
        _kind("definition.count_yes", ERROR, "code indicators"),
        _kind("definition.count_level", ERROR, "code"),
        _kind("definition.count_kind", ERROR, "code kind"),
        _kind("definition.count_asked", ERROR, "code indicators kind"),
        _kind("expression.syntax", ERROR, "text"),
        _kind("expression.too_long", ERROR, "count"),
        _kind("expression.not_allowed", ERROR, "text"),
        _kind("expression.function", ERROR, "text"),
        _kind("expression.period", ERROR, "choices text"),
        _kind("expression.chained", ERROR, "text"),
        _kind("expression.test_as_number", ERROR, "text"),
        _kind("expression.number_as_test", ERROR, "text"),
    ),
}

KINDS: Mapping[str, FindingKind] = MappingProxyType(
    {kind.code: kind for kinds in LISTED.values() for kind in kinds}
)


def new_finding(
    code: str,
    place: Place | None = None,
    indicator: str = "",
    period: str = "",
    severity: Severity | None = None,
    /,
    **parameters: Parameter,
) -> Finding:
    """Make a finding of a registered kind.

    Args:
        code: of its kind.
        severity: where it is another than the kind has by itself.

    Raises:
        KeyError: there is no such kind.
    """
    if severity is None:
        severity = KINDS[code].severity_of(parameters.get("what", ""))
    return Finding(code, severity, place or Place(), indicator, period, parameters)


def kind_of(code: str) -> FindingKind | None:
    """Return the kind of a code; ``None`` for the id of a rule and for what is not known."""
    return KINDS.get(code)


def codes(
    *, holds: Holds | None = None, is_asked: bool = False, bars: bool = False
) -> frozenset[str]:
    """Return the codes of the kinds that are all of this."""
    return frozenset(
        kind.code
        for kind in KINDS.values()
        if (holds is None or kind.holds is holds)
        and (kind.is_asked or not is_asked)
        and (kind.bars or not bars)
    )
