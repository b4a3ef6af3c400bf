import type { Rule } from './rule.ts';
import { practice, rfc, spec, tokenDoc, weakness } from './sources.ts';

const scripting = weakness(79);
const messages = weakness(209);
const pulling = spec('Pulling blobs');
const mounting = spec('Mounting a blob from another repository');
const pushing = spec('Pushing Manifests');
const api = spec('API');
const provider = tokenDoc('scope', 'Resource Provider Use');
const uri = rfc(9110, '17.9');
const credentials = rfc(9110, '17.16.1');
const cors = practice('project-zot/zot');
const host = rfc(7239, '8.1');
const cache = rfc(9111, '3.5');
const keppel = practice('sapcc/keppel');
const quay = practice('quay/quay');

export const securityRules = {
  'access.anonymous.read': {
    level: 'security',
    ...provider,
    title: 'Nobody reads a private repository without credentials',
    needs: ['credentials', 'private'],
  },
  'access.anonymous.write': {
    level: 'security',
    ...provider,
    title: 'Nobody pushes without credentials',
    needs: ['credentials'],
  },
  'access.anonymous.delete': {
    level: 'security',
    ...provider,
    title: 'Nobody deletes without credentials',
    needs: ['credentials'],
  },
  'access.anonymous.upload': {
    level: 'security',
    ...provider,
    title: 'Nobody opens or continues an upload without credentials',
    needs: ['credentials'],
  },
  'access.anonymous.lists': {
    level: 'security',
    ...provider,
    title: 'Nobody lists what a private repository holds without credentials',
    needs: ['credentials', 'private'],
  },
  'access.public-read': {
    level: 'defacto',
    ...provider,
    title: 'Where anonymous access is on, content can be read without credentials',
    needs: ['anonymous'],
  },
  'access.stray-credentials': {
    level: 'defacto',
    ...cors,
    title: 'Where anonymous access is on, needless credentials do not shut it',
    needs: ['anonymous'],
  },
  'access.reader.read': {
    level: 'defacto',
    ...provider,
    title: 'Who may only pull can read everything of the repository',
    needs: ['reader'],
  },
  'access.reader.push': {
    level: 'security',
    ...provider,
    title: 'Who may only pull cannot push a manifest or a whole blob',
    needs: ['reader'],
  },
  'access.reader.upload': {
    level: 'security',
    ...provider,
    title: 'Who may only pull cannot open, continue or end an upload',
    needs: ['reader'],
  },
  'access.reader.mount': {
    level: 'security',
    ...provider,
    title: 'Who may only pull cannot mount into the repository',
    needs: ['reader'],
  },
  'access.reader.delete': {
    level: 'security',
    ...provider,
    title: 'Who may only pull cannot delete',
    needs: ['reader'],
  },
  'access.writer': {
    level: 'defacto',
    ...provider,
    title: 'Who may push can push and pull',
  },
  'access.other-user.read': {
    level: 'security',
    ...provider,
    title: 'Another user cannot read a private repository',
    needs: ['other-user', 'private'],
  },
  'access.other-user.write': {
    level: 'security',
    ...provider,
    title: 'Another user cannot write to a repository',
    needs: ['other-user'],
  },
  // No document asks for it: who answers 403 tells that a name is taken, and some registries mean to.
  'access.hidden': {
    level: 'defacto',
    ...quay,
    title: "What is not one's own is answered like what does not exist",
    needs: ['other-user', 'private'],
  },
  'isolation.blob.read': {
    level: 'security',
    ...pulling,
    title: 'A blob of a private repository is not readable through another repository',
    needs: ['other-namespace', 'private'],
  },
  'isolation.blob.head': {
    level: 'security',
    ...pulling,
    title: 'HEAD through another repository does not tell that a private blob exists',
    needs: ['other-namespace', 'private'],
  },
  'isolation.blob.mount': {
    level: 'security',
    ...mounting,
    title: 'A blob of a repository that one may not read cannot be mounted',
    needs: ['other-namespace', 'private'],
  },
  'isolation.blob.mount-anonymous': {
    level: 'security',
    ...mounting,
    title: 'A blob that one may not read cannot be mounted without naming its source',
    needs: ['other-namespace', 'private'],
  },
  'isolation.blob.manifest': {
    level: 'security',
    ...keppel,
    title: 'A manifest that names a blob that one may not read does not make it readable',
    needs: ['other-namespace', 'private'],
  },
  'isolation.blob.upload': {
    level: 'security',
    ...keppel,
    title: 'Claiming the digest of a private blob in an upload does not make it readable',
    needs: ['other-namespace', 'private'],
  },
  'isolation.manifest.read': {
    level: 'security',
    ...pushing,
    title: 'A manifest of a private repository is not readable through another repository',
    needs: ['other-namespace', 'private'],
  },
  'isolation.manifest.index': {
    level: 'security',
    ...keppel,
    title: 'An index that names a private manifest does not make it readable',
    needs: ['other-namespace', 'private'],
  },
  'isolation.tag-list': {
    level: 'security',
    ...provider,
    title: 'The tags of a private repository are shown to no other user',
    needs: ['other-user', 'private', 'tag-list'],
  },
  'isolation.referrers': {
    level: 'security',
    ...provider,
    title: 'The referrers of a private repository are shown to no other user',
    needs: ['other-user', 'private', 'referrers'],
  },
  'access.anonymous.catalog': {
    level: 'defacto',
    ...cors,
    title: 'Nobody finds the name of a private repository in the catalog without credentials',
    needs: ['credentials', 'private', 'catalog'],
  },
  'isolation.catalog': {
    level: 'defacto',
    ...provider,
    title: 'The catalog shows only what one may see',
    needs: ['other-user', 'private', 'catalog'],
  },
  'isolation.catalog-paging': {
    level: 'defacto',
    ...cors,
    title: 'Paging through the catalog leaks no hidden repository, in no page and no Link',
    needs: ['other-namespace', 'private', 'catalog'],
  },
  'isolation.upload.user': {
    level: 'security',
    ...keppel,
    title: 'An upload cannot be continued, closed or cancelled by another user',
    needs: ['other-user'],
  },
  'isolation.upload.user-status': {
    level: 'security',
    ...keppel,
    title: 'The status of an upload is not told to a user without rights there',
    needs: ['other-user'],
  },
  'leak.location': {
    level: 'security',
    ...uri,
    title: 'No Location carries the credentials of the request',
    needs: ['credentials'],
  },
  'leak.link': {
    level: 'security',
    ...uri,
    title: 'No Link carries the credentials of the request',
    needs: ['credentials'],
  },
  'leak.redirect': {
    level: 'security',
    ...api,
    title: 'No redirect carries the credentials of the request to another host',
    needs: ['redirect'],
  },
  'leak.error': {
    level: 'security',
    ...messages,
    title: 'No error body shows stack traces, queries or paths of the server',
  },
  'leak.echo': {
    level: 'security',
    ...credentials,
    title: 'No error body repeats a password or a token',
    needs: ['credentials'],
  },
  'leak.realm': {
    level: 'security',
    ...credentials,
    title: 'No challenge repeats a password or a token',
    needs: ['credentials'],
  },
  'leak.cache': {
    level: 'security',
    ...cache,
    title: 'No answer to a request with credentials invites shared caches to keep it for everyone',
    needs: ['credentials'],
  },
  'cors.credentials': {
    level: 'security',
    ...cors,
    title: 'Credentials from any origin are never allowed by Access-Control headers',
  },
  'host.reflected': {
    level: 'defacto',
    ...host,
    title: 'A forged Forwarded or X-Forwarded-Host does not show in a Location, Link or realm',
  },
  'error.script': {
    level: 'security',
    ...scripting,
    title: 'No error body brings parts of the request back as HTML',
  },
} as const satisfies Record<string, Rule>;
