/** Files that are hostile in one way each, which chance would not find. */
import { closeSync, ftruncateSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createGzip, gzipSync } from 'node:zlib';
import { parquetMetadata } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';

export interface NamedCase {
  name: string;
  /** Of `formats.ts`. */
  format: string;
  write(path: string): void | Promise<void>;
  /** `refused`: an error with the file's name; else documents and malformed rows. */
  expected: 'refused' | { rows: number; malformed: number };
}

const seed = (name: string) => readFileSync(fileURLToPath(new URL(`seeds/${name}`, import.meta.url)));
const mebibyte = 1 << 20;

/** Gzips `count` times the same MiB and then a row, without ever holding them. */
async function gzipRepeated(path: string, byte: string, count: number): Promise<void> {
  const file = openSync(path, 'w');
  const zip = createGzip({ level: 1 });
  zip.on('data', (chunk: Buffer) => writeSync(file, chunk));
  const block = Buffer.alloc(mebibyte, byte);
  for (let i = 0; i < count; i++) {
    if (!zip.write(block)) await new Promise((resolve) => zip.once('drain', resolve));
  }
  zip.end('\n{"text":"after"}\n');
  await new Promise((resolve) => zip.once('end', resolve));
  closeSync(file);
}

function sparse(path: string, start: Buffer, size: number): void {
  const file = openSync(path, 'w');
  writeSync(file, start);
  ftruncateSync(file, size);
  closeSync(file);
}

/** The seed with another footer. */
function parquetThatClaims(path: string, rows: bigint, bytes: bigint): void {
  const whole = seed('table-plain.parquet');
  const metadata = parquetMetadata(
    whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.length) as ArrayBuffer,
  );
  metadata.num_rows = rows;
  for (const group of metadata.row_groups) {
    group.num_rows = rows;
    group.total_byte_size = bytes;
    for (const { meta_data } of group.columns) {
      if (meta_data === undefined) continue;
      meta_data.num_values = rows;
      meta_data.total_compressed_size = bytes;
      meta_data.total_uncompressed_size = bytes;
    }
  }
  const writer = new ByteWriter();
  writeMetadata(writer, metadata);
  const data = whole.subarray(0, whole.length - 8 - whole.readUInt32LE(whole.length - 8));
  writeFileSync(path, Buffer.concat([data, writer.getBytes()]));
}

function safetensors(length: bigint, header: string): Buffer {
  const bytes = Buffer.alloc(8 + header.length);
  bytes.writeBigUInt64LE(length);
  bytes.write(header, 8, 'latin1');
  return bytes;
}

const aliases = Array.from({ length: 12 }, (_, i) =>
  i === 0
    ? 'a0: &a0 [x, x, x, x, x, x, x, x, x]'
    : `a${i}: &a${i} [${new Array(9).fill(`*a${i - 1}`).join(', ')}]`,
);
const text = (content: string) => (path: string) => writeFileSync(path, Buffer.from(content, 'latin1'));

export const namedCases: readonly NamedCase[] = [
  {
    name: 'gzip bomb, one line of a gibibyte',
    format: 'gz',
    write: (path) => gzipRepeated(path, '\0', 1024),
    expected: { rows: 1, malformed: 1 },
  },
  {
    name: 'gzip bomb, empty lines',
    format: 'gz',
    write: (path) => gzipRepeated(path, '\n', 256),
    expected: { rows: 1, malformed: 0 },
  },
  {
    name: 'line of 600 MiB',
    format: 'gz',
    write: (path) => gzipRepeated(path, 'x', 600),
    expected: { rows: 1, malformed: 1 },
  },
  {
    name: 'gzip inside gzip',
    format: 'gz',
    write: (path) => writeFileSync(path, gzipSync(gzipSync('{"text":"a"}\n'))),
    expected: { rows: 0, malformed: 1 },
  },
  {
    name: 'invalid UTF-8',
    format: 'jsonl',
    write: text('{"text":"\xff\xfe"}\n{"text":"\xed\xa0\x80"}\n{"text":"\xc0\xaf"}\n{"text":"ok"}\n'),
    expected: { rows: 1, malformed: 3 },
  },
  {
    name: 'NUL bytes',
    format: 'jsonl',
    write: text('{"text":"a\0b"}\n\0\0\0\n{"text":"a\\u0000b"}\n{"text":"ok"}\n'),
    expected: { rows: 2, malformed: 2 },
  },
  {
    name: '__proto__ keys',
    format: 'jsonl',
    write: text(
      '{"__proto__":{"text":"no"}}\n{"__proto__":{"score":1},"text":"a","meta":{"__proto__":{"n":1}}}\n',
    ),
    expected: { rows: 1, malformed: 1 },
  },
  {
    name: 'quote that never ends, of 200 MB',
    format: 'csv',
    write: (path) => sparse(path, Buffer.from('text,score\n"'), 200e6),
    expected: { rows: 0, malformed: 1 },
  },
  {
    name: 'Parquet header that claims petabytes',
    format: 'parquet',
    write: (path) => parquetThatClaims(path, 2n ** 50n, 2n ** 52n),
    expected: 'refused',
  },
  {
    name: 'Parquet header that claims 2^40 rows in the bytes that are there',
    format: 'parquet',
    write: (path) => parquetThatClaims(path, 2n ** 40n, 4000n),
    expected: 'refused',
  },
  {
    name: 'safetensors header of 2^63 bytes',
    format: 'safetensors',
    write: (path) => writeFileSync(path, safetensors(2n ** 63n, '{}')),
    expected: 'refused',
  },
  {
    name: 'safetensors shape whose product overflows',
    format: 'safetensors',
    write: (path) => {
      const header = '{"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,0]}}';
      writeFileSync(path, safetensors(BigInt(header.length), header));
    },
    expected: 'refused',
  },
  {
    name: 'safetensors header with __proto__',
    format: 'safetensors',
    write: (path) => {
      const header = '{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
      writeFileSync(path, Buffer.concat([safetensors(BigInt(header.length), header), Buffer.alloc(4)]));
    },
    expected: { rows: 1, malformed: 0 },
  },
  {
    name: 'YAML aliases that multiply',
    format: 'yaml',
    write: text(`${aliases.join('\n')}\nstudy: *a11\n`),
    expected: 'refused',
  },
  {
    name: 'YAML of 20,000 brackets',
    format: 'yaml',
    write: text(`study: ${'['.repeat(20_000)}`),
    expected: 'refused',
  },
  {
    name: 'YAML condition with a number beyond all bounds',
    format: 'yaml',
    write: text(
      'study: s\nsources: { web: { path: a.jsonl } }\nrecipes: { a: { web: { where: "bytes < 1e309" } } }\n' +
        'validate: { v: { path: v.jsonl } }\nproxy: { model: gpt2-small, learningRate: 1e-3, tokens: 1M }\n',
    ),
    expected: 'refused',
  },
  {
    name: 'tokenizer.json of 300 MB',
    format: 'tokenizer.json',
    write: (path) => sparse(path, Buffer.from('{"model":{'), 300e6),
    expected: 'refused',
  },
  {
    name: 'ARPA header that claims a billion n-grams',
    format: 'arpa',
    write: text('\\data\\\nngram 1=999999999999\nngram 2=4\n\n\\1-grams:\n-1\t<unk>\n'),
    expected: 'refused',
  },
  {
    name: 'npy header that claims petabytes',
    format: 'npy',
    write: (path) => {
      const whole = Buffer.from(seed('tokens.npy'));
      const at = whole.indexOf("'shape': (") + 10;
      whole.write('900000000000000,), }', at, 'latin1');
      writeFileSync(path, whole);
    },
    expected: 'refused',
  },
];
