"""The picture of the rooms shows what the modules import, and no import goes upwards."""

from __future__ import annotations

from rooms_picture import PACKAGE, PICTURE, drawn, imports, rooms, shortest


def test_the_picture_is_of_the_package_as_it_is() -> None:
    """After a room was added or an import moved, it is drawn again."""
    assert PICTURE.read_text(encoding="utf-8") == drawn()


def test_every_folder_of_the_package_is_a_room_and_says_its_job() -> None:
    """No package is missing in the contract, none without a sentence."""
    folders = {p.parent.name for p in PACKAGE.glob("*/__init__.py")}
    assert set(rooms()) == folders
    assert [room.name for room in rooms().values() if not room.job] == []


def test_every_arrow_leads_to_a_lower_floor() -> None:
    """Rooms import downwards only, and those on one floor never each other."""
    floor = {name: room.floor for name, room in rooms().items()}
    arrows = [(a, b) for a, others in imports().items() for b in others]
    assert len(arrows) > 40
    assert [(a, b) for a, b in arrows if floor[a] >= floor[b]] == []


def test_a_way_round_stands_for_an_arrow() -> None:
    """What is left out can be reached by the arrows that are drawn."""
    assert shortest({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == [("a", "b"), ("b", "c")]
