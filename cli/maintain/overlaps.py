"""``protomodels results overlaps``: may two analyses be combined, and why?"""

from __future__ import annotations

import sys
from dataclasses import asdict
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

import typer

from protomodels import run_settings as settings
from protomodels.cli.options import (
    CombinableOption,
    Format,
    FormatOption,
    PolicyOption,
    ResultsOption,
    StrictOption,
    write_json,
)
from protomodels.cli.resources import load
from protomodels.errors import ConfigError

if TYPE_CHECKING:
    from protomodels.combiner import Combinability
    from protomodels.results.catalog import Catalog


def overlaps(
    analyses: Annotated[
        list[str] | None,
        typer.Argument(metavar="[A B]", help="two analyses, or ANALYSIS:REGION; without them the table is checked"),
    ] = None,
    results: ResultsOption = settings.RESULTS.default,
    policy_name: PolicyOption = settings.POLICY.default,
    combinable: CombinableOption = settings.COMBINABLE.default,
    strict: StrictOption = settings.STRICT.default,
    output: FormatOption = Format.TABLE,
) -> None:
    """Say why two analyses may or may not be combined, or what a table says that matches nothing."""
    from protomodels.combiner import combinability_for
    from protomodels.combiner.checking import verdict
    from protomodels.settings import policy

    names = analyses or []
    if len(names) not in (0, 2):
        raise ConfigError("analyses", " ".join(names), "two, or none to check the table")
    table = combinability_for(results, combinable)
    catalog = load(results).catalog
    if not names:
        _check(table, catalog, output)
        return
    one, other = (_row(name, catalog) for name in names)
    said = verdict(
        (names[0], names[1]),
        (str(catalog.experiment[one]), str(catalog.experiment[other])),
        (float(catalog.sqrts[one]), float(catalog.sqrts[other])),
        table,
        policy(policy_name, strict=strict).strict,
    )
    if output is Format.JSON:
        write_json({"analyses": names, **asdict(said)})
        return
    sys.stdout.write(f"{names[0]} and {names[1]} {'may' if said.combinable else 'may not'} be combined\n")
    sys.stdout.write("".join(f"- {reason}\n" for reason in said.reasons))


def _row(label: str, catalog: Catalog) -> int:
    """A row of the catalog of this analysis."""
    labels = catalog.labels()
    if label not in labels:
        near = get_close_matches(label, labels, 1)
        raise ConfigError("analyses", label, f"one of these results{f', such as {near[0]}' if near else ''}")
    rows: list[str] = catalog.analysis.tolist()
    return rows.index(label.partition(":")[0])


def _check(table: Combinability, catalog: Catalog, output: Format) -> None:
    """What of a table has no effect, and what strictness takes out of it."""
    from protomodels.combiner.checking import listed_overlaps, n_covered, unmatched

    lost, covered, shared = unmatched(table, catalog.labels()), n_covered(table), listed_overlaps(table)
    if output is Format.JSON:
        values = [{"label": label, "nearest": near or None} for label, near in lost.items()]
        pairs = [{"analyses": pair, "reason": reason} for pair, reason in shared.items()]
        write_json({"entries": len(table.listed), "unmatched": values, "covered": covered, "sharing_events": pairs})
        return
    lines = [f"{len(table.listed)} entries ({table.note})"]
    lines.append(f"{covered} name regions of analyses that are listed as a whole: these change nothing")
    lines.append(f"{len(lost)} labels match nothing in these results:")
    lines += [f"   {label}{f' (did you mean {near}?)' if near else ''}" for label, near in lost.items()]
    lines.append(f"{len(shared)} pairs are known to share events (refused by --strict):")
    lines += [f"   {a} and {b}: {reason}" for (a, b), reason in shared.items()]
    sys.stdout.write("\n".join(lines) + "\n")
