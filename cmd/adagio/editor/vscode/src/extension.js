// The client of the language server: it starts "adagio lsp" and leaves all else to
// the library.
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

exports.activate = async function () {
  const settings = vscode.workspace.getConfiguration("adagio");
  client = new LanguageClient(
    "adagio",
    "Adagio",
    { command: settings.get("path"), args: ["lsp", "--budget", settings.get("budget")] },
    {
      documentSelector: [{ language: "ballet" }],
      initializationOptions: { models: settings.get("models") },
      // Platforms, samples and models that other programs change.
      synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/*.{ballet,xml,csv}") },
    },
  );
  await client.start();
};

exports.deactivate = () => client?.stop();
