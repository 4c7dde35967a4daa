// The colours of models, held against what the grammar of the language says that
// each part of them is (../../testdata/colors.txt, which a test in Go writes).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";

const require = createRequire(import.meta.url);
const oniguruma = require("vscode-oniguruma");
const textmate = require("vscode-textmate");

const here = (path) => new URL(path, import.meta.url);
const read = (path) => readFileSync(here(path), "utf8");

async function grammar() {
  await oniguruma.loadWASM(readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm")));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => textmate.parseRawGrammar(read("../syntaxes/ballet.tmLanguage.json"), "ballet.tmLanguage.json"),
  });
  return registry.loadGrammar("source.ballet");
}

// The scopes that each kind must have; a name must have none of them.
const scopes = {
  word: /^(keyword\.(control|declaration|other)|support)\./,
  comment: /^comment\./,
  string: /^string\./,
  number: /^constant\.numeric\./,
};

const ballet = await grammar();

for (const part of read("../../testdata/colors.txt").split(/^(?=\S+\.ballet$)/m)) {
  const [path, ...expected] = part.trimEnd().split("\n");
  test(path, () => {
    const lines = [];
    let stack = textmate.INITIAL;
    for (const line of read("../../../../../" + path).split("\n")) {
      const result = ballet.tokenizeLine(line, stack);
      lines.push(result.tokens);
      stack = result.ruleStack;
    }
    assert.ok(expected.length > 20);
    const wrong = [];
    for (const entry of expected) {
      const [, line, column, kind, text] = /^(\d+):(\d+) (\w+) (.*)$/.exec(entry);
      const at = lines[line - 1].find((t) => t.startIndex <= column - 1 && column - 1 < t.endIndex);
      const has = (k) => at.scopes.some((s) => scopes[k].test(s));
      const ok = kind === "name" ? !Object.keys(scopes).some(has) : has(kind);
      if (!ok) {
        wrong.push(`${path}:${line}:${column}: ${kind} ${text}: ${at.scopes.join(" ")}`);
      }
    }
    assert.deepEqual(wrong, []);
  });
}
