"""Make a random campaign by the command line, and compute every figure of the province again.

    python tests/recompute/recompute.py --seed 1

It imports nothing of the product: the definition is read as YAML and the units as CSV; the forms
are filled with openpyxl; what is expected follows from what was typed, as exact fractions. What
is held is what was typed to be held, and nothing else: all other figures keep every rule of the
form, as this reading of the rules has it.

The last line it prints is a JSON object: how many figures were compared, and how many differ.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import forms
import openpyxl
import shown
from definition import FORM, ROOT, UNITS, Unit, list_of_units, load
from expectation import Province
from forms import Typed
from plausible import Office, broken
from rule_language import Key, Rule

SPLIT = ("CHU-SE-CHU-PUH", "AYUN-PA-PHU-THIEN")
ALWAYS = ("khoi-tinh", "ttgdtx-tinh", "bql-kkt", "hkh-tinh", "so-gddt")
MONEY_WITH_DECIMALS = True
REASON = "Đã đối chiếu với sổ của đơn vị."
# How far a figure may be from the median of the units, per head, to be sure that it is not held.
_FAR = 40
# How many times what it should be a part that is typed wrong may be, so that it alone is held.
_MOST_BY = 3


@dataclass
class Return:
    """One office's return, as typed; ``drawn`` keeps every rule."""

    unit: Unit
    drawn: dict[Key, Fraction]
    typed: dict[Key, Typed] = field(default_factory=dict)
    explanations: dict[Key, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Planted:
    """A figure that is typed wrong: what it is, what it should be, what rule it breaks."""

    key: Key
    wrong: Typed
    rule: str
    is_held: bool


class Campaign:
    """A random campaign in a folder."""

    def __init__(self, home: Path, seed: int) -> None:
        self.home, self.dice = home, random.Random(seed)
        self.d = load(FORM)
        self.log: list[str] = []
        self.report = shown.Report()
        self.units = self._units()
        self.habits = forms.Habits(
            holes=self.dice.choice((0.02, 0.08, 0.2)),
            estimates=0.04,
            texts=0.06,
            decimals=MONEY_WITH_DECIMALS,
        )
        self.returns: dict[str, Return] = {}
        self.held: set[tuple[str, str, str]] = set()
        self.planted: dict[str, Planted] = {}

    def _units(self) -> list[Unit]:
        """Keep of the list both split areas, some other districts, and some departments."""
        text = UNITS.read_text(encoding="utf-8-sig")
        every = list_of_units(text)
        others = [u for u in every if u.kind == "huyen" and not u.block]
        beside = [u for u in every if self.d.scopes[u.kind] == "whole" and u.kind not in ALWAYS]
        kept = {u.code for u in self.dice.sample(others, self.dice.randint(5, 6))}
        kept |= {u.code for u in self.dice.sample(beside, 2)}
        kept |= {u.code for u in every if u.block in SPLIT or u.kind in (*ALWAYS, "tinh")}
        stream = io.StringIO()
        rows = list(csv.DictReader(io.StringIO(text)))
        writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(row for row in rows if row["code"] in kept)
        self.list = self.home.parent / "units.csv"
        self.list.write_text(stream.getvalue(), encoding="utf-8")
        return [u for u in every if u.code in kept and self.d.scopes[u.kind] != "total"]

    def run(self, *words: object) -> str:
        """Run a command of the product, as an office would."""
        place = ["-C", str(self.home)] if words[0] != "init" else []
        command = [sys.executable, "-m", "tongket_xlsx", *place, *map(str, words)]
        env = {**os.environ, "PYTHONPATH": str(ROOT), "TONGKET_LANG": "vi", "PYTHONUTF8": "1"}
        began = os.times()
        done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
        ended = os.times()
        used = ended.children_user - began.children_user
        took = ended.elapsed - began.elapsed
        self.log.append(f"{words[0]}: {used:.1f} s of a core, {took:.1f} s, {done.returncode}")
        # 1 says that something is to be corrected in a return.
        if done.returncode not in (0, 1):
            raise AssertionError(f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    # ------------------------------------------------------------------ returns

    def first_round(self) -> None:
        """Issue the forms, fill them, type some figures wrong, and take them in."""
        self.run("init", self.home, "--units", self.list)
        self.run("generate")
        absent = self.dice.choice([u.code for u in self.units if u.kind == "huyen"] * 2 + [""] * 9)
        for unit in self.units:
            if unit.code != absent:
                self.returns[unit.code] = self._drawn(unit)
        for code in self.returns:
            self._keep_in_range(code)
        for kind, wanted in (("scale", 2), ("relation", 2), ("slight", 1), ("asked", 1)):
            self._plant(kind, wanted)
        for code in self.returns:
            self._send(code, self.home / "phat-hanh", f"{code}_*.xlsx", whole=True)
        self.run("import", "--received", "2017-03-28", "--jobs", 1)

    def _drawn(self, unit: Unit) -> Return:
        drawn = Office(self.d, unit, self.dice).draw()
        assert not broken(self.d, unit, drawn), unit
        made = Return(unit, drawn)
        for code, i in self.d.indicators.items():
            for p in self.d.periods:
                key = code, p.code
                if self.d.asked(unit, *key):
                    filled_in = i.prefill and unit.facts.get(f"{i.prefill}_{p.code}")
                    value = drawn.get(key)
                    made.typed[key] = (
                        Typed(int(value), value, "number")
                        if filled_in
                        else forms.typed(i, value, self.habits, self.dice)
                    )
        self._without_broken_sums(made)
        for _ in range(3):
            key = self.dice.choice(list(made.typed))
            made.explanations[key[0], forms.EXPLANATION] = "Số theo báo cáo của các xã."
        return made

    def _without_broken_sums(self, made: Return) -> None:
        """Type whole amounts where the decimals of several would break a rule."""
        figures = {k: t.value for k, t in made.typed.items() if t.value is not None}
        for rule in broken(self.d, made.unit, figures):
            for key in rule.keys & made.typed.keys():
                if made.typed[key].value is not None and made.typed[key].value.denominator > 1:
                    value = made.drawn[key]
                    made.typed[key] = Typed(int(value), value, "number")
        figures = {k: t.value for k, t in made.typed.items() if t.value is not None}
        assert not broken(self.d, made.unit, figures), made.unit

    def _keep_in_range(self, unit: str) -> None:
        """Leave out what is so far from the other districts that the province might ask."""
        for per, codes in self.d.per_head:
            for code in codes:
                for p in self.d.years:
                    self._keep_in_range_of(unit, per, code, p.code)

    def _keep_in_range_of(self, unit: str, per: str, code: str, period: str) -> None:
        rates = {}
        for r in self.returns.values():
            pair = [r.typed.get((c, period)) for c in (code, per)]
            is_right = (r.unit.code, code, period) not in self.held
            if r.unit.kind == "huyen" and is_right and all(t and t.value for t in pair):
                rates[r.unit.code] = pair[0].value / pair[1].value
        middle = sorted(rates.values())[len(rates) // 2] if rates else 0
        if unit in rates and not middle / _FAR < rates[unit] < middle * _FAR:
            self.returns[unit].typed[code, period] = Typed("…", None, "missing")

    # ------------------------------------------------------------------ figures typed wrong

    def _plant(self, kind: str, wanted: int) -> None:
        free = [c for c, r in self.returns.items() if r.unit.kind == "huyen"]
        free = [c for c in free if c not in self.planted]
        self.dice.shuffle(free)
        for code in free:
            made = self.returns[code]
            if kind in ("scale", "asked"):
                found = self._amount(made, kind)
            else:
                found = self._relation(made, kind)
            if found is not None and wanted:
                wanted -= 1
                self.planted[code] = found
                made.typed[found.key] = found.wrong
                if self.dice.random() < 0.5:
                    # What its office says of it does not let a figure that is held count.
                    made.explanations[found.key[0], forms.EXPLANATION] = "Do vận động tốt."
                if found.is_held:
                    self.held.add((code, *found.key))

    def _amount(self, made: Return, kind: str) -> Planted | None:
        """Type đồng where million đồng is asked, or a number that may be thousands with a dot."""
        keys = self.dice.sample(list(made.typed), len(made.typed))
        if self.dice.random() < 0.5:
            # What is compared between units is asked about a second time once it is accepted.
            compared = {code for _, codes in self.d.per_head for code in codes}
            years = {y.code for y in self.d.years}
            keys.sort(key=lambda key: key[0] not in compared or key[1] not in years)
        for key in keys:
            typed = made.typed[key]
            if self.d.indicators[key[0]].kind != "money" or typed.is_estimate:
                continue
            if typed.value is None or typed.value < 20 or not isinstance(typed.cell, int):
                continue
            if kind == "scale":
                value = typed.value * 10**6
                return Planted(key, Typed(int(value), value, "number"), "", is_held=True)
            wrong = forms.asked_about(typed.value, self.dice)
            if typed.value < 999 and not self._errors(made, {key: wrong.value}):
                return Planted(key, wrong, "cell.money_thousand", is_held=True)
        return None

    def _errors(self, made: Return, changed: dict[Key, Fraction]) -> list[Rule]:
        figures = {k: t.value for k, t in made.typed.items() if t.value is not None} | changed
        return [r for r in broken(self.d, made.unit, figures) if r.severity == "error"]

    def _relation(self, made: Return, kind: str) -> Planted | None:
        """Type a part that is more than its whole, so that one error comes of it and no other."""
        rules = [
            r
            for r in self.d.rules
            if r.is_plain and r.severity == "error" and r.concerns(made.unit.kind)
        ]
        self.dice.shuffle(rules)
        for rule in rules:
            part, whole = ((name, rule.period) for name in rule.names)
            pair = [made.typed.get(key) for key in (part, whole)]
            if not all(t and t.value and t.value >= 100 for t in pair):
                continue
            by = self.dice.uniform(1.01, 1.03) if kind == "slight" else self.dice.uniform(1.1, 1.5)
            value = Fraction(int(pair[1].value * Fraction(by)))
            if value > pair[0].value * _MOST_BY:
                # The years beside it would be held as well, for how far they are from it.
                continue
            if (
                self._errors(made, {part: value}) == [rule]
                and self.d.indicators[part[0]].kind == "count"
            ):
                wrong = Typed(int(value), value, "number")
                return Planted(part, wrong, rule.id, is_held=kind == "relation")
        return None

    def _send(self, code: str, folder: Path, pattern: str, *, whole: bool) -> None:
        """Fill a form of a unit and put it where returns are taken from."""
        made = self.returns[code]
        (blank,) = folder.glob(pattern)
        given = {k: t.cell for k, t in made.typed.items() if not self._is_filled_in(made, k)}
        given |= made.explanations
        empty = forms.fill(blank, self.home / "nop-ve" / blank.name, self.d, given)
        if whole:
            asked = {k for k in made.typed if not self._is_filled_in(made, k)}
            self.report.check(f"{blank.name}: asked", sorted(asked), sorted(empty))

    def _is_filled_in(self, made: Return, key: Key) -> bool:
        prefill = self.d.indicators[key[0]].prefill
        return bool(prefill and made.unit.facts.get(f"{prefill}_{key[1]}"))

    # ------------------------------------------------------------------ second round

    def second_round(self) -> None:
        """Correct some returns in their marked copies, and make one anew on a second form."""
        scale = [c for c, p in self.planted.items() if not p.rule]
        others = [c for c in self.returns if c not in self.planted]
        corrected = [*scale[:1], *self.dice.sample(others, 2)]
        self.run("mark", *corrected)
        back = {p.name.split("_")[0]: p for p in (self.home / "tra-lai").glob("*.xlsx")}
        # One in which nothing is to be mended has no marked copy.
        for code in corrected:
            if code in back:
                self._correct(code, back[code])
        anew = [c for c in self.returns if c not in (*corrected, *self.planted)]
        for code in self.dice.sample([c for c in anew if c.startswith("GL-6")], 1):
            self.run("generate", code)
            self.returns[code] = self._drawn(self.returns[code].unit)
            self._keep_in_range(code)
            self._send(code, self.home / "phat-hanh", f"{code}_*lan2.xlsx", whole=True)
        self.run("import", "--received", "2017-04-05", "--jobs", 1)

    def _correct(self, code: str, marked: Path) -> None:
        """Put right what was wrong, and give figures where there were none, in a marked copy."""
        made = self.returns[code]
        given: dict[Key, object] = {}
        planted = self.planted.pop(code, None)
        again = [k for k, t in made.typed.items() if t.value is None and k in made.drawn]
        again = self.dice.sample(again, min(8, len(again)))
        for key in [*again, *([planted.key] if planted else [])]:
            value = made.drawn[key]
            made.typed[key] = Typed(int(value), value, "number")
            given[key] = int(value)
        if planted:
            self.held.discard((code, *planted.key))
        before = dict(made.typed)
        self._keep_in_range(code)
        given |= {k: t.cell for k, t in made.typed.items() if k in given or t != before[k]}
        forms.fill(marked, self.home / "nop-ve" / marked.name, self.d, given)

    # ------------------------------------------------------------------ what comes of it

    def province(self) -> Province:
        """Return the figures of the province, from what was typed."""
        counted = {
            code: {
                key: typed.value
                for key, typed in made.typed.items()
                if typed.value is not None and (code, *key) not in self.held
            }
            for code, made in self.returns.items()
        }
        return Province(self.d, self.units, counted, self.held)

    def check(self) -> shown.Check:
        """Return what holds the product against what is expected now."""
        typed = {code: made.typed for code, made in self.returns.items()}
        return shown.Check(self.d, self.province(), typed, self.report)

    def decide(self, full: Path) -> None:
        """Accept some figures: a held one beside it in the workbook, one by its rule."""
        before = self.province()
        accepted = []
        held = sorted(self.held)
        for unit, code, period in held[: max(1, len(held) // 2)]:
            accepted.append((unit, code, period))
        self._decide_in(full, accepted)
        # One by its rule, and one of those asked about, that may be decided on already.
        by_rule = [(c, p) for c, p in self.planted.items() if p.rule]
        asked = [(c, p) for c, p in by_rule if p.wrong.state == "impossible"]
        for unit, planted in dict.fromkeys([*by_rule[:1], *asked[:1]]):
            code, period = planted.key
            self.run(
                "waive", unit, planted.rule, "--indicator", code, "--period", period,
                "--reason", REASON, "--by", "tỉnh",
            )  # fmt: skip
            if planted.is_held:
                accepted.append((unit, code, period))
        self.held -= set(accepted)
        after = self.province()
        for unit, code, period in dict.fromkeys(accepted):
            # A decision never loses a figure: the total grows by all that was let in of it.
            let_in = [u for u, c, p in accepted if (c, p) == (code, period)]
            more = sum(self.returns[u].typed[code, period].value for u in set(let_in))
            totals = [p.total(code, period).value or 0 for p in (before, after)]
            self.report.that(
                f"{unit} › {code} › {period} let in", holds=totals[1] == totals[0] + more
            )

    def _decide_in(self, full: Path, accepted: list[tuple[str, str, str]]) -> None:
        """Type decisions beside what is held, on a copy of that sheet alone, and have them read."""
        names = {u.name: u.code for u in self.units}
        rows = shown.by_calamine(full)["Đang xem lại"]
        at = next(n for n, row in enumerate(rows) if row[0] == "Đơn vị")
        heads = {text: n for n, text in enumerate(rows[at])}
        listed = {
            (names[str(row[0])], str(row[1]), str(row[heads["Kỳ"]])): row
            for row in rows[at + 1 :]
            if row[0] in names
        }
        self.report.check("Đang xem lại: the figures", sorted(self.held), sorted(listed))
        for key in accepted:
            listed[key][heads["Quyết định của tỉnh"]] = "Chấp nhận"
            listed[key][heads["Lý do"]] = REASON
        book = openpyxl.Workbook()
        book.active.title = "Đang xem lại"
        for row in rows:
            book.active.append([None if value == "" else value for value in row])
        copy = full.with_name("quyet-dinh.xlsx")
        book.save(copy)
        self.run("decide", copy, "--by", "tỉnh")

    def changed_cell(self, book: shown.Book) -> dict[str, object]:
        """Change one typed figure by one: the total changes by one, and the workbook differs."""
        counted = self.province().counted
        sums = [
            (unit, code, period)
            for unit, figures in counted.items()
            for code, period in figures
            if self.d.indicators[code].aggregation == "sum"
            and self.d.indicators[code].kind != "yesno"
            and self.returns[unit].unit.kind in self.d.adding(code)
        ]
        unit, code, period = self.dice.choice(sorted(sums))
        before = self.province().total(code, period).value
        made = self.returns[unit]
        kept = made.typed[code, period]
        value = kept.value + 1
        made.typed[code, period] = Typed(int(value), value, "number")
        self.report, kept_report = shown.Report(), self.report
        after = self.province().total(code, period).value
        self.check().book("changed", book, full=True)
        found, self.report = self.report, kept_report
        made.typed[code, period] = kept
        place = f"changed › Toàn tỉnh – {self.d.indicators[code].group} › {code} › {period}"
        shows = any(where == place for where, *_ in found.wrong)
        self.report.that("one changed cell shows", holds=after == before + 1 and shows)
        return {"figure": f"{unit} {code} {period}", "shows_in": len(found.wrong)}


def recompute(seed: int, folder: Path) -> dict[str, object]:
    """Run one campaign; return what was compared and what differs."""
    began, began_core = time.monotonic(), sum(os.times()[:3:2])
    made = Campaign(folder / "dot", seed)
    made.first_round()
    made.second_round()
    full, short = folder / "day-du.xlsx", folder / "lanh-dao.xlsx"
    made.run("summary", "-o", full)
    made.check().book("before", shown.by_calamine(full), full=True)
    made.decide(full)
    full = folder / "day-du-2.xlsx"
    made.run("summary", "-o", full)
    made.run("summary", "--edition", "lanh-dao", "-o", short)
    last = shown.by_calamine(full)
    made.check().book("day-du", last, full=True)
    made.check().book("lanh-dao", shown.by_openpyxl(short), full=False)
    for kind, rows in (("json", shown.rows_of_json), ("csv", shown.rows_of_csv)):
        path = folder / f"export.{kind}"
        made.run("export", "--format", kind, "-o", path)
        made.check().export(kind, rows(path))
    changed = made.changed_cell(last)
    return {
        "seed": seed,
        "compared": made.report.compared,
        "wrong": made.report.wrong,
        "changed": changed,
        "planted": {c: [*p.key, p.rule] for c, p in made.planted.items()},
        "held": sorted(made.held),
        "units": len(made.units),
        "seconds": round(time.monotonic() - began, 1),
        "core_seconds": round(sum(os.times()[:3:2]) - began_core, 1),
        "log": made.log,
    }


def main() -> int:
    """Run the campaigns that are asked for; 1 where a figure differs."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--seed", type=int, nargs="+", default=[1])
    words.add_argument("--keep", type=Path, help="keep the campaign in this folder")
    given = words.parse_args()
    failed = False
    for seed in given.seed:
        folder = given.keep or Path(tempfile.mkdtemp(prefix="recompute"))
        folder.mkdir(parents=True, exist_ok=True)
        try:
            result = recompute(seed, folder)
        finally:
            if given.keep is None:
                shutil.rmtree(folder)
        failed |= bool(result["wrong"])
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
