"""`make bench`: every benchmark. `python -m benchmarks detection|speed|landing|linkage …` runs one.

`detection` takes a number of households;
`speed` takes numbers of households; `landing` takes rows, rows a page and beginnings of tools' names; `linkage` takes sizes
of the invented register.
"""

import sys

from benchmarks import detection, linkage, speed
from benchmarks.landing import comparing

SIZES = (1_000, 10_000, 100_000)

if __name__ == "__main__":
    which, words = sys.argv[1:2], sys.argv[2:]
    numbers = [int(word) for word in words if word.isdigit()]
    if which in ([], ["detection"]):
        detection.main(*numbers[:1])
    if which in ([], ["speed"]):
        speed.main(numbers or SIZES)
    if which in ([], ["landing"]):
        comparing.main(*numbers[:2], names=[word for word in words if not word.isdigit()])
    if which in ([], ["linkage"]):
        linkage.main(numbers or linkage.SIZES)
