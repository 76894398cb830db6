// SPDX-License-Identifier: GPL-2.0-or-later
// Arrow keys in the heat map (one stop for Tab instead of thousands), what a link points to is
// opened, and all of it is when the page is printed.
"use strict";
const heat = document.querySelector(".heat tbody");
const openAround = (node) => {
  for (; node; node = node.parentElement) if (node.localName === "details") node.open = true;
};
const openTarget = () => openAround(document.getElementById(decodeURIComponent(location.hash.slice(1))));
if (heat) {
  const rows = [...heat.rows].map((row) => [...row.querySelectorAll("td a")]);
  for (const link of heat.querySelectorAll("td a")) link.tabIndex = -1;
  let here = rows.find((row) => row.length)?.[0];
  if (here) here.tabIndex = 0;
  const go = (link) => {
    if (!link) return;
    here.tabIndex = -1;
    here = link;
    here.tabIndex = 0;
    here.focus();
  };
  heat.addEventListener("focusin", (event) => {
    if (!event.target.matches("td a") || event.target === here) return;
    here.tabIndex = -1;
    here = event.target;
    here.tabIndex = 0;
  });
  heat.addEventListener("keydown", (event) => {
    const y = rows.findIndex((row) => row.includes(event.target));
    if (y < 0) return;
    const x = event.target.parentElement.cellIndex;
    const at = (row) => row?.find((link) => link.parentElement.cellIndex >= x) ?? row?.at(-1);
    const row = rows[y], i = row.indexOf(event.target);
    const moves = {
      ArrowRight: () => row[i + 1], ArrowLeft: () => row[i - 1], ArrowDown: () => at(rows[y + 1]),
      ArrowUp: () => at(rows[y - 1]), Home: () => row[0], End: () => row.at(-1),
    };
    if (!(event.key in moves)) return;
    event.preventDefault();
    go(moves[event.key]());
  });
}
addEventListener("hashchange", openTarget);
openTarget();
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details:not([open])")) {
    details.open = true;
    details.dataset.printed = "";
  }
});
addEventListener("afterprint", () => {
  for (const details of document.querySelectorAll("details[data-printed]")) {
    details.open = false;
    delete details.dataset.printed;
  }
});
