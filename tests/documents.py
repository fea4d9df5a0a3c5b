"""Examples of the documentation: found in its pages, run in the order of the page, compared with what is shown.

On a page, ``console`` blocks hold commands after ``$ `` and parts of their output below; ``...`` stands for anything,
a line of it for any lines.  ``# exit code N`` after a command is what it ends with.  ``python`` blocks are run one
after the other, and print what a ``text`` block right after one shows.  A block after ``<!-- file: NAME -->`` is
written there.  RUN, ID and CAMPAIGN in a command or its output stand for what the last command said.  ``sh`` blocks
are typed as they are, where there is a shell (``tests.clean_shell``).
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from protomodels.cli.main import main

NEEDS_RESULTS = "<!-- needs real results -->"
_BLOCK = re.compile(r"(?:^<!-- file: (\S+) -->\n)?^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAMES = {"RUN": r"\brun (r[0-9a-f]{8})\b", "ID": r"proto-model (\d+)", "CAMPAIGN": r"campaign (c[0-9a-f]{8})"}


@dataclass(frozen=True)
class Block:
    """A fenced block: the file it belongs into (or empty), its language, its text, its line, what stands before."""

    file: str
    language: str
    text: str
    line: int
    follows: bool


def blocks(page: str) -> Iterator[Block]:
    """All fenced blocks; ``follows`` where nothing stands between one and the block before."""
    end = 0
    for found in _BLOCK.finditer(page):
        between = page[end : found.start()]
        end = found.end()
        line = page.count("\n", 0, found.start()) + 1
        yield Block(found[1] or "", found[2], found[3], line, not between.strip())


def commands(text: str) -> Iterator[tuple[str, str]]:
    """(command, what is shown of its output) of a ``console`` block."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def shows(shown: str, output: str) -> bool:
    """Is what is shown a part of the output, from the beginning of a line on?

    >>> shows("a ... c\\n...\\nend\\n", "first\\na b c\\n1\\n2\\nend\\n"), shows("b\\n", "a b\\n")
    (True, False)
    """
    lines = []
    for line in shown.splitlines():
        words = [re.escape(word) for word in re.split(r"\s*\.\.\.\s*|\s+", line.strip())]
        gaps = [r".*?" if "..." in gap else r"\s+" for gap in re.findall(r"\s*\.\.\.\s*|\s+", line.strip())]
        pattern = "".join(word + gap for word, gap in zip(words, [*gaps, ""], strict=True))
        lines.append(r"(?:.*\n)*?" if line.strip() == "..." else rf"[^\S\n]*{pattern}.*\n" if pattern else r"\s*\n")
    return re.search("^" + "".join(lines), output, re.MULTILINE) is not None


class Examples:
    """Runs the examples of a page in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {"PROTOMODELS_STORAGE": f"sqlite:///{folder / 'runs.db'}"}
        self.names: dict[str, str] = {}
        self._variables: dict[str, object] = {}

    def run(self, page: str) -> int:
        """Run all examples, and say how many there were.

        Raises
        ------
        AssertionError: naming the line, where one does not do what is shown.
        """
        printed, done = "", 0
        for block in blocks(page):
            if block.file:
                (self.folder / block.file).write_text(block.text)
            elif block.language == "console":
                for command, shown in commands(block.text):
                    self._command(command, shown, block.line)
                    done += 1
            elif block.language == "sh":
                done += self._typed(block.text, block.line)
            elif block.language == "python":
                printed = self._python(block.text)
                done += 1
            elif block.language == "text" and block.follows:
                assert shows(block.text, printed), f"line {block.line} shows\n{block.text}\nwhich is not in\n{printed}"
        return done

    def _command(self, written: str, shown: str, line: int) -> None:
        command, _, remark = written.partition("  # exit code ")
        command = self._put_in(command)
        words = command.split()
        assert words[0] == "protomodels", f"line {line}: {command} is no command of ours"
        code, output = self._protomodels(command, words)
        assert code == int(remark or 0), f"line {line}: {command} ended with {code}:\n{output}"
        for name, pattern in _NAMES.items():
            if found := re.findall(pattern, output):
                self.names[name] = found[-1]
        expected = self._put_in(shown)
        assert shows(expected, output), f"line {line}: {command} shows\n{expected}\nwhich is not in\n{output}"

    def _typed(self, text: str, line: int) -> int:
        """How many commands of a ``sh`` block were run: none, without a shell."""
        return 0

    def _protomodels(self, command: str, words: list[str]) -> tuple[int, str]:
        """Exit code and output of the command; in this process, where its imports have been done."""
        printed, before = io.StringIO(), signal.getsignal(signal.SIGTERM)
        try:
            with (
                mock.patch.object(sys, "argv", words),
                mock.patch.dict(os.environ, self.environment),
                contextlib.redirect_stdout(printed),
                contextlib.redirect_stderr(printed),
                contextlib.chdir(self.folder),
            ):
                main()
        except SystemExit as done:
            return int(done.code or 0), printed.getvalue()
        finally:
            signal.signal(signal.SIGTERM, before)
        return 0, printed.getvalue()

    def _put_in(self, text: str) -> str:
        return re.sub(r"\b(RUN|ID|CAMPAIGN)\b", lambda match: self.names.get(match[1], match[1]), text)

    def _python(self, text: str) -> str:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.chdir(self.folder):
            exec(compile(text, "example", "exec"), self._variables)  # noqa: S102 - the pages are ours
        return printed.getvalue()
