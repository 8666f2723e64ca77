"""Every command that the README and the documentation show runs, and prints what is shown."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

SCRIPT = Path("scripts/show_commands.py")


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("show_commands", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["show_commands"] = module
    spec.loader.exec_module(module)
    return module


shown = load()
PAGES = [page for page in shown.PAGES if any(map(shown.commands, shown.blocks(page)))]


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_print_what_is_shown(page: Path) -> None:
    if page.name in shown.ELSEWHERE:
        pytest.skip(shown.ELSEWHERE[page.name])
    assert shown.check(page) == []


def test_what_is_shown_wrongly_is_told(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "```console\n$ supplyline cite scenarios/castello-2014-12.toml --nonsense\n```\n"
        "```console\n$ supplyline --version\nsupplyline 0.0.0\n```\n```sh\nmake demo\n```\n\n```text\ndone\n```\n\n```\nsupplyline --version\n```\n",
        encoding="utf-8",
    )
    loose, fails, differs, apart = shown.check(page)
    assert loose == "page.md, line 16: a command stands in a block ''"
    assert fails.startswith("page.md, line 2: ")
    assert "exit code 2" in fails
    assert differs.startswith("page.md, line 5: supplyline --version prints\nsupplyline ")
    assert apart == "page.md, line 8: what a command prints belongs in a block console"
