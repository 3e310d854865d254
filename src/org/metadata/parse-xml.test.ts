import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseXml } from './parse-xml.ts';

function refusal(text: string): string {
  try {
    parseXml(text, 'a.xml');
    return 'accepted';
  } catch (error) {
    return (error as Error).message;
  }
}

test('elements come with their lines, and texts with the entities of XML resolved', () => {
  const root = parseXml(
    '<?xml version="1.0"?>\n<!-- one -->\n<A x="1">\n  <b>a &amp; &lt;b&gt; &#233;&#x1F600;</b>\n  <c/>\n</A>\n',
    'a',
  );
  assert.deepEqual([root.name, root.line, root.text], ['A', 3, '']);
  assert.deepEqual(
    root.children.map(({ name, line, text }) => [name, line, text]),
    [
      ['b', 4, 'a & <b> é😀'],
      ['c', 5, ''],
    ],
  );
});

test('CDATA is taken as it stands, and line breaks of a formatter around a text are not', () => {
  assert.equal(parseXml('<a><![CDATA[ <x> &amp; ]]></a>', 'a').text, ' <x> &amp; ');
  assert.equal(parseXml('<a>\r\n    one\r\n    two\r\n</a>', 'a').text, 'one\n    two');
  assert.equal(parseXml('<a> one </a>', 'a').text, ' one ');
  assert.equal(parseXml('<a>&#10; one&#13;</a>', 'a').text, '\n one\r');
});

test('what is no well-formed XML is named with its line', () => {
  assert.match(refusal('<a>\n<b>\n</a>'), /^a\.xml:3: this is not well-formed XML: Expected closing tag 'b'/);
  assert.match(refusal(''), /not well-formed/);
  assert.match(refusal('hello'), /not well-formed/);
  assert.match(refusal('<a/><b/>'), /a\.xml/);
  assert.match(refusal('<a>\n  one & two</a>'), /a\.xml:2: .*A lone & is written &amp; in XML/);
  assert.match(refusal('<a>&nbsp;</a>'), /&nbsp; stands for nothing/);
  assert.match(refusal('<a>&#x110000;</a>'), /stands for nothing/);
});

test('a document type is refused before anything is unfolded', () => {
  const bomb = `<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;">]>\n<a>&y;</a>`;
  assert.match(refusal(bomb), /^a\.xml:2: a document type \(<!DOCTYPE\) is not taken/);
});

test('elements that lie a thousand deep, or are called as JavaScript names its own, are refused', () => {
  assert.match(refusal(`${'<a>'.repeat(1000)}${'</a>'.repeat(1000)}`), /Maximum nested tags exceeded/);
  assert.match(refusal('<a><__proto__>x</__proto__></a>'), /a\.xml: this XML cannot be read/);
});
