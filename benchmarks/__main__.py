"""`make bench`: every benchmark. `python -m benchmarks detection|seeds|speed|landing|linkage|matching|pages …` runs one.

`detection` takes a number of households, words of worlds' names, and `--quick`; `seeds` a number of households;
`speed` takes numbers of households, up to 1000000; `landing` takes rows, rows a page and beginnings of tools' names;
`linkage` takes sizes, of the invented register and of the city's people; with `--city` the city alone;
`matching` numbers of people; `pages` a number of open cases.
"""

import sys

from benchmarks import asking, detection, linkage, matching, pages, seeds, speed
from benchmarks.landing import comparing

SIZES = (1_000, 10_000, 100_000)
MILLION = 1_000_000
"""Of so many households only the checks are measured, for whole nights would take a day."""

if __name__ == "__main__":
    which, words = sys.argv[1:2], sys.argv[2:]
    numbers = [int(word) for word in words if word.isdigit()]
    if which in ([], ["detection"]):
        named = [word for word in words if not word.isdigit() and word != "--quick"]
        detection.main(*numbers[:1], quick="--quick" in words, named=named)
    if which in ([], ["seeds"]):
        seeds.main(*numbers[:1])
    if which in ([], ["speed"]):
        asking.main(numbers or SIZES)
        speed.main([size for size in numbers or SIZES if size < MILLION])
    if which in ([], ["landing"]):
        comparing.main(*numbers[:2], names=[word for word in words if not word.isdigit()])
    if which in ([], ["linkage"]):
        linkage.main(numbers or linkage.SIZES, numbers or linkage.CITIES, sets="--city" not in words)
    if which in ([], ["matching"]):
        matching.main(numbers or matching.SIZES)
    if which in ([], ["pages"]):
        pages.main(*numbers[:1])
