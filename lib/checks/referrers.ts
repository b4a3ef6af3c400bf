import { test } from '@playwright/test';
import { descriptorOf, isObject, type Json, type Manifest } from '../content/manifest.ts';
import { mediaTypes } from '../content/media-types.ts';
import { artifact } from '../content/oci.ts';
import type { Answer } from '../http/exchange.ts';
import { referrersIn, someOf } from '../registry/lists.ts';
import type { RuleId } from '../rules/catalogue.ts';
import { excerpt } from '../text/cut.ts';
import type { Check } from '../types.ts';
import { blockedBy } from '../run/skip-reason.ts';

/** How a list of referrers names this one; a test that does not find it there is blocked. */
export function givenReferrer(answer: Answer, { digest }: Manifest, rule: RuleId): Json {
  const found = descriptorsIn(answer).find((descriptor) => descriptor['digest'] === digest);
  test.skip(found === undefined, blockedBy(rule, `the list of referrers lacks ${digest}`));
  return found ?? {};
}

/** A referrer with a digest of this kind: most lists of referrers are in the order of digests. */
export function referrerWith(isWanted: (digest: string) => boolean, subject: Manifest): Manifest {
  const numbered = (number: number): Manifest =>
    artifact({ artifactType: `application/vnd.dockside.no${number}`, subject: descriptorOf(subject) });
  let number = 0;
  while (!isWanted(numbered(number).digest)) number += 1;
  return numbered(number);
}

function descriptorsIn({ json }: Answer): Json[] {
  const list = isObject(json) ? json['manifests'] : undefined;
  return Array.isArray(list) ? list.filter(isObject) : [];
}

/** Whether the body is an image index; its mediaType may be left out. */
export function isIndex({ json, text }: Answer): Check {
  return {
    kept:
      isObject(json) &&
      json['schemaVersion'] === 2 &&
      (json['mediaType'] === undefined || json['mediaType'] === mediaTypes.ociIndex) &&
      json['manifests'] !== undefined,
    expected: `an index of schemaVersion 2 and mediaType ${mediaTypes.ociIndex}`,
    received: excerpt(text),
  };
}

/** Whether a list of referrers is an array without an item. */
export function hasNone({ status, json, text }: Answer): Check {
  const list = isObject(json) ? json['manifests'] : undefined;
  return {
    kept: status === 200 && Array.isArray(list) && list.length === 0,
    expected: 'status 200 and "manifests": []',
    received: `status ${status} and ${excerpt(text)}`,
  };
}

/** Whether a list of referrers was answered with anything but 404. */
export function isNotMissing({ status }: Answer): Check {
  return { kept: status !== 404, expected: 'a status other than 404', received: `status ${status}` };
}

/** Whether a list of referrers holds these, whatever else it holds. */
export function lists(answer: Answer, referrers: readonly Manifest[]): Check {
  const listed = referrersIn(answer);
  return {
    kept: referrers.every(({ digest }) => listed.includes(digest)),
    expected: `a list with ${referrers.map(({ digest }) => digest).join(', ')}`,
    received: someOf(listed).join(', ') || 'an empty list',
  };
}

/** Whether a list of referrers holds nothing but these. */
export function listsOnly(answer: Answer, referrers: readonly Manifest[]): Check {
  const listed = referrersIn(answer);
  const allowed = referrers.map(({ digest }) => digest);
  return {
    kept: listed.every((digest) => allowed.includes(digest)),
    expected: `nothing but ${allowed.join(', ') || 'an empty list'}`,
    received: someOf(listed).join(', ') || 'an empty list',
  };
}

/** Whether a list of referrers is without this one. */
export function lacks(answer: Answer, { digest }: Manifest): Check {
  const listed = referrersIn(answer);
  return {
    kept: !listed.includes(digest),
    expected: `a list without ${digest}`,
    received: someOf(listed).join(', '),
  };
}

/** Whether a list of referrers holds this one for as long as it can be pulled. */
export function listsWhatIsLeft(answer: Answer, referrer: Manifest, pull: Answer): Check {
  const isLeft = pull.status === 200;
  const isListed = lists(answer, [referrer]).kept;
  return {
    kept: answer.status === 200 && isListed === isLeft,
    expected: `status 200 and a list ${isLeft ? 'with' : 'without'} ${referrer.digest}`,
    received: `status ${answer.status} and a list ${isListed ? 'with' : 'without'} it`,
  };
}

/** Whether a descriptor is the one of this manifest. */
export function describes(descriptor: Json, { mediaType, digest, bytes }: Manifest): Check {
  const expected = { mediaType, digest, size: bytes.length };
  const received = {
    mediaType: descriptor['mediaType'],
    digest: descriptor['digest'],
    size: descriptor['size'],
  };
  return {
    kept: JSON.stringify(received) === JSON.stringify(expected),
    expected: JSON.stringify(expected),
    received: excerpt(JSON.stringify(received), 1_000),
  };
}

/** Whether a descriptor has this artifactType, or none. */
export function hasArtifactType(descriptor: Json, artifactType: string | undefined): Check {
  return {
    kept: descriptor['artifactType'] === artifactType,
    expected: `artifactType: ${artifactType ?? '(none)'}`,
    received: excerpt(JSON.stringify(descriptor), 1_000),
  };
}

/** Whether a descriptor has these annotations, whatever others it has. */
export function hasAnnotations(descriptor: Json, annotations: Readonly<Record<string, string>>): Check {
  const stated = isObject(descriptor['annotations']) ? descriptor['annotations'] : {};
  return {
    kept: Object.entries(annotations).every(([name, value]) => stated[name] === value),
    expected: `annotations: ${JSON.stringify(annotations)}`,
    received: excerpt(JSON.stringify(descriptor), 1_000),
  };
}

/** The filters that a list of referrers says it was put through. */
function filtersOf(answer: Answer): string[] {
  return answer
    .values('oci-filters-applied')
    .flatMap((value) => value.split(',').map((filter) => filter.trim()));
}

/** Whether a list was filtered by artifactType, said or not: it says so, or holds nothing but what matches. */
export function isFiltered(answer: Answer, matching: readonly Manifest[]): Check {
  const said = filtersOf(answer).includes('artifactType');
  const { kept, expected, received } = listsOnly(answer, matching);
  return { kept: said || kept, expected: `OCI-Filters-Applied: artifactType, or ${expected}`, received };
}

/** Whether a list that says it is filtered by artifactType has nothing but what matches. */
export function keepsToFilter(answer: Answer, matching: readonly Manifest[]): Check {
  const said = filtersOf(answer).includes('artifactType');
  const { kept, ...told } = listsOnly(answer, matching);
  return { ...told, kept: kept || !said };
}

/** Whether a list that was filtered by artifactType says so. */
export function saysFiltered(answer: Answer, matching: readonly Manifest[]): Check {
  return {
    kept: filtersOf(answer).includes('artifactType') || !listsOnly(answer, matching).kept,
    expected: 'OCI-Filters-Applied: artifactType',
    received: `OCI-Filters-Applied: ${answer.header('oci-filters-applied') ?? '(none)'}`,
  };
}

/** Whether an answer names these filters as applied, in any order, with commas between them. */
export function namesFilters(answer: Answer, filters: readonly string[]): Check {
  return {
    kept: filtersOf(answer).toSorted().join() === filters.toSorted().join(),
    expected: `OCI-Filters-Applied: ${filters.join(',')}`,
    received: `OCI-Filters-Applied: ${answer.header('oci-filters-applied') ?? '(none)'}`,
  };
}
