"""`make bench`: both benchmarks. `python -m benchmarks detection|speed [HOUSEHOLDS …]` runs one."""

import sys

from benchmarks import detection, speed

SIZES = (1_000, 10_000, 100_000)

if __name__ == "__main__":
    which, sizes = sys.argv[1:2], [int(size) for size in sys.argv[2:]]
    if which != ["speed"]:
        detection.main(*sizes[:1])
    if which != ["detection"]:
        speed.main(sizes or SIZES)
