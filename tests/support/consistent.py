"""Answers of a district as an honest and careful office would give them.

Ten years of a district are lived through, from 2007 to 2016: so many people, communes, schools
and officials; associations are founded and not lost, money is given, spent and left over,
children go to school and leave it. What the form asks is then counted from those years. Parts
are shares of wholes, wholes are sums of parts and the cumulative column is the sum of ten years,
because that is what the words of the indicators mean: no rule of the form is consulted.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from tongket_xlsx.model.entries import entry_of
from tongket_xlsx.model.form import Form
from tongket_xlsx.model.form_words import Kind
from tongket_xlsx.model.indicators import Indicator
from tongket_xlsx.model.layout import CoverField, Entry
from tongket_xlsx.model.observations import Answer, Answers, CellState, Observation
from tongket_xlsx.model.units import Unit

SPAN = "2007-2017"
# The column 2017 holds the year 2016, and the school year that ended in it.
YEAR_OF = {"2007": 2007, "2012": 2012, "2017": 2016}
LIVED = range(2007, 2017)
# The share of “…” in (2007, later years, cumulative), by how well the form says records are kept.
LOST = {"none": (0.35, 0.06, 0.25), "estimate": (0.12, 0.03, 0.1)}
SELDOM_LOST = (0.01, 0.01, 0.03)
LEFT_BLANK = 0.05
BLOCKS = {
    "LD03": ("cấp ủy", "Văn phòng huyện ủy", "Kế hoạch"),
    "LD04": ("chính quyền", "UBND huyện", "Quyết định"),
    "LD05": ("Mặt trận – đoàn thể – Hội", "Hội Khuyến học huyện", "Hướng dẫn"),
}
COVER: Mapping[str, str] = {
    CoverField.COMPILER: "Nguyễn Văn Mẫu",
    CoverField.PHONE: "0269 000 000",
    CoverField.REPORT_NUMBER: "15-BC/HU",
    CoverField.REPORT_DATE: "27/03/2017",
}

Series = dict[int, float]
Figures = dict[tuple[str, str], Decimal]
Range = tuple[float, float]


class District:
    """Ten years of one district; ``lived`` holds every indicator year by year."""

    def __init__(self, unit: Unit, seed: str) -> None:
        self.dice = random.Random(f"{seed}-{unit.code}")
        self.unit = unit
        first = unit.existed_from.year if unit.existed_from is not None else 2007
        # A district made in the course of a year works as one from the next.
        self.years = [y for y in LIVED if y >= first + (first > 2007)]
        before = int(unit.facts.get("communes_2007") or 0)
        now = int(unit.facts["communes_2012"])
        self.communes = {y: before if y < 2010 and before else now for y in self.years}
        # Where communes were given away, people, schools and money went with them.
        self.extent = {y: max(1.0, self.communes[y] / now) for y in self.years}
        self.is_town = unit.name.startswith(("Thành phố", "Thị xã"))
        self.lived: dict[str, Series] = {}
        self._denominators()
        self._schools()
        self._universal()
        self._literacy()
        self._network()
        self._centres()
        self._fund()
        self._training()
        self._movement()
        self._leadership()
        self._whoever_is_missed()

    # ------------------------------------------------------------------ how things develop

    def between(self, low: float, high: float) -> float:
        return self.dice.uniform(low, high)

    def often(self, chance: float) -> bool:
        return self.dice.random() < chance

    def path(self, start: float, middle: float, end: float) -> Series:
        """Join the levels of 2007, 2012 and 2016."""
        return {
            y: start + (middle - start) * (y - 2007) / 5
            if y <= 2012
            else middle + (end - middle) * (y - 2012) / 4
            for y in self.years
        }

    def climb(self, start: Range, *gaps: Range) -> Series:
        """A share that does not fall: each time some of what is missing to the whole is won."""
        level = self.between(*start)
        levels = [level]
        for gap in gaps:
            level += self.between(*gap) * (1 - level)
            levels.append(level)
        return self.path(*levels)

    def grow(self, start: Range, *factors: Range) -> Series:
        """A level that is multiplied twice; a factor below one is a fall."""
        level = self.between(*start)
        levels = [level]
        for factor in factors:
            level *= self.between(*factor)
            levels.append(level)
        return self.path(*levels)

    def share(self, low: float, high: float) -> Series:
        """A share that differs from year to year around a level of the district."""
        level = self.between(low, high)
        room = min(level - low, high - level)
        return {y: level + room * self.between(-1, 1) for y in self.years}

    def unsteady(self, spread: float) -> Series:
        return {y: self.dice.lognormvariate(0, spread) for y in self.years}

    def yearly(self, count: Callable[[int], float]) -> Series:
        return {y: count(y) for y in self.years}

    def each(self, code: str, count: Callable[[int], float]) -> Series:
        """Count something in whole numbers, year by year."""
        self.lived[code] = {y: round(count(y)) for y in self.years}
        return self.lived[code]

    def part(self, code: str, whole: str, shares: Series) -> Series:
        """Count a part of a whole; a share is one at most, so a part is never the greater."""
        return self.each(code, lambda y: self.lived[whole][y] * shares[y])

    def money(self, code: str, amount: Callable[[int], float]) -> Series:
        """Keep an amount in million đồng to the last đồng; it is rounded where it is typed."""
        self.lived[code] = {y: round(amount(y), 6) for y in self.years}
        return self.lived[code]

    def founded(self, chance: float, latest: int) -> Series:
        """Say from which year something is there: 1, and 0 before."""
        since = 2007 if self.often(chance) else self.dice.randint(2008, latest)
        return self.yearly(lambda y: float(y >= since))

    # ------------------------------------------------------------------ TC

    def _denominators(self) -> None:
        size = self.communes[2016] * self.between(3500, 9000)
        growth = self.between(1.008, 1.024)
        people = self.each("TC01", lambda y: size * growth ** (y - 2012) * self.extent[y])
        self.minority = self.between(0.01, 0.2) if self.is_town else self.between(0.25, 0.85)
        drift = self.between(-0.002, 0.002)
        self.each("TC02", lambda y: people[y] * (self.minority + drift * (y - 2012)))
        home, fewer = self.between(3.9, 4.8), self.between(0, 0.04)
        self.each("TC03", lambda y: people[y] / (home - fewer * (y - 2007)))
        communes = self.each("TC04", lambda y: self.communes[y])
        hamlets = self.between(5.5, 12) * self.communes[2016]
        # Villages are parted as they grow; now and then some are merged.
        parted = self.grow((0.92, 1), (1, 1.06), (0.93, 1.04))
        self.each("TC05", lambda y: hamlets * parted[y] * self.extent[y])
        clans = 0 if self.often(0.25) else self.between(15, 400)
        known = self.climb((0.5, 1), (0.2, 1), (0.2, 1))
        self.each("TC06", lambda y: clans * known[y] * self.extent[y])
        rural = self.between(0.15, 0.5) if self.is_town else 1
        working = self.share(0.5, 0.6)
        self.each("TC08", lambda y: people[y] * rural * working[y])
        elected = self.path(self.between(9, 11), *(self.between(9.5, 11.5) for _ in range(2)))
        appointed = self.path(self.between(7, 9.5), *(self.between(9.5, 12.5) for _ in range(2)))
        self.each("TC11", lambda y: communes[y] * elected[y])
        self.each("TC09", lambda y: communes[y] * (elected[y] + appointed[y]))
        poor = self.share(0, 0.3) if self.is_town else self.share(0, 0.8)
        self.part("TC10", "TC04", poor)

    # ------------------------------------------------------------------ schools and pupils

    def _schools(self) -> None:
        lived, people = self.lived, self.lived["TC01"]
        number = self.communes[2016] * self.between(1, 1.6) + people[2016] / self.between(
            2000, 3000
        )
        opened = self.grow((0.85, 1), (1, 1.12), (0.96, 1.04))
        self.each("TT14", lambda y: number * opened[y] * self.extent[y])
        good = self.climb((0, 0.12), (0.03, 0.2), (0.06, 0.4))
        # A title holds for five years, and now and then a school does not get it again.
        lost = {y: float(y > 2012) * self.often(0.05) for y in self.years}
        self.each("TT15", lambda y: max(0, lived["TT14"][y] * good[y] - lost[y]))
        young = self.between(0.19, 0.225)
        fewer = self.between(0.976, 0.996)
        pupils = self.each("PC04", lambda y: people[y] * young * fewer ** (y - 2007))
        small = self.yearly(lambda y: people[y] * 0.05)
        classes = self.grow((24, 31), (0.9, 1), (0.9, 1))
        self.each("TT17", lambda y: (pupils[y] + small[y]) / classes[y])
        self.part("TT18", "TT17", self.climb((0.15, 0.5), (0.15, 0.5), (0.15, 0.6)))
        to_teacher = self.grow((16, 20), (0.9, 1), (0.9, 1.02))
        self.each("TT19", lambda y: pupils[y] / to_teacher[y] + small[y] / 17)
        self.part("TT20", "TT19", self.climb((0.78, 0.97), (0.3, 0.9), (0.3, 1)))
        drawn = self.share(0.3, 1)
        self.each(
            "TT23", lambda y: lived["TT19"][y] * lived["TC10"][y] / lived["TC04"][y] * drawn[y]
        )
        enterprises = self.grow((5, 30), (1, 2), (1, 1.8))
        offices = self.between(35, 120)
        self.each("TC07", lambda y: lived["TT14"][y] + (offices + enterprises[y]) * self.extent[y])

    def _universal(self) -> None:
        lived, people = self.lived, self.lived["TC01"]
        born = self.share(0.018, 0.026)
        self.each("PC01", lambda y: people[y] * born[y])
        self.part("PC02", "PC01", self.climb((0.7, 0.96), (0.4, 0.9), (0.4, 1)))
        left, fewer = self.between(0.008, 0.035), self.between(0.78, 0.98)
        noise = self.unsteady(0.15)
        self.each("PC05", lambda y: lived["PC04"][y] * left * fewer ** (y - 2007) * noise[y])
        self.part("PC07", "TC04", self.climb((0, 0), (0, 0.6), (0.6, 1)))
        self.part("PC08", "TC04", self.climb((0.75, 1), (0.6, 1), (0.8, 1)))
        self.part("PC22", "TC04", self.climb((0.75, 1), (0.5, 1), (0.7, 1)))
        lower = self.climb((0.2, 0.95), (0.6, 1), (0.7, 1))
        # From 2014 a commune reaches lower secondary only with primary school and literacy.
        before = self.yearly(
            lambda y: min(lived["PC08"][y], lived["PC22"][y]) if y >= 2014 else lived["TC04"][y]
        )
        self.each("PC11", lambda y: before[y] * lower[y])
        third = self.share(0, 0.6)
        self.part("PC10", "PC08", third)
        second = self.share(0, 0.9)
        # A commune of the third level is no longer counted at the second.
        self.each(
            "PC09",
            lambda y: (lived["PC08"][y] - (lived["PC10"][y] if y >= 2014 else 0)) * second[y],
        )
        self.part("PC12", "PC11", self.share(0, 0.7))
        self.part("PC23", "PC22", self.share(0, 0.7))
        leavers = self.share(0.010, 0.016)
        self.each("PC28", lambda y: people[y] * leavers[y])
        self.part("PC29", "PC28", self.climb((0.01, 0.1), (0.01, 0.1), (0.01, 0.15)))
        advised = self.share(0.5, 3.5)
        self.each("PC31", lambda y: lived["PC28"][y] * advised[y])
        distant = 0 if self.often(0.4) else self.between(20, 600)
        noise = self.unsteady(0.3)
        self.each("PC27", lambda y: distant * noise[y])
        prizes = self.grow((3, 40), (1, 1.8), (0.9, 1.6))
        wins = self.unsteady(0.2)
        self.each("PC42", lambda y: prizes[y] * wins[y])

    def _literacy(self) -> None:
        """People of four groups: minority and majority, younger and older."""
        lived, people, minority = self.lived, self.lived["TC01"], self.lived["TC02"]
        young, old = self.share(0.33, 0.4), self.share(0.21, 0.27)
        fewer_old = self.between(0.85, 1)
        of: dict[tuple[bool, bool], Series] = {
            (True, True): self.each("mi-young", lambda y: minority[y] * young[y]),
            (True, False): self.each("mi-old", lambda y: minority[y] * old[y] * fewer_old),
        }
        others = self.yearly(lambda y: people[y] - minority[y])
        of[False, True] = self.each("ma-young", lambda y: others[y] * young[y])
        of[False, False] = self.each("ma-old", lambda y: others[y] * old[y])
        falling = self.path(1, self.between(0.55, 0.9), self.between(0.3, 0.54))
        older = self.between(1.5, 2.8)
        rates = {True: self.between(0.06, 0.24), False: self.between(0.004, 0.02)}
        cannot = {
            (group, is_young): self.yearly(
                lambda y, g=group, j=is_young: round(  # type: ignore[misc]
                    of[g, j][y] * rates[g] * falling[y] * (1 if j else older)
                )
            )
            for group, is_young in of
        }
        for code, groups in (
            ("PC16", [(True, True), (False, True)]),
            ("PC19", list(of)),
            ("PC36", [(True, True), (True, False)]),
        ):
            self.each(code, lambda y, g=groups: sum(of[k][y] for k in g))  # type: ignore[misc]
            literate = {"PC16": "PC17", "PC19": "PC20", "PC36": "PC37"}[code]
            self.each(
                literate,
                lambda y, g=groups: sum(of[k][y] - cannot[k][y] for k in g),  # type: ignore[misc]
            )
        teens = self.share(0.18, 0.23)
        self.part("PC13", "PC16", teens)
        self.part("PC14", "PC13", self.climb((0.5, 0.82), (0.1, 0.5), (0.1, 0.5)))
        taught = self.share(0.01, 0.05)
        self.each("PC24", lambda y: (lived["PC19"][y] - lived["PC20"][y]) * taught[y])
        self.part("PC25", "PC24", self.share(0.05, 0.6))

    # ------------------------------------------------------------------ ML

    def _network(self) -> None:
        lived = self.lived
        there = self.founded(0.88, 2010)
        self.lived["ML01"] = there
        spread = self.climb((0.3, 0.95), (0.5, 1), (0.5, 1))
        self.part("ML02", "TC04", spread)
        zeal = self.climb((0.25, 0.8), (0.1, 0.7), (0.1, 0.8))
        self.each("ML05", lambda y: lived["TC05"][y] * spread[y] * zeal[y])
        upper = self.dice.randint(1, 6)
        active = self.climb((0.3, 0.9), (0.2, 0.9), (0.2, 1))
        self.each("ML06", lambda y: (lived["TT14"][y] + upper) * spread[y] * active[y])
        offices = self.grow((5, 30), (1, 1.5), (0.95, 1.4))
        self.each("ML07", lambda y: offices[y] * self.extent[y])
        other = 0 if self.often(0.3) else self.between(1, 15)
        growing = self.grow((0.3, 1), (1, 2), (0.9, 1.6))
        self.each("ML08", lambda y: other * growing[y])
        self.each("ML04", lambda y: sum(lived[f"ML0{n}"][y] for n in (5, 6, 7, 8)))
        boards = self.grow((8, 80), (1, 1.8), (0.9, 1.6))
        self.each("ML09", lambda y: boards[y] * self.extent[y])
        members = self.grow((0.02, 0.07), (1.05, 2.4), (0.9, 1.8))
        self.each("ML10", lambda y: lived["TC01"][y] * members[y])
        reach = self.share(0.4, 1)
        self.each("ML11", lambda y: lived["ML10"][y] * self.minority * reach[y])
        self.part("ML12", "ML10", self.share(0.05, 0.25))
        above, below = self.dice.randint(13, 29), self.between(5, 13)
        self.each("ML14", lambda y: above * there[y] + below * lived["ML02"][y])
        paid = self.climb((0, 0.3), (0, 0.6), (0, 0.6))
        self.each("ML15", lambda y: 2 * there[y] + paid[y] * lived["ML02"][y])
        self.part("ML19", "ML14", self.share(0, 0.9))
        again, beside = self.share(1, 1.5), self.share(0, 0.08)
        self.each("ML16", lambda y: lived["ML19"][y] * again[y] + lived["ML10"][y] * beside[y])
        self.part("ML17", "ML02", self.share(0.3, 0.95))

    # ------------------------------------------------------------------ TT

    def _centres(self) -> None:
        lived = self.lived
        there = self.founded(0.85, 2011)
        self.lived["TT01"] = there
        staff = self.grow((8, 30), (0.9, 1.3), (0.9, 1.2))
        self.each("TT02", lambda y: staff[y] * there[y])
        learners = self.grow((80, 700), (0.5, 1), (0.4, 1))
        self.each("TT03", lambda y: learners[y] * there[y])
        courses = self.grow((0, 800), (0.8, 2), (0.6, 1.6))
        busy = self.unsteady(0.3)
        self.each("TT04", lambda y: courses[y] * busy[y] * there[y])
        first = (0.0, 0.0) if self.often(0.08) else (0.15, 0.95)
        centres = self.part("TT05", "TC04", self.climb(first, (0.5, 1), (0.5, 1)))
        self.part("TT07", "TT05", self.share(0.25, 0.9))
        self.part("TT09", "TT05", self.climb((0.2, 0.7), (0.1, 0.6), (0.1, 0.7)))
        seconded = self.share(0, 1.4)
        self.each("TT10", lambda y: centres[y] * seconded[y])
        classes = self.grow((2, 12), (1, 2.6), (0.8, 1.9))
        self.each("TT11", lambda y: centres[y] * classes[y])
        attendance = self.share(20, 75)
        self.each("TT12", lambda y: lived["TT11"][y] * attendance[y])
        running = self.grow((2, 14), (1.2, 2.6), (0.9, 1.8))
        self.money("TT13", lambda y: centres[y] * running[y])

    # ------------------------------------------------------------------ QK

    def _fund(self) -> None:
        """Money that comes in is spent or left over; the balance is what is left over."""
        lived, people = self.lived, self.lived["TC01"]
        given, more = self.between(0.0015, 0.008), self.between(1.03, 1.17)
        noise = self.unsteady(0.15)
        income = self.yearly(lambda y: people[y] * given * more ** (y - 2007) * noise[y])
        spending, balance = dict[int, float](), dict[int, float]()
        left = income[self.years[0]] * self.between(0, 1.5)
        for y in self.years:
            left *= self.extent[y] / self.extent.get(y - 1, self.extent[y])
            spending[y] = income[y] * self.between(0.5, 0.95) + left * self.between(0, 0.3)
            left += income[y] - spending[y]
            balance[y] = left
        has_fund = self.climb((0.1, 0.9), (0.3, 1), (0.3, 1))
        self.part("QK17", "ML02", has_fund)
        held = self.between(0.15, 0.5), self.between(0.15, 0.6), self.between(0.15, 0.7)
        weights = {
            "QK02": self.yearly(lambda y: held[0] * lived["ML01"][y]),
            "QK03": self.yearly(lambda y: held[1] * (lived["QK17"][y] > 0)),
            "QK04": self.yearly(lambda _: held[2]),
        }
        self._split("QK01", balance, weights)
        granted = self.between(0, 0.15) * self.often(0.7)
        from_people, from_sponsors = self.share(0.4, 0.7), self.share(0.2, 0.5)
        self._split(
            "QK05",
            income,
            {"QK06": from_people, "QK07": from_sponsors, "QK08": self.yearly(lambda _: granted)},
        )
        self._split(
            "QK09",
            spending,
            {
                "QK10": self.share(0.2, 0.45),
                "QK11": self.share(0.2, 0.45),
                "QK12": self.share(0.2, 0.5),
            },
        )
        poor = self.share(0.3, 0.9)
        self.money("QK19", lambda y: lived["QK12"][y] * poor[y])
        dearer = self.between(1.02, 1.1)
        for number, amount, each in (
            ("QK13", "QK10", self.between(0.1, 0.4)),
            ("QK14", "QK11", self.between(0.06, 0.2)),
            ("QK15", "QK19", self.between(0.1, 0.4)),
        ):
            self.each(
                number,
                lambda y, a=amount, e=each: max(  # type: ignore[misc]
                    1, lived[a][y] / (e * dearer ** (y - 2007))
                ),
            )
        reached = self.share(0.5, 1)
        self.each(
            "QK16",
            lambda y: sum(lived[f"QK1{n}"][y] for n in (3, 4, 5)) * self.minority * reached[y],
        )

    def _split(self, whole: str, amounts: Series, weights: Mapping[str, Series]) -> None:
        self.money(whole, lambda y: amounts[y])
        for code, weight in weights.items():
            self.money(
                code,
                lambda y, w=weight: amounts[y] * w[y] / sum(v[y] for v in weights.values()),  # type: ignore[misc]
            )

    # ------------------------------------------------------------------ DN

    def _training(self) -> None:
        lived = self.lived
        places = self.dice.randint(0, 4)
        self.each("DN01", lambda _: places)
        taken = self.grow((0.002, 0.009), (1.2, 3.2), (0.4, 1.3))
        noise = self.unsteady(0.15)
        farming = self.share(0.2, 0.8)
        rate = self.yearly(lambda y: lived["TC08"][y] * taken[y] * noise[y])
        self.each("DN03", lambda y: rate[y] * farming[y])
        self.each("DN04", lambda y: rate[y] * (1 - farming[y]))
        self.each("DN02", lambda y: lived["DN03"][y] + lived["DN04"][y])
        reached = self.share(0.5, 1)
        self.part("DN05", "DN02", self.yearly(lambda y: self.minority * reached[y]))
        self.part("DN06", "DN02", self.share(0.3, 0.65))
        self.part("DN07", "DN02", self.share(0.25, 0.8))
        self.part("DN08", "DN02", self.share(0, 0.015))
        # Courses last three months: the last of a year end in the next.
        late, finish = self.share(0, 0.04), self.share(0.9, 0.99)
        entered = lived["DN02"]
        self.each(
            "DN24",
            lambda y: (
                (entered[y] * (1 - late[y]) + entered.get(y - 1, entered[y]) * late[y]) * finish[y]
            ),
        )
        self.part("DN10", "DN24", self.share(0.5, 0.92))
        cost = self.grow((0.4, 1.2), (1.2, 2.2), (0.9, 1.5))
        self.money("DN12", lambda y: entered[y] * cost[y])
        elders, wives = self.grow((50, 1500), (1, 2), (0.8, 1.6)), self.share(0.3, 0.7)
        self.each("DN30", lambda y: elders[y] * wives[y])
        self.each("DN31", lambda y: elders[y] * (1 - wives[y]))
        self.each("DN09", lambda y: lived["DN30"][y] + lived["DN31"][y])
        # People come several times, and not all who come are rural workers.
        persons = self.share(0.3, 0.75)
        workers = lived["TC08"]
        self.each(
            "DN13",
            lambda y: workers[y] * (1 - 1 / (1 + lived["TT12"][y] * persons[y] / workers[y])),
        )
        self.part("DN15", "TC09", self.climb((0.3, 0.7), (0.2, 0.7), (0.3, 0.9)))
        self.part("DN17", "TC11", self.share(0.1, 0.9))
        inside = 0 if self.often(0.6) else self.between(50, 900)
        outside = self.between(40, 4000)
        growing = self.grow((0.4, 1), (1, 1.8), (0.9, 1.6))
        within = self.yearly(lambda y: round(inside * growing[y]))
        beyond = self.yearly(lambda y: round(outside * growing[y]))
        self.each("DN25", lambda y: within[y])
        self.each("DN19", lambda y: within[y] + beyond[y])
        for part, whole, low, high in (("DN26", "DN20", 0.3, 0.8), ("DN28", "DN22", 0.25, 0.9)):
            shares, elsewhere = self.share(low, high), self.share(low, high)
            self.part(part, "DN25", shares)
            self.each(
                whole,
                lambda y, p=part, e=elsewhere: lived[p][y] + beyond[y] * e[y],  # type: ignore[misc]
            )

    # ------------------------------------------------------------------ PT, XH, LD

    def _movement(self) -> None:
        lived = self.lived
        registered = self.climb((0.15, 0.7), (0, 0.4), (0, 0.5))
        self.part("PT01", "TC03", registered)
        kept = self.share(0.4, 0.9)
        self.part("PT02", "PT01", kept)
        self.part("PT04", "TC06", self.climb((0.03, 0.3), (0.05, 0.4), (0, 0.5)))
        self.part("PT06", "TC05", self.climb((0.02, 0.3), (0.05, 0.5), (0, 0.6)))
        self.part("PT08", "TC07", self.climb((0.05, 0.4), (0.05, 0.5), (0, 0.7)))
        models = self.grow((0, 12), (1, 2.5), (0.9, 2))
        self.each("PT10", lambda y: models[y])
        self.part("PT11", "TC03", self.climb((0.35, 0.65), (0, 0.4), (0, 0.5)))
        # The poverty line was raised twice, so that there may be more poor homes than before.
        poor = (0.01, 0.08) if self.is_town else (0.1, 0.45)
        self.part("PT12", "TC03", self.grow(poor, (0.5, 1.1), (0.5, 1.3)))
        self.part("PT14", "TC04", self.share(0.3, 1))
        self.part("PT15", "TC05", self.climb((0.25, 0.6), (0, 0.5), (0, 0.5)))
        self.part("PT16", "TC03", self.share(0.05, 0.35))
        agreed = self.grow((1, 4), (1, 2), (1, 1.6))
        self.each("XH01", lambda y: agreed[y])
        donors, noise = self.grow((8, 100), (1, 2), (0.8, 1.8)), self.unsteady(0.2)
        self.each("XH02", lambda y: donors[y] * noise[y])
        built, noise = self.between(0.01, 0.05), self.unsteady(0.5)
        self.money("XH03", lambda y: lived["TC01"][y] * built * noise[y])
        wards = self.grow((5, 150), (1, 2), (0.8, 1.8))
        self.each("XH04", lambda y: wards[y])

    def _leadership(self) -> None:
        dice, lived = self.dice, self.lived
        first, most = self.years[0], 2 * self.communes[2016]
        self.each("LD01", lambda y: dice.randint(3, most) if y == first else dice.randint(0, 3))
        heard = self.share(35, 150)
        self.each("LD02", lambda y: lived["LD01"][y] * heard[y])
        for code, high in (("LD03", 2), ("LD04", 3), ("LD05", 2)):
            self.each(code, lambda _, h=high: dice.randint(0, h))  # type: ignore[misc]
        self.part("LD06", "TC04", self.climb((0, 0.05), (0, 0.6), (0.6, 1)))
        self.part("LD08", "TC04", self.climb((0, 0.5), (0.1, 0.7), (0.2, 1)))
        for code, high in (("LD07", 3), ("LD09", 6), ("LD10", 3), ("LD11", 3)):
            self.each(code, lambda _, h=high: dice.randint(0, h))  # type: ignore[misc]

    def _whoever_is_missed(self) -> None:
        """Difficult communes, disabled people, villages, unions; the level of literacy."""
        lived = self.lived
        difficult = self.yearly(lambda y: lived["TC10"][y] / lived["TC04"][y])
        fewer = self.share(0.6, 1)
        self.each("TT24", lambda y: lived["TT17"][y] * difficult[y] * fewer[y])
        worse = self.share(0.4, 0.9)
        solid = self.yearly(lambda y: lived["TT18"][y] / max(1, lived["TT17"][y]) * worse[y])
        self.part("TT25", "TT24", solid)
        self.each("TT27", lambda y: lived["TT19"][y] * difficult[y] * fewer[y])
        level = float(self.often(0.4))
        self.lived["PC44"] = self.yearly(lambda _: level)
        self.part("PC45", "PC27", self.share(0.1, 0.8))
        self.part("PC46", "PC04", self.share(0.001, 0.008))
        elders = self.grow((0, 200), (1, 2), (0.8, 1.6))
        self.each("DN32", lambda y: elders[y])
        trained = self.share(0.1, 0.9)
        self.each("DN33", lambda y: (lived["TC09"][y] - lived["TC11"][y]) * trained[y])
        heads = self.share(0, 1.5)
        self.each("DN34", lambda y: lived["TC05"][y] * heads[y])
        self.part("PT17", "TT14", self.climb((0.2, 0.6), (0.1, 0.5), (0.1, 0.6)))
        self.part("PT19", "PC04", self.share(0, 0.002))
        bodies = self.grow((2, 7), (1, 1.5), (1, 1.3))
        self.each("XH05", lambda y: bodies[y])
        came = self.share(0.02, 0.3)
        self.part("XH06", "TC01", came)

    # ------------------------------------------------------------------ what the form asks

    def figure(self, indicator: Indicator, period: str) -> Decimal | None:
        """Return what is true of a period, rounded as the form asks; ``None`` before there was."""
        series = self.lived[indicator.code]
        if period == SPAN:
            value = sum(series.values())
        elif YEAR_OF[period] in series:
            value = series[YEAR_OF[period]]
        else:
            return None
        return Decimal(str(value)).quantize(Decimal(1), ROUND_HALF_UP)

    def figures(self, form: Form) -> Figures:
        """Return every figure the form asks of a district."""
        asked = [i for g in form.groups for i in form.asked(g, self.unit.kind) if not i.computed]
        found = {(i.code, p): self.figure(i, p) for i in asked for p in i.periods}
        return {key: value for key, value in found.items() if value is not None}


def answers_of(form: Form, unit: Unit, figures: Figures, dice: random.Random) -> Answers:
    """Return what an office types: the figures, “-” for none, “…” for what nobody recorded."""
    answers: dict[tuple[str, str, int], Answer] = {}
    for group in form.groups:
        for indicator in form.asked(group, unit.kind):
            for period in form.periods:
                entry = entry_of(unit, indicator, period)
                value = figures.get((indicator.code, period.code))
                if not entry.answerable or value is None:
                    continue
                answer = _typed(indicator, period.code, entry, value, dice)
                if answer is not None:
                    answers[indicator.code, period.code, 0] = answer
    for prompt in form.prompts_for(unit.kind):
        if prompt.core:
            answers[prompt.code, "", 0] = Answer(text="Đã thực hiện theo kế hoạch.")
    answers.update(_documents(form, unit, figures))
    return answers


def _typed(
    indicator: Indicator, period: str, entry: Entry, value: Decimal, dice: random.Random
) -> Answer | None:
    early, later, whole = LOST.get(indicator.records, SELDOM_LOST)
    chance = whole if period == SPAN else early if period == "2007" else later
    if entry is Entry.PREFILLED:
        return Answer(value)
    if entry is Entry.OPTIONAL and dice.random() < LEFT_BLANK:
        return None
    if dice.random() < chance:
        return Answer(text="…")
    if indicator.kind is Kind.YESNO:
        return Answer(text="Có" if value else "Không")
    return Answer(value) if value else Answer(text="-")


def _documents(form: Form, unit: Unit, figures: Figures) -> Answers:
    """List one document for each that the cumulative figures count."""
    rows = [
        texts for code, texts in BLOCKS.items() for _ in range(int(figures.get((code, SPAN), 0)))
    ]
    found: dict[tuple[str, str, int], Answer] = {}
    for roster in form.rosters_for(unit.kind):
        for row, (block, body, kind) in enumerate(rows, start=1):
            texts = (body, block, kind, f"{row}-KH", "15/04/2012", "Về khuyến học, khuyến tài")
            for column, text in zip(roster.columns, texts, strict=True):
                found[column.code, "", row] = Answer(text=text)
    return found


def answers(form: Form, unit: Unit, seed: str) -> Answers:
    """Return the answers of one district, the same for the same seed."""
    figures = District(unit, seed).figures(form)
    return answers_of(form, unit, figures, random.Random(f"{seed}-{unit.code}-typed"))


def observations(form: Form, given: Answers) -> list[Observation]:
    """Return answers as the import observes them."""
    state_of = {sign: CellState(state) for state, signs in form.signs.items() for sign in signs}
    found = []
    for (code, period, row), answer in given.items():
        state, value = CellState.NUMBER, answer.value
        indicator = form.indicators.get(code)
        if value is None and indicator is None:
            state = CellState.TEXT
        elif value is None and answer.text in state_of:
            state = state_of[answer.text]
            value = Decimal(0) if state is CellState.NIL else None
        elif value is None:
            value = Decimal(answer.text == "Có")
        found.append(Observation(code, period, row, state, value, answer.text, "", "", ""))
    return found
