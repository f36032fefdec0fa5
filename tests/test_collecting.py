"""The search for rings is put off while anybody reads, and is as it was once nobody does."""

import gc
from threading import Barrier, Thread

from earlyhelp.collecting import SELDOM, seldom_collected


def test_readers_side_by_side_leave_the_measure_as_they_found_it():
    before, both_in, first_out = gc.get_threshold(), Barrier(2), Barrier(2)
    seen = []

    def first():
        with seldom_collected():
            both_in.wait()
        first_out.wait()

    def last():
        with seldom_collected():
            both_in.wait()
            first_out.wait()
            seen.append(gc.get_threshold()[0])

    readers = [Thread(target=one) for one in (first, last)]
    for one in readers:
        one.start()
    for one in readers:
        one.join()
    assert seen == [SELDOM], "whoever still reads is left in peace"
    assert gc.get_threshold() == before
