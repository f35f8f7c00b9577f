"""What tests of the consolidation share: the comparison of figures that a test says."""

import pytest

from tongket_xlsx.model.observations import CellState
from tongket_xlsx.summary.comparison import comparison_of


@pytest.fixture
def table(form, units):
    """Return the table of the group of a code, from {(unit, code, period): value or state}."""

    def build(figures, code, used=form):
        readings = dict(enumerate(units, start=1))
        numbers = {unit: n for n, unit in readings.items()}

        def fetch(codes):
            wanted = set(codes)
            for (unit, indicator, period), given_ in figures.items():
                if indicator in wanted:
                    state = given_ if isinstance(given_, CellState) else CellState.NUMBER
                    value = (
                        "0" if state is CellState.NIL else None if state is given_ else str(given_)
                    )
                    yield numbers[unit], indicator, period, str(state), value, "", ""

        compared = comparison_of(used, units.values(), readings, fetch)
        group = used.indicators[code].group
        return next(t for t in compared.groups() if t.group.code == group)

    return build
