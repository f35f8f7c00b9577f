"""Ranks made by formulas and the ranks cached beside them are the same ranks."""

from decimal import Decimal

from tongket_xlsx import ranking

VALUES = [("A", Decimal(3)), ("B", None), ("C", Decimal(5)), ("D", Decimal(3)), ("E", Decimal(-1))]


def test_the_keys_put_units_in_the_order_shown():
    """The order by keys, as the formulas make it, is the cached order; equals keep their places."""
    keys = [(ranking.key(value, n), name) for n, (name, value) in enumerate(VALUES)]
    by_keys = [name for key, name in sorted((k for k in keys if k[0] is not None), reverse=True)]
    assert by_keys == [name for name, _ in ranking.in_order(VALUES)] == ["C", "A", "D", "E"]


def test_what_is_no_number_has_no_key():
    """A unit without a figure is nowhere in the ranks."""
    assert ranking.key(None, 0) is None
    assert ranking.key_formula("N9", 0) == '=IF(ISNUMBER(N9),N9-1/10^9,"")'
