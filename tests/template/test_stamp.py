"""A stamped workbook is, byte by byte, the one that would have been built whole."""

from __future__ import annotations

import dataclasses
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

import pytest

from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Scope
from tongket_xlsx.model.issue import Issue
from tongket_xlsx.model.units import Unit
from tongket_xlsx.template import stamp as stamping
from tongket_xlsx.template import workbook as template
from tongket_xlsx.template.stamp import Press
from tongket_xlsx.text.messages import LANGUAGES
from tongket_xlsx.writer.repack import Archive, opening

NAMES = (
    "A & B",
    "  lề hai bên  ",
    "<b>đậm</b>",
    "\"nháy\" và 'đơn'",
    "Mã",
    "1",
    "Đơn vị báo cáo: X",
    "Huyện Chư Păh",
    "<r>x</r>",
    "_x0041_",
    "hai\ndòng",
    "\ue000",
    "Xã " + "dài " * 40,
)


@pytest.fixture(scope="module")
def press(form: Form, issue: Issue) -> Press:
    return Press(form, issue)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the units whose workbook is built whole."""
    built: list[str] = []
    build = template.build

    def counting(form: Form, unit: Unit, *rest: object, **options: object) -> bytes:
        built.append(unit.name)
        return build(form, unit, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(stamping.template, "build", counting)
    return built


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_workbook_of_every_unit_is_the_one_built_whole(
    form: Form, units: Mapping[str, Unit], issue: Issue, lang: str
) -> None:
    """Every kind of unit, every unit of the samples, those that did not exist yet included."""
    press = Press(form, issue, lang)
    asked = [u for u in units.values() if form.unit_kinds[u.kind].scope is not Scope.TOTAL]
    differing = [
        u.code for u in asked if press.workbook(u) != template.build(form, u, issue, lang=lang)
    ]
    assert differing == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["huyen", "mttq-tinh"])
def test_whatever_a_unit_is_called(
    form: Form, units: Mapping[str, Unit], issue: Issue, press: Press, name: str, kind: str
) -> None:
    """Markup, spaces at the ends, words of the form itself: the same bytes as built whole."""
    unit = dataclasses.replace(next(u for u in units.values() if u.kind == kind), name=name)
    assert press.workbook(unit) == template.build(form, unit, issue)


@pytest.mark.parametrize("code", ["X&Y", "VN-1 ", "1", "TC01"])
def test_whatever_the_code_of_a_unit_is(
    form: Form, units: Mapping[str, Unit], issue: Issue, press: Press, code: str
) -> None:
    """A code may look like a number or be one of the form."""
    unit = dataclasses.replace(units["GL-622"], code=code)
    assert press.workbook(unit) == template.build(form, unit, issue)


@pytest.mark.parametrize(
    "communes",
    [
        {"communes_2012": "14", "communes_2017": "15"},
        {"communes_2012": "3", "communes_2017": "120"},
        {"communes_2017": "15"},
        {},
    ],
)
def test_whatever_the_list_of_units_fills_in(
    form: Form, units: Mapping[str, Unit], issue: Issue, press: Press, communes: dict[str, str]
) -> None:
    """Usual and unusual figures, some or none: checks, completeness and looks follow."""
    unit = dataclasses.replace(units["GL-628"], facts=communes)
    assert press.workbook(unit) == template.build(form, unit, issue)


def test_units_of_one_shape_are_stamped(
    form: Form, units: Mapping[str, Unit], issue: Issue, counted: list[str]
) -> None:
    """A hundred districts take few workbooks built whole; a name of the form takes its own."""
    press = Press(form, issue)
    district = units["GL-628"]
    for number in range(100):
        facts = {"communes_2012": str(10 + number % 5), "communes_2017": str(10 + number % 7)}
        press.workbook(dataclasses.replace(district, name=f"Huyện {number}", facts=facts))
    # What is filled in decides on some checks: one master for each way they turn out.
    masters = len(counted)
    assert masters <= 4
    press.workbook(dataclasses.replace(district, name="Mã", facts=facts))
    assert counted[masters:] == ["Mã"]


def test_another_round_is_another_shape(
    form: Form, units: Mapping[str, Unit], issue: Issue, press: Press
) -> None:
    """The round stands in the workbook and under its seal."""
    unit = units["GL-628"]
    assert press.workbook(unit, 2) == template.build(form, unit, issue, round_number=2)


# ---------------------------------------------------------------------- the zip


def packed(parts: Mapping[str, bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def test_an_exchanged_part_gives_the_bytes_of_a_zip_made_anew() -> None:
    """Longer, shorter, in the middle: sizes, checksums and offsets are those of a fresh zip."""
    common = bytes(range(256)) * 900
    parts = {"a.xml": b"first", "b.xml": common + b"one", "c.xml": b"last" * 50}
    source = Archive(packed(parts))
    begun = opening(common)
    for rest in (b"", b"two", b"three" * 40_000):
        made = source.exchanged({"b.xml": begun.finished(rest)})
        assert made == packed({**parts, "b.xml": common + rest})
    assert source.exchanged({}) == packed(parts)


def test_a_beginning_can_be_finished_many_times() -> None:
    """What was compressed once is not used up."""
    begun = opening(b"abc" * 1000)
    for rest in (b"x", b"y" * 100):
        data, crc, size = begun.finished(rest)
        assert zlib.decompress(data, -15) == b"abc" * 1000 + rest
        assert (crc, size) == (zlib.crc32(b"abc" * 1000 + rest), 3000 + len(rest))
