import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import * as fc from 'fast-check';
import { curl } from '../../lib/verdict/curl.ts';
import { Answer, type Method, type Request } from '../../lib/http/exchange.ts';
import { repeatScript, type Course, type Sent } from '../../lib/verdict/repeat.ts';
import { learnTokens } from '../../lib/registry/auth/learn-tokens.ts';
import { learnedAfter } from '../../lib/secrets/learned.ts';
import { shell } from '../../lib/text/shell.ts';
import { visibleLines } from '../../lib/text/visible.ts';
import { held, hostile } from './strings.ts';
import { runAmongTripwires } from './tripwires.ts';

const drawnRequest = fc.record({
  method: fc.constantFrom<Method>('GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'),
  url: fc.oneof(
    hostile,
    hostile.map((text) => `http://r.example/v2/${text}`),
  ),
  headers: fc.dictionary(fc.constantFrom('Accept', 'X-Any', 'Content-Type', 'Cookie'), hostile),
  body: fc.option(
    hostile.map((text) => Buffer.from(text)),
    { nil: undefined },
  ),
});

const argument = (text: string): string => held(text).replaceAll('\0', '\uFFFD');

/** What curl should be given; a body that is no plain text comes from a file. */
function expected({ method, url, headers = {}, body }: Request): (string | RegExp)[] {
  const typed = Object.keys(headers).some((name) => name === 'Content-Type');
  return [
    '-i',
    ...(method === 'GET' ? [] : method === 'HEAD' ? ['-I'] : ['-X', method]),
    ...Object.entries(headers).flatMap(([name, value]) => [
      '-H',
      value.trim() === '' ? `${name};` : argument(`${name}: ${name === 'Cookie' ? '***' : value}`),
    ]),
    ...(body === undefined && method.startsWith('P') ? ['-H', 'Content-Length: 0'] : []),
    ...(body !== undefined && !typed ? ['-H', 'Content-Type:'] : []),
    ...(body === undefined ? [] : ['--data-binary', /^@body-[0-9a-f]{12}$/]),
    ...(/\/\.{1,2}(?:[/?]|$)/.test(url) ? ['--path-as-is'] : []),
    ...(/[[\]{}]/.test(url) ? ['--globoff'] : []),
    // One that the shell has to write begins with no address that can be seen.
    ...(/^https?:\/\//.test(url) && visibleLines(argument(url)) === argument(url) ? [] : ['--url']),
    argument(url),
  ];
}

for (const name of ['sh', 'bash']) {
  test(`${name} gives curl what was sent, as one argument each, and runs nothing else`, ({}, testInfo) => {
    const requests: Request[] = fc.sample(drawnRequest, { numRuns: 1000, seed: 7 });
    const script = shell.lines([
      shell`curl() { printf '%s\\0' "$@" 'END OF IT'; }`,
      ...requests.map((request) => curl(request, { secrets: [] })),
    ]);
    const { printed, told, left } = runAmongTripwires(name, script.toString(), testInfo.outputPath());
    expect(told).toBe('');
    expect(left).toEqual([]);
    const calls = printed
      .toString('utf8')
      .split('END OF IT\0')
      .slice(0, -1)
      .map((call) => call.split('\0').slice(0, -1));
    expect(calls).toHaveLength(requests.length);
    const wrong = requests.flatMap((request, at) => {
      const call = calls[at] ?? [];
      const body = argument(request.body?.toString() ?? '');
      const isRight = (one: string | RegExp, place: number): boolean =>
        one instanceof RegExp ? one.test(call[place] ?? '') || call[place] === body : call[place] === one;
      const wanted = expected(request);
      return call.length === wanted.length && wanted.every(isRight) ? [] : [{ call, wanted }];
    });
    expect(wrong).toEqual([]);
  });
}

test('what a token service hands out in the place of a token is not masked, as that could open a quote', () => {
  const request: Request = { method: 'GET', url: 'http://t.example/token' };
  const before = learnedAfter(0).length;
  for (const token of ["-H 'Accept: ", "zzzzzzzzzzzz'", '--data-urlencode', 'a\nb', 'an-opaque-token-1'])
    learnTokens(new Answer(request, 200, [], Buffer.from(JSON.stringify({ token })), 1), [
      { realm: 'http://t.example/token', service: 'a' },
    ]);
  expect(learnedAfter(before)).toEqual(['an-opaque-token-1']);
});

const tools = ['awk', 'sed', 'tr', 'head', 'cat', 'mktemp', 'base64', 'cp', 'rm'];

/**
 * Runs a replay in an empty folder with what it needs, and a curl that writes down what it was given and answers with
 * this head and body each time.
 */
function replay(
  script: string,
  folder: string,
  { head = 'HTTP/1.1 202 Accepted', body = '' },
): { status: number | null; told: string; calls: string[][]; left: string[]; commandLines: string } {
  const [bin, empty, temporary] = ['bin', 'empty', 'temporary'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const one of [bin, empty, temporary]) mkdirSync(one, { recursive: true });
  for (const tool of tools) {
    const place = ['/usr/bin', '/bin'].find((one) => readdirSync(one).includes(tool));
    symlinkSync(join(place ?? '', tool), join(bin, tool));
  }
  writeFileSync(join(bin, 'touch'), `#!/bin/sh\n: > "${empty}/ran-touch"\n`);
  writeFileSync(join(folder, 'head'), Buffer.from(`${head}\r\n\r\n`, 'latin1'));
  writeFileSync(join(folder, 'body'), body);
  writeFileSync(
    join(bin, 'curl'),
    `#!${process.execPath}
const { appendFileSync, copyFileSync, readFileSync } = process.getBuiltinModule('node:fs');
const seen = process.argv.slice(2);
appendFileSync('${folder}/seen', seen.join('\\n') + '\\n');
const config = seen.at(-1) === '-' ? readFileSync(0, 'utf8') : '';
const given = config.split('\\n').filter(Boolean).flatMap((line) => {
  const [, name, value] = /^(\\S+)(?: = | )?(?:"([^]*)")?$/.exec(line);
  const read = (text) => text.replaceAll(/\\\\([^])/g, (_, sign) => (sign === 'n' ? '\\n' : sign));
  return [...(name === 'url' ? [] : [name]), ...(value === undefined ? [] : [read(value)])];
});
const call = [...seen.slice(0, -2), ...given];
appendFileSync('${folder}/calls', [...call, 'END OF IT', ''].join('\\0'));
for (const [at, one] of call.entries()) {
  if (one === '-D') copyFileSync('${folder}/head', call[at + 1]);
  if (one === '-o') copyFileSync('${folder}/body', call[at + 1]);
}
`,
  );
  for (const name of ['touch', 'curl']) chmodSync(join(bin, name), 0o755);
  writeFileSync(join(folder, 'repeat.sh'), script);
  for (const name of ['calls', 'seen']) writeFileSync(join(folder, name), '');
  const { status, stderr } = spawnSync('/bin/sh', [join(folder, 'repeat.sh')], {
    cwd: empty,
    env: { PATH: bin, TMPDIR: temporary, REGISTRY_USERNAME: 'ann', REGISTRY_PASSWORD: 'CANARY' },
  });
  const calls = readFileSync(join(folder, 'calls'), 'utf8').split('END OF IT\0').slice(0, -1);
  return {
    status,
    told: stderr.toString('latin1'),
    calls: calls.map((call) => call.split('\0').slice(0, -1)),
    left: [...readdirSync(empty), ...readdirSync(temporary)],
    commandLines: readFileSync(join(folder, 'seen'), 'utf8'),
  };
}

const ann = { username: 'ann', password: 'CANARY' };
const basic = { Authorization: `Basic ${Buffer.from('ann:CANARY').toString('base64')}` };

/** A course in which each later request has something of the answer before. */
function courseOf(origin: string, sent: readonly Sent[], others: Partial<Course> = {}): string {
  return repeatScript({
    about: [],
    sent,
    places: [{ name: 'REGISTRY', value: origin }],
    identities: [{ prefix: 'REGISTRY', credentials: ann }],
    options: [],
    secrets: ['CANARY'],
    ...others,
  }).toString();
}

function exchange(request: Request, headers: Record<string, string> = {}, body = ''): Sent {
  const lines = Object.entries(headers).map(([name, value]) => ({ name, value }));
  return { request, answer: new Answer(request, 202, lines, Buffer.from(body), 1) };
}

const opened: Request = { method: 'POST', url: 'http://r.example/v2/a/blobs/uploads/' };
const goesOn: Request = {
  method: 'PATCH',
  url: 'http://r.example/v2/a/blobs/uploads/1',
  body: Buffer.from('x'),
};
const upload = (headers: Record<string, string>): string =>
  courseOf('http://r.example', [
    exchange({ ...opened, headers }, { location: '/v2/a/blobs/uploads/1' }),
    exchange({ ...goesOn, headers }),
  ]);

for (const [leads, to] of [
  ['another host', 'http://evil.example/v2/a/blobs/uploads/1'],
  ['another port', 'http://r.example:81/v2/a'],
  ['another scheme', 'https://r.example/v2/a'],
  ['another host, the scheme left out', '//evil.example/v2/a'],
  ['another host behind a user', 'http://r.example@evil.example/v2/a'],
  ['a host that only begins alike', 'http://r.example.evil.example/v2/a'],
  ['another host behind a backslash', String.raw`http://r.example\@evil.example/v2/a`],
  ['a file', 'file:///etc/hostname'],
  ['nowhere', ''],
]) {
  test(`a replay whose Location leads to ${leads} takes no credentials there, and says so`, ({}, testInfo) => {
    const ran = replay(upload(basic), testInfo.outputPath(), {
      head: `HTTP/1.1 202 Accepted\r\nLocation: ${to}`,
    });
    expect(ran.status).toBe(1);
    expect(ran.told).toMatch(/Credentials stay with the registry|has no Location that leads on/);
    expect(ran.calls).toHaveLength(1);
  });
}

for (const place of ['-K/etc/hostname', '@/etc/hostname']) {
  test(`a Location ${place} is a place at the registry, and no word to curl`, ({}, testInfo) => {
    const ran = replay(upload(basic), testInfo.outputPath(), {
      head: `HTTP/1.1 202 Accepted\r\nLocation: ${place}`,
    });
    expect(ran.status).toBe(0);
    expect(ran.calls.at(-1)?.at(-1)).toBe(`http://r.example/v2/a/blobs/uploads/${place}`);
  });
}

test('a replay follows a Location without credentials, and with them to the registry as it may write itself', ({}, testInfo) => {
  const elsewhere = replay(upload({}), testInfo.outputPath('a'), {
    head: 'HTTP/1.1 202 Accepted\r\nLocation: http://storage.example/x',
  });
  expect(elsewhere.calls.map((call) => call.at(-1))).toEqual([opened.url, 'http://storage.example/x']);
  for (const [at, place] of ['/v2/b', 'http://r.example/v2/b', 'HTTP://R.example:80/v2/b'].entries()) {
    const { status, calls } = replay(upload(basic), testInfo.outputPath(`b${at}`), {
      head: `HTTP/1.1 202 Accepted\r\nLocation: ${place}`,
    });
    expect(status).toBe(0);
    expect(calls.at(-1)?.at(-1)).toMatch(/\/v2\/b$/);
    expect(calls.at(-1)).toEqual(
      expect.arrayContaining(['ann:CANARY', '--proto', '=http,https', '--globoff']),
    );
  }
});

for (const [sent, head, status, told] of [
  [[exchange(opened)], 'HTTP/1.1 202 Accepted', 0, 'The test got 202 Accepted as well.'],
  [[exchange(opened)], 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted', 0, 'as well.'],
  [[exchange(opened)], 'HTTP/1.1 200 OK', 1, 'The test got 202 Accepted, and this is 200.'],
  [[exchange(opened)], 'HTTP/1.1 200 OK\r\nHTTP/x: 202', 1, 'and this is 200.'],
  [
    [exchange(opened), { request: opened, answer: new Answer(opened, 404, [], Buffer.alloc(0), 1) }],
    'HTTP/1.1 404 Not Found',
    1,
    'The test got 404 Not Found as well, but before it other answers to 1.',
  ],
  [[{ request: opened }], 'HTTP/1.1 202 Accepted', 1, 'The test got no answer, and this is one.'],
  [
    [
      exchange({ method: 'GET', url: 'http://r.example/v2/a/blobs/b' }, { etag: '"an-etag"' }),
      exchange({ ...opened, headers: { 'If-None-Match': '"an-etag"' } }),
    ],
    'HTTP/1.1 202 Accepted',
    1,
    'Answer 1 has nothing for ETAG_1, which a later request needs.',
  ],
] satisfies [Sent[], string, number, string][]) {
  test(`a replay that is answered ${JSON.stringify(head)} ends with ${status}: ${told}`, ({}, testInfo) => {
    const ran = replay(courseOf('http://r.example', sent), testInfo.outputPath(), { head });
    expect(ran.told).toContain(told);
    expect(ran.status).toBe(status);
  });
}

test('no command line of a replay shows what is secret, and nothing of it is left', ({}, testInfo) => {
  const form = Buffer.from('grant_type=password&username=ann&password=CANARY');
  const type = 'application/x-www-form-urlencoded';
  const script = courseOf('http://r.example', [
    exchange({
      method: 'POST',
      url: 'http://r.example/token',
      headers: { 'Content-Type': type },
      body: form,
    }),
    exchange({ ...opened, headers: basic }),
    exchange({
      ...goesOn,
      headers: { 'X-Any': `a "b" \\n it's`, ...basic },
      body: Buffer.from('a\n\\"\n\n'),
    }),
  ]);
  const { status, calls, left, commandLines } = replay(script, testInfo.outputPath(), {});
  expect(status).toBe(0);
  expect(calls.map((call) => call.filter((one) => one.includes('CANARY')))).toEqual([
    ['password=CANARY'],
    ['ann:CANARY'],
    ['ann:CANARY'],
  ]);
  expect(calls[2]).toEqual(expect.arrayContaining([`X-Any: a "b" \\n it's`, 'a\n\\"\n\n']));
  expect(commandLines).not.toContain('CANARY');
  expect(left).toEqual([]);
});

test('a script made of what a registry sent, replayed against one that answers as badly, runs nothing', ({}, testInfo) => {
  test.setTimeout(180_000);
  const texts = fc.sample(
    hostile.filter((text) => text !== ''),
    { numRuns: 240, seed: 7 },
  );
  const text = (at: number): string => texts[at % texts.length] ?? '';
  let sentOn = 0;
  for (let at = 0; at < 60; at += 1) {
    const [realm, token, etag, body] = [0, 60, 120, 180].map((offset) => text(at + offset)) as [
      string,
      string,
      string,
      string,
    ];
    const request: Request = {
      method: 'GET',
      url: `http://t.example/token?${realm}`,
      title: token,
      headers: { ...basic, Accept: etag },
    };
    const sent = [
      exchange(
        request,
        { etag: `"${etag}-long"`, location: `http://r.example/${body}` },
        JSON.stringify({ token: `${token}-long` }),
      ),
      exchange({
        method: 'PUT',
        url: `http://r.example/${body}`,
        headers: { Authorization: `Bearer ${token}-long` },
        body: Buffer.from(body),
      }),
      {
        request: {
          method: 'GET' as const,
          url: `http://r.example/v2/${etag}`,
          headers: { 'If-None-Match': `"${etag}-long"`, Authorization: `Bearer ${body}` },
        },
      },
    ];
    const places = [
      { name: 'REGISTRY', value: 'http://r.example' },
      { name: 'REALM', value: `http://t.example/token?${realm}` },
      { name: 'REPO', value: held(body) },
    ];
    const script = courseOf('', sent, { places, about: [body, etag] }).replaceAll(
      /^: "\$\{TOKEN_\d+:\?\}"$/gm,
      'TOKEN_1=t TOKEN_2=t TOKEN_3=t',
    );
    const folder = testInfo.outputPath(String(at));
    const ran = replay(script, folder, {
      head: `HTTP/1.1 202 ${body}\r\nLocation: http://r.example/${etag.replaceAll(/[\r\n]/g, '')}\r\nETag: ${token.replaceAll(/[\r\n]/g, '')}`,
      body: JSON.stringify({ token: body }),
    });
    sentOn += ran.calls.length;
    expect(ran.left, script).toEqual([]);
    expect(ran.told, script).not.toMatch(/not found|syntax|[^\n -~]/i);
    // Each argument that is no value of an option before it is one of our own.
    const options = ran.calls.flatMap((call) =>
      call.filter(
        (one, place) =>
          one.startsWith('-') && !/^-(?:[HXuDo]|-data.*|-url|-max-time|-proto)$/.test(call[place - 1] ?? ''),
      ),
    );
    const ours =
      /^-(?:[HXIiuDo]|sS|-data-binary|-data-urlencode|-url|-path-as-is|-globoff|-max-time|-proto)$/;
    expect(
      options.filter((one) => !ours.test(one)),
      script,
    ).toEqual([]);
  }
  // Many stop at the second request, which has a token for the third place alone.
  expect(sentOn).toBeGreaterThan(60);
});
