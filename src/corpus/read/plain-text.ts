/** Plain text and code: a file is a document. Bytes that are not UTF-8 text make the file malformed. */
import { isUtf8 } from 'node:buffer';
import { megabytes, type Reader, withoutMark } from './reader.js';

export const plainText: Reader = {
  format: 'plain text',
  hasFields: false,
  async *rows(bytes, _fields, maximumBytes) {
    const parts: Buffer[] = [];
    let length = 0;
    for await (const part of bytes) {
      length += part.length;
      if (length > maximumBytes) {
        yield { reason: `file too long, expected at most ${megabytes(maximumBytes)}` };
        return;
      }
      parts.push(part);
    }
    const content = withoutMark(Buffer.concat(parts, length));
    const nul = content.indexOf(0);
    if (nul >= 0) yield { reason: `not text, expected UTF-8 text, got a NUL byte at byte ${nul}` };
    else if (!isUtf8(content)) yield { reason: 'not UTF-8, expected UTF-8 text' };
    else yield { text: content.toString('utf8') };
  },
};
