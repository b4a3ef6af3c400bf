import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { meet } from '../tools/hostile/meet.ts';
import type { Command, Model } from '../tools/hostile/model.ts';
import { modelIds, modelOf } from '../tools/hostile/models.ts';
import { replay } from '../tools/hostile/sandbox.ts';
import { canary, Secrets } from '../tools/hostile/secrets.ts';

const running = (code: string): Command => ['node', '-e', code];

/** What a command does before a server, and the demands that are not met then. */
const commands: Record<string, [code: string, model: Partial<Model>, broken: string[]]> = {
  'asks, says what is wrong and ends': [
    `fetch(process.env.REGISTRY_URL + '/v2/').then(() => { console.log('no registry'); process.exit(1); })`,
    { says: /no registry/ },
    [],
  ],
  'is content': ['', {}, ['exit']],
  'does not say why': ['process.exit(1)', { says: /no registry/ }, ['cause']],
  'never ends': ['setInterval(() => {}, 1000)', { seconds: 2 }, ['exit', 'time']],
  'takes all memory': [
    'globalThis.all = Buffer.alloc(2 ** 29, 1); setInterval(() => {}, 1000)',
    {},
    ['exit', 'memory'],
  ],
  'prints a secret': [
    'console.log(process.env.REGISTRY_PASSWORD); process.exit(1)',
    { auth: 'basic' },
    ['secrets'],
  ],
  'writes a secret in base64 into a temporary file': [
    `require('fs').writeFileSync(process.env.TMPDIR + '/x', btoa('user:' + process.env.REGISTRY_USERNAME + escape(process.env.REGISTRY_PASSWORD))); process.exit(1)`,
    { auth: 'basic' },
    ['secrets'],
  ],
  'has a secret among its arguments': [
    `require('child_process').spawnSync('sleep', ['1', process.env.REGISTRY_PASSWORD.replace(/\\W/g, '') && '1'], { argv0: 'sleep ' + process.env.REGISTRY_PASSWORD }); process.exit(1)`,
    { auth: 'basic' },
    ['secrets'],
  ],
  'prints a command to the runner of CI': [
    `console.log('  ::set-output name=x::1'); process.exit(1)`,
    {},
    ['terminal'],
  ],
  'prints an escape': [`console.log('\\x1b[31m'); process.exit(1)`, {}, ['terminal']],
  'leaves a process behind': [
    `require('child_process').spawn('sleep', ['60'], { stdio: 'ignore' }).unref(); process.exit(1)`,
    {},
    ['processes'],
  ],
  'leaves half a report': [
    `require('fs').mkdirSync(process.env.REPORTS_FOLDER); require('fs').writeFileSync(process.env.REPORTS_FOLDER + '/results.json', '{'); process.exit(1)`,
    {},
    ['formats'],
  ],
  'leaves a script that runs what a server said': [
    `require('fs').mkdirSync(process.env.REPORTS_FOLDER); require('fs').writeFileSync(process.env.REPORTS_FOLDER + '/model-x.sh', 'REALM=$(touch pwned)'); process.exit(1)`,
    {},
    ['executed'],
  ],
};

for (const [what, [code, model, broken]] of Object.entries(commands)) {
  test(`a command that ${what}: ${broken.join(' and ') || 'held'}`, async () => {
    test.setTimeout(60_000);
    const report = await meet('x', { title: 'A server', ends: 'red', run: [running(code)], ...model });
    expect(report.broken.map(({ demand }) => demand)).toEqual(broken);
    expect(report.held).toBe(broken.length === 0);
  });
}

test('a server that was never asked for what it does was not met', async () => {
  const { wire, ...model } = modelOf('switching-at-ping');
  const report = await meet('x', {
    ...model,
    ...(wire && { wire }),
    run: [running(`console.log('101'); process.exit(1)`)],
  });
  expect(report.broken.map(({ demand }) => demand)).toEqual(['met']);
});

test('a secret is seen in each encoding in which a server would say it', () => {
  const secrets = new Secrets();
  secrets.learn('password', canary('Writer'));
  const unseen = secrets.spoken().filter((text) => secrets.shownIn(`before ${text} after`).length === 0);
  expect(unseen).toEqual([]);
  expect(secrets.shownIn('dockside Zq7 canary password')).toEqual([]);
});

test('a script is replayed where everything but curl and its tools is seen', async ({}, testInfo) => {
  const folder = testInfo.outputPath('sandbox');
  mkdirSync(folder);
  writeFileSync(testInfo.outputPath('sandbox', 'there'), '');
  const quiet = 'cd "$(mktemp -d)"\nprintf x | base64 > sent-1\necho fine | sed s/f/F/ > 1.body\n';
  expect(await replay([quiet], folder, {})).toEqual([]);
  expect(await replay(['id -u; echo x > other\n'], folder, {})).toEqual(['id -u', 'a file other']);
});

test('a model has a readable id and says what the server does', () => {
  const odd = modelIds.filter((id) => {
    const { title } = modelOf(id);
    return !/^[a-z0-9]+(?:[-.][a-z0-9]+)*$/.test(id) || title.endsWith('.') || title.length < 15;
  });
  expect(odd).toEqual([]);
});

test('no model names a host that could be reached beyond this machine', () => {
  const folder = new URL('../tools/hostile/models/', import.meta.url);
  const texts = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));
  const hosts = texts.flatMap((text) =>
    [...text.matchAll(/https?:\/\/(?:[^\s/'"`@]*@)?([^\s/'"`$?]+)/g)].map(([, host = '']) => host),
  );
  expect(hosts).toContain('[fe80::1]');
  // Halves of an address are no host at all.
  const reachable = hosts.filter((host) => !/^(?:127\.0\.0\.1(?::\d+)?|\[fe80::1\]|\[|\[::1)$/.test(host));
  expect(reachable).toEqual([]);
});

test('no two models are the same', () => {
  const titles = modelIds.map((id) => `${modelOf(id).title} ${JSON.stringify(modelOf(id).run)}`);
  expect(titles.filter((title, at) => titles.indexOf(title) !== at)).toEqual([]);
});
