// Makes a passkey, or signs in with one. The browser does the work; this carries question and answer.

for (const box of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential || !PublicKeyCredential.parseCreationOptionsFromJSON) continue;
  const trouble = box.querySelector("[role=alert]");
  box.hidden = false;
  box.querySelector("button").addEventListener("click", async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    trouble.hidden = true;
    try {
      window.location.assign(await ceremony(box.dataset));
    } catch (error) {
      // The person closed the browser's own window: they know.
      if (error.name !== "NotAllowedError") {
        trouble.textContent = error.message;
        trouble.hidden = false;
      }
      button.disabled = false;
    }
  });
}

async function ceremony({ passkey, answer, what }) {
  const question = await asked(await fetch(passkey, { headers: { Accept: "application/json" } }));
  const made = what === "create"
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(question) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(question) });
  const token = document.querySelector("[data-passkey] [name=csrfmiddlewaretoken]").value;
  const response = await fetch(answer, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(made),
  });
  return (await asked(response)).next;
}

async function asked(response) {
  const body = await response.json();
  if (!response.ok) throw new Error(body.error);
  return body;
}
