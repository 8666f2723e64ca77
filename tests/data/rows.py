"""What is on record of each report, written down apart from the scenarios that the tests hold to it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
KEEPS_HOLDER = {"repelled", "siege_broken", "raid", "strike", "losses"}


@dataclass(frozen=True)
class Row:
    """One row of the chronology: `who` holds the place afterwards, or contests it (``;``)."""

    id: str
    date: str
    range: str
    until: str
    place: str
    kind: str
    who: str
    confidence: float
    dispute: str

    @classmethod
    def of(cls, line: str) -> Row:
        id_, date, range_, until, place, kind, who, confidence, dispute = (
            part.strip() for part in line.split("|")
        )
        return cls(
            id_,
            date,
            range_ or f"{date}/{date}",
            until,
            place,
            kind,
            who,
            float(confidence),
            dispute,
        )


# id | date | first day/last day | until | place | kind | holder or contestants | confidence | dispute
CHRONOLOGY = """
E001 | 2014-01-11 | 2014-01-11/2014-01-16 | | sheikh-najjar | contested | government;isis;opposition | 0.6 |
E002 | 2014-01-16 | 2014-01-10/2014-01-20 | | castello-road | captured | isis | 0.4 |
E003 | 2014-01-16 | 2014-01-14/2014-01-17 | | ratyan | captured | opposition | 0.6 |
E004 | 2014-02-28 | 2014-02-27/2014-03-04 | | azaz | captured | opposition | 0.9 |
E005 | 2014-05-04 | 2014-05-03/2014-05-05 | | breij | captured | government | 0.6 |
E006 | 2014-05-22 | 2014-05-21/2014-05-22 | | prison | siege_broken | government | 0.92 |
E006b | 2014-05-22 | | | hilan | captured | government | 0.8 |
E007 | 2014-07-03 | 2014-07-03/2014-07-04 | | sheikh-najjar | captured | government | 0.9 |
E007b | 2014-07-05 | 2014-07-03/2014-07-08 | | infantry-road | captured | government | 0.6 |
E008 | 2014-08-13 | 2014-08-12/2014-08-14 | | akhtarin | captured | isis | 0.93 |
E008b | 2014-08-13 | 2014-08-12/2014-08-14 | | dabiq | captured | isis | 0.9 |
E008c | 2014-08-13 | 2014-08-12/2014-08-14 | | turkman-bareh | captured | isis | 0.9 |
E009 | 2014-10-03 | 2014-10-03/2014-10-04 | | handarat | captured | government | 0.9 |
E009b | 2014-10-03 | | | sifat | captured | government | 0.85 |
E010 | 2014-10-20 | 2014-10-18/2014-10-20 | | handarat-hills | captured | government | 0.5 |
E011 | 2014-11-18 | | | castello-road | described | opposition | 0.85 |
E013a | 2014-12-08 | 2014-12-06/2014-12-10 | | handarat-camp | captured | government | 0.4 |
E012 | 2014-12-14 | 2014-12-13/2014-12-14 | | mallah | contested | government;opposition | 0.85 |
E012b | 2014-12-14 | 2014-12-13/2014-12-14 | | mallah-east | captured | government | 0.85 |
E013 | 2014-12-15 | 2014-12-01/2014-12-30 | | handarat-camp | captured | opposition | 0.4 |
E014 | 2014-12-15 | | | mallah | fighting | government;opposition | 0.6 |
E015 | 2014-12-16 | 2014-12-15/2014-12-17 | | castello-road | described | opposition | 0.35 |
E016 | 2014-12-17 | 2014-12-16/2014-12-17 | | mallah | fighting | government;opposition | 0.8 |
E022 | 2014-12-30 | 2014-12-29/2014-12-31 | | mallah | fighting | government;opposition | 0.7 |
E023 | 2015-01-05 | 2015-01-01/2015-01-10 | | breij | captured | opposition | 0.7 |
E024 | 2015-02-17 | | | bashkoy | captured | government | 0.85 |
E024b | 2015-02-17 | | | ratyan | captured | government | 0.85 |
E024c | 2015-02-17 | | | hardatnin | captured | government | 0.8 |
E024d | 2015-02-17 | 2015-02-17/2015-02-18 | 2015-02-20 | gaziantep-highway-hayyan-bayanoun | closed | | 0.5 | highway-2015-02-17
E024e | 2015-02-17 | | 2015-02-20 | gaziantep-highway-hayyan-bayanoun | under_fire | | 0.4 | highway-2015-02-17
E025 | 2015-02-18 | 2015-02-17/2015-02-20 | | ratyan | captured | opposition | 0.8 |
E026 | 2015-02-20 | 2015-02-20/2015-02-21 | | mallah | captured | opposition | 0.9 |
E026c | 2015-02-20 | 2015-02-20/2015-02-21 | | mallah-east | captured | opposition | 0.85 |
E026b | 2015-02-20 | 2015-02-18/2015-02-21 | | hardatnin | captured | opposition | 0.8 |
E027 | 2015-03-09 | 2015-03-07/2015-03-11 | | handarat | contested | government;opposition | 0.8 |
E028 | 2015-03-18 | | | handarat | captured | government | 0.88 |
E029 | 2015-03-19 | 2015-03-19/2015-03-20 | | handarat-hills | captured | government | 0.7 |
E030 | 2015-05-31 | 2015-05-31/2015-06-01 | | sawran | captured | isis | 0.93 |
E030b | 2015-05-31 | 2015-05-31/2015-06-01 | | albil | captured | isis | 0.7 |
E030c | 2015-06-08 | 2015-06-05/2015-06-12 | | albil | captured | opposition | 0.6 |
E031 | 2015-08-09 | | | umm-hawsh | captured | isis | 0.85 |
E032 | 2015-08-14 | 2015-08-14/2015-08-15 | | tlalin | captured | isis | 0.7 |
E033 | 2015-08-25 | 2015-08-25/2015-08-26 | | bashkoy | contested | government;opposition | 0.45 |
E034 | 2015-08-27 | | | mare | repelled | opposition | 0.9 |
E034b | 2015-08-27 | | | harbal | captured | isis | 0.85 |
E035 | 2015-09-28 | 2015-09-28/2015-09-30 | 2015-10-31 | castello-road | under_fire | | 0.7 |
E036 | 2015-10-09 | 2015-10-08/2015-10-09 | | fafin | captured | isis | 0.93 |
E036b | 2015-10-09 | 2015-10-08/2015-10-09 | | tal-qarah | captured | isis | 0.9 |
E037 | 2015-10-23 | | | khanasser | captured | isis | 0.75 |
E037b | 2015-11-04 | 2015-11-02/2015-11-04 | | khanasser | captured | government | 0.8 |
E038 | 2015-12-19 | 2015-12-15/2015-12-19 | | sheikh-maqsoud | truce | | 0.75 |
E039 | 2015-12-20 | 2015-12-19/2015-12-21 | | khan-tuman | captured | government | 0.75 |
"""

# The third year. Two rows say nothing of ground: a listing, and an agreement to leave.
CHRONOLOGY_2016 = """
E040 | 2016-02-01 | | | tal-jibbin | captured | government | 0.9 |
E041 | 2016-02-02 | 2016-02-01/2016-02-02 | | mallah | contested | government;opposition | 0.6 |
E042 | 2016-02-02 | | | hardatnin | captured | government | 0.5 |
E043 | 2016-02-03 | 2016-02-02/2016-02-03 | | maarasat-al-khan | captured | government | 0.97 |
E043b | 2016-02-03 | 2016-02-02/2016-02-03 | | maarasat-junction | captured | government | 0.97 |
E044 | 2016-02-04 | | | mayer | captured | government | 0.85 |
E045 | 2016-02-05 | 2016-02-05/2016-02-07 | | ratyan | captured | government | 0.88 |
E046 | 2016-02-08 | 2016-02-08/2016-02-09 | | deir-jamal | captured | ypg | 0.7 |
E047 | 2016-02-10 | 2016-02-10/2016-02-11 | | menagh | captured | ypg | 0.9 |
E048 | 2016-02-15 | 2016-02-14/2016-02-16 | | tal-rifaat | captured | ypg | 0.9 |
E049 | 2016-02-15 | 2016-02-15/2016-02-16 | | misqan | captured | government | 0.85 |
E050 | 2016-02-23 | 2016-02-22/2016-02-23 | | khanasser | captured | isis | 0.85 |
E051 | 2016-02-25 | 2016-02-15/2016-03-10 | 2016-03-10 | castello-road | under_fire | | 0.9 |
E050b | 2016-02-29 | | | khanasser | captured | government | 0.85 |
E052 | 2016-03-01 | | | sheikh-maqsoud | captured | ypg | 0.75 |
E053 | 2016-04-05 | | | castello-road | under_fire | | 0.5 |
E054 | 2016-05-06 | 2016-05-05/2016-05-06 | | khan-tuman | captured | opposition | 0.93 |
E054b | 2016-05-06 | 2016-05-05/2016-05-06 | | missile-battalion | captured | opposition | 0.93 |
E055 | 2016-05-22 | 2016-05-12/2016-05-31 | 2016-05-31 | castello-road | under_fire | | 0.85 |
E056 | 2016-05-27 | 2016-05-26/2016-05-27 | | kaljibrin | captured | isis | 0.95 |
E057 | 2016-06-08 | | | kaljibrin | captured | opposition | 0.95 |
E058 | 2016-06-26 | 2016-06-25/2016-06-28 | | mallah | contested | government;opposition | 0.85 |
E059 | 2016-07-07 | | | mallah | captured | government | 0.95 |
E060 | 2016-07-10 | 2016-07-09/2016-07-10 | | mallah | described | government | 0.9 |
E061 | 2016-07-13 | 2016-07-12/2016-07-13 | | layramoun | captured | government | 0.7 |
E062 | 2016-07-17 | 2016-07-16/2016-07-17 | | castello-road | captured | government | 0.96 |
E063 | 2016-07-26 | 2016-07-25/2016-07-26 | | layramoun | captured | government | 0.88 |
E064 | 2016-07-27 | 2016-07-27/2016-07-28 | | castello-road | described | government | 0.9 |
E065 | 2016-07-28 | | | bani-zeid | captured | government | 0.9 |
E066 | 2016-08-06 | 2016-08-05/2016-08-06 | | artillery-academies | captured | opposition | 0.93 |
E067 | 2016-08-08 | 2016-08-07/2016-08-08 | | ramouseh | captured | opposition | 0.75 |
E068 | 2016-08-19 | 2016-08-10/2016-08-19 | | ramouseh | described | opposition | 0.9 |
E069 | 2016-09-04 | | | artillery-academies | captured | government | 0.96 |
E070 | 2016-09-08 | 2016-09-06/2016-09-09 | | ramouseh | captured | government | 0.85 |
E071 | 2016-09-14 | 2016-09-12/2016-09-19 | | castello-road | described | government | 0.75 |
E072 | 2016-09-24 | 2016-09-23/2016-09-24 | | handarat-camp | captured | government | 0.9 |
E073 | 2016-09-25 | 2016-09-24/2016-09-25 | | handarat-camp | captured | opposition | 0.9 |
E074 | 2016-09-29 | | | handarat-camp | captured | government | 0.93 |
E075 | 2016-10-05 | | | eastern-aleppo | statement | | 0.97 |
E076 | 2016-10-28 | 2016-10-28/2016-11-12 | | ramouseh | described | government | 0.93 |
E077 | 2016-11-04 | 2016-11-03/2016-11-06 | | fafin | captured | government | 0.6 |
E078 | 2016-11-26 | 2016-11-26/2016-11-27 | | hanano | captured | government | 0.92 |
E079 | 2016-11-28 | 2016-11-27/2016-11-28 | | sakhour | captured | government | 0.93 |
E080 | 2016-12-06 | 2016-12-06/2016-12-07 | | eastern-aleppo | captured | government | 0.85 |
E081 | 2016-12-12 | 2016-12-11/2016-12-12 | | sheikh-saeed | captured | government | 0.8 |
E082 | 2016-12-13 | | | eastern-aleppo | statement | | 0.92 |
E083 | 2016-12-22 | 2016-12-15/2016-12-22 | | eastern-aleppo | captured | government | 0.97 |
"""


def chronology(month: str = "", table: str = CHRONOLOGY) -> list[Row]:
    """Return the rows on record, or those of one month (YYYY-MM)."""
    rows = [Row.of(line + " |" * (8 - line.count("|"))) for line in table.split("\n") if line]
    return [row for row in rows if row.date.startswith(month)]


def events(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of events beside the scenarios."""
    with (SCENARIOS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(event: dict[str, str]) -> str:
    """Return the number of the row on record that an event stands for: its id up to the hyphen."""
    return event["id"].split("-", 1)[0]


def says(event: dict[str, str]) -> tuple[str, str]:
    """Return what an event says of its place: held or contested, and by whom; or nothing."""
    kind = event["kind"]
    if kind in {"captured", "described"}:
        return "held", event["actor"]
    if kind in {"contested", "fighting"}:
        return "contested", ";".join(sorted(event["contestants"].split(";")))
    if kind in KEEPS_HOLDER and event["defender"]:
        return "held", event["defender"]
    return ("", "") if kind in KEEPS_HOLDER | {"aim", "truce", "statement"} else (kind, "")


def bent(event: dict[str, str], row: Row) -> list[str]:
    """Return the columns in which an event does not say what is on record."""
    said = says(event)[1]
    given = {
        "site": (event["site"], row.place),
        "kind": (event["kind"], row.kind),
        "date": (event["date"], row.date),
        "range": (
            f"{event['earliest'] or event['date']}/{event['latest'] or event['date']}",
            row.range,
        ),
        "until": (event.get("until", ""), row.until),
        "who": (said, ";".join(sorted(row.who.split(";")))),
        "confidence": (float(event["confidence"]), row.confidence),
        "dispute": (event.get("dispute", ""), row.dispute),
        "source": (bool(event["source"]), True),
    }
    return [column for column, (here, there) in given.items() if here != there]
