"""What the tables of a ledger and their columns are for, one sentence each.

The reference of the ledger is made from here and from the schema itself, and a test holds that
every column of the schema has its sentence.
"""

from __future__ import annotations

from collections.abc import Mapping

TABLES: Mapping[str, str] = {
    "fact": "What is known of the ledger itself.",
    "receipt": "A file that came in; the same bytes may come in several times.",
    "reading": "What was read in a file; `recheck` adds another, and the latest one counts.",
    "observation": "An answer of a reading: a figure of a period, a text, or a cell of a list.",
    "finding": "What was found when a file was read.",
    "decision": "What the collector decided on a finding; a later one takes the place of it.",
    "copy": "A marked copy that was made to be sent back.",
    "stray": "What was typed outside the cells of the form.",
    "typed_formula": "A formula that an office typed where a figure belongs.",
}
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "fact": {
        "key": "Which fact: `begun`, the moment from which originals were kept.",
        "value": "The fact.",
    },
    "receipt": {
        "id": "The number of the receipt, in the order in which files came in.",
        "sha256": "The hash of the bytes, by which the original is found.",
        "file": "The name under which it came in.",
        "size": "Its size in bytes.",
        "received": "The day it came in, `2017-03-30`.",
        "recorded": "The moment it was recorded, with its offset from UTC.",
    },
    "reading": {
        "id": "The number of the reading.",
        "sha256": "The hash of the bytes that were read.",
        "form": "The digest of the definition with which they were read.",
        "program": "The version of the program that read them.",
        "recorded": "The moment it was recorded, with its offset from UTC.",
        "outcome": "What became of the file: `accepted`, `needs-correction`, `refused`, …",
        "unit": "The code of the unit it is of; empty where none was found.",
        "round": "Which return of the unit it is: 1, or more for one that was corrected.",
        "version": "The version of the form that was filled in.",
        "parent": "The hash of the return that it corrects; empty for a first one.",
        "cover": "What was filled in on the cover, as JSON.",
        "explanations": "What the office explained of earlier findings, as JSON.",
        "left_out": "How many cells outside the form are not kept in `stray`; NULL where an "
        "earlier program looked for none.",
    },
    "observation": {
        "reading": "The reading it is of.",
        "indicator": "The code of the indicator, question or column of a list.",
        "period": "The code of the period; empty for a text.",
        "row": "The number of the entry of a list, from 1; 0 elsewhere.",
        "state": "What the cell holds: `number`, `nil`, `missing`, `not_applicable`, `blank`, …",
        "value": "The exact number as a decimal text; NULL where there is none.",
        "text": "The text, where it is one.",
        "raw": "What stood in the cell.",
        "sheet": "The sheet it was read from.",
        "cell": "The cell it was read from, `D12`.",
        "estimated": "1 where the office gave an estimate.",
    },
    "finding": {
        "reading": "The reading it is of.",
        "number": "Its place among the findings of the reading, from 0.",
        "code": "The code of its kind, or of the rule.",
        "severity": "`error`, `warning` or `note`.",
        "unit": "The name of the unit at that time.",
        "sheet": "The sheet it is about; empty where it is about the file.",
        "cell": "The cell it is about; empty where it is about more.",
        "indicator": "The code of the indicator it is about, or empty.",
        "period": "The code of the period it is about, or empty.",
        "parameters": "What its sentence is filled in with, as JSON; an exact number is "
        '`{"decimal": "1.50"}`.',
    },
    "decision": {
        "id": "The number of the decision.",
        "unit": "The code of the unit.",
        "code": "The code of the finding.",
        "indicator": "The code of the indicator, or empty.",
        "period": "The code of the period, or empty.",
        "place": "`sheet!cell`, where no indicator tells findings of the code apart.",
        "basis": "The figures it was given for; when they change, it lapses.",
        "verdict": "`accept` or `insist`.",
        "reason": "Why.",
        "decided_by": "Who decided.",
        "recorded": "The moment it was recorded, with its offset from UTC.",
    },
    "copy": {
        "id": "The number of the copy.",
        "unit": "The code of the unit it is for.",
        "round": "The round that it asks for.",
        "parent": "The hash of the return that it marks.",
        "file": "The name of the copy.",
        "last_receipt": "The last receipt there was when it was made.",
        "recorded": "The moment it was recorded, with its offset from UTC.",
    },
    "stray": {
        "reading": "The reading it is of.",
        "number": "Its place among them, from 0.",
        "sheet": "The sheet it stands on.",
        "cell": "The cell it stands in.",
        "text": "What stands there.",
    },
    "typed_formula": {
        "reading": "The reading it is of.",
        "indicator": "The code of the indicator.",
        "period": "The code of the period.",
        "formula": "The formula.",
    },
}
