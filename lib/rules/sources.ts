import type { Source, SpecVersion } from './rule.ts';

const specUrl = 'https://github.com/opencontainers/distribution-spec/blob/main/spec.md';
/** The release of a version of the distribution-spec. */
const releases: Record<Exclude<SpecVersion, 'main'>, string> = { '1.0': 'v1.0.1', '1.1': 'v1.1.1' };
/** What a release calls a section that has another name now; undefined where it has none. */
const otherwise: Record<string, { [version in SpecVersion]?: string | undefined }> = {
  'listing-tags': { '1.0': 'content-discovery' },
  'cancel-a-blob-upload': { '1.0': undefined, '1.1': undefined },
};
const imageUrl = 'https://github.com/opencontainers/image-spec/blob/main';
const docsUrl = 'https://github.com/distribution/distribution/blob/main/docs/content/spec';
const schema1Url = 'https://github.com/distribution/distribution/blob/v2.8.2/docs/spec/manifest-v2-1.md';

/** A section of the OCI distribution-spec. */
export function spec(section: string): Source {
  return { source: `distribution-spec: ${section}`, url: `${specUrl}#${anchor(section)}` };
}

/** The source in the text of a version of the distribution-spec; what that does not have yet is in the newest. */
export function urlAt({ url }: Source, version: SpecVersion): string {
  const [page, section = ''] = url.split('#', 2);
  if (version === 'main' || page !== specUrl) return url;
  const named = otherwise[section];
  const there = named !== undefined && version in named ? named[version] : section;
  return there === undefined ? url : `${specUrl.replace('/main/', `/${releases[version]}/`)}#${there}`;
}

/** A section of a page of the OCI image-spec. */
export function imageSpec(page: 'descriptor' | 'manifest' | 'image-index', section: string): Source {
  return { source: `image-spec ${page}: ${section}`, url: `${imageUrl}/${page}.md#${anchor(section)}` };
}

/** A section of Docker's V2 API, as the distribution project keeps it. */
export function docker(section: string): Source {
  return { source: `Docker Registry HTTP API V2: ${section}`, url: `${docsUrl}/api.md#${anchor(section)}` };
}

/** A section of Docker's image manifest version 2, schema 2. */
export function schema2(section: string): Source {
  return {
    source: `Docker image manifest schema 2: ${section}`,
    url: `${docsUrl}/manifest-v2-2.md#${anchor(section)}`,
  };
}

/** A section of Docker's image manifest version 2, schema 1. */
export function schema1(section: string): Source {
  return { source: `Docker image manifest schema 1: ${section}`, url: `${schema1Url}#${anchor(section)}` };
}

/** A section of the token documents of the distribution project. */
export function tokenDoc(page: 'token' | 'scope' | 'oauth' | 'jwt', section: string): Source {
  return {
    source: `distribution ${page}.md: ${section}`,
    url: `${docsUrl}/auth/${page}.md#${anchor(section)}`,
  };
}

export function rfc(number: number, section: string): Source {
  const url = `https://www.rfc-editor.org/rfc/rfc${number}#section-${section}`;
  return { source: `RFC ${number} section ${section}`, url };
}

/** What a security advisory of a registry or of its format taught. */
export function advisory(id: string): Source {
  return { source: id, url: `https://nvd.nist.gov/vuln/detail/${id}` };
}

/** A known kind of weakness, by its number in the Common Weakness Enumeration. */
export function weakness(number: number): Source {
  return { source: `CWE-${number}`, url: `https://cwe.mitre.org/data/definitions/${number}.html` };
}

/** What the test suites of other registries hold, where no document says it. */
export function practice(project: string): Source {
  return { source: `the tests of ${project}`, url: `https://github.com/${project}` };
}

/** GitHub's anchor of a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(/\s/g, '-');
}
