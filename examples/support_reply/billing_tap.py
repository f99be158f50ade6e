"""A Singer tap of the company's billing service: `billing_tap.py --config C --discover`, or with `--catalog F`.

The service behind it is a story: a stand-in that keeps its invoices in the file that the config names. What it writes
is what any tap writes, and nothing of the product is in it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

KEY = "id"
SCHEMA = {
    "id": {"type": ["null", "string"]},
    "contact_id": {"type": ["null", "integer"]},
    "status": {"type": ["null", "string"]},
    "amount": {"type": ["null", "number"]},
    "issued_at": {"type": ["null", "string"], "format": "date-time"},
    "updated_at": {"type": ["null", "string"], "format": "date-time"},
}


def main(words: list[str]) -> None:
    """Tell what there is, or give it."""
    options = {word: words[place + 1] for place, word in enumerate(words[:-1]) if word.startswith("--")}
    config = json.loads(Path(options["--config"]).read_text(encoding="utf-8"))
    invoices = json.loads(Path(config["invoices"]).read_text(encoding="utf-8"))
    fields = {name: SCHEMA.get(name, {"type": ["null", "string"]}) for name in invoices[0]}
    if any(isinstance(one.get("amount"), str) for one in invoices):
        fields["amount"] = {"type": ["null", "string"]}
    schema = {"type": "object", "properties": fields}
    if "--discover" in words:
        marks = [{"breadcrumb": [], "metadata": {"table-key-properties": [KEY]}}]
        stream = {"tap_stream_id": "invoices", "stream": "invoices", "schema": schema, "metadata": marks}
        say({"streams": [stream]})
    elif "--catalog" in options:
        say({"type": "SCHEMA", "stream": "invoices", "schema": schema, "key_properties": [KEY]})
        for invoice in invoices:
            say({"type": "RECORD", "stream": "invoices", "record": invoice})
        say({"type": "STATE", "value": {"invoices": len(invoices)}})


def say(message: dict[str, Any]) -> None:
    """Write a line."""
    sys.stdout.write(json.dumps(message) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
