import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConditionError, parseCondition } from '../../src/conditions/index.js';
import { openDuckDb } from '../../src/store/index.js';

const columns = [
  { name: 'words', type: 'BIGINT' },
  { name: 'dup_5gram_chars', type: 'DOUBLE' },
  { name: 'language', type: 'VARCHAR' },
  { name: 'flag', type: 'BOOLEAN' },
  { name: 'My "odd" name', type: 'DOUBLE' },
  { name: 'stars' },
];

async function refusal(sql: string): Promise<ConditionError> {
  const error = await parseCondition(sql, columns).then(
    ({ sql: accepted }) => new Error(`accepted as ${accepted}`),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ConditionError);
  return error as ConditionError;
}

describe('a condition', () => {
  test.each([
    ['words>=50', 'words >= 50'],
    ['WORDS between 50 AND 100000', 'words BETWEEN 50 AND 100000'],
    ["language in ('en','de') or language is null", `("language" IN ('en', 'de')) OR ("language" IS NULL)`],
    ["lower(language) like 'e%'", `lower("language") ~~ 'e%'`],
    ["language ilike 'EN' and not flag", `("language" ~~* 'EN') AND (NOT flag)`],
    ['flag', 'flag'],
    ['words / 2 > 1e3', '(words / 2) > 1000.0'],
    ['-words < -5', '-(words) < -5'],
    ['CASE WHEN flag THEN words ELSE 0 END > 1', 'CASE  WHEN (flag) THEN (words) ELSE 0 END > 1'],
    ['try_cast(language as double) > 0.5', 'TRY_CAST("language" AS DOUBLE) > 0.5'],
    ['"my ""ODD"" name" > 1', '"My ""odd"" name" > 1'],
    ["language = 'it''s -- no comment /* at all'", `"language" = 'it''s -- no comment /* at all'`],
    ["regexp_matches(language, '^e.$')", `regexp_matches("language", '^e.$')`],
    ['coalesce(dup_5gram_chars, 0) <= 0.080', 'COALESCE(dup_5gram_chars, 0) <= 0.080'],
    ['stars > 3', 'stars > 3'],
    ['language = NULL', '"language" = NULL'],
    ['words > 1;', 'words > 1'],
  ])('%j is %j', async (sql, canonical) => {
    const condition = await parseCondition(sql, columns);
    expect(condition.sql).toBe(canonical);
    // Canonical SQL is its own canonical form.
    expect((await parseCondition(condition.sql, columns)).sql).toBe(canonical);
  });

  test('is split where AND joins, at any depth, and says which columns each part reads', async () => {
    const { parts, columns: read } = await parseCondition(
      "words > 5 AND (dup_5gram_chars <= 0.08 AND (language = 'en' OR flag)) AND NOT (flag AND words > 9)",
      columns,
    );
    expect(parts).toEqual([
      { sql: 'words > 5', columns: ['words'] },
      { sql: 'dup_5gram_chars <= 0.08', columns: ['dup_5gram_chars'] },
      { sql: `("language" = 'en') OR flag`, columns: ['language', 'flag'] },
      { sql: 'NOT (flag AND (words > 9))', columns: ['words', 'flag'] },
    ]);
    expect(read).toEqual(['words', 'dup_5gram_chars', 'language', 'flag']);
  });

  test('means what was written: the canonical form gives the same answers', async () => {
    const database = await openDuckDb();
    await database.run(
      `CREATE TABLE t AS SELECT i % 7 AS words, (i % 5) / 4.0 AS dup_5gram_chars,
       CASE i % 3 WHEN 0 THEN 'en' WHEN 1 THEN 'de' END AS language, i % 2 = 0 AS flag FROM range(210) r(i)`,
    );
    const atom = fc.constantFrom(
      'words > 3',
      'words + 1 * 2 - 3 > 0',
      'dup_5gram_chars <= 0.25',
      "language = 'en'",
      'flag',
      'language IS NULL',
      'words NOT IN (1, 2)',
      "language NOT LIKE '%e'",
      'words BETWEEN 2 AND 4',
      '-words ^ 2 < -4',
      'words IS DISTINCT FROM 3',
      'CASE WHEN flag THEN words ELSE 2 END = 2',
    );
    const { condition } = fc.letrec<{ condition: string }>((tie) => ({
      condition: fc.oneof(
        { maxDepth: 4 },
        atom,
        tie('condition').map((inner) => `NOT ${inner}`),
        tie('condition').map((inner) => `(${inner})`),
        fc
          .tuple(tie('condition'), fc.constantFrom('AND', 'OR'), tie('condition'))
          .map((all) => all.join(' ')),
      ),
    }));
    const rows = async (sql: string) =>
      (await database.runAndReadAll(`SELECT (${sql}) FROM t`)).getColumnsJS()[0];
    await fc.assert(
      fc.asyncProperty(condition, async (sql) => {
        const parsed = await parseCondition(sql, columns);
        expect(await rows(parsed.sql)).toEqual(await rows(sql));
        const joined = parsed.parts.map((part) => `(${part.sql})`).join(' AND ');
        expect(await rows(joined)).toEqual(await rows(sql));
      }),
      { numRuns: 60 },
    );
    database.closeSync();
  });
});

describe('a message', () => {
  test.each([
    ['wrods > 3', 0, 'no column is named "wrods". Did you mean "words"?'],
    ["language = 'é' AND wrods > 3", 19, 'no column is named "wrods"'],
    ['words > 3 AND lenght(language) = 2', 14, 'the function "lenght" is not allowed in a condition'],
    ['lenght(language) = 2', 0, 'Did you mean "length"?'],
    [
      'language > 3',
      9,
      '"language" is text, and 3 is a number. Compare like with like, or CAST one of them.',
    ],
    ["words > 'abc'", 6, "words is a number, and 'abc' is text"],
    ["words IN (1, 'a')", 6, "words is a number, and 'a' is text"],
    ['NOT words', 0, 'words is a number, expected true or false'],
    ['words', 0, 'words is a number, expected true or false'],
    ['CASE WHEN words THEN flag END', 0, 'words is a number, expected true or false'],
    ['abs(language) = 1', 14, "No function matches the given name and argument types 'abs(VARCHAR)'"],
    ["CAST('abc' AS INTEGER) = words", 23, "Could not convert string 'abc' to INT32"],
    ['words > 12345678901234567890', 8, 'a constant of type HUGEINT is not allowed'],
    ['words > 9007199254740993', 8, 'a number has too many digits'],
    ['words > 3 AND', 13, 'syntax error'],
    ['', 0, 'the condition is empty'],
  ])('about %j points at character %i', async (sql, position, message) => {
    const error = await refusal(sql);
    expect(error.message).toContain(message);
    expect(error.position).toBe(position);
  });
});

describe('what is more than a condition is refused', () => {
  test.each([
    // More than one statement, or more than an expression.
    'words > 1; DROP TABLE documents',
    "words > 1; COPY (SELECT 1) TO '/tmp/x.csv'",
    'words > 1) OR (1 = 1',
    'words > 1 LIMIT 1',
    'words > 1 ORDER BY words',
    'words > 1 GROUP BY words',
    'words > 1 HAVING true',
    'words > 1 UNION SELECT true',
    'words > 1 FROM documents',
    "words > 1 FROM read_csv('/etc/passwd')",
    'words > 1, flag',
    'words > 1 AS x',
    'DISTINCT words > 1',
    'words > 1 INTO x',
    'words > 1 USING SAMPLE 1',
    'words > 1 QUALIFY true',
    // Comments, which would swallow what YAML joins to the line.
    'words > 1 -- AND flag',
    'words > 1 /* AND flag */',
    '/* x */ words > 1',
    'words > 1 --',
    'words > 1 /* open',
    // Other tables and queries.
    'words > (SELECT 1)',
    'EXISTS (SELECT 1)',
    'words IN (SELECT 1)',
    'words = ANY (SELECT 1)',
    'words = ANY ([1, 2])',
    'documents.words > 1',
    'main.documents.words > 1',
    "EXISTS (FROM read_text('/etc/passwd'))",
    // Columns that are not there: the clock and the session among them.
    'current_date IS NULL',
    'current_timestamp IS NULL',
    'current_user IS NULL',
    'user IS NULL',
    'rowid > 1',
    '_row > 1',
    '#1 > 1',
    // Functions with side effects, randomness, state, files.
    'random() > 0.5',
    'main.random() > 0.5',
    'system.main.random() > 0.5',
    '"random"() > 0.5',
    'RANDOM() > 0.5',
    'uuid() IS NULL',
    'gen_random_uuid() IS NULL',
    'now() IS NULL',
    'today() IS NULL',
    "current_setting('threads') IS NULL",
    "getenv('HOME') = ''",
    "getvariable('x') IS NULL",
    "nextval('s') > 1",
    "read_text('/etc/passwd') = ''",
    "glob('/etc/*') = ''",
    "version() = ''",
    'pg_sleep(1) IS NULL',
    'txid_current() > 1',
    "query('SELECT 1') IS NULL",
    "query_table('documents') IS NULL",
    "json_execute_serialized_sql('{}') IS NULL",
    "error('x') IS NULL",
    "repeat(language, 1000000000) = ''",
    "lpad(language, 1000000000, 'x') = ''",
    'range(1000000000) IS NULL',
    'hash(words) > 1',
    // Aggregates, windows, lambdas, parameters, stars, nested types, unknown types.
    'count(*) > 1',
    'sum(words) > 1',
    'max(words) FILTER (WHERE flag) > 1',
    'row_number() OVER () > 1',
    'lag(words) OVER (ORDER BY words) > 1',
    'list_transform([1], lambda x: x + 1) IS NULL',
    'list_transform([1], x -> x + 1) IS NULL',
    'words > ?',
    'words > $1',
    'words > $limit',
    '*',
    'COLUMNS(*) > 1',
    "COLUMNS('w.*') > 1",
    '[1, 2][1] = words',
    "{'a': 1}.a = words",
    "language[1] = 'e'",
    'words::UUID IS NULL',
    'words::STRUCT(a INT) IS NULL',
    'words::INTEGER[] IS NULL',
    'CAST(language AS JSON) IS NULL',
    'INTERVAL 3 DAYS IS NULL',
    "language COLLATE nocase = 'x'",
    'words > DEFAULT',
    'abs(DISTINCT words) > 1',
    'words > 1\u0000 AND true',
    `${'NOT '.repeat(3000)}flag`,
    `${'words + '.repeat(1200)}1 > 1`,
    `words IN (${'1,'.repeat(6000)}1)`,
  ])('%j', async (sql) => {
    await refusal(sql);
  });

  test('in any combination with what is allowed', async () => {
    const bad: fc.Arbitrary<string> = fc.constantFrom(
      'random() > 0.5',
      '(SELECT true)',
      'count(*) > 1',
      "read_text('x') = ''",
      'words > ?',
    );
    const wrap = fc.constantFrom(
      (x: string) => `NOT (${x})`,
      (x: string) => `words > 3 AND (${x})`,
      (x: string) => `CASE WHEN ${x} THEN flag ELSE false END`,
      (x: string) => `CASE WHEN flag THEN ${x} ELSE false END`,
      (x: string) => `coalesce(${x}, true)`,
      (x: string) => `(${x}) IS NULL`,
      (x: string) => `CAST((${x}) AS INTEGER) = 1`,
      (x: string) => `greatest(${x}, flag)`,
      (x: string) => `(${x}) IN (true, false)`,
      (x: string) => `flag BETWEEN (${x}) AND true`,
      (x: string) => `nullif(${x}, flag)`,
    );
    await fc.assert(
      fc.asyncProperty(bad, fc.array(wrap, { maxLength: 4 }), async (inner, wraps) => {
        await refusal(wraps.reduce<string>((sql, each) => each(sql), inner));
      }),
      { numRuns: 60 },
    );
  });

  test('and any text at all is a condition or refused, never a crash', async () => {
    const word = fc.constantFrom(
      ...[
        'words',
        'language',
        'flag',
        'AND',
        'OR',
        'NOT',
        '(',
        ')',
        '>',
        '=',
        "'",
        '"',
        '3',
        ',',
        'IN',
        'IS',
        'NULL',
      ],
      ...[
        'CASE',
        'WHEN',
        'END',
        '--',
        '/*',
        ';',
        '::',
        '*',
        '.',
        '$$',
        'SELECT',
        'FROM',
        '[',
        '{',
        '\\',
        'é',
        '😀',
      ],
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(word, fc.string({ maxLength: 3 })), { maxLength: 12 }),
        async (words) => {
          await parseCondition(words.join(' '), columns).catch((error: unknown) => {
            expect(error).toBeInstanceOf(ConditionError);
          });
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('the database that parses can open no file and change no setting', async () => {
  const database = await openDuckDb();
  for (const query of [
    "SELECT * FROM read_text('/etc/hostname')",
    "COPY (SELECT 1) TO '/tmp/assay-never.csv'",
    "ATTACH '/tmp/assay-never.db'",
    'INSTALL httpfs',
    'LOAD httpfs',
    'SET enable_external_access = true',
    "SET allowed_paths = ['/etc/hostname']",
  ])
    await expect(database.run(query), query).rejects.toThrow();
  database.closeSync();
});
