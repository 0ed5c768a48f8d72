/**
 * Text to ids through pieces that merges never cross. Text repeats itself: the ids of a piece seen before are looked
 * up, so that merging runs for new pieces only.
 */
import type { PieceMerger } from './piece-merger.js';

/** Pieces remembered; at about 150 bytes each. All are forgotten when there is one more. */
const piecesKept = 1 << 17;
/** Pieces longer than this (UTF-16 units) hardly come again. */
const longestKept = 48;

export class PieceEncoder {
  private readonly known = new Map<string, Uint32Array>();

  /**
   * @param pieceEnd end of the piece that begins at an index; pieces follow each other without gaps
   * @param wholePieces ids of pieces that are one token whatever their merges say
   */
  constructor(
    private readonly merger: PieceMerger,
    private readonly pieceEnd: (text: string, start: number) => number,
    private readonly wholePieces: ReadonlyMap<string, number> | undefined,
  ) {}

  encode(text: string): Uint32Array {
    const { known, pieceEnd } = this;
    let out = new Uint32Array((text.length >> 1) + 16);
    let count = 0;
    for (let start = 0; start < text.length; ) {
      const end = pieceEnd(text, start);
      const piece = text.slice(start, end);
      start = end;
      const ids = known.get(piece) ?? this.encodePiece(piece);
      if (count + ids.length > out.length) out = grown(out, count + ids.length);
      for (let i = 0; i < ids.length; i++) out[count++] = ids[i]!;
    }
    return out.slice(0, count);
  }

  private encodePiece(piece: string): Uint32Array {
    const bytes = Buffer.from(piece, 'utf8');
    const whole = this.wholePieces?.get(bytes.toString('latin1'));
    const ids = whole === undefined ? this.merger.merge(bytes) : Uint32Array.of(whole);
    if (piece.length <= longestKept) {
      if (this.known.size === piecesKept) this.known.clear();
      this.known.set(piece, ids);
    }
    return ids;
  }
}

function grown(ids: Uint32Array<ArrayBuffer>, least: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(2 * ids.length, least));
  larger.set(ids);
  return larger;
}
