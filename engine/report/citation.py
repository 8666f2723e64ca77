"""How to cite a result: the engine, the scenario and the roads, as text and as BibTeX."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.analysis.attribution import SHOWN, credit_text, map_day
from engine.control.words import chained
from engine.errors import written_out
from engine.io.arguments import checked
from engine.language import ENGLISH, speaking, tr, trn
from engine.version import RELEASED, __version__

if TYPE_CHECKING:
    import datetime as dt

    from engine.analysis.analysis import Analysis
    from engine.analysis.attribution import Facts

AUTHOR = "The supplyline maintainers"
TITLE = "supplyline: supply-route and siege analysis from dated, uncertain reports"
_IN_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#",
    "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


@dataclass(frozen=True, repr=False)
class Citation:
    """How to cite a result.

    Parameters
    ----------
    text
        A paragraph for a list of references.
    bibtex
        Entries for the engine, the scenario and the roads.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> engine.cite(engine.analyze(scenario)).text[:32]
    'The supplyline maintainers (2026'
    """

    text: str
    bibtex: str

    def __repr__(self) -> str:
        """Return both, as they are to be copied."""
        return f"{written_out(self.text)}\n\n{written_out(self.bibtex)}"


@checked
def cite(analysis: Analysis) -> Citation:
    """Return how to cite the result of an analysis: which engine, which scenario, which roads.

    The digests tell them from others; the same digests and version give the same result.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> print(engine.cite(engine.analyze(scenario)).bibtex.splitlines()[0])
    @software{supplyline,
    """
    facts = analysis.facts
    reports = [event.known for event in analysis.scenario.events]
    if facts.known_on:
        reports = [day for day in reports if day <= facts.known_on]
    latest = max(reports, default=None)
    text = tr(
        "{author} ({year}). {title}. Version {version}. Scenario: {scenario} {data}. {roads}.",
        author=AUTHOR, year=RELEASED[:4], title=TITLE, version=__version__,
        scenario=_ended(facts.title), data=_data(facts, latest), roads=_roads(facts),
    )  # fmt: skip
    with speaking(ENGLISH):  # programs of references read it
        return Citation(text, _bibtex(facts, _data(facts, latest)))


def _ended(title: str) -> str:
    return title if title.endswith((".", "?", "!", "؟")) else f"{title}."


def _data(facts: Facts, latest: dt.date | None) -> str:
    """Return what tells the scenario from others."""
    said = [tr("Run of {start} to {end}", start=facts.start, end=facts.last_day)]
    if latest is None:
        said.append(trn("{n} reports", "{n} reports", facts.events))
    else:
        said.append(tr("{n} reports, the latest of {day}", n=facts.events, day=latest))
    if facts.known_on:
        said.append(tr("as known on {day}", day=facts.known_on))
    return chained([*said, f"SHA-256 {facts.scenario_digest[:SHOWN]}"], "; ")


def _roads(facts: Facts) -> str:
    """Return what tells the roads from others, and whose data they are."""
    if facts.schematic:
        said = [tr("Roads: schematic network {network}", network=facts.network)]
    else:
        said = [tr("Roads: network {network}", network=facts.network)]
    if facts.map_date:
        said.append(tr("map of {day}", day=map_day(facts.map_date)))
    said.append(credit_text(facts.credit).rstrip("."))
    return chained([*said, f"SHA-256 {facts.network_digest[:SHOWN]}"], "; ")


def _bibtex(facts: Facts, data: str) -> str:
    engine = {
        "author": f"{{{_tex(AUTHOR)}}}",
        "title": _tex(TITLE),
        "version": __version__,
        "date": RELEASED,
        "year": RELEASED[:4],
        "license": "MIT",
    }
    scenario = {"title": _tex(facts.title), "note": f"Scenario. {_tex(data)}"}
    year = {"date": facts.map_date, "year": facts.map_date[:4]} if facts.map_date else {}
    roads = {"title": _tex(f"Road network {facts.network}"), **year, "note": _tex(_roads(facts))}
    entries = (
        ("software", "supplyline", engine),
        ("misc", f"scenario-{facts.scenario_digest[:SHOWN]}", scenario),
        ("misc", f"roads-{facts.network_digest[:SHOWN]}", roads),
    )
    return "\n\n".join(_entry(*entry) for entry in entries)


def _entry(kind: str, key: str, fields: dict[str, str]) -> str:
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    return "\n".join([f"@{kind}{{{key},", *lines, "}"])


def _tex(text: str) -> str:
    """Return text that BibTeX takes for text, whatever it holds."""
    plain = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text)
    return "".join(_IN_TEX.get(letter, letter) for letter in plain)
