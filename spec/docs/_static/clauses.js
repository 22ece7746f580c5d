// Makes the index of clauses one to sort, to filter and to search. Without it, the table is whole.
// What is chosen is kept in the address after `#`, so that a link to what one sees is the address.
"use strict";

(() => {
  const table = document.querySelector("table.index");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];

  const values = (name) =>
    [...new Set(rows.flatMap((row) => row.dataset[name].split("|")))].filter(Boolean);

  const controls = document.createElement("form");
  controls.className = "controls";
  controls.setAttribute("role", "search");
  controls.addEventListener("submit", (event) => event.preventDefault());

  const add = (name, label, control) => {
    const around = document.createElement("label");
    around.append(label, control);
    around.className = `field-${name}`;
    control.name = name;
    control.addEventListener("input", () => show(true));
    controls.append(around);
    return control;
  };

  const choice = (name, label, options) => {
    const select = document.createElement("select");
    select.append(new Option("any", ""), ...options.map((each) => new Option(each)));
    return add(name, label, select);
  };

  const search = document.createElement("input");
  search.type = "search";
  const filters = {
    search: add("search", "Search in ids and sentences", search),
    chapter: choice("chapter", "Chapter", values("chapter")),
    level: choice("level", "Level", values("level")),
    verdict: choice("verdict", "Verdict of any implementation", values("verdicts")),
  };
  const count = document.createElement("p");
  count.setAttribute("role", "status");
  table.closest(".wide").before(controls, count);

  const show = (keep) => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = row.cells[0].textContent.toLowerCase();
      row.hidden = !(
        words.every((word) => text.includes(word)) &&
        (!filters.chapter.value || row.dataset.chapter === filters.chapter.value) &&
        (!filters.level.value || row.dataset.level === filters.level.value) &&
        (!filters.verdict.value || row.dataset.verdicts.split("|").includes(filters.verdict.value))
      );
      if (!row.hidden) shown += 1;
    }
    count.textContent = `${shown} of ${rows.length} clauses`;
    if (keep) {
      const chosen = new URLSearchParams();
      for (const [name, control] of Object.entries(filters))
        if (control.value) chosen.set(name, control.value);
      history.replaceState(null, "", `#${chosen}`);
    }
  };

  const order = new Map(rows.map((row, number) => [row, number]));
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const next = { ascending: "descending", descending: "" }[head.ariaSort] ?? "ascending";
      for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
      if (next) head.setAttribute("aria-sort", next);
      const sign = next === "descending" ? -1 : 1;
      const text = (row) => row.cells[column].textContent;
      const sorted = [...rows].sort((one, other) =>
        next ? sign * text(one).localeCompare(text(other)) || order.get(one) - order.get(other)
             : order.get(one) - order.get(other));
      body.append(...sorted);
    });
  });

  const restore = () => {
    const chosen = new URLSearchParams(location.hash.slice(1));
    for (const [name, control] of Object.entries(filters)) control.value = chosen.get(name) ?? "";
    show(false);
  };
  window.addEventListener("hashchange", restore);
  restore();
})();
