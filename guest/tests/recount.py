"""Counts a corpus again, in another way than the indexer, and compares: recount.py CORPUS RESULT."""

import json
import os
import re
import sys
from collections import Counter

TERM = re.compile(rb"[A-Za-z0-9_$]+")
corpus, result_path = sys.argv[1:]
tokens, documents, size = Counter(), 0, 0
for name in sorted(os.listdir(corpus)):
    with open(os.path.join(corpus, name), "rb") as part:
        data = part.read()
    size += len(data)
    if data.startswith(b"\x01"):
        documents += data.count(b"\x01")
        data = re.sub(rb"\x01[^\n]*\n", b"\x01", data)
    else:
        documents += (len(data) + 0xFFFF) // 0x10000
    runs = (run.decode() for run in TERM.findall(data))
    tokens.update(run for run in runs if 2 <= len(run) <= 64 and not run[0].isdigit())
with open(result_path, encoding="utf-8") as file:
    result = json.load(file)
top = sorted(tokens.items(), key=lambda item: (-item[1], item[0]))[:10]
expected = {
    "documents": documents,
    "bytes": size,
    "tokens": sum(tokens.values()),
    "distinct_terms": len(tokens),
    "top_terms": [{"term": term, "count": count} for term, count in top],
}
for key, value in expected.items():
    if result[key] != value:
        sys.exit("%s: %s, recounted %s" % (key, result[key], value))
