# %% [markdown]
# # From a campaign to a chart
#
# `python3 run.py example` runs this file; an editor that knows the percent format shows it as a
# notebook. It makes a campaign of the samples, whose figures are invented, in a folder of its own,
# or takes a copy of one that is there: `python examples/analysis.py tongket-demo`.

# %%
import sys
import tempfile
from datetime import date
from pathlib import Path
from shutil import copytree

import matplotlib as mpl

import tongket_xlsx
from tongket_xlsx import check_function

mpl.use("Agg")  # draws into files; leave it out in a notebook

samples = Path(__file__).resolve().parents[1] / "samples" / "gia-lai"
folder = Path(tempfile.mkdtemp(prefix="tongket-example-"))
home = folder / "tongket-demo"
if len(sys.argv) > 1:
    campaign = tongket_xlsx.open_campaign(copytree(sys.argv[1], home))
else:
    campaign = tongket_xlsx.create_campaign(home, notice="SỐ LIỆU GIẢ ĐỊNH")
    campaign.receive(samples / "nop-ve", received=date(2017, 3, 30))
campaign

# %% [markdown]
# ## A return in doubt
#
# One more return comes in, of an office that wrote đồng where the form asks for millions. It is
# taken in and kept, and what is probably wrong by far is *held*: shown, and in no total.

# %%
flawed = samples / "co-loi" / "03-ghi-dong-thay-trieu.xlsx"
report = campaign.receive(flawed)
report.files()[["unit", "outcome", "errors"]]

# %%
observations = campaign.observations()
doubtful = observations.query("held or status == 'error'")
doubtful[["unit", "indicator", "period", "value", "status", "file", "sheet", "cell"]]

# %%
findings = campaign.findings(lang="en")
findings.groupby(["code", "severity"], observed=True).size().sort_values(ascending=False)

# %% [markdown]
# ## The province: three years side by side
#
# `comparison()` holds every figure of the provincial tables of the consolidated workbook.

# %%
workbook = campaign.summarise()
table = campaign.comparison()
values = table.xs("value", axis="columns", level="measure")
behind = table.xs("n", axis="columns", level="measure")
values.loc["QK"].head()

# %% [markdown]
# ## Shares
#
# A share of the province is a share of its sums, never a mean of shares, and over the units that
# have both parts. Members of the associations per 100 people, of the province and of each district:

# %%
years = ["2007", "2012", "2017"]
figures = campaign.figures()[years]
members = figures.xs("ML10", level="indicator")
people = figures.xs("TC01", level="indicator")
both = members.notna() & people.notna()
share = 100 * members[both].sum() / people[both].sum()
districts = campaign.units().query("kind == 'huyen'")
of_districts = (100 * members / people).loc[lambda frame: frame.index.isin(districts.index)]
of_districts.describe()

# %% [markdown]
# The form computes the same share (ML13), from the same figures.

# %%
values.droplevel("group").loc["ML13", years] - share

# %% [markdown]
# ## A chart

# %%
shown = of_districts["2017"].dropna().sort_values()
axes = shown.rename(index=districts["short_name"]).plot.barh(figsize=(7, 6), color="#3b6ea5")
axes.axvline(share["2017"], color="#c0504d", label=f"Gia Lai: {share['2017']:.1f}")
axes.set_title("Hội viên khuyến học trên 100 dân, năm 2017 (số liệu giả định)")
axes.set_ylabel("")
axes.legend()
chart = folder / "members.png"
axes.figure.tight_layout()
axes.figure.savefig(chart, dpi=110)

# %% [markdown]
# ## A check of your own
#
# What it returns is a finding as any other. In a file of its own it runs with
# `tongket status --checks FILE.py` and `tongket summary --checks FILE.py`.


# %%
@check_function("own.growth", severity="warning")
def growth(figures, units):
    odd = figures[figures["2017"] > 5 * figures["2012"]].reset_index()
    return odd[["unit", "indicator"]].assign(period="2017", message="More than five times 2012.")


own = campaign.run_checks(growth)
own[["unit", "indicator", "period", "message"]].head()

# %% [markdown]
# ## Out of Python
#
# Frames go to a workbook in the style of the house.

# %%
book = tongket_xlsx.to_excel(values, folder / "comparison.xlsx", title="So sánh các năm")

print(f"{campaign!r}")
print(f"{len(observations)} observations, {len(doubtful)} in doubt, {len(findings)} open findings")
print(f"members per 100 people: {', '.join(f'{y}: {share[y]:.2f}' for y in years)}")
print(f"{len(own)} figures grew more than fivefold since 2012")
print(f"{workbook}\n{chart}\n{book}")
