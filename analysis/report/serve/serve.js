"use strict";
// Loads the page again when what it was made from has changed.
const gone = document.getElementById("gone");
async function look() {
  try {
    const r = await fetch(document.body.dataset.address);
    if (!r.ok || (await r.text()) !== document.body.dataset.version) {
      location.reload();
      return;
    }
    gone.hidden = true;
  } catch {
    gone.textContent = "The server does not answer any more: start adagio serve again.";
    gone.hidden = false;
  }
  setTimeout(look, 1000);
}
setTimeout(look, 1000);
