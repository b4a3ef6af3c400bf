import { expect, test } from '@playwright/test';
import { digestOf } from '../../lib/content/digest.ts';
import { readDocument } from '../../lib/content/manifest.ts';
import { mediaTypes } from '../../lib/content/media-types.ts';
import { oci, parseOciIndex } from '../../lib/content/oci.ts';
import { parseManifestList, schema2 } from '../../lib/content/schema2.ts';
import { messageOf } from './message.ts';

type Fields = Record<string, unknown>;

const data = Buffer.from('data');
const good = { mediaType: 'application/x.good', digest: digestOf(data), size: data.length };

type Reader = {
  name: string;
  type: string;
  parse: (bytes: Buffer, mediaType: string) => object;
  body: Fields;
  list: 'layers' | 'manifests';
  other: 'layers' | 'manifests';
};

const image = { config: good, layers: [good] };
const readers: Reader[] = [
  {
    name: 'schema2',
    type: mediaTypes.schema2,
    parse: (bytes, mediaType) => schema2.parse(bytes, mediaType),
    body: image,
    list: 'layers',
    other: 'manifests',
  },
  {
    name: 'OCI',
    type: mediaTypes.ociManifest,
    parse: (bytes, mediaType) => oci.parse(bytes, mediaType),
    body: image,
    list: 'layers',
    other: 'manifests',
  },
  {
    name: 'list',
    type: mediaTypes.list,
    parse: parseManifestList,
    body: { manifests: [good] },
    list: 'manifests',
    other: 'layers',
  },
  {
    name: 'index',
    type: mediaTypes.ociIndex,
    parse: parseOciIndex,
    body: { manifests: [good] },
    list: 'manifests',
    other: 'layers',
  },
];

/** The document of this reader with other fields; what is undefined is left out. */
function written({ type, body }: Reader, fields: Fields): Buffer {
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: type, ...body, ...fields }));
}

const badDescriptors: [what: string, value: unknown, message: string][] = [
  ['a text', 'sha256', ' is no descriptor'],
  ['nothing', null, ' is no descriptor'],
  ['a list', [good], ' is no descriptor'],
  ['no mediaType', { ...good, mediaType: undefined }, '.mediaType is no media type'],
  ['an empty mediaType', { ...good, mediaType: '' }, '.mediaType is no media type'],
  ['a number as mediaType', { ...good, mediaType: 1 }, '.mediaType is no media type'],
  ['no digest', { ...good, digest: undefined }, '.digest is no digest'],
  ['a short digest', { ...good, digest: good.digest.slice(0, -1) }, '.digest is no digest'],
  ['an upper-case digest', { ...good, digest: good.digest.toUpperCase() }, '.digest is no digest'],
  ['no size', { ...good, size: undefined }, '.size is no size'],
  ['a size below zero', { ...good, size: -1 }, '.size is no size'],
  ['a broken size', { ...good, size: 1.5 }, '.size is no size'],
  ['a text as size', { ...good, size: '4' }, '.size is no size'],
  ['a size beyond exactness', { ...good, size: 2 ** 53 }, '.size is no size'],
  ['one text as urls', { ...good, urls: 'https://a.example' }, '.urls is no list of texts'],
  ['numbers as urls', { ...good, urls: [1] }, '.urls is no list of texts'],
  ['numbers as annotations', { ...good, annotations: { a: 1 } }, '.annotations is no map of texts'],
  ['a list of annotations', { ...good, annotations: ['a'] }, '.annotations is no map of texts'],
  ['a number as artifactType', { ...good, artifactType: 1 }, '.artifactType is no text'],
  ['a text as platform', { ...good, platform: 'linux/amd64' }, '.platform is no platform'],
  ['a platform without os', { ...good, platform: { architecture: 'arm' } }, '.platform is no platform'],
  ['a platform without architecture', { ...good, platform: { os: 'linux' } }, '.platform is no platform'],
  [
    'a number as variant',
    { ...good, platform: { architecture: 'arm', os: 'linux', variant: 7 } },
    '.platform is no platform',
  ],
  ['data that is no base64', { ...good, data: '!' }, '.data is no base64'],
  ['data that is no text', { ...good, data: 1 }, '.data is no base64'],
  ['data of another digest', { ...good, data: 'YXRhZA==' }, '.data is not what its digest and size say'],
  [
    'data of another length',
    { ...good, size: 5, data: 'ZGF0YQ==' },
    '.data is not what its digest and size say',
  ],
];

/** What the reader says of its document with other fields. */
function complaint(reader: Reader, fields: Fields): string {
  return messageOf(() => reader.parse(written(reader, fields), reader.type));
}

for (const reader of readers) {
  const { name, type, parse, list, other } = reader;

  test.describe(name, () => {
    test('takes a good document', () => {
      expect(complaint(reader, {})).toBe('no error');
    });

    test('takes a descriptor with all that it may have', () => {
      const full = {
        ...good,
        annotations: { a: 'b' },
        artifactType: 'application/x.a',
        platform: { architecture: 'arm', os: 'linux', variant: 'v7', 'os.version': '1' },
        data: 'ZGF0YQ==',
        more: true,
      };
      expect(complaint(reader, { [list]: [full] })).toBe('no error');
    });

    test('takes no document that came as another type', () => {
      expect(messageOf(() => parse(written(reader, {}), 'application/json'))).toBe(
        `is of type "application/json", not ${type}`,
      );
      expect(messageOf(() => parse(written(reader, {}), `${type}; charset=utf-8`))).toContain('is of type');
    });

    test('takes no other mediaType in the document', () => {
      const message = `mediaType is "application/json", but it came as ${type}`;
      expect(complaint(reader, { mediaType: 'application/json' })).toBe(message);
      expect(complaint(reader, { mediaType: null })).toBe(`mediaType is null, but it came as ${type}`);
    });

    for (const schemaVersion of [undefined, 1, 3, '2', null]) {
      test(`takes no schemaVersion ${JSON.stringify(schemaVersion)}`, () => {
        expect(complaint(reader, { schemaVersion })).toBe('schemaVersion is not 2');
      });
    }

    for (const value of [[good], [], null]) {
      test(`takes no ${other} beside its ${list}: ${JSON.stringify(value)}`, () => {
        expect(complaint(reader, { [other]: value })).toBe(`has ${list} and ${other}`);
      });
    }

    for (const value of [undefined, null, {}, 'x']) {
      test(`takes no ${list} that is no list: ${JSON.stringify(value)}`, () => {
        expect(complaint(reader, { [list]: value })).toBe(`${list} is no list`);
      });
    }

    for (const [what, value, message] of badDescriptors) {
      test(`takes no descriptor with ${what}`, () => {
        expect(complaint(reader, { [list]: [good, value] })).toBe(`${list}[1]${message}`);
      });
    }
  });
}

for (const reader of readers.slice(0, 2)) {
  for (const [what, value, message] of badDescriptors) {
    test(`${reader.name} takes no config with ${what}`, () => {
      expect(complaint(reader, { config: value })).toBe(`config${message}`);
    });
  }
}

for (const [at, required] of [true, false, true, false].entries()) {
  test(`reader ${at} needs a mediaType in the document: ${required}`, () => {
    const reader = readers[at]!;
    const message = messageOf(() => reader.parse(written(reader, { mediaType: undefined }), reader.type));
    expect(message).toBe(required ? `mediaType is missing, but it came as ${reader.type}` : 'no error');
  });
}

for (const reader of [readers[1]!, readers[3]!]) {
  test(`${reader.name} takes no bad subject, artifactType or annotations`, () => {
    expect(complaint(reader, { subject: {} })).toBe('subject.mediaType is no media type');
    expect(complaint(reader, { subject: null })).toBe('subject is no descriptor');
    expect(complaint(reader, { artifactType: 1 })).toBe('artifactType is no text');
    expect(complaint(reader, { annotations: { a: null } })).toBe('document.annotations is no map of texts');
  });
}

const typesWithUrls = [
  'application/x.good',
  'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  'application/vnd.oci.image.layer.nondistributable.v1.tar',
  'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
  'application/vnd.oci.image.layer.nondistributable.v1.tar+zstd',
];

for (const mediaType of typesWithUrls) {
  test(`takes urls of ${mediaType}`, () => {
    const layer = { ...good, mediaType, urls: ['https://a.example'] };
    const document = { schemaVersion: 2, config: good, layers: [layer] };
    expect(oci.parse(Buffer.from(JSON.stringify(document)), mediaTypes.ociManifest).layers).toEqual([layer]);
  });
}

const noDocuments: [what: string, bytes: Buffer, message: string][] = [
  ['nothing', Buffer.alloc(0), 'is no JSON'],
  ['half a document', Buffer.from('{"schemaVersion":\n2'), 'is no JSON'],
  ['a text', Buffer.from('"x"'), 'is no JSON object'],
  ['a list', Buffer.from('[]'), 'is no JSON object'],
  ['null', Buffer.from('null'), 'is no JSON object'],
  [
    'broken UTF-8',
    Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]),
    'is no UTF-8',
  ],
  ['Latin-1', Buffer.from('{"a":"ü"}', 'latin1'), 'is no UTF-8'],
  ['a BOM', Buffer.from('\ufeff{}'), 'is no JSON'],
  [
    'lists a million deep',
    Buffer.from('['.repeat(1e6) + ']'.repeat(1e6)),
    'is too much: JSON nested more than 100 deep came',
  ],
];

for (const [what, bytes, message] of noDocuments) {
  test(`is no document: ${what}`, () => {
    expect(messageOf(() => readDocument(bytes))).toBe(message);
  });
}

test('keeps an error short', () => {
  const reader = readers[0]!;
  const long = written(reader, { mediaType: 'a'.repeat(1_000_000) });
  expect(messageOf(() => reader.parse(long, reader.type)).length).toBeLessThan(500);
});

test('keeps an error to one line', () => {
  const reader = readers[0]!;
  const message = messageOf(() => reader.parse(written(reader, { mediaType: 'a\nb' }), reader.type));
  expect(message).toContain(String.raw`"a\nb"`);
  expect(message).not.toContain('\n');
});
