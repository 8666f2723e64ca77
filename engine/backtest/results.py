"""The files of a back-test: the scores for machines, and a picture."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from engine.backtest.picture import picture
from engine.backtest.table import as_data
from engine.report.canvas import save_picture
from engine.report.folder import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from engine.backtest.backtest import Backtest

OUTPUTS = ("backtest.json", "backtest.png")


def write_backtest(test: Backtest, folder: Path) -> list[Path]:
    """Write the scores as ``backtest.json`` and the picture as ``backtest.png``.

    Parameters
    ----------
    test
        The back-test.
    folder
        Where; it is made if it is not there.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    InputError
        If the folder cannot be written to; nothing is written then.
    """
    return write_whole(folder, OUTPUTS, partial(_build, test))


def _build(test: Backtest, folder: Path) -> None:
    text = json.dumps(as_data(test), ensure_ascii=False, indent=2)
    (folder / "backtest.json").write_text(text + "\n", encoding="utf-8")
    save_picture(picture(test.whole), folder / "backtest.png")
