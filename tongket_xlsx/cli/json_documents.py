"""The JSON documents of the commands: every key, its type, and what it is for.

What writes a document is held to these types by the type checker, the reference is made from them,
and a test holds what the commands print to them. Codes and words of these documents never change
with the language; sentences are in that of the call.
"""

from __future__ import annotations

from typing import Annotated, NotRequired, TypedDict


class FindingObject(TypedDict):
    """What is wrong, where, and what to do."""

    code: Annotated[str, "of the kind of finding or of the rule: `tongket explain CODE`"]
    severity: Annotated[str, "`error`, `warning` or `note`"]
    unit: Annotated[str | None, "code of the unit"]
    sheet: Annotated[str | None, "the sheet it is about"]
    cell: Annotated[str | None, "the cell it is about, `D12`"]
    indicator: Annotated[str | None, "code of the indicator"]
    period: Annotated[str | None, "code of the period"]
    message: Annotated[str, "one sentence"]
    found: Annotated[str, "what stands there"]
    expected: Annotated[str, "what was expected"]
    advice: Annotated[str, "what to do"]


class ClosedObject(FindingObject):
    """A finding of which something was said."""

    closure: Annotated[str, "`explained`, `accepted`, `insisted`, `lapsed` or `awaiting`"]
    text: Annotated[str, "the explanation or the reason"]
    by: Annotated[str | None, "who said it"]
    on: Annotated[str | None, "when"]


class HeldObject(TypedDict):
    """A figure that is in no total until it is corrected or accepted."""

    indicator: Annotated[str, "code of the indicator"]
    period: Annotated[str, "code of the period"]


class SinceObject(TypedDict):
    """What became of the findings of the return before."""

    fixed: Annotated[list[FindingObject], "what is wrong no more"]
    open: Annotated[list[FindingObject], "what still is"]
    new: Annotated[list[FindingObject], "what is now and was not"]


class FileObject(TypedDict):
    """A file that was read."""

    file: Annotated[str, "its path"]
    outcome: Annotated[
        str,
        "`accepted`, `needs-correction`, `refused`, `duplicate`, `blank` or `not-a-return`",
    ]
    unit: Annotated[str | None, "code of the unit it is of"]
    sha256: Annotated[str | None, "hash of its bytes; null where they were not read"]
    observations: Annotated[int, "how many answers it holds"]
    findings: Annotated[list[FindingObject], "everything that was found in it"]
    since_last: Annotated[SinceObject | None, "where an earlier return of the unit was corrected"]
    closed: Annotated[list[ClosedObject], "findings of which something was said"]
    held: Annotated[list[HeldObject], "figures that are in no total"]


class FilesDocument(TypedDict):
    """What became of files."""

    files: Annotated[list[FileObject], "one for each file, in the order of their paths"]


class UnitObject(TypedDict):
    """Where a unit stands."""

    unit: Annotated[str, "its code"]
    name: Annotated[str, "its name"]
    kind: Annotated[str, "its kind"]
    state: Annotated[str, "`not-returned`, `needs-correction`, `late` or `on-time`"]
    received: Annotated[str | None, "day of its first return, `2017-03-30`"]
    received_this: Annotated[str | None, "day of the return that counts"]
    late_days: Annotated[int, "days after the deadline"]
    errors: Annotated[int, "open errors"]
    warnings: Annotated[int, "open warnings"]
    held: Annotated[list[HeldObject], "figures that are in no total"]
    completeness: Annotated[
        dict[str, float], "group → share of what must be answered that is, 0 to 1"
    ]
    reminder: NotRequired[
        Annotated[str | None, "with `--reminders`: what to write to it; null where nothing is due"]
    ]


class StatusDocument(TypedDict):
    """Where every unit stands."""

    units: Annotated[list[UnitObject], "every unit that gets a form, in the order of the list"]
    findings: NotRequired[
        Annotated[list[FindingObject], "what is odd between units, and what `--checks` found"]
    ]
    untitled: NotRequired[
        Annotated[list[str], "questions whose titles still have to be given in `tongket.toml`"]
    ]


class CopyObject(TypedDict):
    """A marked copy."""

    unit: Annotated[str, "code of the unit it is for"]
    file: Annotated[str, "its path"]
    findings: Annotated[list[FindingObject], "what is marked in it"]
    outside: Annotated[int, "how many cells outside the form had something typed in them"]


class MarkedDocument(TypedDict):
    """The copies that were written."""

    copies: Annotated[list[CopyObject], "one for each unit, in the order of the list"]


class RulingObject(FindingObject):
    """A finding on which was decided."""

    verdict: Annotated[str, "`accept` or `insist`"]
    reason: Annotated[str, "why"]
    by: Annotated[str, "who decided"]
    on: Annotated[str, "when"]


class RulingsDocument(TypedDict):
    """What was decided."""

    decisions: Annotated[list[RulingObject], "one for each finding"]
    findings: Annotated[list[FindingObject], "rows of the workbook that could not be followed"]


class ReturnObject(TypedDict):
    """A return in the story of a unit."""

    file: Annotated[str, "the name under which it came in"]
    received: Annotated[str, "the day"]
    round: Annotated[int, "which return of the unit it is, from 1"]
    outcome: Annotated[str, "what became of it"]
    sha256: Annotated[str, "hash of its bytes"]
    continues: Annotated[str | None, "hash of the return that it corrects"]
    findings: Annotated[list[FindingObject], "what was found in it"]
    held: Annotated[list[HeldObject], "figures that are in no total"]
    since_last: Annotated[SinceObject | None, "what became of the findings of the return before"]
    closed: Annotated[list[ClosedObject], "findings of which something was said"]


class SentObject(TypedDict):
    """A copy in the story of a unit."""

    file: Annotated[str, "its name"]
    round: Annotated[int, "the round it asks for"]
    of: Annotated[str, "hash of the return that it marks"]
    on: Annotated[str, "when it was made"]


class DecisionObject(TypedDict):
    """A decision in the story of a unit."""

    code: Annotated[str, "of the finding"]
    indicator: Annotated[str | None, "code of the indicator"]
    period: Annotated[str | None, "code of the period"]
    verdict: Annotated[str, "`accept` or `insist`"]
    reason: Annotated[str, "why"]
    by: Annotated[str, "who decided"]
    on: Annotated[str, "when"]


class StoryDocument(TypedDict):
    """The story of a unit."""

    unit: Annotated[str, "its code"]
    name: Annotated[str, "its name"]
    returns: Annotated[list[ReturnObject], "what came in, the earliest first"]
    copies: Annotated[list[SentObject], "what was made to be sent back"]
    decisions: Annotated[list[DecisionObject], "what was decided"]


class CauseObject(TypedDict):
    """A figure of a unit that changed."""

    unit: Annotated[str, "name of the unit, and the code of its figure in brackets"]
    before: Annotated[str, "what was read before, followed by `[held]` where it was held"]
    after: Annotated[str, "what was read since, likewise"]
    file: Annotated[str, "the return it stands in"]


class DifferenceObject(TypedDict):
    """A figure of the province that changed."""

    indicator: Annotated[str, "code of the indicator"]
    period: Annotated[str, "code of the period"]
    before: Annotated[float | None, "the figure before; null where there was none"]
    after: Annotated[float | None, "the figure now"]
    causes: Annotated[list[CauseObject], "whose returns changed it"]


class DifferencesDocument(TypedDict):
    """What changed between two consolidations."""

    differences: Annotated[list[DifferenceObject], "in the order of the form"]


class VerifiedDocument(TypedDict):
    """What was proved."""

    checked: Annotated[dict[str, int], "what was looked at → how many"]
    findings: Annotated[list[FindingObject], "what is wrong; empty where the store is sound"]


class SentenceObject(TypedDict):
    """A sentence that a kind of finding may say."""

    what: Annotated[str, "which of them; empty for the usual one"]
    severity: Annotated[str, "`error`, `warning` or `note`"]
    message: Annotated[str, "the sentence, with what is filled in between braces"]
    expected: Annotated[str, "what is expected"]
    advice: Annotated[str, "what to do"]


class ExampleObject(TypedDict):
    """A finding as it would be told."""

    message: Annotated[str, "one sentence"]
    found: Annotated[str, "what stands there"]
    expected: Annotated[str, "what was expected"]
    advice: Annotated[str, "what to do"]


class FactObject(TypedDict):
    """Something that is known of an entry of the form."""

    name: Annotated[str, "what it is"]
    text: Annotated[str, "the fact"]


class ExplainedObject(TypedDict):
    """What a code means."""

    code: Annotated[str, "the code"]
    sort: Annotated[str, "what it is of: `finding`, `rule`, `indicator`, …"]
    name: Annotated[str, "the group of a kind of finding, or the name of an entry"]
    severities: Annotated[list[str], "how grave it may be"]
    holds: Annotated[str, "which figures it holds"]
    means: Annotated[str, "what it means"]
    former: Annotated[bool, "whether only earlier programs found it"]
    parameters: Annotated[list[str], "what its sentences are filled in with"]
    sentences: Annotated[list[SentenceObject], "what it may say"]
    example: Annotated[ExampleObject | None, "one as it would be told"]
    facts: Annotated[list[FactObject], "what is known of an entry of the form"]


class ExplainedDocument(TypedDict):
    """What one code means, or all of them."""

    explained: Annotated[list[ExplainedObject], "one for each code"]


class ObservationObject(TypedDict):
    """A tidy observation: one answer, the cell it came from, and what is known against it."""

    unit: Annotated[str, "code of the unit"]
    unit_name: Annotated[str, "its name"]
    unit_kind: Annotated[str, "its kind"]
    group: Annotated[str, "code of the group, of the list, or `narrative`"]
    indicator: Annotated[str, "code of the indicator, question or column"]
    period: Annotated[str | None, "code of the period; null for a text"]
    row: Annotated[int | None, "number of the entry of a list"]
    state: Annotated[str, "`number`, `nil`, `missing`, `not_applicable`, `blank`, `text`, …"]
    value: Annotated[int | float | None, "the figure, in the unit of measure of the form"]
    text: Annotated[str, "the text"]
    raw: Annotated[str, "what stands in the cell"]
    file: Annotated[str, "the return"]
    sha256: Annotated[str, "hash of its bytes"]
    sheet: Annotated[str, "the sheet"]
    cell: Annotated[str, "the cell"]
    received: Annotated[str | None, "the day the return came in; null for a total"]
    estimated: Annotated[bool, "whether the office gave an estimate"]
    held: Annotated[bool, "whether it is in no total until corrected or accepted"]
    status: Annotated[
        str, "`held`, `error`, `warning`, `accepted`, `explained`; empty where nothing is known"
    ]
    reason: Annotated[str, "what the office or the province said of it"]
    scope: Annotated[str, "`part` adds to the province, `whole` is said of all of it"]
    round: Annotated[int | None, "which return of the unit it is of"]
    current: Annotated[bool, "whether that return counts"]
    computed: Annotated[bool, "whether it is computed, stands in no cell and never adds"]
    counted: Annotated[bool, "whether a total of the province contains it"]
    n: Annotated[int | None, "with `--totals`, of a total: how many units are behind it"]
    expected: Annotated[int | None, "with `--totals`, of a total: of how many"]


# Which document a command prints with --json; an export, with --format json, prints a list.
DOCUMENTS = {
    "import": FilesDocument,
    "check": FilesDocument,
    "recheck": FilesDocument,
    "status": StatusDocument,
    "compare": DifferencesDocument,
    "mark": MarkedDocument,
    "decide": RulingsDocument,
    "waive": RulingsDocument,
    "log": StoryDocument,
    "explain": ExplainedDocument,
    "verify": VerifiedDocument,
    "export": ObservationObject,
}
