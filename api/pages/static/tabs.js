// Parts of a page as tabs; without this script they stand one below the other, and the same links lead to them.

import { prepare } from "/static/charts.js";

const list = document.querySelector("[data-tabs]");
const tabs = [...list.querySelectorAll("a")];
const panels = tabs.map((tab) => document.getElementById(tab.hash.slice(1)));

function show(chosen) {
  tabs.forEach((tab, n) => {
    tab.setAttribute("aria-selected", String(n === chosen));
    tab.tabIndex = n === chosen ? 0 : -1;
    panels[n].hidden = n !== chosen;
  });
}

// the part that an address names, or in which what it names stands
function asked() {
  const place = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const n = panels.findIndex((panel) => place && panel.contains(place));
  return Math.max(n, 0);
}

list.setAttribute("role", "tablist");
tabs.forEach((tab, n) => {
  tab.setAttribute("role", "tab");
  tab.setAttribute("aria-controls", panels[n].id);
  panels[n].setAttribute("role", "tabpanel");
  panels[n].setAttribute("aria-labelledby", tab.id);
  tab.addEventListener("click", (event) => {
    event.preventDefault();
    history.replaceState(null, "", tab.hash); // as an anchor would, but the page stays where it is
    show(n);
  });
  tab.addEventListener("keydown", (event) => {
    const to = { ArrowRight: n + 1, ArrowLeft: n - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length];
    next.click();
    next.focus();
  });
});
addEventListener("hashchange", () => show(asked()));
addEventListener("beforeprint", () => panels.forEach((panel) => { panel.hidden = false; }));
addEventListener("afterprint", () => show(asked()));
show(asked());

// what is not in sight is computed meanwhile, one picture after the other
const told = document.getElementById("prepared");
const waiting = panels.filter((panel) => panel.hidden).flatMap((panel) => [...panel.querySelectorAll("[data-plot]")]);
for (const [n, place] of waiting.entries()) {
  told.textContent = `computing picture ${n + 1} of ${waiting.length} of the other parts…`;
  await prepare(place);
}
told.textContent = "";
