"""What becomes of a finding: explained, decided, lapsed when the figures change."""

from __future__ import annotations

from tongket_xlsx.model.assessment import assessed
from tongket_xlsx.model.explanations import Step
from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.resolution import Closure, Decision, Verdict, fingerprint, subject_of


def finding(
    basis: str = "1", code: str = "W", severity: Severity = Severity.WARNING, row: str = "ML10"
) -> Finding:
    return Finding(code, severity, indicator=row, period="2017", parameters={"basis": basis})


def step(name: str, *found: Finding, text: str = "", parent: str = "", row: str = "ML10") -> Step:
    return Step(name, parent, found, {row: text} if text else {})


def decision(
    about: Finding, verdict: Verdict = Verdict.ACCEPT, reason: str = "đã xác minh"
) -> Decision:
    return Decision("U", subject_of(about), verdict, reason, "An", "2017-04-05T08:00:00+07:00")


def closures(*line: Step, decisions: tuple[Decision, ...] = ()) -> list[Closure]:
    return [r.closure for r in assessed(line, decisions).findings]


def test_a_warning_is_closed_by_its_explanation_and_an_error_is_not() -> None:
    """The text closes the warnings of its row; an error of that row stays open."""
    error = finding(code="E", severity=Severity.ERROR)
    other = finding(row="ML11")
    found = assessed([step("a", finding(), error, other, text=" chia tách xã ")])
    assert [r.closure for r in found.findings] == [Closure.EXPLAINED, Closure.OPEN, Closure.OPEN]
    assert found.findings[0].text == "chia tách xã"
    assert [r.stands_in_the_way for r in found.findings] == [False, True, False]


def test_an_explanation_lapses_with_the_figures_it_was_given_for() -> None:
    """Carried over to other figures it closes nothing, and what was said is still told."""
    line = [step("a", finding("1"), text="vì"), step("b", finding("2"), text="vì", parent="a")]
    (item,) = assessed(line).findings
    assert (item.closure, item.text) == (Closure.LAPSED, "vì")
    assert assessed(line).explanations == {}
    same = [step("a", finding("1"), text="vì"), step("b", finding("1"), text="vì", parent="a")]
    assert closures(*same) == [Closure.EXPLAINED]


def test_a_new_text_is_about_the_new_figures() -> None:
    """Whoever writes another explanation writes it for what stands there now."""
    line = (step("a", finding("1"), text="vì"), step("b", finding("2"), text="vì khác"))
    assert closures(*line) == [Closure.EXPLAINED]


def test_a_lapsed_text_written_again_into_the_copy_holds() -> None:
    """The copy went out without it, so the same words in what came back are new."""
    line = (
        step("a", finding("1"), text="vì"),
        step("b", finding("2"), text="vì", parent="a"),
        step("c", finding("2"), text="vì", parent="b"),
    )
    assert closures(*line) == [Closure.EXPLAINED]
    own = (*line[:2], step("c", finding("2"), text="vì"))
    assert closures(*own) == [Closure.LAPSED]


def test_a_warning_that_came_later_is_not_closed_by_an_older_text() -> None:
    """A text explains what was there when it was written, and keeps doing so."""
    late = finding("9", code="LATE")
    line = (
        step("a", finding(), text="vì"),
        step("b", finding(), late, text="vì", parent="a"),
    )
    found = assessed(line)
    assert [r.closure for r in found.findings] == [Closure.EXPLAINED, Closure.LAPSED]
    assert found.explanations == {"ML10": "vì"}


def test_explanations_are_kept_where_an_office_left_them_out() -> None:
    """An old file without the column filled in loses nothing that was said of the same figures."""
    line = (step("a", finding(), text="vì"), step("b", finding()))
    found = assessed(line)
    assert [r.closure for r in found.findings] == [Closure.EXPLAINED]
    assert found.explanations == {"ML10": "vì"}
    again = (*line, step("c", finding(), finding(code="NEW"), text="vì", parent="b"))
    assert closures(*again) == [Closure.EXPLAINED, Closure.LAPSED]
    assert closures(step("a", finding("1"), text="vì"), step("b", finding("2"))) == [Closure.OPEN]


def test_a_decision_closes_an_error_and_lapses_with_its_figures() -> None:
    """The collector may accept an error; for other figures it has to be decided anew."""
    error = finding("1", severity=Severity.ERROR)
    (item,) = assessed([step("a", error)], [decision(error)]).findings
    assert (item.closure, item.by) == (Closure.ACCEPTED, "An")
    assert not item.is_open
    changed = finding("2", severity=Severity.ERROR)
    (item,) = assessed([step("a", changed)], [decision(error)]).findings
    assert item.closure is Closure.LAPSED
    assert item.stands_in_the_way


def test_the_last_decision_holds_and_may_reopen_what_was_explained() -> None:
    """A collector who is not convinced has the figure corrected, explained or not."""
    line = step("a", finding(), text="vì")
    insist = decision(finding(), Verdict.INSIST, "chưa rõ")
    assert closures(line, decisions=(insist,)) == [Closure.INSISTED]
    assert closures(line, decisions=(insist, decision(finding()))) == [Closure.ACCEPTED]


def test_a_note_is_neither_open_nor_closed() -> None:
    """How something was read asks nothing and needs no decision."""
    note = finding(severity=Severity.NOTE)
    (item,) = assessed([step("a", note, text="vì")], [decision(note)]).findings
    assert item.closure is Closure.OPEN
    assert not item.is_open


def test_what_names_no_row_is_told_apart_by_its_place_and_figures() -> None:
    """Two findings of one code are two subjects, and units do not share keys."""
    one, two = finding("1"), finding("2")
    keys = {fingerprint(u, subject_of(f)) for u in ("A", "B") for f in (one, two)}
    assert len(keys) == 4
    assert fingerprint("A", subject_of(one)) == fingerprint("A", subject_of(finding("1")))


def test_nothing_came_in() -> None:
    """A unit without returns has no findings."""
    assert assessed([]).findings == ()
