import { expect, test } from '@playwright/test';
import { isShutList, showsNoInternals } from '../lib/checks/disclosure.ts';
import { Answer } from '../lib/http/exchange.ts';
import { growth } from './growth.ts';

function saidOf(body: string): string {
  const request = { method: 'GET', url: 'http://127.0.0.1:5000/v2/a/manifests/b' } as const;
  return showsNoInternals(new Answer(request, 404, [], Buffer.from(body), 0)).received;
}

for (const [body, said] of [
  [
    'Error\n    at handle (/srv/app/index.js:10:20)\n',
    /stack trace: \s*at handle \(\/srv\/app\/index\.js:10:20/,
  ],
  ['Error\n    at index.js:10:20\n', /stack trace/],
  ['Traceback (most recent call last):', /^a stack trace/],
  ['goroutine 12 [running]:', /^a stack trace/],
  ['at a.b.C(C.java:12)', /^a stack trace/],
  ['panic in registry/handlers/app.go:123', /^a place in source code: app\.go:123$/],
  ['  File "/x/y.py", line 3', /a place in source code: File "\/x\/y\.py", line 3/],
  ['select id from tags where x', /^a query: select id from tags where$/],
  ['SELECT id FROM tags', /^a query: SELECT id FROM$/],
  ['INSERT INTO tags', /^a query/],
  ['pq: syntax error at or near "a"', /^a query/],
  ['open /var/lib/registry/x: no such file', /^a path of the server/],
  ['stat /mnt/blobs/x: permission denied', /^a path of the server/],
  ['rename /keppel/a.tmp /keppel/a: no such file or directory', /^a path of the server/],
  ["[Errno 2] No such file or directory: '/mnt/quay/x'", /^a path of the server/],
  ["ENOENT: no such file or directory, open '/mnt/x'", /^a path of the server/],
  ["EROFS: read-only file system, open '/mnt/x'", /^a path of the server/],
  ["EEXIST: file already exists, link '/mnt/a' -> '/mnt/b'", /^a path of the server/],
  ['write /mnt/x: no space left on device', /^a path of the server/],
  ['java.nio.file.NoSuchFileException: /mnt/x', /^a path of the server/],
  ['link /keppel/a /keppel/b: file exists', /^a path of the server/],
  ['rename a tag: not allowed', /^$/],
  ['cannot link /v2/a/blobs: not found', /^$/],
  ["ERROR: no such manifest, path '/v2/a/manifests/v1'", /^$/],
  ['open C:\\data', /^a path of the server/],
  ['{"errors":[{"code":"MANIFEST_UNKNOWN","detail":"at 12:30:40"}]}', /^$/],
  ['select a tag, and read from it', /^$/],
  ['<script src="/app/main.js"></script><link href=/data/a.css>', /^$/],
  ['<script src="/app/main.js"></script> in /app/main.py', /^a path of the server: \/app\/main\.py$/],
  ['<a href="https://login.firma.rs:5001/">', /^$/],
  ['{"path":"/app/main"}', /^a path of the server/],
  ['no manifest b', /^$/],
] as const) {
  test(`of ${JSON.stringify(body)} is said: ${said.source}`, () => {
    expect(saidOf(body)).toMatch(said);
  });
}

test('what is shown is cut', () => {
  expect(saidOf(`open /var/${'a'.repeat(1_000_000)}`).length).toBeLessThan(300);
});

for (const piece of [
  '\n',
  '\n at ',
  'a',
  'a/',
  '/',
  'a.go:',
  'SELECT ',
  'SELECT a FROM',
  'File "',
  'a ',
  '0:',
]) {
  test(`${JSON.stringify(piece)} without end is looked through in linear time`, () => {
    expect(growth((length) => piece.repeat(length), saidOf)).toBeLessThan(10);
  });
}

const link = [{ name: 'Link', value: '</v2/a/tags/list?last=z>; rel="next"' }];
const lists: [status: number, body: string, isShut: boolean, headers?: typeof link][] = [
  [403, '{"errors":[]}', true],
  [403, '{"errors":[{"detail":"tag-7f"}]}', false],
  [200, '{"name":"a","tags":[]}', true],
  [200, '{"name":"a","tags":null}', true],
  [200, '{"schemaVersion":2,"manifests":[]}', true],
  [200, '{"name":"a","tags":["tag-7f"]}', false],
  [200, '{"name":"a","tags":["other"]}', false],
  [200, '{"name":"a","tags":{"v1":{}}}', false],
  [200, '{"name":"a","tags":[]}', false, link],
  [200, '{"name":"a"}', false],
  [200, '["v1"]', false],
  [200, '<p>Welcome</p>', false],
  [204, '', false],
];

for (const [status, body, isShut, headers = []] of lists) {
  test(`a stranger's list of ${status} ${body}${headers.length > 0 ? ' and more' : ''} shows ${isShut ? 'nothing' : 'something'}`, () => {
    const request = { method: 'GET', url: 'http://127.0.0.1:5000/v2/a/tags/list' } as const;
    const answer = new Answer(request, status, headers, Buffer.from(body), 0);
    expect(isShutList(answer, ['tag-7f']).kept).toBe(isShut);
  });
}
