"""Pictures, sheets, tables and sentences in Arabic, and in the language of the tests: it shows what no catalogue has."""

import io
import re
from dataclasses import replace
from shutil import copytree
from zipfile import ZipFile

import pandas as pd
import pytest
from matplotlib.text import Text
from rich.console import Console

import engine
from engine.analysis.attribution import credit_text
from engine.importers.importing import Options, import_reports
from engine.language import speaking
from engine.measures.explanation import Explanation, Place, Relief
from engine.network.arrays import Provenance
from engine.network.extract import SCHEMATIC_CREDIT, SKETCH_CREDIT
from engine.report.figures import map_column, timeline_slide
from engine.report.sentences import what_would_change
from engine.report.sheets import sheets_of
from engine.report.status_table import status_page
from engine.report.workbook import in_words, write_xlsx

DAY = "2014-12-20"
PLAIN = Explanation("x", "حلب الشرقية", DAY, "cut", "2014-12-14", "2014-12-31", True, (), (), (), "", (),
                    "", (), no_road="لا يؤدي أي طريق إلى هناك")  # fmt: skip
"""An explanation without reasons: to be told how long a status lasts."""


@pytest.fixture(scope="module")
def chances(seed):
    return engine.probabilities(seed, "castello", dates=[DAY])


def names_in(analysis):
    """Return the names that the files have."""
    scenario, network = analysis.scenario, analysis.network
    named = [*scenario.actors.values(), *analysis.subjects.values(), *scenario.sites]
    known = {scenario.title, *analysis.subjects, *(f"{one.label} {one.label_ar}" for one in named)}
    return known | {place.name for place in (*network.places, *scenario.places)}


def english_words(texts, analysis):
    """Return the Latin words of texts that are no names, ids or digests."""
    told = " ".join(texts)
    for name in sorted(names_in(analysis), key=len, reverse=True):
        for part in (name, *name.split()):
            told = re.sub(rf"(?<![\w-]){re.escape(part)}(?![\w-])", " ", told)
    told = re.sub(r"\[[^\]]*\]|\b[0-9a-f]{12}\b", " ", told)
    return {*re.findall("[A-Za-z]{2,}", told)} - {"supplyline", "OpenStreetMap"}


def left_out(texts, analysis):
    """Return the texts with words that neither a message nor a file has."""
    known = names_in(analysis)
    found = []
    for text in texts:
        rest = text
        while (less := re.sub("⟦[^⟦⟧]*⟧", "", rest)) != rest:
            rest = less
        lines = [part.strip(" ·:⟧") for line in rest.splitlines() for part in line.split("  ")]
        words = [line for line in lines if re.search("[A-Za-z]{2}", line)]
        days = re.compile(r"\d+ (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)")
        found += [w for w in words if not days.fullmatch(w) and not any(w in one for one in known)]
    return found


def texts_of(figure):
    return [text.get_text() for text in figure.findobj(Text) if text.get_visible()]


@pytest.mark.slow
def test_nothing_on_pictures_is_outside_of_the_catalogues(seed, chances):
    import matplotlib.pyplot as plt

    captures = pd.DataFrame({"place": ["a"], "place_label": ["Azaz"], "id": ["castello"],
                             "label": ["Castello road"], "days": [2], "changed": [True]})  # fmt: skip
    varied = pd.DataFrame({"factor": ["place"], "id": ["castello"], "what": ["mallah"],
                           "value": ["2 km west"], "days": [2], "worse": [2], "better": [0]})  # fmt: skip
    with speaking("en-XA"):
        figures = [map_column(seed), timeline_slide(seed, chances)]
        for ax in (
            engine.plot_map(seed, names=False),
            engine.plot_comparison(seed, seed),
            engine.plot_share(seed, "castello"),
            engine.plot_captures(captures),
            engine.plot_sensitivity(varied),
        ):
            figures.append(ax.figure)
    plt.close("all")
    texts = [text for figure in figures for text in texts_of(figure) if "\n" not in text]
    assert left_out(texts, seed) == []


def test_nothing_in_sheets_is_outside_of_the_catalogues(seed, chances):
    with speaking("en-XA"):
        sheets = [in_words(sheet, seed.scenario) for sheet in sheets_of(seed, chances).values()]
    heads = {column.name: column.header for sheet in sheets for column in sheet.columns}
    assert {name for name, head in heads.items() if "⟦" not in head} <= {
        *("earliest", "latest", "reported", "until", "site", "actor", "defender", "contestants"),
        *("confidence", "claim", "dispute", "note", "id", "date", "kind", "source"),
    }  # as files call them
    (status,) = (sheet for sheet in sheets if sheet.name == "status")
    texts = [str(cell) for row in status.rows for cell in (row[1], row[7], row[8])]
    assert left_out(texts, seed) == []


def test_nothing_in_tables_and_sentences_is_outside_of_the_catalogues(seed):
    page = Console(file=io.StringIO(), width=400)
    with speaking("en-XA"):
        page.print(status_page(seed))
        told = engine.explanation_sentences(engine.explain(seed, "castello", DAY))
    lines = [part for line in page.file.getvalue().splitlines() for part in line.split("  ")]
    assert left_out([*lines, *told], seed) == []


def test_no_english_word_is_left_in_arabic(seed):
    page = Console(file=io.StringIO(), width=400)
    with speaking("ar"):
        page.print(status_page(seed))
        told = engine.explanation_sentences(engine.explain(seed, "castello", "2014-12-05"))
        drawn = [
            text for part in (map_column(seed), timeline_slide(seed)) for text in texts_of(part)
        ]
    lines = [re.sub("، بحسب .*", "", line) for line in told]  # sources have names of their own
    assert english_words([page.file.getvalue(), *lines, *drawn], seed) == set()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ("حالة حلب الشرقية في 20 كانون الأول 2014: مقطوع، منذ بداية الفترة المدروسة في "
             "14 كانون الأول 2014. وتنتهي هذه الفترة في 31 كانون الأول 2014.")),
        ({"status": "besieged", "before": "at risk"},
         ("حالة حلب الشرقية في 20 كانون الأول 2014: محاصر، منذ 14 كانون الأول 2014. تنتهي الفترة "
         "المدروسة في 31 كانون الأول 2014.")),
        ({"status": "lost", "lasts": False, "before": "besieged"},
         ("حالة حلب الشرقية في 20 كانون الأول 2014: مفقود، من 14 كانون الأول 2014 إلى "
         "31 كانون الأول 2014.")),
        ({"status": "open", "lasts": False, "since": DAY, "last_day": DAY},
         "حالة حلب الشرقية في 20 كانون الأول 2014: مفتوح، في هذا اليوم وحده."),
    ],
)  # fmt: skip
def test_statuses_are_told_in_arabic(changed, said):
    with speaking("ar"):
        assert engine.explanation_sentences(replace(PLAIN, **changed))[0] == said


@pytest.mark.parametrize(
    ("n", "said"),
    [(1, "على مكان واحد: "), (2, "على مكانين: "), (3, "على 3 أماكن: "), (11, "على 11 مكانا: ")],
)
def test_numbers_of_places_take_their_forms_in_arabic(n, said):
    places = tuple(Place(str(at), f"م{at}") for at in range(n))
    with speaking("ar"):
        (sentence,) = what_would_change(Relief("besieged", (places,), "الجهة", ()), is_cut=True)
    assert sentence.startswith("لكي لا يبقى محاصرا، تلزم سيطرة الجهة " + said)


def test_pictures_are_mirrored_in_arabic(seed):
    with speaking("ar"):
        figure = timeline_slide(seed)
    (ax,) = figure.axes
    assert ax.xaxis_inverted()
    assert ax.yaxis.get_ticks_position() == "right"
    words = texts_of(figure)
    assert "  مهدد من 14 كانون الأول 2014" in words
    assert "طريق الكاستيلو" in {line.strip("\u200f") for text in words for line in text.split("\n")}
    english = timeline_slide(seed).axes[0]
    assert not english.xaxis_inverted()


def test_a_workbook_in_arabic_runs_from_right_to_left_and_is_read_back(seed, tmp_path):
    with speaking("ar"):
        path = write_xlsx(seed, tmp_path / "ar.xlsx")
    with ZipFile(path) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        pages = [book.read(name).decode() for name in sheets]
    assert all('rightToLeft="1"' in page for page in pages)
    assert "&quot;مهدد&quot;" in pages[0] or '"مهدد"' in pages[0]  # coloured by its word
    for folder in ("scenarios", "data"):
        copytree(folder, tmp_path / folder)
    into = tmp_path / "scenarios" / "castello-2014-12.toml"
    rows = import_reports("sheet", path, into, options=Options(sheet="الأحداث")).result.rows
    same = [row for row in rows if "already there" in row.why]
    assert len(same) == len(rows) - 1 == len(seed.scenario.events) - 1


def test_own_credits_are_known_to_translators():
    with speaking("ar"):
        said = {
            credit_text(one) for one in (SCHEMATIC_CREDIT, SKETCH_CREDIT, Provenance("").credit)
        }
    assert all(re.search("[\u0600-\u06ff]", one) for one in said)
    assert credit_text("made up") == "made up"
