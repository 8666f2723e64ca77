import csv
from pathlib import Path

import pytest

from engine.importers.importing import import_reports

FIXTURES = Path(__file__).parent / "fixtures"
DEC = "2014-12-"
SCENARIO = """\
# A remark to keep.
title = "Imports"
start = 2014-12-01   # and this one
end = 2015-01-01

[actors.opposition]
label_ar = "المعارضة"
[actors.government]
label_ar = "قوات الحكومة"
[actors.isis]

[[sites]]
id = "castello-road"
road = ["Castello road", "طريق الكاستيلو"]

[[overlooks]]
site = "mallah"
onto = "castello-road"
effect = "closed"

[[routes]]
id = "castello"
actor = "opposition"
from = "castello-west"
to = "jandoul"
within = "castello-road"

[[baseline]]
site = "castello-road"
holder = "opposition"

[[baseline]]
site = "mallah"
holder = "opposition"
"""
ACTORS = """\
reported,actor
Military Forces of Exampleland (2000-),government
Government of Exampleland,government
Made-up Rebel Front,opposition
Made-up Islamic Group,isis
Rebels,opposition
State,government
Protesters (Exampleland),nobody
"""


@pytest.fixture
def scenario(tmp_path):
    """A scenario with a table of actors beside it."""
    path = tmp_path / "question.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    (tmp_path / "actors.csv").write_text(ACTORS, encoding="utf-8")
    return path


@pytest.fixture
def take_in(scenario, aleppo):
    def run(source, file, **keys):
        path = FIXTURES / file if isinstance(file, str) else file
        keys.setdefault("actors", scenario.parent / "actors.csv")
        return import_reports(source, path, scenario, network=aleppo, **keys)

    return run


def by_row(imported):
    events = {event.id: event for event in imported.result.events}
    return {row.row: (events.get(row.event), row.why) for row in imported.result.rows}


def sites(imported):
    return {event.id: event.site for event in imported.result.events}


SHEET = [
    ("No", "Date", "Place", "Event", "Actor", "Confidence"),
    (1, "14/12/2014", "al-Mallah", "Captured", "State", "60%"),
    (2, "05/12/2014", "Azaz", "clashes", "Rebels", "0,5"),
]


def sheet(path, rows=SHEET, **keys):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, **keys).writerows(rows)
    return path


def spans(event):
    return tuple(
        str(day) if day else "" for day in (event.date, event.earliest, event.latest, event.until)
    )


def like_r(frame, path):
    """Write as R's write.csv does: quoted text, NA, a first column of row names."""
    frame.index = [str(n) for n in range(1, len(frame) + 1)]
    frame.to_csv(path, na_rep="NA", quoting=csv.QUOTE_NONNUMERIC)


def semicolons(frame, path):
    """Write as Excel does where the decimal mark is a comma."""
    frame.to_csv(
        path, index=False, sep=";", decimal=",", encoding="utf-8-sig", lineterminator="\r\n"
    )
