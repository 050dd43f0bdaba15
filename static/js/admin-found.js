/* The administration's fields that find records as one types, drawn as on the pages of the site. Django's select stays underneath:
   it holds what is chosen, is sent with the form, and is what one sees without JavaScript. Needs entente.js. */
(() => {
  "use strict";

  const ROOM = 8; // pixels between a list and the edge of the window

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  /** The words of a field's label, or of its own `aria-label` in a table. */
  function nameOf(select) {
    return select.getAttribute("aria-label") || (select.labels?.[0]?.textContent ?? "").trim().replace(/:$/, "");
  }

  /** The field beside `select`, in the same form or row, whose choice narrows what `select` finds. */
  function fieldBeside(select) {
    const { fieldName, beside } = select.dataset;
    return beside ? select.form?.elements[select.name.slice(0, -fieldName.length) + beside] : null;
  }

  class Found {
    constructor(select) {
      this.select = select;
      const { id } = select;
      const name = nameOf(select);
      this.input = make("input", {
        type: "text", id, role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": `${id}_options`,
        autocomplete: "off", spellcheck: "false",
      });
      for (const said of ["aria-label", "aria-describedby", "aria-invalid"]) {
        if (select.hasAttribute(said)) this.input.setAttribute(said, select.getAttribute(said));
      }
      this.chosen = make("input", { type: "hidden", "data-chosen": "" });
      this.list = make("ul", { role: "listbox", id: `${id}_options`, "aria-label": name, hidden: "" });
      this.root = make("div", { class: "combobox", "data-combobox": "", "data-opens-empty": "", "data-parameter": "term" }, this.chosen, this.input, this.list);
      if (select.dataset.none) this.root.dataset.none = select.dataset.none;
      this.chips = select.multiple ? make("ul", { class: "chips", "aria-label": name }) : null;
      select.id = `${id}_chosen`; // label, links to errors and descriptions now lead to what is seen
      select.hidden = true;
      select.after(make("div", { class: "found" }, ...(this.chips ? [this.chips] : []), this.root));
      this.aim();
      this.draw();
      this.root.dispatchEvent(new Event("entente:added", { bubbles: true })); // entente.js brings it to life
      this.listen();
    }

    listen() {
      this.select.addEventListener("change", () => this.draw());
      this.chosen.addEventListener("change", () => { if (this.chosen.value) this.take(this.chosen.value, this.input.value); });
      this.input.addEventListener("blur", () => this.settle());
      this.input.addEventListener("keydown", (event) => this.pressed(event));
      this.root.addEventListener("entente:shown", () => this.place());
      for (const moved of ["scroll", "resize"]) {
        window.addEventListener(moved, (event) => { if (!this.list.hidden && event.target !== this.list) this.place(); }, true);
      }
      this.chips?.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (button) this.remove(button.value);
      });
      const beside = fieldBeside(this.select);
      beside?.addEventListener("change", () => {
        if (beside.value === this.beside) return;
        this.aim();
        this.clear();
      });
    }

    /** Where it looks: with the choice beside it, if any. */
    aim() {
      const { appLabel, modelName, fieldName } = this.select.dataset;
      const asked = new URLSearchParams({ app_label: appLabel, model_name: modelName, field_name: fieldName });
      this.beside = fieldBeside(this.select)?.value;
      if (this.beside) asked.set("beside", this.beside);
      this.root.dataset.url = `${this.select.getAttribute("data-ajax--url")}?${asked}`;
    }

    get options() { return [...this.select.selectedOptions].filter((option) => option.value); }

    /** Shows what the select holds. */
    draw() {
      if (!this.chips) {
        const [option] = this.options;
        this.input.value = option?.textContent ?? "";
        this.chosen.value = option?.value ?? "";
        return;
      }
      this.input.value = this.chosen.value = "";
      const remove = document.getElementById("announce")?.dataset.remove ?? "";
      this.chips.replaceChildren(...this.options.map((option) => {
        const button = make("button", { type: "button", value: option.value, "aria-label": `${remove} ${option.textContent}` }, "×");
        return make("li", { class: "chip" }, make("span", {}, option.textContent), button);
      }));
      this.chips.hidden = !this.options.length;
    }

    changed() { this.select.dispatchEvent(new Event("change", { bubbles: true })); }

    take(id, text) {
      const known = [...this.select.options].find((option) => option.value === id);
      if (known) known.selected = true;
      else this.select.add(new Option(text, id, true, true));
      this.changed();
    }

    remove(id) {
      for (const option of this.options) if (option.value === id) option.selected = false;
      this.changed();
      this.input.focus();
    }

    clear() {
      if (!this.options.length) return;
      this.select.selectedIndex = this.select.multiple ? -1 : [...this.select.options].findIndex((option) => !option.value);
      this.changed();
    }

    /** On leaving: an emptied field is empty; words that chose nothing give way to what was chosen. */
    settle() {
      if (this.chips || this.chosen.value) {
        if (this.chips) this.input.value = "";
      } else if (this.input.value.trim()) {
        this.draw();
      } else {
        this.clear();
      }
    }

    /** Enter never sends the form half typed: it takes the only suggestion for the words as they are. */
    pressed(event) {
      if (event.key !== "Enter" || event.defaultPrevented || event.isComposing) return;
      event.preventDefault();
      const isOld = this.list.hidden || this.list.hasAttribute("aria-busy");
      const options = isOld ? [] : this.list.querySelectorAll("[role=option]:not([aria-disabled])");
      if (options.length === 1) options[0].click();
    }

    /** Beside its field, over everything, within the window: in a table that scrolls it would be cut off. */
    place() {
      const { left, top, bottom, width } = this.input.getBoundingClientRect();
      const { clientWidth, clientHeight } = document.documentElement;
      const below = clientHeight - bottom - ROOM;
      const goesAbove = below < 160 && top > below;
      const wide = Math.min(Math.max(width, 260), clientWidth - 2 * ROOM);
      Object.assign(this.list.style, {
        inlineSize: `${wide}px`,
        left: `${Math.max(ROOM, Math.min(left, clientWidth - wide - ROOM))}px`,
        maxBlockSize: `${Math.min(304, (goesAbove ? top : below) - ROOM)}px`,
        top: goesAbove ? "auto" : `${bottom + 2}px`,
        bottom: goesAbove ? `${clientHeight - top + 2}px` : "auto",
      });
    }
  }

  function drawAll(root) {
    for (const select of root.querySelectorAll("select.admin-autocomplete:not([hidden])")) {
      if (!select.name.includes("__prefix__")) new Found(select);
    }
  }

  document.addEventListener("formset:added", (event) => drawAll(event.target));
  drawAll(document);
})();
