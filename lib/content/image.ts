import { emptyLayer, layer, type Layer } from './layer.ts';

/** One layer with its metadata. A list of them, base first, is what a test pushes. */
export type Image = {
  id: string;
  parent?: string;
  layer: Layer;
  /** Its step changed no file: schema2 and OCI keep only its history. */
  empty?: boolean;
  /** Where the layer's data is to be had instead of the registry. */
  urls?: string[];
  /** Runtime settings of the image that ends here. */
  config?: Record<string, unknown>;
  /** RFC 3339; the epoch if not given. */
  created?: string;
};

/** Parent and child. As all sets, filled with the salt: the same salt gives the same bytes, another other blobs. */
export async function basicImages(salt: string): Promise<Image[]> {
  return chain([
    { id: 'parentid', layer: await contents('parent contents', salt) },
    { id: 'someid', layer: await contents('some contents', salt) },
  ]);
}

/** As basicImages, and with it in no blob alike. */
export async function differentImages(salt: string): Promise<Image[]> {
  return chain([
    { id: 'anotherparentid', layer: await contents('different parent contents', salt) },
    { id: 'anothersomeid', layer: await contents('some different contents', salt) },
  ]);
}

/** Five layers, each with a config of its own but the last. */
export async function multiLayerImages(salt: string): Promise<Image[]> {
  const images: Image[] = [];
  for (const at of [1, 2, 3, 4]) {
    const files = { contents: `layer ${at} ${salt}`, [`file${at}`]: `file ${at}` };
    images.push({ id: `layer${at}`, layer: await layer(files), config: { internal_id: `layer${at}` } });
  }
  return chain([...images, { id: 'someid', layer: await contents('some contents', salt) }]);
}

/** Its base is to be had elsewhere and is never pushed. */
export async function remoteImages(salt: string): Promise<Image[]> {
  return chain([
    { id: 'remoteid', layer: await contents('remote contents', salt), urls: ['http://some.example/url'] },
    { id: 'parentid', layer: await contents('parent contents', salt) },
    { id: 'someid', layer: await contents('some contents', salt) },
  ]);
}

/** Five steps, of which the second and the fourth change no file. */
export async function imagesWithEmptyLayer(salt: string): Promise<Image[]> {
  return chain([
    { id: 'parentid', layer: await contents('parent contents', salt) },
    { id: 'emptyid', layer: emptyLayer, empty: true },
    { id: 'middleid', layer: await contents('middle', salt) },
    { id: 'emptyid2', layer: emptyLayer, empty: true },
    { id: 'someid', layer: await contents('some contents', salt) },
  ]);
}

/** The config of the leaf goes beyond ASCII. */
export async function unicodeImages(salt: string): Promise<Image[]> {
  return await describedImages(salt, { comment: 'the Paweł Kamiński image', author: 'Sômé guy' });
}

/** The config of the leaf goes beyond the basic plane: two UTF-16 units and four bytes a character. */
export async function emojiImages(salt: string): Promise<Image[]> {
  return await describedImages(salt, { comment: '😱', author: 'Sômé guy' });
}

/** Two images over one blob. */
export async function sameLayerTwice(salt: string): Promise<Image[]> {
  const same = await contents('the same contents', salt);
  return chain([
    { id: 'parentid', layer: same },
    { id: 'someid', layer: same },
  ]);
}

/** Layers stored as plain tar, so that digest and diffId are one. */
export async function uncompressedImages(salt: string): Promise<Image[]> {
  return chain([
    { id: 'parentid', layer: await layer({ contents: `parent contents ${salt}` }, 'none') },
    { id: 'someid', layer: await layer({ contents: `some contents ${salt}` }, 'none') },
  ]);
}

async function describedImages(salt: string, config: Record<string, unknown>): Promise<Image[]> {
  return chain([
    { id: 'parentid', layer: await contents('parent contents', salt) },
    { id: 'someid', layer: await contents('some contents', salt), config },
  ]);
}

async function contents(text: string, salt: string): Promise<Layer> {
  return await layer({ contents: `${text} ${salt}` });
}

function chain(images: Image[]): Image[] {
  return images.map((image, at) => {
    const parent = images[at - 1]?.id;
    return parent === undefined ? image : { ...image, parent };
  });
}
