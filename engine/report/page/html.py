"""The page as one file: template, style, scripts, library and data put together.

Bokeh draws the map: it is maintained, comes as a package with everything that a browser needs,
draws ten thousand lines on a canvas without stutter, shapes text of every script, and fetches
nothing. The rest is plain HTML, which screen readers, printers and keyboards understand best.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from engine.io.arguments import checked, file_named
from engine.io.atomic import write_one
from engine.language import language_called, speaking, spoken, tr
from engine.report.page.content import page_data
from engine.report.page.languages import languages_data
from engine.report.page.told import class_text
from engine.report.status_table import refuse_means
from engine.report.style import style_sheet
from engine.version import __version__

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from pathlib import Path

    import xarray as xr

    from engine.analysis.analysis import Analysis

MODULES = (
    "language.js", "days.js", "dom.js", "link.js", "state.js", "engine.js", "written.js", "ask.js", "live.js",
    "roads.js", "cause.js", "scene.js", "names.js", "lettering.js", "layers.js", "view.js", "map.js", "maps.js",
    "timeline.js", "whatif.js", "changes.js", "review.js", "drafts.js", "articles.js", "dropped.js", "compare.js", "week.js", "meeting.js", "here.js", "legend.js",
    "keys.js", "share.js", "languages.js", "ground.js", "reports.js", "routes.js", "page.js",
)  # fmt: skip
"""The modules of the page, each after those that it imports."""
SKETCH_MODULES = (
    "language.js",
    "dom.js",
    "engine.js",
    "fit.js",
    "drawn.js",
    "sketchmap.js",
    "sketchstate.js",
    "picture.js",
    "entries.js",
    "sketch.js",
)
"""Those of the page on which a sketch is drawn."""
SHEETS = ("page.css", "articles.css")
LIBRARY, SCRIPT, STYLE = "library.js", "page.js", "page.css"
SCRIPTS = (LIBRARY, SCRIPT)
_IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)
TILES = "https://tile.openstreetmap.org"
"""The one server that the page may ask for anything, and only if the reader switches that on."""


@checked
def write_page(
    analysis: Analysis, path: str | os.PathLike[str], chances: xr.Dataset | None = None
) -> Path:
    """Write the page of an analysis: one HTML file that opens without a connection.

    Parameters
    ----------
    analysis
        What to show.
    path
        The file; replaced as a whole if it is there.
    chances
        What `probabilities` returned, to be shown along the timeline.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    InputError
        If it cannot be written, or the probabilities are means over periods.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> analysis = engine.analyze(scenario)
    >>> with TemporaryDirectory() as folder:
    ...     engine.write_page(analysis, Path(folder) / "castello.html").name
    'castello.html'
    """
    refuse_means(chances)
    file = file_named(path, ".html", ".htm")
    text = page_html(page_data(analysis, chances))
    return write_one(file, lambda file: file.write_text(text, encoding="utf-8", newline="\n"))


def page_html(data: dict[str, Any]) -> str:
    """Return the page of what `page_data` gathered, with everything that it needs inside."""
    parts = assets()
    scripts = [parts[name] for name in SCRIPTS]
    policy = f'<meta http-equiv="Content-Security-Policy" content="{_policy(scripts)}">\n'
    style = f"<style>{parts[STYLE]}</style>"
    return _filled(data, policy, style, "\n".join(f"<script>{text}</script>" for text in scripts))


def served_page(data: dict[str, Any]) -> str:
    """Return the same page for a server, which sends scripts, style and policy by themselves."""
    style = f'<link rel="stylesheet" href="{STYLE}">'
    return _filled(
        data, "", style, "\n".join(f'<script src="{name}"></script>' for name in SCRIPTS)
    )


def sketch_page(data: dict[str, Any]) -> str:
    """Return the page on which a sketch is drawn, for a server that sends scripts and style."""
    style, script = f'<link rel="stylesheet" href="{STYLE}">', f'<script src="{SCRIPT}"></script>'
    words = {name: class_text(name) for name in data["classes"]}
    about = {"languages": languages_data([spoken().code]), "words": words, "title": data["name"]}
    return _filled(data | about, "", style, script, "sketch.html")


def assets() -> dict[str, str]:
    """Return the scripts and the style sheet of the page, by the names that a server gives them."""
    return {LIBRARY: _library(), SCRIPT: _joined(MODULES), STYLE: _styles(SHEETS)}


def sketch_assets() -> dict[str, str]:
    """Return the script and the style sheet of the page on which a sketch is drawn."""
    return {SCRIPT: _joined(SKETCH_MODULES), STYLE: _styles(("page.css", "sketch.css"))}


def _joined(modules: Iterable[str]) -> str:
    return "\n".join(['"use strict";', "".join(map(_module, modules))])


def _styles(sheets: Iterable[str]) -> str:
    return style_sheet() + "".join(map(_own, sheets))


def _filled(
    data: dict[str, Any], policy: str, style: str, scripts: str, template: str = "page.html"
) -> str:
    own, about = data["languages"]["own"], data["languages"]["of"]
    language = language_called(own)
    with speaking(language):
        no_script = tr("This page needs JavaScript, which it brings along itself.")
    parts = {
        "lang": own,
        "direction": about[language.code]["direction"],
        "noscript": html.escape(no_script),
        "title": html.escape(data["title"]),
        "version": __version__,
        "digests": data.get("digests", ""),  # a sketch is of no scenario
        "policy": policy,
        "style": style,
        "data": _json_in_html(data),
        "scripts": scripts,
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], _own(template))


def _module(name: str) -> str:
    """Return a module as a part of one script: the page joins them, in the order of `MODULES`."""
    return _EXPORT.sub("", _IMPORT.sub("", _own(name)))


def _own(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def _library() -> str:
    """Return Bokeh's scripts, which must not end their own element."""
    folder = files("bokeh") / "server" / "static" / "js"
    scripts = [
        (folder / name).read_text(encoding="utf-8") for name in ("bokeh.min.js", "bokeh-api.min.js")
    ]
    return "\n".join(scripts).replace("</script", r"<\/script")


def _json_in_html(data: dict[str, Any]) -> str:
    """Return JSON that no text in it can break out of, whatever it holds."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def _policy(scripts: Iterable[str]) -> str:
    """Return the policy that lets a browser run these very scripts, and nothing else."""
    hashes = []
    for script in scripts:
        digest = hashlib.sha256(script.encode()).digest()
        hashes.append(f"'sha256-{base64.b64encode(digest).decode()}'")
    return (
        f"default-src 'none'; script-src {' '.join(hashes)}; style-src 'unsafe-inline'; "
        f"img-src data: blob: {TILES}; font-src data:; base-uri 'none'; form-action 'none'"
    )
