"""`earlyhelp rebuild`: pack the rows that checks read anew, from the rows themselves."""

from earlyhelp import plugins
from earlyhelp.commands.common import Json, closing, opened, out, plain_table, say_json
from earlyhelp.running.watching import watching


def rebuild(as_json: Json = False) -> None:
    """Pack every row that checks read anew: when packed rows are said to be damaged. It changes no answer."""
    from earlyhelp.services import stages

    engine, _, _ = opened()
    with closing(engine), watching():
        counts = stages.rebuild(engine, plugins.checks())
    if as_json:
        say_json({"schema": "earlyhelp/rebuild/1", "rows": counts})
        return
    table = plain_table("rows packed", "count", right=("count",))
    for kind, count in counts.items():
        table.add_row(kind, f"{count:,}")
    out.print(table)
