/* Rows that are entered on the page of their whole: one more, one less, numbered without gaps as Django expects them. */
(() => {
  "use strict";

  const NUMBERED = ["id", "name", "for", "aria-controls", "aria-describedby", "aria-labelledby"];

  class Rows {
    constructor(group) {
      const { options } = JSON.parse(group.dataset.inlineFormset);
      this.group = group;
      this.prefix = options.prefix;
      this.words = options;
      this.blank = document.getElementById(`${this.prefix}-empty`);
      this.total = document.getElementById(`id_${this.prefix}-TOTAL_FORMS`);
      if (!this.blank) return; // only to read, or nothing may be added
      this.total.autocomplete = "off"; // a page that is loaded anew has its own number of rows
      this.rows.filter((row) => !row.classList.contains("has_original")).forEach((row) => this.addRemoveButton(row));
      this.button = this.makeButton("addlink", this.words.addText, () => this.add());
      this.blank.after(this.framed(this.button));
      this.bound();
    }

    get rows() { return [...this.group.querySelectorAll(`[id^="${this.prefix}-"]`)].filter((row) => /-\d+$/.test(row.id)); }

    limit(name) {
      const { value } = document.getElementById(`id_${this.prefix}-${name}_NUM_FORMS`);
      return value === "" ? null : Number(value);
    }

    makeButton(kind, text, action) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = kind;
      button.textContent = text;
      button.addEventListener("click", action);
      return button;
    }

    /** The button that adds, as a row of the table or as a block below the blocks. */
    framed(button) {
      const frame = document.createElement(this.blank.tagName);
      frame.className = "add-row";
      const cell = this.blank.tagName === "TR" ? frame.appendChild(document.createElement("td")) : frame;
      if (cell !== frame) cell.colSpan = this.blank.cells.length;
      cell.append(button);
      return frame;
    }

    addRemoveButton(row) {
      const place = row.tagName === "TR" ? row.lastElementChild : row.querySelector("h3") ?? row;
      place.append(this.makeButton("inline-deletelink", this.words.deleteText, () => this.remove(row)));
    }

    add() {
      const row = this.blank.cloneNode(true);
      row.classList.remove("empty-form", "last-related");
      this.number(row, this.rows.length);
      this.addRemoveButton(row);
      this.blank.before(row);
      this.bound();
      row.dispatchEvent(new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: this.prefix } }));
      [...row.querySelectorAll("input, select, textarea")].find((field) => field.offsetParent)?.focus();
    }

    remove(row) {
      const said = row.previousElementSibling;
      if (said?.classList.contains("row-form-errors")) said.remove();
      row.remove();
      this.rows.forEach((one, index) => this.number(one, index));
      this.bound();
      document.dispatchEvent(new CustomEvent("formset:removed", { detail: { formsetName: this.prefix } }));
      this.button.focus();
    }

    number(row, index) {
      const old = new RegExp(`(?<![a-zA-Z0-9-])${this.prefix}-(\\d+|__prefix__|empty)(?=-|$)`, "g");
      for (const element of [row, ...row.querySelectorAll("*")]) {
        for (const name of NUMBERED) {
          const value = element.getAttribute(name);
          if (value) element.setAttribute(name, value.replace(old, `${this.prefix}-${index}`));
        }
      }
      const label = row.querySelector(".inline_label");
      if (label) label.innerHTML = label.innerHTML.replace(/#\d+/, `#${index + 1}`);
    }

    /** Says how many rows there are; at the most no more can be added, at the least none removed. */
    bound() {
      const { length } = this.rows;
      const most = this.limit("MAX");
      this.total.value = length;
      this.button.closest(".add-row").hidden = most !== null && length >= most;
      for (const button of this.group.querySelectorAll(".inline-deletelink")) button.hidden = length <= (this.limit("MIN") ?? 0);
    }
  }

  document.querySelectorAll(".js-inline-admin-formset").forEach((group) => new Rows(group));

  // A heading without words is no heading.
  for (const heading of document.querySelectorAll(".inline-group th:empty")) {
    const cell = document.createElement("td");
    cell.className = heading.className;
    heading.replaceWith(cell);
  }
})();
