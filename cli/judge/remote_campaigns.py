"""``pvalue``, ``closure`` and ``power`` with ``--server``: campaigns whose runs are walked where the service is."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Mapping
from typing import Any, Final

from protomodels.campaign.closure_answer import ClosureAnswer
from protomodels.campaign.closure_result import ClosureResult
from protomodels.campaign.global_p_value import GlobalPValue
from protomodels.cli.judge.signal_options import read_model
from protomodels.client import Campaign, Client
from protomodels.errors import ConfigError
from protomodels.run_settings import COMBINABLE
from protomodels.runs.config import RunConfig

_LOOK_SECONDS: Final = 1.0
_SEARCH: Final = ("results", "walkers", "steps", "policy", "regions", "strict", "guards", "search", "exchange")


def refuse(given: Mapping[str, object]) -> None:
    """Refuse options that a service does not have; ConfigError naming the first that is not None or False."""
    for name, value in given.items():
        if value is not None and value is not False:
            raise ConfigError(name, value, "nothing beside --server: only campaigns on this machine have it")


def closure_settings(base: RunConfig, model: str, results: str) -> dict[str, Any]:
    """What a service is asked of the runs of a closure test.

    Parameters
    ----------
    model: a file here, or the id of a proto-model that the service has.
    results: by the name that they have there.
    """
    refuse({f"--{COMBINABLE.name}": base.combinable})
    own: dict[str, Any] = {name: getattr(base, name) for name in _SEARCH} | {"results": results}
    if model.isdigit():
        return own | {"protomodel": int(model)}
    return own | {"model": read_model(model, None).as_dict()}


def waited(client: Client, begun: Campaign, unit: str) -> Campaign:
    """A campaign when all its runs are done; told on standard error meanwhile, and what to do about lost ones."""
    found, told = client.campaign(begun.id), -1
    try:
        while True:
            done = found.finished or 0
            if done != told:
                sys.stderr.write(f"{found.id}: {done} of {wanted(found)} {unit} done\n")
                told = done
            if done >= wanted(found):
                return found
            lost = _lost(client, found)
            if len(found.runs) >= wanted(found) and done + lost >= wanted(found):
                sys.stderr.write(f"{lost} runs failed or were cancelled; queue them again with --campaign {found.id}\n")
                return found
            time.sleep(_LOOK_SECONDS)
            found = client.campaign(begun.id)
    except KeyboardInterrupt:
        sys.stderr.write(f"campaign {begun.id} goes on at {client.url}; --campaign {begun.id} follows it\n")
        raise


def wanted(found: Campaign) -> int:
    """How many runs a campaign was asked for."""
    return int((found.answer or {}).get("wanted", 0))


def _lost(client: Client, found: Campaign) -> int:
    """How many runs of a campaign will not be completed."""
    mine = set(found.runs.values())
    return sum(run.id in mine for run in client.runs(["failed", "cancelled"], kind="campaign"))


def pvalue_of(found: Campaign) -> GlobalPValue:
    """The global p-value of a campaign of a service."""
    answer = _answer(found, "pvalue")
    K_fake = tuple(-math.inf if K is None else float(K) for K in answer["K_fake"])
    return GlobalPValue(answer["K"], K_fake, tuple(answer["at_least"]), answer["wanted"], found.id, answer["fudge"])


def closure_of(found: Campaign) -> ClosureAnswer:
    """What a closure test of a service found."""
    answer = _answer(found, "closure")
    results = tuple(
        ClosureResult(run["run"], run["K"], _by_pid(run["masses"]), _by_pid(run["partner"])) for run in answer["runs"]
    )
    return ClosureAnswer(_by_pid(answer["injected"]), results, answer["wanted"], found.id)


def _answer(found: Campaign, kind: str) -> dict[str, Any]:
    if found.kind != kind or found.answer is None:
        raise ConfigError("campaign", f"{found.id} ({found.kind})", f"a campaign of kind {kind}")
    return found.answer


def _by_pid(values: Mapping[str, Any]) -> dict[int, Any]:
    return {int(pid): value for pid, value in values.items()}
