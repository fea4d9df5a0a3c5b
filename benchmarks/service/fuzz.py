"""Requests made up from the description of the API, good and bad ones: does any answer differ from what it says?

python -m benchmarks.service.fuzz [--cases 12000] [--write docs/service/fuzz.md]

On SQLite and on PostgreSQL, each in three ways: from this machine without a token, with a token where one is needed,
and by a stranger, who must get nothing.  Half of the ids in paths are of things that exist.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from benchmarks.common import machine, postgresql
from benchmarks.service.serving import serving
from protomodels.api.security.tokens import make_token
from protomodels.api.settings import PREFIX
from protomodels.campaign.pvalue import PValueCampaign
from protomodels.campaign.pvalue_config import PValueConfig
from protomodels.database import Storage, open_storage
from protomodels.predictor import load_results
from protomodels.runs import Execution, Run, RunConfig

NOT_ASKED = [positive_data_acceptance, negative_data_rejection]
"""Whether a run of that id exists is not for a description to say."""
OPEN = {("GET", "/healthz"), ("GET", "/readyz"), ("DELETE", f"{PREFIX}/session")}
"""What a stranger may ask: it gives nothing away."""


@dataclass
class Tally:
    """What was asked and answered."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def line(self) -> str:
        """Cells of a table."""
        n = sum(self.statuses.values())
        errors = sum(count for status, count in self.statuses.items() if status >= 500)
        seen = ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items()))
        return f"{n} | {errors} | {len(self.faults)} | {seen}"


def ids(storage: Storage) -> dict[str, Any]:
    """Of things that exist, and cannot be deleted, by the name of the path's parameter."""
    predictor = load_results("demo")
    run = Run.create(storage, RunConfig("demo", 4, 2, 20), predictor)
    run.execute(Execution("inline"))
    config = PValueConfig.of_run(storage, run.id, universes=2, seed=1, fudge=1.0)
    campaign = PValueCampaign.create(storage, config, predictor)
    campaign.walk(Execution("inline"))
    walked = next(iter(storage.campaign(campaign.id).runs.values()))
    return {
        "run": walked,
        "campaign": campaign.id,
        "number": storage.hiscores(run.id, 1)[0].id,
        "name": "demo",
        "analysis": str(predictor.catalog.analysis[0]),
        "walker": 1,
    }


def fuzz(url: str, cases: int, known: dict[str, Any], judge: Callable[[Any, dict[str, str]], None], token: str) -> None:
    """Ask in all ways; ``judge`` sends a request with these headers and looks at the answer."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    # the description says that a token is needed, which on this machine it is not
    config = SchemathesisConfig.from_dict({"checks": {"ignored_auth": {"enabled": bool(token)}}})
    api = schemathesis.openapi.from_url(f"{url}{PREFIX}/openapi.json", headers=headers, config=config)
    wanted = [
        (result.ok(), mode)
        for result in api.get_all_operations()
        for mode in schemathesis.GenerationMode
        if mode is schemathesis.GenerationMode.POSITIVE or [*result.ok().iter_parameters(), *result.ok().body]
    ]
    each = settings(
        max_examples=-(-cases // len(wanted)),
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    for operation, mode in wanted:

        def ask(case: Any, real: bool) -> None:
            if real:
                names = set(case.path_parameters or {}) & set(known)
                case.path_parameters = {**(case.path_parameters or {}), **{name: known[name] for name in names}}
            judge(case, headers)

        each(given(operation.as_strategy(generation_mode=mode), st.booleans())(ask))()


def judges(tally: Tally) -> tuple[Callable[[Any, dict[str, str]], None], Callable[[Any, dict[str, str]], None]]:
    """For those who may ask: is the answer as described? For strangers: do they get nothing?"""

    def described(case: Any, headers: dict[str, str]) -> None:
        case.headers.pop("Authorization", None)  # made up from the description, too
        answer = case.call(headers=headers)
        tally.statuses[answer.status_code] += 1
        try:
            case.validate_response(answer, excluded_checks=NOT_ASKED)
        except AssertionError as error:
            tally.faults.append(f"{case.method} {case.path}: {error}"[:500])
        except BaseExceptionGroup as error:
            tally.faults += [f"{case.method} {case.path}: {one}"[:500] for one in error.exceptions]

    def refused(case: Any, _: dict[str, str]) -> None:
        answer = case.call(headers={})
        tally.statuses[answer.status_code] += 1
        if answer.status_code not in (400, 401, 422) and (case.method, case.path) not in OPEN:
            tally.faults.append(f"{case.method} {case.path}: {answer.status_code}")

    return described, refused


def main() -> int:
    """Ask, report; 1 where anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=12000, help="on each storage")
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    lines = ["| storage | who | requests | server errors | not as described | statuses |", "| --- " * 6 + "|"]
    faults: list[str] = []
    everywhere = ("--host", "0.0.0.0")  # noqa: S104 - that is the case
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        urls = {"SQLite": f"sqlite:///{folder}/runs.db", "PostgreSQL": stack.enter_context(postgresql())}
        for name, storage in urls.items():
            with open_storage(storage) as opened:
                known, token = ids(opened), make_token(opened, "fuzz", "write")
            for who, options, secret in (
                ("this machine, no token", (), ""),
                ("with a token", everywhere, token),
                ("a stranger", everywhere, ""),
            ):
                tally = Tally()
                described, refused = judges(tally)
                with serving(storage, "--rate", "1000000", *options) as url:
                    judge = refused if who == "a stranger" else described
                    fuzz(url, -(-asked.cases // 3), known, judge, secret)
                lines.append(f"| {name} | {who} | {tally.line()} |")
                print(lines[-1], flush=True)
                faults += tally.faults
    text = "\n".join(
        [
            "<!-- written by: python -m benchmarks.service.fuzz -->",
            "",
            "# Made-up requests",
            "",
            f"On {machine()}.",
            "",
            *lines,
            "",
            *faults,
        ]
    )
    print(text)
    if asked.write:
        asked.write.parent.mkdir(parents=True, exist_ok=True)
        asked.write.write_text(text.rstrip() + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
