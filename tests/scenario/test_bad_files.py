"""A hundred files with one fault each: the right message, exit code 2, nothing written."""

import gzip
import json
import os
import zipfile

import openpyxl
import pytest

from engine.cli import main

TOML = """\
title = "A question"
network = "aleppo-schematic"
start = 2014-12-01
end = 2015-01-01
baseline = "holdings.csv"
events = "events.csv"

[actors.opposition]
passes = [{actor = "allied", from = 2014-12-05, until = 2014-12-09}]
[actors.government]
[actors.allied]

[[sites]]
id = "castello-road"
road = "Castello road"
[[sites]]
id = "north"
places = ["azaz", "mare"]

[[overlooks]]
site = "mallah"
onto = "castello-road"

[[routes]]
id = "castello"
actor = "opposition"
from = "castello-west"
to = "jandoul"
within = "castello-road"

[[enclaves]]
id = "north"
actor = "opposition"
lifelines = "bab-al-salama"
population = 1000
"""
LISTED_ACTORS = """\
title = "A question"
start = 2014-12-01
end = 2015-01-01
[[actors]]
label = "Opposition"
"""
HEAD = "id,date,earliest,latest,until,site,lat,lon,kind,actor,confidence,dispute,after,note\n"
GOOD = "E1,2014-12-14,,,,mallah,,,captured,government,0.6,,,fine\n"
HOLDINGS = "site,holder\ncastello-road,opposition\nmallah,opposition\n"


def row(**keys):
    """Return a row of events.csv, with some cells other than usual."""
    usual = {
        "id": "E2", "date": "2014-12-20", "site": "azaz", "kind": "captured",
        "actor": "government", "confidence": "0.5",
    } | keys  # fmt: skip
    return ",".join(str(usual.get(name, "")) for name in HEAD.strip().split(",")) + "\n"


def events(*rows, head=HEAD):
    return {"events.csv": head + GOOD + "".join(rows)}


def toml(old, new):
    assert old in TOML, old
    return {"scenario.toml": TOML.replace(old, new, 1)}


def more(text):
    return {"scenario.toml": TOML + text}


def top(text):
    return {"scenario.toml": text + TOML}


def workbook():
    book = openpyxl.Workbook()
    book.active.append(["id", "date"])
    return book


def as_xlsx(path):
    workbook().save(path)


def as_zip(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("events.csv", HEAD)


ENCODINGS = {
    "table in half of UTF-16": ({"events.csv": (HEAD + GOOD).encode("utf-16")[:-1]}, "is not utf-16"),
    "table in UTF-16, other order": ({"events.csv": b"\xfe\xff\x00i\x00d"}, "no column 'date', 'kind'"),
    "table in Windows-1256": (
        {"events.csv": (HEAD + GOOD + row(note="أعزاز")).encode("cp1256")}, "events.csv, line 3: byte 0x",
    ),
    "table in Latin-1": ({"events.csv": (HEAD + row(note="café")).encode("latin-1")}, "is not UTF-8"),
    "scenario in Latin-1": ({"scenario.toml": TOML.replace("A q", "À q").encode("latin-1")}, "is not UTF-8"),
    "scenario in UTF-16": ({"scenario.toml": TOML.encode("utf-16")}, "UTF-16"),
    "null character in a table": ({"events.csv": HEAD + GOOD + "\0\n"}, "events.csv, line 3: the file holds a null"),
    "null character in the scenario": (top("\0"), "line 1: the file holds a null character"),
    "two byte order marks in the scenario": ({"scenario.toml": "\ufeff\ufeff" + TOML}, "line 1: this is not valid TOML"),
    "byte order mark inside a table": (events("\ufeff" + row()), "invisible character (U+FEFF)"),
    "workbook called a table": ({"events.csv": as_xlsx}, "a workbook or an archive, not text"),
    "archive called a table": ({"events.csv": as_zip}, "a workbook or an archive, not text"),
    "old workbook called a table": ({"events.csv": b"\xd0\xcf\x11\xe0\xa1\xb1"}, "an old Excel workbook"),
    "PDF called a table": ({"events.csv": b"%PDF-1.7\n"}, "a PDF document"),
    "compressed table": ({"events.csv": gzip.compress(HEAD.encode())}, "a compressed file"),
    "database called a table": ({"events.csv": b"SQLite format 3\0"}, "a database"),
    "workbook called a scenario": ({"scenario.toml": as_xlsx}, "a workbook or an archive, not text"),
}  # fmt: skip

TABLES = {
    "mixed separators": (events("E2;2014-12-20;azaz;raid\n"), "line 3: the row has 1 cells, the header has 14"),
    "mixed separators in the header": (
        {"events.csv": "id;date,site,kind\n"}, "there is no column 'id;date'",
    ),
    "a cell too many": (events(row(note="a,b")), "line 3: the row has 15 cells, the header has 14"),
    "a cell too few": (events("E2,2014-12-20,azaz\n"), "line 3: the row has 3 cells"),
    "quote that is never closed": (events('"E2,2014-12-20\n'), "line 3: the table cannot be read from here on"),
    "quote inside a cell": (events('E2,"2014"-12-20,,,,,,,,,,,,\n'), "line 3: the table cannot be read"),
    "empty table": ({"events.csv": ""}, "events.csv: the table is empty"),
    "table of white space": ({"events.csv": " \n\n\t\n"}, "events.csv: the table is empty"),
    "table without a header": ({"events.csv": GOOD}, "the first row does not name the columns"),
    "misspelt column": ({"events.csv": HEAD.replace("date", "dat") + GOOD}, "did you mean 'date'"),
    "column twice": ({"events.csv": HEAD.replace("note", "site") + GOOD}, "the column 'site' appears twice"),
    "column without a name": ({"events.csv": HEAD.replace("note", "") + GOOD}, "column 14 has no name"),
    "50 MB of one line": ({"events.csv": b"x" * 50_000_000}, "line 1: the line is 50,000,000 characters long"),
    "50 MB of one line below": ({"events.csv": (HEAD + GOOD).encode() + b"," * 50_000_000}, "line 3: the line is"),
    "merged cells, saved as text": (events(row(), row(id="E3", date="", site="")), "line 4: column 'date' is missing"),
    "formula for a date": (events(row(date="=TODAY()")), "date = '=TODAY()': this is not a date"),
    "formula for a site": (events(row(site="=A1")), "like the formula of a spreadsheet"),
    "formula for an actor": (events(row(actor="@SUM(A1)")), "like the formula of a spreadsheet"),
    "formula for a confidence": (events(row(confidence="=0.5+0.1")), "this is not a number"),
    "null for a date": (events(row(date="NULL")), "date = 'NULL': this is not a date"),
    "null for a kind": (events(row(kind="N/A")), "kind = 'N/A': there is no such choice"),
    "null for a confidence": (events(row(confidence="nan")), "confidence = 'nan': the number is out of range"),
    "null for a latitude": (events(row(lat="None", lon="37")), "lat = 'None': this is not a number"),
    "table that is not there": (toml('"events.csv"', '"event.csv"'), "event.csv: there is no such file; did you mean 'events.csv'"),
    "table that is a folder": ({"events.csv": os.mkdir}, "this is a folder"),
    "table that is a pipe": ({"events.csv": os.mkfifo}, "this is a device or a pipe"),
    "table of another kind": (toml('"events.csv"', '"holdings.csv"'), "there is no column 'date', 'kind'"),
}  # fmt: skip

DATES = {
    "31/02/2015": (events(row(date="31/02/2015")), "date = '31/02/2015': the calendar has no day '31/02/2015'; expected YYYY-MM-DD"),
    "31st of February": (events(row(date="2015-02-31")), "the calendar has no such day"),
    "thirteenth month": (events(row(date="2014-13-01")), "the calendar has no such day"),
    "year of two digits": (events(row(date="14-12-20")), "the year of '14-12-20' has two digits"),
    "day or month": (events(row(date="05/12/2014")), "'05/12/2014' may be 2014-12-05 or 2014-05-12"),
    "day and month in both orders": (
        events(row(date="12/25/2014"), row(id="E3", date="25/12/2014"), row(id="E4", date="05/12/2014")),
        "there are both '12/25/2014' and '25/12/2014'",
    ),
    "month for a day": (events(row(until="January 2015")), "until = 'January 2015': 'January 2015' is not one day"),
    "no date": (events(row(date="")), "line 3: column 'date' is missing or empty"),
    "range reversed": (events(row(earliest="2014-12-22", latest="2014-12-18")), "lies outside its range 2014-12-22 to 2014-12-18"),
    "date before its range": (events(row(earliest="2014-12-21")), "lies outside its range"),
    "until before the date": (events(row(until="2014-12-20")), "until 2014-12-20 is not after the date"),
    "run reversed": (toml("end = 2015-01-01", "end = 2014-11-01"), "start 2014-12-01 is not before end"),
    "run of no day": (toml("end = 2015-01-01", "end = 2014-12-01"), "is not before end"),
    "end on no day": (toml("end = 2015-01-01", "end = 2015-02-31"), "line 4: this is not valid TOML"),
    "end as a time": (toml("end = 2015-01-01", "end = 2015-01-01 10:00:00"), "a day has no time of day"),
    "end day first": (toml("end = 2015-01-01", 'end = "01/01/2015"'), "end = '01/01/2015': this is not a date"),
    "end as a number": (toml("end = 2015-01-01", "end = 2015"), "this is not a date"),
    "passage reversed": (toml("until = 2014-12-09", "until = 2014-12-01"), "line 9: until 2014-12-01 is not after from"),
}  # fmt: skip

POINTS = {
    "latitude and longitude swapped": (events(row(site="", lat=37.045, lon=36.586)), "lat and lon may be swapped"),
    "longitude as latitude": (events(row(site="", lat=137.0, lon=36.5)), "there is no such latitude: lat and lon may be swapped"),
    "metres of UTM": (events(row(site="", lat=4050000, lon=325000)), "this looks like metres of a projected map"),
    "Web Mercator": (events(row(site="", lat=36.5, lon=4130000.5)), "this looks like metres of a projected map"),
    "half a point": (events(row(site="", lat=36.5)), "a point has both lat and lon"),
    "neither site nor point": (events(row(site="")), "an event names its site, or gives lat and lon"),
    "degrees and minutes": (events(row(site="", lat="36°35'N", lon="37°02'E")), "this is not a number"),
    "point in the sea": (events(row(site="", lat=35.0, lon=33.0)), "no place, stretch or area lies within 2 km"),
    "place off the globe": (more('[[places]]\nid = "p"\nlat = 91\nlon = 37\n'), "there is no such latitude"),
    "place without a point": (more('[[places]]\nid = "p"\nlat = 36.5\n'), "key 'lon' is missing"),
    "place far from every road": (
        more('[[places]]\nid = "p"\nlat = 30.0\nlon = 30.0\n') | {"holdings.csv": HOLDINGS + "p,opposition\n"},
        "lies more than 5 km from every road",
    ),
    "place twice": (more('[[places]]\nid = "p"\nlat = 36.5\nlon = 37\n' * 2), "the id 'p' of a place is used twice"),
}  # fmt: skip

NAMES = {
    "zero-width space in a name": (events(row(site="aza\u200bz")), "the name holds an invisible character (U+200B)"),
    "no-break space in a name": (events(row(site="castello\u00a0road")), "invisible character (U+00A0)"),
    "right-to-left mark in an actor": (events(row(actor="government\u200f")), "invisible character (U+200F)"),
    "zero-width joiner in a key": (toml("[actors.government]", '[actors."gov\u200dernment"]'), "invisible character (U+200D)"),
    "letter of another script": (events(row(site="аzаz")), "unknown site 'аzаz'"),
    "space around a name": (toml('id = "castello"', 'id = " castello"'), "a name has no space around it"),
    "unknown site": (events(row(site="qwertz")), "line 3: unknown site 'qwertz'"),
    "unknown actor": (events(row(actor="goverment")), "line 3: the actor 'goverment' is not known; did you mean 'government'?"),
    "unknown kind": (events(row(kind="capturd")), "did you mean 'captured'?"),
    "label of two actors": (
        toml("[actors.allied]", '[actors.allied]\nlabel = "X"\n[actors.other]\nlabel = "x"') | events(row(actor="X")),
        "line 3: the actor 'X' may be allied or other; expected the id of one of them",
    ),
    "capture by nobody": (events(row(actor="")), "an event of kind 'captured' names its actor"),
    "event twice": (events(row(id="E1")), "the id 'E1' of an event is used twice (first on line 2 of"),
    "after an unknown event": (events(row(after="E9")), "there is no event 'E9'"),
    "after itself": (events(row(after="E2")), "events follow one another in a circle"),
    "after what came later": (events(row(id="E0", date="2014-12-02", after="E1")), "is before the first day 2014-12-14"),
    "dispute of more than one truth": (events(row(dispute="d", confidence=0.6), row(id="E3", dispute="d")), "sum to 1.1"),
    "confidence of 150 %": (events(row(confidence=1.5)), "confidence = '1.5': the number is out of range; expected at most 1"),
    "confidence below nothing": (events(row(confidence=-0.1)), "expected at least 0"),
    "confidence in words": (events(row(confidence="high")), "confidence = 'high': this is not a number"),
}  # fmt: skip

SCENARIOS = {
    "no scenario": ({"scenario.toml": None}, "scenario.toml: there is no such file"),
    "scenario that is a folder": ({"scenario.toml": os.mkdir}, "this is a folder"),
    "empty scenario": ({"scenario.toml": ""}, "the scenario is empty"),
    "scenario of remarks": ({"scenario.toml": "# nothing\n"}, "the scenario is empty"),
    "50 MB of one line in the scenario": ({"scenario.toml": b"#" * 50_000_000}, "the line is 50,000,000 characters long"),
    "text without quotes": (toml('"A question"', "A question"), "line 1: this is not valid TOML"),
    "quote that is not closed": (toml('"A question"', '"A question'), "line 1: this is not valid TOML"),
    "typographic quotes": (toml('"A question"', "“A question”"), "line 1: this is not valid TOML"),
    "key twice": (toml("network =", "title ="), "line 2: this is not valid TOML"),
    "section twice": (toml("[actors.allied]", "[actors.government]"), "line 11: this is not valid TOML"),
    "colon for an equals sign": (toml("title =", "title:"), "line 1: this is not valid TOML"),
    "lists without an end": (top("x = " + "[" * 5000 + "\n"), "scenario.toml"),
    "unknown key": (toml("network =", "netwrok ="), "line 2: there is no key 'netwrok' in a scenario; did you mean 'network'?"),
    "unknown key of a route": (toml("within =", "inside ="), "there is no key 'inside' here"),
    "no title": (toml('title = "A question"\n', ""), "key 'title' is missing"),
    "no start": (toml("start = 2014-12-01\n", ""), "key 'start' is missing"),
    "no actors": ({"scenario.toml": 'title = "t"\nstart = 2014-12-01\nend = 2015-01-01\n'}, "key 'actors' is missing"),
    "one bracket": (toml("[[routes]]", "[routes]"), "'routes' is not written as it should be; expected [[routes]]"),
    "actors as a list": ({"scenario.toml": LISTED_ACTORS}, "'actors' is not written as it should be"),
    "number for text": (toml('title = "A question"', "title = 3"), "title = '3': this is not text"),
    "text for a number": (top('reach_km = "far"\n'), "reach_km = 'far': this is not a number"),
    "negative reach": (top("reach_km = -1\n"), "expected more than 0"),
    "truth value for a number": (top("believe = true\n"), "this is not a number"),
    "unknown choice": (top('oneway = "maybe"\n'), "expected one of ignore, respect"),
    "unknown network": (toml('"aleppo-schematic"', '"aleppo-schematik"'), "aleppo-schematik"),
    "network that is no network": (toml('"aleppo-schematic"', '"holdings.csv"'), "holdings.csv"),
    "empty network": (
        toml('"aleppo-schematic"', '"empty.osm"') | {"empty.osm": '<?xml version="1.0"?><osm version="0.6"></osm>'},
        "empty.osm",
    ),
    "broken network": (
        toml('"aleppo-schematic"', '"broken.osm"') | {"broken.osm": '<?xml version="1.0"?><osm><node id="1"'},
        "broken.osm",
    ),
}  # fmt: skip

GROUND = {
    "site without ground": (more('[[sites]]\nid = "s"\n'), "a site has exactly one of"),
    "site with two grounds": (more('[[sites]]\nid = "s"\nroad = "x"\nplaces = ["azaz"]\n'), "got road or between and places or sites"),
    "site twice": (more('[[sites]]\nid = "north"\nroad = "Castello road"\n'), "the id 'north' of a site is used twice"),
    "unknown road": (toml('road = "Castello road"', 'road = "Castelo roud"'), "is called 'Castelo roud'"),
    "unknown OSM way": (more('[[sites]]\nid = "s"\nways = [99]\n'), "none of the OSM ways"),
    "way between one place": (more('[[sites]]\nid = "s"\nbetween = ["azaz"]\n'), "too few entries; expected two or more places"),
    "area of two corners": (more('[[sites]]\nid = "s"\narea = [[37, 36], [38, 37]]\n'), "encloses nothing"),
    "area file that is not there": (more('[[sites]]\nid = "s"\narea = "area.geojson"\n'), "area.geojson"),
    "line without a breadth": (more('[[sites]]\nid = "s"\nline = [[37, 36], [38, 37]]\n'), "a line needs its breadth on either side: buffer_km"),
    "line of one point": (more('[[sites]]\nid = "s"\nline = [[37, 36]]\nbuffer_km = 1\n'), "expected the name of a file of lines"),
    "line of one point twice": (more('[[sites]]\nid = "s"\nline = [[37, 36], [37, 36]]\nbuffer_km = 1\n'), "the line of site 's' encloses nothing"),
    "line file that is not there": (more('[[sites]]\nid = "s"\nline = "l.geojson"\nbuffer_km = 1\n'), "l.geojson"),
    "line file outside": (more('[[sites]]\nid = "s"\nline = "../l.geojson"\nbuffer_km = 1\n'), "../l.geojson"),
    "breadth of an area": (more('[[sites]]\nid = "s"\narea = [[37, 36], [38, 37], [38, 36]]\nbuffer_km = 1\n'), "buffer_km is the breadth of a stretch or a line"),
    "group that holds itself": (more('[[sites]]\nid = "s"\nsites = ["t"]\n[[sites]]\nid = "t"\nsites = "s"\n'), "the group contains itself"),
    "site that overlooks itself": (toml('onto = "castello-road"', 'onto = "mallah"'), "the site 'mallah' overlooks itself"),
    "overlooking an unknown site": (toml('site = "mallah"', 'site = "qwertz"'), "unknown site 'qwertz'"),
    "unknown actor of a route": (toml('id = "castello"\nactor = "opposition"', 'id = "castello"\nactor = "oposition"'), "did you mean 'opposition'?"),
    "route to an unknown place": (toml('to = "jandoul"', 'to = "qwertz"'), "unknown site 'qwertz'"),
    "route from nowhere": (toml('from = "castello-west"', "from = []"), "from = '[]': this must not be empty"),
    "route without an end": (toml('to = "jandoul"\n', ""), "key 'to' is missing"),
    "route called like an enclave": (toml('id = "castello"', 'id = "north"'), "the id 'north' of a route or enclave is used twice"),
    "people in words": (toml("population = 1000", 'population = "many"'), "a number of people"),
    "passing over an unknown actor": (toml('actor = "allied"', 'actor = "alied"'), "line 9: the actor 'alied' is not known"),
    "baseline of an unknown actor": ({"holdings.csv": HOLDINGS + "azaz,nobody\n"}, "holdings.csv, line 4: the actor 'nobody'"),
    "baseline in an unknown condition": ({"holdings.csv": "site,holder,condition\nazaz,opposition,quiet\n"}, "expected one of held, contested, exposed, closed"),
}  # fmt: skip


def link_out(path):
    (path.parents[1] / "outside.csv").write_text("secret,words\n")
    path.symlink_to(path.parents[1] / "outside.csv")


def link_to_passwd(path):
    path.symlink_to("/etc/passwd")


def link_to_nothing(path):
    path.symlink_to(path.parent / "nothing.csv")


def link_to_itself(path):
    path.symlink_to(path)


PATHS = {
    "include of ../../etc/passwd": (top('include = "../../etc/passwd"\n'), "'../../etc/passwd' is not the name of such a file"),
    "include far above": (top('include = "../../../../x.toml"\n'), "lies outside the folders of the scenario"),
    "include from the root": (top('include = "/etc/passwd.toml"\n'), "lies outside the folders of the scenario"),
    "table far above": (toml('"events.csv"', '"../../../events.csv"'), "lies outside the folders of the scenario"),
    "table from the root": (toml('"events.csv"', '"/etc/passwd"'), "'/etc/passwd' is not the name of such a file"),
    "include of itself": (top('include = "scenario.toml"\n'), "includes itself"),
    "include of a file that is not there": (top('include = "othr.toml"\n'), "othr.toml: there is no such file"),
    "include of a number": (top("include = 3\n"), "'include' is not written as it should be"),
    "include of a table": (top('include = "events.csv"\n'), "expected a name that ends in .toml"),
    "area from the network of the world": (more('[[sites]]\nid = "s"\narea = "/vsicurl/http://127.0.0.1/a.geojson"\n'), "lies outside the folders of the scenario"),
    "area far above": (more('[[sites]]\nid = "s"\narea = "../../../a.geojson"\n'), "lies outside the folders of the scenario"),
    "area from a file of another kind": (more('[[sites]]\nid = "s"\narea = "/etc/passwd"\n'), "is not the name of such a file"),
    "line break in a file name": (toml('"events.csv"', '"a\\nb.csv"'), "control character"),
    "nothing for a file name": (toml('"events.csv"', '""'), "is not the name of such a file"),
    "link that leads to the root": ({"events.csv": link_to_passwd}, "lies outside the folders of the scenario"),
    "link that leads to nothing": ({"events.csv": link_to_nothing}, "a link to a file that is not there"),
    "link to itself": ({"events.csv": link_to_itself}, "events.csv"),
    "fault in an included file": (top('include = "other.toml"\n') | {"other.toml": "[[routes]]\nid = 3\n"}, "other.toml, line 2: id = '3'"),
}  # fmt: skip

BAD = ENCODINGS | TABLES | DATES | POINTS | NAMES | SCENARIOS | GROUND | PATHS


@pytest.fixture
def folder(tmp_path):
    """A folder deep enough that what lies outside is still inside the test's own."""
    inner = tmp_path / "outer" / "inner"
    inner.mkdir(parents=True)
    return inner


def lay_out(folder, changes):
    usual = {"scenario.toml": TOML, "events.csv": HEAD + GOOD, "holdings.csv": HOLDINGS}
    for name, content in (usual | changes).items():
        path = folder / name
        if isinstance(content, str):
            path.write_bytes(content.encode())
        elif isinstance(content, bytes):
            path.write_bytes(content)
        elif content is not None:
            content(path)


def state(folder):
    return sorted(
        (path.name, path.lstat().st_size, path.lstat().st_mtime_ns) for path in folder.rglob("*")
    )


def run(monkeypatch, *words):
    monkeypatch.setattr("sys.argv", ["supplyline", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code or 0


def test_the_table_has_its_hundred():
    assert len(BAD) >= 100


def test_without_a_fault_all_is_well(folder, monkeypatch, capsys):
    lay_out(folder, {})
    assert run(monkeypatch, "run", folder / "scenario.toml", "--quiet") == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("fault", BAD)
def test_a_file_with_one_fault(folder, monkeypatch, capsys, fault):
    changes, message = BAD[fault]
    lay_out(folder, changes)
    before = state(folder)
    out = folder / "results"
    assert run(monkeypatch, "run", folder / "scenario.toml", "--out", out) == 2
    told = capsys.readouterr()
    assert message in told.err
    assert told.out == ""
    assert "Traceback" not in told.err
    assert len(told.err.splitlines()) <= 4
    assert state(folder) == before


def as_merged(path):
    book = openpyxl.Workbook()
    for cells in (("date", "place", "event"), ("2014-12-20", "azaz", "raid"), ("", "mare", "raid")):
        book.active.append(cells)
    book.active.merge_cells("A2:A3")
    book.save(path)


def as_blank(path):
    openpyxl.Workbook().save(path)


SQUARE = '{"type": "Polygon", "coordinates": [[[%s, 0], [%s, 0], [%s, 9], [%s, 0]]]}'
FEATURE = '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"%s": "x"}, "geometry": %s}]}'
IMPORTS = {
    "merged cells": ("sheet", "in.xlsx", as_merged, "the cells A2:A3 are merged"),
    "workbook without a cell": ("sheet", "in.xlsx", as_blank, "the workbook is empty"),
    "text called a workbook": ("sheet", "in.xlsx", "date,place\n", "this is a text, whatever its name says"),
    "archive called a workbook": ("sheet", "in.ods", as_zip, "the workbook cannot be read"),
    "workbook that is not there": ("sheet", "in.xlsx", None, "there is no such file"),
    "sheet without dates": ("sheet", "in.csv", "place,event\nazaz,raid\n", "no column has a name for dates"),
    "sheet without places": ("sheet", "in.csv", "date,event\n1/2/2014,raid\n", "no column has a name for sites"),
    "sheet of nothing": ("sheet", "in.csv", "", "the table is empty"),
    "ACLED without places": ("acled", "in.csv", "event_id_cnty,event_date\n", "there is no column 'event_type', 'actor1', 'location', 'latitude'"),
    "layer without geometry": ("control-polygons", "in.geojson", "{}", "the layer cannot be read"),
    "layer in metres": ("control-polygons", "in.geojson", FEATURE % ("date", SQUARE % (4e6, 5e6, 5e6, 4e6)), "are not degrees"),
    "layer without a day": ("control-polygons", "in.geojson", FEATURE % ("holder", SQUARE % (1, 2, 2, 1)), "no column of dates, and no day in the file name"),
    "roads without a status": ("access-constraints", "in.csv", "osm_id,state\n", "there is no column 'status'"),
    "unknown importer": ("akled", "in.csv", "a\n", "did you mean 'acled'?"),
    "table of actors in disorder": ("flee", "in.csv", "location,azaz,,1,2\n", "the actor 'nobdy' is not known"),
}  # fmt: skip


@pytest.mark.parametrize("fault", IMPORTS)
def test_an_import_with_one_fault(folder, monkeypatch, capsys, fault):
    source, name, content, message = IMPORTS[fault]
    actors = "reported,actor\nx," + ("nobdy\n" if source == "flee" else "nobody\n")
    lay_out(folder, {name: content, "actors.csv": actors})
    before = state(folder)
    scenario, table = folder / "scenario.toml", folder / "actors.csv"
    assert (
        run(monkeypatch, "import", source, folder / name, "--into", scenario, "--actors", table)
        == 2
    )
    told = capsys.readouterr()
    assert message in told.err
    assert "Traceback" not in told.err
    assert state(folder) == before


def test_problems_are_told_to_editors_as_json(folder, monkeypatch, capsys):
    lay_out(folder, events(row(kind="capturd")))
    assert run(monkeypatch, "check", folder / "scenario.toml", "--json") == 2
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert (problem["file"], problem["line"]) == (str(folder / "events.csv"), 3)
    assert (problem["field"], problem["value"]) == ("kind", "capturd")
    assert problem["nearest"] == ["captured"]
