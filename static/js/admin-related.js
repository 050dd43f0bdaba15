/* Beside a field: a window in which a related record is added or changed. When it is stored, Django's page in that window calls
   one of the two functions at the end, and closes. */
(() => {
  "use strict";

  const opened = new Map(); // each open window, and the link that opened it

  const wrapperOf = (element) => element.closest(".related-widget-wrapper");
  const selectOf = (wrapper) => wrapper.querySelector("select");

  function open(link) {
    for (const [shown, opener] of opened) {
      if (opener === link && !shown.closed) {
        shown.focus();
        return;
      }
    }
    const shown = window.open(link.href, "", "width=900,height=700,resizable=yes,scrollbars=yes");
    if (shown) opened.set(shown, link);
  }

  /** A link to change what is chosen leads somewhere only when one thing is chosen. */
  function aim(wrapper) {
    const link = wrapper.querySelector("a[data-href-template]");
    if (!link) return;
    const select = selectOf(wrapper);
    const value = select && !select.multiple ? select.value : "";
    if (value) link.href = link.dataset.hrefTemplate.replace("__fk__", encodeURIComponent(value));
    else link.removeAttribute("href");
  }

  function changed(select) { select.dispatchEvent(new Event("change", { bubbles: true })); }

  /** The other fields of the page that hold records of the same kind. */
  function likeIt(wrapper) {
    const kind = wrapper.dataset.modelRef;
    return kind ? [...document.querySelectorAll(`.related-widget-wrapper[data-model-ref="${CSS.escape(kind)}"]`)].filter((one) => one !== wrapper) : [];
  }

  function addTick(wrapper, id, text) {
    const last = [...wrapper.querySelectorAll("input[type=checkbox]")].at(-1);
    const line = last?.closest("label")?.parentElement;
    if (!line) return;
    const label = document.createElement("label");
    const tick = Object.assign(document.createElement("input"), { type: "checkbox", name: last.name, value: id, checked: true });
    label.append(tick, ` ${text}`);
    const added = document.createElement("div");
    added.append(label);
    line.after(added);
    tick.focus();
  }

  function closed(shown) {
    const link = opened.get(shown);
    opened.delete(shown);
    shown.close();
    link?.focus();
    return link ? wrapperOf(link) : null;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest('.related-widget-wrapper-link[data-popup="yes"]');
    if (!link) return;
    event.preventDefault();
    if (link.href) open(link);
  });
  document.addEventListener("change", (event) => {
    const wrapper = event.target.matches("select") && wrapperOf(event.target);
    if (wrapper) aim(wrapper);
  });
  window.addEventListener("pagehide", () => { for (const shown of opened.keys()) shown.close(); });
  document.querySelectorAll(".related-widget-wrapper").forEach(aim);

  window.dismissAddRelatedObjectPopup = (shown, id, text) => {
    const wrapper = closed(shown);
    if (!wrapper) return;
    const select = selectOf(wrapper);
    if (!select) {
      addTick(wrapper, id, text);
      return;
    }
    select.add(new Option(text, id, true, true));
    changed(select);
    for (const other of likeIt(wrapper).map(selectOf)) {
      if (other && !other.matches(".admin-autocomplete")) other.add(new Option(text, id)); // the others find it as one types
    }
  };

  window.dismissChangeRelatedObjectPopup = (shown, id, text, newId) => {
    const wrapper = closed(shown);
    if (!wrapper) return;
    for (const select of [wrapper, ...likeIt(wrapper)].map(selectOf)) {
      const option = [...(select?.options ?? [])].find((one) => one.value === id);
      if (!option) continue;
      option.textContent = text;
      option.value = newId;
      if (option.selected) changed(select);
    }
  };
})();
