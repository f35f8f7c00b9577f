"""One command over a folder of two thousand strange files, with one good return among them."""

from __future__ import annotations

import json
import os
import shutil
import socket
import stat
import time
from pathlib import Path

from command_line import Run
from measured import Figures
from shipped import FARMERS, RETURNED
from strange_files import strange_files

from tongket_xlsx.campaign.campaign import Campaign

MANY = 2000
GOOD = RETURNED / "GL-HKH_HoiKhuyenHocTinh.xlsx"
LARGEST = 1 << 20
NAMES = ("{}", "Biểu {}.xlsx", "=cmd|{}.xls", "a b  {}..ods", "\x1b[31m{}.xlsx", "\u202e{}.xslx")


def fill(folder: Path) -> int:
    """Fill a folder with strange files under strange names; return how many."""
    samples = {p.suffix[1:]: p.read_bytes() for p in (FARMERS, *RETURNED.glob("GL-S-N*.ods"))}
    # What is heavy is measured by the other suite.
    small = [f for f in strange_files(2, samples, rounds=3) if len(f.data) < LARGEST][:MANY]
    for number, file in enumerate(small):
        name = NAMES[number % len(NAMES)].format(f"{number:04}")
        (folder / f"{number % 7}").mkdir(exist_ok=True)
        (folder / f"{number % 7}" / name).write_bytes(file.data)
    return len(small)


def add_what_is_no_file(folder: Path) -> int:
    """Add what lies in folders beside files; return how many."""
    (folder / "dangling.xlsx").symlink_to(folder / "nowhere")
    (folder / "loop.xlsx").symlink_to(folder / "loop.xlsx")
    (folder / "0").mkdir(exist_ok=True)
    (folder / "folder.xlsx").symlink_to(folder / "0")
    (folder / "~$lock.xlsx").write_bytes(b"\5Admin")
    (folder / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0")
    (folder / "inbox.lnk").symlink_to(folder)
    os.mkfifo(folder / "pipe.xlsx")
    (folder / "device.xlsx").symlink_to(os.devnull)
    os.close(os.open(os.fsencode(folder) + b"/\xff\xfe.xlsx", os.O_CREAT))
    deep = folder / "deep"
    for _ in range(60):
        deep /= "d"
    deep.mkdir(parents=True)
    (deep / "x.xlsx").write_bytes(b"PK")
    with socket.socket(socket.AF_UNIX) as bound:
        here = Path.cwd()
        os.chdir(folder)  # the name of a socket must be short
        bound.bind("socket.xlsx")
        os.chdir(here)
    assert stat.S_ISSOCK((folder / "socket.xlsx").stat().st_mode)
    return 9


def test_a_folder_of_strange_files_comes_in_by_one_command(
    run: Run, campaign: Campaign, figures: Figures
) -> None:
    """Each file gets its line, nothing raises, and the one good return is recorded."""
    folder = campaign.folder("nop-ve")
    count = fill(folder) + add_what_is_no_file(folder)
    assert count >= MANY
    shutil.copyfile(GOOD, folder / "3" / "z good.xlsx")
    begun = time.monotonic()
    result = run("import", home=campaign.home)
    took = time.monotonic() - begun
    figures.add(lambda: [f"hostile: a folder of {count + 1} files imported in {took:.0f} s"])
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert "internal" not in result.stderr
    told = [line for line in result.stdout.splitlines() if not line.startswith(" ")]
    assert len(told) == count + 1
    assert all(line.startswith(str(folder)) for line in told)
    steering = {c for c in result.output if c != "\n" and ord(c) < 32} | set("\u202e\x7f")
    assert not steering & set(result.output)
    (good,) = [line for line in told if "z good.xlsx" in line]
    assert "đạt yêu cầu" in good
    with campaign.ledger() as ledger:
        assert ledger.current()["GL-HKH"].file == "z good.xlsx"


def test_the_same_folder_as_one_document(run: Run, campaign: Campaign) -> None:
    """--json gives one document whatever lies in the folder."""
    folder = campaign.folder("nop-ve")
    count = add_what_is_no_file(folder)
    (folder / "a\nb\x1b[2J.xlsx").write_bytes(b"x")
    result = run("import", "--json", home=campaign.home)
    files = {Path(f["file"]).name: f for f in json.loads(result.stdout)["files"]}
    assert len(files) == count + 1
    assert {name: f["findings"][0]["code"] for name, f in files.items()} == {
        "a␊b␛[2J.xlsx": "file.text",
        "\\xff\\xfe.xlsx": "file.empty",
        "dangling.xlsx": "file.special",
        "device.xlsx": "file.link",
        "folder.xlsx": "file.link",
        "inbox.lnk": "file.link",
        "loop.xlsx": "file.special",
        "pipe.xlsx": "file.special",
        "socket.xlsx": "file.special",
        "x.xlsx": "file.broken",
    }
    said = {name: f["findings"][0]["message"] for name, f in files.items()}
    assert "(socket)" in said["socket.xlsx"]
    assert "(pipe)" in said["pipe.xlsx"]
    assert "liên kết hỏng:" in said["dangling.xlsx"]
