"""The form that ships with the product: all that the plan asks for, and no rule without effect."""

from __future__ import annotations

from shipped import TEMPLATE

from tongket_xlsx.definition.loader import digest
from tongket_xlsx.model.findings import Severity
from tongket_xlsx.model.form import Form


def test_the_shipped_form_has_the_indicators_of_the_plan(form: Form) -> None:
    """At least the 204 indicators of the plan in nine groups, 39 of them computed."""
    assert [g.code for g in form.groups] == ["TC", "ML", "TT", "QK", "PC", "DN", "PT", "LD", "XH"]
    assert len(form.indicators) >= 204
    assert sum(i.computed for i in form.indicators.values()) >= 39


def test_the_shipped_form_has_its_rules(form: Form) -> None:
    """At least 181 rules, 24 of them families, and three of the roster of documents."""
    of_roster = [r.code for r in form.rules if r.code.startswith("VB-")]
    assert of_roster == ["VB-LD03", "VB-LD04", "VB-LD05"]
    assert len(form.rules) - len(of_roster) >= 181
    assert sum(bool(r.members) for r in form.rules) >= 24


def test_every_bullet_of_the_plan_is_asked_for(form: Form) -> None:
    """Each of the 20 bullets of section II is answered by an indicator or a question."""
    bullets = set(form.outline) - {"I.2"}
    assert len(bullets) == 20
    seeds = {s for i in form.indicators.values() for s in i.seed}
    seeds |= {s for p in form.prompts for s in p.seed}
    assert bullets - seeds == set()


def test_the_shipped_form_has_all_targets_and_says_which_were_read(form: Form) -> None:
    """62 targets; one that was not read on a public page is not verified."""
    assert len(form.targets) == 62
    assert {t.status for t in form.targets if t.verified} == {"verified-secondary"}
    unread = [t for t in form.targets if t.status in ("unverified", "partly")]
    assert len(unread) == 19
    assert not any(t.verified for t in unread)
    assert all(t.source for t in form.targets if t.verified)


def test_the_shipped_form_is_what_its_files_say(form: Form) -> None:
    """The digest of the form is that of the YAML files beside each other."""
    files = {p.name: p.read_bytes() for p in TEMPLATE.glob("*.yaml")}
    assert form.digest == digest(files)
    assert (form.id, form.version) == ("chi-thi-11", "2.1")


def test_every_rule_of_the_shipped_form_is_checked_somewhere(form: Form) -> None:
    """No rule is dead, each has a sentence, and beta rules only warn."""
    checked = {c.rule.code for c in form.checks}
    assert {r.code for r in form.rules} <= checked
    assert all(r.message.vi for r in form.rules)
    assert not [r.code for r in form.rules if r.beta and r.severity is Severity.ERROR]
