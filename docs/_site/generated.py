"""Tables of the reference pages, made from the code when the site is built: they cannot be out of date.

A page says ``<!-- generated: NAME -->`` where one belongs.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import typer
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from typer.models import ArgumentInfo

from _site.docstrings import attributes
from protomodels.api.pages.terms import TERMS
from protomodels.api.settings import Settings
from protomodels.campaign.closure_config import ClosureConfig
from protomodels.campaign.pvalue_config import PValueConfig
from protomodels.channels import CHANNELS, channel_label
from protomodels.cli.commands import COMMANDS
from protomodels.particles import PARTICLES, SM_LABELS
from protomodels.runs import Execution, RunConfig
from protomodels.settings import POLICIES, Policy
from protomodels.spectrum.known import HIGGSES, NEW, SPARTICLES
from protomodels.universes import Universe

OPENAPI = Path(__file__).parents[2] / "api" / "openapi.json"
CLASSES = {
    "run": RunConfig,
    "execution": Execution,
    "policy": Policy,
    "universe": Universe,
    "pvalue": PValueConfig,
    "closure": ClosureConfig,
    "service": Settings,
}
MEASURED = ("reproduction/", "universes/", "service/", "today/")
"""Pages that benchmarks write: tables without a title, which get that of their file."""
_MARK = re.compile(r"<!-- generated: (\w+) -->")


def commands() -> str:
    """Every command with its arguments and options."""
    parts = []
    for name, (where, _) in COMMANDS.items():
        module, _, attribute = where.partition(":")
        found = getattr(import_module(f"protomodels.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            inner = ((c.name, c.callback) for c in found.registered_commands)
            parts += [_command(callback, f"protomodels {name} {each}") for each, callback in inner if callback]
        else:
            parts.append(_command(found, f"protomodels {name}"))
    return "".join(parts)


def _command(callback: Callable[..., object], path: str) -> str:
    hints = get_type_hints(callback, include_extras=True)
    usage, rows = [path], []
    for name, parameter in inspect.signature(callback).parameters.items():
        kind, *about = get_args(hints[name]) if get_origin(hints[name]) is Annotated else (hints[name],)
        info = about[0]
        if info.hidden:
            continue
        given = parameter.default
        if isinstance(info, ArgumentInfo):
            spelled = (info.metavar or name).upper()
            usage.append(spelled if given is inspect.Parameter.empty else f"[{spelled}]")
        else:
            # within Annotated, typer keeps the first spelling where a default would be
            given_names = [n for n in (info.default, *(info.param_decls or ())) if isinstance(n, str)]
            spelled = ", ".join(given_names) or _flag(name, kind)
        rows.append((f"`{spelled}`", info.metavar or _values(kind), _default(given), _plain(info.help or "")))
    text = f"## {path}\n\n{_plain(inspect.getdoc(callback) or '')}\n\n```\n{' '.join(usage)} [options]\n```\n\n"
    return text + (table(("", "values", "default", ""), rows) if rows else "")


def _flag(name: str, kind: Any) -> str:
    spelled = f"--{name.replace('_', '-')}"
    return f"{spelled}, --no-{spelled[2:]}" if kind is bool else spelled


def _values(kind: Any) -> str:
    inner = (kind,) if get_origin(kind) is Literal else get_args(kind) or (kind,)
    kinds = [k for k in inner if k is not type(None)]
    if get_origin(kinds[0]) is list:
        kinds = list(get_args(kinds[0]))
    if get_origin(kinds[0]) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(kinds[0]))
    if isinstance(kinds[0], type) and issubclass(kinds[0], Enum):
        return ", ".join(f"`{choice.value}`" for choice in kinds[0])
    names = {str: "text", int: "whole number", float: "number", Path: "path", bool: ""}
    return names[kinds[0]]


def _default(value: object) -> str:
    if value is None or value is inspect.Parameter.empty:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"`{value.value if isinstance(value, Enum) else value}`"


def routes() -> str:
    """Every route of the service with its parameters."""
    described = json.loads(OPENAPI.read_text(encoding="utf-8"))
    rows = []
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            parameters = [p for p in operation.get("parameters", []) if p["in"] != "path"]
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            names = [f"`{p['name']}`" for p in parameters]
            names += [f"body `{name}`" for name in re.findall(r'schemas/(\w+)"', json.dumps(body))]
            rows.append((f"`{method.upper()} {path}`", ", ".join(names), _sentence(operation.get("description", ""))))
    return table(("route", "parameters", ""), rows)


def bodies() -> str:
    """Fields of what requests bring."""
    schemas = json.loads(OPENAPI.read_text(encoding="utf-8"))["components"]["schemas"]
    parts = []
    for name in sorted(name for name in schemas if name.endswith("In")):
        needed = schemas[name].get("required", [])
        rows = []
        for field, schema in schemas[name].get("properties", {}).items():
            default = "needed" if field in needed else f"`{json.dumps(schema.get('default'))}`"
            rows.append((f"`{field}`", _json_type(schema), default))
        parts.append(f"### {name}\n\n{_sentence(schemas[name].get('description', ''))}\n\n")
        either = ", ".join(one["$ref"].rsplit("/", 1)[-1] for one in schemas[name].get("oneOf", []))
        parts.append(table(("field", "type", "default"), rows) if rows else f"One of {either}.\n\n")
    return "".join(parts)


def _json_type(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_json_type(one) for one in schema["anyOf"])
    if "$ref" in schema:
        return f"`{schema['$ref'].rsplit('/', 1)[-1]}`"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    return str(schema.get("const") or schema.get("type", "any"))


def fields(name: str) -> str:
    """Every field of a class of settings.

    Raises
    ------
    ExtensionError: where its docstring lacks a field.
    """
    documented = attributes(CLASSES[name])
    rows = []
    for field in dataclasses.fields(CLASSES[name]):
        if field.name not in documented:
            raise ExtensionError(f"{CLASSES[name].__name__}.{field.name} is not in the docstring")
        default = "" if field.default is dataclasses.MISSING else f"`{field.default!r}`"
        rows.append((f"`{field.name}`", f"`{field.type}`", default, documented[field.name]))
    return table(("field", "type", "default", ""), rows)


def policies() -> str:
    """The named policies, side by side."""
    names = [field.name for field in dataclasses.fields(Policy) if field.name != "name"]
    rows = [(f"`{n}`", *(f"`{getattr(chosen, n)}`" for chosen in POLICIES.values())) for n in names]
    return table(("field", *POLICIES), rows)


def particles() -> str:
    """The particles of a proto-model."""
    rows = []
    for pid, row in PARTICLES.items():
        partner = SM_LABELS.get(row.partner, {21: "g"}.get(row.partner, ""))
        own = "its own" if row.self_conjugate else f"-{pid}"
        rows.append((f"${row.latex}$", f"`{row.name}`", f"`{pid}`", row.family, partner, own, f"{row.wall:g}"))
    return table(("", "name", "pid", "family", "partner of", "antiparticle", "smallest mass, GeV"), rows)


def channels() -> str:
    """The decays of each particle of a proto-model."""
    rows = [(f"`{PARTICLES[pid].name}`", ", ".join(map(channel_label, own))) for pid, own in CHANNELS.items() if own]
    return table(("particle", "decays into"), rows)


def known() -> str:
    """The new particles whose quantum numbers need not be said."""
    rows = [
        (f"`{n.name}`", f"`{pid}`", f"{n.thrice_charge}/3", f"{n.twice_spin}/2", str(n.colour), _parity(pid))
        for pid, n in NEW.items()
    ]
    return table(("name", "pid", "charge", "spin", "colour", "parity"), rows)


def _parity(pid: int) -> str:
    return "odd" if pid in SPARTICLES else "even beside sparticles" if pid in HIGGSES else "as its decays say"


def glossary() -> str:
    """The words of the dashboard's glossary."""
    return table(("word", "meaning"), [(f"**{term.shown}**", term.words) for term in TERMS.values()])


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines) + "\n"


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().replace("``", "`").replace("<", "&lt;")


def _sentence(text: str) -> str:
    """The first sentence: what follows is about arguments and errors."""
    return _plain(text.split("\n\n")[0])


def generated(name: str) -> str:
    """The Markdown of one mark.

    Raises
    ------
    ExtensionError: where nothing of this name is made.
    """
    makers = (commands, routes, bodies, policies, particles, channels, known, glossary)
    whole = {maker.__name__: maker for maker in makers}
    if name in whole:
        return whole[name]()
    if name in CLASSES:
        return fields(name)
    raise ExtensionError(f"nothing is generated under the name {name}")


def _replace_marks(app: Sphinx, page: str, source: list[str]) -> None:
    if page.startswith("reference/"):
        source[0] = _MARK.sub(lambda match: generated(match[1]), source[0])
    if page.startswith(MEASURED) and not source[0].startswith("#"):
        source[0] = f"# {page.partition('/')[2]}\n\n{source[0]}"


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("source-read", _replace_marks)
    return {"parallel_read_safe": True}
