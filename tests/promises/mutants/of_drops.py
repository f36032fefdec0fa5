"""Broken ways to take files: half of one, one twice, one from the wrong line."""

from dataclasses import replace

from earlyhelp.connecting import dropping
from earlyhelp.connecting.files import envelope
from earlyhelp.connecting.files.ledger import Ledger
from tests.promises.mutants.breaking import FILES, mutant


@mutant("half a file is taken", f"{FILES}::test_a_file_without_its_trailer_is_not_touched")
def half_taken(kit):
    def counted(good, row, mark):
        try:
            return good(row, mark)
        except envelope.HalfThere:
            return None

    kit.around(envelope, "_counted", counted)


@mutant("a trailer's count is not compared", f"{FILES}::test_a_trailer_that_counts_otherwise_is_odd")
def count_not_compared(kit):
    def counted(good, row, mark):
        good(row, mark)

    kit.around(envelope, "_counted", counted)


@mutant("the same file is read again", f"{FILES}::test_the_same_file_twice_is_read_once")
def read_again(kit):
    kit.around(Ledger, "unread", lambda *_, **__: None)


@mutant("a file gone on with loses a line", f"{FILES}::test_dies_before_every_single_statement")
def line_lost(kit):
    def inside(good, one, at):
        found = good(one, at)
        return {**found, "line": found["line"] + 1} if found else found

    kit.around(dropping, "_inside", inside)


@mutant(
    "a file that changed is gone on with",
    f"{FILES}::test_a_file_that_changed_meanwhile_is_read_from_its_beginning",
)
def changed_gone_on_with(kit):
    def inside(good, one, at):
        same = one and at and replace(one, copy=replace(one.copy, sha256=at.get("sha256")))
        return good(same or one, at)

    kit.around(dropping, "_inside", inside)
