/* The page on which is typed what came of a meeting: more lines, and drafts on the server. */
(() => {
  "use strict";

  const form = document.getElementById("capture");
  if (!form) return;

  const PAUSE = 1500; // milliseconds after the last change
  const LONGEST = 4000; // and never longer than this after the first
  const RETRY = 5000;
  const MOST_KEPT_ALIVE = 60_000; // bytes; browsers refuse more from a page that goes away
  const MOST_LINES = 40;

  /* More lines */
  function addLine(lines) {
    const numbers = [...lines.querySelectorAll("[name]")].map((field) => Number(/-(\d+)-/.exec(field.name)?.[1] ?? -1));
    const next = Math.max(-1, ...numbers) + 1;
    if (next >= MOST_LINES) return null;
    const template = lines.querySelector("template");
    const copy = document.createElement("div");
    copy.append(template.content.cloneNode(true));
    for (const element of copy.querySelectorAll("*")) {
      for (const attribute of element.attributes) {
        if (attribute.value.includes("__n__")) attribute.value = attribute.value.replaceAll("__n__", next);
      }
    }
    const line = copy.firstElementChild;
    template.before(line);
    line.dispatchEvent(new Event("entente:added", { bubbles: true }));
    return line;
  }

  const mainField = (line) => line.querySelector("input:not([type=hidden]), select, textarea");

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add]");
    if (!button) return;
    event.preventDefault();
    const line = addLine(button.closest("[data-lines]"));
    if (line) mainField(line).focus();
  });

  // Enter goes to the next line instead of sending a page that is half typed.
  form.addEventListener("keydown", (event) => {
    const line = event.target.closest?.("[data-line]");
    if (event.key !== "Enter" || event.isComposing || event.defaultPrevented || !line || !event.target.matches("input")) return;
    event.preventDefault();
    if (event.target !== mainField(line)) return;
    const following = line.nextElementSibling?.matches("[data-line]") ? line.nextElementSibling : null;
    const next = following ?? (event.target.value.trim() ? addLine(line.closest("[data-lines]")) : null);
    if (next) mainField(next).focus();
  });

  /* Drafts */
  const state = document.getElementById("save-state");
  const trouble = document.getElementById("save-trouble");
  const signedOut = document.getElementById("signed-out");
  let firstChange = null; // when the oldest text was typed that the server does not have
  let changes = 0;
  let timer = null;
  let underWay = null; // the request that is saving, so that a page that goes away can send what is newer
  let isSent = false;

  const say = (text) => {
    if (trouble.textContent !== text) trouble.textContent = text;
  };
  const saved = (at) => { state.textContent = state.dataset.saved.replace("#", at); };
  if (state.dataset.at) saved(state.dataset.at);

  function changed() {
    if (isSent) return;
    changes += 1;
    firstChange ??= Date.now();
    const wait = Math.max(0, Math.min(PAUSE, firstChange + LONGEST - Date.now()));
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);

  function post(signal) {
    const body = new URLSearchParams(new FormData(form));
    return fetch(form.dataset.draftUrl, {
      method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin", redirect: "error",
      keepalive: body.toString().length < MOST_KEPT_ALIVE, signal,
    });
  }

  /** After signing in again elsewhere, the token of this page is an old one: ask for the new one. */
  async function renewToken() {
    const response = await fetch(form.dataset.draftUrl, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!response.ok) return response.status;
    const { token } = await response.json();
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
    return 200;
  }

  async function save() {
    clearTimeout(timer);
    if (underWay || isSent || firstChange === null) return;
    const mine = underWay = new AbortController();
    const upTo = changes;
    let again = true;
    try {
      let response = await post(mine.signal);
      if (response.status === 403 && await renewToken() === 200) response = await post(mine.signal);
      if (response.ok) {
        saved((await response.json()).saved_at);
        say("");
        again = false;
      } else if (response.status === 401) {
        if (!trouble.querySelector("a")) trouble.replaceChildren(signedOut.content.cloneNode(true));
      } else if (response.status === 413) {
        say(state.dataset.tooLarge);
      } else {
        say(state.dataset.failed);
      }
    } catch {
      if (!mine.signal.aborted) say(state.dataset.failed);
    }
    if (underWay !== mine) return; // a newer one went out
    underWay = null;
    if (isSent) return;
    if (again) timer = setTimeout(save, RETRY);
    else if (changes === upTo) firstChange = null;
    else {
      firstChange = Date.now();
      timer = setTimeout(save, PAUSE);
    }
  }

  const saveNow = () => { if (firstChange !== null && !isSent) save(); };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" || trouble.textContent) saveNow();
  });
  window.addEventListener("pagehide", () => {
    underWay?.abort(); // else what was typed since it left would stay behind
    underWay = null;
    saveNow();
  });
  window.addEventListener("online", saveNow);
  window.addEventListener("pageshow", () => { isSent = false; });
  form.addEventListener("submit", () => {
    isSent = true; // what is sent is not a draft any more
    clearTimeout(timer);
  });
})();
