"""The API's description.

``python -m protomodels.api.openapi`` writes it, ``--check`` says whether the committed one is right.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Final

from protomodels.api.app import create_app
from protomodels.api.settings import Settings

FILE: Final = Path(__file__).with_name("openapi.json")


def description() -> str:
    """The OpenAPI document as text."""
    return json.dumps(create_app(Settings("sqlite:///:memory:")).openapi(), indent=1, sort_keys=True) + "\n"


def main() -> None:
    """Write the document, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    if not parser.parse_args().check:
        FILE.write_text(description())
    elif FILE.read_text() != description():
        sys.exit("api/openapi.json is not what the program describes: python -m protomodels.api.openapi writes it")


if __name__ == "__main__":
    main()
