// The client: how the extension starts the server, and that a server which is
// started like that answers.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import Module from "node:module";
import { test } from "node:test";

const require = createRequire(import.meta.url);

test("the extension starts the server with its settings", async () => {
  const settings = { path: "/opt/adagio", budget: "30s", models: [["types.ballet", "plans.ballet"]] };
  let started;
  const stubs = {
    vscode: {
      workspace: {
        getConfiguration: (section) => (assert.equal(section, "adagio"), { get: (name) => settings[name] }),
        createFileSystemWatcher: (pattern) => pattern,
      },
    },
    "vscode-languageclient/node": {
      LanguageClient: class {
        constructor(id, name, server, client) {
          Object.assign(this, { server, client });
        }
        async start() {
          started = this;
        }
        async stop() {
          started = undefined;
        }
      },
    },
  };
  const load = Module._load;
  Module._load = (name, ...rest) => stubs[name] ?? load(name, ...rest);
  try {
    const extension = require("../src/extension.js");
    await extension.activate();
    assert.deepEqual(started.server, { command: "/opt/adagio", args: ["lsp", "--budget", "30s"] });
    assert.deepEqual(started.client.initializationOptions, { models: settings.models });
    assert.deepEqual(started.client.documentSelector, [{ language: "ballet" }]);
    await extension.deactivate();
    assert.equal(started, undefined);
  } finally {
    Module._load = load;
  }
});

test("the extension is built in one file that needs vscode alone", () => {
  const needed = [];
  const load = Module._load;
  Module._load = (name, ...rest) => {
    if (name === "vscode") {
      needed.push(name);
      // Classes of vscode that the library derives its own from.
      return new Proxy({}, { get: () => class {} });
    }
    assert.ok(Module.isBuiltin(name) || name === "../dist/extension.js", name);
    return load(name, ...rest);
  };
  try {
    const extension = require("../dist/extension.js");
    assert.equal(typeof extension.activate, "function");
    assert.equal(typeof extension.deactivate, "function");
  } finally {
    Module._load = load;
  }
  assert.ok(needed.length > 0);
});

// $ADAGIO is the program; without it the test of the client with the server cannot
// run.
test("the server answers", { skip: !process.env.ADAGIO && "set ADAGIO to the program" }, async () => {
  const rpc = require("vscode-jsonrpc/node");
  const server = spawn(process.env.ADAGIO, ["lsp", "--budget", "30s"], { stdio: ["pipe", "pipe", "inherit"] });
  const code = new Promise((resolve) => server.on("exit", resolve));
  const client = rpc.createMessageConnection(new rpc.StreamMessageReader(server.stdout), new rpc.StreamMessageWriter(server.stdin));
  const shown = new Promise((resolve) => client.onNotification("textDocument/publishDiagnostics", resolve));
  client.listen();
  const { capabilities } = await client.sendRequest("initialize", { processId: process.pid, rootUri: null, capabilities: {} });
  assert.ok(capabilities.hoverProvider && capabilities.codeLensProvider);
  await client.sendNotification("initialized", {});
  const text = "component C {\n  places a, b\n  initial a\n  behavior go { t: a -> b for 2s }\n}\nassembly s { node n { c: C } }\n" +
    "plan up of s { from { c: a }; on n { push c go; wait c } }\nnetwork i { executor ideal }\n";
  const uri = "file:///models/c.ballet";
  await client.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "ballet", version: 1, text } });
  assert.deepEqual(await shown, { uri, version: 1, diagnostics: [] });
  const [lens] = await client.sendRequest("textDocument/codeLens", { textDocument: { uri } });
  const { command } = lens.command ? lens : await client.sendRequest("codeLens/resolve", lens);
  assert.equal(command.title, "done 2s");
  assert.equal(await client.sendRequest("shutdown"), null);
  await client.sendNotification("exit");
  assert.equal(await code, 0);
});
