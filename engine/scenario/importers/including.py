"""One more file in what a scenario includes; every other letter of it stays."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, cast

from engine.scenario.read import INCLUDE

if TYPE_CHECKING:
    from pathlib import Path

    from tomlkit.items import Array


def include(scenario: Path, name: str) -> list[Path]:
    """Add a file to what a scenario includes, and return the files changed: it, or none."""
    from engine.report.folder import write_whole

    before = scenario.read_bytes().decode()
    after = included(before, name)
    if after == before:
        return []

    def build(folder: Path) -> None:
        (folder / scenario.name).write_bytes(after.encode())

    return write_whole(scenario.parent, [scenario.name], build)


def included(text: str, name: str) -> str:
    r"""Return the text of a scenario that includes one more file, comments and all.

    Examples
    --------
    >>> print(included('# A question.\\ntitle = "t"', "more.toml"))
    # A question.
    include = ["more.toml"]
    title = "t"
    """
    import tomlkit

    values = tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    there = values.get(INCLUDE, [])
    if name == there or name in (there if isinstance(there, list) else ()):
        return text
    if INCLUDE not in values:
        return with_first_line(text, f'{INCLUDE} = ["{name}"]')
    document = tomlkit.parse(text)
    if isinstance(there, list):
        cast("Array", document[INCLUDE]).append(name)
    else:
        document[INCLUDE] = [there, name]
    return tomlkit.dumps(document)


def with_first_line(text: str, line: str) -> str:
    """Return a text with a line more before the first one that is neither empty nor a remark."""
    mark, body = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
    lines = body.splitlines(keepends=True)
    end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    at = next(
        (n for n, row in enumerate(lines) if row.strip() and not row.lstrip().startswith("#")),
        len(lines),
    )
    return "".join([mark, *lines[:at], line + end, *lines[at:]])
