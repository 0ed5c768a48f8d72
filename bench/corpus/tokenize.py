"""How long PyPI's `tokenizers` takes, for bench/corpus/tokenize.ts: tokenize.py TOKENIZER.json TEXTS.jsonl

Prints {"seconds": CPU time of the faster of `encode` and `encode_batch_fast`, "hashes": of the ids of each text}.
"""

import hashlib
import json
import struct
import sys
import time

from tokenizers import Tokenizer


def timed(encode):
    start = time.process_time()
    encodings = encode()
    return time.process_time() - start, [encoding.ids for encoding in encodings]


with open(sys.argv[2], encoding="utf-8") as lines:
    texts = [json.loads(line) for line in lines]
seconds = []
for way in ("encode", "encode_batch_fast"):
    tokenizer = Tokenizer.from_file(sys.argv[1])
    tokenizer.encode_special_tokens = True
    if way == "encode":
        took, ids = timed(lambda: [tokenizer.encode(text, add_special_tokens=False) for text in texts])
    else:
        took, ids = timed(lambda: tokenizer.encode_batch_fast(texts, add_special_tokens=False))
    seconds.append(took)
hashes = [hashlib.sha256(struct.pack(f"<{len(one)}I", *one)).hexdigest() for one in ids]
json.dump({"seconds": min(seconds), "hashes": hashes}, sys.stdout)
