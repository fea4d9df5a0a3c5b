"""``protomodels partners``: what the particles of a model could be."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from protomodels import run_settings as settings
from protomodels.cli.options import Format, FormatOption, PolicyOption, write_json
from protomodels.cli.score.explain import print_report


def partners(
    model: Annotated[Path, typer.Argument(help="MODEL.json or MODEL.slha")],
    policy_name: PolicyOption = settings.POLICY.default,
    output: FormatOption = Format.TABLE,
) -> None:
    """Say what a proto-model's particles could be, by cross section."""
    from protomodels.files import read_model
    from protomodels.partners import partners_report, to_dict
    from protomodels.production import in_order, sections_in_order
    from protomodels.settings import policy

    proto, sections = read_model(model)
    order = policy(policy_name).reference_order
    if sections is None:
        proto = in_order(proto, order)
    else:
        proto, sections = sections_in_order(proto, sections, order)
    if output is Format.JSON:
        write_json(to_dict(proto, sections))
        return
    print_report(partners_report(proto, sections), proto)
