import { expect, test } from '../../fixtures/index.ts';
import { pushManifest, smallArtifact } from '../../lib/arrange.ts';
import type { Answer } from '../../lib/http/exchange.ts';

test(
  'the ns parameter changes a pull only where the registry is a proxy',
  { tag: '@proxy.ns-accepted' },
  async ({ repo, target }) => {
    const { digest, bytes, mediaType } = await pushManifest(repo, smallArtifact('pulled with a namespace'));
    const answer = await repo.send({
      method: 'GET',
      url: `${repo.url}/manifests/${digest}?ns=${new URL(target.url).host}`,
      headers: { Accept: mediaType },
    });
    expect(answer).toKeep(ignoresOrFollows(answer, bytes));
  },
);

test('an answer scoped by the ns parameter says so', { tag: '@proxy.namespace-header' }, async ({ repo }) => {
  const { digest } = await pushManifest(repo, smallArtifact('pulled from a namespace'));
  const url = `${repo.url}/manifests/${digest}?ns=registry.example.org`;
  const answer = await repo.send({ method: 'GET', url });
  expect(answer).toHaveHeader('OCI-Namespace', 'registry.example.org');
});

function ignoresOrFollows(answer: Answer, bytes: Buffer) {
  const ignores = answer.status === 200 && answer.body.equals(bytes);
  const follows = answer.status === 404 || answer.header('oci-namespace') !== undefined;
  return {
    kept: ignores || follows,
    expected: 'the manifest, a 404, or an answer with OCI-Namespace',
    received: `status ${answer.status} with ${answer.body.length} bytes and without OCI-Namespace`,
  };
}
