"""What is being worked on: a scenario file, the changes to it, and the results of both."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from engine.analysis.again import analyze_again
from engine.analysis.analysis import Analysis, analyze
from engine.control.sites import label_of
from engine.control.words import actor_text, kind_text
from engine.errors import InputError, Problem, SupplylineError
from engine.importers.editing import write_changes
from engine.io.atomic import write_one
from engine.language import ENGLISH, spoken, tr
from engine.probability.importance import importance
from engine.probability.probability import probabilities
from engine.report.page.content import (
    ShownRoads,
    chance_data,
    changed_data,
    day_data,
    page_data,
    same_roads,
)
from engine.report.page.told import report_kind
from engine.scenario.change_sets import (
    Change,
    changed_by,
    changes_text,
    names_beside,
    of_report,
    read_changes,
    table_of,
)
from engine.scenario.load import load_scenario
from engine.scenario.validation import reasons_against
from engine.serve.articles import Articles
from engine.serve.drops import Drops
from engine.serve.journal import Files, Journal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.network.arrays import Network
    from engine.scenario.model import Event, Scenario


def to_verify(analysis: Analysis, name: str, interval: int) -> dict[str, str] | None:
    """Return the report whose verification narrows an answer most: its id, and a text; None, if none does.

    Parameters
    ----------
    analysis
        The scenario, analyzed.
    name
        The id of a route or an enclave.
    interval
        The index of an interval of the run.
    """
    best = importance(analysis, name, str(analysis.days[interval])).verify_rows
    if not best or best[0]["event"] not in analysis.statement_ids:
        return None
    name_of = best[0]["event"]
    entry = analysis.states.statements.entries[analysis.statement_ids.index(name_of)]
    label = analysis.sectors.label((entry.site,))
    text = tr(
        "{label}: {kind} on {day} ({id}), confidence {share:.0%}",
        label=label, kind=kind_text(getattr(entry, "kind", "baseline")), day=entry.date,
        id=name_of, share=entry.confidence,
    )  # fmt: skip
    return {"id": name_of, "text": text}


MOST_CHANGES = 500


class MeanwhileError(SupplylineError):
    """Somebody else has changed what a request builds upon."""


class Session:
    """A scenario on the page of those who have opened it: all of them see and change one list.

    Parameters
    ----------
    file
        The scenario.
    network
        Another road network than that of the scenario.
    known_on
        Use only what had been reported by this day.
    on
        The day that the page shows at first; the last one, if absent.
    with_
        Named sets of changes to begin with, instead of those of the journal.

    Raises
    ------
    InputError
        If the scenario or its network cannot be used, or the day lies outside the run.
    """

    def __init__(
        self,
        file: Path,
        *,
        network: Network | str | Path | None = None,
        known_on: dt.date | None = None,
        on: dt.date | None = None,
        with_: Sequence[str] | None = None,
    ) -> None:
        self.file = Path(file)
        self.known_on = known_on
        self.on = on
        self.lock = RLock()
        self.revision = 0
        self.readings = 0
        self.problems: list[Problem] = []
        self.files = Files(self.file)
        scenario = load_scenario(self.file)
        self.files.belong_to(scenario)
        self.base = analyze(scenario, network=network, known_on=known_on)
        self.network = network
        if on is not None:
            self.base.interval_on(on)
        self.shown = ShownRoads.of(self.base, ())
        self.now = self.base
        begun = [change for name in with_ or () for change in read_changes(file, name, scenario)]
        self._analyzed(begun)
        self.drops = Drops(self.file, self.base.network)
        self.articles = Articles(self.file)
        self.journal = Journal(self.file)
        if begun:
            self.journal.step(tuple(begun))
        self._apply_what_fits()

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes, in their order."""
        return self.journal.history.now

    # What the page asks.

    def page(self) -> dict[str, Any]:
        """Return what the page shows at first."""
        with self.lock:
            began = {"on": (self.on - self.base.scenario.start).days} if self.on else {}
            every = [
                path
                for name in self.base.subjects
                for legs in self.base.paths(name)
                for path in legs
            ]
            self.shown = ShownRoads.of(self.base, every)
            return page_data(self.base, reasons=False) | {
                "served": True,
                "file": self.file.name,
                "live": self.state(),
                **began,
            }

    def state(self) -> dict[str, Any]:
        """Return the changes and their results."""
        with self.lock:
            history, now = self.journal.history, self.now
            return {
                "revision": self.revision,
                "base": self.readings,
                "changes": [_told(one, self.base) for one in self.changes],
                "undo": len(history.past),
                "redo": len(history.future),
                "sets": names_beside(self.file),
                "kept": self.journal.keeps,
                "imported": self.articles.imported,
                "problems": [str(problem) for problem in self.problems],
                "after": None if now is self.base else changed_data(now, self.base),
            }

    def day(self, revision: int, day: int, *, before: bool = False) -> dict[str, Any]:
        """Return paths and reasons on a day, counted from the first of the run.

        With `before`, those without the changes.

        Raises
        ------
        MeanwhileError
            If the changes are others by now.
        """
        with self.lock:
            self._check(revision)
            asked = self.base if before else self.now
            interval = _interval(asked, day)
            shown = self.shown
            if not same_roads(asked, self.base):
                shown = ShownRoads.of(asked, ())
            return {"interval": interval, "routes": day_data(asked, interval, shown)}

    def chances(
        self, revision: int, day: int | None, *, before: bool = False
    ) -> list[dict[str, Any] | None]:
        """Return the probability of each status, on a day or on all; for every route and enclave.

        With `before`, without the changes.

        Raises
        ------
        MeanwhileError
            If the changes are others by now.
        """
        with self.lock:
            self._check(revision)
            now = self.base if before else self.now
            if day is not None:
                _interval(now, day)
        on = None if day is None else [now.scenario.start + dt.timedelta(days=day)]
        found = probabilities(now, dates=on)
        told = [chance_data(now, name, found) for name in now.subjects]
        if on is None:
            return told
        at = now.interval_on(on[0])
        verify = [to_verify(now, name, at) for name in now.subjects]
        return [one and {**one, "verify": best} for one, best in zip(told, verify, strict=True)]

    # What the page does.

    def act(self, revision: int, action: dict[str, Any]) -> None:
        """Change the list of changes.

        Parameters
        ----------
        revision
            That of the list which the reader saw.
        action
            ``do`` is ``add`` (with ``change``), ``replace``, ``switch`` or ``remove`` (with ``at``), ``undo``,
            ``redo``, ``clear``, ``open`` (with ``name``) or ``set`` (with ``changes``).

        Raises
        ------
        MeanwhileError
            If the list is another one by now.
        InputError
            If the action is none, or the scenario would not be valid; nothing changes then.
        """
        with self.lock:
            self._check(revision)
            do = action.get("do")
            if do in {"undo", "redo"}:
                history = self.journal.history
                steps = history.past if do == "undo" else history.future
                if steps:
                    now = self._analyzed(steps[-1])
                    getattr(self.journal, do)()
                    self.now = now
            else:
                wanted = self._wanted(action)
                now = self._analyzed(wanted)
                self.journal.step(wanted)
                self.now = now
            self._tell()

    def save(self, revision: int, name: str) -> Path:
        """Save the changes under a name, beside the scenario, and return the table.

        Raises
        ------
        MeanwhileError
            If the list is another one by now.
        InputError
            If the name is none, or the table cannot be written.
        """
        with self.lock:
            self._check(revision)
            if name.endswith(".csv"):
                raise InputError(
                    tr("{name!r} is no name for a set of changes; expected a name alone", name=name)
                )
            table, text = table_of(self.file, name), changes_text(self.changes)
            write_one(table, lambda at: at.write_text(text, encoding="utf-8", newline=""))
            self._tell()
            return table

    def write(self, revision: int) -> list[Path]:
        """Write the changes that count into the tables of the scenario, and return these.

        Raises
        ------
        MeanwhileError
            If the list is another one by now.
        InputError
            If a file has changed since it was read, or cannot be written; nothing is written then.
        """
        with self.lock:
            self._check(revision)
            counting = [change for change in self.changes if change.counts]
            staying = tuple(change for change in self.changes if not change.counts)
            written = write_changes(
                self.file,
                counting,
                self.base.scenario,
                self.files.seen,
                lambda files: self.journal.about_to_write(files, staying),
            )
            self._step_anyway(staying)  # that it was written stands in the journal already
            self.reload()
            return written

    def drop(self, name: str, source: str, data: bytes) -> dict[str, Any]:
        """Return how each row of a dropped file would be understood; nothing is written.

        Parameters
        ----------
        name
            What the file is called where it came from: only its ending and its letters count.
        source
            Whose form it has, a key of `SOURCES`; empty to try each.
        data
            The file.

        Raises
        ------
        InputError
            If it cannot be read.
        """
        with self.lock:
            return self.drops.preview(name, source, data)

    def understand(self, number: int, source: str, parties: Mapping[str, str]) -> dict[str, Any]:
        """Return how a file that was dropped would be understood in another form, or by who is who.

        Parameters
        ----------
        number
            That of the file.
        source
            Whose form it has, a key of `SOURCES`; empty to try each.
        parties
            Which actor each party stands for; empty for one that is no actor of the scenario.

        Raises
        ------
        InputError
            If it was not dropped here, or cannot be read so.
        """
        with self.lock:
            return self.drops.again(number, source, parties)

    def take(self, revision: int, number: int) -> list[Path]:
        """Import a dropped file into the scenario, and return the files written.

        Raises
        ------
        MeanwhileError
            If the list is another one by now.
        InputError
            If it was not dropped here, or cannot be imported.
        """
        with self.lock:
            self._check(revision)
            written = self.drops.take(number)
            self.reload()
            return written

    def read(self, name: str, published: str, data: bytes) -> dict[str, Any]:
        """Return a text and its drafts, for a person to decide; see `Articles.read`."""
        with self.lock:
            return self.articles.read(name, published, data, self.base)

    def accept(
        self, revision: int, number: int, rows: list[dict[str, Any]], *, again: bool
    ) -> list[Path]:
        """Import the accepted drafts of a text, all or none; see `Articles.accept`.

        Raises
        ------
        MeanwhileError
            If the list is another one by now.
        InputError
            If one of them cannot be taken.
        """
        with self.lock:
            self._check(revision)
            written = self.articles.accept(number, rows, again=again, analysis=self.base)
            self.reload()
            return written

    def take_back(self, revision: int) -> list[Path]:
        """Take the last import of a text back, and return the files that changed.

        Raises
        ------
        MeanwhileError
            If the list is another one by now.
        InputError
            If there is none, or its files have changed.
        """
        with self.lock:
            self._check(revision)
            changed = self.articles.undo()
            self.reload()
            return changed

    def reload(self) -> None:
        """Read the scenario again, after its files have changed; problems are kept, to be shown."""
        with self.lock:
            self.files.refresh()
            try:
                scenario = load_scenario(self.file)
                self.files.belong_to(scenario)
                self.base = analyze(scenario, network=self._roads(scenario), known_on=self.known_on)
                self.problems = []
                self.readings += 1
            except InputError as error:
                self.problems = list(error.problems)
            else:
                self._apply_what_fits()
            self._tell()

    def end(self) -> None:
        """Close the journal, and forget what was dropped."""
        with self.lock:
            self.journal.close()
            self.drops.clear()

    # How.

    def _roads(self, scenario: Scenario) -> Network | str | Path | None:
        """Return the network: the one that is there, as long as the scenario asks for the same."""
        same = (
            scenario.network == self.base.scenario.network
            and scenario.roads == self.base.scenario.roads
        )
        return self.base.network if self.network is not None or same else None

    def _analyzed(self, changes: Sequence[Change]) -> Analysis:
        scenario = changed_by(self.base.scenario, changes)
        if scenario is self.base.scenario:
            return self.base
        return analyze_again(self.base, scenario)

    def _apply_what_fits(self) -> None:
        """Apply the changes; those that no longer fit the scenario are switched off, and said."""
        kept: list[Change] = []
        for change in self.changes:
            try:
                changed_by(self.base.scenario, [*kept, change])
                kept.append(change)
            except InputError as error:
                self.problems += error.problems
                kept.append(change.model_copy(update={"counts": False}))
        try:
            self.now = self._analyzed(kept)
        except InputError as error:  # what only the network knows
            self.problems += error.problems
            kept = [change.model_copy(update={"counts": False}) for change in kept]
            self.now = self.base
        if tuple(kept) != self.changes:
            self._step_anyway(tuple(kept))

    def _step_anyway(self, changes: tuple[Change, ...]) -> None:
        """Go on to a list of changes that holds whether it can be kept or not; say if it cannot."""
        try:
            self.journal.step(changes)
        except InputError as error:
            self.problems += error.problems
            self.journal.history.step(changes)

    def _wanted(self, action: dict[str, Any]) -> tuple[Change, ...]:
        """Return the list that an action leads to."""
        do, changes = action.get("do"), list(self.changes)
        if do == "clear":
            return ()
        if do == "set":
            wanted = action.get("changes")
            each = wanted if isinstance(wanted, list) else []
            return tuple(self._change({"change": one}) for one in each[:MOST_CHANGES])
        if do == "open":
            return read_changes(self.file, _text(action, "name"), self.base.scenario)
        if do == "add":
            changes.append(self._change(action))
        elif do in {"remove", "switch", "replace"}:
            at = action.get("at")
            if not isinstance(at, int) or not 0 <= at < len(changes):
                last = len(changes) - 1
                raise InputError(
                    tr("there is no change {at!r}; expected 0 to {last}", at=at, last=last)
                )
            if do == "remove":
                del changes[at]
            elif do == "replace":
                changes[at] = self._change(action)
            else:
                changes[at] = changes[at].model_copy(update={"counts": not changes[at].counts})
        else:
            raise InputError(tr("nothing is called {name!r}", name=do))
        if len(changes) > MOST_CHANGES:
            raise InputError(
                tr("{n} changes; expected at most {most}", n=len(changes), most=MOST_CHANGES)
            )
        return tuple(changes)

    def _change(self, action: dict[str, Any]) -> Change:
        asked = action.get("change")
        if not isinstance(asked, dict):
            raise InputError(tr("this is no object of JSON"))
        try:
            change = Change.model_validate(asked)
        except ValidationError as error:
            raise InputError(reasons_against(error, asked, Change)) from error
        return of_report(self.base.scenario, change)

    def _check(self, revision: int) -> None:
        if revision != self.revision:
            raise MeanwhileError(tr("somebody else, or a file, has changed this meanwhile"))

    def _tell(self) -> None:
        self.revision += 1


def _interval(analysis: Analysis, day: int) -> int:
    return analysis.interval_on(analysis.scenario.start + dt.timedelta(days=day))


def _text(action: dict[str, Any], key: str) -> str:
    value = action.get(key)
    if not isinstance(value, str):
        raise InputError(tr("{key} is missing; expected a text", key=key))
    return value


def _told(change: Change, analysis: Analysis) -> dict[str, Any]:
    """Return a change for the page: itself, and as a sentence."""
    sites = analysis.sectors.sites
    named = {} if spoken().code == ENGLISH else sites.index
    names = {id_: label_of(sites, (id_,)) for id_ in _sites_of(change) if id_ in named}
    return {
        "counts": change.counts,
        "text": sentence_of(change, analysis.scenario, names),
        "change": change.model_dump(mode="json", exclude_defaults=True),
    }


def _sites_of(change: Change) -> list[str]:
    return [site for site in (change.event and change.event.site, change.site) if site]


def sentence_of(change: Change, scenario: Scenario, names: Mapping[str, str] | None = None) -> str:
    """Return a change in words.

    Parameters
    ----------
    change
        It.
    scenario
        For the names of actors.
    names
        What to call sites; by their ids, if absent.

    Examples
    --------
    >>> import engine
    >>> scenario = engine.load_scenario("scenarios/castello-2014-12.toml")
    >>> sentence_of(Change(change="withdraw", id="e012-mallah", site="mallah", kind="contested"), scenario)
    'leave out report e012-mallah (mallah contested)'
    """
    called = names or {}
    if change.event is not None:
        return _event_in_words(change.event, scenario, called)
    told = {
        "id": change.id,
        "site": called.get(change.site, change.site),
        "kind": report_kind(change.kind),
    }
    if change.change == "withdraw":
        return tr("leave out report {id} ({site} {kind})", **told)
    if change.change == "doubt":
        share = change.confidence
        return tr("report {id} ({site} {kind}) with confidence {share:g}", **told, share=share)
    return tr("report {id} ({site} {kind}) on {day}", **told, day=change.date)


def _event_in_words(event: Event, scenario: Scenario, names: Mapping[str, str]) -> str:
    told = {
        "site": names.get(event.site, event.site) or f"{event.lat}, {event.lon}",
        "kind": report_kind(event.kind),
        "day": event.date,
    }
    if event.actor in scenario.actors:
        who = actor_text(scenario, event.actor)
        text = tr("{site} {kind} by {actor} on {day}", **told, actor=who)
    else:
        text = tr("{site} {kind} on {day}", **told)
    if event.first_day != event.last_day:
        days = {"first": event.first_day, "last": event.last_day}
        text = tr("{text} (between {first} and {last})", text=text, **days)
    if event.until:
        text = tr("{text} until {day}", text=text, day=event.until)
    if event.confidence != 1:
        text = tr("{text}, confidence {share:g}", text=text, share=event.confidence)
    return text
