"""How long a reader of the served page waits: from the press of *Add* to what is painted, in headless Chromium.

Usage::

    python -m benchmarks.served_page

Prints, for a month and for two years, the middle of seven changes: to the new statuses, timeline and map, to the
reasons, and to the probabilities with the report to verify; and how busy the machine was.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from pathlib import Path

from engine.serve.session import Session
from tests.report.browser import Browser
from tests.serve.support import copied, serving

SCENARIOS = ("castello-2014-12.toml", "aleppo-2014-2015.toml")
CHANGES = 7
ONE = """(async () => {
  const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const until = async (holds) => { while (!holds()) { await new Promise((done) => setTimeout(done, 2)); } };
  const { revision } = shown.live;
  part["whatif-site"].value = "mallah";
  part["whatif-kind"].value = "captured:government";
  part["whatif-day"].value = iso(dayNumber(data.start, "2014-12-20") + NUMBER);
  const start = performance.now();
  part["whatif-form"].requestSubmit();
  await until(() => shown.live.revision !== revision);
  await painted();
  const statuses = performance.now() - start;
  await until(() => data.routes[0].why[intervalOf(shown.day)] !== undefined);
  await painted();
  const reasons = performance.now() - start;
  await until(() => data.routes[0].chanceOn?.day === shown.day);
  await painted();
  return [statuses, reasons, performance.now() - start];
})()"""


def main() -> None:
    """Measure and print."""
    print(f"{'milliseconds':24}{'statuses':>10}{'reasons':>10}{'probabilities':>15}{'load':>8}")
    with Browser() as browser:
        for name in SCENARIOS:
            with tempfile.TemporaryDirectory() as folder:
                session = Session(copied(Path(folder) / "case", name))
                with serving(session) as address:
                    browser.visit(address.url)
                    browser.until("data.routes[0].chanceOn")
                    took = [browser.run(ONE.replace("NUMBER", str(n))) for n in range(CHANGES)]
                    browser.leave()
                session.end()
            middle = [statistics.median(each) for each in zip(*took, strict=True)]
            print(
                f"{name:24}{middle[0]:10.0f}{middle[1]:10.0f}{middle[2]:15.0f}{os.getloadavg()[0]:8.1f}"
            )


if __name__ == "__main__":
    main()
