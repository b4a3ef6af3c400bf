import type { TestInfo } from '@playwright/test';
import { ALLURE_HTTP_EXCHANGE_CONTENT_TYPE } from 'allure-js-commons/http';
import type { Answer, Request } from '../http/exchange.ts';
import { repeatScript, type Sent } from './repeat.ts';
import { currentRun, runIdentities, runSecrets, runSettings } from '../run/run.ts';
import { answerThatBrought, exchangesOf, lentTo, nameOf, unansweredOf } from './course.ts';
import { excerpt } from '../text/cut.ts';
import { json } from '../text/json.ts';
import { comment, shell, type Shell } from '../text/shell.ts';
import { allureExchange, transcript } from './transcript.ts';
import { plain } from '../text/visible.ts';
import { judgementsOf, type Axes } from './verdict.ts';

const text = 'text/plain';
// A test of many requests is told by its last ones, and a registry that says much fills no disk.
const mostShown = 40;
const mostBytes = 128 * 1024;
const mostScript = 512 * 1024;

/** Puts the last of the test's exchanges into the report, secrets masked. */
export async function attachExchanges(testInfo: TestInfo): Promise<void> {
  const secrets = runSecrets();
  const all = exchangesOf(testInfo).map((answer, at) => ({ answer, number: at + 1 }));
  const last = lastThatFit(all, ({ answer }) => json(allureExchange(answer, secrets)).toString());
  for (const { one, shown } of last) {
    await testInfo.attach(lineOf(one.number, one.answer), {
      contentType: ALLURE_HTTP_EXCHANGE_CONTENT_TYPE,
      body: shown,
    });
  }
}

/**
 * Puts into the report of a test that failed, or that something else blocks, what a person needs to see why: the
 * exchange in question as text, those before it, and a script that repeats them all. `repository` is the test's own.
 */
export async function attachCourse(testInfo: TestInfo, repository: string): Promise<void> {
  const all = exchangesOf(testInfo);
  const broken = judgementsOf(testInfo).filter(({ verdict }) => verdict === 'fail');
  const last = broken.map(({ answer }) => all.findLastIndex((one) => one === answer)).reduce(latest, -1);
  const sent: Sent[] = [
    ...(last === -1 ? all : all.slice(0, last + 1)).map((answer) => ({ request: answer.request, answer })),
    ...[last === -1 ? unansweredOf(testInfo) : undefined].flatMap((request) =>
      request ? [{ request }] : [],
    ),
  ];
  const numbered = sent.map((one, at) => ({ ...one, number: at + 1 }));
  const inQuestion = numbered.at(-1);
  if (inQuestion === undefined) return;
  const what = whatWentWrong(testInfo);
  await testInfo.attach(excerpt(`exchange ${sent.length}: ${what}`), {
    contentType: text,
    body: told(inQuestion),
  });
  const before = lastThatFit(numbered.slice(0, -1), told);
  if (before.length > 0) {
    await testInfo.attach(`the exchanges before it: ${sent.length - 1}`, {
      contentType: text,
      body: before.map(({ shown }) => shown).join('\n\n\n'),
    });
  }
  const script = scriptOf(testInfo, repository, sent);
  await testInfo.attach('repeat.sh', { contentType: text, body: script.toString() });
}

/** The last of them, as many as fit into a report, with what is shown of each. */
function lastThatFit<T>(all: readonly T[], show: (one: T) => string): { one: T; shown: string }[] {
  const fitting: { one: T; shown: string }[] = [];
  let room = mostBytes;
  for (const one of all.slice(-mostShown).toReversed()) {
    const shown = show(one);
    room -= Buffer.byteLength(shown);
    if (room < 0) break;
    fitting.unshift({ one, shown });
  }
  return fitting;
}

function latest(one: number, other: number): number {
  return Math.max(one, other);
}

function whatWentWrong(testInfo: TestInfo): string {
  const broken = judgementsOf(testInfo).filter(({ verdict }) => verdict === 'fail');
  if (broken.length > 0) return `broke ${[...new Set(broken.map(({ rule }) => rule))].join(', ')}`;
  const skip = testInfo.annotations.find(({ type }) => type === 'skip')?.description;
  if (skip !== undefined) return `set-up, ${skip.split(': ', 1)[0]}`;
  return unansweredOf(testInfo) === undefined ? 'the last before the error' : 'no answer';
}

/** What was only read is read again by whoever needs it. */
function isWrite({ request: { method } }: Answer): boolean {
  return !['GET', 'HEAD'].includes(method);
}

function lineOf(number: number, { request, status }: Answer): string {
  return excerpt(`${number}. ${nameIn(request)} → ${status}`);
}

function nameIn({ method, url, title }: Request): string {
  return title ?? nameOf(method, new URL(url).pathname);
}

function told({ number, request, answer }: Sent & { number: number }): string {
  const secrets = runSecrets();
  const exchange =
    answer === undefined
      ? `${request.method} ${excerpt(request.url, 1_000)}\ntraceparent: ${request.trace}\n\n→ no answer`
      : transcript(answer, secrets);
  return `${number}. ${excerpt(nameIn(request), 1_000)}\n\n${exchange}`;
}

function scriptOf(testInfo: TestInfo, repository: string, sent: readonly Sent[]): Shell {
  const secrets = runSecrets();
  const { authMode } = testInfo.project.use as Axes;
  const { caFile, insecureTls, url } = runSettings();
  const target = currentRun().targets.find(({ auth }) => auth === authMode);
  const broken = judgementsOf(testInfo).find(({ verdict }) => verdict === 'fail');
  const error = plain(testInfo.error?.message ?? whatWentWrong(testInfo)).split('\n', 1)[0] ?? '';
  const lent = [...new Set(lentTo(testInfo))].filter(({ exchanges }) => exchanges.some(isWrite));
  const made = lent.flatMap(({ exchanges }) =>
    exchanges.map((answer) => ({ request: answer.request, answer })),
  );
  const lenders = [...new Set(lent.map((one) => one.repository))];
  const script = repeatScript({
    about: [
      testInfo.title,
      ...(broken?.message?.split('\n\n', 1)[0]?.split('\n') ?? [excerpt(error, 2_000)]),
      '',
      ...(url === undefined
        ? [
            `The embedded registry of that run is gone: npm run registry -- --auth ${authMode} starts another. Set REGISTRY.`,
          ]
        : []),
    ],
    sent: withTokens([...made, ...sent]),
    places: [
      { name: 'REGISTRY', value: target?.url ?? '' },
      ...(target?.tokenService === undefined ? [] : [{ name: 'REALM', value: target.tokenService.realm }]),
      { name: 'REPO', value: repository },
      ...lenders.map((value, at) => ({ name: at === 0 ? 'SHARED' : `SHARED_${at + 1}`, value })),
    ].filter(({ value }) => value !== ''),
    identities: runIdentities(),
    options: [
      ...(caFile === undefined ? [] : [shell`--cacert "$REGISTRY_CA_FILE"`]),
      ...(insecureTls ? [shell`--insecure`] : []),
    ],
    secrets,
  });
  const size = Buffer.byteLength(script.toString());
  if (size <= mostScript) return script;
  return shell.lines([
    shell`#!/bin/sh`,
    comment(`A script of ${sent.length} requests has ${size} bytes, more than a report should hold.`),
    shell`exit 1`,
  ]);
}

/** Begins with the requests for the tokens that an earlier test of the worker asked for. */
function withTokens(sent: readonly Sent[]): Sent[] {
  const ours = new Set(sent.map(({ answer }) => answer));
  const earlier = sent.flatMap(({ request }) => {
    const authorization = Object.entries(request.headers ?? {}).find(
      ([name]) => name.toLowerCase() === 'authorization',
    )?.[1];
    const answer = answerThatBrought(authorization?.replace(/^\w+ +/, '') ?? '');
    return answer === undefined || ours.has(answer) ? [] : [answer];
  });
  return [...[...new Set(earlier)].map((answer) => ({ request: answer.request, answer })), ...sent];
}
