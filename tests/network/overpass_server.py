"""An Overpass-like server on loopback, which behaves as it is told."""

from __future__ import annotations

import gzip
import re
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from engine.network.area import Box

if TYPE_CHECKING:
    from collections.abc import Iterator

STEP = 0.05


def city(box: Box) -> bytes:
    """Return a grid of roads over a box as an Overpass server would: the same ids everywhere."""
    columns = range(int(box.west // STEP), int(box.east // STEP) + 2)
    rows = range(int(box.south // STEP), int(box.north // STEP) + 2)
    number = {(c, r): 10_000 * (r + 4000) + c + 4000 for c in columns for r in rows}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<osm version="0.6" generator="Overpass API">',
    ]
    lines += ["<note>The data is made available under ODbL.</note>"]
    lines += ['<meta osm_base="2024-05-06T07:08:09Z"/>']
    for (c, r), osm_id in number.items():
        place = f'<tag k="place" v="village"/><tag k="name:en" v="Village {c} {r}"/>'
        lines.append(
            f'<node id="{osm_id}" lat="{r * STEP:.7f}" lon="{c * STEP:.7f}">'
            f"{place if c % 3 == r % 3 == 0 else ''}</node>"
        )
    for (c, r), osm_id in number.items():
        for direction, other in enumerate(((c + 1, r), (c, r + 1))):
            if other in number:
                lines.append(
                    f'<way id="{2 * osm_id + direction}"><nd ref="{osm_id}"/>'
                    f'<nd ref="{number[other]}"/><tag k="highway" v="tertiary"/>'
                    f'<tag k="bridge" v="yes"/></way>'
                )
    return "\n".join([*lines, "</osm>", ""]).encode()


class Behaviour:
    """What the server does, answer by answer: the last one goes on for ever."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers) or ["ok"]
        self.queries: list[str] = []
        self.agents: set[str] = set()
        self.map = city

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
            text = "Connected as: 1\nRate limit: 2\n2 slots available now.\n"
            if behaviour.answers[0] == "no slot":
                behaviour.answers.pop(0)
                text = "Rate limit: 1\nSlot available after: 2026-01-01T00:00:00Z, in 1 seconds.\n"
            self.answer(200, text.encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            query = parse_qs(body)["data"][0]
            behaviour.queries.append(query)
            south, west, north, east = map(float, re.search(r"\(([-\d.,]+)\)", query)[1].split(","))
            getattr(self, f"do_{behaviour.next().replace(' ', '_')}")(Box(west, south, east, north))

        def answer(self, status: int, body: bytes, **headers: str) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            for key, value in headers.items():
                self.send_header(key.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def do_ok(self, box: Box) -> None:
            self.answer(200, behaviour.map(box))

        def do_gzip(self, box: Box) -> None:
            self.answer(200, gzip.compress(city(box)), Content_Encoding="gzip")

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
            self.answer(200, city(box).replace(b"<way", b"<way <", 1))

        def do_elsewhere(self, _: Box) -> None:
            self.answer(200, city(Box(2.0, 48.0, 2.3, 48.3)))

        def do_empty(self, _: Box) -> None:
            self.answer(200, b'<osm version="0.6"><meta osm_base="2024-05-06T07:08:09Z"/></osm>')

        def do_timeout(self, _: Box) -> None:
            remark = b"<remark> runtime error: Query timed out in 180 seconds </remark>"
            self.answer(200, b'<osm version="0.6">' + remark + b"</osm>")

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
