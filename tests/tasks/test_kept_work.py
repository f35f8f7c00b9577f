"""Nothing an officer did is overwritten, and what nobody filled in is no return."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from command_line import Run
from shipped import RETURNED

from tongket_xlsx.campaign.campaign import Campaign

pytestmark = pytest.mark.usefixtures("in_process")

PLEIKU = RETURNED / "GL-622_Pleiku.xlsx"
DAKDOA = RETURNED.parent / "co-loi" / "01-tong-khac-thanh-phan.xlsx"


def typed_into(path: Path, text: str = "chấp nhận") -> bytes:
    """Let a person type something into a workbook and save it; return its bytes."""
    book = openpyxl.load_workbook(path)
    book.worksheets[-1]["H40"].value = text
    book.save(path)
    return path.read_bytes()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.startswith((".", "~"))}


# ---------------------------------------------------------------------- summary


def test_decisions_typed_into_a_summary_survive_the_next_summary(
    run: Run, campaign: Campaign
) -> None:
    """The workbook with the decisions is kept, the new one lies beside it, and that is said."""
    run("import", DAKDOA, home=campaign.home)
    first = Path(run("summary", home=campaign.home).stdout.strip())
    mine = typed_into(first)
    again = run("summary", home=campaign.home)
    second = Path(again.stdout.strip())
    assert (again.exit_code, second.name) == (0, f"{first.stem}_2.xlsx")
    assert first.read_bytes() == mine
    assert "tongket decide" in again.stderr
    # The second is ours and is replaced freely.
    assert Path(run("summary", home=campaign.home).stdout.strip()) == second
    assert names(campaign.home / "tong-hop") == {first.name, second.name}


def test_a_summary_nobody_touched_is_replaced(run: Run, campaign: Campaign) -> None:
    """Also where it lies elsewhere, was renamed by nobody and the figures changed meanwhile."""
    target = campaign.home.parent / "ngoai" / "bang.xlsx"
    run("summary", "-o", target, home=campaign.home)
    before = target.read_bytes()
    run("import", PLEIKU, home=campaign.home)
    told = run("summary", "-o", target, home=campaign.home)
    assert (told.exit_code, told.stdout.strip()) == (0, str(target))
    assert names(target.parent) == {"bang.xlsx"}
    assert target.read_bytes() != before


def test_a_summary_from_before_anybody_took_note_counts_as_a_persons(
    run: Run, campaign: Campaign
) -> None:
    """Without a record of what was written, only what is equal byte for byte is replaced."""
    path = Path(run("summary", "-o", "a.xlsx", home=campaign.home).stdout.strip())
    (campaign.home / "so-cai" / "da-ghi.txt").unlink()
    run("import", PLEIKU, home=campaign.home)
    kept = path.read_bytes()
    (campaign.home / "so-cai" / "da-ghi.txt").unlink(missing_ok=True)
    told = run("summary", "-o", "a.xlsx", home=campaign.home)
    assert told.stdout.strip().endswith("a_2.xlsx")
    assert path.read_bytes() == kept


@pytest.mark.parametrize("lock", ["~$a.xlsx", ".~lock.a.xlsx#"])
def test_a_summary_open_in_excel_is_kept_and_told(run: Run, campaign: Campaign, lock: str) -> None:
    """Whoever has it open may be typing decisions that are not saved yet."""
    run("summary", "-o", "a.xlsx", home=campaign.home)
    (campaign.home / lock).write_bytes(b"x")
    told = run("summary", "-o", "a.xlsx", home=campaign.home)
    assert told.stdout.strip().endswith("a_2.xlsx")
    assert "đang mở" in told.stderr


def test_an_export_never_replaces_a_file_it_did_not_write(run: Run, campaign: Campaign) -> None:
    """A person's file of that name is kept; an export of ours is replaced until it is changed."""
    mine = campaign.home / "x.csv"
    mine.write_text("của tôi", encoding="utf-8")
    command = ("export", "--format", "csv", "-o", "x.csv")
    told = run(*command, home=campaign.home)
    assert (told.exit_code, told.stdout.strip()) == (0, str(campaign.home / "x_2.csv"))
    assert mine.read_text(encoding="utf-8") == "của tôi"
    run("import", PLEIKU, home=campaign.home)
    assert run(*command, home=campaign.home).stdout.strip().endswith("x_2.csv")
    assert names(campaign.home) & {"x.csv", "x_2.csv", "x_3.csv"} == {"x.csv", "x_2.csv"}


def test_a_slip_that_was_filled_in_survives_the_documents_being_made_again(
    run: Run, tmp_path: Path
) -> None:
    """Documents made outside any campaign remember what they were, too."""
    run("form", "doc", "-o", "so-tay", home=tmp_path)
    slip = next((tmp_path / "so-tay").glob("phieu-*.xlsx"))
    mine = typed_into(slip)
    before = names(tmp_path / "so-tay")
    again = run("form", "doc", "-o", "so-tay", home=tmp_path)
    assert (again.exit_code, slip.read_bytes()) == (0, mine)
    assert names(tmp_path / "so-tay") - before == {f"{slip.stem}_2.xlsx"}


# ---------------------------------------------------------------------- forms and copies


def test_a_form_filled_in_where_it_lay_survives_generate(run: Run, campaign: Campaign) -> None:
    """It is kept and named, with what to do; the forms nobody touched are made again."""
    run("generate", "GL-622", "GL-623", home=campaign.home)
    filled = next((campaign.home / "phat-hanh").glob("GL-622*"))
    shutil.copyfile(PLEIKU, filled)
    told = run("generate", "GL-622", "GL-623", home=campaign.home)
    assert told.exit_code == 1
    assert filled.read_bytes() == PLEIKU.read_bytes()
    assert filled.name not in told.stdout
    assert "GL-623" in told.stdout
    assert str(filled) in told.stderr
    assert "tongket import" in told.stderr
    taken = run("import", filled, home=campaign.home)
    assert taken.exit_code == 0, taken.output


def test_a_form_nobody_touched_is_made_again(run: Run, campaign: Campaign) -> None:
    """A form issued by us is replaced freely, prefilled or not."""
    run("generate", "GL-622", home=campaign.home)
    again = run("generate", "GL-622", "--prefill", PLEIKU, home=campaign.home)
    assert (again.exit_code, again.stdout.count("GL-622")) == (0, 1)


def test_a_marked_copy_that_was_corrected_where_it_lay_survives_mark(
    run: Run, campaign: Campaign
) -> None:
    """The copies are kept as forms are."""
    run("import", DAKDOA, home=campaign.home)
    copy = Path(run("mark", home=campaign.home).stdout.split("\n")[0])
    assert run("mark", home=campaign.home).exit_code == 0
    mine = typed_into(copy, "đã sửa")
    told = run("mark", home=campaign.home)
    assert (told.exit_code, told.stdout) == (1, "")
    assert copy.read_bytes() == mine
    assert str(copy) in told.stderr


# ---------------------------------------------------------------------- blank forms


def saved_again(path: Path) -> None:
    """Open and save a workbook, as a person does who only looked."""
    openpyxl.load_workbook(path).save(path)


@pytest.mark.parametrize("prefill", [(), ("--prefill", PLEIKU)], ids=["blank", "prefilled"])
@pytest.mark.parametrize("touch", [lambda _: None, saved_again], ids=["as issued", "saved again"])
def test_a_form_nobody_filled_in_is_no_return(
    run: Run, campaign: Campaign, prefill: tuple[object, ...], touch: Callable[[Path], None]
) -> None:
    """It is told, counts as not returned, and stands in no way of the return that comes later."""
    run("generate", "GL-622", *prefill, home=campaign.home)
    form = next((campaign.home / "phat-hanh").glob("GL-622*"))
    came = Path(shutil.copyfile(form, campaign.home / "nop-ve" / "a.xlsx"))
    touch(came)
    told = run("import", home=campaign.home)
    assert told.exit_code == 0, told.output
    assert "biểu trắng, chưa tính là đã nộp" in told.output
    (pleiku,) = (
        u
        for u in json.loads(run("status", "--json", home=campaign.home).stdout)["units"]
        if u["unit"] == "GL-622"
    )
    assert pleiku["received"] is None
    assert run("verify", home=campaign.home).exit_code == 0
    real = run("import", PLEIKU, home=campaign.home)
    assert (real.exit_code, "khác nhau" in real.output) == (0, False)
    assert "lần 1" in run("log", "GL-622", home=campaign.home).stdout


def test_a_form_with_nothing_but_its_cover_filled_in_is_a_return(
    run: Run, campaign: Campaign
) -> None:
    """Somebody signed it: it is recorded, and everything that is missing is told."""
    run("generate", "GL-622", home=campaign.home)
    form = next((campaign.home / "phat-hanh").glob("GL-622*"))
    book = openpyxl.load_workbook(form)
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            if cell.value == "Người lập biểu":
                book.worksheets[0].cell(cell.row, 4).value = "Nguyễn Văn A"
    came = campaign.home / "nop-ve" / "a.xlsx"
    book.save(came)
    told = run("import", home=campaign.home)
    assert (told.exit_code, "cần chỉnh sửa" in told.stdout) == (1, True)


# ---------------------------------------------------------------------- -o and its own files


def own_paths(home: Path) -> dict[str, str]:
    """Every path that must not be written to, as it might be typed, by what it is."""
    shutil.copyfile(PLEIKU, home / "nop-ve" / "da-nop.xlsx")
    link = home.parent / "link.xlsx"
    link.symlink_to(home / "tongket.toml")
    folder = home.parent / "lien-ket"
    folder.symlink_to(home / "so-cai")
    hard = home.parent / "cung.xlsx"
    os.link(next((home / "so-cai" / "ban-goc").rglob("*.*"), home / "don-vi.csv"), hard)
    return {
        "settings": "tongket.toml",
        "settings by a link": str(link),
        "units": "nop-ve/../don-vi.csv",
        "units by a hard link": str(hard),
        "seal": "./bieu-mau.sha256",
        "form": "bieu-mau/form.xlsx",
        "ledger": "so-cai/so-cai.sqlite",
        "ledger by a linked folder": str(folder / "x.xlsx"),
        "originals": "so-cai/ban-goc/00/x.xlsx",
        "returns": "nop-ve/da-nop.xlsx",
        "issued": "phat-hanh/x.xlsx",
        "marked": "tra-lai/x.xlsx",
    }


@pytest.mark.parametrize("verb", [("summary",), ("export", "--format", "json")])
def test_results_are_never_written_over_the_campaigns_own_files(
    run: Run, campaign: Campaign, verb: tuple[str, ...]
) -> None:
    """Whatever path leads there: one sentence, and not a byte is changed."""
    paths = own_paths(campaign.home)
    before = {p: p.read_bytes() for p in campaign.home.rglob("*") if p.is_file()}
    for what, path in paths.items():
        if verb[0] == "summary" and not path.endswith(".xlsx"):
            continue
        told = run(*verb, "-o", path, home=campaign.home)
        assert (told.exit_code, told.stdout) == (2, ""), (what, told.output)
        assert "Không ghi vào" in told.stderr, what
    after = {p: p.read_bytes() for p in campaign.home.rglob("*") if p.is_file()}
    assert after == before


@pytest.mark.parametrize(
    "folder", ["so-cai", "bieu-mau", "nop-ve", "tra-lai", "nop-ve/../so-cai/x"]
)
@pytest.mark.parametrize("verb", [("generate", "GL-622"), ("form", "doc")])
def test_forms_and_documents_are_never_written_among_the_campaigns_own_files(
    run: Run, campaign: Campaign, verb: tuple[str, ...], folder: str
) -> None:
    """A folder of its own is refused as a file of its own is."""
    told = run(*verb, "-o", folder, home=campaign.home)
    assert (told.exit_code, told.stdout) == (2, "")
    assert "Không ghi vào" in told.stderr


def test_a_folder_for_a_file_and_a_file_for_a_folder_are_told(
    run: Run, campaign: Campaign, tmp_path: Path
) -> None:
    """Before anything is worked out."""
    (tmp_path / "thu-muc.xlsx").mkdir()
    file = tmp_path / "tep"
    file.write_bytes(b"x")
    for words in (("summary",), ("export", "--format", "csv")):
        told = run(*words, "-o", tmp_path / "thu-muc.xlsx", home=campaign.home)
        assert (told.exit_code, "là một thư mục" in told.stderr) == (2, True)
        told = run(*words, "-o", file / "x.xlsx", home=campaign.home)
        assert (told.exit_code, "cần một thư mục" in told.stderr) == (3, True)
    for words in (("generate", "GL-622"), ("form", "doc")):
        told = run(*words, "-o", file, home=campaign.home)
        assert (told.exit_code, "cần một thư mục" in told.stderr) == (3, True)
    assert file.read_bytes() == b"x"


# ---------------------------------------------------------------------- import and its folders


@pytest.mark.parametrize(
    "path",
    [
        "so-cai",
        "so-cai/ban-goc",
        "phat-hanh",
        "tong-hop",
        "tra-lai",
        "bieu-mau",
        ".",
        "..",
        "nop-ve/../phat-hanh",
        "nop-ve/..",
    ],
)
def test_import_takes_nothing_from_the_campaigns_own_folders(
    run: Run, campaign: Campaign, path: str
) -> None:
    """It says which folder is meant, and records nothing."""
    run("generate", "GL-622", home=campaign.home)
    told = run("import", path, home=campaign.home)
    assert (told.exit_code, told.stdout) == (2, "")
    assert str(campaign.home / "nop-ve") in told.stderr


def test_import_sees_through_links_to_its_own_folders(
    run: Run, campaign: Campaign, tmp_path: Path
) -> None:
    """A link to the originals is the originals."""
    link = tmp_path / "bien-ban"
    link.symlink_to(campaign.home / "so-cai" / "ban-goc")
    assert run("import", link, home=campaign.home).exit_code == 2


@pytest.mark.parametrize("path", ["nop-ve", "./nop-ve/", "tong-hop/../nop-ve"])
def test_the_folder_of_returns_may_be_named(run: Run, campaign: Campaign, path: str) -> None:
    """However it is spelled."""
    shutil.copyfile(PLEIKU, campaign.home / "nop-ve" / "a.xlsx")
    assert run("import", path, home=campaign.home).exit_code == 0


def test_init_leaves_a_list_of_units_that_lies_there(run: Run, tmp_path: Path) -> None:
    """A file a person put into the folder of a new campaign is not written over."""
    folder = tmp_path / "dot"
    folder.mkdir()
    (folder / "don-vi.csv").write_text("của tôi", encoding="utf-8")
    told = run("init", folder)
    assert told.exit_code == 2
    assert (folder / "don-vi.csv").read_text(encoding="utf-8") == "của tôi"
    assert "don-vi.csv" in told.stderr
