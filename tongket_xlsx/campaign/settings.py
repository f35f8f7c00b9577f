"""The settings of a campaign: what ``tongket.toml`` says, and the text a new one begins with."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tongket_xlsx.campaign.atomic_files import read_whole
from tongket_xlsx.model.findings import CannotWork

SETTINGS = "tongket.toml"
UNITS_FILE = "don-vi.csv"
_TARGET_KEYS = frozenset({"document", "target", "indicator", "value", "year"})
_PUBLISHED_KEYS = frozenset({"indicator", "period", "value", "source"})
_EXPECTED = {date: "2017-03-31", bool: "true, false", str: '"…"', float: "0.8"}

_SETTINGS_TEXT = """\
# Thiết lập của đợt tổng kết. Sửa bằng Notepad, lưu dạng UTF-8.
province = {province}
collector = {collector}

# Tệp danh sách đơn vị báo cáo (CSV hoặc XLSX).
units = {units}

# Hạn nộp; ngày cuối cùng có tính là đúng hạn hay không.
# “Trước ngày 31/3” hiểu chặt là đến hết 30/3: khi đó ghi deadline_day_counts = false.
deadline = {deadline}
deadline_day_counts = true

# Dòng chữ đỏ in trên mọi trang, ví dụ “SỐ LIỆU GIẢ ĐỊNH – chỉ để minh họa”. Để trống nếu không cần.
notice = {notice}

# Số đơn vị có số liệu dưới mức này (phần của số đơn vị phải có) thì con số mang dấu “!”.
coverage_warning = 0.8

[signatories]
compiler = "NGƯỜI LẬP BIỂU"
authority = {authority}
position = {position}
name = ""
{titles}
# Chỉ tiêu do tỉnh đặt ra: bỏ dấu # ở đầu dòng, chép thêm cho mỗi chỉ tiêu.
# [[targets]]
# document = "Kế hoạch số … của Tỉnh ủy"
# target = "Hội viên so với dân số"
# indicator = "ML13"
# operator = ">="
# value = 15.0
# year = 2020
# source = "Biên bản họp Ban Thường vụ ngày …"

# Số đã công bố trước đây, để đối chiếu; ghi rõ nguồn.
# [[published]]
# indicator = "ML10"
# period = "2012"
# value = 120000
# source = "Báo cáo số … ngày …"
"""

_TITLES_TEXT = """
# Tên của các mục mà biểu mới có số thứ tự: gõ một lần ở đây, đúng như văn bản; mọi biểu, bản trả
# lại, bảng tổng hợp và sổ tay đều lấy từ đây. Để trống thì những nơi ấy ghi rõ là chưa có tên.
[titles]
{lines}
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``tongket.toml`` says."""

    province: str = ""
    collector: str = ""
    units: str = UNITS_FILE
    deadline: date | None = None
    deadline_day_counts: bool = True
    notice: str = ""
    coverage_warning: float = 0.8
    signatories: Mapping[str, str] | None = None
    targets: tuple[Mapping[str, Any], ...] = ()
    published: tuple[Mapping[str, Any], ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)

    def late_days(self, received: date) -> int:
        """Return by how many days a return came late; 0 is on time."""
        if self.deadline is None:
            return 0
        days = (received - self.deadline).days
        return max(0, days if self.deadline_day_counts else days + 1)

    def days_left(self, today: date) -> int | None:
        """Return how many days are left, negative when overdue, ``None`` without a deadline."""
        if self.deadline is None:
            return None
        return (self.deadline - today).days - (0 if self.deadline_day_counts else 1)


def settings_of(home: Path) -> Settings:
    """Read the settings of a campaign.

    Raises:
        CannotWork: they are unusable.
    """
    return _settings(home / SETTINGS)


def _settings(path: Path) -> Settings:
    try:
        content = read_whole(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CannotWork("settings.encoding", path=path.name) from error
    try:
        given = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"line (\d+)", str(error))
        line = match[1] if match else "1"
        raise CannotWork("settings.unreadable", path=path.name, line=line) from error
    shapes: dict[str, type] = {
        "province": str,
        "collector": str,
        "units": str,
        "deadline": date,
        "deadline_day_counts": bool,
        "notice": str,
        "signatories": dict,
        "coverage_warning": float,
        "targets": list,
        "published": list,
        "titles": dict,
    }
    for key, value in given.items():
        if key not in shapes:
            raise CannotWork("settings.unknown", path=path.name, key=key)
        # To Python a moment is a day and yes is a number; to an office they are not.
        exact = type(value) is shapes[key] or (shapes[key] is float and type(value) is int)
        if not exact:
            raise CannotWork(
                "settings.value",
                path=path.name,
                key=key,
                value=str(value),
                expected=_EXPECTED.get(shapes[key], "…"),
            )
    for key, value in given.get("titles", {}).items():
        if not isinstance(value, str):
            raise CannotWork(
                "settings.value",
                path=path.name,
                key=f"titles.{key}",
                value=str(value),
                expected="“…”",
            )
    for key, wanted in (("targets", _TARGET_KEYS), ("published", _PUBLISHED_KEYS)):
        rows = given.get(key, [])
        for row in rows:
            if not isinstance(row, dict) or not wanted <= row.keys():
                expected = ", ".join(sorted(wanted))
                raise CannotWork("settings.row", path=path.name, key=key, expected=expected)
        given[key] = tuple(rows)
    return Settings(**given)


def settings_text(*, deadline: str, titles: Sequence[str], **values: str) -> str:
    """Return the settings that a new campaign begins with.

    Args:
        deadline: a day in the notation of TOML.
        titles: codes of the questions whose titles only the collector can give.
        values: province, collector, units, notice, authority and position, as plain texts.
    """
    lines = [f'{_toml(code)} = ""' for code in titles]
    waiting = _TITLES_TEXT.format(lines="\n".join(lines)) if lines else ""
    quoted = {key: _toml(value) for key, value in values.items()}
    return _SETTINGS_TEXT.format(deadline=deadline, titles=waiting, **quoted)


def _toml(text: str) -> str:
    """Write a TOML string; a JSON string is one."""
    return json.dumps(text, ensure_ascii=False)
