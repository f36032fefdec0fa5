"""The three checks' measures in pandas: as an analyst would write them, over events given as columns.

python with_pandas.py FOLDER AS_OF: reads FOLDER/<kind>/<column>.npy, writes FOLDER/pandas.npz.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

WEEKS, TROUGH, SLACK = 104, 5, 0.05
CHARGE, NOSHOW, FULFILLED = 0, 3, 1


def read(folder: Path, kind: str) -> pd.DataFrame:
    return pd.DataFrame({path.stem: np.load(path) for path in sorted((folder / kind).glob("*.npy"))})


def rent(events: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """Lows of the balance in weeks of own rent, and how far the last stands above the lowest line before."""
    own = events[events.entry == CHARGE].groupby("household").amount.median()
    weeks_ago = ((as_of - events.day) // 7).clip(upper=WEEKS - 1)
    sums = events.amount.groupby([events.household, WEEKS - 1 - weeks_ago]).sum()
    wide = sums.unstack(fill_value=0).reindex(columns=range(WEEKS), fill_value=0)
    balance = wide.cumsum(axis=1).div(own, axis=0)
    low = balance.T.rolling(TROUGH, min_periods=1).min().T
    lift = -low.sub(low[WEEKS - 1], axis=0) - SLACK * (WEEKS - 1 - np.arange(WEEKS))
    return pd.DataFrame({"rise": lift.max(axis=1).clip(lower=0), "owed": balance[WEEKS - 1]})


def calls(events: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """Days with calls, the newer the more, and their harm."""
    events = events[(events.day <= as_of) & (events.police_initiated != 1)]
    days = events.groupby(["household", "day"]).harm.max().reset_index()
    faded = np.exp(-(as_of - days.day) / 112.0)
    lately = (as_of - days.day) <= 182
    told = pd.DataFrame(
        {"household": days.household, "calls": faded, "harm": faded * days.harm, "lately": lately}
    )
    return told.groupby("household").sum()


def misses(events: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """Expected misses above the usual, person by person; missed and offered in the last year."""
    due = events[(events.day <= as_of) & events.status.isin([FULFILLED, NOSHOW])]
    age, missed = as_of - due.day, due.status == NOSHOW
    faded = np.exp(-age / 182.0)
    by = [due.household, due.nhs_number]
    offered, unkept = faded.groupby(by).sum(), faded.where(missed, 0.0).groupby(by).sum()
    above = (unkept - 0.087 * offered) * unkept / (5.5 + unkept)
    year = pd.DataFrame({"household": due.household, "missed": missed & (age <= 365), "offered": age <= 365})
    return year.groupby("household").sum().assign(excess=above.groupby(level=0).sum())


if __name__ == "__main__":
    folder, as_of = Path(sys.argv[1]), int(sys.argv[2])
    measured = (
        rent(read(folder, "rent_transaction"), as_of)
        .join(calls(read(folder, "police_callout"), as_of), how="outer")
        .join(misses(read(folder, "appointment"), as_of), how="outer")
        .fillna(0.0)
        .sort_index()
    )
    columns = {name: measured[name].to_numpy(float) for name in measured}
    np.savez(folder / "pandas.npz", household=measured.index.to_numpy(), **columns)
