// The little that the browser cannot do by itself. Every page also works without it.

// Say where the person is after htmx has put something new on the page, and never leave a stale form behind.
document.addEventListener("htmx:responseError", (event) => {
  // An expired session or a restarted server: the whole page knows better what to say than a fragment does.
  if ([401, 403, 404].includes(event.detail.xhr.status)) window.location.reload();
});

// A second press of the same button would send the same thing twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.method === "post") form.dataset.sent = "yes";
});

// Coming back with the browser's back button must find a form that can be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// "/" goes to the search field, as on most sites where people search.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const field = document.querySelector("input[type=search]");
  if (field) { event.preventDefault(); field.focus(); }
});
