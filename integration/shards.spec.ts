import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { startRegistry } from '../tools/registry/registry.ts';
import { readHistory, type PastRun } from '../lib/report/conformance/history.ts';
import { merged } from '../lib/report/conformance/merge.ts';
import type { Conformance } from '../lib/report/conformance/report.ts';
import { sample } from '../unit/conformance/sample.ts';
import { runSuite } from './suite.ts';

/** What every run of the same tests has in common: all but its times, its requests for tokens, and what is named anew. */
function lasting({
  startedAt: _s,
  shards: _a,
  durationMs: _d,
  requests: _r,
  ...conformance
}: Conformance): unknown {
  const anew =
    /(?<="(?:lastKept|brokenSince)":")[^"]+|\b[0-9a-z]{8}[0-9a-f]{6}(?:\/w\d+)?\b|(?<=uploads\/)[0-9a-f-]{36}|(?<=sha256(?::|%3A))[0-9a-f]{64}/g;
  return JSON.parse(JSON.stringify(conformance).replaceAll('%2F', '/').replaceAll(anew, 'NEW'));
}

function read(folder: string): Conformance {
  return JSON.parse(readFileSync(`${folder}/conformance.json`, 'utf8')) as Conformance;
}

test('four shards at once, merged, say what one run says', async ({}, testInfo) => {
  test.setTimeout(240_000);
  const registry = await startRegistry({ auth: 'anonymous' });
  const run = async (name: string, ...args: string[]): Promise<unknown> => {
    const settings = { REGISTRY_URL: registry.url, REPORTS_FOLDER: testInfo.outputPath(name) };
    const { code } = await runSuite(['tests/tags', 'tests/general', ...args], settings);
    return code;
  };
  const shards = ['1', '2', '3', '4'];
  const codes = await Promise.all(shards.map(async (shard) => await run(shard, `--shard=${shard}/4`)));
  expect([await run('whole'), ...codes]).toEqual([0, 0, 0, 0, 0]);
  await registry.close();

  const files = shards.map((shard) => testInfo.outputPath(shard, 'conformance.json'));
  // Twice: who merges again, as one shard was run again, has made no other night.
  for (const all of [files.slice(1), files])
    execFileSync(process.execPath, ['--import', 'tsx', 'tools/merge.ts', ...all], {
      env: { ...process.env, REPORTS_FOLDER: testInfo.outputPath('merged') },
    });
  const whole = read(testInfo.outputPath('whole'));
  expect(lasting(read(testInfo.outputPath('merged')))).toEqual(lasting(whole));
  expect(whole.summary.pass).toBeGreaterThan(20);
  const historyOf = (name: string): PastRun[] =>
    readHistory(testInfo.outputPath(name, 'history.jsonl')) ?? [];
  expect(['1', 'merged', 'whole'].map((name) => historyOf(name).length)).toEqual([0, 1, 1]);
  expect(historyOf('merged')[0]?.rules).toEqual(historyOf('whole')[0]?.rules);
});

test('reports of two targets are not merged', () => {
  expect(() => merged([sample, { ...sample, target: 'http://other.example' }])).toThrow(
    `the target is ${sample.target} in one and http://other.example in another`,
  );
});

test('a rule that the first shard does not know is not lost', () => {
  const [, ...others] = sample.rules;
  const ids = merged([{ ...sample, rules: others }, sample]).rules.map(({ id }) => id);
  expect(new Set(ids)).toEqual(new Set(sample.rules.map(({ id }) => id)));
  expect(ids).toHaveLength(sample.rules.length);
});
