"""What there is to say of everything in a form, entry by entry, for any page that says it.

An entry is a code, a name and its facts; a fact is the key of its name in the catalogue
(``doc.fact.…``) and its text. What does not apply has no fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from tongket_xlsx.codebook.facts import CodebookEntry, Fact, formula, held_against, told_facts
from tongket_xlsx.codebook.references import COMMON, References
from tongket_xlsx.model.checks import Held, Outlier, Rule
from tongket_xlsx.model.findings import Severity
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Period
from tongket_xlsx.model.indicators import Indicator, Prompt, Roster, RosterColumn
from tongket_xlsx.model.relations import relation_of
from tongket_xlsx.model.targets import COMPARED_BY, Target
from tongket_xlsx.model.units import Provider, UnitKind
from tongket_xlsx.model.wording import counted_words
from tongket_xlsx.text.messages import has, number, say


class Codebook:
    """Everything a form holds, told in one language."""

    def __init__(self, form: Form, lang: str) -> None:
        """Remember the form and who speaks of whom in it."""
        self.form = form
        self.lang = lang
        self.references = References(form)

    def say(self, key: str, **parameters: object) -> str:
        """Return a sentence in the language of the codebook."""
        return say(key, self.lang, **parameters)

    # ------------------------------------------------------------------ indicators

    @cached_property
    def indicators(self) -> tuple[CodebookEntry, ...]:
        """Return every indicator, in the order of the form."""
        return tuple(self._indicator(i) for i in self.form.indicators.values())

    def _indicator(self, i: Indicator) -> CodebookEntry:
        facts = (*self._figure(i), *self._asking(i), *self._making(i), *self._standing(i))
        return CodebookEntry(i.code, i.label.to(self.lang), told_facts(facts))

    def _figure(self, i: Indicator) -> Iterator[Fact]:
        """Yield what sort of figure it is, in which unit and for which periods."""
        yield Fact("help", i.help.to(self.lang))
        yield Fact("group", i.group)
        yield Fact("unit", i.unit.to(self.lang))
        yield Fact("kind", self.say(f"doc.kind.{i.kind}"))
        yield Fact("nature", self.say(f"doc.nature.{i.nature}"))
        yield Fact("clock", self.say(f"doc.clock.{i.clock}"))
        yield Fact("periods", ", ".join(i.periods))

    def _asking(self, i: Indicator) -> Iterator[Fact]:
        """Yield who answers, who keeps the figure, and what is known beforehand."""
        asked = "\n".join(self._respondent(i, kind) for kind in i.respondents)
        yield Fact("computed_for" if i.computed else "respondents", asked)
        provider = self.form.providers.get(i.provider)
        yield Fact("provider", f"{provider.code} {provider.name}" if provider else "")
        yield Fact("records", self._word("doc.records", i.records))
        yield Fact("prefill", i.prefill)
        yield Fact("locked", ", ".join(i.locked))

    def _respondent(self, i: Indicator, kind: str) -> str:
        """Name a kind of unit, starred where it must answer, with the periods if not all."""
        name, core = self._kind_name(kind), i.core.get(kind, ())
        if not core:
            return name
        return f"{name} *" + ("" if set(core) >= set(i.periods) else f" ({', '.join(core)})")

    def _making(self, i: Indicator) -> Iterator[Fact]:
        """Yield how it is computed, added up and bounded."""
        yield Fact("aggregation", self.say(f"doc.aggregation.{i.aggregation}"))
        yield Fact("adds", "\n".join(self._kind_name(kind) for kind in i.adds))
        yield Fact("formula", formula(i), code=True)
        hard = [(">=", i.hard_min), ("<=", i.hard_max)]
        yield Fact(
            "hard",
            "; ".join(f"{COMPARED_BY[s]} {number(v, self.lang)}" for s, v in hard if v is not None),
        )
        usual = [(">=", i.plausible_min), ("<=", i.plausible_max)]
        shown = "; ".join(f"{COMPARED_BY[s]} {e.text}" for s, e in usual if e is not None)
        yield Fact("usual", shown, code=True)
        limited = self.references.usual_for.get(i.code, ()) if shown else ()
        yield Fact("usual_for", ", ".join(self._kind_name(kind) for kind in limited))

    def _standing(self, i: Indicator) -> Iterator[Fact]:
        """Yield what stands around it: breaks, notes, bullets, rules, targets, questions."""
        if i.series_break:
            years = ", ".join(i.series_break.periods)
            reason = i.series_break.reason.to(self.lang)
            told = self.say("summary.break", years=years, reason=reason)
            known = (self._word("doc.status", i.series_break.status), i.series_break.source)
            yield Fact("break", "\n".join(text for text in (told, *known) if text))
        yield Fact("better", self.say(f"doc.better.{i.better}"))
        yield Fact("headline", self.say("yes") if i.headline else "")
        yield Fact("note", i.note)
        yield Fact("formerly", ", ".join(i.formerly))
        yield Fact("outline", self._outline_of(i.seed))
        yield Fact("rules", ", ".join(self.references.rules[i.code]))
        yield Fact("users", ", ".join(self.references.users[i.code]))
        held = (t for t in self.form.targets if i.code in held_against(t))
        yield Fact("targets", ", ".join(t.code for t in held))
        yield Fact("prompts", ", ".join(p.code for p in self.form.prompts if i.code in p.linked))

    # ------------------------------------------------------------------ what is answered in words

    @cached_property
    def prompts(self) -> tuple[CodebookEntry, ...]:
        """Return every question answered in words."""
        return tuple(self._prompt(p) for p in self.form.prompts)

    def _prompt(self, p: Prompt) -> CodebookEntry:
        facts = (
            Fact("must", self.say("yes" if p.core else "no")),
            Fact("limit", number(p.max_chars, self.lang)),
            Fact("respondents", "\n".join(self._answers(p, kind) for kind in p.respondents)),
            Fact("linked", ", ".join(p.linked)),
            Fact("outline", self._outline_of(p.seed)),
        )
        return CodebookEntry(p.code, p.label.to(self.lang), told_facts(facts))

    def _answers(self, p: Prompt, kind: str) -> str:
        """Name a kind of unit, starred where it must answer and others need not."""
        starred = kind in p.core_for and p.core_for != p.respondents
        return self._kind_name(kind) + (" *" if starred else "")

    @cached_property
    def rosters(self) -> tuple[tuple[CodebookEntry, tuple[CodebookEntry, ...]], ...]:
        """Return every list with its columns."""
        return tuple(
            (self._roster(r), tuple(self._roster_column(r, c) for c in r.columns))
            for r in self.form.rosters
        )

    def _roster(self, r: Roster) -> CodebookEntry:
        facts = (
            Fact("title", r.title.to(self.lang)),
            Fact("help", r.help.to(self.lang)),
            Fact("rows", number(r.rows, self.lang)),
            Fact("respondents", "\n".join(self._kind_name(kind) for kind in r.respondents)),
        )
        return CodebookEntry(r.code, r.name.to(self.lang), told_facts(facts))

    def _roster_column(self, r: Roster, c: RosterColumn) -> CodebookEntry:
        sort = "date" if c.date else "choice" if c.choices else "text"
        facts = (
            Fact("roster", f"{r.code} {r.name.to(self.lang)}"),
            Fact("sort", self.say(f"doc.sort.{sort}")),
            Fact("choices", "; ".join(c.choices)),
            Fact("counted", self.say("yes") if c.counted else ""),
        )
        return CodebookEntry(c.code, c.label.to(self.lang), told_facts(facts))

    # ------------------------------------------------------------------ rules and targets

    @cached_property
    def rules(self) -> tuple[CodebookEntry, ...]:
        """Return every rule, those between units and the tolerance of computed cells included."""
        return (
            *(self._rule(r) for r in self.form.rules),
            *(self._outlier(o) for o in self.form.outliers),
            self._tolerance(),
        )

    def _outlier(self, o: Outlier) -> CodebookEntry:
        limits = {"threshold": o.threshold, "factor": o.factor, "units": o.units}
        facts = (
            Fact("message", o.message.to(self.lang)),
            Fact("severity", self.say("severity.warning")),
            Fact("about", ", ".join(o.members)),
            Fact("family", self.say("yes")),
            Fact("between", self.say("doc.between", per=o.per, **limits)),
            Fact("holds", self.say("doc.holds.units", factor=o.holds or self.form.holding.units)),
            Fact("source", o.source),
        )
        return CodebookEntry(o.code, "", told_facts(facts))

    def _tolerance(self) -> CodebookEntry:
        tolerance = self.form.computed_tolerance
        facts = (
            Fact("message", self.say("doc.tolerance", tolerance=tolerance)),
            Fact("severity", self.say("severity.warning")),
        )
        return CodebookEntry("cell.computed_changed", "", told_facts(facts))

    def _rule(self, r: Rule) -> CodebookEntry:
        subjects = self.references.subjects[r.code]
        message = r.message.to(self.lang)
        if not r.members:
            labels = [self.form.indicators[code].plain_label for code in subjects[:1]]
            message = message.format(code="", label="".join(labels))
        facts = (
            Fact("message", message),
            Fact("severity", self.say(f"severity.{r.severity}")),
            Fact("beta", self.say("yes") if r.beta else ""),
            Fact("about", ", ".join(r.members or subjects)),
            Fact("family", self.say("yes") if r.members else ""),
            Fact("expression", r.text, code=True),
            Fact("fallback", r.fallback_for),
            Fact("only_for", "\n".join(self._kind_name(kind) for kind in r.only_for)),
            Fact("scale", self.say("yes") if r.scale else ""),
            Fact("holds", self._holds(r)),
            Fact("source", r.source),
        )
        return CodebookEntry(r.code, "", told_facts(facts))

    def _holds(self, r: Rule) -> str:
        """Say which figures are held back while a rule is broken, where it is said or grave."""
        relation = next((relation_of(c.expression) for c in self.form.checks if c.rule is r), None)
        is_bound = relation is not None and relation.is_bound
        between = relation is not None and bool(relation.parts and relation.whole)
        holding = self.form.holding
        if r.holds is Held.NONE:
            return self.say("doc.holds.none")
        if is_bound or r.scale:
            usual = holding.bounds if is_bound else holding.years
            key = "bound" if is_bound else "years"
            return self.say(f"doc.holds.{key}", factor=r.factor or usual)
        if r.holds is Held.DEFAULT and not (between and r.severity is Severity.ERROR):
            return ""
        tolerance = holding.tolerance if r.tolerance is None else r.tolerance
        which = ", ".join(r.held_codes) or self.say(f"doc.holds.which.{r.holds or Held.NAMED}")
        return self.say("doc.holds.relation", which=which, tolerance=tolerance)

    @cached_property
    def targets(self) -> tuple[CodebookEntry, ...]:
        """Return every target, with how far it can be relied on spelled out."""
        return tuple(self._target(t) for t in self.form.targets)

    def _target(self, t: Target) -> CodebookEntry:
        level = self.say("doc.no_level")
        if t.value is not None:
            level = f"{COMPARED_BY[t.operator]} {number(t.value, self.lang)}"
        elsewhere = not self.form.is_for_the_province(t)
        facts = (
            Fact("document", t.document),
            Fact("scope", self._word("scope", t.applies_to)),
            Fact("elsewhere", self.say("yes") if elsewhere else ""),
            Fact("indicator", t.indicator),
            Fact("counts", counted_words(t.counts, self.form, self.lang) if t.counts else ""),
            Fact("level", level),
            Fact("year", str(t.year)),
            Fact("status", self._word("doc.status", t.status)),
            Fact("source", t.source),
            Fact("note", t.note),
        )
        return CodebookEntry(t.code, t.label, told_facts(facts))

    # ------------------------------------------------------------------ offices, units, periods

    @cached_property
    def providers(self) -> tuple[CodebookEntry, ...]:
        """Return every office that keeps figures, with the figures it keeps."""
        return tuple(self._provider(p) for p in self.form.providers.values())

    def _provider(self, p: Provider) -> CodebookEntry:
        codes = self.references.of_provider(p.code)
        named = "\n".join(f"{self._kind_name(kind)}: {name}" for kind, name in p.names.items())
        facts = (
            Fact("names", named),
            Fact("count", number(len(codes), self.lang)),
            Fact("indicators", ", ".join(codes)),
        )
        return CodebookEntry(p.code, p.name, told_facts(facts))

    @cached_property
    def unit_kinds(self) -> tuple[CodebookEntry, ...]:
        """Return every kind of reporting unit."""
        return tuple(self._unit_kind(k) for k in self.form.unit_kinds.values())

    def _unit_kind(self, k: UnitKind) -> CodebookEntry:
        facts = (
            Fact("adds_as", self.say(f"doc.scope.{k.scope}")),
            Fact("must_return", self.say("yes" if k.required else "no")),
            Fact("fills_by", k.fills_by),
            Fact("signature", k.signature),
            Fact("note", k.note),
        )
        return CodebookEntry(k.code, k.name.to(self.lang), told_facts(facts))

    @cached_property
    def periods(self) -> tuple[CodebookEntry, ...]:
        """Return every period with its reference dates and whether they are confirmed."""
        return tuple(self._period(p) for p in self.form.periods)

    def _period(self, p: Period) -> CodebookEntry:
        confirmed = "doc.confirmed" if p.confirmed else "doc.unconfirmed"
        facts = (
            Fact("starts", f"{p.starts:%d/%m/%Y}"),
            Fact("ends", f"{p.ends:%d/%m/%Y}"),
            Fact("school_year", p.school_year),
            Fact("cumulative", self.say("yes") if p.cumulative else ""),
            Fact("confirmed", self.say(confirmed)),
            Fact("aliases", ", ".join(p.aliases)),
        )
        return CodebookEntry(p.code, p.label.to(self.lang), told_facts(facts))

    @cached_property
    def signs(self) -> tuple[CodebookEntry, ...]:
        """Return the signs that stand for a figure; the first of each is the one printed."""
        return tuple(
            CodebookEntry(
                signs[0],
                self.say(f"doc.sign.{state}"),
                told_facts((Fact("also_read", "  ".join(signs[1:])),)),
            )
            for state, signs in self.form.signs.items()
        )

    # ------------------------------------------------------------------ the outline

    @cached_property
    def outline(self) -> tuple[CodebookEntry, ...]:
        """Return every bullet of the outline with what answers it."""
        return tuple(self._bullet(code, text) for code, text in self.form.outline.items())

    def _bullet(self, code: str, text: str) -> CodebookEntry:
        facts = (
            Fact("indicators", ", ".join(self.references.indicators_for(code))),
            Fact("prompts", ", ".join(self.references.prompts_for(code))),
        )
        return CodebookEntry(code, text, told_facts(facts))

    def unanswered(self) -> tuple[str, ...]:
        """Return the bullets of the outline that no indicator answers."""
        return tuple(entry.code for entry in self.outline if not entry.text("indicators"))

    def _outline_of(self, seeds: Iterable[str]) -> str:
        seeds = tuple(seeds)
        told = [f"{code} {self.form.outline[code]}" for code in self.references.bullets(seeds)]
        if COMMON in seeds:
            told.append(self.say("doc.common"))
        return "\n".join(told)

    def _kind_name(self, kind: str) -> str:
        return self.form.unit_kinds[kind].name.to(self.lang)

    def _word(self, key: str, value: str) -> str:
        """Return the word for a value, or the value itself where a form made up its own."""
        return self.say(f"{key}.{value}") if has(f"{key}.{value}") else value
