import { existsSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { FullConfig, FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import { annotations, jobSummary } from '../conformance/github.ts';
import { verdictsOf } from '../conformance/found.ts';
import { readHistory, withHistory, withRun } from '../conformance/history.ts';
import { conformanceMarkdown } from '../conformance/markdown.ts';
import {
  networkOf,
  ruleReports,
  summarize,
  unexplainedBlocks,
  type Conformance,
  type Outcome,
  type TestVerdict,
} from '../conformance/report.ts';
import { networkSummary, terminalSummary, type Trouble } from '../conformance/summary.ts';
import { writeConformance, writeHistory } from '../conformance/write.ts';
import { expectedDeviations } from '../../run/expected.ts';
import { announceOutage, currentRun, isAnnounced, runSettings } from '../../run/run.ts';
import { excerpt } from '../../text/cut.ts';
import { appendText } from '../../text/files.ts';
import { isInActions, stopCommands, type Command } from '../../text/github.ts';
import { line, say, type Line } from '../../text/terminal.ts';
import { plain } from '../../text/visible.ts';
import { toldIn } from '../../verdict/told.ts';
import type { Capabilities } from '../../types.ts';

// A registry that is gone shall not hold a night up.
const mostUnanswered = 5;

/** Writes down rule by rule what the run found, and fails a run whose blocked tests have no cause that shows. */
export default class ConformanceReporter implements Reporter {
  readonly #troubles: Trouble[] = [];
  readonly #commands = stopCommands();
  #lines: (Line | Command)[] = [];
  /** By test, what its last run found. */
  readonly #tests = new Map<string, { found: TestVerdict[]; outcome: Outcome }>();
  #root = '';
  #isShard = false;
  #requests = 0;
  #unanswered = 0;

  onBegin(config: FullConfig): void {
    this.#root = config.rootDir;
    this.#isShard = config.shard !== null;
    // Playwright prints what tests say as they say it.
    if (isInActions()) say(this.#commands.stop);
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    const { requests, troubles, interrupted, reason } = toldIn(result);
    this.#requests += requests;
    const verdicts = verdictsOf(test, result);
    const isExplained = verdicts.some(({ verdict }) => verdict === 'fail' || verdict === 'stale');
    // It was the network that broke the test off, so it may have another try; what is judged has none.
    if (interrupted && !isExplained) test.retries = test.results.length;
    const place = {
      title: test.titlePath().slice(3).join(' › '),
      file: relative(this.#root, test.location.file),
      line: test.location.line,
      project: test.parent.project()?.name ?? '',
    };
    const { title, project } = place;
    const { runs = 0, met = [] } = this.#tests.get(test.id)?.outcome ?? {};
    const isUnanswered = reason?.kind === 'blocked' && reason.by === 'network';
    if (!interrupted) this.#unanswered = isUnanswered ? this.#unanswered + 1 : 0;
    if (this.#unanswered === mostUnanswered)
      announceOutage(`nothing has answered in ${mostUnanswered} tests in a row`);
    this.#tests.set(test.id, {
      found: verdicts.map((one) => ({ ...place, ...one })),
      outcome: { title, project, reason, runs: runs + 1, met: [...met, ...troubles.map(({ kind }) => kind)] },
    });
    const isOver = test.results.length > test.retries;
    if (isOver && test.outcome() === 'unexpected' && !isExplained)
      this.#troubles.push({ title: `[${project}] ${title}`, message: firstLine(result) });
  }

  async onEnd(result: FullResult): Promise<{ status: FullResult['status'] } | undefined> {
    if (!isAnnounced()) return undefined;
    const { profile, specVersion, level, reports, url } = runSettings();
    const { targets, capabilities, probeRequests, probeTroubles } = currentRun();
    this.#requests += probeRequests;
    const target = url ?? 'the embedded registry';
    const startedAt = result.startTime.toISOString();
    const tests = [...this.#tests.values()];
    const found = tests.flatMap((one) => one.found);
    const history = readHistory(join(reports, 'history.jsonl'));
    const rules = withHistory(ruleReports(found, specVersion), { target, startedAt }, history ?? []);
    const network = networkOf(
      tests.map(({ outcome }) => outcome),
      probeTroubles,
    );
    const conformance: Conformance = {
      target,
      profile,
      specVersion,
      level,
      startedAt,
      durationMs: Math.round(result.duration),
      requests: this.#requests,
      network,
      summary: summarize(rules),
      capabilities: Object.assign({}, capabilities, ...targets.map(({ offers }) => offers)) as Capabilities,
      rules,
    };
    writeConformance(reports, conformance);
    // What explains a blocked test may stand in another shard; npm run merge looks.
    const expected = expectedDeviations(runSettings());
    const blocks = this.#isShard ? [] : unexplainedBlocks(found, conformance, expected);
    const unexplained = blocks.map(({ title, message = '' }) => ({
      title,
      message: `${message}, and no test shows why`,
    }));
    const troubles = [...this.#troubles, ...unexplained];
    const summary = terminalSummary(conformance, {
      ways: targets.length,
      troubles,
      reports,
      isFirst: this.#isShard || history?.some((run) => run.target === target) !== true,
    });
    this.#lines = ['', ...summary, ...networkSummary(network)].map(
      (one) => line`${one.toString() && '  '}${one}`,
    );
    this.#tellGitHub(conformance, troubles);
    // A shard is no run: npm run merge writes down the whole one.
    if (!this.#isShard && history !== undefined) writeHistory(reports, withRun(history, conformance));
    const isRed =
      found.some(({ verdict }) => verdict === 'fail' || verdict === 'stale') ||
      unexplained.length > 0 ||
      network.blocked.length > 0;
    return isRed && result.status === 'passed' ? { status: 'failed' } : undefined;
  }

  /** After every reporter, so that the terminal ends with it. */
  async onExit(): Promise<void> {
    if (isInActions()) say(this.#commands.resume);
    say(...this.#lines);
  }

  #tellGitHub(conformance: Conformance, troubles: readonly Trouble[]): void {
    const { GITHUB_STEP_SUMMARY, GITHUB_WORKSPACE } = process.env;
    const place = (file: string): string => relative(GITHUB_WORKSPACE ?? '', join(this.#root, file));
    if (isInActions()) this.#lines.push(...annotations(conformance, troubles, place));
    if (GITHUB_STEP_SUMMARY) {
      const written = existsSync(GITHUB_STEP_SUMMARY) ? statSync(GITHUB_STEP_SUMMARY).size : 0;
      appendText(GITHUB_STEP_SUMMARY, jobSummary(conformanceMarkdown(conformance), written));
    }
  }
}

function firstLine({ error, status }: TestResult): string {
  const [first = ''] = plain(error?.message ?? `the test was ${status}`).split('\n', 1);
  return excerpt(first, 2_000);
}
