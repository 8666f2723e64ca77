"""The JSON Schema of a scenario file, for editors that complete and check as one types."""

from __future__ import annotations

import json
from typing import Any

from engine.scenario.document import CHANGEABLE, INCLUDE, LISTS, TABLES
from engine.scenario.model import Scenario
from engine.scenario.vocabulary import KEYS, words_for

ADDRESS = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a scenario file.

    Returns
    -------
    dict
        From the models, with what only a file can say: the names of tables and included files.

    Examples
    --------
    >>> from engine.scenario.schema import json_schema
    >>> sorted(json_schema()["properties"])[:3]
    ['actors', 'baseline', 'believe']
    """
    schema = _with_words(_in_short(Scenario.model_json_schema(by_alias=True)))
    properties = schema["properties"]
    for key in TABLES:
        properties[key] = _table_or_file(properties[key])
    properties[INCLUDE] = {
        "title": "Include",
        "description": "Other scenario files, read before this one.",
        "anyOf": [_file_name(), {"type": "array", "items": _file_name()}],
    }
    whole = {"required": schema.pop("required"), "properties": _whole_entries(schema["$defs"])}
    schema["anyOf"] = [whole, {"required": [INCLUDE]}]
    schema["title"] = "supplyline scenario"
    return {"$schema": ADDRESS, **schema}


def _in_short(schema: Any) -> Any:
    """Return a schema whose descriptions are the first paragraph of those in the code."""
    if isinstance(schema, list):
        return [_in_short(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: value.partition("\n\n")[0]
        if key == "description" and isinstance(value, str)
        else _in_short(value)
        for key, value in schema.items()
    }


def _with_words(schema: Any) -> Any:
    """Return a schema whose choices may also be named by the words of other languages."""
    if isinstance(schema, list):
        return [_with_words(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    choices = schema.get("enum", ())
    table = next((name for name in _TABLES_OF_WORDS if {*choices} <= {*KEYS[name]}), "")
    if not choices or not table:
        return {key: _with_words(value) for key, value in schema.items()}
    words = [word for key in choices for word in words_for(table, key) if not word.isascii()]
    rest = {key: value for key, value in schema.items() if key not in {"enum", "type"}}
    own = {"enum": choices, "type": "string"}
    return {**rest, "anyOf": [own, {"enum": words, "type": "string"}]}


_TABLES_OF_WORDS = ("kind", "condition", "mode", "weekday", "oneway")


def schema_text() -> str:
    """Return the JSON Schema as the text of the file that is published."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _whole_entries(definitions: dict[str, Any]) -> dict[str, Any]:
    """Return what entries need in a file that includes none; in others their id is enough."""
    needed = {}
    for key in CHANGEABLE:
        definition = definitions[LISTS[key].__name__]
        needed[key] = {"items": {"required": definition["required"]}}
        definition["required"] = ["id"]
    return needed


def _file_name() -> dict[str, Any]:
    return {"type": "string", "description": "A file beside this one."}


def _table_or_file(table: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a section that may name files instead of, or among, its entries."""
    entry = table["items"]
    return {
        "title": table["title"],
        "description": f"{table['description']} Entries, or the names of CSV files.",
        "anyOf": [_file_name(), {"type": "array", "items": {"anyOf": [_file_name(), entry]}}],
    }
