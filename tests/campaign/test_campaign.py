"""The campaign folder: what is made, how it is found again, and what stops the work."""

import io
import shutil
from datetime import date

import openpyxl
import pytest
from shipped import SAMPLES, TEMPLATE

from tongket_xlsx.campaign import campaign as campaigns
from tongket_xlsx.campaign.campaign import (
    create,
    home_of,
    open_campaign,
    seal,
)
from tongket_xlsx.campaign.settings import Settings
from tongket_xlsx.model.findings import CannotWork, Misuse, UnsoundDefinition

HEAD = "code,name,kind"
ROWS = [HEAD, "T,Tỉnh A,tinh", "A-1,Huyện Một,huyen", "A-2,Huyện Hai,huyen"]


def made(tmp_path, content, name="units.csv"):
    """Return a campaign of a list of units with these bytes."""
    listed = tmp_path / name
    listed.write_bytes(content)
    return create(tmp_path / "dot", units_file=listed, form=campaigns.DEFAULT_FORM)


def settings(campaign, text):
    (campaign.home / "tongket.toml").write_text(text, encoding="utf-8")
    return open_campaign(campaign.home)


# ---------------------------------------------------------------------- making one


def test_a_campaign_has_its_five_folders_and_its_own_form(campaign, form):
    """A new campaign holds the folders of the job, and a sealed copy of the form."""
    names = {p.name for p in campaign.home.iterdir() if p.is_dir()}
    assert names == {"phat-hanh", "nop-ve", "tra-lai", "tong-hop", "so-cai", "bieu-mau"}
    copied = {p.name: p.read_bytes() for p in (campaign.home / "bieu-mau").glob("*.yaml")}
    assert copied == {p.name: p.read_bytes() for p in TEMPLATE.glob("*.yaml")}
    seal = (campaign.home / "bieu-mau.sha256").read_text(encoding="utf-8").strip()
    assert seal == form.digest == campaign.form.digest


def test_a_sample_campaign_asks_the_units_of_gia_lai(campaign, units):
    """Without a list of units those of the samples are taken, the province only consolidates."""
    assert list(campaign.units) == list(units)
    assert {u.code for u in units.values()} - {u.code for u in campaign.respondents} == {"GL"}
    assert campaign.settings.province == "Gia Lai"
    assert campaign.settings.deadline == date(2017, 3, 31)


def test_a_campaign_of_ones_own_units_is_due_at_the_end_of_the_year(tmp_path):
    """With a list of one's own the deadline is the last day of this year, to be edited."""
    campaign = made(tmp_path, "\n".join(ROWS).encode())
    assert campaign.settings.deadline == date(date.today().year, 12, 31)
    assert (campaign.settings.province, campaign.settings.collector) == ("Tỉnh A", "TỈNH A")


def test_a_folder_is_a_campaign_only_once(campaign):
    """A campaign is never made over another one."""
    with pytest.raises(Misuse, match=r"campaign\.exists"):
        create(campaign.home, units_file=None, form=campaigns.DEFAULT_FORM)


def test_another_form_needs_a_list_of_units(tmp_path):
    """The sample units belong to the form that ships with them; any other form needs its own."""
    with pytest.raises(Misuse, match=r"campaign\.needs_units"):
        create(tmp_path / "dot", units_file=None, form=str(TEMPLATE))
    assert not (tmp_path / "dot").exists()


def test_a_form_can_be_given_by_its_folder(tmp_path):
    """A form that does not ship with the product is taken from its folder."""
    campaign = create(
        tmp_path / "dot", units_file=SAMPLES / "units.csv", form=str(TEMPLATE.resolve())
    )
    assert campaign.form.id == "chi-thi-11"


@pytest.mark.parametrize(
    ("listed", "form", "code"),
    [
        ("nope.csv", campaigns.DEFAULT_FORM, r"path\.missing"),
        (None, "nope", r"definition\.not_found"),
    ],
)
def test_what_is_not_there_leaves_no_folder_behind(tmp_path, listed, form, code):
    """A list or a form that is not there is misuse, and nothing is made."""
    units_file = tmp_path / listed if listed else None
    with pytest.raises(Misuse, match=code):
        create(tmp_path / "dot", units_file=units_file, form=form)
    assert not (tmp_path / "dot").exists()


# ---------------------------------------------------------------------- the list of units


def xlsx() -> bytes:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row.split(","))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("\n".join(ROWS).encode(), "don-vi.csv"),
        ("\r\n".join(ROWS).encode("utf-8-sig"), "don-vi.csv"),
        ("\n".join(ROWS).replace(",", ";").encode("utf-8-sig"), "don-vi.csv"),
        ("\n".join(ROWS).replace(",", "\t").encode("utf-16"), "don-vi.csv"),
        ("\n".join(["Mã,Tên đơn vị,Loại", *ROWS[1:]]).encode(), "don-vi.csv"),
        (xlsx(), "don-vi.xlsx"),
    ],
    ids=["plain", "bom", "semicolons", "utf-16 tabs", "Vietnamese headings", "xlsx"],
)
def test_a_list_of_units_may_be_any_usual_table(tmp_path, content, name):
    """CSV with or without byte-order mark, with any separator, and XLSX give the same units."""
    campaign = made(tmp_path, content)
    assert campaign.settings.units == name
    assert [(u.code, u.name, u.kind) for u in campaign.units.values()] == [
        ("T", "Tỉnh A", "tinh"),
        ("A-1", "Huyện Một", "huyen"),
        ("A-2", "Huyện Hai", "huyen"),
    ]


def test_a_list_says_more_of_a_unit_where_it_has_the_columns(tmp_path):
    """Names, dates, contacts and every other column of the list belong to the unit."""
    head = "code,name,short_name,kind,aliases,existed_from,existed_to,contact,phone,communes_2007"
    row = "A,Huyện A,A,huyen,H. A; Cũ A,27/08/2009,2015-01-01,Bà B,0269,14"
    campaign = made(tmp_path, f"{head}\n{row}\n".encode())
    unit = campaign.units["A"]
    assert unit.aliases == ("H. A", "Cũ A")
    assert (unit.existed_from, unit.existed_to) == (date(2009, 8, 27), date(2015, 1, 1))
    assert (unit.contact, unit.phone, unit.facts) == ("Bà B", "0269", {"communes_2007": "14"})


def test_all_faults_of_a_list_are_told_at_once(tmp_path):
    """Every fault of a list is told with its line, and nothing is made."""
    lines = [
        "code,name,kind,parent,existed_from",
        "A,Huyện A,huyen,,",
        "A,Huyện B,huyen,,",
        "C,,huyen,,",
        "D,Huyện D,quan,,",
        "E,Huyện E,huyen,KHONG-CO,",
        "F,Huyện F,huyen,,tháng tám",
        "G,huyện a,huyen,,",
        "H,Huyện H,huyen,I,",
        "I,Huyện I,huyen,H,",
    ]
    with pytest.raises(UnsoundDefinition) as caught:
        made(tmp_path, "\n".join(lines).encode())
    told = {(f.code, f.place.line) for f in caught.value.findings}
    assert told == {
        ("definition.code_twice", 3),
        ("units.cell", 4),
        ("definition.unknown", 5),
        ("units.parent", 6),
        ("units.date", 7),
        ("definition.code_twice", 8),
        ("definition.cycle", 9),
        ("definition.cycle", 10),
    }
    assert {f.place.file for f in caught.value.findings} == {"units.csv"}
    assert not (tmp_path / "dot").exists()


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (b"", ["units.column"] * 3),
        (b"code,kind\nA,huyen\n", ["units.column"]),
        ("mã\n".encode("cp1258", "replace") + b"\xff\xfe\x00", ["definition.encoding"]),
        (b"PK\x03\x04 no zip", ["file.broken"]),
    ],
    ids=["empty", "no names", "not UTF-8", "broken xlsx"],
)
def test_a_list_that_cannot_be_used_says_why(tmp_path, content, codes):
    """An empty, headless, wrongly encoded or broken list stops the work with its reason."""
    with pytest.raises(UnsoundDefinition) as caught:
        made(tmp_path, content)
    assert [f.code for f in caught.value.findings] == codes


def test_a_unit_is_named_by_code_or_by_a_name_that_is_its_own(campaign):
    """A unit answers to its code, name, short name and aliases in any case, and to no more."""
    for wanted in ("GL-625", "gl-625", "Huyện KBang", "huyện kbang", "KBang", "Kbang"):
        assert campaign.unit(wanted).code == "GL-625"
    with pytest.raises(Misuse, match=r"campaign\.no_unit"):
        campaign.unit("Chư P")


# ---------------------------------------------------------------------- finding one again


def test_a_campaign_is_found_from_any_folder_below_it(campaign):
    """The campaign is the one of the folder one stands in, or of the nearest above."""
    below = campaign.home / "nop-ve" / "dot-2"
    below.mkdir()
    assert home_of(below) == home_of(campaign.home) == campaign.home.resolve()


def test_where_there_is_no_campaign_that_is_misuse(tmp_path):
    """A folder outside any campaign, and a folder that is not there, are misuse."""
    with pytest.raises(Misuse, match=r"campaign\.none"):
        home_of(tmp_path)
    with pytest.raises(Misuse, match=r"path\.missing"):
        home_of(tmp_path / "nope")


def test_a_changed_form_stops_the_work_until_it_is_accepted(campaign):
    """A form that is not the sealed one is refused until it is sealed anew, not merely opened."""
    rules = campaign.home / "bieu-mau" / "rules.yaml"
    rules.write_text(rules.read_text(encoding="utf-8") + "\n# sửa\n", encoding="utf-8")
    with pytest.raises(CannotWork, match=r"definition\.changed"):
        open_campaign(campaign.home)
    accepted = open_campaign(campaign.home, accept_changed_form=True)
    assert accepted.form.digest != campaign.form.digest
    with pytest.raises(CannotWork, match=r"definition\.changed"):
        open_campaign(campaign.home)
    seal(accepted)
    assert open_campaign(campaign.home).form.digest == accepted.form.digest


def test_a_form_without_a_seal_counts_as_changed(campaign):
    """Where the seal is lost nobody can say whether the form is the one that was sent out."""
    (campaign.home / "bieu-mau.sha256").unlink()
    with pytest.raises(CannotWork, match=r"definition\.changed"):
        open_campaign(campaign.home)
    seal(open_campaign(campaign.home, accept_changed_form=True))
    assert open_campaign(campaign.home).form.digest == campaign.form.digest


def test_a_note_beside_the_form_does_not_break_the_seal(campaign):
    """Only the definition is sealed: a text file beside it may be edited."""
    (campaign.home / "bieu-mau" / "README.md").write_text("ghi chú", encoding="utf-8")
    assert open_campaign(campaign.home).form.digest == campaign.form.digest


def test_a_lost_form_or_list_is_said(campaign):
    """Without its form or its list of units a campaign does not open."""
    (campaign.home / "don-vi.csv").unlink()
    with pytest.raises(Misuse, match=r"path\.missing"):
        open_campaign(campaign.home)
    shutil.rmtree(campaign.home / "bieu-mau")
    with pytest.raises(Misuse, match=r"definition\.not_found"):
        open_campaign(campaign.home)


def test_a_list_that_cannot_be_read_stops_the_work(campaign):
    """Where the list of units is there but cannot be read, its path and the reason are told."""
    (campaign.home / "don-vi.csv").unlink()
    (campaign.home / "don-vi.csv").mkdir()
    with pytest.raises(CannotWork) as caught:
        open_campaign(campaign.home)
    assert caught.value.code == "path.unreadable"
    assert caught.value.parameters["path"] == str(campaign.home / "don-vi.csv")


# ---------------------------------------------------------------------- settings


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('collector = "x\n', "settings.unreadable"),
        ("deadline = 31/03/2017\n", "settings.unreadable"),
        ('nguoi_lap = "x"\n', "settings.unknown"),
        ('deadline = "31/03/2017"\n', "settings.value"),
        ("deadline_day_counts = 1\n", "settings.value"),
        ('signatories = "x"\n', "settings.value"),
    ],
)
def test_settings_that_cannot_be_used_stop_the_work(campaign, text, code):
    """A slip in the settings is told with the entry, or the line, it stands in."""
    with pytest.raises(CannotWork) as caught:
        settings(campaign, "# một\n" + text)
    assert caught.value.code == code
    if code == "settings.unreadable":
        assert caught.value.parameters["line"] == "2"
    else:
        assert caught.value.parameters["key"] == text.split(" ")[0]


def test_settings_saved_by_notepad_are_read(campaign):
    """A byte-order mark before the settings does no harm."""
    opened = settings(campaign, '\ufeffcollector = "BAN"\ndeadline = 2018-01-02\n')
    assert (opened.settings.collector, opened.settings.deadline) == ("BAN", date(2018, 1, 2))
    assert opened.issue.deadline_counts is True


@pytest.mark.parametrize(
    ("counts", "received", "late"),
    [
        (True, date(2017, 3, 30), 0),
        (True, date(2017, 3, 31), 0),
        (True, date(2017, 4, 1), 1),
        (False, date(2017, 3, 30), 0),
        (False, date(2017, 3, 31), 1),
        (False, date(2017, 4, 1), 2),
    ],
)
def test_the_day_of_the_deadline_is_in_time_or_not(counts, received, late):
    """“By” a day lets that day count; “before” a day does not."""
    given = Settings(deadline=date(2017, 3, 31), deadline_day_counts=counts)
    assert given.late_days(received) == late
    left = given.days_left(received)
    assert max(0, -left) == late


def test_without_a_deadline_nothing_is_late():
    """A campaign without a deadline knows no lateness and no days left."""
    assert Settings().late_days(date(2099, 1, 1)) == 0
    assert Settings().days_left(date(2099, 1, 1)) is None
