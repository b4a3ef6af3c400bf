/** Every letter as a character reference of HTML. */
export const html = (text: string): string => Array.from(text, (one) => `&#${one.codePointAt(0)};`).join('');
/** As Go writes JSON. */
export const escaped = (text: string): string =>
  text.replaceAll(/[^ -~]|["<&>'/]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
/** Every byte percent-encoded. */
export const percented = (text: string): string =>
  Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

/** How a server may write what it was sent. */
export const encodings: Record<string, (text: string) => string> = {
  'as it is': (text) => text,
  'percent-encoded': encodeURIComponent,
  'in pairs of hexadecimal digits': (text) =>
    Buffer.from(text)
      .toString('hex')
      .replaceAll(/..(?=.)/g, '$& '),
  'in pairs of hexadecimal digits with colons': (text) =>
    Buffer.from(text)
      .toString('hex')
      .toUpperCase()
      .replaceAll(/..(?=.)/g, '$&:'),
  'in Base64 of UTF-16': (text) => Buffer.from(text, 'utf16le').toString('base64'),
  'percent-encoded in lower case': (text) =>
    encodeURIComponent(text).replaceAll(/%../g, (one) => one.toLowerCase()),
  'percent-encoded whole': percented,
  'percent-encoded twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  'percent-encoded three times': (text) => encodeURIComponent(encodeURIComponent(encodeURIComponent(text))),
  'in a form': (text) => new URLSearchParams({ '': text }).toString().slice(1),
  'by the escape of old browsers': escape,
  'in JSON': (text) => JSON.stringify(text).slice(1, -1),
  'in JSON with each slash escaped': (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
  'in JSON of Go': escaped,
  'in JSON with digits in upper case': (text) =>
    escaped(text).replaceAll(/\\u..../g, (one) => `\\u${one.slice(2).toUpperCase()}`),
  'in JSON in JSON': (text) => JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1),
  'in JSON in JSON in JSON': (text) =>
    JSON.stringify(JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1)).slice(1, -1),
  'in JSON in a URL': (text) => encodeURIComponent(JSON.stringify(text).slice(1, -1)),
  'in a string of a shell or a script': (text) => text.replaceAll(/[^\w\s]/gu, (one) => `\\${one}`),
  'in HTML by names': (text) =>
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&apos;')
      .replaceAll('+', '&plus;')
      .replaceAll('/', '&sol;')
      .replaceAll('ä', '&auml;'),
  'in HTML by numbers': html,
  'in HTML by numbers that nothing ends': (text) => html(text).replaceAll(';', ''),
  'in HTML by hexadecimal numbers': (text) =>
    Array.from(text, (one) => `&#x${one.codePointAt(0)?.toString(16).padStart(5, '0')};`).join(''),
  'of HTML in JSON of Go': (text) => escaped(html(text)),
  'in UTF-8 that is taken for Latin-1': (text) => Buffer.from(text).toString('latin1'),
  'in another case': (text) => text.replaceAll(/[a-z]/g, (one) => one.toUpperCase()),
  'in hexadecimal digits': (text) => Buffer.from(text).toString('hex'),
  'in hexadecimal digits in upper case': (text) => Buffer.from(text).toString('hex').toUpperCase(),
  'in Base64': (text) => Buffer.from(text).toString('base64'),
  'in Base64 without padding': (text) => Buffer.from(text).toString('base64').replaceAll('=', ''),
  'in Base64 for URLs': (text) => Buffer.from(text).toString('base64url'),
  'in Base64 after one byte': (text) => Buffer.from(`:${text}`).toString('base64'),
  'in Base64 after two bytes': (text) => Buffer.from(`::${text}`).toString('base64url'),
  'in Base64 of JSON': (text) => Buffer.from(JSON.stringify({ auth: `ann:${text}` })).toString('base64'),
  'in Base64 in lines': (text) => Buffer.from(text).toString('base64').replaceAll(/.{8}/g, '$&\r\n'),
  'in Base64 in a URL': (text) => encodeURIComponent(Buffer.from(text).toString('base64')),
  'in Base64 of Base64': (text) =>
    Buffer.from(Buffer.from(`ann:${text}`).toString('base64')).toString('base64'),
};
