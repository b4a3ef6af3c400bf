import { relative } from 'node:path';
import type {
  FullConfig,
  FullResult,
  Reporter,
  Suite,
  TestCase,
  TestResult,
} from '@playwright/test/reporter';
import { verdictsOf } from '../conformance/found.ts';
import { isRuleId, rule } from '../../rules/catalogue.ts';
import { levelAt } from '../../rules/rule.ts';
import { runSettings } from '../../run/run.ts';
import { writeText } from '../../text/files.ts';
import { plain } from '../../text/visible.ts';
import { element, xml, type Xml } from '../../text/xml.ts';

type Outcome = 'passed' | 'failures' | 'errors' | 'skipped';
type Case = { outcome: Outcome; durationMs: number; written: Xml };

/**
 * `junit.xml`. A broken rule is a failure, and anything else that turns a test red an error; Playwright's own reporter
 * knows failures by the words of its own matchers alone, and leaves the reason of a skip out.
 */
export default class JUnitReporter implements Reporter {
  readonly #outputFile: string;
  #config: FullConfig | undefined;
  #suite: Suite | undefined;

  constructor({ outputFile }: { outputFile: string }) {
    this.#outputFile = outputFile;
  }

  onBegin(config: FullConfig, suite: Suite): void {
    this.#config = config;
    this.#suite = suite;
  }

  onEnd({ startTime, duration }: FullResult): void {
    const root = this.#config?.rootDir ?? '';
    const all: Case[] = [];
    const suites = (this.#suite?.suites ?? []).flatMap((project) =>
      project.suites.map((file) => {
        const cases = file.allTests().map((test) => caseOf(test, root));
        all.push(...cases);
        const attributes = { name: file.title, hostname: project.title, timestamp: startTime.toISOString() };
        return element(
          'testsuite',
          { ...attributes, ...countsOf(cases) },
          cases.map(({ written }) => written),
        );
      }),
    );
    const whole = { name: 'dockside', ...countsOf(all), time: seconds(duration) };
    const written = element('testsuites', whole, suites);
    writeText(this.#outputFile, xml`<?xml version="1.0" encoding="UTF-8"?>\n${written}\n`);
  }

  printsToStdio(): boolean {
    return false;
  }
}

/** Unique by class and name: the class is the project and the file, `oci-bearer.tags.list`. */
function caseOf(test: TestCase, root: string): Case {
  const result = test.results.at(-1);
  const { outcome, child } = outcomeOf(test, result);
  const durationMs = result?.duration ?? 0;
  const classes = [
    test.parent.project()?.name ?? '',
    ...relative(root, test.location.file)
      .replace(/\.spec\.ts$/, '')
      .split(/[/\\]/),
  ];
  const attributes = {
    name: test.titlePath().slice(3).join(' › '),
    classname: classes.join('.'),
    file: relative(process.cwd(), test.location.file),
    line: String(test.location.line),
    time: seconds(durationMs),
  };
  const written = element('testcase', attributes, [...properties(test, result), ...child]);
  return { outcome, durationMs, written };
}

function outcomeOf(test: TestCase, result: TestResult | undefined): { outcome: Outcome; child: Xml[] } {
  if (result === undefined || test.outcome() === 'skipped') {
    const reason = result?.annotations.find(({ type }) => type === 'skip')?.description;
    const message = reason ?? 'it was not run';
    return { outcome: 'skipped', child: [element('skipped', { message })] };
  }
  if (test.ok()) return { outcome: 'passed', child: [] };
  const broken = verdictsOf(test, result).find(({ verdict }) => verdict === 'fail' || verdict === 'stale');
  const said = result.errors.map(({ message, value }) => plain(message ?? value ?? ''));
  const [message = ''] = (said[0] ?? `the test was ${result.status}`).replace(/^Error: /, '').split('\n', 1);
  const attributes = { message, type: broken?.rule ?? result.status };
  const name = broken === undefined ? 'error' : 'failure';
  return { outcome: `${name}s`, child: [element(name, attributes, [said.join('\n\n')])] };
}

/** Each rule of the test, its level after it; then what it found that is known or below the level. */
function properties(test: TestCase, result: TestResult | undefined): Xml[] {
  const { specVersion } = runSettings();
  const found = result === undefined ? [] : verdictsOf(test, result);
  const pairs = [
    ...test.tags
      .map((tag) => tag.slice(1))
      .filter(isRuleId)
      .flatMap((id) => [
        ['rule', id],
        ['level', levelAt(rule(id), specVersion)],
      ]),
    ...found
      .filter(({ verdict }) => verdict === 'known' || verdict === 'warn')
      .map((one) => [one.verdict, one.rule]),
  ];
  const all = pairs.map(([name = '', value = '']) => element('property', { name, value }));
  return all.length === 0 ? [] : [element('properties', {}, all)];
}

function countsOf(cases: readonly Case[]): Record<string, string> {
  const count = (outcome: Outcome): string => String(cases.filter((one) => one.outcome === outcome).length);
  const [failures, errors, skipped] = [count('failures'), count('errors'), count('skipped')];
  const time = seconds(cases.reduce((sum, { durationMs }) => sum + durationMs, 0));
  return { tests: String(cases.length), failures, errors, skipped, time };
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
