import { readFileSync } from 'node:fs';
import { isObject, isText } from '../../content/shape.ts';
import { SettingError } from '../../run/settings.ts';
import { readReason } from '../../run/skip-reason.ts';
import { verdicts, type Conformance, type RuleReport } from './report.ts';

/** @throws SettingError that names the file and says in one line what is wrong with it */
export function readConformance(file: string): Conformance {
  const value = parsed(file, textOf(file));
  if (!isConformance(value))
    throw new SettingError(file, 'is not a conformance.json, as a run writes it to its reports folder');
  return {
    ...value,
    rules: value.rules.map((rule) => ({ ...rule, tests: (rule.tests ?? []).map(ofOlder) })),
  };
}

type Test = RuleReport['tests'][number];

/** One of before the parts of a message stood by themselves has them in it. */
function ofOlder(test: Test): Test {
  const { verdict, message = '', gist, by, what } = test;
  if (gist !== undefined || by !== undefined || what !== undefined) return test;
  if (verdict === 'blocked' || verdict === 'unsupported') {
    const { kind: _kind, text: _text, ...parts } = readReason(message);
    return { ...test, ...parts };
  }
  const [, expected] = /^ {2}expected +(.*)$/m.exec(message) ?? [];
  const [, received] = /^ {2}received +(.*)$/m.exec(message) ?? [];
  return expected === undefined || received === undefined ? test : { ...test, gist: { expected, received } };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SettingError(file, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SettingError(file, 'is no JSON; name the conformance.json of a run that came to its end');
  }
}

/** Of what is shown, worked with, or written down again, each member is what it should be; some are newer than others. */
function isConformance(value: unknown): value is Conformance {
  const { startedAt, shards, durationMs, requests, capabilities, network, rules, ...more } = membersOf(value);
  return (
    (shards === undefined || isListOf(shards, isTime)) &&
    ['target', 'profile', 'specVersion', 'level'].every((name) => isText(more[name])) &&
    isTime(startedAt) &&
    [durationMs, requests].every((one) => one === undefined || Number.isFinite(one)) &&
    isObject(capabilities) &&
    (network === undefined || isNetwork(network)) &&
    isListOf(rules, isRule)
  );
}

function isRule(value: unknown): boolean {
  const { tests, lastKept, brokenSince, verdict, ...more } = membersOf(value);
  return (
    ['id', 'level'].every((name) => isText(more[name])) &&
    ['since', 'source', 'url', 'title'].every((name) => isTextOrNone(more[name])) &&
    isVerdict(verdict) &&
    [lastKept, brokenSince].every((time) => time === undefined || isTime(time)) &&
    (tests === undefined || isListOf(tests, isTest))
  );
}

function isTest(value: unknown): boolean {
  const { title, file, line, project, verdict, message, gist, by, what } = membersOf(value);
  return (
    isText(title) &&
    [file, project, message, by, what].every(isTextOrNone) &&
    (gist === undefined || isGist(gist)) &&
    (line === undefined || Number.isFinite(line)) &&
    isVerdict(verdict)
  );
}

function isGist(value: unknown): boolean {
  const { request, expected, received, error, step, known } = membersOf(value);
  const { reason, source } = membersOf(known);
  return (
    [expected, received].every(isText) &&
    [request, error, step].every(isTextOrNone) &&
    (known === undefined || [reason, source].every(isText))
  );
}

function isNetwork(value: unknown): boolean {
  const { troubles, flaky, blocked } = membersOf(value);
  return (
    isObject(troubles) &&
    Object.values(troubles).every(Number.isFinite) &&
    isListOf(flaky, isText) &&
    isListOf(blocked, (one) => ['title', 'message'].every((name) => isText(membersOf(one)[name])))
  );
}

function isVerdict(value: unknown): boolean {
  return (verdicts as readonly unknown[]).includes(value);
}

function isTextOrNone(value: unknown): boolean {
  return value === undefined || isText(value);
}

function isTime(value: unknown): boolean {
  return isText(value) && !Number.isNaN(Date.parse(value));
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

function membersOf(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}
