"""One workbook of every kind that the product writes, most of them with holes made at random."""

from __future__ import annotations

import dataclasses
import hashlib
import random
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
import verbs
from reader_processes import AtOnce
from recalculation import sheet_parts
from shipped import FLAWED, RETURNED
from small_form import SMALL_FORM

from tongket_xlsx.campaign import campaign as campaigns
from tongket_xlsx.codebook.slip_workbook import slip_workbook
from tongket_xlsx.codebook.slips import slips_of
from tongket_xlsx.codebook.workbook import codebook_workbook
from tongket_xlsx.model.entries import entry_of
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Kind, Scope
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.model.observations import (
    Answer,
    CellState,
    Identity,
    Observation,
    Return,
)
from tongket_xlsx.model.units import Unit
from tongket_xlsx.tasks import mark as marking
from tongket_xlsx.tasks import receive
from tongket_xlsx.template import workbook as template
from tongket_xlsx.text.messages import ENGLISH, LANGUAGES, VIETNAMESE

EDITIONS = ("day-du", "lanh-dao")
_PARENTS = 3
_ANSWERS = ("-", "…", "x", "–", "?", "nhiều", "không có", "12.345", "Có", "Không")
_STATES = (
    CellState.NUMBER,
    CellState.NIL,
    CellState.MISSING,
    CellState.NOT_APPLICABLE,
    CellState.BLANK,
    CellState.TEXT,
    CellState.ERROR,
)
_RAW = {
    CellState.NIL: "-",
    CellState.MISSING: "…",
    CellState.NOT_APPLICABLE: "x",
    CellState.TEXT: "nhiều",
    CellState.ERROR: "#REF!",
}


def every_workbook(folder: Path) -> dict[str, bytes]:
    """Return every workbook by a plain name that begins with its kind.

    Args:
        folder: an empty folder to work in.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(receive, "Guard", AtOnce)
        return _every_workbook(folder)


def _every_workbook(folder: Path) -> dict[str, bytes]:
    form = campaigns.load_form(campaigns.form_folder(campaigns.DEFAULT_FORM))
    full = campaigns.create(folder / "full", units_file=None, form=campaigns.DEFAULT_FORM)
    empty = shutil.copytree(full.home, folder / "empty")
    books = dict(_forms(form, full.units, "form"))
    books |= dict(_filled(form, full.units))
    books |= dict(_documents(form, "huyen"))
    verbs.receive(full, sorted(RETURNED.glob("*.xlsx")))
    books |= dict(_summaries(full, folder, "summary-full", (VIETNAMESE, ENGLISH)))
    books |= dict(_marked(full, sorted(FLAWED.glob("*.xlsx"))))
    none = dataclasses.replace(full, home=empty)
    books |= dict(_summaries(none, folder, "summary-empty", (VIETNAMESE,)))
    for seed, gaps in enumerate((0.1, 0.4, 0.8)):
        made = dataclasses.replace(full, home=shutil.copytree(empty, folder / f"holes{seed}"))
        record_at_random(made, random.Random(seed), gaps)
        langs = (VIETNAMESE, ENGLISH)[seed % 2 :][:1]
        books |= dict(_summaries(made, folder, f"summary-holes{seed}", langs))
    books |= dict(_summaries(_of_many_parents(folder), folder, "summary-parents", (VIETNAMESE,)))
    books |= dict(_of_second_form(folder))
    shutil.rmtree(folder)
    return books


def _forms(form: Form, units: Mapping[str, Unit], name: str) -> Iterator[tuple[str, bytes]]:
    """Yield the blank form of a unit of each kind in each language."""
    kinds = {u.kind: u for u in units.values() if form.unit_kinds[u.kind].scope is not Scope.TOTAL}
    for kind, unit in kinds.items():
        for lang in LANGUAGES:
            yield f"{name}-{kind}-{lang}", template.build(form, unit, Issue(), lang=lang)


def _filled(form: Form, units: Mapping[str, Unit]) -> Iterator[tuple[str, bytes]]:
    """Yield prefilled forms: numbers alike and at bounds, signs, words, blanks, explanations."""
    districts = [u for u in units.values() if u.kind == "huyen"]
    others = [u for u in units.values() if u.kind not in ("huyen", "tinh")]
    for seed in range(8):
        dice = random.Random(seed)
        unit = dice.choice(districts if seed % 2 else others)
        gaps = dice.choice((0, 0.1, 0.5))
        answers = {}
        for group in form.groups:
            for indicator in form.asked(group, unit.kind):
                for period in form.periods:
                    if entry_of(unit, indicator, period).answerable and dice.random() >= gaps:
                        answers[indicator.code, period.code, 0] = _answer(indicator, dice)
        for roster in form.rosters_for(unit.kind):
            for row in range(1, dice.choice((1, 5))):
                for column in roster.columns:
                    text = dice.choice(column.choices) if column.choices else "Văn bản số 1"
                    answers[column.code, "", row] = Answer(text=text)
        told = {i: "Đã kiểm tra" for i in form.indicators if dice.random() < 0.2}
        yield (
            f"prefilled-{seed}",
            template.build(
                form, unit, Issue(), answers=answers, explanations=told, lang=LANGUAGES[seed % 2]
            ),
        )


def _answer(indicator: Indicator, dice: random.Random) -> Answer:
    if dice.random() < 0.1:
        return Answer(text=dice.choice(_ANSWERS))
    if indicator.kind is Kind.YESNO:
        return Answer(text=dice.choice(("Có", "Không", "có")))
    if dice.random() < 0.1:
        return Answer(Decimal(dice.choice(("-5", "0", "12.5", "0.000001", "99999999999"))))
    return Answer(Decimal(dice.randint(0, dice.choice((3, 300, 300_000)))))


def _documents(form: Form, kind: str) -> Iterator[tuple[str, bytes]]:
    for lang in LANGUAGES:
        yield f"codebook-{form.id}-{lang}", codebook_workbook(form, lang)
        yield f"slips-{form.id}-{lang}", slip_workbook(form, kind, slips_of(form, kind), lang)


def _summaries(
    campaign: campaigns.Campaign, folder: Path, name: str, langs: tuple[str, ...]
) -> Iterator[tuple[str, bytes]]:
    for edition in EDITIONS:
        for lang in langs:
            path, _ = verbs.summarise(campaign, folder / "s.xlsx", edition=edition, lang=lang)
            yield f"{name}-{edition}-{lang}", path.read_bytes()


def _marked(campaign: campaigns.Campaign, flawed: list[Path]) -> Iterator[tuple[str, bytes]]:
    """Yield what goes back for each flawed return, in one language or the other."""
    blank = campaign.home.parent / "blank"
    shutil.copytree(campaign.home.parent / "empty", blank)
    for number, path in enumerate(flawed):
        home = shutil.copytree(blank, campaign.home.parent / f"marked{number}")
        made = dataclasses.replace(campaign, home=home)
        verbs.receive(made, [path])
        for copy in marking.mark(made, lang=LANGUAGES[number % 2]):
            yield f"marked-{number}-{copy.unit.code}", copy.path.read_bytes()


def record_at_random(campaign: campaigns.Campaign, dice: random.Random, gaps: float) -> None:
    """Record returns of random figures, signs, texts and gaps; equal figures are common."""
    with campaign.ledger() as ledger:
        for unit in campaign.units.values():
            if campaign.form.unit_kinds[unit.kind].scope is Scope.TOTAL or dice.random() < gaps / 2:
                continue
            observed = [
                _observation(indicator, period, dice, gaps)
                for indicator in campaign.form.indicators.values()
                if not indicator.computed and unit.kind in indicator.respondents
                for period in indicator.periods
                # A figure of a year before the unit was founded is refused at the import.
                if unit.existed_in(campaign.form.period_by_code[period])
            ]
            digest = hashlib.sha256(unit.code.encode()).hexdigest()
            identity = Identity(unit.code, campaign.form.id, campaign.form.version, 1)
            ledger.record(
                Return(digest, identity, tuple(observed)),
                file=f"{unit.code}.xlsx",
                size=1,
                received=date(2017, 3, 1),
                form="x",
                program="x",
            )


def _observation(
    indicator: Indicator, period: str, dice: random.Random, gaps: float
) -> Observation:
    state = dice.choice(_STATES[1:]) if dice.random() < gaps else CellState.NUMBER
    value, text, raw = None, "", _RAW.get(state, "")
    if state is CellState.NIL:
        value = Decimal(0)
    if state is CellState.NUMBER:
        value = Decimal(dice.randint(0, dice.choice((3, 30, 3000)))) / dice.choice((1, 1, 4))
        raw = str(value)
        if indicator.kind is Kind.YESNO:
            text = raw = dice.choice(("Có", "Không"))
            value = Decimal(text == "Có")
    return Observation(indicator.code, period, 0, state, value, text, raw, "S", "A1")


def _of_many_parents(folder: Path) -> campaigns.Campaign:
    rows = [f"T{n},Tỉnh {n},tinh," for n in range(_PARENTS)]
    rows += [f"H{n},Huyện số {n},huyen,T{n % _PARENTS}" for n in range(15)]
    rows += [f"K{n},Khối tỉnh {n},khoi-tinh,T{n}" for n in range(_PARENTS)]
    listed = folder / "parents.csv"
    listed.write_text("\n".join(["code,name,kind,parent", *rows]), encoding="utf-8")
    made = campaigns.create(folder / "parents", units_file=listed, form=campaigns.DEFAULT_FORM)
    record_at_random(made, random.Random(7), 0.2)
    return made


def _of_second_form(folder: Path) -> Iterator[tuple[str, bytes]]:
    made = campaigns.create(
        folder / "second", units_file=SMALL_FORM / "units.csv", form=str(SMALL_FORM)
    )
    yield from _forms(made.form, made.units, "second-form")
    kind = next(k for k in made.form.unit_kinds if made.form.unit_kinds[k].scope is Scope.PART)
    yield from _documents(made.form, kind)
    record_at_random(made, random.Random(1), 0.3)
    yield from _summaries(made, folder, "second-summary", LANGUAGES)


# ---------------------------------------------------------------------- typing over cells

_TYPED_CELL = re.compile(
    r'<c r="([A-Z]+)([0-9]+)"( s="[0-9]+")?(?: t="[a-z]+")?(?:/>|>(?!<f)(.*?)</c>)'
)


def typed_over(
    data: bytes,
    choose: Callable[[str, str, int], str | float | None],
) -> bytes:
    """Type over constants of a workbook in its XML; stored results of formulas stay stale.

    Args:
        choose: sheet, letters of the column and row → what is typed, ``None`` to leave the cell.
    """
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
        names = {part: name for name, part in sheet_parts(source).items()}
        for part in source.namelist():
            content = source.read(part)
            if part in names:
                content = _TYPED_CELL.sub(
                    lambda m, sheet=names[part]: _typed(m, choose(sheet, m[1], int(m[2]))),
                    content.decode(),
                ).encode()
            target.writestr(part, content)
    return stream.getvalue()


def _typed(cell: re.Match[str], value: str | float | None) -> str:
    if value is None:
        return cell[0]
    start = f'<c r="{cell[1]}{cell[2]}"{cell[3] or ""}'
    if value == "":
        return f"{start}/>"
    if isinstance(value, str):
        return f'{start} t="inlineStr"><is><t>{value}</t></is></c>'
    return f"{start}><v>{value}</v></c>"
