"""Whose return a workbook is; names are never matched approximately."""

# ruff: noqa: DTZ001 - a cell of a workbook knows no time zone
from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import pytest

from tongket_xlsx.intake.identity import (
    Identified,
    form_id,
    identify,
    meta_of,
    placed,
    read_cover,
)
from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.layout import checksum
from tongket_xlsx.model.observations import Identity
from tongket_xlsx.model.units import Unit
from tongket_xlsx.reader.cells import Grid, GridSheet, Raw

META = {"form": "chi-thi-11", "version": "2.1", "unit": "GL-633", "kind": "huyen", "round": "1"}
COVER = {"Đơn vị báo cáo": "Huyện Chư Sê", "Mã đơn vị": "GL-633"}


def _sealed(facts: Mapping[str, Raw]) -> Mapping[str, Raw]:
    """Return the facts of an identity with the checksum that fits them, unless one is given."""
    keys = ("form", "version", "unit", "round", "parent")
    written = [f"{v:g}" if isinstance(v := facts.get(k, ""), float) else str(v) for k in keys]
    return {"checksum": checksum(*written), **facts}


def _grid(
    meta: Mapping[str, Raw] | None = None,
    cover: Mapping[str, Raw] | None = None,
    properties: Mapping[str, str] | None = None,
) -> Grid:
    """Return a workbook with an identity sheet, a cover and properties, each only where given."""
    sheets = []
    if cover is not None:
        rows: list[list[Raw]] = [[], ["", "BIỂU TỔNG HỢP"]]
        rows += [[None, label, None, value] for label, value in cover.items()]
        sheets.append(GridSheet("Bìa", visible=True, rows=rows))
    if meta is not None:
        sheets.append(
            GridSheet("_meta", visible=False, rows=[[k, v] for k, v in _sealed(meta).items()])
        )
    told = _sealed(properties) if properties else {}
    named = {f"tongket_{k}": str(v) for k, v in told.items()}
    return Grid(tuple(sheets), {**named, "Company": "UBND"})


def _codes(found: Identified) -> list[tuple[str, Severity]]:
    return [(f.code, f.severity) for f in found.findings]


# ---------------------------------------------------------------------- who it is


def test_the_hidden_sheet_names_unit_form_version_and_round(
    form: Form, units: Mapping[str, Unit]
) -> None:
    """A form as issued is recognised without a word."""
    meta = {**META, "round": "3", "parent": "ab12"}
    found = identify(_grid(meta, COVER), form, units)
    assert found.unit is units["GL-633"]
    assert found.identity == Identity("GL-633", "chi-thi-11", "2.1", 3, "ab12")
    assert found.cover == {"unit": "Huyện Chư Sê", "code": "GL-633"}
    assert found.findings == ()


def test_the_properties_stand_in_for_the_hidden_sheet(
    form: Form, units: Mapping[str, Unit]
) -> None:
    """A lost identity sheet is no loss while the file's properties are there."""
    found = identify(_grid(None, COVER, META), form, units)
    assert found.identity == Identity("GL-633", "chi-thi-11", "2.1", 1)
    assert found.findings == ()


def test_the_cover_stands_in_for_both(form: Form, units: Mapping[str, Unit]) -> None:
    """Without sheet and properties the unit is known by the cover, and a note says so."""
    found = identify(_grid(None, COVER), form, units)
    assert found.unit is units["GL-633"]
    assert found.identity == Identity("GL-633", "chi-thi-11", "2.1", 1)
    assert _codes(found) == [("file.identity_by_cover", Severity.NOTE)]


@pytest.mark.parametrize(
    ("cover", "unit"),
    [
        ({"Đơn vị báo cáo": "Huyện Chư Sê", "Mã đơn vị": "GL-633"}, "GL-633"),
        ({"Đơn vị báo cáo": "huyện  chư sê"}, "GL-633"),
        ({"Reporting unit": "UBND huyện Chư Sê"}, "GL-633"),
        ({"Đơn vị báo cáo": "H. Chư Puh"}, None),
        ({"Đơn vị báo cáo": "Chư Puh"}, "GL-639"),
        ({"Đơn vị báo cáo": "Huyện Chư Sê", "Mã đơn vị": "GL-639"}, None),
        ({"Đơn vị báo cáo": "Huyện Chu Se"}, None),
        ({"Đơn vị báo cáo": "", "Mã đơn vị": "GL-633"}, None),
        ({"Mã đơn vị": "GL-633"}, None),
        ({"Đơn vị báo cáo": None}, None),
        (None, None),
    ],
)
def test_a_cover_names_a_unit_exactly_or_not_at_all(
    form: Form, units: Mapping[str, Unit], cover: Mapping[str, Raw] | None, unit: str | None
) -> None:
    """Case and spaces do not matter, a letter or a mark does; code and name must agree."""
    found = identify(_grid(None, cover), form, units)
    if unit is None:
        assert (found.unit, found.identity) == (None, None)
        assert _codes(found) == [("file.no_identity", Severity.ERROR)]
    else:
        assert found.unit is units[unit]


def test_decomposed_letters_are_the_same_letters(form: Form, units: Mapping[str, Unit]) -> None:
    """A name typed on a Mac, letters and marks apart, is the same name."""
    import unicodedata

    name = unicodedata.normalize("NFD", "Huyện Chư Sê")
    assert identify(_grid(None, {"Đơn vị báo cáo": name}), form, units).unit is units["GL-633"]


def test_two_units_of_one_name_are_neither(form: Form, units: Mapping[str, Unit]) -> None:
    """A name that is two units' names is nobody's."""
    twins = {c: Unit(c, "Huyện A", "A", "huyen") for c in ("A", "B")}
    found = identify(_grid(None, {"Đơn vị báo cáo": "Huyện A"}), form, twins)
    assert _codes(found) == [("file.no_identity", Severity.ERROR)]


# ---------------------------------------------------------------------- outside a campaign


def test_outside_a_campaign_the_workbook_is_taken_at_its_word(form: Form) -> None:
    """Without a list of units name, kind and days come from the identity sheet."""
    meta = {
        **META,
        "name": "Huyện Chư Sê",
        "existed_from": "1981-08-17",
        "existed_to": "ngày nào đó",
    }
    found = identify(_grid(meta, COVER), form, None)
    assert found.unit == Unit(
        "GL-633", "Huyện Chư Sê", "Huyện Chư Sê", "huyen", existed_from=date(1981, 8, 17)
    )
    nameless = identify(_grid(META), form, None)
    assert nameless.unit is not None
    assert nameless.unit.name == "GL-633"


@pytest.mark.parametrize(
    ("meta", "cover", "code"),
    [
        (None, COVER, "file.no_identity"),
        ({**META, "kind": "quan"}, None, "file.unknown_unit"),
        ({**META, "kind": ""}, None, "file.unknown_unit"),
        ({**META, "name": "Huyện Chư Sê"}, {"Đơn vị báo cáo": "Huyện Ia Pa"}, "file.wrong_unit"),
        ({**META, "name": "Huyện Chư Sê"}, {**COVER, "Mã đơn vị": "GL-1"}, "file.wrong_unit"),
    ],
)
def test_outside_a_campaign_what_cannot_be_known_is_refused(
    form: Form, meta: Mapping[str, Raw] | None, cover: Mapping[str, Raw] | None, code: str
) -> None:
    """A cover alone, a kind the form does not know, or another name on the cover refuses."""
    found = identify(_grid(meta, cover), form, None)
    assert (found.unit, found.identity) == (None, None)
    assert _codes(found) == [(code, Severity.ERROR)]


# ---------------------------------------------------------------------- contradictions


@pytest.mark.parametrize(
    ("meta", "cover", "properties", "code"),
    [
        (META, COVER, {"unit": "GL-639"}, "file.identity_differs"),
        ({"form": "chi-thi-11"}, COVER, {"unit": "GL-639"}, "file.identity_differs"),
        ({**META, "form": "khac"}, COVER, {}, "file.other_form"),
        ({**META, "unit": "GL-999"}, COVER, {}, "file.unknown_unit"),
        ({**META, "unit": "GL"}, {}, {}, "file.not_respondent"),
        (META, {"Đơn vị báo cáo": "Huyện Chư Pưh"}, {}, "file.wrong_unit"),
        (META, {"Đơn vị báo cáo": "Chư Puh", "Mã đơn vị": "GL-633"}, {}, "file.wrong_unit"),
        (META, {"Đơn vị báo cáo": "Huyện Chư Sê", "Mã đơn vị": "GL-639"}, {}, "file.wrong_unit"),
    ],
)
def test_what_contradicts_itself_is_refused(
    form: Form,
    units: Mapping[str, Unit],
    meta: Mapping[str, Raw],
    cover: Mapping[str, Raw],
    properties: Mapping[str, str],
    code: str,
) -> None:
    """Sheet against properties, form, units and cover: each contradiction has its refusal."""
    found = identify(_grid(meta, cover, properties), form, units)
    assert (found.unit, found.identity) == (None, None)
    assert _codes(found) == [(code, Severity.ERROR)]


def test_a_sheet_without_the_label_of_the_unit_is_no_cover(
    form: Form, units: Mapping[str, Unit]
) -> None:
    """A code somewhere on a sheet contradicts nobody while no reporting unit is asked for there."""
    found = identify(_grid(META, {"Mã đơn vị": "GL-639"}), form, units)
    assert found.unit is units["GL-633"]
    assert (found.cover, found.findings) == ({}, ())


def test_a_wrong_cover_names_both_units(form: Form, units: Mapping[str, Unit]) -> None:
    """The office is told whose form it is and whose name stands on it."""
    found = identify(_grid(META, {"Đơn vị báo cáo": "Chư Puh"}), form, units)
    assert found.findings[0].parameters == {
        "unit_file": "Huyện Chư Sê",
        "unit_cover": "Huyện Chư Pưh",
    }


@pytest.mark.parametrize(
    ("cover", "found"),
    [
        ({"Đơn vị báo cáo": "Huyện Chư Xê"}, "Huyện Chư Xê"),
        ({"Đơn vị báo cáo": "Huyện Chư Sê", "Mã đơn vị": "633"}, "633"),
    ],
)
def test_a_cover_that_is_nobodys_is_only_a_warning(
    form: Form, units: Mapping[str, Unit], cover: Mapping[str, Raw], found: str
) -> None:
    """A misspelt name or code is asked about; the identity of the form is followed."""
    result = identify(_grid(META, cover), form, units)
    assert result.unit is units["GL-633"]
    assert _codes(result) == [("file.cover_unclear", Severity.WARNING)]
    assert result.findings[0].parameters == {"found": found, "unit_file": "Huyện Chư Sê"}


def test_another_version_is_read_and_noted(form: Form, units: Mapping[str, Unit]) -> None:
    """A form of an earlier version is read by its codes."""
    found = identify(_grid({**META, "version": "1.0"}, COVER), form, units)
    assert found.identity is not None
    assert found.identity.version == "1.0"
    assert _codes(found) == [("file.other_version", Severity.NOTE)]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1", 1),
        (2.0, 2),
        (" 3 ", 3),
        ("0", 1),
        ("", 1),
        ("hai", 1),
        ("-4", 1),
        ("1000", 999),
        ("99999", 1),
    ],
)
def test_a_round_is_a_small_number(
    form: Form, units: Mapping[str, Unit], written: Raw, number: int
) -> None:
    """What is no round is the first; what is far too large was typed by hand."""
    found = identify(_grid({**META, "round": written}, COVER), form, units)
    assert found.identity is not None
    assert found.identity.round == number


def test_a_sealed_identity_is_believed_and_a_broken_seal_is_not(
    form: Form, units: Mapping[str, Unit]
) -> None:
    """The checksum is over form, version, unit, round and parent; any change by hand breaks it."""
    seal = checksum("chi-thi-11", "2.1", "GL-633", "1", "")
    sealed = {**META, "parent": "", "checksum": seal}
    assert identify(_grid(sealed, COVER), form, units).unit is units["GL-633"]
    for key, value in (("unit", "GL-639"), ("version", "1.0"), ("round", "2"), ("parent", "ab")):
        found = identify(_grid({**sealed, key: value}), form, units)
        assert _codes(found) == [("file.identity_changed", Severity.ERROR)]
        assert found.findings[0].parameters == {"found": {**sealed, key: value}["unit"]}


# ---------------------------------------------------------------------- sheet and cover


def test_the_identity_sheet_is_read_as_text() -> None:
    """Keys are trimmed, numbers and days become text, and what has no key is passed over."""
    rows: list[list[Raw]] = [
        [" unit ", "GL-633"],
        ["round", 2.0],
        ["existed_from", datetime(2009, 8, 27)],
        ["parent", None],
        [None, "x"],
        [5.0, "y"],
        ["ratio", 2.5],
    ]
    sheet = GridSheet("_meta", visible=False, rows=rows)
    assert meta_of(Grid((sheet,))) == {
        "unit": "GL-633",
        "round": "2",
        "existed_from": "27/08/2009",
        "parent": "",
        "ratio": "2.5",
    }
    assert meta_of(Grid(())) == {}


@pytest.mark.parametrize(
    ("meta", "properties", "said"),
    [
        (META, None, "chi-thi-11"),
        (None, {"form": "khac"}, "khac"),
        (META, {"form": "khac"}, "chi-thi-11"),
        (None, None, ""),
    ],
)
def test_a_workbook_says_which_form_it_is(
    meta: Mapping[str, Raw] | None, properties: Mapping[str, str] | None, said: str
) -> None:
    """The identity sheet comes first, then the properties, then nothing."""
    assert form_id(_grid(meta, None, properties)) == said


def test_the_cover_is_read_by_its_labels(form: Form) -> None:
    """Labels in either language name the answers beside them; other dates stand by their year."""
    rows: list[list[Raw]] = [
        [None, "ĐƠN VỊ BÁO CÁO", None, " Huyện Chư Sê "],
        [None, "Compiled by", None, "Bà Hoa"],
        [None, "Số điện thoại", None, 912345678.0],
        [None, "Ngày ký báo cáo", None, date(2017, 3, 30)],
        [None, "Báo cáo số", None, None],
        [5.0, None],
        [None, "Năm 2007", None, "31/12/2007", None, "01/4/2007"],
        [None, "Năm 2007", None, "x", None, "y"],
    ]
    first = GridSheet("Hướng dẫn", visible=True, rows=[["x"]])
    cover = read_cover(Grid((first, GridSheet("Trang 1", visible=True, rows=rows))), form)
    assert cover == {
        "unit": "Huyện Chư Sê",
        "compiler": "Bà Hoa",
        "phone": "912345678",
        "report_date": "30/03/2017",
        "report_number": "",
        "other:2007": "01/4/2007",
    }


def test_a_workbook_without_a_cover_says_nothing_of_the_office(form: Form) -> None:
    """No sheet bears the label of the unit: there is no cover."""
    assert read_cover(_grid(META), form) == {}


def test_a_finding_is_placed_in_its_unit(units: Mapping[str, Unit]) -> None:
    """The unit's name is added to the place and nothing else changes."""
    finding = Finding("file.other_version", Severity.NOTE)
    assert str(placed(finding, units["GL-633"]).place) == "Huyện Chư Sê"
    assert placed(finding, units["GL-633"]).code == "file.other_version"


def test_an_identity_without_its_seal_is_refused(form: Form, units: Mapping[str, Unit]) -> None:
    """Sheet and properties alike must bear their checksum; a cover alone has none to bear."""
    for found in (
        identify(_grid({**META, "checksum": ""}, COVER), form, units),
        identify(_grid(None, COVER, {**META, "checksum": ""}), form, units),
        identify(_grid({**META, "checksum": ""}, COVER), form, None),
    ):
        assert (found.unit, found.identity) == (None, None)
        assert _codes(found) == [("file.identity_changed", Severity.ERROR)]
        assert found.findings[0].parameters == {"found": "GL-633"}
