import { expect, test } from '../../../fixtures/index.ts';
import { pushBlob, pushImage } from '../../../lib/arrange.ts';
import { isNotCarriedOut } from '../../../lib/checks/checks.ts';
import { generateSigningKey, schema1 } from '../../../lib/content/schema1.ts';
import {
  resigned,
  signatureOf,
  withProtected,
  withSignatures,
  writtenAs,
  type Signature,
} from '../../../lib/content/variant.ts';

const key = generateSigningKey();
const format = schema1(key);

test(
  'a schema1 manifest signed with ES256 is accepted',
  { tag: '@schema1.signature.elliptic' },
  async ({ repo, images }) => {
    const content = { repository: repo.name, tag: 'latest', images: await images.basic() };
    const manifest = await format.build(content);
    for (const { bytes } of manifest.blobs) await pushBlob(repo, bytes);
    expect(await repo.manifests.put('latest', manifest)).toBeAccepted();
  },
);

test(
  'a schema1 manifest that was altered after its signing is refused',
  { tag: '@schema1.signature.checked' },
  async ({ repo, images }) => {
    const manifest = await pushImage(repo, format, await images.basic());
    const altered = manifest.bytes.toString().replace('"amd64"', '"arm64"');
    const answer = await repo.manifests.put('latest', writtenAs(manifest, altered));
    expect(answer).toKeep(isNotCarriedOut(answer));
  },
);

const [otherKey, thirdKey] = [generateSigningKey(), generateSigningKey()];

const spoilers: [
  name: string,
  rule: 'garbage' | 'key' | 'format-tail',
  spoil: (own: Signature, other: Signature) => unknown,
][] = [
  ['whose signature is no signature', 'garbage', (own) => ({ ...own, signature: 'Z2FyYmFnZQ' })],
  ['whose signature is a number', 'garbage', (own) => ({ ...own, signature: 1 })],
  ['whose signature block is a text', 'garbage', () => 'garbage'],
  [
    'whose signature was made by another key than the stated one',
    'key',
    (own, other) => ({ ...own, header: other.header }),
  ],
  [
    'whose protected header cuts its payload',
    'format-tail',
    (own) => withProtected(own, { formatLength: 10 }),
  ],
  [
    'whose protected header ends its payload otherwise',
    'format-tail',
    (own) => withProtected(own, { formatTail: 'Cn0K' }),
  ],
];

for (const [name, rule, spoil] of spoilers) {
  test(
    `a schema1 manifest ${name} is refused`,
    { tag: `@schema1.signature.${rule}` },
    async ({ repo, images }) => {
      const manifest = await pushImage(repo, format, await images.basic());
      const spoilt = spoil(signatureOf(manifest), signatureOf(resigned(manifest, otherKey)));
      const answer = await repo.manifests.put('latest', withSignatures(manifest, [spoilt]));
      expect(answer).toKeep(isNotCarriedOut(answer));
    },
  );
}

test(
  'a schema1 manifest with three good signatures is accepted',
  { tag: '@schema1.signature.several' },
  async ({ repo, images }) => {
    const manifest = await pushImage(repo, format, await images.basic());
    const signatures = [key, otherKey, thirdKey].map((one) => signatureOf(resigned(manifest, one)));
    const answer = await repo.manifests.put('latest', withSignatures(manifest, signatures));
    expect(answer).toBeAccepted();
  },
);

test(
  'a schema1 manifest with one bad signature among good ones is refused',
  { tag: '@schema1.signature.garbage' },
  async ({ repo, images }) => {
    const manifest = await pushImage(repo, format, await images.basic());
    const good = signatureOf(manifest);
    const answer = await repo.manifests.put(
      'latest',
      withSignatures(manifest, [good, { ...good, signature: 'Z2FyYmFnZQ' }]),
    );
    expect(answer).toKeep(isNotCarriedOut(answer));
  },
);
