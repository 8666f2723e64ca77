from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli.app import app
from engine.errors import NetworkError, ScenarioError
from engine.io.text import plain, skeleton
from engine.network import find_places, read_network, resolve_place
from engine.network.arrays import Place
from engine.network.gazetteer import SAME_NAME, SAME_SOUND, places_from_nodes
from engine.scenario.load import load_places

ALEPPO = read_network("aleppo-schematic")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أعزاز", "اعزاز"),
        ("الحمدانية", "حمدانيه"),
        ("مُحَمَّد", "محمد"),
        ("مستشفى", "مستشفي"),
        ("al-Zahraa", "Zahra'a"),
        ("Bab al-Salama", "bab as-salama"),
        ("Öncüpınar", "oncupınar"),
        ("Kafr  Hamra", "kafr-hamra"),
        ("حـــلب", "حلب"),
    ],
)
def test_habits_of_writers_do_not_matter(one: str, other: str) -> None:
    assert plain(one) == plain(other)


@pytest.mark.parametrize(
    ("arabic", "latin"),
    [
        ("حندرات", ["Handarat", "Hindarat", "Handaraat"]),
        ("الحمدانية", ["Hamdaniyeh", "al-Hamdaniyya", "Hamdaniya"]),
        ("أعزاز", ["Azaz", "A'zaz", "Izaz", "Aazaz"]),
        ("باب السلامة", ["Bab al-Salama", "Bab as-Salameh", "Bab Salamah"]),
        ("شيخ نجار", ["Sheikh Najjar", "Shaykh Najar"]),
        ("قبتان الجبل", ["Qabtan al-Jabal", "Kobtan el-Jebel"]),
        ("خان العسل", ["Khan al-Asal", "Khan el Assal"]),
        ("حلب", ["Halab"]),
    ],
)
def test_a_name_has_the_same_consonants_in_either_script(arabic: str, latin: list[str]) -> None:
    assert {skeleton(name) for name in latin} == {skeleton(arabic)}


@pytest.mark.parametrize("text", ["حندرات", "Hindarat", "handarat", "HANDARAT", "حَنْدرات"])
def test_handarat_is_found_however_it_is_written(text: str) -> None:
    found = find_places(ALEPPO, text)
    assert "handarat" in found[0].place.id
    assert found[0].fit >= SAME_SOUND


def test_every_name_of_every_place_resolves_to_it_or_is_called_ambiguous() -> None:
    for place in ALEPPO.places:
        assert resolve_place(ALEPPO, place.id) is place
        for name in (place.name, place.name_ar, *place.aliases):
            found = find_places(ALEPPO, name) if name else []
            assert not name or place in [match.place for match in found if match.fit >= SAME_NAME]


def test_an_ambiguous_name_lists_the_candidates() -> None:
    twins = (
        Place("kafr-1", "Kafr Hamra", "", "village", 37.0, 36.0),
        Place("kafr-2", "Kafr Hamra", "", "village", 38.0, 36.0),
    )
    with pytest.raises(NetworkError, match=r"may be any of 2 places: kafr-1 .* kafr-2") as refusal:
        resolve_place(twins, "Kafr Hamra", file="a.toml", line=3)
    assert refusal.value.problems[0].line == 3
    assert resolve_place(twins, "kafr-2") is twins[1]
    found = find_places(twins, "Kafr Hamra", near=(38.0, 36.1))
    assert [match.place.id for match in found] == ["kafr-2", "kafr-1"]


def test_what_only_looks_similar_is_suggested_and_not_taken() -> None:
    with pytest.raises(NetworkError, match="there is no place 'Azazz City'"):
        resolve_place(ALEPPO, "Azazz City")
    with pytest.raises(NetworkError, match="did you mean 'hreitan'"):
        resolve_place(ALEPPO, "Hreitanos")
    assert find_places(ALEPPO, "Xyzzy") == []
    assert find_places(ALEPPO, "") == []


def test_names_in_every_language_count() -> None:
    tags = {"place": "town", "name": "حلب", "name:fr": "Alep", "alt_name": "Beroea;Halep"}
    (place,) = places_from_nodes([(7, 37.16, 36.2, tags)])
    assert place.id == "n7"
    assert place.names == (("fr", "Alep"),)
    for text in ("Alep", "Beroea", "halep", "Halab"):
        assert resolve_place((place,), text) is place


def test_border_crossings_are_places_and_ids_are_unique() -> None:
    places = places_from_nodes(
        [
            (9, 37.0, 36.0, {"place": "village", "name:en": "Salama"}),
            (3, 37.0, 36.1, {"barrier": "border_control", "int_name": "Salama"}),
            (5, 37.0, 36.1, {"barrier": "gate", "place": "hamlet", "supplyline:id": "own"}),
        ]
    )
    assert [place.id for place in places] == ["salama", "own", "salama-2"]
    assert places[0].kind == "border_control"


def test_a_table_of_places(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shipped = Path(__file__).parents[2] / "data/osm/aleppo-places.csv"
    assert {place.id for place in load_places(shipped)} == {place.id for place in ALEPPO.places}
    table = tmp_path / "places.csv"
    table.write_bytes(
        "Own places\nID;Latitude;Longitude;الاسم\n7.0;36,5;37,1;مخيم".encode("utf-16")
    )
    with pytest.raises(SystemExit):
        app(["places", "مخيم", "--places", str(table), "--json"])
    found = json.loads(capsys.readouterr().out)["places"][0]
    assert (found["id"], found["lat"], found["lon"]) == ("7", 36.5, 37.1)
    table.write_text("id,lat,lon\nA,96.5,37.1\nB,36.5,x\n,1,1\nC,1,1\nC,1,1\n")
    with pytest.raises(ScenarioError) as refusal:
        load_places(table)
    assert [problem.line for problem in refusal.value.problems] == [2, 3, 4, 6]
