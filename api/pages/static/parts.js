// Parts of a page that take some computing: each is a page of its own, of which the part with the id "part" is shown here.

for (const place of document.querySelectorAll("[data-part]")) {
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(place.dataset.part, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.getElementById("part") ?? page.querySelector("[role=alert].bad");
    if (found) place.replaceChildren(...(found.id === "part" ? found.childNodes : [found]));
  } finally {
    place.setAttribute("aria-busy", "false");
  }
}
