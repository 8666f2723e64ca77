"""An Overpass-like server on loopback, which behaves as it is told."""

from __future__ import annotations

import gzip
import json
import re
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from engine.network.cut_out import Box

if TYPE_CHECKING:
    from collections.abc import Iterator

STEP = 0.05
BOMB = gzip.compress(bytes(2**26))


def city(box: Box, *, roads: bool = True, places: bool = True) -> bytes:
    """Return a grid of roads over a box as an Overpass server would: the same ids everywhere."""
    columns = range(int(box.west // STEP), int(box.east // STEP) + 2)
    rows = range(int(box.south // STEP), int(box.north // STEP) + 2)
    number = {(c, r): 10_000 * (r + 4000) + c + 4000 for c in columns for r in rows}
    elements: list[dict[str, object]] = []
    for (c, r), osm_id in number.items():
        node = {"type": "node", "id": osm_id, "lat": round(r * STEP, 7), "lon": round(c * STEP, 7)}
        is_place = c % 3 == r % 3 == 0
        if is_place:
            node["tags"] = {"place": "village", "name:en": f"Village {c} {r}"}
        if roads or (places and is_place):
            elements.append(node)
    for (c, r), osm_id in number.items():
        for direction, other in enumerate(((c + 1, r), (c, r + 1))):
            if roads and other in number:
                tags = {"highway": "tertiary", "bridge": "yes"}
                refs = [osm_id, number[other]]
                way = {"type": "way", "id": 2 * osm_id + direction, "nodes": refs, "tags": tags}
                elements.append(way)
    return answer_of(elements)


def answer_of(elements: list[dict[str, object]], **more: str) -> bytes:
    """Return elements as an Overpass server answers."""
    facts = {"timestamp_osm_base": "2024-05-06T07:08:09Z", "copyright": "ODbL"}
    head = {"version": 0.6, "generator": "Overpass API", "osm3s": facts}
    return json.dumps({**head, "elements": elements, **more}, ensure_ascii=False).encode()


def found(geometry: dict[str, object]) -> bytes:
    """Return a place as Nominatim answers."""
    box = ["36.0", "36.1", "37.0", "37.2"]
    place = {"lat": "36.05", "lon": "37.1", "importance": 0.5, "name": "A"}
    return json.dumps([{**place, "boundingbox": box, "geojson": geometry}]).encode()


class Behaviour:
    """What the server does, answer by answer: the last one goes on for ever."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers) or ["ok"]
        self.queries: list[str] = []
        self.agents: set[str] = set()
        self.map = city
        """Returns the answer for a box: its roads, its places or both."""

    def next(self) -> str:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def overpass_server(behaviour: Behaviour) -> Iterator[str]:
    """Run the server; the address of its interface."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            behaviour.agents.add(self.headers["User-Agent"])
            if self.path.startswith("/api/search"):
                getattr(self, f"do_{behaviour.next().replace(' ', '_')}")(None)
                return
            text = "Connected as: 1\nRate limit: 2\n2 slots available now.\n"
            if behaviour.answers[0] == "no slot":
                behaviour.answers.pop(0)
                text = "Rate limit: 1\nSlot available after: 2026-01-01T00:00:00Z, in 1 seconds.\n"
            self.answer(200, text.encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            query = parse_qs(body)["data"][0]
            behaviour.queries.append(query)
            corners = re.search(r"poly:'([-\d. ]+)'", query)[1].split()
            lat, lon = [float(n) for n in corners[::2]], [float(n) for n in corners[1::2]]
            self.kind = {"roads": "highway" in query, "places": "'place'" in query}
            box = Box(min(lon), min(lat), max(lon), max(lat))
            getattr(self, f"do_{behaviour.next().replace(' ', '_')}")(box)

        def answer(self, status: int, body: bytes, **headers: str) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            for key, value in headers.items():
                self.send_header(key.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def do_ok(self, box: Box) -> None:
            self.answer(200, behaviour.map(box, **self.kind))

        def do_area(self, _: object) -> None:
            ring = [[37, 36], [37.2, 36], [37.2, 36.1], [37, 36]]
            self.answer(200, found({"type": "Polygon", "coordinates": [ring]}))

        def do_point(self, _: object) -> None:
            self.answer(200, found({"type": "Point", "coordinates": [37.1, 36.05]}))

        def do_gzip(self, box: Box) -> None:
            self.answer(200, gzip.compress(city(box)), Content_Encoding="gzip")

        def do_bomb(self, _: object) -> None:
            self.answer(200, BOMB, Content_Encoding="gzip")

        def do_bad_gzip(self, box: Box) -> None:
            packed = bytearray(gzip.compress(city(box)))
            packed[20:60] = bytes(40)
            self.answer(200, bytes(packed), Content_Encoding="gzip")

        def do_429(self, _: Box) -> None:
            self.answer(429, b"<html>Too many requests</html>", Retry_After="0")

        def do_504(self, _: Box) -> None:
            self.answer(504, b"<html>The server is probably too busy</html>")

        def do_400(self, _: Box) -> None:
            self.answer(400, b"<html><p>Error: line 1: parse error</p></html>")

        def do_rubbish(self, _: Box) -> None:
            self.answer(200, b"<html>Welcome to this hotel's network</html>")

        def do_broken(self, box: Box) -> None:
            self.answer(200, city(box).replace(b'"id": ', b'"id": "?", "was": '))

        def do_nowhere(self, box: Box) -> None:
            self.answer(200, re.sub(rb'"lon": [\d.]+', b'"lon": NaN', city(box), count=1))

        def do_off_the_globe(self, box: Box) -> None:
            self.answer(200, re.sub(rb'"lon": [\d.]+', b'"lon": 999', city(box), count=1))

        def do_elsewhere(self, _: Box) -> None:
            self.answer(200, city(Box(2.0, 48.0, 2.3, 48.3)))

        def do_empty(self, _: Box) -> None:
            self.answer(200, answer_of([]))

        def do_timeout(self, _: Box) -> None:
            remark = 'runtime error: Query timed out in "query" at line 1 after 180 seconds.'
            self.answer(200, answer_of([], remark=remark))

        def do_remark(self, _: Box) -> None:
            self.answer(200, answer_of([], remark="runtime error: open64: 0 Success"))

        def do_list(self, _: Box) -> None:
            self.answer(200, b"[]")

        def do_cut_off(self, box: Box) -> None:
            body = city(box)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2])

        def do_short(self, box: Box) -> None:
            body = city(box)
            self.answer(200, body[: len(body) // 2])

        def do_slow(self, box: Box) -> None:
            body = city(box)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[:100])
            self.wfile.flush()
            time.sleep(1.0)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
