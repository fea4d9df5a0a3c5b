// A run as it goes: progress, best K, time left, log, and the chart.

import { draw } from "/static/charts.js";

const live = document.getElementById("live");
const log = document.getElementById("log");
const chart = document.querySelector("[data-plot]");
const first = { at: null, steps: 0 };
let drawn = 0;
let shown = 0;

const last = log.lastElementChild?.dataset.number ?? 0;
const events = new EventSource(`/api/v1/runs/${live.dataset.run}/events?after=${last}`);

function left(progress) {
  const now = performance.now();
  if (first.at === null) Object.assign(first, { at: now, steps: progress.steps });
  const done = progress.steps - first.steps;
  if (done <= 0) return;
  const seconds = ((progress.total - progress.steps) * (now - first.at)) / (1000 * done);
  const words = seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
  document.getElementById("left").textContent = words;
}

// the best K stands above a table that begins with it: both come from one answer, so that they agree
async function showFound() {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["best", "found"]) {
    document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
  }
}

events.addEventListener("progress", (event) => {
  const progress = JSON.parse(event.data);
  document.getElementById("progress").value = progress.steps;
  document.getElementById("steps").textContent = progress.steps;
  left(progress);
  if (performance.now() - shown > 3000) {
    shown = performance.now();
    showFound().catch(() => {}); // the service may be away for a moment; the next news tries again
  }
  if (progress.state !== live.dataset.state) {
    // other buttons, other hiscores: the page is made again
    events.close();
    location.reload();
  } else if (progress.state === "running" && performance.now() - drawn > 3000) {
    drawn = performance.now();
    if (chart.dataset.drawn) draw(chart);
  }
});

events.addEventListener("log", (event) => {
  const told = JSON.parse(event.data);
  const { level, find } = log.dataset;
  if ((level && told.level !== level) || !told.message.toLowerCase().includes(find.toLowerCase())) return;
  const line = document.createElement("li");
  line.className = told.level;
  line.dataset.number = told.number;
  const time = document.createElement("time");
  time.textContent = told.at.slice(0, 19).replace("T", " ");
  line.append(time, ` ${told.message}`);
  log.append(line);
  log.scrollTop = log.scrollHeight;
});

addEventListener("pagehide", () => events.close());
