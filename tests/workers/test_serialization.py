"""A return comes back from the process that read it just as it was, and nothing else does."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipped import FLAWED, RETURNED

from tongket_xlsx.intake.read_return import Reader
from tongket_xlsx.model.findings import Finding, Severity
from tongket_xlsx.model.observations import CellState, Identity, Observation, Return
from tongket_xlsx.model.places import Place
from tongket_xlsx.workers.serialization import NoReturn, decoded, encoded

texts = st.text(st.characters(), max_size=12)
numbers = st.decimals() | st.integers().map(Decimal)
mappings = st.dictionaries(texts, texts, max_size=3)
identities = st.builds(Identity, texts, texts, texts, st.integers(), texts)
places = st.builds(Place, texts, texts, texts, texts, st.integers())
observations = st.builds(
    Observation,
    texts,
    texts,
    st.integers(0, 10**9),
    st.sampled_from(CellState),
    st.none() | numbers,
    texts,
    texts,
    texts,
    texts,
)
findings = st.builds(
    Finding,
    texts,
    st.sampled_from(Severity),
    places,
    texts,
    texts,
    st.dictionaries(texts, texts | st.integers() | numbers, max_size=3),
)
returns = st.builds(
    Return,
    st.just("ab" * 32),
    st.none() | identities,
    st.lists(observations, max_size=5).map(tuple),
    st.lists(findings, max_size=3).map(tuple),
    mappings,
    mappings,
)


def plain(result):
    """Return a return with its numbers as they are written: 1.0 is not 1, and NaN is NaN."""
    return repr(result)


@pytest.mark.parametrize(
    "path", sorted((*RETURNED.iterdir(), *FLAWED.iterdir())), ids=lambda p: p.stem
)
def test_every_sample_comes_back_as_it_was(form, units, path):
    """Each sample, in order or flawed, is the same return after it was sent and received."""
    result = Reader((form,), units).read(path.read_bytes())
    back = decoded(encoded(result), result.sha256)
    assert back == result
    assert plain(back) == plain(result)
    assert {type(o.state) for o in back.observations} <= {CellState}
    assert {type(f.severity) for f in back.findings} <= {Severity}


@given(returns)
def test_whatever_a_return_holds_comes_back(result):
    """Numbers of any scale, texts of any signs – half characters too – and nothing are kept."""
    assert plain(decoded(encoded(result), result.sha256)) == plain(result)


def example():
    observation = Observation(
        "ML10", "2017", 0, CellState.NUMBER, Decimal("1.50"), "", "1,5", "Trang", "C7"
    )
    finding = Finding("cell.blank", Severity.ERROR, Place("A"), parameters={"n": Decimal(2)})
    return Return("ab" * 32, Identity("A", "f", "1", 1), (observation,), (finding,), {"a": "b"})


def test_the_hash_is_what_the_asker_says():
    """A process cannot say of which bytes it speaks: the hash is that of the bytes it was given."""
    assert decoded(encoded(example()), "cd" * 32).sha256 == "cd" * 32


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b'{"a": 1}',
        b"[" * 100_000,
        b"\x80\x04\x95pickle",
        b"[null,[[[],[]],[[],[]],[],[[],[]],[],[],[],[[],[]]],[],{},{}]",
    ],
)
def test_what_is_no_return_is_not_taken_for_one(data):
    """Bytes of any other kind are told, whatever they are."""
    with pytest.raises(NoReturn):
        decoded(data, "")


def changed(where, value):
    """Return the example in which one thing was replaced."""
    content = json.loads(encoded(example()))
    place = content
    for step in where[:-1]:
        place = place[step]
    place[where[-1]] = value
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ((0, 0), 5),
        ((0, 3), "1"),
        ((0, 3), True),
        ((1, 0, 0), [5]),
        ((1, 0, 1), [7]),
        ((1, 0, 1), []),
        ((1, 2), ["0"]),
        ((1, 2), [True]),
        ((1, 3, 0), ["no-such-state"]),
        ((1, 4), ["many"]),
        ((1, 4), [{}]),
        ((1, 5), [None]),
        ((1, 8), ["C7", "C8"]),
        ((2, 0, 0), None),
        ((2, 0, 1), "grave"),
        ((2, 0, 2, 4), "7"),
        ((2, 0, 5), {"n": {}}),
        ((2, 0, 5), {"n": ["x"]}),
        ((2, 0, 5), []),
        ((3,), {"a": 1}),
        ((4,), None),
    ],
    ids=str,
)
def test_nothing_of_another_kind_comes_through(where, value):
    """A return in which one thing is of another kind than it should be is none."""
    assert decoded(encoded(example()), "ab" * 32) == example()
    with pytest.raises(NoReturn):
        decoded(changed(where, value), "")
