#!/usr/bin/env python3
"""Writes texts and what ftfy and html.unescape make of them, as OpenAI's code cleans texts, for the tests of backbones-clip.

usage: make-text-fixtures.py [FILE]    (default: cleaned_texts.json among the plugin's test resources; needs ftfy 6.3.1)
Texts that ftfy takes for wrongly decoded ones are left out: that repair is not reproduced.
"""
import html
import json
import random
import sys
import unicodedata

import ftfy

out = sys.argv[1] if len(sys.argv) > 1 else "plugins/backbones-clip/src/test/resources/org/reprise/backbones/clip/cleaned_texts.json"
rng = random.Random(7)
texts = [
    "", "plain text", "caf\u00e9", unicodedata.normalize("NFD", "caf\u00e9 na\u00efve \u00c5ngstr\u00f6m"), "\u1100\u1161\u11a8 \u30ab\u3099",
    "it\u2019s \u2018so\u2019 \u201cquoted\u201d \u02bcn \u201a\u201e\u201f\u201b", "\ufb01eld a\ufb04uent \ufb05 \ufb06 \u0132\u0133 \u01c4\u01c5\u01c6 \u01f1\u01f2\u01f3 \u0149",
    "\uff21\uff5a\uff10\uff01\u3000\uff76\uff9e\uff61\uffe5", "&amp;amp;lt; &eacute; &rsquo; &#x2019; &#65; &Jscr; &notanentity; this&not that &copy", "<b>&eacute;</b>",
    "a\u0000b\u0007c\u001b[31mred\u001b[0m\ufeff\u206a\ufff9\u007f", "line\r\nbreak\rold\u2028sep\u2029par", "x\u00b2 \u2460 \u212b \u2126", "\U0001F600 \U0001D54F",
    "tab\there\fform\vvert", "\u00a0\u2003\u200b\u200d", "A\u030a a\u0323\u0307 a\u0307\u0323",
]
pool = ("abc XYZ 09 .,'-&;#<" + "\u2018\u2019\u201c\u201d\u02bc\ufb00\ufb03\uff41\uff11\u3000\uff76\u0301\u0308\u0327\u1100\u1161\ufeff\u0001\u001b\u0085\u2028"
        + "\u00e9\u00df\u0130\u017f\u1e9e\u01c6\u65e5\U0001F600")
texts += ["".join(rng.choice(pool) for _ in range(rng.randint(1, 30))) for _ in range(120)]
rows = []
for text in texts:
    fixed = ftfy.fix_text(text)
    if fixed == ftfy.fix_text(text, fix_encoding=False):
        rows.append({"text": text, "clean": html.unescape(html.unescape(fixed))})
with open(out, "w", encoding="ascii") as file:
    file.write("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")
print(len(rows), "of", len(texts), "texts")
