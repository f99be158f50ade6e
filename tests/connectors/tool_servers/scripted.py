"""A server of tools that says what a test wrote, byte by byte: `scripted.py FILE`, a JSON object by method.

For what no library would send: the first protocol of 2024, pages without end, broken lists, silence, an early end.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

ANSWERS = json.loads(Path(sys.argv[1]).read_text("utf-8"))

for line in sys.stdin:
    asked = json.loads(line)
    if "id" not in asked:
        continue
    answer = ANSWERS.get(asked["method"])
    if answer == "silence":
        time.sleep(60)
    elif answer == "end":
        sys.exit(1)
    elif answer == "garbage":
        sys.stdout.write("zq7marker is no JSON\n")
    else:
        missing = {"error": {"code": -32601, "message": "zq7marker is not found"}}
        sys.stdout.write(json.dumps({"jsonrpc": "2.0", "id": asked["id"], **(answer or missing)}) + "\n")
    sys.stdout.flush()
