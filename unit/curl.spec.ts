import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { curl, word, type Standing } from '../lib/verdict/curl.ts';
import { Answer, type Request } from '../lib/http/exchange.ts';
import { repeatScript } from '../lib/verdict/repeat.ts';

const url = 'http://127.0.0.1:5000/v2/a/manifests/v1';
const ann = { prefix: 'REGISTRY', credentials: { username: 'ann', password: 'p:a ss' } };

/** What curl is given when a shell runs the line with these variables. */
function argumentsOf(line: string, variables = ''): string[] {
  const script = `curl() { printf '%s\\n' "$@"; }; ${variables}; ${line}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n');
}

function basic(user: string, password: string): Record<string, string> {
  return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

test('repeats the request by a shell line whose secrets are variables', () => {
  const request: Request = {
    method: 'PUT',
    url: `${url}?x=1&y=it's`,
    headers: { 'Content-Type': 'application/json', Authorization: 'Bearer opaque-token' },
    body: Buffer.from('{"a":"it\'s"}'),
  };
  const line = curl(request, { secrets: [] }).toString();
  expect(line).not.toContain('opaque-token');
  expect(argumentsOf(line, 'TOKEN=mine')).toEqual([
    '-i',
    '-X',
    'PUT',
    '-H',
    'Content-Type: application/json',
    '-H',
    'Authorization: Bearer mine',
    '--data-binary',
    '{"a":"it\'s"}',
    `${url}?x=1&y=it's`,
  ]);
});

for (const [name, headers, variables, told] of [
  ['an identity', basic('ann', 'p:a ss'), "REGISTRY_USERNAME=u REGISTRY_PASSWORD='p w'", 'u:p w'],
  ['a wrong password', basic('ann', 'p'), 'REGISTRY_USERNAME=u WRONG_PASSWORD=w', 'u:w'],
  ['a wrong user', basic("o'neil", 'p:a ss'), 'REGISTRY_PASSWORD=p', "o'neil:p"],
] as const) {
  test(`names ${name} by variables`, () => {
    const line = curl({ method: 'GET', url, headers }, { identities: [ann], secrets: ['p:a ss'] }).toString();
    expect(argumentsOf(line, variables)).toEqual(['-i', '-u', told, url]);
    expect(line).not.toMatch(/p:a ss|"p"/);
  });
}

test('names the secrets of a form by variables, and sends the rest as it was', () => {
  const body = Buffer.from('grant_type=password&username=ann&password=p%3Aa+ss&scope=a%20b');
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const line = curl(
    { method: 'POST', url, headers, body },
    { identities: [ann], secrets: ['p:a ss'] },
  ).toString();
  expect(argumentsOf(line, 'REGISTRY_PASSWORD=mine').filter((one) => one.includes('='))).toEqual([
    'grant_type=password',
    'username=ann',
    'password=mine',
    'scope=a b',
  ]);
});

for (const text of ["it's $HOME", 'a"b`c`\\d', '!x', '', 'plain/VALUE/and VALUE']) {
  test(`a shell reads ${JSON.stringify(text)} as it was written`, () => {
    const standing: Standing = { variables: [{ name: 'V', value: 'VALUE' }], secrets: [] };
    const read = execFileSync('sh', ['-c', `V=VALUE; printf %s ${word(text, standing).toString()}`], {
      encoding: 'utf8',
    });
    expect(read).toBe(text);
  });
}

test('a script takes from each answer what later requests have from it', () => {
  const opened: Request = { method: 'POST', url: 'http://r/v2/a/b/blobs/uploads/' };
  const location = { name: 'Location', value: '/v2/a/b/blobs/uploads/1?state=x' };
  const token = 'opaque-token-of-some-length';
  const brought: Request = { method: 'GET', url: 'http://t/token?scope=repository:a%2Fb:push' };
  const sent: Request[] = [
    brought,
    { ...opened, headers: { Authorization: `Bearer ${token}` } },
    { method: 'PUT', url: 'http://r/v2/a/b/blobs/uploads/1?state=x&digest=d', body: Buffer.from([0, 255]) },
  ];
  const [first, second, third] = sent as [Request, Request, Request];
  const script = repeatScript({
    about: ['it is so'],
    sent: [
      { request: first, answer: new Answer(first, 200, [], Buffer.from(JSON.stringify({ token })), 1) },
      { request: second, answer: new Answer(second, 202, [location], Buffer.alloc(0), 1) },
      { request: third, answer: undefined },
    ],
    places: [
      { name: 'REGISTRY', value: 'http://r' },
      { name: 'REPO', value: 'a/b' },
    ],
    identities: [],
    options: [],
    secrets: [token],
  }).toString();
  expect(script).not.toContain(token);
  expect(script).toContain('TOKEN_1=$(member 1 token)');
  expect(script).toContain(`-H 'Authorization: Bearer '"\${TOKEN_1}"`);
  expect(script).toContain('"http://t/token?scope=repository:${REPO_ESCAPED}:push"');
  expect(script).toContain('LOCATION_2=$(location 2 "${REGISTRY}/v2/${REPO}/blobs/uploads/")');
  expect(script).toContain('"${LOCATION_2}&digest=d"');
  execFileSync('sh', ['-n'], { input: script });
});

for (const [place, expected] of [
  ['https://other.example/x', 'https://other.example/x'],
  ['//other.example/x', 'http://other.example/x'],
  ['/v2/x?y=1', 'http://r/v2/x?y=1'],
  ['?q=1', 'http://r/v2/a/blobs/uploads/?q=1'],
  ['next/1?a=b', 'http://r/v2/a/blobs/uploads/next/1?a=b'],
  ['javascript:alert(1)', ''],
  ['', ''],
] as const) {
  test(`a script reads the Location ${place || 'that is empty'} as the client does`, ({}, testInfo) => {
    const asked = 'http://r/v2/a/blobs/uploads/?x=1/2';
    const request: Request = { method: 'POST', url: asked };
    const location = { name: 'Location', value: '/next' };
    const script = repeatScript({
      about: [],
      sent: [
        { request, answer: new Answer(request, 202, [location], Buffer.alloc(0), 1) },
        { request: { method: 'PUT', url: 'http://r/next' } },
      ],
      places: [],
      identities: [],
      options: [],
      secrets: [],
    }).toString();
    const functions = /^header\(\) .*(?=^show\(\))/ms.exec(script)?.[0] ?? '';
    writeFileSync(testInfo.outputPath('1.head'), `HTTP/1.1 202 Accepted\r\nLocation: ${place}\r\n\r\n`);
    const { stdout } = spawnSync('sh', ['-c', `${functions}\nlocation 1 '${asked}'`], {
      cwd: testInfo.outputDir,
      encoding: 'utf8',
    });
    expect(stdout).toBe(expected);
  });
}
