import { expect, test } from '@playwright/test';
import { matrixMarkdown } from '../../lib/report/conformance/matrix-markdown.ts';
import { matrixPage } from '../../lib/report/conformance/matrix-page.ts';
import { matrixOf } from '../../lib/report/conformance/matrix.ts';
import type { Conformance } from '../../lib/report/conformance/report.ts';
import { report, sample } from './sample.ts';

const other: Conformance = {
  ...sample,
  target: 'https://other.example',
  rules: [
    report('ping.status', 'pass'),
    report('upload.patch.range', 'fail', 'found'),
    report('jwt.expired', 'untested'),
  ],
};

test('a rule that no run tried is left out', () => {
  expect(matrixOf([sample, other]).rows.map(({ rule }) => rule.id)).not.toContain('jwt.expired');
});

test('targets differ where both tried a rule and do not agree', () => {
  const differing = matrixOf([sample, other]).rows.filter(({ differs }) => differs);
  expect(differing.map(({ rule }) => rule.id)).toEqual(['upload.patch.range']);
});

test('two runs of one target are told apart by their place', () => {
  expect(matrixOf([other, sample, other]).names).toEqual([
    'other.example (1)',
    expect.stringContaining('registry.example'),
    'other.example (3)',
  ]);
});

test('the Markdown names the rules that are not simply kept by all', () => {
  const lines = matrixMarkdown([sample, other]).toString().split('\n');
  expect(lines.find((line) => line.startsWith('| [upload.patch.range]'))).toMatch(/\| pass \| fail \|$/);
  expect(lines.filter((line) => line.includes('ping.status'))).toEqual([]);
});

test('what a registry sent is text on the page', () => {
  expect(matrixPage([sample, other]).toString()).not.toContain('<img');
});
