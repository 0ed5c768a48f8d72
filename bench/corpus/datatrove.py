"""
Speed of datatrove's repetition filter on one core: python3 bench/corpus/datatrove.py FILE.jsonl

Needs datatrove, spacy (pip install datatrove spacy). Reads {"text": ...} rows, runs GopherRepetitionFilter on each after
a first pass over a tenth of them (spaCy fills its caches), and prints JSON: documents, bytes, kept, seconds, cpuSeconds,
megabytesPerSecond (10^6 UTF-8 bytes a CPU second).
"""

import contextlib
import json
import sys
import time

# This file has the package's name, and its folder comes first.
sys.path.pop(0)
with contextlib.redirect_stdout(sys.stderr):
    from datatrove.data import Document
    from datatrove.pipeline.filters import GopherRepetitionFilter


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for line in file if line.strip()]
    repetition = GopherRepetitionFilter()
    for text in texts[::10]:
        repetition.filter(Document(text=text, id=""))
    wall, cpu = time.perf_counter(), time.process_time()
    kept = sum(repetition.filter(Document(text=text, id="")) is True for text in texts)
    seconds, cpu_seconds = time.perf_counter() - wall, time.process_time() - cpu
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)
    print(
        json.dumps(
            {
                "documents": len(texts),
                "bytes": size,
                "kept": kept,
                "seconds": seconds,
                "cpuSeconds": cpu_seconds,
                "megabytesPerSecond": size / 1e6 / cpu_seconds,
            }
        )
    )


main()
