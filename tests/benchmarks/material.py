"""A campaign of any size: as many districts as wanted, and what each would send back.

Every return is made from the real template. The workbook is built once; into each copy are typed
the name and the code of a unit and the seeded answers of an honest office
(:mod:`consistent`), and the cells that compute get their results, as a spreadsheet program would
store them. Only the results on the sheets of checks stay those of the first: nobody reads them.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path

import verbs
from consistent import COVER, answers, observations

from tongket_xlsx.campaign import campaign as campaigns
from tongket_xlsx.campaign.campaign import Campaign
from tongket_xlsx.model import rules
from tongket_xlsx.model.entries import entry_of
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.layout import Entry, Role, SheetKind
from tongket_xlsx.model.layouts import layout_of
from tongket_xlsx.model.observations import Answer, Answers
from tongket_xlsx.model.places import a1
from tongket_xlsx.model.units import Unit
from tongket_xlsx.template import workbook as template
from tongket_xlsx.text.messages import VIETNAMESE

FORM, PROVINCES = "chi-thi-11", 63
NAME, CODE = "\ue000\ue001", "\ue003\ue004"
# Less than no members.
WRONG = {("ML10", "2012", 0): Answer(Decimal(-5))}
_STRINGS = "xl/sharedStrings.xml"
_OWN = (_STRINGS, "docProps/core.xml", "docProps/custom.xml")
_CELL = re.compile(
    rb'<c r="([A-Z]+[0-9]+)"( s="[0-9]+")?(?: t="\w+")?(?:/>|>(<f>[^<]*</f>)?.*?</c>)'
)

_UNSAVED = re.compile(rb'(<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?)>(<f>[^<]*</f><v></v>)</c>')


def campaign_of(home: Path, size: int) -> Campaign:
    """Make a campaign of so many districts in 63 provinces, with facts as in the samples."""
    listed = home.with_suffix(".csv")
    with listed.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        columns = ("code", "name", "short_name", "kind", "parent")
        writer.writerow((*columns, "communes_2007", "communes_2012", "communes_2017"))
        for number in range(min(size, PROVINCES)):
            name = f"Tỉnh số {number + 1}"
            writer.writerow((f"T{number + 1:02}", name, name, "tinh", "", "", "", ""))
        for number in range(size):
            name = f"đơn vị số {number + 1}"
            communes = 8 + number % 13
            parent = f"T{number % PROVINCES + 1:02}"
            writer.writerow(
                (f"VN-{number + 1:05}", f"Huyện {name}", name, "huyen", parent, *[communes] * 3)
            )
    return campaigns.create(home, units_file=listed, form=FORM)


@dataclass(frozen=True)
class Manner:
    """How returns are filled in.

    ``wrong`` has one figure in each that is impossible, so that it must go back; ``saved`` says
    whether a spreadsheet program has stored the results of the formulas.
    """

    seed: str
    wrong: bool = False
    saved: bool = True


def fill(campaign: Campaign, folder: Path, manner: Manner, number: int | None = None) -> list[Path]:
    """Write the returns of so many units into a folder, on all cores; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    asked = [unit.code for unit in campaign.respondents][:number]
    some = [asked[start : start + 64] for start in range(0, len(asked), 64)]
    with ProcessPoolExecutor() as pool:
        tasks = [pool.submit(_write, campaign.home, part, folder, manner) for part in some]
        return [path for task in tasks for path in task.result()]


def blank(campaign: Campaign) -> Path:
    """Write the workbook that goes out to the first unit."""
    wanted = [next(iter(campaign.respondents)).code]
    issued, _ = verbs.generate(campaign, wanted, folder=campaign.home / "blank")
    return issued[0].path


def asked_cells(campaign: Campaign) -> list[tuple[str, str]]:
    """Return (sheet, cell) of everything that a return answers or computes."""
    unit = next(iter(campaign.respondents))
    return [(sheet, cell) for sheet, cell, _ in _cells(campaign.form, unit, {})]


def _write(home: Path, asked: Sequence[str], folder: Path, manner: Manner) -> list[Path]:
    paths = []
    form = master(home, manner.saved)
    for code in asked:
        unit = form.campaign.units[code]
        path = folder / template.file_name(unit)
        path.write_bytes(form.filled(unit, manner))
        paths.append(path)
    return paths


@cache
def master(home: Path, saved: bool) -> Master:
    """Return the workbook that the returns of a campaign are typed into."""
    return master_of(campaigns.open_campaign(home), saved=saved)


@dataclass(frozen=True)
class Master:
    """A workbook taken apart: its parts, and which sheets hold which answers."""

    campaign: Campaign
    parts: Mapping[str, bytes]
    seal: str
    sheets: Mapping[str, str]

    def filled(self, unit: Unit, manner: Manner) -> bytes:
        """Return the return of a unit, with its seeded answers."""
        form = self.campaign.form
        given = {**answers(form, unit, manner.seed), **(WRONG if manner.wrong else {})}
        typed: dict[str, dict[str, object]] = {}
        texts: dict[str, int] = {}
        for sheet, cell, value in _cells(form, unit, given):
            typed.setdefault(self.sheets[sheet], {})[cell] = value
        strings = self._own(self.parts[_STRINGS], unit)
        first = strings.count(b"<si>")
        changed = {name: self._own(self.parts[name], unit) for name in _OWN}
        for part, cells in typed.items():
            changed[part] = _typed(self.parts[part], cells, texts, first)
        more = "".join(f"<si><t>{escape(t, quote=False)}</t></si>" for t in texts).encode()
        changed[_STRINGS] = strings.replace(b"</sst>", more + b"</sst>")
        return _zipped({**self.parts, **changed})

    def _own(self, content: bytes, unit: Unit) -> bytes:
        """Put the name, the code and the seal of a unit in their places."""
        seal = template.identity(self.campaign.form, unit, 1, "")["checksum"]
        for letters, text in ((NAME, unit.name), (CODE, unit.code), (self.seal, seal)):
            content = content.replace(letters.encode(), escape(text, quote=False).encode())
        return content


def master_of(campaign: Campaign, *, saved: bool) -> Master:
    """Build the workbook that returns are typed into, full of answers itself."""
    form = campaign.form
    unit = next(iter(campaign.respondents))
    blank = replace(unit, name=NAME, code=CODE)
    data = template.build(
        form, blank, campaign.issue, answers=answers(form, unit, "master"), cover=COVER
    )
    with zipfile.ZipFile(BytesIO(data)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    if saved:
        parts = {name: _saved(content) for name, content in parts.items()}
    layout = layout_of(form, unit.kind, VIETNAMESE)
    sheets = {s.name: f"xl/worksheets/sheet{n}.xml" for n, s in enumerate(layout.sheets, start=1)}
    return Master(campaign, parts, template.identity(form, blank, 1, "")["checksum"], sheets)


def _saved(content: bytes) -> bytes:
    """Give every formula the result that a spreadsheet program stores: here, an empty text."""
    return _UNSAVED.sub(rb'\1 t="str">\2</c>', content)


def _cells(form: Form, unit: Unit, given: Answers) -> Iterator[tuple[str, str, object]]:
    """Yield (sheet, cell, what stands there) of every answer; ``None`` is a blank."""
    layout = layout_of(form, unit.kind, VIETNAMESE)
    values = rules.values_of(form, unit, observations(form, given))
    for group in form.groups:
        for indicator in form.asked(group, unit.kind):
            sheet = layout.sheet_of(indicator.code)
            for period in sheet.periods(form):
                entry = entry_of(unit, indicator, period)
                place = sheet.name, a1(*sheet.cell(indicator.code, period.code))
                if entry is Entry.COMPUTED:
                    yield (*place, values.get((indicator.code, period.code), ""))
                elif entry.answerable:
                    answer = given.get((indicator.code, period.code, 0))
                    yield (*place, None if answer is None else answer.text or float(answer.value))
    for prompt in form.prompts_for(unit.kind):
        sheet = layout.sheet_of(prompt.code)
        text = given[prompt.code, "", 0].text if (prompt.code, "", 0) in given else None
        yield sheet.name, a1(*sheet.cell(prompt.code, Role.ANSWER)), text
    for sheet in layout.of_kind(SheetKind.ROSTER):
        roster = next(r for r in form.rosters_for(unit.kind) if r.code == sheet.code)
        for row in range(1, roster.rows + 1):
            for column in roster.columns:
                answer = given.get((column.code, "", row))
                at = a1(sheet.first_row + row - 1, sheet.column(column.code))
                yield sheet.name, at, answer.text if answer else None


def _typed(content: bytes, cells: Mapping[str, object], texts: dict[str, int], first: int) -> bytes:
    """Type into the cells of a sheet; new texts get numbers from ``first`` on."""

    def written(match: re.Match[bytes]) -> bytes:
        address = match[1].decode()
        if address not in cells:
            return match[0]
        value, formula = cells[address], match[3] or b""
        head = b'<c r="%s"%s' % (match[1], match[2] or b"")
        if value is None:
            return head + b"/>"
        if isinstance(value, float):
            return b"%s>%s<v>%s</v></c>" % (head, formula, f"{value:.16G}".encode())
        if formula:
            return b'%s t="str">%s<v></v></c>' % (head, formula)
        number = first + texts.setdefault(str(value), len(texts))
        return b'%s t="s"><v>%d</v></c>' % (head, number)

    return _CELL.sub(written, content)


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, (2017, 3, 30, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            container.writestr(info, content)
    return data.getvalue()
