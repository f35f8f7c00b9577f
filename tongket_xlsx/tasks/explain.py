"""The verb explain: what a code means, how grave it is, what is expected and what to do.

A code is that of a kind of finding, or of a rule, an indicator, a question, a column of a list or a
target of a form. Capitals do not matter, and near codes are proposed for one that is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from tongket_xlsx.codebook.entries import Codebook
from tongket_xlsx.codebook.facts import CodebookEntry
from tongket_xlsx.model.finding_kind import FindingGroup, FindingKind, Holds
from tongket_xlsx.model.finding_kinds import KINDS, LISTED, RULE
from tongket_xlsx.model.findings import Misuse, Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.wording import Wording, worded
from tongket_xlsx.tasks.finding_examples import example_of
from tongket_xlsx.text.messages import has, say

_MOST_NEAR = 5
_GROUPS = {kind.code: group for group, kinds in LISTED.items() for kind in kinds}


class Sort(StrEnum):
    """What a code is the code of."""

    FINDING = "finding"
    RULE = "rule"
    INDICATOR = "indicator"
    PROMPT = "prompt"
    ROSTER = "roster"
    TARGET = "target"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a kind of finding, its places in braces.

    ``what`` is what it says precisely; empty for the usual sentence. ``is_note`` says whether it
    is a mere note although its kind is graver.
    """

    what: str
    message: str
    expected: str
    advice: str
    is_note: bool = False


@dataclass(frozen=True, slots=True)
class Explained:
    """What there is to say of one code, in one language.

    Attributes:
        name: of a kind of finding what it is about, of an entry of the form its own name.
        severities: how grave it can be, the usual one first; none of what is no finding.
        holds: which figures it keeps out of totals while it is open; empty where none.
        means: what the sentences do not explain by themselves.
        facts: the name and the text of everything else there is to say.
    """

    code: str
    sort: Sort
    name: str
    severities: tuple[Severity, ...] = ()
    holds: str = ""
    means: str = ""
    is_former: bool = False
    sentences: tuple[Sentence, ...] = ()
    parameters: tuple[str, ...] = ()
    example: Wording | None = None
    facts: tuple[tuple[str, str], ...] = ()


def kinds(lang: str) -> Iterator[Explained]:
    """Yield every kind of finding, group by group."""
    return (explained_kind(kind, lang) for kind in KINDS.values())


def rules(form: Form, lang: str) -> Iterator[Explained]:
    """Yield every rule of a form."""
    return (e for e in _entries(form, lang) if e.sort is Sort.RULE)


def explain(code: str, form: Callable[[], Form], lang: str) -> Explained:
    """Explain one code.

    Args:
        code: as it was typed.
        form: gives the form, where the code is that of no kind of finding.

    Raises:
        Misuse: there is no such code; the sentence proposes near ones.
        UnsoundDefinition: the form has faults.
    """
    wanted = code.strip().casefold()
    kind = KINDS.get(wanted)
    if kind is not None:
        return explained_kind(kind, lang)
    entries = {e.code.casefold(): e for e in _entries(form(), lang)}
    if wanted in entries:
        return entries[wanted]
    known = {**{k: k for k in KINDS}, **{k: e.code for k, e in entries.items()}}
    begun = [k for k in known if wanted and k.startswith(wanted)]
    near = list(dict.fromkeys([*begun, *get_close_matches(wanted, known, _MOST_NEAR)]))
    if not near:
        raise Misuse("explain.unknown.none", code=code)
    choices = ", ".join(known[k] for k in near[:_MOST_NEAR])
    raise Misuse("explain.unknown", code=code, choices=choices)


def group_of(code: str) -> FindingGroup:
    """Return what a kind of finding is about."""
    return _GROUPS[code]


def explained_kind(kind: FindingKind, lang: str) -> Explained:
    """Return what there is to say of a kind of finding."""
    meaning = kind.key("means")
    return Explained(
        kind.code,
        Sort.FINDING,
        say(f"explain.group.{group_of(kind.code)}", lang),
        kind.severities,
        "" if kind.holds is Holds.NOTHING else say(f"explain.holds.{kind.holds}", lang),
        say(meaning, lang) if meaning else "",
        kind.is_former,
        tuple(_sentence(kind, what, lang) for what in ("", *kind.narrower)),
        tuple(sorted(kind.parameters)),
        worded(example_of(kind.code), lang),
        _advice_of_rules(lang) if kind.code == RULE else (),
    )


def _sentence(kind: FindingKind, what: str, lang: str) -> Sentence:
    def part(name: str) -> str:
        key = kind.key(name, what)
        if kind.code == RULE and not key:
            key = f"rule.{name}.{kind.severity}"
        return _as_written(key, lang) if key else ""

    message = _as_written(f"{kind.code}.{what}" if what else kind.code, lang)
    is_note = what in kind.notes
    return Sentence(what, message, part("expected"), part("advice"), is_note)


def _advice_of_rules(lang: str) -> tuple[tuple[str, str], ...]:
    """Return what to do about a broken rule of another severity, and about one that holds back."""
    return tuple(
        (say(f"explain.advice.{key}", lang), say(f"rule.advice.{key}", lang))
        for key in ("warning", "held")
    )


def _as_written(key: str, lang: str) -> str:
    """Return a sentence with its places in single braces."""
    return say(key, lang).replace("{{", "{").replace("}}", "}") if has(key) else ""


def _entries(form: Form, lang: str) -> Iterator[Explained]:
    """Yield everything in a form that has a code."""
    book = Codebook(form, lang)
    severities = {r.code: Severity.WARNING if r.beta else r.severity for r in form.rules}
    for entry in book.rules:
        if entry.code in KINDS:
            continue
        severity = severities.get(entry.code, Severity.WARNING)
        yield _entry(entry, Sort.RULE, lang, _of_rule(entry, severity, lang), severity)
    columns = (column for _, below in book.rosters for column in below)
    sorts: tuple[tuple[Sort, Iterable[CodebookEntry]], ...] = (
        (Sort.INDICATOR, book.indicators),
        (Sort.PROMPT, book.prompts),
        (Sort.ROSTER, columns),
        (Sort.TARGET, book.targets),
    )
    for sort, entries in sorts:
        for entry in entries:
            yield _entry(entry, sort, lang)


def _of_rule(entry: CodebookEntry, severity: Severity, lang: str) -> Sentence:
    between = bool(entry.text("between"))
    advice = "outlier.advice" if between else f"rule.advice.{severity}"
    expected = entry.text("expression") or entry.text("between")
    return Sentence("", entry.text("message"), expected, say(advice, lang))


# What an entry says in fields of its own, and not once more among its facts.
_APART = frozenset(("message", "expression", "severity", "help", "holds", "between"))


def _entry(
    entry: CodebookEntry,
    sort: Sort,
    lang: str,
    sentence: Sentence | None = None,
    severity: Severity | None = None,
) -> Explained:
    return Explained(
        entry.code,
        sort,
        entry.name,
        () if severity is None else (severity,),
        entry.text("holds"),
        entry.text("help"),
        sentences=() if sentence is None else (sentence,),
        facts=tuple(
            (say(f"doc.fact.{f.key}", lang), f.text) for f in entry.facts if f.key not in _APART
        ),
    )
