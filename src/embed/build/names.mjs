// Short names for what the program imports from its glue and exports to it. wasm-bindgen's own have a hash each, which no
// compression makes smaller, and each is downloaded twice: in the program and in the glue.

const IMPORTS = 2;
const EXPORTS = 7;
const HEADER = 8;

/** What has a hash: names that nothing but program and glue say to each other. */
const HASHED = /^(__wbg_|__wbindgen_|wasm_bindgen__)\w*?_?h?[0-9a-f]{16}(_\d+)?$/;

/** The program (bytes) and its glue (text) with short names. */
export function shorten(program, glue) {
  const names = new Map();
  const short = (name) => {
    if (!HASHED.test(name)) return name;
    if (!names.has(name)) names.set(name, `$${names.size.toString(36)}`);
    return names.get(name);
  };
  const parts = [program.subarray(0, HEADER)];
  for (let place = HEADER; place < program.length; ) {
    const id = program[place];
    const size = readNumber(program, place + 1);
    const body = program.subarray(size.end, size.end + size.value);
    const renamed = id === IMPORTS ? rename(body, 2, short, skipImport) : id === EXPORTS ? rename(body, 1, short, skipExport) : body;
    parts.push(Buffer.from([id]), number(renamed.length), renamed);
    place = size.end + size.value;
  }
  const text = glue.replace(/\b(__wbg_|__wbindgen_|wasm_bindgen__)\w+/g, (name) => names.get(name) ?? name);
  return [Buffer.concat(parts), text];
}

/** A list whose items begin with so many names, of which the last may be shortened. */
function rename(body, count, short, skip) {
  const length = readNumber(body, 0);
  const parts = [body.subarray(0, length.end)];
  let place = length.end;
  for (let item = 0; item < length.value; item += 1) {
    for (let name = 1; name <= count; name += 1) {
      const size = readNumber(body, place);
      const text = body.subarray(size.end, size.end + size.value).toString('utf8');
      const bytes = Buffer.from(name === count ? short(text) : text);
      parts.push(number(bytes.length), bytes);
      place = size.end + size.value;
    }
    const end = skip(body, place);
    parts.push(body.subarray(place, end));
    place = end;
  }
  return Buffer.concat(parts);
}

function skipExport(body, place) {
  return readNumber(body, place + 1).end;
}

/** The kind of an import, and its type. */
function skipImport(body, place) {
  const [kind, next] = [body[place], place + 1];
  switch (kind) {
    case 0:
      return readNumber(body, next).end;
    case 1:
      return skipLimits(body, skipReference(body, next));
    case 2:
      return skipLimits(body, next);
    case 3:
      return skipReference(body, next) + 1;
    case 4:
      return readNumber(body, next + 1).end;
    default:
      throw new Error(`The program imports something of kind ${kind}, which is not known here.`);
  }
}

/** A type: one byte, or two bytes and more for a reference to a heap type. */
function skipReference(body, place) {
  return body[place] === 0x63 || body[place] === 0x64 ? readNumber(body, place + 1).end : place + 1;
}

function skipLimits(body, place) {
  const least = readNumber(body, place + 1).end;
  return body[place] & 1 ? readNumber(body, least).end : least;
}

function readNumber(bytes, place) {
  let [value, shift, end] = [0, 0, place];
  for (;;) {
    const byte = bytes[end];
    value += (byte & 0x7f) * 2 ** shift;
    shift += 7;
    end += 1;
    if (byte < 0x80) return { value, end };
  }
}

function number(value) {
  const bytes = [];
  let rest = value;
  do {
    bytes.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.from(bytes);
}
