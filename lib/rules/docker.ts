import type { Rule } from './rule.ts';
import { docker, practice, rfc, schema1, schema2, spec } from './sources.ts';

const version = docker('API Version Check');
const starting = docker('Starting An Upload');
const progress = docker('Upload Progress');
const completed = docker('Completed Upload');
const initiate = docker('Initiate Resumable Blob Upload');
const deleteBlob = docker('DELETE Blob');
const getManifest = docker('Pulling an Image Manifest');
const putManifest = docker('Pushing an Image Manifest');
const legacy = spec('Legacy Docker support HTTP headers');
const list = schema2('Manifest List');
const listFields = schema2('Manifest List Field Descriptions');
const image = schema2('Image Manifest');
const imageFields = schema2('Image Manifest Field Descriptions');
const compatibility = schema2('Backward compatibility');
const fields1 = schema1('Manifest Field Descriptions');
const signed = schema1('Signed Manifests');
const signing = schema1('Signing Manifests');
const signedFields = schema1('Signed Manifest Field Description');
const digestHeader = docker('Digest Header');
const accept = rfc(9110, '12.5.1');
const lines = rfc(9110, '5.3');
const mediaTypeCase = rfc(9110, '8.3.1');
const quality = rfc(9110, '12.4.2');
const vary = rfc(9110, '12.5.5');
const distribution = practice('distribution/distribution');
const quay = practice('quay/quay');

export const dockerRules = {
  'docker.version-header': {
    level: 'defacto',
    ...legacy,
    title: 'An answer on /v2/ carries Docker-Distribution-API-Version: registry/2.0',
  },
  'docker.version-header-401': {
    level: 'defacto',
    ...version,
    title: 'A 401 on /v2/ carries Docker-Distribution-API-Version: registry/2.0',
    needs: ['private'],
  },
  'docker.ping-body': {
    level: 'defacto',
    ...distribution,
    title: 'The body of /v2/, when there is one, is JSON',
  },
  'docker.upload-uuid': {
    level: 'defacto',
    ...starting,
    title: 'A POST that opens an upload names it in Docker-Upload-UUID',
    needs: ['push'],
  },
  'docker.upload-uuid-stable': {
    level: 'defacto',
    ...progress,
    title: 'Docker-Upload-UUID stays the same through the life of an upload',
    needs: ['push'],
  },
  'docker.upload-range': {
    level: 'defacto',
    ...initiate,
    title: 'A POST that opens an upload, when it states a Range, states 0-0',
    needs: ['push'],
  },
  'docker.upload-length': {
    level: 'defacto',
    ...initiate,
    title: 'The answers that open and continue an upload have no body',
    needs: ['push'],
  },
  'docker.blob-put-digest-header': {
    level: 'defacto',
    ...completed,
    title: 'A PUT that completes an upload carries the digest of the blob in Docker-Content-Digest',
    needs: ['push'],
  },
  'docker.manifest-put-digest-header': {
    level: 'defacto',
    ...putManifest,
    title: 'The push of a manifest is answered with its digest in Docker-Content-Digest',
    needs: ['push'],
  },
  'docker.blob-put-empty': {
    level: 'defacto',
    ...completed,
    title: 'A PUT that completes an upload is answered without a body',
    needs: ['push'],
  },
  'docker.delete-length': {
    level: 'defacto',
    ...deleteBlob,
    title: 'A deletion is answered without a body',
  },
  'docker.manifest-put-empty': {
    level: 'defacto',
    ...putManifest,
    title: 'A push of a manifest is answered without a body',
    needs: ['push'],
  },
  'schema2.accepted': {
    level: 'defacto',
    ...image,
    title: 'A schema2 image manifest is stored and served as pushed',
    needs: ['schema2'],
  },
  'schema2.media-type': {
    level: 'defacto',
    ...imageFields,
    title: 'A schema2 image manifest without mediaType is refused',
    needs: ['schema2'],
  },
  'schema2.config-unknown': {
    level: 'defacto',
    ...imageFields,
    title: 'A schema2 image manifest whose config was never pushed is refused',
    needs: ['schema2', 'reference-check'],
  },
  'schema2.foreign-layer': {
    level: 'defacto',
    ...imageFields,
    title: 'A schema2 image manifest may name foreign layers with urls that were never pushed',
    needs: ['schema2'],
  },
  'schema2.empty-layer': {
    level: 'defacto',
    ...quay,
    title: 'A schema2 image manifest may name the well-known empty layer',
    needs: ['schema2'],
  },
  'list.accepted': {
    level: 'defacto',
    ...list,
    title: 'A manifest list is stored and served as pushed',
    needs: ['manifest-list'],
  },
  'schema2.no-layers': {
    level: 'defacto',
    ...quay,
    title: 'A schema2 manifest without layers is served as pushed or refused with a 4xx',
    needs: ['schema2'],
  },
  'schema2.no-layers-taken': {
    level: 'defacto',
    ...quay,
    title: 'A schema2 manifest without layers is stored',
    needs: ['schema2'],
  },
  'schema2.config-null': {
    level: 'defacto',
    ...quay,
    title: 'The config of a schema2 image may have no labels, said by null',
    needs: ['schema2'],
  },
  'list.children': {
    level: 'defacto',
    ...listFields,
    title: 'Every manifest of a manifest list can be pulled by its digest',
    needs: ['manifest-list'],
  },
  'list.missing-child': {
    level: 'defacto',
    ...distribution,
    title: 'A manifest list with an unknown manifest is refused',
    needs: ['manifest-list', 'reference-check'],
  },
  'list.empty': {
    level: 'defacto',
    ...quay,
    title: 'A manifest list without manifests is served as pushed or refused with a 4xx',
    needs: ['manifest-list'],
  },
  'list.mixed-children': {
    level: 'defacto',
    ...listFields,
    title: 'A manifest list may hold schema2 manifests beside OCI ones, or is refused with a 4xx',
    needs: ['manifest-list', 'oci'],
  },
  'list.other-platform': {
    level: 'defacto',
    ...quay,
    title:
      'A manifest list that gives its schema1 image another platform is served as pushed or refused with a 4xx',
    needs: ['manifest-list', 'schema1'],
  },
  'schema1.accepted': {
    level: 'defacto',
    ...signed,
    title: 'A signed schema1 manifest is stored, and what it signs served as pushed',
    needs: ['schema1'],
  },
  'schema1.content-type': {
    level: 'defacto',
    ...signed,
    title: 'A signed schema1 manifest comes back with its own media type',
    needs: ['schema1'],
  },
  'schema1.json-type': {
    level: 'defacto',
    ...quay,
    title: 'A schema1 manifest sent as application/json is taken for what it is',
    needs: ['schema1'],
  },
  'schema1.digest.payload': {
    level: 'defacto',
    ...digestHeader,
    title: 'The digest of a signed schema1 manifest is that of its payload without the signatures',
    needs: ['schema1'],
  },
  'schema1.digest.resigned': {
    level: 'defacto',
    ...digestHeader,
    title: 'Signing a schema1 manifest anew does not change its digest',
    needs: ['schema1'],
  },
  'schema1.by-digest': {
    level: 'defacto',
    ...digestHeader,
    title: 'A schema1 manifest can be pulled by the digest of its payload',
    needs: ['schema1'],
  },
  'schema1.signature.checked': {
    level: 'security',
    ...signing,
    title: 'A schema1 manifest that was altered after its signing is refused',
    needs: ['schema1'],
  },
  'schema1.signature.garbage': {
    level: 'security',
    ...signedFields,
    title: 'A schema1 manifest with a signature that is none is refused',
    needs: ['schema1'],
  },
  'schema1.signature.key': {
    level: 'security',
    ...signing,
    title: 'A schema1 manifest whose signature was made by another key than the stated one is refused',
    needs: ['schema1'],
  },
  'schema1.signature.format-tail': {
    level: 'security',
    ...signedFields,
    title: 'A schema1 manifest whose protected header leads to another payload is refused',
    needs: ['schema1'],
  },
  'schema1.signature.elliptic': {
    level: 'defacto',
    ...signedFields,
    title: 'A schema1 manifest signed with ES256 is accepted',
    needs: ['schema1'],
  },
  'schema1.signature.several': {
    level: 'defacto',
    ...signing,
    title: 'A schema1 manifest with several good signatures is accepted',
    needs: ['schema1'],
  },
  'schema1.unsigned': {
    level: 'defacto',
    ...signed,
    title: 'A schema1 manifest without signatures is refused or stored under the digest of its bytes',
    needs: ['schema1'],
  },
  'schema1.tag': {
    level: 'defacto',
    ...putManifest,
    title: 'A schema1 manifest pushed to another tag than its own is refused',
    needs: ['schema1'],
  },
  'schema1.name': {
    level: 'defacto',
    ...putManifest,
    title: 'A schema1 manifest pushed to another repository than its own is refused',
    needs: ['schema1'],
  },
  'schema1.history-length': {
    level: 'defacto',
    ...fields1,
    title: 'A schema1 manifest with unequal numbers of layers and history entries is refused',
    needs: ['schema1'],
  },
  'schema1.no-layers': {
    level: 'defacto',
    ...fields1,
    title: 'A schema1 manifest without layers is refused',
    needs: ['schema1'],
  },
  'schema1.missing-blob': {
    level: 'defacto',
    ...distribution,
    title: 'A schema1 manifest with an unknown layer is refused',
    needs: ['schema1', 'reference-check'],
  },
  'schema1.unicode': {
    level: 'defacto',
    ...quay,
    title: 'A schema1 manifest with text beyond ASCII keeps its signature and digest',
    needs: ['schema1'],
  },
  'accept.exact': {
    level: 'defacto',
    ...getManifest,
    title: 'A client that accepts the stored media type receives the stored bytes',
  },
  'accept.list': {
    level: 'defacto',
    ...accept,
    title: 'The stored media type is found in an Accept list with white space',
  },
  'accept.lines': {
    level: 'defacto',
    ...lines,
    title: 'The stored media type is found in any of several Accept lines',
  },
  'accept.case': {
    level: 'defacto',
    ...mediaTypeCase,
    title: 'A media type in Accept is compared without regard to case',
  },
  'accept.quality': {
    level: 'defacto',
    ...quality,
    title: 'The stored media type is found in Accept beside its quality',
  },
  'accept.wildcard': {
    level: 'defacto',
    ...accept,
    title: 'A client that accepts anything receives the stored bytes',
  },
  'accept.none': {
    level: 'defacto',
    ...accept,
    title: 'A client without Accept receives the stored bytes',
  },
  'accept.other': {
    level: 'defacto',
    ...accept,
    title: 'A client that does not accept the stored media type gets it unchanged, a conversion, 404 or 406',
  },
  'accept.digest': {
    level: 'defacto',
    ...getManifest,
    title: 'A manifest asked for by digest always has that digest, whatever is accepted',
  },
  'accept.head': {
    level: 'defacto',
    ...accept,
    title: 'HEAD and GET choose the same manifest for the same Accept',
  },
  'accept.repeated': {
    level: 'defacto',
    ...accept,
    title: 'What one client accepts does not change what the next one receives',
  },
  'accept.vary': {
    level: 'defacto',
    ...vary,
    title: 'An answer that depends on Accept says so in Vary',
    needs: ['conversion'],
  },
  'accept.conversion-digest': {
    level: 'defacto',
    ...digestHeader,
    title: 'A converted manifest carries its own digest',
    needs: ['conversion'],
  },
  'accept.conversion-type': {
    level: 'defacto',
    ...compatibility,
    title: 'A converted manifest carries its own media type',
    needs: ['conversion'],
  },
  'accept.conversion-child': {
    level: 'defacto',
    ...compatibility,
    title: 'A list turned into an image manifest is its linux/amd64 child',
    needs: ['conversion', 'manifest-list'],
  },
} as const satisfies Record<string, Rule>;
