/** The signatures of a study's distinct documents, left on disk: the files of a large study do not fit into memory. */
import { emptyPlace, rowsPerBand, signatureLength } from './minhash.js';
import { mix32 } from './mix.js';
import type { SignatureFile } from './signature-file.js';

export class StudySignatures {
  private readonly offsets: number[] = [];

  /**
   * @param files of the sources, in order; a document's place is its number over all of them
   * @param numberOf shape [documents]: number of each document among the distinct ones
   * @param firstOf shape [distinct documents]: place of the first document with that number
   */
  constructor(
    private readonly files: readonly SignatureFile[],
    private readonly numberOf: Uint32Array,
    private readonly firstOf: Uint32Array,
  ) {
    let offset = 0;
    for (const file of files) {
      this.offsets.push(offset);
      offset += file.documents;
    }
  }

  /** Distinct documents that have words, in rising order. */
  withWords(): Uint32Array {
    const found = new Uint32Array(this.firstOf.length);
    let count = 0;
    this.forEach((number, signatures, at) => {
      if (signatures[at] !== emptyPlace) found[count++] = number;
    });
    return found.subarray(0, count).sort();
  }

  /**
   * One 32-bit key for each distinct document and band: equal where the band's 8 rows are.
   * @param out shape [bands from `firstBand` on][distinct documents]
   */
  readBandKeys(firstBand: number, out: readonly Uint32Array[]): void {
    this.forEach((number, signatures, at) => {
      for (let band = 0; band < out.length; band++) {
        out[band]![number] = hashRows(signatures, at + rowsPerBand * (firstBand + band));
      }
    });
  }

  /** Reads the signature of a distinct document into `out`, shape [112]. */
  read(number: number, out: Uint32Array): void {
    const place = this.firstOf[number]!;
    let source = this.files.length - 1;
    while (this.offsets[source]! > place) source--;
    this.files[source]!.readOne(place - this.offsets[source]!, out);
  }

  private forEach(visit: (number: number, signatures: Uint32Array, at: number) => void): void {
    for (const [source, file] of this.files.entries()) {
      for (const { first, count, signatures } of file.blocks()) {
        for (let i = 0; i < count; i++) {
          const place = this.offsets[source]! + first + i;
          const number = this.numberOf[place]!;
          if (this.firstOf[number] === place) visit(number, signatures, i * signatureLength);
        }
      }
    }
  }
}

/** Chance collisions cost one comparison each, so 32 bits are enough. */
function hashRows(signatures: Uint32Array, at: number): number {
  let hash = 0;
  for (let row = at; row < at + rowsPerBand; row++) hash = mix32(hash ^ signatures[row]!) + 0x9e3779b9;
  return hash >>> 0;
}
