/** A `minhash.bin`: the signatures of a source's documents one after another, read in order or one by one. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { AssayError } from '../../errors.js';
import { readingSync } from '../../store/index.js';
import { signatureBytes, signatureLength } from './minhash.js';

const signaturesPerBlock = 1 << 13;

export class SignatureFile {
  private constructor(
    private readonly path: string,
    private readonly descriptor: number,
    readonly documents: number,
  ) {}

  /** @throws AssayError when it cannot be read, or does not hold one signature for each document */
  static open(path: string, documents: number): SignatureFile {
    const descriptor = readingSync(path, () => openSync(path, 'r'));
    const { size } = fstatSync(descriptor);
    if (size !== documents * signatureBytes) {
      closeSync(descriptor);
      throw new AssayError(path, 'does not fit its source', {
        expected: `${documents * signatureBytes} bytes, ${signatureBytes} for each of ${documents} documents`,
        got: `${size} bytes`,
        fix: "Delete the source's folder in `corpus/` and run the same command again.",
      });
    }
    return new SignatureFile(path, descriptor, documents);
  }

  /** All signatures, in blocks that are valid until the next one is asked for. `first`: the block's first document. */
  *blocks(): Iterable<{ first: number; count: number; signatures: Uint32Array }> {
    const signatures = new Uint32Array(signatureLength * Math.min(signaturesPerBlock, this.documents));
    for (let first = 0; first < this.documents; first += signaturesPerBlock) {
      const count = Math.min(signaturesPerBlock, this.documents - first);
      this.read(first, count, signatures);
      yield { first, count, signatures };
    }
  }

  /** Reads the signature of one document into `out`, shape [112]. */
  readOne(document: number, out: Uint32Array): void {
    this.read(document, 1, out);
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private read(first: number, count: number, out: Uint32Array): void {
    readingSync(this.path, () => {
      for (let at = 0; at < count * signatureBytes; ) {
        const bytes = Buffer.from(out.buffer, out.byteOffset + at, count * signatureBytes - at);
        const got = readSync(this.descriptor, bytes, 0, bytes.length, first * signatureBytes + at);
        if (got === 0) throw new AssayError(this.path, 'became shorter while it was read');
        at += got;
      }
    });
  }
}
