import pytest

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
