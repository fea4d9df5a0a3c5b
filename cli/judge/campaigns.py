"""``protomodels campaigns``: which there are, and how to go on with each."""

from __future__ import annotations

from rich.table import Table

from protomodels.cli.console import wide_console
from protomodels.cli.options import Format, FormatOption, StorageOption, write_json
from protomodels.cli.resources import local


def campaigns(storage: StorageOption = None, output: FormatOption = Format.TABLE) -> None:
    """List campaigns, newest first."""
    from protomodels.campaign.pvalue_config import KIND

    with local(storage) as opened:
        found = opened.list_campaigns()
    rows = [
        {"campaign": c.id, "kind": c.kind, "created_at": c.created_at.isoformat(), "runs": list(c.runs.values())}
        for c in found
    ]
    if output is Format.JSON:
        write_json(rows)
        return
    table = Table("campaign", "kind", "created", "runs", "continue with")
    for row in rows:
        command = "pvalue" if row["kind"] == KIND else "closure"
        cells = (str(row["campaign"]), str(row["kind"]), str(row["created_at"])[:19], str(len(row["runs"])))
        table.add_row(*cells, f"protomodels {command} --campaign {row['campaign']}")
    wide_console().print(table)
