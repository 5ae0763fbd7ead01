// Comfort only: what is chosen or typed is kept at once, so that a break in the middle of a page loses nothing.
"use strict";
(() => {
  const form = document.querySelector("form[data-keep]");
  if (!form || !window.fetch || !window.AbortController) return;
  let underway = null;
  form.addEventListener("change", () => {
    if (underway) underway.abort();
    underway = new AbortController();
    const body = new URLSearchParams(new FormData(form));
    body.set("go", "keep");
    fetch(form.getAttribute("action"), { method: "POST", body, signal: underway.signal }).catch(() => {});
  });
  form.addEventListener("submit", () => underway && underway.abort());
})();
