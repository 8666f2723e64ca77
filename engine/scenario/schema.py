"""The JSON Schema of a scenario file, for editors that complete and check as one types."""

from __future__ import annotations

import json
from typing import Any

from engine.scenario.document import INCLUDE, TABLES
from engine.scenario.model import Scenario

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
    schema = Scenario.model_json_schema(by_alias=True)
    properties = schema["properties"]
    for key in TABLES:
        properties[key] = _table_or_file(properties[key])
    properties[INCLUDE] = {
        "title": "Include",
        "description": "Other scenario files, read before this one.",
        "anyOf": [_file_name(), {"type": "array", "items": _file_name()}],
    }
    required = schema.pop("required")
    schema["anyOf"] = [{"required": required}, {"required": [INCLUDE]}]
    schema["title"] = "supplyline scenario"
    return {"$schema": ADDRESS, **schema}


def schema_text() -> str:
    """Return the JSON Schema as the text of the file that is published."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


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
