"""Every kind of damage on several returns: each cell is read right, or a finding says it is not.

The kinds stand in :mod:`rows_and_columns`, :mod:`sheets_and_identity`, :mod:`contents`,
:mod:`habits` and :mod:`programs`. No cell may be silently wrong, and of the kinds marked
recoverable at least 95 in 100 cells must be read right.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping

import asides  # noqa: F401 - enters its kinds into the table
import contents  # noqa: F401
import habits  # noqa: F401
import programs  # noqa: F401
import pytest
import rows_and_columns  # noqa: F401
import sheets_and_identity  # noqa: F401
from judge import Verdict, judge
from kinds import KINDS, Kind
from measured import Figures
from recalculation import converted
from returns import Base, Case, base_of
from shipped import RETURNED
from tools import ALL_TOOLS

from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.model.units import Unit
from tongket_xlsx.model.wording import worded
from tongket_xlsx.template import workbook as template

LEAST_RECOVERED = 0.95
# A rich district and a department as they came in, and a district founded after 2007 in a
# workbook as it is generated now, with its formulas and checks.
SAMPLES = {"pleiku": "GL-622_Pleiku.xlsx", "education": "GL-S-GDDT_SoGDDT.xlsx"}
GENERATED = "GL-639_ChuPuh.xlsx"
BASES = (*SAMPLES, "generated")
# A kind that damages returns of both samples meets the large one at every second turn, unless the
# environment variable TONGKET_DAMAGE is "all".
ALL = os.environ.get("TONGKET_DAMAGE") == "all"
OFFICE = shutil.which("soffice") is not None or ALL_TOOLS


def _bases(number: int, kind: Kind) -> list[str]:
    """Return the returns on which a kind is tried."""
    found = [base for base in BASES if not kind.only or base in kind.only]
    if number % 2 and not ALL and set(SAMPLES) <= set(found):
        found.remove("pleiku")
    return found


APPLIED = [
    pytest.param(
        kind,
        base,
        id=f"{kind.name} - {base}",
        marks=[pytest.mark.libreoffice] if kind.saved_as else [],
    )
    for number, kind in enumerate(KINDS.values())
    for base in _bases(number, kind)
]


@pytest.fixture(scope="session")
def bases(form: Form, units: Mapping[str, Unit], issue: Issue) -> dict[str, Base]:
    """The undamaged returns."""
    reader = Reader((form,), units)
    found = {}
    for name, file in SAMPLES.items():
        data = (RETURNED / file).read_bytes()
        found[name] = base_of(name, data, form, units, reader.read(data))
    sample = reader.read((RETURNED / GENERATED).read_bytes())
    assert sample.identity is not None
    data = template.build(
        form, units[sample.identity.unit], issue, answers=sample.answers(), cover=sample.cover
    )
    found["generated"] = base_of("generated", data, form, units, reader.read(data))
    return found


@pytest.fixture(scope="session")
def saved(bases: Mapping[str, Base], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What LibreOffice makes of the returns it is to save: one call for each format."""
    if not OFFICE:
        return {}
    files: dict[str, dict[str, bytes]] = {}
    for n, kind in enumerate(KINDS.values()):
        for name, base in bases.items():
            if kind.saved_as and (not kind.only or name in kind.only):
                case = _damaged(kind, base)
                files.setdefault(kind.saved_as, {})[f"{n}-{name}"] = case.bytes()
    names = {str(n): kind.name for n, kind in enumerate(KINDS.values())}
    folder = tmp_path_factory.mktemp("saved")
    return {
        f"{names[key.partition('-')[0]]} - {key.partition('-')[2]}": data
        for ending, books in files.items()
        for key, data in converted(books, folder / ending, ending).items()
    }


def _damaged(kind: Kind, base: Base) -> Case:
    """Damage a return; a kind that finds nothing to damage in it is declared for too many."""
    case = Case(base)
    kind.damage(case)
    return case


@pytest.fixture(scope="session")
def account(figures: Figures) -> Account:
    account = Account()
    figures.add(account.lines)
    return account


class Account:
    """The figures of the whole suite."""

    def __init__(self) -> None:
        self.kinds: dict[str, list[tuple[bool, Verdict]]] = {}

    def note(self, kind: Kind, verdict: Verdict) -> None:
        self.kinds.setdefault(kind.name, []).append((kind.recoverable, verdict))

    def lines(self) -> list[str]:
        """Return the table and the sums, as they are printed."""
        table = [
            (name, sum(v.right for _, v in all_), sum(v.flagged for _, v in all_),
             sum(len(v.wrong) for _, v in all_), all_[0][0])
            for name, all_ in self.kinds.items()
        ]  # fmt: skip
        lines = [f"damage: {'kind':70}{'right':>8}{'told':>8}{'wrong':>8}  recovered"]
        for name, right, told, wrong, recoverable in table:
            share = f"{100 * right / (right + told + wrong):8.1f} %" if recoverable else ""
            lines.append(f"        {name:70}{right:8}{told:8}{wrong:8}{share}")
        rows = [row for row in table if row[4]]
        right = sum(row[1] for row in rows)
        cells = sum(row[1] + row[2] + row[3] for row in rows)
        lines.append(
            f"damage: {len(table)} kinds on {sum(map(len, self.kinds.values()))} returns: "
            f"{sum(r[1] for r in table)} cells read right, {sum(r[2] for r in table)} told, "
            f"{sum(r[3] for r in table)} silently wrong; of the {len(rows)} recoverable kinds "
            f"{100 * right / max(1, cells):.2f} % of the cells recovered"
        )
        return lines


def test_there_are_many_kinds() -> None:
    """The table holds at least sixty kinds."""
    assert len(KINDS) >= 60


@pytest.mark.parametrize(("kind", "base"), APPLIED)
def test_no_cell_is_silently_wrong(
    kind: Kind,
    base: str,
    bases: Mapping[str, Base],
    request: pytest.FixtureRequest,
    account: Account,
) -> None:
    """Every cell is read right, or a finding names it, its row or its sheet."""
    case = _damaged(kind, bases[base])
    data = case.bytes()
    if kind.saved_as:
        data = request.getfixturevalue("saved")[f"{kind.name} - {base}"]
    found = Reader((case.form,), case.base.units).read(data)
    verdict = judge(case, found)
    account.note(kind, verdict)
    assert verdict.wrong == []
    assert (found.identity is None) is kind.refused
    codes = {f.code for f in found.findings}
    assert set(kind.says) <= codes, codes
    for finding in found.findings:
        assert all(worded(finding, lang).message for lang in ("vi", "en"))
    if kind.recoverable:
        assert verdict.right >= LEAST_RECOVERED * verdict.cells, (verdict.right, verdict.flagged)
