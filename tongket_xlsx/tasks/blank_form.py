"""A form that nobody has filled in yet: it is no return.

It counts as blank where nothing stands in it but what was filled in before it was sent out – from
the list of units, or by ``generate --prefill`` – and nothing is explained and nothing typed on the
cover. Whoever filled in so much as the cover has handed in a return, and so has who sends a marked
copy back as it is: it holds the answers of the office.
"""

from __future__ import annotations

from collections.abc import Mapping

from tongket_xlsx.campaign.own_work import OwnWork, answers_digest
from tongket_xlsx.model.finding_kinds import new_finding
from tongket_xlsx.model.findings import Finding
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.layout import CoverField
from tongket_xlsx.model.observations import Return
from tongket_xlsx.model.places import Place
from tongket_xlsx.model.units import Unit
from tongket_xlsx.tasks.generate import facts

_OURS = frozenset({CoverField.UNIT, CoverField.CODE, CoverField.ROUND})


def is_blank_form(result: Return, form: Form, units: Mapping[str, Unit], own: OwnWork) -> bool:
    """Say whether a workbook that was read is a form as it was given out."""
    identity = result.identity
    if identity is None or identity.unit not in units:
        return False
    if any(text for key, text in result.cover.items() if key not in _OURS):
        return False
    if any(result.explanations.values()):
        return False
    answers = result.answers()
    known = facts(form, units[identity.unit])
    only_known = {key: known[key] for key in answers.keys() & known.keys()}
    return answers_digest(answers) == answers_digest(only_known) or own.filled_in(answers)


def blank_form(result: Return, units: Mapping[str, Unit], file: str) -> Finding:
    """Return the note on a form that nobody has filled in."""
    name = units[result.identity.unit].name if result.identity else ""
    return new_finding("file.blank_form", Place(file=file), unit=name)
