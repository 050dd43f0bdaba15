/* Entente's behaviour on top of pages that work without it: found-as-you-type fields, dialogs, focus and announcements. */
(() => {
  "use strict";

  document.documentElement.classList.add("js");

  const TYPING_PAUSE = 150; // milliseconds

  const announcer = () => document.getElementById("announce");

  /** Say `text` to screen readers; emptied first, so that the same words are said again. */
  function announce(text) {
    const region = announcer();
    if (!region) return;
    region.textContent = "";
    setTimeout(() => { region.textContent = text; }, 50);
  }

  /** A translated phrase that the page carries on the live region. */
  const phrase = (name) => announcer()?.dataset[name] ?? "";

  /* Editable combobox with list autocomplete, after the ARIA Authoring Practices. */
  class Combobox {
    constructor(root) {
      this.root = root;
      this.opensEmpty = "opensEmpty" in root.dataset; // shows what there is before anything is typed
      this.takesNew = "takesNew" in root.dataset; // "name, function, organisation": what is not found is new
      this.chosen = root.querySelector("input[data-chosen]");
      this.input = root.querySelector("[role=combobox]");
      this.list = root.querySelector("[role=listbox]");
      this.active = -1;
      this.timer = null;
      this.request = null;
      const label = this.input.labels?.[0];
      if (label && !this.list.hasAttribute("aria-label")) this.list.setAttribute("aria-label", label.textContent.trim());
      this.input.addEventListener("input", () => this.typed());
      this.input.addEventListener("keydown", (event) => this.pressed(event));
      this.input.addEventListener("blur", () => this.close());
      this.input.addEventListener("focus", () => { this.fresh = true; });
      this.input.addEventListener("mouseup", () => { // what was chosen before gives way to what is typed
        if (this.fresh && this.chosen?.value && this.input.selectionStart === this.input.selectionEnd) this.input.select();
        this.fresh = false;
      });
      if (this.opensEmpty) this.input.addEventListener("click", () => { if (!this.isOpen) this.find(); });
      this.list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus in the field
      this.list.addEventListener("click", (event) => {
        const option = event.target.closest("[role=option]");
        if (option) this.choose(option);
      });
    }

    get options() { return [...this.list.querySelectorAll("[role=option]:not([aria-disabled])")]; }

    get isOpen() { return !this.list.hidden; }

    /** What is looked for; where a list opens by itself, what was chosen does not narrow it. */
    get words() {
      if (this.opensEmpty && this.chosen.value) return "";
      return (this.takesNew ? this.input.value.split(",")[0] : this.input.value).trim();
    }

    /** What to say when there is nothing. */
    get none() { return this.root.dataset.none || phrase("none"); }

    setChosen(id) {
      if (this.chosen.value === id) return;
      this.chosen.value = id;
      this.chosen.dispatchEvent(new Event("change", { bubbles: true }));
    }

    typed() {
      this.setChosen("");
      if (!this.input.value.trim() && !this.opensEmpty) {
        this.close();
        return;
      }
      this.forget();
      this.activate(-1);
      this.list.setAttribute("aria-busy", "true"); // what it shows answers to the words of a moment ago
      this.timer = setTimeout(() => this.find(), TYPING_PAUSE);
    }

    /** Neither asks nor listens any longer: an answer under way answers to the words of a moment ago. */
    forget() {
      clearTimeout(this.timer);
      this.request?.abort();
      this.request = null;
    }

    async find() {
      this.forget();
      const request = new AbortController();
      this.request = request;
      const address = new URL(this.root.dataset.url, document.baseURI);
      address.searchParams.set(this.root.dataset.parameter ?? "q", this.words);
      try {
        const response = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin", signal: request.signal });
        if (!response.ok || response.redirected) throw new Error(String(response.status));
        const { results, pagination } = await response.json();
        if (this.request === request && document.activeElement === this.input) this.show(results, pagination?.more);
      } catch (error) {
        if (this.request !== request) return;
        this.close();
        announce(phrase("error"));
      }
    }

    show(results, areMore) {
      if (this.takesNew && !results.length) {
        this.close();
        return;
      }
      this.activate(-1);
      const rows = results.map((result, index) => {
        const option = document.createElement("li");
        option.id = `${this.list.id}_${index}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.id = result.id;
        option.dataset.text = result.text;
        if (result.url) option.dataset.address = result.url;
        option.append(result.text);
        if (result.note) {
          const note = document.createElement("span");
          note.className = "note";
          note.textContent = result.note;
          option.append(" ", note);
        }
        return option;
      });
      if (!rows.length || areMore) {
        const said = document.createElement("li");
        said.className = "none";
        said.setAttribute("role", "option"); // a list box holds nothing else
        said.setAttribute("aria-disabled", "true");
        said.textContent = rows.length ? phrase("more") : this.none;
        rows.push(said);
      }
      this.list.replaceChildren(...rows);
      this.list.scrollTop = 0;
      this.list.removeAttribute("aria-busy");
      this.list.hidden = false;
      this.input.setAttribute("aria-expanded", "true");
      this.root.dispatchEvent(new Event("entente:shown"));
      const { length } = results;
      announce(length === 0 ? this.none : length === 1 ? phrase("one") : phrase("many").replace("#", length));
    }

    close() {
      this.forget();
      this.list.hidden = true;
      this.input.setAttribute("aria-expanded", "false");
      this.activate(-1);
    }

    activate(index) {
      const { options } = this;
      this.active = options.length ? index : -1;
      options.forEach((option, place) => option.setAttribute("aria-selected", String(place === this.active)));
      const current = options[this.active];
      if (current) {
        this.input.setAttribute("aria-activedescendant", current.id);
        current.scrollIntoView({ block: "nearest" });
      } else {
        this.input.removeAttribute("aria-activedescendant");
      }
    }

    choose(option) {
      this.input.value = option.dataset.text;
      this.setChosen(option.dataset.id);
      this.close();
      announce(option.dataset.text);
    }

    pressed(event) {
      const { options } = this;
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!this.isOpen) {
          if (this.opensEmpty || this.input.value.trim()) this.find();
        } else if (options.length) {
          const step = event.key === "ArrowDown" ? 1 : -1;
          const from = this.active < 0 && step < 0 ? 0 : this.active;
          this.activate((from + step + options.length) % options.length);
        }
      } else if (event.key === "Enter" && this.isOpen && options[this.active]) {
        event.preventDefault();
        this.choose(options[this.active]);
      } else if (event.key === "Escape" && this.isOpen) {
        event.preventDefault(); // closes the list, not the dialog around it
        event.stopPropagation();
        this.close();
      } else if (event.key === "Tab" && this.isOpen && options[this.active]) {
        this.choose(options[this.active]);
      }
    }
  }

  /* The search over everything: what is chosen is opened; Enter alone shows the page with all that is found. */
  class SiteSearch extends Combobox {
    setChosen() {}

    typed() {
      if (this.input.value.trim().length < 2) this.close();
      else super.typed();
    }

    choose(option) {
      this.close();
      window.location.assign(option.dataset.address);
    }

    pressed(event) {
      if (event.key === "Tab") this.close(); // leaves the field; only Enter opens a page
      else super.pressed(event);
    }
  }

  /** Tables drawn as cards on narrow screens stay tables for screen readers. */
  function keepTableRoles(table) {
    const roles = { "": "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", "thead th": "columnheader", "tbody th": "rowheader", td: "cell" };
    for (const [selector, role] of Object.entries(roles)) {
      for (const element of selector ? table.querySelectorAll(selector) : [table]) {
        if (!element.hasAttribute("role")) element.setAttribute("role", role);
      }
    }
  }

  function each(root, selector, action) {
    if (root.matches?.(selector)) action(root);
    root.querySelectorAll(selector).forEach(action);
  }

  /** Bring a page, or a part that htmx put in, to life. Doing it twice does no harm. */
  function enliven(root) {
    each(root, "[data-combobox]:not([data-ready])", (element) => {
      element.dataset.ready = "";
      new Combobox(element);
    });
    each(root, "[data-search]:not([data-ready])", (element) => {
      element.dataset.ready = "";
      new SiteSearch(element);
    });
    each(root, "table.cards:not([role])", keepTableRoles);
    each(root, "[data-focus]:not([data-focused])", (element) => {
      element.dataset.focused = "";
      element.focus();
    });
  }

  /* Dialogs: a link with data-dialog still leads to its page when anything is missing. */
  const dialog = () => document.getElementById("dialog");
  let opener = null;
  let left = null; // the address of the link that opened the last dialog

  function openInDialog(link) {
    opener = link;
    htmx.ajax("GET", link.href, { target: "#dialog-body", swap: "innerHTML", source: link }).catch(() => {});
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) {
      const open = event.target.closest("dialog");
      if (open) {
        event.preventDefault();
        open.close();
      }
      return;
    }
    const link = event.target.closest("a[data-dialog]");
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (link && plain && window.htmx && dialog()?.showModal) {
      event.preventDefault();
      openInDialog(link);
    }
  });

  document.addEventListener("close", (event) => {
    if (event.target !== dialog()) return;
    document.getElementById("dialog-body").replaceChildren();
    if (opener?.isConnected) opener.focus();
    else document.getElementById("main")?.focus();
    left = opener?.href ?? null;
    opener = null;
  }, true);

  document.addEventListener("dialog:close", () => dialog()?.close()); // the server's HX-Trigger

  document.addEventListener("announce", (event) => announce(event.detail.value)); // the same

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr, requestConfig } = event.detail;
    // A page instead of a fragment means: signed out meanwhile, or moved. Follow it as a page.
    if (target?.id === "dialog-body" && /^\s*(<!doctype|<html)/i.test(xhr.responseText)) {
      event.detail.shouldSwap = false;
      window.location.assign(requestConfig.verb === "get" && opener ? opener.href : window.location.href);
    }
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id !== "dialog-body") return;
    const open = dialog();
    if (!open.open && event.detail.target.childElementCount) open.showModal();
    const first = event.detail.target.querySelector("[data-focus], [autofocus], input:not([type=hidden]), select, textarea, button");
    first?.focus();
    if (first?.matches("[role=combobox]")) first.select(); // as a Tab does: what was chosen gives way to what is typed
  });

  /** What a dialog changed is drawn anew; the focus returns to the same link there, or to what hides it. */
  function returnFocus() {
    if (!left || document.activeElement !== document.body) return;
    const link = [...document.querySelectorAll("a[data-dialog]")].find((one) => one.href === left);
    const hiding = link?.closest("details:not([open])")?.querySelector("summary");
    (hiding ?? link ?? document.getElementById("main"))?.focus();
    left = null;
  }

  document.addEventListener("htmx:afterSettle", (event) => {
    returnFocus();
    const count = document.getElementById("result-count");
    if (count && (event.detail.elt.contains(count) || event.detail.target?.contains(count))) announce(count.textContent.trim().replace(/\s+/g, " "));
  });

  /** A request that failed is said and shown, never swallowed. */
  function failed(text) {
    const notice = document.createElement("div");
    notice.className = "message error";
    notice.dataset.failed = "";
    notice.textContent = text;
    const place = dialog()?.open ? document.getElementById("dialog-body") : document.getElementById("messages");
    if (!place) return;
    place.querySelector("[data-failed]")?.remove();
    place.prepend(notice);
    notice.scrollIntoView({ block: "nearest" });
    announce(text);
  }

  document.addEventListener("htmx:sendError", () => failed(phrase("error")));
  document.addEventListener("htmx:responseError", (event) => failed(phrase([401, 403].includes(event.detail.xhr.status) ? "expired" : "error")));

  /* Days as people type them, shown back in full */
  let dayTimer = null;
  document.addEventListener("focusin", (event) => event.target.closest?.("[data-typed-day]")?.select()); // To type over what stands there.
  document.addEventListener("input", (event) => {
    const field = event.target.closest?.("[data-typed-day]");
    if (!field) return;
    clearTimeout(dayTimer);
    dayTimer = setTimeout(() => showDay(field), 250);
  });

  async function showDay(field) {
    const place = field.parentElement.querySelector("[data-day-shown]");
    const typed = field.value.trim();
    if (!place || !typed) {
      if (place) place.textContent = "";
      return;
    }
    const address = new URL(field.dataset.typedDay, document.baseURI);
    address.searchParams.set("q", typed);
    try {
      const response = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (response.ok && !response.redirected && field.value.trim() === typed) place.textContent = (await response.json()).text;
    } catch { /* the server reads the day when the form is sent */ }
  }

  document.addEventListener("entente:added", (event) => enliven(event.target)); // a line that a page's own script put in

  document.addEventListener("htmx:load", (event) => enliven(event.detail.elt));
  enliven(document.documentElement);
})();
