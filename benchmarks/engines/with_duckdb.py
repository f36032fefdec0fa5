"""The three checks' measures in SQL, by DuckDB, over events given as columns.

python with_duckdb.py FOLDER AS_OF: reads FOLDER/<kind>/<column>.npy, writes FOLDER/duckdb.npz.
"""

import sys
from pathlib import Path

import duckdb
import numpy as np

RENT = """
    WITH own AS (
        SELECT household, median(amount) AS rent FROM rent_transaction WHERE entry = 0 GROUP BY household
    ), sums AS (
        SELECT household, least(($day - day) // 7, 103) AS ago, sum(amount) AS amount
        FROM rent_transaction GROUP BY ALL
    ), grid AS (
        SELECT o.household, o.rent, w.ago FROM own o CROSS JOIN range(104) w(ago)
    ), balance AS (
        SELECT g.household, g.ago,
               sum(coalesce(s.amount, 0)) OVER (PARTITION BY g.household ORDER BY g.ago DESC) / g.rent AS owed
        FROM grid g LEFT JOIN sums s ON s.household = g.household AND s.ago = g.ago
    ), low AS (
        SELECT household, ago, owed, min(owed) OVER (
            PARTITION BY household ORDER BY ago DESC ROWS BETWEEN 4 PRECEDING AND CURRENT ROW) AS low
        FROM balance
    ), last AS (SELECT household, low AS now, owed FROM low WHERE ago = 0)
    SELECT l.household, greatest(max(t.now - l.low - 0.05 * l.ago), 0) AS rise, any_value(t.owed) AS owed
    FROM low l JOIN last t USING (household) GROUP BY l.household
"""
CALLS = """
    WITH days AS (
        SELECT household, day, max(harm) AS harm FROM police_callout
        WHERE day <= $day AND police_initiated <> 1 GROUP BY ALL
    )
    SELECT household, sum(exp(-($day - day) / 112.0)) AS calls, sum(exp(-($day - day) / 112.0) * harm) AS harm,
           count(*) FILTER ($day - day <= 182) AS lately
    FROM days GROUP BY household
"""
MISSES = """
    WITH due AS (
        SELECT household, nhs_number, $day - day AS age, status = 3 AS missed FROM appointment
        WHERE day <= $day AND status IN (1, 3)
    ), persons AS (
        SELECT household, nhs_number, sum(exp(-age / 182.0)) AS offered,
               coalesce(sum(exp(-age / 182.0)) FILTER (missed), 0) AS unkept,
               count(*) FILTER (missed AND age <= 365) AS missed, count(*) FILTER (age <= 365) AS lately
        FROM due GROUP BY ALL
    )
    SELECT household, sum(missed) AS missed, sum(lately) AS offered,
           sum((unkept - 0.087 * offered) * unkept / (5.5 + unkept)) AS excess
    FROM persons GROUP BY household
"""


if __name__ == "__main__":
    folder, as_of = Path(sys.argv[1]), int(sys.argv[2])
    conn = duckdb.connect()
    conn.execute("SET threads = 2")
    for kind in ("rent_transaction", "police_callout", "appointment"):
        columns = {path.stem: np.load(path) for path in sorted((folder / kind).glob("*.npy"))}
        conn.register(kind, columns)
    for name, query in (("rent", RENT), ("calls", CALLS), ("misses", MISSES)):
        conn.execute(f"CREATE TABLE {name} AS {query.replace('$day', str(as_of))}")
    measured = conn.execute(
        "SELECT household, coalesce(rise, 0) AS rise, coalesce(owed, 0) AS owed, coalesce(calls, 0) AS calls, "
        "coalesce(harm, 0) AS harm, coalesce(lately, 0) AS lately, coalesce(missed, 0) AS missed, "
        "coalesce(offered, 0) AS offered, coalesce(excess, 0) AS excess "
        "FROM rent FULL JOIN calls USING (household) FULL JOIN misses USING (household) ORDER BY household"
    ).fetchnumpy()
    np.savez(folder / "duckdb.npz", **{name: np.asarray(column, float) for name, column in measured.items()})
