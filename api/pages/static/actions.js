// Buttons and forms that ask the API for something; what it refuses is shown beside the field that it names.

const message = document.getElementById("message");

function tell(words) {
  message.textContent = words;
  message.hidden = !words;
}

async function ask(method, url, body, key) {
  const options = { method, headers: {} };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  if (key) options.headers["Idempotency-Key"] = key;
  const answer = await fetch(url, options);
  const text = await answer.text();
  const found = text ? JSON.parse(text) : {};
  if (!answer.ok) throw Object.assign(new Error(found.detail ?? answer.statusText), { field: found.field, allowed: found.allowed, answered: true });
  return found;
}

for (const button of document.querySelectorAll("button[data-post], button[data-delete]")) {
  button.addEventListener("click", async () => {
    if (button.dataset.ask && !confirm(button.dataset.ask)) return;
    button.disabled = true;
    try {
      const body = button.dataset.body && JSON.parse(button.dataset.body);
      const made = await ask(button.dataset.post ? "POST" : "DELETE", button.dataset.post ?? button.dataset.delete, body);
      if (button.dataset.to) location.assign(button.dataset.to + (made.id ?? ""));
      else location.reload();
    } catch (error) {
      button.disabled = false;
      tell(error.message);
    }
  });
}

function values(form) {
  const out = form.dataset.kind ? { kind: form.dataset.kind } : {};
  for (const input of form.elements) {
    if (!input.name || input.value === "") continue;
    out[input.name] = input.type === "number" ? Number(input.value) : input.value;
  }
  return out;
}

for (const form of document.querySelectorAll("form[data-post]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    tell("");
    for (const wrong of form.querySelectorAll(".wrong")) wrong.classList.remove("wrong");
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      // the same one until there is an answer: what may have been begun is not begun twice
      form.dataset.key ??= crypto.randomUUID?.() ?? String(Math.random());
      const made = await ask("POST", form.dataset.post, values(form), form.dataset.key);
      location.assign(form.dataset.to + (made.id ?? ""));
    } catch (error) {
      button.disabled = false;
      if (error.answered) delete form.dataset.key;
      const input = form.elements[(error.field ?? "").split(".").pop()];
      if (input?.name) {
        const field = input.closest(".field");
        field.classList.add("wrong");
        field.querySelector(".error").textContent = error.allowed;
        input.setAttribute("aria-invalid", "true");
        input.focus();
      } else tell(error.message);
    }
  });
}
