"""Rules of the reader, one by one; documents; the table of drafts; the answers of language models."""

import csv
import datetime as dt
import io
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

import engine
from engine.errors import ScenarioError
from engine.importers.reading import drafts
from engine.importers.reading.accepted import read_drafts
from engine.importers.reading.day_words import day_words
from engine.importers.reading.documents import document_text
from engine.importers.reading.lexicon import also_called
from engine.importers.reading.place_names import PlaceNames
from engine.importers.reading.tokens import forms, sentences_of, tokens_of
from engine.importers.reports import Options
from engine.io.text import letters
from engine.report.review import write_review
from engine.scenario.road_network import network_of

SENTENCES = Path(__file__).parent / "sentences.csv"
SCENARIO = Path("scenarios/castello-2014-12.toml")
PUBLISHED = dt.date(2014, 12, 22)  # a Monday


@pytest.fixture(scope="module")
def read():
    scenario = engine.load_scenario(SCENARIO)
    places = network_of(scenario, None).places
    return lambda text: engine.read_text(text, scenario, places, published=PUBLISHED)


def rows(reading):
    return [(draft.site or draft.between, draft.kind, draft.actor) for draft in reading.drafts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A list is a row each; clitics, alef, ta marbuta, tatweel, diacritics and glued names do not matter.
        (
            "سيطر الثوّار على بلدتي مارع وتلرفعت وقرية حربـــل.",
            [("mare", "captured", "opposition"), ("tal-rifaat", "captured", "opposition"),
             ("harbal", "captured", "opposition")],
        ),
        # Aims, plans, conditions and denials are never captures.
        ("تسعى قوات النظام للسيطرة على حريتان.", [("hreitan", "aim", "government")]),
        ("وفي حال سيطرت قوات النظام على حريتان فستحاصر حلب.", []),
        ("If regime forces captured Hreitan, the city would be encircled.", []),
        ("Regime forces launched an offensive to capture Hreitan.", [("hreitan", "aim", "government")]),
        ("Rebels failed to take Handarat.", [("handarat", "repelled", "opposition")]),
        ("فشلت قوات النظام في اقتحام حندرات.", [("handarat", "repelled", "government")]),
        # An attack that was beaten off: the attacker acts, whoever is named first.
        (
            "صدت فصائل المعارضة هجوما لتنظيم الدولة على مارع.",
            [("mare", "repelled", "isis")],
        ),
        ("Rebels repelled an attack by ISIS on Mare.", [("mare", "repelled", "isis")]),
        # Control by fire, parts, and who holds a place.
        ("سيطرت قوات النظام ناريا على طريق الكاستيلو.", [("castello-road", "under_fire", "government")]),
        ("Rebels seized parts of Handarat.", [("handarat", "contested", "opposition")]),
        ("بلدة حندرات التي تسيطر عليها قوات النظام.", [("handarat", "described", "government")]),
        ("Azaz is under the control of the rebels.", [("azaz", "described", "opposition")]),
        # Places that only locate another; surnames; roads by their ends.
        ("Rebels took control of a hill south of Handarat.", []),
        ("قطعت قوات النظام الطريق الواصل بين مارع وأعزاز.", [(("mare", "azaz"), "closed", "government")]),
        ("وقال الناشط أحمد مارع إن الوضع صعب.", []),
        # Passive, and the place before its verb.
        ("Mare was captured by ISIS on Sunday.", [("mare", "captured", "isis")]),
        ("Parts of Handarat were retaken by rebels.", [("handarat", "contested", "opposition")]),
        # What stands in another place only says where; a clause put in between is stepped over.
        ("سيطرت فصائل المعارضة على مخيم حندرات في بلدة حندرات.", [("handarat-camp", "captured", "opposition")]),
        ("Azaz, which lies 6.5 km from Mare, is held by rebels.", [("azaz", "described", "opposition")]),
        # The nearer word says whether it is an aim; what follows "on" does not act.
        ("ISIS may seek to recapture Mare.", [("mare", "aim", "isis")]),
        ("شن الطيران غارات على تجمعات تنظيم داعش في مارع.", [("mare", "strike", "")]),
        ("سقطت قذائف على بلدة مارع.", [("mare", "strike", "")]),
        ("Rebel rockets hit government-held Handarat.",
         [("handarat", "described", "government"), ("handarat", "strike", "opposition")]),
        # A denial ends at another verb of speech; what is called untrue afterwards is denied, too.
        ("Rebels denied that ISIS had captured Mare, and said they had retaken Dabiq.",
         [("mare", "statement", "isis"), ("dabiq", "captured", "opposition")]),
        ("A claim that Handarat was captured by rebels is false.", [("handarat", "statement", "opposition")]),
        ("Rebels did not take Handarat.", [("handarat", "statement", "opposition")]),
        # Supposed, planned and announced is not done.
        ("لو سقطت مارع لحوصرت حلب.", []),
        ("توعد تنظيم الدولة باستعادة دابق.", [("dabiq", "aim", "isis")]),
        ("ستقتحم قوات النظام حندرات.", [("handarat", "aim", "government")]),
        # A relative clause whose place stands before it; the label of a note; "there".
        ("Dabiq, which ISIS captured in August, was quiet.", [("dabiq", "captured", "isis")]),
        ("مارع: سيطر تنظيم الدولة على البلدة.", [("mare", "captured", "isis")]),
        ("Rebels hold Mare. ISIS launched an attack there.",
         [("mare", "described", "opposition"), ("mare", "raid", "isis")]),
        ("Clashes broke out in Mare. ISIS captured the area.",
         [("mare", "fighting", ""), ("mare", "captured", "isis")]),
        ("Clashes broke out in Mare and Azaz. ISIS captured the area.",
         [("mare", "fighting", ""), ("azaz", "fighting", "")]),
        # Who tries is who acts; what is supplied to others does not act; a new sentence after a comma is no list.
        ("قطع النظام طريق إمداد للثوار في حندرات التي يحاول النظام السيطرة عليها.",
         [("handarat", "closed", "government"), ("handarat", "aim", "government")]),
        ("ISIS took Dabiq, the town of Azaz is quiet.", [("dabiq", "captured", "isis")]),
        ("Clashes are still taking place between rebels and ISIS around Mare.", [("mare", "fighting", "opposition")]),
        ("أوقف الثوار تقدم تنظيم الدولة باتجاه أعزاز.", [("azaz", "repelled", "isis")]),
        # Back to the town named before.
        (
            "اندلعت اشتباكات في بلدة مارع. وسيطر تنظيم الدولة على البلدة.",
            [("mare", "fighting", ""), ("mare", "captured", "isis")],
        ),
        # Who acts where the sentence does not say it: who acted before; never the one it was taken from.
        ("ISIS captured Dabiq on Sunday. Mare fell hours later.",
         [("dabiq", "captured", "isis"), ("mare", "captured", "isis")]),
        ("ISIS captured Dabiq on Sunday. Rebels also lost Mare.",
         [("dabiq", "captured", "isis"), ("mare", "captured", "isis")]),
        ("Mare was recaptured from ISIS.", [("mare", "captured", "")]),
        ("Rebels lost Mare.", [("mare", "captured", "")]),
        ("ISIS has taken Dabiq. It holds Akhtarin.",
         [("dabiq", "captured", "isis"), ("akhtarin", "described", "isis")]),
        ("ISIS has taken Dabiq. Rebels fear they might try for Azaz.",
         [("dabiq", "captured", "isis"), ("azaz", "aim", "isis")]),
        ("The army is on the outskirts of ISIS-held Dabiq.", [("dabiq", "described", "isis")]),
        # "By" of what is said besides is not who acts; an adjective may say it.
        ("The army wants to relieve Nubl, encircled by rebels.", [("nubl", "aim", "government")]),
        ("Syrian helicopters bombed Mare.", [("mare", "strike", "government")]),
        ("Attempted regime advance at Handarat repelled.", [("handarat", "repelled", "government")]),
        ("تعرضت مارع لقصف من قوات النظام.", [("mare", "strike", "government")]),
        ("سيطرت قوات النظام على حندرات بعد هجوم للمعارضة ودخلت سيفات.",
         [("handarat", "captured", "government"), ("sifat", "captured", "government")]),
        # Nobody is said to fight where a party only stands near by; a truce is nobody's alone.
        ("اندلعت اشتباكات في مارع التي تسيطر عليها فصائل المعارضة.",
         [("mare", "fighting", ""), ("mare", "described", "opposition")]),
        ("Our men hold Mare, said a rebel spokesman.", [("mare", "described", "opposition")]),
    ],
)  # fmt: skip
def test_rules(read, text, expected):
    assert rows(read(text)) == expected


def test_sentences_of_every_kind(monkeypatch):
    scenario = engine.load_scenario(Path("scenarios/aleppo-2014-2016.toml"))
    names = PlaceNames(scenario, network_of(scenario, None).places)
    monkeypatch.setattr(drafts, "PlaceNames", lambda *_: names)  # made once: it is most of the time
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    wrong = {}
    for row in table:
        reading = engine.read_text(row["sentence"], scenario, (), published=PUBLISHED)
        drafted = {
            ("+".join(d.between) if d.between else d.site, d.kind)
            for d in reading.drafts
            if d.site or d.between
        }
        shown = "; ".join(f"{place} {kind}" for place, kind in sorted(drafted))
        if shown != row["reports"]:
            wrong[row["sentence"]] = (shown, row["reports"])
    assert len(table) > 600
    assert not wrong


@pytest.mark.parametrize(
    ("entry", "among", "not_among"),
    [
        ("سيطر:p", ("سيطرت", "سيطروا"), ("يسيطر",)),
        ("استولى:p", ("استولت", "استولوا"), ("استولىت",)),
        ("حرر:po", ("حررتها", "حرروه"), ("حرر",)),
        ("طوق:io", ("تطوقهما", "يطوقها"), ("تطوق",)),
        ("سيطر:f", ("سيسيطر", "ستسيطر"), ("يسيطر",)),
        ("نهي:iq", ("لينهوا", "ينهي"), ("نهي",)),
        ("استعادة:n", ("لاستعادتها", "بالاستعاده"), ("استعادهها",)),
        ("seize:v", ("seizing", "seized"), ("seizeing",)),
        ("carry:v", ("carries", "carried"), ("carrys",)),
    ],
)
def test_forms_of_the_words_of_the_tables(entry, among, not_among):
    assert set(map(letters, among)) <= forms(entry)
    assert not set(map(letters, not_among)) & forms(entry)
    with pytest.raises(ValueError, match="no code 'x'"):
        forms(f"{entry}x")


@pytest.mark.parametrize(
    "text",
    [
        "سيطر الثوار على قريتي كفرة وجارز. وقصف الطيران القريتين.",
        "Rebels captured the villages of Kafra and Jarez. Jets bombed both villages.",
    ],
)
def test_two_places_named_just_before(read, text):
    assert {(site, kind) for site, kind, _ in rows(read(text))} == {
        ("kafra", "captured"), ("jarez", "captured"), ("kafra", "strike"), ("jarez", "strike"),
    }  # fmt: skip


def test_our_forces_are_those_of_who_speaks(read):
    text = "بيان\nتعلن وحدات حماية الشعب ما يلي: دخلت قواتنا بلدة منغ أمس."
    assert ("menagh", "captured", "ypg") in rows(read(text))


def test_an_entry_is_remarked_on(read):
    (draft,) = read("Rebels entered Mare on Sunday.").drafts
    assert draft.kind == "captured"
    assert "entered" in draft.remark


def test_what_is_not_resolved_is_said(read):
    found = read("Clashes broke out south of Handarat. Rebels captured the village of Nowheria.")
    assert any("Handarat" in remark for remark in found.remarks)
    assert [(d.place, d.site) for d in found.drafts] == [("Nowheria", "")]


def test_confidence_follows_from_who_says_it(read):
    said = {
        "ISIS captured Mare.": 0.7,
        "ISIS captured Mare, the Observatory said.": 0.6,
        "ISIS said it had captured Mare.": 0.5,
        "ISIS reportedly captured Mare.": 0.4,
        "Rebels denied that ISIS had captured Mare.": 0.2,
    }
    assert {text: read(text).drafts[0].confidence for text in said} == said


def test_rows_of_one_list_are_one_claim(read):
    drafts = read("Rebels captured Mare and Azaz. ISIS captured Dabiq.").drafts
    assert drafts[0].claim == drafts[1].claim != ""
    assert drafts[2].claim == ""
    held, hit = read("Jets bombed rebel-held Mare and Azaz.").drafts[::2]
    assert held.claim != hit.claim  # who holds them is another statement


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("on Friday", "2014-12-19", "2014-12-19"),
        ("yesterday", "2014-12-21", "2014-12-21"),
        ("يوم الجمعة", "2014-12-19", "2014-12-19"),
        ("أول أمس", "2014-12-20", "2014-12-20"),
        ("قبل ثلاثة أيام", "2014-12-19", "2014-12-19"),
        ("three days ago", "2014-12-19", "2014-12-19"),
        ("منذ أيام", "2014-12-15", "2014-12-20"),
        ("في ١٥ كانون الأول", "2014-12-15", "2014-12-15"),
        ("on 30 December", "2013-12-30", "2013-12-30"),
        ("28 Safar 1436", "2014-12-20", "2014-12-20"),
        # More than a day: a month, its third, a week, a year; never the day of publication.
        ("in February", "2014-02-01", "2014-02-28"),
        ("in mid-November", "2014-11-11", "2014-11-20"),
        ("in December", "2014-12-01", "2014-12-22"),
        ("in 2013", "2013-01-01", "2013-12-31"),
        ("last week", "2014-12-09", "2014-12-21"),
        ("at the weekend", "2014-12-20", "2014-12-21"),
        ("نهاية أيار الماضي", "2014-05-21", "2014-05-31"),
        ("في تموز 2013", "2013-07-01", "2013-07-31"),
        ("في الحادي والعشرين من تشرين الثاني", "2014-11-21", "2014-11-21"),
        ("في الثاني عشر من صفر 1436", "2014-12-04", "2014-12-04"),
        ("خلال شهر صفر", "2014-11-23", "2014-12-22"),
        ("الشهر الماضي", "2014-11-01", "2014-11-30"),
    ],
)
def test_words_for_days(words, first, last):
    (found,) = day_words(tokens_of(words), PUBLISHED)
    assert (str(found.first), str(found.last)) == (first, last)


@pytest.mark.parametrize(
    "words",
    ["the march on Mare", "they may march", "أبو آب", "في الأسبوع الأول", "the second of them"],
)
def test_words_that_are_no_days(words):
    assert day_words(tokens_of(words), PUBLISHED) == []


def test_held_since_a_day_is_held_on_the_day_of_the_news(read):
    assert str(read("Rebels have held Azaz since July 2012.").drafts[0].date) == "2014-12-22"
    assert str(read("ISIS captured Dabiq in August.").drafts[0].latest) == "2014-08-31"


def test_sentences_of_broken_lines_headlines_and_numbers():
    text = "Rebels take Mare\n\nThey moved 2.5 km on\nfrom the town. Gen. Ahmad agreed.\n- First item\n- Second"
    assert [each.text for each in sentences_of(text)] == [
        "Rebels take Mare", "They moved 2.5 km on from the town.", "Gen. Ahmad agreed.", "First item", "Second",
    ]  # fmt: skip


def _pdf(text):
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    data = b"%PDF-1.4\n"
    offsets = []
    for number, part in enumerate(parts, 1):
        offsets.append(len(data))
        data += b"%d 0 obj%s endobj\n" % (number, part)
    start = len(data)
    data += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(
        b"%010d 00000 n \n" % at for at in offsets
    )
    return data + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start


def _docx(paragraphs):
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as book:
        book.writestr(
            "word/document.xml", f"<w:document {space}><w:body>{body}</w:body></w:document>"
        )
    return data.getvalue()


def test_documents_of_each_form_say_the_same(tmp_path):
    files = {
        "a.txt": b"Rebels took Mare.",
        "a.html": b"<nav>Menu</nav><p>Rebels took <b>Mare</b>.</p><script>x</script>",
        "a.docx": _docx(["Rebels took Mare."]),
        "a.pdf": _pdf("Rebels took Mare."),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        assert document_text(tmp_path / name).strip() == "Rebels took Mare.", name


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.pdf", b"%PDF-1.4 nothing", "this PDF cannot be read"),
        ("a.pdf", _pdf(""), "no text layer"),
        ("a.docx", b"PK no", "this is no DOCX"),
        ("a.rtf", b"x", "no document that can be read"),
        ("a.txt", b"  ", "there is no text"),
        ("a.txt", b"\xff\xfe\xfa", "a.txt"),
    ],
)
def test_documents_that_cannot_be_read(tmp_path, name, data, message):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ScenarioError, match=message):
        document_text(tmp_path / name)


def test_the_workbook_for_review(read, tmp_path):
    drafts = read("سيطر الثوار على مارع.\n=cmd() took Mare from ISIS rebels captured Azaz.").drafts
    write_review(tmp_path / "d", drafts, PUBLISHED, ("opposition",))
    sheet = openpyxl.load_workbook(tmp_path / "d.xlsx").active
    head = [cell.value for cell in sheet[1]]
    sentence = sheet.cell(2, head.index("sentence") + 1)
    assert sentence.alignment.readingOrder == 2
    assert all(sheet.cell(row, 1).value is None for row in range(2, sheet.max_row + 1))
    assert all(cell.data_type != "f" for row in sheet for cell in row)
    assert "\n=" not in (tmp_path / "d.csv").read_text(encoding="utf-8-sig")


@pytest.fixture
def case(tmp_path):
    for folder in ("scenarios", "data"):
        shutil.copytree(folder, tmp_path / folder)
    return tmp_path


def supplyline(case, *words, stdin=""):
    command = [sys.executable, "-c", "from engine.cli import main; main()", *map(str, words)]
    return subprocess.run(
        command, cwd=case, capture_output=True, text=True, check=False, input=stdin
    )


INTO = ("--into", "scenarios/castello-2014-12.toml")


@pytest.mark.slow
def test_from_a_text_to_the_scenario(case):
    text = "ISIS captured Mare and Tal Malid on Sunday. Regime forces seek to capture Hreitan."
    when = ("--published", "2014-12-22")
    done = supplyline(case, "read", "-", *INTO, *when, stdin=text)
    assert done.returncode == 0, done.stderr
    again = supplyline(case, "read", "-", *INTO, *when, stdin=text)
    assert again.returncode == 2
    assert "--again" in again.stderr
    table = case / "scenarios/drafts-text.csv"
    with table.open(encoding="utf-8-sig", newline="") as file:
        header, *drafts = csv.reader(file)
    for draft, mark in zip(drafts, ("yes", "نعم", ""), strict=True):
        draft[0] = mark
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *drafts])
    imported = supplyline(case, "import", "drafts", table, *INTO, "--json")
    assert imported.returncode == 0, imported.stderr
    taken = [row["site"] for row in json.loads(imported.stdout)["rows"] if row["event"]]
    assert taken == ["mare", "tal-malid"]
    whole = engine.load_scenario(case / "scenarios/castello-2014-12.toml")
    event = next(
        event for event in whole.events if event.site == "tal-malid" and event.kind == "captured"
    )
    assert (event.actor, str(event.date), event.confidence) == ("isis", "2014-12-21", 0.7)
    assert event.note == "ISIS captured Mare and Tal Malid on Sunday."
    assert event.claim == "drafts-text-s1-1"
    assert sum(each.claim == event.claim for each in whole.events) == 2


def test_a_row_that_was_corrected_leaves_its_claim(tmp_path):
    table = tmp_path / "drafts-x.csv"
    table.write_text(
        "accept,sentence,site,kind,actor,date,claim\n"
        "yes,They fell.,mare,captured,isis,2014-12-21,s1-1\n"
        "yes,They fell.,azaz,captured,isis,2014-12-21,s1-1\n"
        "yes,They fell.,dabiq,captured,isis,2014-12-20,s1-1\n",
        encoding="utf-8",
    )
    found = read_drafts(table)
    assert [each.values.get("claim") for each in found.reports] == ["drafts-x-s1-1"] * 2 + [None]
    assert "rows 4 left their claim" in found.remarks[-1]
    with pytest.raises(ScenarioError, match="--text is for the answer"):
        read_drafts(table, Options(text="news.txt"))
    with pytest.raises(ScenarioError, match="--text is for drafts"):
        engine.import_reports("sheet", table, SCENARIO, options=Options(text="news.txt"))


@pytest.mark.slow
def test_the_answer_of_a_model_is_held_to_the_text(case):
    (case / "news.txt").write_text(
        "ISIS captured Mare on Sunday.\nRebels hold Azaz.", encoding="utf-8"
    )
    task = supplyline(case, "read", "news.txt", *INTO, "--published", "2014-12-22", "--print-task")
    assert "ISIS captured Mare on Sunday." in task.stdout
    assert '"claimed_by"' in task.stdout
    assert "mare: Mare'" in task.stdout
    good = {"sentence": "ISIS captured  Mare on Sunday.", "place": "mare", "kind": "captured",
            "actor": "isis", "date": "2014-12-21", "claimed_by": "narrator"}  # fmt: skip
    rows = [
        good,
        good | {"sentence": "ISIS captured Azaz on Sunday."},
        good | {"place": "atlantis"},
        good | {"kind": "conquered"},
        good | {"claimed_by": "me", "date": "2014-12-20"},
        good | {"date": "Sunday"},
        "nonsense",
    ]
    (case / "answer.json").write_text(json.dumps({"reports": rows}), encoding="utf-8")
    bare = supplyline(case, "import", "drafts", "answer.json", *INTO)
    assert bare.returncode == 2
    assert "--text" in bare.stderr
    done = supplyline(
        case, "import", "drafts", "answer.json", *INTO, "--text", "news.txt", "--json"
    )
    told = json.loads(done.stdout)["rows"]
    assert [bool(row["event"]) for row in told] == [True, *[False] * 6]
    for row, why in zip(
        told[1:],
        ("no such sentence", "no place or site is called", "no kind of event", "claimed_by", "is not a day", "no object"),
        strict=True,
    ):  # fmt: skip
        assert why in row["why"]


def test_names_in_use_find_the_place_that_is_called_otherwise():
    scenario = engine.load_scenario(Path("scenarios/aleppo-2014-2016.toml"))
    names = PlaceNames(scenario, network_of(scenario, None).places)

    def found(text):
        hit = names.at(tokens_of(text), 0, after_head=True, as_name=True)
        return hit[1] if hit is not None else ()

    for name, others in also_called().items():
        meant = found(name)
        assert len(meant) == 1, name
        assert {other: found(other) for other in others} == dict.fromkeys(others, meant)
    assert found("كلية المدفعية") == ("artillery-academies",)
    assert found("حلب القديمة") == ("old-city",)
    assert found("جمعية الزهراء") == ("zahraa-city",)
    assert found("الزهراء") == ("zahraa-north",)


DRAFTS = "accept,sentence,site,kind,actor,date,earliest,latest,reported\n"


def drafts_of(folder, rows, name="drafts-x.csv"):
    path = folder / name
    path.write_text(DRAFTS + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("yes,They fell.,mare,captured,isis,3/4/2030,,,2030-03-09", "date"),
        ("yes,They fell.,mare,captured,isis,2030-03-04,3/4/2030,,2030-03-09", "earliest"),
        ("yes,They fell.,mare,captured,isis,2030-03-04,,05.03.2030,2030-03-09", "latest"),
        ("yes,They fell.,mare,captured,isis,2030-03-04,,,3/9/2030", "reported"),
    ],
)
def test_days_that_a_spreadsheet_rewrote_are_refused_where_they_may_be_others(
    row, column, tmp_path
):
    ignored = "no,They fell.,azaz,captured,isis,3/4/2030,,,3/9/2030"
    path = drafts_of(tmp_path, [ignored, row])
    with pytest.raises(ScenarioError) as refused:
        read_drafts(path)
    (problem,) = refused.value.problems
    assert (problem.line, problem.field) == (3, column)
    assert "may be" in problem.message
    assert "--month-first" in problem.expected
    (tmp_path / "drafts-x.xlsx").touch()
    with pytest.raises(ScenarioError, match=r"the workbook drafts-x\.xlsx beside it"):
        read_drafts(path)
    said = read_drafts(path, Options(month_first=True)).reports[1].values
    assert {str(said[key])[:7] for key in ("date", "reported")} == {"2030-03"}


def test_days_that_a_spreadsheet_rewrote_are_read_as_one_of_them_proves(tmp_path):
    rows = [
        "yes,They fell.,mare,captured,isis,3/4/2030,,,3/16/2030",
        "yes,They fell.,azaz,captured,isis,3/5/2030,,,3/16/2030",
    ]
    found = read_drafts(drafts_of(tmp_path, rows))
    assert [str(each.values["date"]) for each in found.reports] == ["2030-03-04", "2030-03-05"]
    assert "dates: the month comes first, as in '3/16/2030'" in found.remarks
    day_first = [row.replace("3/16", "16/3") for row in rows]
    found = read_drafts(drafts_of(tmp_path, day_first))
    assert [str(each.values["date"]) for each in found.reports] == ["2030-04-03", "2030-05-03"]
    with pytest.raises(ScenarioError, match="there are both"):
        read_drafts(drafts_of(tmp_path, [rows[0], day_first[0]]))
    whole = "yes,They fell.,mare,captured,isis,March 2030,,,2030-03-09"
    (month,) = read_drafts(drafts_of(tmp_path, [whole])).reports
    assert "names no day" in month.remark
    assert not any("dates:" in remark for remark in read_drafts(tmp_path / "drafts-x.csv").remarks)


def test_drafts_of_which_nobody_accepted_one_are_not_imported(case):
    folder = case / "scenarios"
    fell = "They fell.,mare,captured,isis,2014-12-21,,,2014-12-22"
    rows = [f",{fell}", f"no,{fell.replace('mare', 'azaz')}"]
    path = drafts_of(folder, rows)
    scenario = folder / "castello-2014-12.toml"
    there = {file: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    with pytest.raises(ScenarioError, match="none of 2 drafts is accepted"):
        engine.import_reports("drafts", path, scenario)
    drafts_of(folder, [f"x{rows[0]}"], "drafts-x.xlsx")  # no workbook: it says nothing of it
    with pytest.raises(ScenarioError, match="expected yes in the column accept"):
        engine.import_reports("drafts", path, scenario)
    book = openpyxl.Workbook()
    for row in (DRAFTS.strip(), f"yes,{fell}"):
        book.active.append(row.split(","))
    book.save(folder / "drafts-x.xlsx")
    with pytest.raises(ScenarioError, match=r"1 row is accepted in drafts-x\.xlsx beside it"):
        engine.import_reports("drafts", path, scenario)
    (folder / "drafts-x.xlsx").unlink()
    assert there == {file: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    drafts_of(folder, [f"yes,{fell}"])
    assert len(engine.import_reports("drafts", path, scenario).result.events) == 1
    drafts_of(folder, [f"no,{fell}"])
    assert not engine.import_reports("drafts", path, scenario, again=True).result.events
