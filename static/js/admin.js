/* What the administration's own scripts leave out: names for fields found as you type, what narrows them, words for "nothing found". */
(() => {
  "use strict";

  /** The words of a field's label, or of its own `aria-label` in a table. */
  function nameOf(select) {
    const label = select.labels?.[0] ?? document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    return select.getAttribute("aria-label") || (label?.textContent ?? "").trim().replace(/:$/, "");
  }

  /** Names the field that select2 draws instead of `select`; its list is a row of buttons, not a list. */
  function nameField(select) {
    const drawn = select.nextElementSibling;
    const name = nameOf(select);
    if (!name || !drawn?.classList.contains("select2")) return;
    for (const part of drawn.querySelectorAll(".select2-selection, .select2-search__field")) {
      if (part.getAttribute("aria-label") === name) continue;
      part.removeAttribute("aria-labelledby");
      part.setAttribute("aria-label", name);
    }
    // The chosen value is the text of the field, not a field of its own.
    for (const part of drawn.querySelectorAll("span.select2-selection__rendered[role]")) {
      part.removeAttribute("role");
      part.removeAttribute("aria-readonly");
    }
    for (const part of drawn.querySelectorAll("ul.select2-selection__rendered:not([role]), ul.select2-selection__rendered > li:not([role])")) {
      part.setAttribute("role", "presentation");
    }
  }

  function nameAll() {
    document.querySelectorAll("select.admin-autocomplete").forEach(nameField);
    document.querySelectorAll("th:empty").forEach((heading) => {
      const cell = document.createElement("td");
      cell.className = heading.className;
      heading.replaceWith(cell);
    });
  }

  /** The field beside `select`, in the same form or row, whose choice narrows what `select` finds. */
  function fieldBeside(select) {
    const { fieldName, beside } = select.dataset;
    return beside ? select.form?.elements[select.name.slice(0, -fieldName.length) + beside] : null;
  }

  // In place of the function of the same name in Django's autocomplete.js, which is called when the page is ready.
  const $ = window.django?.jQuery;
  if ($?.fn.djangoAdminSelect2) {
    $.fn.djangoAdminSelect2 = function draw() {
      this.each((_, select) => {
        const { appLabel, modelName, fieldName, none } = select.dataset;
        select.removeAttribute("lang"); // It is the page's own; left here, its words would go before ours.
        $(select).select2({
          ajax: {
            data: ({ term, page }) => ({
              term, page, app_label: appLabel, model_name: modelName, field_name: fieldName, beside: fieldBeside(select)?.value,
            }),
          },
          ...(none && { language: { noResults: () => none } }),
        });
        const beside = fieldBeside(select);
        let before = beside?.value;
        if (beside) {
          $(beside).on("change", () => {
            if (beside.value === before) return; // Django says "changed" of every field when the page is ready.
            before = beside.value;
            $(select).val(null).trigger("change");
          });
        }
      });
      return this;
    };
  }

  // select2 draws when the page is ready, and again for each row that is added and each choice that is made.
  window.addEventListener("load", () => {
    nameAll();
    const form = document.getElementById("content-main");
    if (form) new MutationObserver(nameAll).observe(form, { childList: true, subtree: true });
  });

  // The search field of an open list stands apart from its select, at the end of the page.
  document.addEventListener("focusin", (event) => {
    if (!event.target.matches(".select2-search__field:not([aria-label])")) return;
    const open = document.querySelector(".select2-container--open .select2-selection");
    if (open) event.target.setAttribute("aria-label", open.getAttribute("aria-label") ?? "");
  });
})();
