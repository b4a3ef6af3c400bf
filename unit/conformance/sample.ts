import {
  summarize,
  type Conformance,
  type RuleReport,
  type Verdict,
} from '../../lib/report/conformance/report.ts';
import { readReason } from '../../lib/run/skip-reason.ts';
import { rule, type RuleId } from '../../lib/rules/catalogue.ts';

/** What a hostile registry may bring into a message. */
export const hostile = `</pre></details></script><script>document.title = 'taken'</script><img src=x onerror="alert('1')"> a|b [c](d)`;

type Said = Pick<RuleReport['tests'][number], 'message' | 'gist'>;

const broken: Said = {
  gist: { request: 'PATCH …/blobs/uploads/1', expected: 'status 416', received: 'status 202' },
  message: [
    'upload.patch.out-of-order (must): A chunk that starts after the end of the upload is refused with 416',
    '  source    distribution-spec: Pushing a blob in chunks https://spec.example',
    '  expected  status 416',
    '  received  status 202',
    '',
    'PATCH http://127.0.0.1:5000/v2/dockside/a/blobs/uploads/1',
    hostile,
    '',
    `curl -i -X PATCH 'http://127.0.0.1:5000/v2/dockside/a/blobs/uploads/${'1'.repeat(300)}'`,
  ].join('\n'),
};

const deviating: Said = {
  gist: {
    expected: 'a, b',
    received: 'b, a',
    known: { reason: 'the oldest tag comes first', source: 'https://known.example/a_b' },
  },
};

/** With a test for each of what tests said; what one was skipped with is read as a run reads it. */
export function report(id: RuleId, verdict: Verdict, ...said: (string | Said | undefined)[]): RuleReport {
  const { level, since, source, url, title } = rule(id);
  const tests = said.map((one, at) => ({
    title: `a test of ${id} ${at}`,
    file: 'uploads/chunks.spec.ts',
    line: 7,
    project: 'oci-bearer',
    verdict,
    ...(typeof one === 'string' ? skipped(one) : one),
  }));
  return { id, level, since, source, url, title, verdict, tests };
}

/** What a test says that was skipped with this text. */
export function skipped(text: string): Partial<RuleReport['tests'][number]> {
  const { kind: _, text: message, ...reason } = readReason(text);
  return { message, ...reason };
}

export const rules: RuleReport[] = [
  report('ping.status', 'pass', undefined, undefined),
  report('upload.patch.range', 'pass', undefined),
  {
    ...report('upload.patch.out-of-order', 'fail', broken, broken),
    brokenSince: '2026-01-01T03:00:00.000Z',
  },
  report('upload.range.code', 'blocked', 'blocked by upload.patch.out-of-order: PATCH answered 202'),
  report('upload.unknown.get', 'warn', { gist: { expected: 'status 404', received: 'status 400' } }),
  report('tag.list.sorted', 'known', deviating),
  report('mount.digest-header', 'unsupported', 'unsupported: mount-anonymous (POST answered 202)'),
  report('jwt.expired', 'untested'),
];

export const sample: Conformance = {
  target: `https://registry.example/${hostile}`,
  profile: 'spec',
  specVersion: '1.1',
  level: 'must',
  startedAt: '2026-01-02T03:04:05.678Z',
  durationMs: 12_345,
  requests: 678,
  network: { troubles: {}, flaky: [], blocked: [] },
  summary: summarize(rules),
  capabilities: {
    mount: { offered: true, evidence: 'POST /v2/dockside/a/blobs/uploads/ answered 201' },
    'mount-anonymous': { offered: false, evidence: hostile },
  },
  rules,
};
