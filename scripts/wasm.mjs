// What the build's scripts need of the wasm format.

export const CUSTOM = 0;
export const IMPORT = 2;
export const EXPORT = 7;
export const CODE = 10;

// Integers of the format (LEB128, unsigned).
export function readNumber(bytes, at) {
  let value = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = bytes[at++];
    value += (byte & 127) * factor;
    if (byte < 128) return [value, at];
  }
}

export function number(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return Buffer.from([...bytes, value]);
}

export const sized = (bytes) => Buffer.concat([number(bytes.length), bytes]);

export const section = (id, content) => Buffer.concat([Buffer.from([id]), sized(content)]);

// The sections: `whole` with its head, `content` without.
export function* sections(bytes) {
  for (let start = 8; start < bytes.length; ) {
    const [size, content] = readNumber(bytes, start + 1);
    const end = content + size;
    yield { id: bytes[start], whole: bytes.subarray(start, end), content: bytes.subarray(content, end) };
    start = end;
  }
}

function readName(bytes, at) {
  const [size, start] = readNumber(bytes, at);
  return [bytes.toString("utf8", start, start + size), start + size];
}

// Behind what describes an import: the index of a function's type, a table, a memory, a global, a tag.
function behindImport(bytes, at) {
  const limits = (from) => {
    const least = readNumber(bytes, from + 1)[1];
    return bytes[from] & 1 ? readNumber(bytes, least)[1] : least;
  };
  switch (bytes[at]) {
    case 0: return readNumber(bytes, at + 1)[1];
    case 1: return limits(at + 2);
    case 2: return limits(at + 1);
    case 3: return at + 3;
    case 4: return readNumber(bytes, at + 2)[1];
    default: throw new Error(`an import of kind ${bytes[at]}`);
  }
}

// The entries of the section of imports or of exports, each as its module (empty for an export), its name, and the rest.
export function* entries(id, content) {
  let [count, at] = readNumber(content, 0);
  for (; count > 0; count--) {
    let [module, name] = ["", ""];
    if (id === IMPORT) [module, at] = readName(content, at);
    [name, at] = readName(content, at);
    const end = id === IMPORT ? behindImport(content, at) : readNumber(content, at + 1)[1];
    yield { module, name, rest: content.subarray(at, end) };
    at = end;
  }
}
