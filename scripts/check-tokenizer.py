"""Checks a tokenizer.json of Assay against Hugging Face's `tokenizers` on documents encoded by Assay.

    pip install tokenizers
    npx tsx scripts/encode-documents.ts TOKENIZER.json 500 FILE_OR_FOLDER... > documents.jsonl
    python scripts/check-tokenizer.py TOKENIZER.json documents.jsonl

The second file holds one {"text": …, "ids": […]} a line. Exits 1 when any document differs.
"""

import json
import sys

from tokenizers import Tokenizer, __version__


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    tokenizer = Tokenizer.from_file(sys.argv[1])
    # The characters <|endoftext|> inside a document are ordinary text to Assay.
    tokenizer.encode_special_tokens = True
    documents = tokens = different = undecodable = 0
    with open(sys.argv[2], encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            expected = tokenizer.encode(row["text"], add_special_tokens=False).ids
            documents += 1
            tokens += len(expected)
            undecodable += tokenizer.decode(row["ids"]) != row["text"]
            if expected != row["ids"]:
                different += 1
                at = next(
                    (i for i, (a, b) in enumerate(zip(expected, row["ids"])) if a != b),
                    min(len(expected), len(row["ids"])),
                )
                print(
                    f"document {documents}: token {at} differs:"
                    f" tokenizers {expected[at:at + 5]}, assay {row['ids'][at:at + 5]}"
                )
    print(
        f"tokenizers {__version__}: {documents} documents, {tokens} tokens,"
        f" {documents - different} identical, {different} different,"
        f" {undecodable} that do not decode to their text"
    )
    return 1 if different or undecodable or documents == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
