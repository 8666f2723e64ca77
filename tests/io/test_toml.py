import tomllib

from hypothesis import given
from hypothesis import strategies as st

from engine.io.toml import lines_of

TEXT = '''# a comment with [brackets] = and "quotes"
title = "x # no comment"
start = 2014-12-01 10:00:00

[actors.opposition]
label = """
two
lines = [1]
"""
passes = [
  "a",   # first
  {actor = "b", from = 2014-01-01},
]
[actors."the \\"old\\" one".deep]
'a.b' . c = 'it = 1'
x = 1.5

[[routes]]
id = "r1"
[[routes]]
id = "r2"
nested = [[1, 2], [3, 4]]
[routes.more]
k = 1
[[routes.parts]]
p = 1
[[routes.parts]]
p = 2
'''


def test_every_key_table_and_item_has_its_line():
    lines = lines_of(TEXT)
    assert lines["title",] == 2
    assert lines["start",] == 3
    assert lines["actors", "opposition"] == 5
    assert lines["actors", "opposition", "label"] == 6
    assert lines["actors", "opposition", "passes", 0] == 11
    assert lines["actors", "opposition", "passes", 1] == 12
    assert lines["actors", "opposition", "passes", 1, "from"] == 12
    assert lines["actors", 'the "old" one', "deep", "a.b", "c"] == 15
    assert lines["routes", 0] == 18
    assert lines["routes", 1] == 20
    assert lines["routes", 1, "nested", 1, 0] == 22
    assert lines["routes", 1, "more", "k"] == 24
    assert lines["routes", 1, "parts", 1, "p"] == 28


def paths(value, at=()):
    if at:
        yield at
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, item in items:
        yield from paths(item, (*at, key))


def test_the_paths_are_those_of_tomllib():
    assert set(lines_of(TEXT)) == set(paths(tomllib.loads(TEXT)))


scalars = st.sampled_from(["1", "-1.5", "true", "2014-12-01", '"a=[b]"', "'c\"'", '"""x\ny"""'])
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[" + ",\n  ".join(items) + "]"),
        st.lists(inner.filter(lambda text: "\n" not in text), max_size=3).map(
            lambda items: "{" + ", ".join(f"k{i} = {v}" for i, v in enumerate(items)) + "}"
        ),
    ),
    max_leaves=8,
)


@given(st.lists(st.tuples(st.sampled_from(["", "[t{}]", "[[l]]", "[t{}.'x y']"]), values)))
def test_the_paths_are_those_of_tomllib_in_any_document(parts):
    text = ""
    for number, (header, value) in enumerate(parts):
        text += header.format(number) + f'\n"key {number}".sub = {value}\n'
    lines = lines_of(text)
    assert set(lines) == set(paths(tomllib.loads(text)))
    rows = text.split("\n")
    assert all(
        f'"key {path[-2][4:]}"' in rows[line - 1]
        for path, line in lines.items()
        if path[-1] == "sub"
    )
