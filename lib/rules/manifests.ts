import type { Rule } from './rule.ts';
import { advisory, imageSpec, practice, spec } from './sources.ts';

const pulling = spec('Pulling manifests');
const checking = spec('Checking if content exists in the registry');
const push = spec('Push');
const pushing = spec('Pushing Manifests');
const subject = spec('Pushing Manifests with Subject');
const errorCodes = spec('Error Codes');
const digests = imageSpec('descriptor', 'Digests');
const properties = imageSpec('descriptor', 'Properties');
const manifestFields = imageSpec('manifest', 'Image Manifest Property Descriptions');
const indexFields = imageSpec('image-index', 'Image Index Property Descriptions');
const confusion = advisory('CVE-2021-41190');
const conformance = practice('opencontainers/distribution-spec');
const keppel = practice('sapcc/keppel');
const quay = practice('quay/quay');
const zot = practice('project-zot/zot');
const distribution = practice('distribution/distribution');

export const manifestsRules = {
  'manifest.get.status': {
    level: 'must',
    ...pulling,
    title: 'GET on an existing manifest is answered with 200',
  },
  'manifest.get.bytes': {
    level: 'must',
    ...pulling,
    title: 'The body of a manifest is the manifest that was asked for',
  },
  'manifest.get.content-type': {
    level: 'should',
    ...pulling,
    title: 'A manifest comes back with the Content-Type it was pushed with',
  },
  'manifest.get.content-type-parameters': {
    level: 'should',
    since: '1.1',
    ...pulling,
    title: 'The Content-Type of a manifest carries no parameters',
  },
  'manifest.get.digest-header': {
    level: 'must',
    formerly: { level: 'should', upTo: '1.1' },
    ...pulling,
    title: 'GET on a manifest carries its digest in Docker-Content-Digest',
  },
  // The text obliges the client to verify the header, which it can only where the header is true.
  'manifest.get.digest-match': {
    level: 'must',
    ...pulling,
    title: 'The digest header of a manifest, when it is sent, is a digest of that manifest',
  },
  'manifest.get.digest-algorithm': {
    level: 'may',
    ...pulling,
    title:
      'The digest header of a manifest may use another algorithm than the request and is a digest of the body',
    needs: ['sha512'],
  },
  'manifest.get.length': {
    level: 'defacto',
    ...checking,
    title: 'GET on a manifest states its size in Content-Length',
  },
  'manifest.get.missing': {
    level: 'must',
    ...pulling,
    title: 'GET on a manifest that the repository does not have is answered with 404',
  },
  'manifest.get.missing-code': {
    level: 'defacto',
    ...errorCodes,
    title: 'The 404 of a missing manifest has the code MANIFEST_UNKNOWN',
  },
  'manifest.get.unknown-repository': {
    level: 'must',
    ...pushing,
    title: 'A pull from an unknown repository is answered with 404',
  },
  'manifest.get.other-repository': {
    level: 'must',
    since: '1.1',
    ...pulling,
    title: 'GET on a manifest that only another repository holds is answered with 404',
  },
  'manifest.head.status': {
    level: 'must',
    ...checking,
    title: 'HEAD on an existing manifest is answered with 200',
  },
  'manifest.head.length': {
    level: 'must',
    since: '1.1',
    formerly: { level: 'should', upTo: '1.1' },
    ...checking,
    title: 'HEAD on a manifest states its size in Content-Length',
  },
  'manifest.head.digest-header': {
    level: 'must',
    formerly: { level: 'should', upTo: '1.1' },
    ...checking,
    title: 'HEAD on a manifest carries its digest in Docker-Content-Digest',
  },
  'manifest.head.missing': {
    level: 'must',
    ...checking,
    title: 'HEAD on a manifest that the repository does not have is answered with 404',
  },
  'manifest.put.status': {
    level: 'must',
    ...pushing,
    title: 'A manifest that was stored is answered with 201',
    needs: ['push'],
  },
  'manifest.put.location': {
    level: 'must',
    ...pushing,
    title: 'A manifest that was stored is answered with its Location',
    needs: ['push'],
  },
  'manifest.put.pullable': {
    level: 'must',
    ...pushing,
    title: 'The manifest can be pulled from the Location of its push',
    needs: ['push'],
  },
  'manifest.put.exact-bytes': {
    level: 'must',
    formerly: { level: 'defacto', upTo: '1.0' },
    ...pushing,
    title: 'A manifest in any JSON layout is stored byte for byte',
    needs: ['push'],
  },
  'manifest.put.digest-header': {
    level: 'must',
    formerly: { level: 'defacto', upTo: '1.0' },
    ...pushing,
    title: 'The digest header of a push is the digest that the client stated',
    needs: ['push'],
  },
  'manifest.put.by-digest': {
    level: 'must',
    ...pushing,
    title: 'A manifest can be pushed by its digest without a tag',
    needs: ['push'],
  },
  'manifest.put.content-type-parameters': {
    level: 'should',
    since: '1.1',
    ...pushing,
    title: 'Parameters of the Content-Type of a pushed manifest are ignored',
    needs: ['push'],
  },
  'manifest.put.empty-layers': {
    level: 'may',
    ...pushing,
    title: 'An image manifest without layers, once taken, is served as pushed',
    needs: ['push'],
  },
  'manifest.put.empty-layers-taken': {
    level: 'defacto',
    ...conformance,
    title: 'An image manifest without layers is stored',
    needs: ['push'],
  },
  'manifest.put.empty-index-taken': {
    level: 'defacto',
    ...conformance,
    title: 'An index without manifests is stored',
    needs: ['push'],
  },
  'manifest.put.empty-index': {
    level: 'may',
    ...pushing,
    title: 'An index without manifests, once taken, is served as pushed',
    needs: ['push'],
  },
  'manifest.put.digest-mismatch': {
    level: 'must',
    ...pushing,
    title: 'A manifest pushed under a digest that is not its own is refused',
    needs: ['push'],
  },
  'manifest.put.digest-mismatch-status': {
    level: 'defacto',
    ...errorCodes,
    title: 'A manifest pushed under a digest that is not its own is refused with 400',
    needs: ['push'],
  },
  'manifest.put.digest-mismatch-code': {
    level: 'defacto',
    ...errorCodes,
    title: 'The refusal of a manifest under a wrong digest has the code DIGEST_INVALID or MANIFEST_INVALID',
    needs: ['push'],
  },
  'manifest.put.invalid': {
    level: 'defacto',
    ...errorCodes,
    title: 'A manifest that breaks the rules of its own format is refused with 400',
    needs: ['push'],
  },
  'manifest.put.invalid-code': {
    level: 'defacto',
    ...errorCodes,
    title: 'The refusal of an invalid manifest has the code MANIFEST_INVALID',
    needs: ['push'],
  },
  'manifest.put.not-json': {
    level: 'defacto',
    ...errorCodes,
    title: 'A manifest that is not JSON is refused',
    needs: ['push'],
  },
  'manifest.put.empty-body': {
    level: 'defacto',
    ...errorCodes,
    title: 'A manifest of no bytes is refused',
    needs: ['push'],
  },
  'manifest.put.media-type-mismatch': {
    level: 'defacto',
    ...keppel,
    title: 'A manifest whose mediaType differs from its Content-Type is refused',
    needs: ['push'],
  },
  'manifest.put.type-confusion': {
    level: 'defacto',
    ...confusion,
    title: 'A document that is an image manifest and an index at once is refused',
    needs: ['push'],
  },
  'manifest.put.no-content-type': {
    level: 'defacto',
    ...keppel,
    title: 'A manifest without a Content-Type is refused or typed by its mediaType',
    needs: ['push'],
  },
  'manifest.put.unknown-type': {
    level: 'defacto',
    ...quay,
    title: 'A manifest of a foreign media type is refused with 400 or 415 or served as pushed',
    needs: ['push'],
  },
  'manifest.put.wrong-size': {
    level: 'defacto',
    ...keppel,
    title: 'A manifest that states another size for a blob than it has is refused',
    needs: ['push'],
  },
  'manifest.put.negative-size': {
    level: 'defacto',
    ...properties,
    title: 'A manifest with a descriptor of negative size is refused',
    needs: ['push'],
  },
  'manifest.put.malformed-descriptor': {
    level: 'defacto',
    ...digests,
    title: 'A manifest with a malformed digest in a descriptor is refused',
    needs: ['push'],
  },
  'manifest.put.unknown-fields': {
    level: 'defacto',
    ...manifestFields,
    title: 'A manifest with fields that no specification names is stored',
    needs: ['push'],
  },
  'manifest.put.data-field': {
    level: 'defacto',
    since: '1.1',
    ...properties,
    title: 'A manifest whose descriptors embed their data is stored',
    needs: ['push'],
  },
  'manifest.put.foreign-layer': {
    level: 'defacto',
    ...manifestFields,
    title: 'A manifest may name non-distributable layers that were never pushed',
    needs: ['push'],
  },
  'manifest.put.shared-layer': {
    level: 'defacto',
    ...quay,
    title: 'A manifest may name the same layer twice',
    needs: ['push'],
  },
  'manifest.put.uncompressed': {
    level: 'defacto',
    ...quay,
    title: 'An image whose layers are not compressed is stored',
    needs: ['push'],
  },
  'manifest.put.no-history': {
    level: 'defacto',
    ...quay,
    title: 'An image whose config has no history is stored',
    needs: ['push'],
  },
  'manifest.put.unicode': {
    level: 'defacto',
    ...quay,
    title: 'A manifest with text beyond ASCII is stored as it is',
    needs: ['push'],
  },
  'manifest.put.artifact': {
    level: 'defacto',
    since: '1.1',
    ...manifestFields,
    title: 'An image manifest with an empty config, or an index, with an artifactType is stored',
    needs: ['push'],
  },
  'manifest.put.nested-index': {
    level: 'defacto',
    ...indexFields,
    title: 'An index may hold further indexes',
    needs: ['push'],
  },
  'manifest.put.attestation': {
    level: 'defacto',
    ...imageSpec('image-index', 'Image Index Property Descriptions'),
    title:
      'An index as builders write it, with attestations for no platform, is stored, and each child found by digest',
  },
  'manifest.put.many-layers': {
    level: 'defacto',
    ...imageSpec('manifest', 'Image Manifest Property Descriptions'),
    title: 'A manifest of 127 layers, as many as clients build, is stored',
  },
  'manifest.put.config-annotations': {
    level: 'defacto',
    ...imageSpec('descriptor', 'Properties'),
    title: 'A manifest whose config is annotated is stored',
  },
  'manifest.put.retyped': {
    level: 'defacto',
    ...imageSpec('descriptor', 'Properties'),
    title:
      'The bytes of a manifest pushed again as another type do not change the type that its digest is served with',
  },
  'manifest.put.duplicate-child': {
    level: 'defacto',
    ...quay,
    title: 'An index may name the same manifest twice',
    needs: ['push'],
  },
  'manifest.put.sha512': {
    level: 'defacto',
    ...digests,
    title: 'A manifest pushed by its sha512 digest can be pulled by that digest',
    needs: ['sha512'],
  },
  'manifest.sha512-head': {
    level: 'defacto',
    ...digests,
    title: 'HEAD finds a manifest by its sha512 digest, and its size',
    needs: ['sha512'],
  },
  'manifest.sha512-delete': {
    level: 'defacto',
    ...digests,
    title: 'A manifest can be deleted by its sha512 digest, and is gone then',
    needs: ['sha512', 'manifest-delete'],
  },
  'manifest.put.tag-moved': {
    level: 'defacto',
    ...pushing,
    title: 'A tag that is pushed again leads to the new manifest',
    needs: ['push'],
  },
  'manifest.put.old-digest': {
    level: 'defacto',
    ...quay,
    title: 'A manifest that lost its tag can still be pulled by digest',
    needs: ['push'],
  },
  'manifest.put.second-tag': {
    level: 'defacto',
    ...pushing,
    title: 'A manifest may have several tags',
    needs: ['push'],
  },
  'manifest.put.tag-type': {
    level: 'defacto',
    ...zot,
    title: 'A tag may move to a manifest of another media type',
    needs: ['push'],
  },
  'manifest.missing-blob.code': {
    level: 'must',
    since: '1.1',
    ...push,
    title: 'The refusal of a manifest with an unknown blob has the code MANIFEST_BLOB_UNKNOWN',
    needs: ['reference-check'],
  },
  'manifest.missing-blob.status': {
    level: 'defacto',
    ...push,
    title: 'A manifest with an unknown blob is refused with 400 or 404',
    needs: ['reference-check'],
  },
  'manifest.missing-blob.count': {
    level: 'defacto',
    ...distribution,
    title: 'The refusal of a manifest names every unknown blob',
    needs: ['reference-check'],
  },
  'manifest.missing-blob.other-repository': {
    level: 'defacto',
    ...keppel,
    title: 'A blob that only another repository holds is unknown to a manifest',
    needs: ['reference-check'],
  },
  'manifest.missing-blob.accepted': {
    level: 'may',
    ...push,
    title: 'A manifest with unknown blobs, once taken, is served as pushed',
    needs: ['sparse'],
  },
  'manifest.missing-child.code': {
    level: 'must',
    since: '1.1',
    ...push,
    title: 'The refusal of an index with an unknown manifest has the code MANIFEST_BLOB_UNKNOWN',
    needs: ['reference-check'],
  },
  'manifest.missing-subject': {
    level: 'must',
    since: '1.1',
    ...push,
    title: 'A manifest whose subject does not exist is accepted',
    needs: ['push'],
  },
  'manifest.subject-header': {
    level: 'must',
    since: '1.1',
    ...subject,
    title: 'A push of an image manifest with a subject is answered with that subject in OCI-Subject',
    needs: ['referrers'],
  },
  'manifest.subject-header-index': {
    level: 'defacto',
    since: '1.1',
    ...subject,
    title: 'A push of an index with a subject is answered with that subject in OCI-Subject',
    needs: ['referrers'],
  },
  'manifest.subject-header-absent': {
    level: 'defacto',
    since: '1.1',
    ...subject,
    title: 'A push of a manifest without a subject is not answered with OCI-Subject',
    needs: ['push'],
  },
  'manifest.limit.enforced': {
    level: 'should',
    since: '1.1',
    ...pushing,
    title: 'Manifests beyond some size are refused',
    needs: ['push'],
  },
  'manifest.limit.status': {
    level: 'should',
    since: '1.1',
    ...pushing,
    title: 'A manifest beyond the limit is refused with 413',
    needs: ['manifest-limit'],
  },
  'manifest.limit.code': {
    level: 'defacto',
    since: '1.1',
    ...errorCodes,
    title: 'The error body of a manifest beyond the limit has the code MANIFEST_INVALID or SIZE_INVALID',
    needs: ['manifest-limit'],
  },
  'manifest.limit.four-megabytes': {
    level: 'should',
    since: '1.1',
    ...pushing,
    title: 'A manifest of 4 megabytes is accepted',
    needs: ['push'],
  },
  'tag-param.header': {
    level: 'must',
    since: 'main',
    ...pushing,
    title: 'Every tag taken from a tag parameter is named in OCI-Tag',
    needs: ['tag-param'],
  },
  'tag-param.pullable': {
    level: 'may',
    since: 'main',
    ...pushing,
    title: 'A tag taken from a tag parameter leads to the manifest',
    needs: ['tag-param'],
  },
  'tag-param.sha512': {
    level: 'defacto',
    since: 'main',
    ...pushing,
    title: 'A manifest pushed by its sha512 digest takes tag parameters as well',
    needs: ['tag-param', 'sha512'],
  },
  'tag-param.ten': {
    level: 'should',
    since: 'main',
    ...pushing,
    title: 'Ten tag parameters are taken in one request',
    needs: ['tag-param'],
  },
  'tag-param.too-many': {
    level: 'may',
    since: 'main',
    ...pushing,
    title: 'Too many tag parameters are refused with 414 or another 4xx',
    needs: ['tag-param'],
  },
  'tag-param.invalid': {
    level: 'defacto',
    since: 'main',
    ...zot,
    title: 'A tag parameter outside the grammar is refused',
    needs: ['tag-param'],
  },
  'tag-param.atomic': {
    level: 'defacto',
    since: 'main',
    ...zot,
    title: 'A request with one bad tag parameter creates none of its tags',
    needs: ['tag-param'],
  },
  'tag-param.duplicate': {
    level: 'defacto',
    since: 'main',
    ...zot,
    title: 'A tag parameter that is given twice counts once',
    needs: ['tag-param'],
  },
} as const satisfies Record<string, Rule>;
