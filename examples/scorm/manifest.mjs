// The manifest of a lesson that is one page.

const NAMES = {
  1.2: {
    core: 'http://www.imsproject.org/xsd/imscp_rootv1p1p2',
    adl: 'http://www.adlnet.org/xsd/adlcp_rootv1p2',
    places: ['imscp_rootv1p1p2.xsd', 'adlcp_rootv1p2.xsd'],
    version: '1.2',
    kind: 'scormtype',
  },
  2004: {
    core: 'http://www.imsglobal.org/xsd/imscp_v1p1',
    adl: 'http://www.adlnet.org/xsd/adlcp_v1p3',
    places: ['imscp_v1p1.xsd', 'adlcp_v1p3.xsd'],
    version: '2004 4th Edition',
    kind: 'scormType',
  },
};

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** The text of imsmanifest.xml for a version of SCORM, a title and the names of all files; the first page is index.html. */
export function manifest(version, title, files) {
  const { core, adl, places, version: told, kind } = NAMES[version];
  const list = files.map((name) => `      <file href="${escape(name.split('/').map(encodeURIComponent).join('/'))}"/>`).join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="cachescope-lesson" version="1.0" xmlns="${core}" xmlns:adlcp="${adl}"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="${core} ${places[0]} ${adl} ${places[1]}">
  <metadata>
    <schema>ADL SCORM</schema>
    <schemaversion>${told}</schemaversion>
  </metadata>
  <organizations default="course">
    <organization identifier="course">
      <title>${escape(title)}</title>
      <item identifier="lesson" identifierref="page">
        <title>${escape(title)}</title>
      </item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="page" type="webcontent" adlcp:${kind}="sco" href="index.html">
${list}
    </resource>
  </resources>
</manifest>
`;
}
