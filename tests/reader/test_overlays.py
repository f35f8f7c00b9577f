"""What lies over cells without being in one: shapes, ink, controls and threads of comments."""

from __future__ import annotations

import pytest
from odd_writers import parts_of
from raw_workbook import OFFICE, zipped
from shipped import RETURNED

from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.wording import worded
from tongket_xlsx.reader import gate, grid
from tongket_xlsx.reader.overlays import Overlay, OverlayKind, overlays
from tongket_xlsx.text.messages import LANGUAGES

PLEIKU = (RETURNED / "GL-622_Pleiku.xlsx").read_bytes()
PARTS = parts_of(PLEIKU)
SHEET, PART = next(iter(grid.sheet_parts(gate.admit(PLEIKU)).items()))
_LINKS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
_ANCHOR = (
    '<d:wsDr xmlns:d="urn:d" xmlns:a="urn:a" xmlns:m="urn:m"><d:twoCellAnchor>'
    "<d:from><d:col>3</d:col><d:row>9</d:row></d:from>"
    "<d:to><d:col>5</d:col><d:colOff>9</d:colOff><d:row>11</d:row><d:rowOff>9</d:rowOff></d:to>"
    "{}</d:twoCellAnchor></d:wsDr>"
)
_VML = (
    '<xml xmlns:v="urn:v" xmlns:x="urn:x"><v:shape><v:textbox><div>{1}</div></v:textbox>'
    '<x:ClientData ObjectType="{0}"><x:Anchor>3, 0, 9, 0, 5, 9, 11, 9</x:Anchor></x:ClientData>'
    "</v:shape></xml>"
)
_THREAD = (
    '<t:T xmlns:t="urn:t"><t:threadedComment ref="D10"><t:text>Xem lại</t:text>'
    "</t:threadedComment></t:T>"
)
DRAWN, BEFORE, THREADS = (
    "drawings/drawing9.xml",
    "drawings/vmlDrawing9.vml",
    "threadedComments/t.xml",
)


def over(part: str, content: str) -> list[tuple[OverlayKind, str, str]]:
    """Return what lies over the first sheet with this part beside it."""
    kind = {DRAWN: "drawing", BEFORE: "vmlDrawing", THREADS: "threadedComment"}[part]
    link = f'<Relationship Id="r9" Type="{OFFICE}/{kind}" Target="../{part}"/></Relationships>'
    rels = f"xl/worksheets/_rels/{PART.rpartition('/')[2]}.rels"
    before = PARTS.get(rels, f"{_LINKS}</Relationships>".encode()).decode()
    changed = {rels: before.replace("</Relationships>", link), f"xl/{part}": content}
    found: list[Overlay] = list(overlays(gate.admit(zipped({**PARTS, **changed}))))
    return [(o.kind, o.cells, o.text) for o in found if o.sheet == SHEET]


@pytest.mark.parametrize(
    ("part", "content", "told"),
    [
        (DRAWN, _ANCHOR.format("<d:sp><d:spPr><a:solidFill/></d:spPr></d:sp>"), ("shape", "")),
        (DRAWN, _ANCHOR.format("<d:sp><d:spPr/></d:sp>"), ("shape", "")),
        (DRAWN, _ANCHOR.format("<d:sp><d:spPr><a:noFill/></d:spPr></d:sp>"), None),
        (DRAWN, _ANCHOR.format("<d:cxnSp><d:spPr/></d:cxnSp>"), None),
        (
            DRAWN,
            _ANCHOR.format("<m:A><m:Choice><d:contentPart/></m:Choice><m:Fallback/></m:A>"),
            ("picture", ""),
        ),
        (BEFORE, _VML.format("Label", "Số đúng 99"), ("text_box", "Số đúng 99")),
        (BEFORE, _VML.format("Pict", ""), ("picture", "")),
        (BEFORE, _VML.format("Note", "của ghi chú"), None),
        (BEFORE, _VML.format("Button", ""), None),
        (BEFORE, "<xml><br></xml>", None),
    ],
)
def test_what_covers_cells_is_told_and_what_does_not_is_not(
    part: str, content: str, told: tuple[str, str] | None
) -> None:
    """A shape with a ground, ink, a label or an object; no frame, line, note or empty button."""
    expected = [] if told is None else [(OverlayKind(told[0]), "D10:F12", told[1])]
    assert over(part, content) == expected


def test_a_thread_alone_is_a_comment() -> None:
    """Some programs write no comment for older ones beside it."""
    assert over(THREADS, _THREAD) == [(OverlayKind.COMMENT, "D10", "Xem lại")]


def test_a_damaged_drawing_costs_nothing_else() -> None:
    """One part that cannot be parsed does not hide what another one of the sheet says."""
    broken = {"xl/drawings/vmlDrawing8.vml": "<xml><br></xml>"}
    rels = f"xl/worksheets/_rels/{PART.rpartition('/')[2]}.rels"
    links = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/{kind}" Target="../{target}"/>'
        for n, (kind, target) in enumerate(
            (("vmlDrawing", "drawings/vmlDrawing8.vml"), ("threadedComment", THREADS))
        )
    )
    changed = {**broken, rels: f"{_LINKS}{links}</Relationships>", f"xl/{THREADS}": _THREAD}
    found = list(overlays(gate.admit(zipped({**PARTS, **changed}))))
    assert [o.text for o in found if o.sheet == SHEET] == ["Xem lại"]


def test_a_shape_has_its_sentences() -> None:
    """In both languages it says which cells it covers."""
    finding = Finding("overlay.shape", Severity.NOTE, parameters={"cells": "D10:F12", "found": ""})
    assert all("D10:F12" in worded(finding, lang).message for lang in LANGUAGES)
