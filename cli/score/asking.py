"""What ``protomodels evaluate`` asks of each file, here or of a service, and how the answers are written."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from protomodels.cli.options import Format, write_json
from protomodels.cli.resources import load, remark_on_table, served
from protomodels.cli.score.explain import print_report, print_spectrum_report
from protomodels.cli.score.show import print_judgement
from protomodels.combiner import combinability_for
from protomodels.errors import ConfigError, ProtomodelsError
from protomodels.predictor.general import Options
from protomodels.production import in_order, with_kappas_of
from protomodels.scoring import Evaluation, Scorer
from protomodels.scoring.judgement import Judgements
from protomodels.scoring.report import evaluation_report, report
from protomodels.scoring.spectrum import FileScorer, Read, described, read_file, read_text
from protomodels.settings import policy

Answer = tuple[dict[str, Any], Callable[[], None]]
"""Values for programs, and what writes them for people."""


@dataclass(frozen=True)
class Asked:
    """The options of the command; see there."""

    results: str
    policy: str
    regions: str
    combinable: str | None
    strict: bool | None
    guards: bool | None
    robustness: bool
    options: Options
    allow_invalid: bool
    server: str | None

    @cached_property
    def files(self) -> FileScorer:
        """What evaluates here."""
        chosen = policy(self.policy, self.regions, strict=self.strict, guards=self.guards)
        table = combinability_for(self.results, self.combinable)
        return FileScorer(Scorer(load(self.results), table, chosen), self.options)

    @cached_property
    def remark(self) -> str:
        """What of the user's table matches nothing."""
        scorer = self.files.scorer
        return remark_on_table(self.combinable, scorer.combinability, scorer.predictor)

    def answer(self, read: Read, details: bool = False) -> Answer:
        """What the results say of one model.

        Parameters
        ----------
        details: of a proto-model also every result and the coverage, for programs; tables do not show them.

        Raises
        ------
        ProtomodelsError: of any kind, where they cannot say it.
        """
        if self.server is not None:
            return self._served(read, self.server)
        files, remark = self.files, self.remark
        start = time.perf_counter()
        found = files.evaluate(read)
        values = found.to_dict()
        seconds = time.perf_counter() - start
        said = [*([remark] if remark else []), *(read.notes if isinstance(found, Evaluation) else found.warnings)]
        values = _with_old_names(values, said) | {"seconds": seconds}
        if not isinstance(found, Evaluation):
            if self.robustness:
                raise ConfigError("robustness", True, "for proto-models")
            return values, lambda: print_spectrum_report(found.report(), found.spectrum.name)
        judged = Judgements(files.scorer).of(found) if self.robustness else None
        more = (judged or {"robustness": None, "errors": []}) if self.robustness else {}
        if details:
            rows, why_none = described(found)
            more = {**rows, "warnings": [*said, *why_none], **more}

        def show() -> None:
            shown = evaluation_report(found)
            print_report(replace(shown, notes=(*shown.notes, *read.notes)), found.model)
            print_judgement(judged, None)

        return values | more, show

    def _served(self, read: Read, server: str) -> Answer:
        """The same by a service."""
        if self.robustness:
            raise ConfigError("robustness", True, "what is computed here: without --server")
        if read.model is None or self.options != Options():
            raise ConfigError("--server", server, "proto-models, with SModelS's parameters as they are")
        named = in_order(read.model, policy(self.policy).reference_order)
        model = read.model if read.sections is None else with_kappas_of(named, read.sections)
        table = None if self.combinable is None else json.loads(Path(self.combinable).read_text())
        with served(server) as client:
            found = client.evaluate(
                model.as_dict(),
                results=self.results,
                policy=self.policy,
                regions=self.regions,
                combinable=table,
                strict=self.strict,
                guards=self.guards,
            )
        values = found.model_dump()
        notes = (*(f"left out: {entry.analysis} ({entry.reason})" for entry in found.left_out), *read.notes)

        def show() -> None:
            print_report(replace(report(values, values["combination"], values["critic"]), notes=notes), model)

        return _with_old_names(values, [*found.warnings, *read.notes]), show


def answers_of(names: Sequence[str], asked: Asked, output: Format) -> int:
    """Answer for every file: one as it is, of several each with its name and without those that failed.

    Returns
    -------
    The exit code: 0, or that of the first error among several files.

    Raises
    ------
    ProtomodelsError: of any kind, where the only file cannot be answered for, or no file could be.
    """
    # the cheap checks first: a wrong model or table should not wait for results to be opened
    combinability_for(asked.results, asked.combinable)
    if len(names) == 1:
        values, show = asked.answer(_read(names[0], asked), output is Format.JSON)
        if output is Format.JSON:
            write_json(values)
        else:
            show()
        return 0
    code, listed = 0, []
    for name in names:
        try:
            values, show = asked.answer(_read(name, asked), output is Format.JSON)
        except ProtomodelsError as error:
            code = code or error.exit_code
            listed.append({"model": name, "error": str(error)})
            sys.stderr.write(f"error: {error}\n" if name in str(error) else f"error: {name}: {error}\n")
            continue
        listed.append({"model": name} | values)
        if output is Format.TABLE:
            sys.stdout.write(f"{name}\n")
            show()
    if output is Format.JSON:
        write_json(listed)
    return code


def _read(name: str, asked: Asked) -> Read:
    if name == "-":
        return read_text(sys.stdin.buffer.read(), "standard input", asked.options, asked.allow_invalid)
    return read_file(name, asked.options, asked.allow_invalid)


def _with_old_names(values: dict[str, Any], warnings: Sequence[str]) -> dict[str, Any]:
    """Also what version 0.1.0 called mu_hat and mu_max, as scripts read it, and what is to be said of the question."""
    return values | {"muhat": values["mu_hat"], "mumax": values["mu_max"], "warnings": list(warnings)}
