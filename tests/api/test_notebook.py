"""What a notebook and a prompt show: short, and whatever an office wrote is text."""

from __future__ import annotations

import html.parser

import pytest

import tongket_xlsx
from tongket_xlsx import Finding, Place, Severity

MARKUP = "<script>alert(1)</script>"


class Tags(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag, _attrs):
        self.seen.add(tag)

    def handle_data(self, data):
        self.text += data


def read(shown: str) -> Tags:
    parser = Tags()
    parser.feed(shown)
    return parser


@pytest.fixture
def shown(face, analysed) -> list[object]:
    path = analysed.home / "nop-ve" / "GL-622_Pleiku.xlsx"
    one = tongket_xlsx.read_return(path, form=analysed.form, guarded=False)
    report = tongket_xlsx.check(path, form=analysed.form)
    return [face, analysed, analysed.form, one, report]


def test_each_is_one_line_at_a_prompt(shown) -> None:
    """A value that holds thousands of figures says in a line what it is."""
    for value in shown:
        assert len(repr(value)) < 200
        assert "\n" not in repr(value)


def test_each_is_a_table_in_a_notebook(shown) -> None:
    """Its title is the line, and no table has more than a screen or two of rows."""
    for value in shown:
        page = read(value._repr_html_())
        assert page.seen <= {"div", "p", "strong", "table", "thead", "tbody", "tr", "th", "td"}
        assert repr(value).strip("<>") in page.text
        assert value._repr_html_().count("<tr") < 70


def test_what_an_office_wrote_is_no_markup(face, record, campaign, tmp_path) -> None:
    """A name of a file, a unit or a sentence that looks like markup is shown as it is."""
    place = Place(campaign.units["GL-622"].name, MARKUP, "A1")
    found = [Finding("own.x", Severity.ERROR, place, "TC01", "2017", {"message": MARKUP})]
    record("GL-622", {("TC01", "2017"): 1}, findings=found)
    units = campaign.home / "don-vi.csv"
    text = units.read_text(encoding="utf-8-sig").replace("Thành phố Pleiku", MARKUP)
    units.write_text(text, encoding="utf-8")
    page = read(tongket_xlsx.open_campaign(campaign.home)._repr_html_())
    assert "script" not in page.seen
    assert MARKUP in page.text
    path = tmp_path / "<b>x.xlsx"
    path.write_bytes(b"")
    one = tongket_xlsx.read_return(path, form=face.form)
    assert "b" not in read(one._repr_html_()).seen
    assert "<b>x.xlsx" in read(one._repr_html_()).text


def test_a_campaign_whose_ledger_is_damaged_still_has_a_name(face, campaign) -> None:
    """What is shown at a prompt never raises; whoever asks for a frame is told."""
    (campaign.home / "so-cai" / "so-cai.sqlite").write_bytes(b"no database" * 99)
    assert "no usable ledger" in repr(face)
    with pytest.raises(tongket_xlsx.CannotWork):
        face.status()
