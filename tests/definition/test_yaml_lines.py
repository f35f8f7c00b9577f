"""YAML read as text: no guesses, and every value knows its line."""

from __future__ import annotations

import pytest

from tongket_xlsx.definition import yaml_lines as yaml_text
from tongket_xlsx.definition.yaml_lines import YamlText, read


def _faults(text: YamlText) -> list[tuple[str, str]]:
    return [(f.code, str(f.place)) for f in text.faults]


@pytest.mark.parametrize(
    "scalar", ["1.10", "No", "yes", "2017-03-31", "010", "1e3", "null", "~", "0x1F", "12:30"]
)
def test_every_scalar_stays_what_was_typed(scalar: str) -> None:
    """Nothing becomes a number, a truth value, a date or nothing."""
    assert read("form.yaml", f"key: {scalar}\n".encode()).value == {"key": scalar}


def test_lists_and_mappings_nest() -> None:
    """A file is its lists and mappings of texts."""
    text = read("form.yaml", b"a:\n  - b: 1\n    c: [x, y]\n  - d\n")
    assert text.value == {"a": [{"b": "1", "c": ["x", "y"]}, "d"]}
    assert text.faults == []


def test_every_value_knows_its_line() -> None:
    """A path is at the line of its key; one that is not there, at the nearest thing around it."""
    text = read("form.yaml", "# đầu\na:\n  - b: 1\n    c: 2\n  - d\n".encode())
    assert str(text.place(("a", 0, "c"))) == "form.yaml:4"
    assert str(text.place(("a", 1))) == "form.yaml:5"
    assert str(text.place(("a", 0, "missing", "deeper"))) == "form.yaml:3"
    assert str(text.place(("nowhere",))) == "form.yaml:2"
    assert str(YamlText("empty.yaml").place(("x",))) == "empty.yaml:1"


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    """A file saved by Notepad reads like any other."""
    assert read("form.yaml", b"\xef\xbb\xbfa: 1\n").value == {"a": "1"}


def test_a_key_with_nothing_behind_it_is_no_key() -> None:
    """“note:” alone says the same as no such line."""
    assert read("form.yaml", b"note:\nid: x\n").value == {"id": "x"}


def test_an_empty_file_has_no_value_and_no_fault() -> None:
    """A file of comments only is empty, which is for its reader to judge."""
    text = read("form.yaml", b"# nothing\n")
    assert (text.value, text.faults) == (None, [])


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (b"a: 1\nb: 2\na: 3\n", "definition.key_twice", "f.yaml:3"),
        (b"x:\n  - k: 1\n    k: 2\n", "definition.key_twice", "f.yaml:3"),
        (b"a: 1\n b: 2\n", "definition.yaml", "f.yaml:2"),
        (b"a: 1\n\tb: 2\n", "definition.yaml", "f.yaml:2"),
        (b"a: [1, 2\n", "definition.yaml", "f.yaml:2"),
        (b"a: 1\n---\nb: 2\n", "definition.yaml", "f.yaml:2"),
        (b"a: \x00\n", "definition.yaml", "f.yaml:1"),
        (b"a: &x\n  - *x\n", "definition.yaml", "f.yaml:1"),
        (b"a: 1\nb: \xe1\xff\n", "definition.encoding", "f.yaml:2"),
        ("a: 1\nb: Số\n".encode("utf-16"), "definition.encoding", "f.yaml:1"),
    ],
)
def test_a_fault_names_its_line(data: bytes, code: str, place: str) -> None:
    """A doubled key, broken YAML, a loop of aliases, a foreign encoding: each with its line."""
    assert _faults(read("f.yaml", data)) == [(code, place)]


def test_the_first_of_two_keys_stands() -> None:
    """A doubled key is a fault; meanwhile the first value is kept."""
    assert read("f.yaml", b"a: 1\na: 2\n").value == {"a": "1"}


def test_an_alias_is_refused() -> None:
    """A few lines with aliases may stand for millions, so none is followed."""
    text = read("f.yaml", b"a: &x [1, 2]\nb: *x\nc:\n  - *x\n")
    assert text.value == {"a": ["1", "2"], "c": [""]}
    assert [(f.code, f.parameters["problem"]) for f in text.faults] == [
        ("definition.yaml", "alias *"),
        ("definition.yaml", "alias *"),
    ]


def test_nesting_without_end_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """A parser that gives up on the depth of a file makes a fault of it, not a crash."""

    def give_up(*_: object, **__: object) -> None:
        raise RecursionError

    monkeypatch.setattr(yaml_text.yaml, "compose", give_up)
    text = read("f.yaml", b"a: 1\n")
    assert [(f.code, f.parameters) for f in text.faults] == [
        ("definition.yaml", {"problem": "nesting"})
    ]
