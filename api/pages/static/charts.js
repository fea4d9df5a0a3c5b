// Draws what [data-plot] names when it comes into sight; plotly.js is loaded with the first of them.

const NARROW = 560; // pixels

let library = null;

function plotly() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "/static/vendor/plotly-cartesian.min.js";
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error("plotly.js could not be loaded"));
    document.head.append(script);
  });
  return library;
}

function themed(layout, width) {
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue("--ink").trim();
  const line = style.getPropertyValue("--line").trim();
  const legend = layout.showlegend ? (width < NARROW ? 50 : 24) : 0;
  const out = {
    ...layout,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { color: ink, family: "system-ui, sans-serif", size: 13 },
    title: { ...layout.title, x: 0, xanchor: "left", y: 1, yanchor: "top", pad: { t: 8, l: 4 } },
    margin: { t: (layout.title.text ? 40 : 24) + legend, r: 16, b: 48, l: 56 },
    // above the axes, where no label of theirs is, and below the title
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom" },
    autosize: true,
  };
  for (const name of Object.keys(out)) {
    if (/^[xy]axis/.test(name)) out[name] = { gridcolor: line, linecolor: line, ...out[name] };
  }
  // names beside the axis leave bars no room on a phone: there the chart is wider than the page, and scrolls
  if (width < NARROW && Object.keys(out).some((name) => /^yaxis/.test(name) && out[name].ticktext)) {
    Object.assign(out, { width: NARROW, autosize: false });
  }
  // the legend needs room of its own
  if (layout.showlegend) out.height += 60;
  return out;
}

const prepared = new WeakMap();

async function ask(place) {
  const answer = await fetch(place.dataset.plot);
  return { answer, body: await answer.json() };
}

// asks for a picture before it is in sight; what fails is told where it is drawn
export function prepare(place) {
  if (!place.dataset.drawn && !prepared.has(place)) prepared.set(place, ask(place));
  return prepared.get(place)?.catch(() => {});
}

export async function draw(place) {
  try {
    const asked = prepared.get(place) ?? ask(place);
    prepared.delete(place);
    const { answer, body } = await asked;
    if (!answer.ok) throw new Error(body.detail ?? answer.statusText);
    const Plotly = await plotly();
    if (!place.dataset.drawn) place.replaceChildren();
    await Plotly.react(place, body.data, themed(body.layout, place.clientWidth), { responsive: true, displaylogo: false });
    place.dataset.drawn = "yes";
    place.setAttribute("role", "figure");
    place.setAttribute("aria-label", body.alt);
  } catch (error) {
    const words = document.createElement("p");
    words.className = "bad";
    words.textContent = `no picture: ${error.message}`;
    place.replaceChildren(words);
  }
}

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (entry.isIntersecting) {
      seen.unobserve(entry.target);
      draw(entry.target);
    }
  }
}, { rootMargin: "200px" });

for (const place of document.querySelectorAll("[data-plot]")) seen.observe(place);

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const place of document.querySelectorAll("[data-drawn]")) draw(place);
});
